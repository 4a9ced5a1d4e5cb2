"""Numbers that stand for what comparisons look at: equal numbers, equal rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rules.dedupe.normalise import Coded
from rules.dedupe.tokens import Floats

Marks = np.ndarray[Any, np.dtype[np.uint64]]

_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads nearby numbers
_SHIFT = np.uint64(29)


def marked(column: Coded, *worth: Floats) -> Marks:
    """Return (rows) a number for a column's text and what it is worth; 0 where blank.

    Args:
        column: the column.
        worth: (distinct) or (distinct × words) bits; a word more that is worth nothing is none.
    """
    found = pd.util.hash_array(np.array([*column.values, ""], dtype=object))[:-1]
    for bits in worth:
        by_word = bits if bits.ndim > 1 else bits[:, None]
        exact = np.ascontiguousarray(by_word).view(np.uint32).astype(np.uint64)
        weights = np.arange(1, exact.shape[1] + 1, dtype=np.uint64) * _ODD
        found = mixed(found, (exact * weights).sum(axis=1, dtype=np.uint64))
    marks: Marks = np.append(found, np.uint64(0))[column.codes]
    return marks


def mixed(first: Marks, second: Marks | np.uint64) -> Marks:
    """Return a number for two numbers in this order."""
    both = (first * _ODD) ^ (first >> _SHIFT) ^ second
    return (both * _ODD) ^ (both >> _SHIFT)
