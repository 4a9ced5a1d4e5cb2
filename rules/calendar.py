"""Which days a team works: its week, the official calendar, its exceptions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from rules.hours import weekly_hours
from rules.official import check_country, official
from rules.options import DateRange
from rules.settings import Calendar
from sync.table import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """A stretch of days as a team works them.

    Attributes:
        first: the day at position 0.
        work: (days) whether the day is a workday.
        weekday: (days) 0 for Monday.
        unknown_years: years for which the country has published no days off yet; in them only
            weekdays and the team's own exceptions are known.
    """

    first: dt.date
    work: Mask
    weekday: np.ndarray[tuple[int], np.dtype[np.int64]]
    unknown_years: tuple[int, ...]


def days(calendar: Calendar, first_year: int, last_year: int) -> Days:
    """Lay out a team's workdays.

    Args:
        calendar: weekly hours, country, own exceptions; `work` and days with hours of
            their own win over `off`, all of them over the official days.
        first_year: the first year.
        last_year: the last year, included.

    Raises:
        Invalid: the hours or the country cannot be read.
    """
    check_country(calendar.country, calendar.subdivision)
    span = np.arange(f"{first_year}-01-01", f"{last_year + 1}-01-01", dtype="datetime64[D]")
    weekday = (span.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    work = np.array([bool(day) for day in weekly_hours(calendar.hours)])[weekday]
    unknown = []
    for year in range(first_year, last_year + 1) if calendar.country else ():
        known = official(calendar.country or "", calendar.subdivision, year)
        if known is None:
            unknown.append(year)
            continue
        work &= ~np.isin(span, np.array([*known.off], dtype="datetime64[D]"))
        work |= np.isin(span, np.array([*known.work], dtype="datetime64[D]"))
    single = tuple(DateRange(day, day) for day in calendar.hours_on)
    for ranges, value in ((calendar.off, False), (calendar.work, True), (single, True)):
        for each in ranges:
            work[_within(span, each)] = value
    return Days(span[0].item(), work, weekday, tuple(unknown))


def _within(span: np.ndarray[tuple[int], np.dtype[np.datetime64]], range_: DateRange) -> slice:
    left = np.searchsorted(span, np.datetime64(range_.first, "D"), side="left")
    right = np.searchsorted(span, np.datetime64(range_.last, "D"), side="right")
    return slice(int(left), int(right))
