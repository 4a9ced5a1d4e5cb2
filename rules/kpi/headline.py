"""Every KPI of the period, the tiles with their last weeks."""

from __future__ import annotations

from dataclasses import replace

from rules.kpi.book import Book
from rules.kpi.catalogue import MEASURES, Measure
from rules.kpi.evaluate import WHOLE, counted, days_of, figures, folded, reaches
from rules.kpi.figures import Figure
from rules.period import Period, weeks

# The KPIs that stand on tiles, and so show their last weeks.
TILES = ("won", "win_rate", "open", "weighted", "coverage", "new", "cycle", "sla")


def headline(book: Book, period: Period) -> dict[str, Figure]:
    """Compute every KPI over a period, against the same days of the one before.

    Returns:
        Code → figure; those of `TILES` with their value in each of the last twelve weeks.
    """
    found = {}
    for code, measure in MEASURES.items():
        found[code] = figures(book, code, period)[WHOLE]
        if code in TILES:
            found[code] = replace(found[code], weeks=_weeks(book, measure, period))
    return found


def _weeks(book: Book, measure: Measure, period: Period) -> tuple[float, ...]:
    """The value in each of the last weeks, 0 where there is none; empty where nobody knows.

    What follows from the target of a period is told as it stood at the end of each week.
    """
    kind = period.kind if measure.parts else "week"
    starts = book.options.year_starts
    ends = [Period.containing(book.day(week), kind, starts) for week in weeks(book.ctx.now)]
    if not reaches(book, measure, ends[0], ever=True):
        return ()
    if not measure.parts and not counted(book, measure, days_of(measure, ends[0])).known:
        return ()
    return tuple(float(folded(book, measure, end)[WHOLE].value or 0) for end in ends)
