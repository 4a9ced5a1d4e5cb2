"""Numbers as text by a number format's pattern, dates and times among them.

Follows https://developers.google.com/workspace/sheets/api/guides/formats.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from operator import eq, ge, gt, le, lt, ne
from typing import Final

from tests.sheets_server.entry import EPOCH

DATE_TYPES: Final = ("DATE", "TIME", "DATE_TIME")
_USUAL: Final = {
    "DATE": "m/d/yyyy",
    "TIME": "h:mm:ss am/pm",
    "DATE_TIME": "m/d/yyyy h:mm:ss",
    "PERCENT": "0.00%",
    "CURRENCY": '"$"#,##0.00',
    "SCIENTIFIC": "0.00E+00",
    "NUMBER": "#,##0.00",
}
_MIDNIGHT: Final = datetime.combine(EPOCH, datetime.min.time())
_PIECES: Final = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<escaped>.)|_(?P<gap>.)|\*(?P<fill>.)|(?P<half>am/pm|a/p)'
    r"|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]"
    r"|(?P<part>y+|m+|d+|h+|s+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION: Final = re.compile(r"\[(>=|<=|<>|=|>|<)(-?\d+(?:\.\d+)?)\]")
_MEETS: Final = {">=": ge, "<=": le, "<>": ne, "=": eq, ">": gt, "<": lt}
_NUMBER: Final = re.compile(r"[#0?][#0?,]*(?:\.[0#?]*)?(?P<exp>E[+-]0+)?", re.IGNORECASE)


def automatic(value: float) -> str:
    """A number without a format: ten places at most, no needless zeros."""
    if isinstance(value, int):
        return str(value)
    if abs(value) >= 1e15 or 0 < abs(value) < 1e-5:
        mantissa, _, power = f"{value:.2E}".partition("E")
        return f"{mantissa}E{power[0]}{power[1:].lstrip('0').zfill(2)}"
    text = f"{value:.10f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def formatted(value: float, kind: str, pattern: str = "") -> str:
    """A number as a cell with this number format shows it.

    Args:
        value: the number; for dates and times the serial number.
        kind: the format's type, such as "DATE" or "NUMBER".
        pattern: its pattern; empty means the type's usual one.
    """
    shape = pattern or _USUAL.get(kind, "")
    if kind == "TEXT" or shape in ("", "General", "@"):
        return automatic(value)
    if kind in DATE_TYPES:
        return _date(value, shape)
    sections = _sections(shape)
    if _CONDITION.match(sections[0]):
        return _number(value, _meeting(value, sections))
    if value < 0 and len(sections) > 1:
        return _number(-value, sections[1])
    if value == 0 and len(sections) > 2:
        return _number(0, sections[2])
    return _number(value, sections[0])


def _meeting(value: float, sections: list[str]) -> str:
    """The first section whose condition a number meets; one without a condition takes all."""
    for section in sections:
        asked = _CONDITION.match(section)
        if asked is None or _MEETS[asked[1]](value, float(asked[2])):
            return section
    return "General"


@cache
def _sections(pattern: str) -> list[str]:
    return re.findall(r'(?:"[^"]*"|\\.|[^;])+', pattern) or [""]


@cache
def _tokens(pattern: str) -> list[tuple[str, str]]:
    found = []
    for piece in _PIECES.finditer(pattern):
        kind = piece.lastgroup
        if kind:
            found.append((kind, piece[kind]))
    return found


def _date(value: float, pattern: str) -> str:
    moment = _MIDNIGHT + timedelta(seconds=round(value * 86_400))
    tokens = _tokens(pattern)
    halves = any(kind == "half" for kind, _ in tokens)
    parts: list[str] = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "part":
            parts.append(_part(moment, text.lower(), halves=halves, minutes=_minutes(tokens, at)))
        elif kind == "half":
            word = moment.strftime("%p")
            parts.append(word if len(text) > 3 else word[0])
        elif kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[text[0].lower()]
            parts.append(str(round(value * 86_400) // unit).zfill(len(text)))
        elif not (kind == "other" and text in "@;"):
            parts.append(text)
    return "".join(parts)


def _minutes(tokens: list[tuple[str, str]], at: int) -> bool:
    """Whether an m is minutes: next to hours before it or seconds after it."""
    before = [text.lower() for kind, text in tokens[:at] if kind in ("part", "elapsed")]
    after = [text.lower() for kind, text in tokens[at + 1 :] if kind in ("part", "elapsed")]
    return bool((before and before[-1][0] == "h") or (after and after[0][0] == "s"))


def _part(moment: datetime, part: str, *, halves: bool, minutes: bool) -> str:
    size = len(part)
    match part[0]:
        case "y":
            return f"{moment.year:04d}" if size > 2 else f"{moment.year % 100:02d}"
        case "m" if not minutes:
            names = {3: "%b", 4: "%B"}
            text = moment.strftime(names[min(size, 4)]) if size > 2 else ""
            return text[:1] if size == 5 else text or str(moment.month).zfill(size)
        case "m":
            return str(moment.minute).zfill(size)
        case "d":
            return (
                moment.strftime("%a" if size == 3 else "%A")
                if size > 2
                else (str(moment.day).zfill(size))
            )
        case "h":
            hour = (moment.hour % 12 or 12) if halves else moment.hour
            return str(hour).zfill(size)
    return str(moment.second).zfill(size)


def _number(value: float, pattern: str) -> str:
    holes = re.sub(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]', lambda found: "\0" * len(found[0]), pattern)
    found = _NUMBER.search(holes)
    if not found:
        return _plain(pattern)
    shape = pattern[found.start() : found.end()]
    percent = "%" in holes
    amount = Decimal(repr(value)) * (100 if percent else 1)
    digits = _digits(abs(amount), shape, scientific=bool(found["exp"]))
    sign = "-" if amount < 0 and any(each in digits for each in "123456789") else ""
    return sign + _plain(pattern[: found.start()]) + digits + _plain(pattern[found.end() :])


def _plain(text: str) -> str:
    shown = {"gap": " ", "fill": ""}
    return "".join(shown.get(kind, word) for kind, word in _tokens(text))


def _digits(amount: Decimal, shape: str, *, scientific: bool) -> str:
    if scientific:
        mantissa, exponent = re.split("[eE]", shape)
        power = amount.adjusted() if amount else 0
        front = _digits(amount.scaleb(-power), mantissa, scientific=False)
        return f"{front}E{'-' if power < 0 else '+'}{str(abs(power)).zfill(exponent.count('0'))}"
    whole, _, places = shape.partition(".")
    thousands = len(whole) - len(whole.rstrip(","))
    amount = amount.scaleb(-3 * thousands)
    rounded = amount.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    left, _, right = f"{rounded:f}".partition(".")
    right = right[: places.rfind("0") + 1] + right[places.rfind("0") + 1 :].rstrip("0")
    least = whole.count("0")
    left = left.lstrip("0").zfill(least) if left.strip("0") or least else ""
    if "," in whole.rstrip(","):
        left = f"{int(left or 0):,}" if left else left
    return left + ("." + right if right else "")
