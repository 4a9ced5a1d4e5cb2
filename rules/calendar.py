"""Which days and hours a team works: weekly hours, the official calendar, exceptions."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import chinese_calendar
import numpy as np
from rapidfuzz import process

from rules.invalid import Invalid

if TYPE_CHECKING:
    from rules.settings import Calendar, DateRange
    from sync.table import Mask

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60 * 60

Intervals = tuple[tuple[int, int], ...]
"""Opening and closing of a day's stretches of work, seconds after midnight, ascending."""


@dataclass(frozen=True, slots=True)
class Official:
    """A country's official days of one year: holidays, and weekend days that are worked instead."""

    off: frozenset[dt.date]
    work: frozenset[dt.date]


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


def weekly_hours(hours: str | Mapping[str, str]) -> tuple[Intervals, ...]:
    """Read a team's working hours.

    Args:
        hours: one text for Monday to Friday (`09:00-12:00, 13:30-18:00`) or one per weekday.

    Returns:
        Seven intervals from Monday; empty where the team does not work.

    Raises:
        Invalid: an unknown weekday, or a text that holds no hours.
    """
    if isinstance(hours, str):
        return (_intervals(hours),) * 5 + ((),) * 2
    for name in hours:
        if name not in WEEKDAYS:
            guess = process.extractOne(name, WEEKDAYS, score_cutoff=50)
            raise Invalid(
                "expected a weekday such as `monday` or `saturday`",
                "应为星期，例如 `monday`、`saturday`",
                guess=guess[0] if guess else None,
            )
    found = tuple(_intervals(hours[name]) if name in hours else () for name in WEEKDAYS)
    if not any(found):
        raise Invalid("expected hours for at least one weekday", "应为至少一个工作日的工作时间")
    return found


def _intervals(text: str) -> Intervals:
    found: list[tuple[int, int]] = []
    for part in re.split(r"[,;、]", unicodedata.normalize("NFKC", text)):
        match = re.fullmatch(r"\s*(\d{1,2}):(\d\d)\s*[-–~至]\s*(\d{1,2}):(\d\d)\s*", part)
        if match is None:
            raise Invalid(
                "expected hours such as `09:00-18:00` or `09:00-12:00, 13:30-18:00`",
                "应为工作时间，例如 `09:00-18:00` 或 `09:00-12:00, 13:30-18:00`",
            )
        opens, closes = (
            int(hour) * 3600 + int(minute) * 60
            for hour, minute in ((match[1], match[2]), (match[3], match[4]))
        )
        if not (found[-1][1] if found else 0) <= opens < closes <= DAY:
            raise Invalid(
                "expected hours of one day in ascending order, such as `09:00-12:00, 13:30-18:00`",
                "应为同一天内先后排列的工作时间，例如 `09:00-12:00, 13:30-18:00`",
            )
        found.append((opens, closes))
    return tuple(found)


def check_country(country: str | None, subdivision: str | None = None) -> None:
    """Refuse a country or province whose official calendar is not known.

    Args:
        country: two letters (ISO 3166), None for weekdays only.
        subdivision: code of a province or state, as in ISO 3166-2 without the country.

    Raises:
        Invalid: with the nearest known code.
    """
    if country in (None, "CN"):
        return
    import holidays  # takes 0.1 s, and China does not need it

    known = holidays.list_supported_countries()
    if country not in known:
        raise Invalid(
            "expected the two letters of a country with a known calendar, such as `CN`, or `null`",
            "应为有官方日历的国家的两位代码，例如 `CN`，或 `null`",
            guess=str(country).upper() if str(country).upper() in known else None,
        )
    if subdivision is not None and subdivision not in known[country]:
        guess = process.extractOne(subdivision, known[country], score_cutoff=50)
        raise Invalid(
            "`{country}` has no province or state `{subdivision}`",
            "`{country}` 没有省/州 `{subdivision}`",
            guess=guess[0] if guess else None,
            country=country,
            subdivision=subdivision,
        )


@cache
def official(country: str, subdivision: str | None, year: int) -> Official | None:
    """Return a country's official days of a year, None where they are not published.

    China's come from the yearly notice of its State Council. Elsewhere a year is taken as unknown
    when any of its holidays is only estimated (feasts that hang on the sight of the moon).
    """
    if country == "CN":
        return _official_china(year)
    import holidays

    found = holidays.country_holidays(country, subdiv=subdivision, years=year, language="en_US")
    if not found.start_year <= year <= found.end_year or any(
        "estimated" in name for name in found.values()
    ):
        return None
    return Official(frozenset(found), frozenset(getattr(found, "weekend_workdays", ())))


def _official_china(year: int) -> Official | None:
    days = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="datetime64[D]").tolist()
    try:
        detail = {day: chinese_calendar.get_holiday_detail(day) for day in days}
    except NotImplementedError:
        return None
    # a day without a name is an ordinary weekday or weekend
    return Official(
        frozenset(day for day, (off, name) in detail.items() if off and name),
        frozenset(day for day, (off, name) in detail.items() if not off and name),
    )


def days(calendar: Calendar, first_year: int, last_year: int) -> Days:
    """Lay out a team's workdays.

    Args:
        calendar: weekly hours, country, own exceptions; `work` wins over `off`, both over the
            official days.
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
    for ranges, value in ((calendar.off, False), (calendar.work, True)):
        for each in ranges:
            work[_within(span, each)] = value
    return Days(span[0].item(), work, weekday, tuple(unknown))


def _within(span: np.ndarray[tuple[int], np.dtype[np.datetime64]], range_: DateRange) -> slice:
    left = np.searchsorted(span, np.datetime64(range_.first, "D"), side="left")
    right = np.searchsorted(span, np.datetime64(range_.last, "D"), side="right")
    return slice(int(left), int(right))
