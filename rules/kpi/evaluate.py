"""From a KPI's code to its figures: whole, by a dimension, and against the period before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from rules.kpi.book import Book
from rules.kpi.catalogue import MEASURES, Measure
from rules.kpi.deals import DIMENSIONS
from rules.kpi.derived import Combine
from rules.kpi.figures import Counted, Figure, Folded, fold, fold_by
from rules.kpi.targets import target, targets_by
from rules.life.columns import numbered
from rules.period import Period, Window
from sync.table import Objects, Rows

if TYPE_CHECKING:
    from rules.kpi import Kpi

WHOLE = ""  # the name of the group that everything belongs to


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


def figures(
    book: Book, code: str, period: Period, by: str = WHOLE, *, window: Window | None = None
) -> dict[str, Figure]:
    """Compute a KPI over a period and over the same days of the one before.

    Args:
        book: the opportunities.
        code: of the KPI.
        period: in which, and against which.
        by: a dimension, or "" for the whole.
        window: other days than those of the period so far; they are compared with nothing.

    Returns:
        Group → figure, by name; the whole under "" where no dimension is given.
    """
    measure = MEASURES[code]
    # what is due to close looks at all days of the period
    days = window or period.to_date
    found = _folded(book, measure, days, period, by)
    earlier: Mapping[str, Folded] = {}
    if window is None and reaches(book, measure, period.previous):
        earlier = _folded(book, measure, period.previous, period, by)
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
            facts=facts,
            window=days if measure.reach else None,
        )
        for name, value in found.items()
    }


def definition(code: str, options: Kpi) -> str:
    """Return the code of a KPI's definition in force."""
    measure = MEASURES[code]
    chosen = getattr(options, measure.setting) if measure.setting else ""
    base = measure.meaning or measure.code
    return f"{base}.{chosen}" if chosen else base


def _folded(
    book: Book, measure: Measure, window: Window, period: Period, by: str
) -> dict[str, Folded]:
    if measure.combine is not None:
        return _combined(book, measure, measure.combine, window, period, by)
    if measure.code == "due":
        window = period.whole
    entries = counted(book, measure, window)
    if not by:
        return {WHOLE: fold(measure.how, entries)}
    return fold_by(measure.how, entries, *groups(book, entries, by))


def _combined(
    book: Book, measure: Measure, combine: Combine, window: Window, period: Period, by: str
) -> dict[str, Folded]:
    parts = [_folded(book, MEASURES[code], window, period, by) for code in measure.parts]
    goals = _goals(book, period, by)
    every = sorted({*(name for each in parts for name in each), *goals})
    nothing = Folded(0, 0)
    return {
        name: combine(goals.get(name), tuple(each.get(name, nothing) for each in parts))
        for name in every
    }


def _goals(book: Book, period: Period, by: str) -> Mapping[str, int]:
    settings, starts = book.ctx.settings, book.options.year_starts
    if by:
        return targets_by(settings.targets, by, period, starts)
    whole = target(settings.targets, period, starts)
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


def reaches(book: Book, measure: Measure, window: Window, *, ever: bool = False) -> bool:
    """Return whether enough is known of a window for a figure of it.

    Args:
        book: the opportunities.
        measure: the KPI.
        window: the days.
        ever: whether dates of the sheet's own are enough wherever they begin.
    """
    if measure.reach and book.watched(window):
        return True
    created, closed = (book.first_day(key) for key in ("created", "closed"))
    match measure.reach:
        case "created" | "closed":
            cohort = measure.setting == "win_rate" and book.options.win_rate == "created"
            since = created if cohort or measure.reach == "created" else closed
            return since is not None and (ever or since <= window.start)
        case "either":
            return created is not None and created <= window.start and closed is not None
    return False
