"""What a cell shows: a value written by its number format, as a spreadsheet would."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from sync.say import Language

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|([#0,.?]+)|([ymd]+)|([%@])|(.)', re.DOTALL)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])*')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def shown(value: float | dt.date | str | bool, pattern: str, language: Language = "en") -> str:
    """Write a value as a cell of this number format shows it.

    Args:
        value: number, date, truth or text; text is returned as it is.
        pattern: the number format: up to three sections (positive, negative, zero), digits,
            percent, quoted words, `_x` for a blank, `y`, `m` and `d` for dates.
        language: of true and false.
    """
    match value:
        case str():
            return value
        case bool():
            words = ("否", "是") if language == "zh" else ("no", "yes")
            return words[value]
        case dt.date():
            return _date(value, "yyyy-mm-dd" if pattern == "General" else pattern)
    if value != value:
        return ""
    if pattern in ("General", "@"):
        return f"{value:.10g}"
    section = _section(pattern, value)
    several = len(_sections(pattern)) > 1
    return _number(abs(value) if several else value, section)


@cache
def _sections(pattern: str) -> tuple[str, ...]:
    found, at = [], 0
    while at <= len(pattern):
        part = _SECTION.match(pattern, at)
        text = part[0] if part else ""
        found.append(text)
        at += len(text) + 1
    return tuple(found)


def _section(pattern: str, value: float) -> str:
    sections = _sections(pattern)
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


def _number(value: float, section: str) -> str:
    """Write a number by one section of a format, rounded half up."""
    tokens = list(_TOKEN.finditer(section))
    percent = any(token[5] == "%" for token in tokens)
    written, sign = [], ""
    for token in tokens:
        quoted, escaped, digits, letters, special, other = token.groups()
        if digits:
            text = _digits(Decimal(repr(float(value))) * (100 if percent else 1), digits)
            sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
            written.append(text)
        elif special == "%":
            written.append("%")
        else:
            written.append(quoted or escaped or letters or other or "")
    return sign + "".join(written)


def _digits(value: Decimal, digits: str) -> str:
    whole, _, fraction = digits.partition(".")
    rounded = value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{rounded + 0:{',' if ',' in whole else ''}.{len(fraction)}f}"
    optional = len(fraction) - len(fraction.rstrip("#?"))
    for _ in range(optional):
        text = text.removesuffix("0")
    text = text.removesuffix(".")
    if "0" not in whole and re.match(r"-?0(?!\d)", text):
        text = text.replace("0", "", 1)
    return text.removeprefix("-") if not rounded else text


def _date(value: dt.date, pattern: str) -> str:
    parts = {
        "yyyy": f"{value.year:04}", "yy": f"{value.year % 100:02}",
        "mmm": _MONTHS[value.month - 1], "mm": f"{value.month:02}", "m": f"{value.month}",
        "dd": f"{value.day:02}", "d": f"{value.day}",
    }  # fmt: skip
    return "".join(
        parts.get(token[4], token[4]) if token[4] else token[1] or token[2] or token[6] or ""
        for token in _TOKEN.finditer(pattern)
    )
