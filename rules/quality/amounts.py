"""Amounts of nothing, and amounts that stand far from all others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from rules.money import exchanged, rates_of
from rules.quality import words
from rules.quality.telling import told
from rules.rule import Context
from rules.worktime import Floats
from sync.table import Finding

# Amounts vary by orders of magnitude, so their logarithms are compared: an outlier is further from
# the median than five robust standard deviations (1.4826 × the median absolute deviation, Rousseeuw
# and Croux 1993) and at least fifty-fold, and there are enough amounts to tell.
_DEVIATIONS, _FOLD, _ENOUGH = 5, 50, 20
# How many times too much or too little another unit makes it: cents, thousands, 万元.
_UNITS = {2: "100", 3: "1,000", 4: "10,000"}


def amounts(frame: pd.DataFrame, ctx: Context, *, outliers: bool) -> Iterator[Finding]:
    """Find open opportunities with an amount of nothing, and amounts far from all others.

    Args:
        frame: (rows × `state`, `amount`, `currency`); amounts are compared in the team's currency.
        ctx: the rates.
        outliers: whether to look for the latter.
    """
    own = frame["amount"].to_numpy(dtype=np.float64, na_value=np.nan)
    nothing = (frame["state"] == "open").to_numpy() & (own <= 0)
    yield from told(words.NOT_POSITIVE, nothing, field="amount")
    rates = rates_of(frame["currency"], ctx.settings)
    amount = exchanged(frame["amount"], rates).to_numpy(dtype=np.float64, na_value=np.nan)
    if outliers and np.count_nonzero(amount > 0) >= _ENOUGH:
        yield from _far(np.where(amount > 0, amount, np.nan))


def _far(amount: Floats) -> Iterator[Finding]:
    """Find outliers by how many times the usual they are; (rows) NaN where nothing is known."""
    size = np.log(amount)
    middle = np.nanmedian(size)
    away = size - middle
    deviation = 1.4826 * np.nanmedian(np.abs(away))
    far = np.abs(away) > max(_DEVIATIONS * deviation, np.log(_FOLD))
    power = np.rint(np.abs(away) / np.log(10))
    usual = round(float(np.exp(middle)))
    for exponent, factor in _UNITS.items():
        of_unit = far & (power == exponent)
        facts = {"factor": factor, "usual": usual}
        yield from told(words.TIMES_HIGH, of_unit & (away > 0), "info", field="amount", **facts)
        yield from told(words.TIMES_LOW, of_unit & (away < 0), "info", field="amount", **facts)
    rest = far & ~np.isin(power, list(_UNITS))
    most, least = int(np.nanmax(amount[~far])), int(np.nanmin(amount[~far]))
    yield from told(words.TOO_HIGH, rest & (away > 0), "info", field="amount", bound=most)
    yield from told(words.TOO_LOW, rest & (away < 0), "info", field="amount", bound=least)
