"""Cells as people type them: several ways to write a day or an amount, blanks in words, spaces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

_BLANKS = ("-", "N/A", "无", "请选择", "  ")
_DAYS: tuple[Callable[[pd.Timestamp], str], ...] = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y-%m-%d} ",
)
_AMOUNTS: tuple[Callable[[float], str], ...] = (
    lambda amount: f"￥{amount:,.0f}",
    lambda amount: f"{amount / 10_000:g}万",
    lambda amount: f"{amount:.0f}元",
    lambda amount: f"{amount:.0f}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
)
_WORDS: tuple[Callable[[str], str], ...] = (str.lower, str.upper, lambda word: f" {word} ")
_OTHER_FORM, _BLANK = 0.2, 0.03  # shares of a column's cells


def soiled(
    cells: Mapping[str, Sequence[Any]], dates: Collection[str], seed: int = 7
) -> dict[str, list[Any]]:
    """Return the columns with a fifth of their cells written otherwise, and some said to be blank.

    Ids stay as they are.

    Args:
        cells: header → (rows) values; days are serial numbers.
        dates: headers of the columns of days.
        seed: the same seed gives the same cells.
    """
    dice = np.random.default_rng(seed)
    first, *others = cells
    made = {first: list(cells[first])}
    for name in others:
        forms = _DAYS if name in dates else _AMOUNTS if name == "Amount" else _WORDS
        made[name] = _column(cells[name], forms, name in dates, dice)
    return made


def _column(
    values: Sequence[Any],
    forms: Sequence[Callable[[Any], str]],
    days: bool,
    dice: np.random.Generator,
) -> list[Any]:
    found = list(values)
    chance, form = dice.random(len(found)), dice.integers(1 << 16, size=len(found))
    for at in np.flatnonzero(chance < _OTHER_FORM + _BLANK).tolist():
        value, kind = found[at], int(form[at])
        if value in (None, ""):
            continue
        if chance[at] < _BLANK:
            found[at] = _BLANKS[kind % len(_BLANKS)]
            continue
        given = pd.Timestamp(1899, 12, 30) + pd.Timedelta(days=value) if days else value
        found[at] = forms[kind % len(forms)](given)
    return found
