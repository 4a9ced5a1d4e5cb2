"""Amounts, percentages and numbers as people write them: `￥1,200,000`, `120万`, `$12k`, `八成`."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from sync.fields import UNITS

_LONGEST = 40  # characters; nobody writes a longer number
_GREATEST = 10**17  # cents; keeps sums of whole columns within 64 bits

# 1.200.000,50 or 1,200,000.50 or 120,0000
_NUMBER = (
    r"(?:\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}"
    r"|(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d+)(?:\.\d*)?|\.\d+)(?!\d)"
)
_SCALES = {
    word: factor for word, factor in UNITS.items() if not re.search("rmb|cny|usd|eur|[$¥€]", word)
}
_SCALE = "|".join(sorted(map(re.escape, _SCALES), key=len, reverse=True))
_CURRENCY = (
    r"(?:rmb|cny|usd|eur|gbp|jpy|hkd|twd|(?:us|hk|nt|a)?\$|[€£¥₩₹]"
    r"|人民币|美元|美金|欧元|港币|港元|日元|英镑)"
)
_PIECE = re.compile(rf"({_NUMBER})({_SCALE})?")
_AMOUNT = re.compile(
    r"(?:约|大约|大概|近|~|≈|about|approx\.?|ca\.?)?"
    rf"(?P<open>\()?(?P<sign>[-−–+])?{_CURRENCY}?(?P<inner>[-−–])?"
    rf"(?P<body>(?:{_NUMBER}(?:{_SCALE})?)+){_CURRENCY}?(?P<close>\))?(?P<after>-)?"
    r"(?:左右|上下|以上|\+|整)?"
)
_PLAIN = re.compile(rf"([-−–+])?({_NUMBER})[次个人家条天年单台套分]?")
_PERCENT = re.compile(rf"(?:约|~|≈)?({_NUMBER})(%|percent)?(?:左右)?")
_TENTHS = {digit: value for value, digit in enumerate("一二三四五六七八九十", start=1)}


class Amount(NamedTuple):
    """A number in whole currency units, and whether its own text named the unit (`120万`)."""

    value: Decimal
    absolute: bool


def _folded(text: str) -> str:
    """Width- and case-folded, without spaces and the apostrophes that group digits."""
    return re.sub(r"[\s'’_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _decimal(digits: str) -> Decimal:
    """The value of digits that `_NUMBER` matched, whichever mark groups them."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,3}(?:\.\d{3}){2,}", digits):
        return Decimal(digits.replace(".", "").replace(",", "."))
    return Decimal(digits.replace(",", ""))


def read_amount(value: object) -> Amount | None:
    """Read an amount of money.

    Args:
        value: a cell: a number, or text such as `￥1,200,000`, `120万`, `1亿2000万`, `(1,200)`.

    Returns:
        The amount, or None where it cannot be read.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return Amount(Decimal(repr(value)), absolute=False) if math.isfinite(value) else None
    text = _folded(value) if isinstance(value, str) and len(value) <= _LONGEST else ""
    match = _AMOUNT.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    pieces = _PIECE.findall(match["body"])
    scales = [_SCALES.get(scale, 0) for _, scale in pieces]
    # 1亿2000万 adds up; 1万5 could be 15,000 or 10,005, so nobody guesses
    if len(pieces) > 1 and (0 in scales or sorted(set(scales), reverse=True) != scales):
        return None
    total = sum(
        (
            _decimal(digits) * (scale or 1)
            for (digits, _), scale in zip(pieces, scales, strict=True)
        ),
        Decimal(0),
    )
    minus = [
        mark
        for mark in (match["open"], match["sign"], match["inner"], match["after"])
        if mark not in (None, "+")
    ]
    return Amount(-total if minus else total, absolute=any(scales)) if len(minus) <= 1 else None


def cents(amount: Amount, unit: int) -> int | None:
    """Return an amount in whole cents, halves rounded away from zero.

    Args:
        amount: as read from the cell.
        unit: factor of the column's header, for numbers without a unit of their own.

    Returns:
        Whole cents, or None where the amount is beyond anything real.
    """
    value = amount.value * (1 if amount.absolute else unit) * 100
    return int(value.to_integral_value(ROUND_HALF_UP)) if abs(value) < _GREATEST else None


def read_number(value: object) -> float | None:
    """Read a plain number: a cell such as 3, `1,200`, `３`, `5次`; None where it cannot be read."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if math.isfinite(value) else None
    match = (
        _PLAIN.fullmatch(_folded(value))
        if isinstance(value, str) and len(value) <= _LONGEST
        else None
    )
    if match is None:
        return None
    number = float(_decimal(match[2]))
    return -number if match[1] in ("-", "−", "–") else number


def read_percent(value: object) -> tuple[float, bool] | None:
    """Read a percentage.

    Args:
        value: a cell: `80%`, `８０％`, `八成`, or a bare number that is 80 or 0.8.

    Returns:
        (fraction, True) where the cell itself says that it is a percentage, (number, False) where
        the column has to decide the scale, None where it cannot be read.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return (float(value), False) if math.isfinite(value) else None
    text = _folded(value) if isinstance(value, str) and len(value) <= _LONGEST else ""
    if len(text) == 2 and text.endswith("成"):
        tenths = _TENTHS.get(text[0]) or (int(text[0]) if text[0].isdecimal() else 0)
        return (tenths / 10, True) if tenths else None
    match = _PERCENT.fullmatch(text)
    if match is None:
        return None
    number = _decimal(match[1])
    return (float(number / 100), True) if match[2] else (float(number), False)
