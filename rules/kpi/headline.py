"""Every KPI of the period, the tiles with their last weeks."""

from __future__ import annotations

from dataclasses import replace

from rules.kpi.book import Book
from rules.kpi.catalogue import MEASURES, Measure
from rules.kpi.evaluate import WHOLE, figures, reaches
from rules.kpi.figures import Figure, fold
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
        figure = figures(book, code, period)[WHOLE]
        found[code] = replace(figure, weeks=_weeks(book, measure)) if code in TILES else figure
    return found


def _weeks(book: Book, measure: Measure) -> tuple[float, ...]:
    """The value in each of the last weeks, 0 where there is none; empty where nobody knows."""
    last = weeks(book.ctx.now)
    if measure.count is None or not reaches(book, measure, last[0], ever=True):
        return ()
    each = [measure.count(book, week) for week in last]
    if not each[0].known:
        return ()
    return tuple(float(fold(measure.how, entries).value or 0) for entries in each)
