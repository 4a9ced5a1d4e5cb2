"""Which rows are worth comparing: those that share a key, as arrays of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from rules.dedupe.evidence import Compared
from rules.dedupe.tokens import Ints

_NEIGHBOURS = 24  # rows of one block that a row is compared with, in the order of the table's texts
_WEAK_BLOCK = 64  # a combined key whose block is larger proves too little


def candidates(columns: Sequence[Compared], rows: int) -> tuple[Ints, Ints]:
    """Return (pairs) positions left < right, ascending, each pair once.

    Args:
        columns: the columns made ready; rows are in the order of their texts, so that those alike
            stand near each other, whatever the order of the sheet.
        rows: number of rows.
    """
    found = [_pairs(key, rows, rows) for column in columns for key in column.strong_keys()]
    weak = [(at, key) for at, column in enumerate(columns) for key in column.weak_keys()]
    for (one, first), (other, second) in combinations(weak, 2):
        if one == other:
            continue
        width = int(second.max(initial=-1)) + 1
        joint = np.where((first >= 0) & (second >= 0), first.astype(np.int64) * width + second, -1)
        found.append(_pairs(joint, rows, _WEAK_BLOCK))
    every = np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
    return every // rows, every % rows


def neighbours(key: Ints, rows: int) -> tuple[Ints, Ints]:
    """Return (pairs) positions of rows that share a key and stand near each other."""
    found = _pairs(key, rows, rows)
    return found // max(rows, 1), found % max(rows, 1)


def _pairs(key: Ints, rows: int, largest: int) -> Ints:
    """(pairs) left x rows + right of the rows that share a key with at most `largest` rows."""
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    start = int(np.searchsorted(sorted_key, 0))
    order, sorted_key = order[start:], sorted_key[start:]
    _, place, size = np.unique(sorted_key, return_inverse=True, return_counts=True)
    keep = (size[place] > 1) & (size[place] <= largest)
    order, sorted_key = order[keep].astype(np.int64), sorted_key[keep]
    parts = []
    for step in range(1, min(_NEIGHBOURS, len(order) - 1) + 1):
        near = sorted_key[:-step] == sorted_key[step:]
        if not near.any():
            break
        parts.append(order[:-step][near] * rows + order[step:][near])
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
