"""What Sheets makes of text that a person types (USER_ENTERED)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from tests.sheets_server.grid import Entered, Formula

EPOCH: Final = date(1899, 12, 30)
_MONTHS: Final = tuple(each.lower() for each in calendar.month_abbr[1:])
_MONTH: Final = r"(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_TIME: Final = r"(?P<h>\d{1,4}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:\s*(?P<half>[ap]m))?"
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+"


class Typed(NamedTuple):
    """A cell's value and the number format that typing gave it, if any: (type, pattern)."""

    value: Entered
    format: tuple[str, str] | None = None


_DATES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), shown)
    for pattern, shown in (
        (r"(?P<y>\d{4})-(?P<mo>\d{1,2})-(?P<d>\d{1,2})", "yyyy-mm-dd"),
        (r"(?P<y>\d{4})/(?P<mo>\d{1,2})/(?P<d>\d{1,2})", "yyyy/m/d"),
        (r"(?P<y>\d{4})年(?P<mo>\d{1,2})月(?P<d>\d{1,2})日", 'yyyy"年"m"月"d"日"'),
        (rf"(?P<d>\d{{1,2}})[ -]{_MONTH}[ -](?P<y>\d{{4}})", "d-mmm-yyyy"),
        (rf"{_MONTH} (?P<d>\d{{1,2}}),? (?P<y>\d{{4}})", "mmm d, yyyy"),
    )
)
_MONTH_FIRST: Final = re.compile(r"(?P<mo>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}|\d{2})")
_DAY_FIRST: Final = re.compile(r"(?P<d>\d{1,2})/(?P<mo>\d{1,2})/(?P<y>\d{4}|\d{2})")
_MONTH_FIRST_LOCALES: Final = ("en_US", "zh_CN", "zh_TW", "ja_JP", "ko_KR", "fil_PH")
_CLOCK: Final = re.compile(_TIME, re.IGNORECASE)


def typed(text: str, locale: str = "en_US") -> Typed:
    """The value of typed text.

    Args:
        text: what was typed.
        locale: the spreadsheet's; it says whether 1/2/2025 is in January.
    """
    if text.startswith("'"):
        return Typed(text[1:])
    if text.startswith("=") and len(text) > 1:
        return Typed(Formula(text))
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return Typed(bare.upper() == "TRUE")
    readers: tuple[Callable[[str], Typed | None], ...] = (
        _number,
        lambda found: _moment(found, locale),
    )
    for read in readers:
        found = read(bare)
        if found:
            return found
    return Typed(text or None)


def _number(text: str) -> Typed | None:
    found = re.fullmatch(
        rf"(?P<sign>[+-]?)(?P<money>[$¥￥€£]?)(?P<n>{_NUMBER})(?P<exp>[eE][+-]?\d+)?(?P<pct>\s*%?)",
        text,
    )
    if not found:
        return None
    digits = found["n"].replace(",", "")
    value = float(digits + (found["exp"] or "")) * (-1 if found["sign"] == "-" else 1)
    places = ".00" if "." in digits else ""
    if found["pct"].strip():
        return Typed(tidy(value / 100), ("PERCENT", f"0{places}%"))
    if found["money"]:
        return Typed(tidy(value), ("CURRENCY", f'"{found["money"]}"#,##0{places}'))
    if found["exp"]:
        return Typed(tidy(value), ("SCIENTIFIC", "0.00E+00"))
    if "," in found["n"]:
        return Typed(tidy(value), ("NUMBER", f"#,##0{places}"))
    return Typed(tidy(value))


def _moment(text: str, locale: str) -> Typed | None:
    ambiguous = _MONTH_FIRST if locale in _MONTH_FIRST_LOCALES else _DAY_FIRST
    shown = "m/d/yyyy" if ambiguous is _MONTH_FIRST else "d/m/yyyy"
    for pattern, form in (*_DATES, (ambiguous, shown)):
        found = pattern.match(text)
        day = _day(found) if found else None
        if not found or day is None:
            continue
        rest = text[found.end() :]
        if not rest:
            return Typed(day, ("DATE", form))
        clock = _CLOCK.fullmatch(rest.lstrip(" T"))
        share = _share(clock) if clock else None
        if share is not None and share < 1:
            return Typed(tidy(day + share), ("DATE_TIME", f"{form} h:mm:ss"))
        return None
    clock = _CLOCK.fullmatch(text)
    share = _share(clock) if clock else None
    if share is None or clock is None:
        return None
    shape = ("h:mm:ss" if clock["s"] else "h:mm") + (" am/pm" if clock["half"] else "")
    if share >= 1:
        shape = "[h]:mm:ss"  # a duration
    return Typed(tidy(share), ("TIME", shape))


def _day(found: re.Match[str]) -> int | None:
    parts = found.groupdict()
    month = _MONTHS.index(parts["mon"].lower()) + 1 if "mon" in parts else int(parts["mo"])
    year = int(parts["y"]) + (0 if len(parts["y"]) == 4 else 2000)
    try:
        return (date(year, month, int(parts["d"])) - EPOCH).days
    except ValueError:
        return None


def _share(found: re.Match[str]) -> float | None:
    hour = int(found["h"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    return (hour * 3600 + int(found["m"]) * 60 + int(found["s"] or 0)) / 86_400


def tidy(number: float) -> int | float:
    """A number as JSON shows it: whole numbers without a fraction."""
    return int(number) if number == int(number) and abs(number) < 1e15 else number
