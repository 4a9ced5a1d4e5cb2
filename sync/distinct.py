"""Whole numbers once each: rows that several changes touch, pairs that several keys find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # tabs are read without pandas
    from sync.table import Rows


def distinct(numbers: Rows) -> Rows:
    """Return each of (n) numbers once, ascending.

    As `numpy.unique`, which since version 2.3 hashes: for many different numbers that takes ten
    times as long as sorting them.
    """
    ordered = np.sort(numbers)
    found: Rows = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found
