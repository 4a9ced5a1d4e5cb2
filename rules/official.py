"""A country's official days: holidays, and the weekend days that are worked instead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import chinese_calendar
from rapidfuzz import process

from rules.invalid import Invalid


@dataclass(frozen=True, slots=True)
class Official:
    """A country's official days of one year: holidays, and weekend days that are worked instead."""

    off: frozenset[dt.date]
    work: frozenset[dt.date]


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
    off, work = (
        frozenset(day for day in days if day.year == year)
        for days in (chinese_calendar.holidays, chinese_calendar.workdays)
    )
    # every published year has holidays
    return Official(off, work) if off else None
