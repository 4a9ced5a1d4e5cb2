"""Dates as people write them: `2025年9月5日`, `9月5日`, `20250905`, `5 Sep 2025`, serials."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

Order = Literal["dmy", "mdy"]

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of the serial numbers of spreadsheets
_SERIALS = (20_000, 80_000)  # 1954 to 2119: smaller numbers are not dates, larger ones are 20250905
_YEARS = (1950, 2120)
_MONTHS = {name.casefold(): month for month, name in enumerate(calendar.month_abbr) if name}
_MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

_WEEKDAY = re.compile(
    r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+"
)
_CLOCK = re.compile(
    r"(?:[t\s]|(?<=[日号]))\s*(?P<half>上午|下午|中午|晚上|am|pm)?\s*"
    r"(?P<hour>\d{1,2})(?:[:时点])(?P<minute>\d{1,2})?分?(?::(?P<second>\d{1,2})(?:\.\d+)?)?"
    r"(?:(?P<second2>\d{1,2})秒)?\s*(?P<half2>am|pm)?$"
)
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})\s*(?P<mark>[-/.年])\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?",
        r"(?P<y>\d{2})年\s*(?P<m>\d{1,2})月\s*(?P<d>\d{1,2})[日号]?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?",
        r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-\s./]*{_MONTH}(?:[-\s,./]*(?P<y>\d{{4}}|\d{{2}}))?",
        rf"{_MONTH}[-\s./]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:[-\s,]+(?P<y>\d{{4}}))?",
        r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*月?",
        rf"{_MONTH}[-\s,./]*(?P<y>\d{{4}})",
    )
)
# most of all texts; the same as the first and the third form read it
_PLAIN = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?|(\d{2})(\d{2}))")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:.*(?:z|[+-]\d\d:?\d\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})(?!\d)")
_INSIDE = re.compile(
    r"(?<![\d./年月-])(?:(?P<y>(?:19|20)\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})"
    r"|(?P<m2>\d{1,2})(?:/(?P<d2>\d{1,2})|月(?P<d3>\d{1,2})[日号]?))(?![\d./%万亿-])"
)


@dataclass(frozen=True, slots=True)
class Dating:
    """How the dates of one column are read.

    Attributes:
        now: the moment of the run, naive local time.
        future: whether a date without a year lies ahead (expected close) or behind (last contact).
        zone: IANA zone that moments with an offset are brought to.
        order: what comes first in `3/4/2025`; None where nothing tells.
    """

    now: dt.datetime
    future: bool = False
    zone: str = "Asia/Shanghai"
    order: Order | None = None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def day_order(texts: Iterable[str]) -> Order | None:
    """Return whether day or month comes first in dates such as `25/3/2025`.

    Args:
        texts: cells of one column.

    Returns:
        The order that a number above 12 proves, or None where nothing or both is proved.
    """
    found: set[Order] = set()
    for text in texts:
        if text[:4].isdigit():
            continue  # the year comes first
        match = _YEAR_LAST.match(_folded(text))
        if match and (len(match[4]) == 4 or int(match[1]) <= 12):  # else 25/9/5: year first
            if int(match[1]) > 12 >= int(match[3]):
                found.add("dmy")
            elif int(match[3]) > 12 >= int(match[1]):
                found.add("mdy")
    return found.pop() if len(found) == 1 else None


def is_ambiguous(text: str) -> bool:
    """Return whether a text such as `3/4/2025` is a date in either order of day and month."""
    match = _YEAR_LAST.match(_folded(text))
    return bool(match and match[1] != match[3] and int(match[1]) <= 12 and int(match[3]) <= 12)


def read_date(value: object, dating: Dating) -> dt.datetime | None:
    """Read a date, with its time where there is one.

    Args:
        value: a cell: a date, a serial number, or text.
        dating: the column's direction, order and zone.

    Returns:
        Naive local time in whole seconds, or None where it cannot be read.
    """
    if isinstance(value, dt.datetime):
        found: dt.datetime | None = _local(value, dating.zone)
    elif isinstance(value, dt.date):
        found = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - local by contract
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        found = _from_number(float(value))
    elif isinstance(value, str) and len(value) <= 60:
        found = _from_text(_folded(value), dating)
    else:
        found = None
    return found if found is not None and _YEARS[0] <= found.year < _YEARS[1] else None


def dates_inside(text: str, now: dt.datetime) -> list[dt.datetime]:
    """Return the days that a follow-up log names, such as `9/5电话;9/12拜访`, in their order.

    Args:
        text: a cell with a log.
        now: days without a year are the last ones before this moment.
    """
    found = []
    for match in _INSIDE.finditer(_folded(text)):
        day = match["d"] or match["d2"] or match["d3"]
        date = _date(match["y"], int(match["m"] or match["m2"]), int(day), Dating(now))
        if date is not None and date <= now:
            found.append(date)
    return found


def _local(moment: dt.datetime, zone: str) -> dt.datetime:
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return moment.replace(microsecond=0)


def _from_number(number: float) -> dt.datetime | None:
    if math.isfinite(number) and _SERIALS[0] <= number < _SERIALS[1]:
        return _EPOCH + dt.timedelta(seconds=round(number * 86_400))
    whole = int(number) if math.isfinite(number) and number == int(number) else 0
    if 19_500_101 <= whole <= 21_201_231:
        return _date(str(whole // 10_000), whole // 100 % 100, whole % 100, None)
    return None


def _from_text(text: str, dating: Dating) -> dt.datetime | None:
    if plain := _PLAIN.fullmatch(text):
        return _date(plain[1], int(plain[2] or plain[4]), int(plain[3] or plain[5]), None)
    if _SERIAL.fullmatch(text):
        return _from_number(float(text))
    if _STAMP.fullmatch(text):
        try:
            return _local(dt.datetime.fromisoformat(text.upper()), dating.zone)
        except ValueError:
            return None
    text = _WEEKDAY.sub("", text).strip()
    clock = _CLOCK.search(text)
    day = _day(text[: clock.start()].strip() if clock else text, dating)
    if day is None or clock is None:
        return day
    hour = int(clock["hour"])
    half = clock["half"] or clock["half2"]
    if half in ("下午", "晚上", "pm") and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    minute, second = int(clock["minute"] or 0), int(clock["second"] or clock["second2"] or 0)
    if hour == 24 and minute == second == 0:
        return day + dt.timedelta(days=1)
    valid = hour < 24 and minute < 60 and second < 60
    return day.replace(hour=hour, minute=minute, second=second) if valid else None


def _day(text: str, dating: Dating) -> dt.datetime | None:
    """The day of a text without its clock time."""
    text = text.rstrip(".,;。、 ")
    if match := _YEAR_LAST.fullmatch(text):
        return _numbers(int(match[1]), int(match[3]), match[4], dating)
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is None:
            continue
        parts = match.groupdict()
        month = _MONTHS[parts["name"][:3]] if parts.get("name") else int(parts["m"])
        if "d" in parts:
            return _date(parts.get("y"), month, int(parts["d"]), dating)
        year = int(parts["y"])
        # a month alone: expected by its end, happened from its beginning
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and dating.future else 1
        return _date(parts["y"], month, last, dating)
    return None


def _numbers(first: int, second: int, third: str, dating: Dating) -> dt.datetime | None:
    """`a/b/c` with the year first (25.9.5) or last; day and month in the column's order."""
    near = range(dating.now.year % 100 - 10, dating.now.year % 100 + 11)
    if len(third) < 4 and int(third) not in near:
        return _date(str(first), second, int(third), dating) if first in near else None
    if len(third) < 4 and first in near and int(third) <= 31 and dating.order is None:
        return None  # 25/9/26 reads either way
    if first > 12 or (dating.order == "dmy" and second <= 12):
        return _date(third, second, first, dating)
    if second > 12 or dating.order == "mdy" or first == second:
        return _date(third, first, second, dating)
    return None


def _date(year: str | None, month: int, day: int, dating: Dating | None) -> dt.datetime | None:
    """The midnight of a day; without a year the nearest one in the column's direction."""
    if year:
        years: Iterable[int] = (_year(year),)
    elif dating is None:
        return None
    else:
        this, step = dating.now.year, 1 if dating.future else -1
        years = range(this, this + 9 * step, step)  # the 29th of February is at most 8 years away
    for candidate in years:
        try:
            found = dt.datetime(candidate, month, day)  # noqa: DTZ001 - local by contract
        except ValueError:
            continue
        if (
            year
            or dating is None
            or (found.date() >= dating.now.date() if dating.future else found <= dating.now)
        ):
            return found
    return None
