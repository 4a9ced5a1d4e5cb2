"""From pairs to clusters, guarded: no chain whose ends contradict each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rules.dedupe.tokens import Floats, Ints
from sync.table import Mask

_LARGEST = 200  # rows of a component up to which every pair in it is compared

Contradicts = Callable[[Ints, Ints], Mask]


def clusters(left: Ints, right: Ints, bits: Floats, rows: int, contradicts: Contradicts) -> Ints:
    """Return (rows) the smallest row of each row's cluster.

    Pairs are joined best first; a join is refused where a row of the one side contradicts a row of
    the other. Components of one pair need no guard; larger ones get all their pairs compared.

    Args:
        left: (pairs) the smaller of two rows that match.
        right: (pairs) the larger.
        bits: (pairs) how well.
        rows: number of rows.
        contradicts: compares (pairs) rows that no key brought together.
    """
    labels = _components(left, right, rows)
    size = np.bincount(labels, minlength=rows)
    guarded = size[labels[left]] > 2
    if guarded.any():
        _split(labels, left[guarded], right[guarded], bits[guarded], contradicts)
    return labels


def _components(left: Ints, right: Ints, rows: int) -> Ints:
    """(rows) the smallest row that can be reached over pairs."""
    labels = np.arange(rows)
    while True:
        low = np.minimum(labels[left], labels[right])
        before = labels.copy()
        np.minimum.at(labels, left, low)
        np.minimum.at(labels, right, low)
        labels = labels[labels]
        if np.array_equal(before, labels):
            return labels


def _split(labels: Ints, left: Ints, right: Ints, bits: Floats, contradicts: Contradicts) -> None:
    """Join the rows of larger components again, pair by pair; changes `labels` in place."""
    members = np.unique(np.concatenate([left, right]))
    enemies = _enemies(members, labels, contradicts)
    labels[members] = members
    groups: dict[int, set[int]] = {row: {row} for row in members.tolist()}
    order = np.lexsort((right, left, -bits))
    for first, second in zip(left[order].tolist(), right[order].tolist(), strict=True):
        one, other = groups[first], groups[second]
        if one is other or any(not enemies.get(row, set()).isdisjoint(other) for row in one):
            continue
        one |= other
        for row in other:
            groups[row] = one
    for row, group in groups.items():
        labels[row] = min(group)


def _enemies(members: Ints, labels: Ints, contradicts: Contradicts) -> dict[int, set[int]]:
    """Row → rows of its component that it contradicts."""
    order = members[np.argsort(labels[members], kind="stable")]
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    firsts, seconds = [], []
    for group in np.split(order, starts[1:]):
        if len(group) <= _LARGEST:
            i, j = np.triu_indices(len(group), 1)
            firsts.append(group[i])
            seconds.append(group[j])
    if not firsts:
        return {}
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    found = contradicts(first, second)
    enemies: dict[int, set[int]] = {}
    for a, b in zip(first[found].tolist(), second[found].tolist(), strict=True):
        enemies.setdefault(a, set()).add(b)
        enemies.setdefault(b, set()).add(a)
    return enemies
