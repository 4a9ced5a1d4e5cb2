"""Amounts in a unit that keeps every number short enough for a narrow column."""

from __future__ import annotations

from dataclasses import dataclass

from rules.kpi import half_up
from sync.say import Language

_DIGITS = 5  # 99,999 fits a tile; with a decimal (9,999.9) a narrow column


@dataclass(frozen=True, slots=True)
class Unit:
    """What the amounts of the page are divided by.

    Attributes:
        factor: currency units in one.
        decimals: shown in tables.
        label: the unit in words, said once on the page.
        suffix: behind an amount in a sentence, its space included.
    """

    factor: int
    decimals: int
    label: str
    suffix: str

    def of(self, cents: float) -> float:
        """Return an amount in this unit, as a cell holds it."""
        return cents / (100 * self.factor)

    @property
    def pattern(self) -> str:
        """The digits of an amount in a table, as a number format."""
        return "#,##0" + ("." + "0" * self.decimals if self.decimals else "")

    @property
    def tile_pattern(self) -> str:
        """The digits of an amount in a tile: one decimal fewer than in tables."""
        return "#,##0" + ("." + "0" * (self.decimals - 1) if self.decimals > 1 else "")

    def digits(self, cents: float, decimals: int | None = None) -> str:
        """Write an amount without its unit, rounded half up."""
        places = self.decimals if decimals is None else decimals
        if not cents:
            return "0"
        return f"{half_up(self.of(cents), places):,.{places}f}"

    def text(self, cents: float) -> str:
        """Write an amount with its unit, for a sentence."""
        return self.digits(cents) + self.suffix


# factor, decimals, words; in the order in which they are tried
_STEPS: dict[Language, tuple[tuple[int, int, str, str], ...]] = {
    "zh": (
        (1, 0, "元", " 元"),
        (10**4, 1, "万元", " 万"),
        (10**4, 0, "万元", " 万"),
        (10**8, 2, "亿元", " 亿"),
        (10**8, 1, "亿元", " 亿"),
        (10**8, 0, "亿元", " 亿"),
        (10**12, 1, "万亿元", " 万亿"),
    ),
    "en": (
        (1, 0, "", ""),
        (10**3, 0, " thousand", " k"),
        (10**6, 2, " million", " M"),
        (10**6, 1, " million", " M"),
        (10**6, 0, " million", " M"),
        (10**9, 2, " billion", " B"),
        (10**9, 1, " billion", " B"),
        (10**9, 0, " billion", " B"),
        (10**12, 1, " trillion", " T"),
    ),
}


def choose_unit(largest: float, language: Language, currency: str) -> Unit:
    """Return the smallest unit in which the largest amount of the page stays short.

    Args:
        largest: amount in whole cents.
        language: decides the steps: 元, 万元, 亿元 or 1, k, M, B.
        currency: ISO code, part of the unit's label.
    """
    *smaller, chosen = _STEPS[language]
    for step in smaller:
        if half_up(largest / (100 * step[0]), step[1]) < 10 ** (_DIGITS - step[1]):
            chosen = step
            break
    factor, decimals, words, suffix = chosen
    if language == "en":
        label = f"{currency}{words}"
    else:
        label = words if currency == "CNY" else f"{words.removesuffix('元')} {currency}".strip()
    return Unit(factor, decimals, label, suffix)
