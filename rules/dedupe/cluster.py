"""From pairs to clusters, guarded: no chain whose ends contradict each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rules.dedupe.tokens import Floats, Ints
from sync.distinct import distinct
from sync.table import Mask

# Bits by which one match is better than another beyond doubt: eight to one.
_CLEAR = 3
_LARGEST = 200  # rows of a component up to which every pair in it is compared

Contradicts = Callable[[Ints, Ints], Mask]
_NOBODY: frozenset[int] = frozenset()
_NONE = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def clusters(
    left: Ints,
    right: Ints,
    bits: Floats,
    rows: int,
    contradicts: Contradicts | None = None,
    apart: tuple[Ints, Ints] = _NONE,
) -> Ints:
    """Return (rows) the smallest row of each row's cluster.

    Pairs are joined best first; a join is refused where a row of the one side contradicts a row of
    the other. Components of one pair need no guard; larger ones get all their pairs compared, up to
    a size at which that would take too long. Pairs that are known to be apart stay so in all.

    Args:
        left: (pairs) the smaller of two rows that match.
        right: (pairs) the larger.
        bits: (pairs) how well.
        rows: number of rows.
        contradicts: compares (pairs) rows that no key brought together.
        apart: two (pairs) rows that may not come into one cluster, none of the pairs that match.
    """
    labels = _components(left, right, rows)
    size = np.bincount(labels, minlength=rows)
    guarded = size[labels[left]] > 2
    if guarded.any():
        members = distinct(np.concatenate([left[guarded], right[guarded]]))
        enemies = _enemies(_strangers(members, labels, contradicts), apart)
        order = np.lexsort((right[guarded], left[guarded], -bits[guarded]))
        _join(labels, members, left[guarded][order], right[guarded][order], enemies)
    return labels


def bridging(left: Ints, right: Ints, bits: Floats, labels: Ints, contradicts: Contradicts) -> Ints:
    """Return the rows that match two clusters which contradict each other, ascending.

    Such a row was joined to the one, fits the other as a whole as well, and matches it nearly as
    well: a short name between two companies of different cities.

    Args:
        left: (pairs) the smaller of two rows that match.
        right: (pairs) the larger.
        bits: (pairs) how well.
        labels: (rows) from `clusters`.
        contradicts: compares (pairs) rows that no key brought together.
    """
    torn = labels[left] != labels[right]
    inside = np.full(len(labels), -np.inf)
    for one in (left, right):
        np.maximum.at(inside, one[~torn], bits[~torn])
    ends = np.concatenate([left[torn], right[torn]])
    sides = labels[np.concatenate([right[torn], left[torn]])]
    close = np.tile(bits[torn], 2) > inside[ends] - _CLEAR
    ends, sides = np.unique(np.column_stack([ends, sides])[close], axis=0).T
    order = np.argsort(labels, kind="stable")
    first, last = (np.searchsorted(labels[order], sides, side=side) for side in ("left", "right"))
    small = last - first <= _LARGEST
    ends, first, size = ends[small], first[small], (last - first)[small]
    turn = np.repeat(np.arange(len(ends)), size)
    within = np.arange(len(turn)) - np.repeat(np.cumsum(size) - size, size)
    apart = contradicts(ends[turn], order[first[turn] + within])
    clean = np.bincount(turn[apart], minlength=len(ends)) == 0
    return np.unique(ends[clean])


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


def _join(
    labels: Ints, members: Ints, left: Ints, right: Ints, enemies: dict[int, set[int]]
) -> None:
    """Join the rows of larger components again, pair by pair; changes `labels` in place."""
    labels[members] = members
    groups: dict[int, set[int]] = {row: {row} for row in members.tolist()}
    for first, second in zip(left.tolist(), right.tolist(), strict=True):
        one, other = sorted((groups[first], groups[second]), key=len, reverse=True)
        if one is other or any(not enemies.get(row, _NOBODY).isdisjoint(one) for row in other):
            continue
        one |= other
        for row in other:
            groups[row] = one
    for row, group in groups.items():
        labels[row] = min(group)


def _strangers(members: Ints, labels: Ints, contradicts: Contradicts | None) -> tuple[Ints, Ints]:
    """Two (pairs) rows of one component that contradict each other, of components not too large."""
    order = members[np.argsort(labels[members], kind="stable")]
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    groups = [group for group in np.split(order, starts[1:]) if len(group) <= _LARGEST]
    if contradicts is None or not groups:
        return _NONE
    both = [np.triu_indices(len(group), 1) for group in groups]
    first, second = (
        np.concatenate([group[at[side]] for group, at in zip(groups, both, strict=True)])
        for side in (0, 1)
    )
    found = contradicts(first, second)
    return first[found], second[found]


def _enemies(*pairs: tuple[Ints, Ints]) -> dict[int, set[int]]:
    """Row → rows that may not come into its cluster."""
    enemies: dict[int, set[int]] = {}
    for left, right in pairs:
        for one, other in zip(left.tolist(), right.tolist(), strict=True):
            enemies.setdefault(one, set()).add(other)
            enemies.setdefault(other, set()).add(one)
    return enemies
