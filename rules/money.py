"""Amounts in the team's currency: exact whole cents, by the rates of the rules file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from rules.settings import Settings
from sync.table import as_text

_CODES = {"¥": "CNY", "￥": "CNY", "RMB": "CNY", "人民币": "CNY", "元": "CNY", "$": "USD",
          "美元": "USD", "€": "EUR", "欧元": "EUR", "港币": "HKD", "港元": "HKD", "£": "GBP",
          "英镑": "GBP", "日元": "JPY"}  # fmt: skip


def code_of(word: str) -> str:
    """Return the three letters of a currency as people write it: `USD` for `$` and `美元`."""
    bare = word.strip().upper()
    return _CODES.get(bare, bare)


def rates_of(currencies: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """Return (rows, float64) what one unit of each currency is worth in the team's own.

    Args:
        currencies: (rows) as the sheet names them; blank is the team's own.
        settings: the team's currency and its `rates`.

    Returns:
        1 for the team's own, missing for a currency without a rate.
    """
    known = {code_of(name): rate for name, rate in settings.rates.items()}
    known |= {"": 1.0, code_of(settings.currency): 1.0}
    codes, distinct = pd.factorize(as_text(currencies).fillna(""))
    worth = np.array([known.get(code_of(str(word)), np.nan) for word in distinct])
    return pd.Series(worth[codes] if len(distinct) else np.empty(0), dtype="float64")


def exchanged(cents: pd.Series[Any], rates: pd.Series[Any]) -> pd.Series[Any]:
    """Return (rows, Int64) amounts at their rates, each rounded half up to a whole cent.

    Args:
        cents: (rows) whole cents of the amount's own currency.
        rates: (rows) what one unit is worth; missing makes the amount missing.
    """
    worth = rates.to_numpy()
    result = cents.astype("Int64").reset_index(drop=True).mask(np.isnan(worth)).array.copy()
    for rate in np.unique(worth[~np.isnan(worth) & (worth != 1)]):
        rows = np.flatnonzero((worth == rate) & ~result.isna())
        exact = Fraction(str(rate))
        top, bottom = 2 * exact.numerator, 2 * exact.denominator
        # Python's own whole numbers: a product may exceed 64 bits on its way
        made = [(int(one) * top + exact.denominator) // bottom for one in result[rows]]
        result[rows] = pd.array(made, dtype="Int64")
    return pd.Series(result)
