"""Which rows are worth comparing: those that share a key, as arrays of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rules.dedupe.evidence import Compared
from rules.dedupe.tokens import Ints
from sync.table import Mask

NEIGHBOURS = 24  # rows of one block that a row is compared with, in the order of the table's texts
_WEAK_BLOCK = 64  # a combined key whose block is larger proves too little


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The rows that share a value of one key with others.

    Attributes:
        rows: (members) positions of rows, block after block, ascending in each.
        block: (members) number of the block, 0, 1, 2, …
        largest: rows of a block up to which its rows are compared.
    """

    rows: Ints
    block: Ints
    largest: int

    @property
    def size(self) -> Ints:
        """(blocks) number of rows."""
        return np.bincount(self.block)

    def pairs(self, wanted: Mask | None = None) -> tuple[Ints, Ints]:
        """Return (pairs) the places, among the members, of neighbours in one block.

        Args:
            wanted: (blocks) which blocks are asked for.
        """
        compared = self.size <= self.largest
        if wanted is not None:
            compared &= wanted
        members = np.flatnonzero(compared[self.block])
        block = self.block[members]
        left, right = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for step in range(1, min(NEIGHBOURS, len(members) - 1) + 1):
            near = np.flatnonzero(block[:-step] == block[step:])
            if not len(near):
                break
            left.append(members[near])
            right.append(members[near + step])
        return np.concatenate(left), np.concatenate(right)

    def hold(self, left: Ints, right: Ints, total: int) -> Mask:
        """Return (pairs) whether two rows are neighbours in a block that is compared.

        Args:
            left: (pairs) positions of rows.
            right: (pairs) positions of the others.
            total: number of rows of the table.
        """
        place = np.full(total, -1, dtype=np.int64)
        place[self.rows] = np.arange(len(self.rows))
        ours, theirs = place[left], place[right]
        found = np.flatnonzero((ours >= 0) & (theirs >= 0) & (abs(ours - theirs) <= NEIGHBOURS))
        block = self.block[ours[found]]
        compared = self.size <= self.largest
        held = np.zeros(len(left), dtype=bool)
        held[found] = (block == self.block[theirs[found]]) & compared[block]
        return held


def blocks_of(columns: Sequence[Compared], rows: int) -> Iterator[Blocks]:
    """Give the blocks of every key, and of every two weak keys of different columns.

    Args:
        columns: the columns made ready; rows are in the order of their texts, so that those alike
            stand near each other, whatever the order of the sheet.
        rows: number of rows.
    """
    for column in columns:
        for key in column.strong_keys():
            yield _blocks(key, rows)
    weak = [(at, key) for at, column in enumerate(columns) for key in column.weak_keys()]
    for (one, first), (other, second) in combinations(weak, 2):
        if one == other:
            continue
        width = int(second.max(initial=-1)) + 1
        joint = np.where((first >= 0) & (second >= 0), first.astype(np.int64) * width + second, -1)
        yield _blocks(joint, _WEAK_BLOCK)


def neighbours(key: Ints, rows: int) -> tuple[Ints, Ints]:
    """Return (pairs) positions of rows that share a key and stand near each other."""
    blocks = _blocks(key, rows)
    left, right = blocks.pairs()
    return blocks.rows[left], blocks.rows[right]


def _blocks(key: Ints, largest: int) -> Blocks:
    """The blocks of two rows or more of a key, -1 standing for no value."""
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    start = int(np.searchsorted(sorted_key, 0))
    order, sorted_key = order[start:].astype(np.int64), sorted_key[start:]
    same = np.diff(sorted_key, prepend=-1) == 0
    shared = same | np.append(same[1:], False)
    return Blocks(order[shared], np.cumsum(~same[shared]) - 1, largest)
