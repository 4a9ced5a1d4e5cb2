"""From a KPI's code to its figures: whole, by a dimension, and against the period before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from rules.kpi.book import Book
from rules.kpi.catalogue import MEASURES, Measure
from rules.kpi.deals import DIMENSIONS
from rules.kpi.figures import Counted, Figure, Folded, fold, fold_by
from rules.kpi.targets import target, targets_by
from rules.life.columns import numbered
from rules.period import Period, Window
from sync.table import Objects, Rows

if TYPE_CHECKING:
    from rules.kpi import Kpi

WHOLE = ""  # the name of the group that everything belongs to
_NONE = Folded(0, 0)  # of a group to which nothing belongs


def dimensions(measure: Measure) -> tuple[str, ...]:
    """Return what a KPI can be told by."""
    own = (measure.by,) if measure.by and measure.by not in DIMENSIONS else ()
    extra = ("band",) if measure.code == "forecast" else ()
    return (*own, *extra, *DIMENSIONS)


def counted(book: Book, measure: Measure, window: Window) -> Counted:
    """Return what a KPI counts in a window; of one that follows from others, its first part."""
    if measure.count is None:
        return counted(book, MEASURES[measure.parts[0]], window)
    return book.once(measure.count, window)


def days_of(measure: Measure, period: Period) -> Window:
    """Return the days of a period that a KPI counts in: those so far, unless it looks ahead."""
    if measure.parts:
        return days_of(MEASURES[measure.parts[0]], period)
    return period.ahead if measure.ahead else period.to_date


def figures(book: Book, code: str, period: Period, by: str = WHOLE) -> dict[str, Figure]:
    """Compute a KPI over a period and over the same days of the one before.

    Args:
        book: the opportunities.
        code: of the KPI.
        period: in which, and against which.
        by: a dimension, or "" for the whole.

    Returns:
        Group → figure, by name; the whole under "" where no dimension is given.
    """
    measure = MEASURES[code]
    days = days_of(measure, period)
    found = folded(book, measure, period, by)
    before = period.before(book.options.year_starts)
    compared = reaches(book, measure, before)
    earlier = folded(book, measure, before, by) if compared else {}
    facts = counted(book, measure, days).facts if not by else {}
    return {
        name: Figure(
            code,
            measure.unit,
            value.value,
            value.numerator,
            value.denominator,
            value.count,
            definition(code, book.options),
            earlier[name].value if name in earlier else None,
            compared,
            _stands(measure, book.options),
            facts=facts,
            window=days,
        )
        for name, value in found.items()
    }


def definition(code: str, options: Kpi) -> str:
    """Return the code of a KPI's definition in force."""
    measure = MEASURES[code]
    chosen = getattr(options, measure.setting) if measure.setting else ""
    base = measure.meaning or measure.code
    return f"{base}.{chosen}" if chosen else base


def _stands(measure: Measure, options: Kpi) -> bool:
    """Whether a KPI tells how things stand at the end of the days."""
    return measure.stands or (measure.code == "sla" and options.sla == "running")


def folded(book: Book, measure: Measure, period: Period, by: str = WHOLE) -> dict[str, Folded]:
    """Compute a KPI over a period alone; arguments and groups are those of `figures`."""
    if measure.combine is not None:
        parts = [folded(book, MEASURES[code], period, by) for code in measure.parts]
        goals = _goals(book, period, by)
        every = sorted({*(name for each in parts for name in each), *goals})
        return {
            name: measure.combine(goals.get(name), tuple(part.get(name, _NONE) for part in parts))
            for name in every
        }
    entries = counted(book, measure, days_of(measure, period))
    if not by:
        return {WHOLE: fold(measure.how, entries)}
    return fold_by(measure.how, entries, *groups(book, entries, by))


def _goals(book: Book, period: Period, by: str) -> Mapping[str, int]:
    """Group → its target, in whole cents."""
    targets, starts = book.ctx.settings.targets, book.options.year_starts
    if by:
        return targets_by(targets, by, period, starts)
    whole = target(targets, period, starts)
    return {} if whole is None else {WHOLE: whole}


def groups(book: Book, entries: Counted, by: str) -> tuple[Rows, Objects]:
    """Return (entries) the number of each one's group in a dimension, and (groups) their names."""
    if by in entries.dims:
        return numbered(entries.dims[by])
    standing = entries.standing
    if standing is None or standing.moment is None:
        codes, names = book.col.groups(by)
        return codes[entries.rows], names
    return numbered(pd.Series(standing[by][entries.rows], dtype="str"))


def reaches(book: Book, measure: Measure, period: Period, *, ever: bool = False) -> bool:
    """Return whether enough is known of a period for a figure of it.

    Args:
        book: the opportunities.
        measure: the KPI.
        period: its days so far.
        ever: whether dates of the sheet's own are enough wherever they begin.
    """
    if measure.parts:
        return all(reaches(book, MEASURES[code], period, ever=ever) for code in measure.parts)
    days, reach = days_of(measure, period), measure.reach
    stands = measure.ahead or _stands(measure, book.options)
    if reach == "status" and not stands:
        reach = "history"
    if reach == "status" or reach == "risk":
        return book.told(reach, days.moment)
    if reach and book.watched(days.moment if stands else days.start):
        return True
    created, closed = (book.first_day(key) for key in ("created", "closed"))
    match reach:
        case "created" | "closed":
            cohort = measure.setting == "win_rate" and book.options.win_rate == "created"
            since = created if cohort or reach == "created" else closed
            return since is not None and (ever or since <= days.start)
        case "either":
            return created is not None and created <= days.start and closed is not None
    return False
