"""What a later run need not compare again.

Two rows are weighed by their texts and by what these are worth in the table. A row's *mark* stands
for both: rows that have the marks of two earlier rows weigh what those weighed. If those shared a
key and stood near each other they were weighed, and were kept where that was worth telling. So only
pairs with a row that is new or changed are weighed, and pairs that others parted then; the result
is that of comparing everything.

A mark has 64 bits: two different rows of a table of a million have the same one by chance in one
table out of forty million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.dedupe.blocking import NEIGHBOURS, Blocks
from rules.dedupe.marks import Marks, mixed
from rules.dedupe.tokens import Floats, Ints
from sync.table import Mask

Frames = Mapping[str, pd.DataFrame]

# Counts up with every change of how rows are normalised, brought together or weighed.
VERSION = 1
_SMALL = NEIGHBOURS + 1  # rows of a block in which each is compared with each
_ALONE = -NEIGHBOURS - 1  # the place of a row in a block too large to be compared


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of rows worth telling.

    Attributes:
        left, right: (pairs) positions, left < right.
        bits: (pairs) of evidence.
        tier: (pairs) that they reach.
    """

    left: Ints
    right: Ints
    bits: Floats
    tier: Ints

    def take(self, which: Mask | Ints) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.left[which], self.right[which], self.bits[which], self.tier[which])

    @classmethod
    def joined(cls, *parts: Pairs) -> Pairs:
        """Return the pairs of all parts, by position."""
        left, right, bits, tier = (
            np.concatenate([getattr(pairs, name) for pairs in parts])
            for name in ("left", "right", "bits", "tier")
        )
        return cls(left, right, bits, tier).take(np.lexsort((right, left)))


class Earlier:
    """What an earlier run compared, seen from the rows of this one.

    Args:
        kept: as `Kept.frames` made them; anything else counts as nothing.
        basis: what besides the rows decides how pairs are weighed.
        marks: (rows) of this run.

    Attributes:
        known: (rows) whether the row was there, with what it is worth.
        pairs: worth telling then, of rows that are known.
    """

    def __init__(self, kept: Frames, basis: str, marks: Marks) -> None:
        held = kept.get("basis")
        fits = held is not None and held["basis"].tolist() == [basis]
        none = np.empty(0, dtype=np.uint64)
        self._crowd = kept["crowd"]["member"].to_numpy() if fits else none
        self._place = kept["crowd"]["place"].to_numpy() if fits else none.astype(np.int32)
        self.known = _find(kept["rows"]["mark"].to_numpy() if fits else none, marks) >= 0
        self.pairs = Pairs(*(none.astype(kind) for kind in ("i8", "i8", "f4", "i1")))
        if fits:
            told = kept["pairs"]
            order = np.argsort(marks)
            left, right = (
                np.append(order, -1)[_find(marks[order], told[side].to_numpy())]
                for side in ("left", "right")
            )
            every = Pairs(left, right, told["bits"].to_numpy(), told["tier"].to_numpy())
            self.pairs = every.take((left >= 0) & (right >= 0))

    def fresh(self, blocks: Blocks, members: Marks) -> tuple[Ints, Ints]:
        """Return (pairs) positions of neighbours that were not neighbours then.

        Args:
            blocks: of one key.
            members: (members) a number for row and key.
        """
        if not self.known.any():
            left, right = blocks.pairs()
            return blocks.rows[left], blocks.rows[right]
        known = self.known[blocks.rows]
        at = _find(self._crowd, members)
        crowded = at >= 0
        # a small block of known rows was one then: each was compared with each
        asked = np.bincount(blocks.block, weights=~known | crowded) > 0
        left, right = blocks.pairs(asked)
        place = np.append(self._place, 0)[at].astype(np.int64)
        apart = np.abs(place[left] - place[right])
        then = np.where(
            crowded[left] & crowded[right],
            (apart <= NEIGHBOURS) & (place[left] >= 0),
            ~crowded[left] & ~crowded[right],
        )
        new = ~(known[left] & known[right] & then)
        return blocks.rows[left[new]], blocks.rows[right[new]]


class Kept:
    """What this run compares, for the next one.

    Args:
        basis: what besides the rows decides how pairs are weighed.
        marks: (rows) of the table.
    """

    def __init__(self, basis: str, marks: Marks) -> None:
        self._basis = basis
        self._marks = marks
        self._members: list[Marks] = [np.empty(0, dtype=np.uint64)]
        self._places: list[Ints] = [np.empty(0, dtype=np.int32)]

    def note(self, blocks: Blocks, members: Marks) -> None:
        """Note who stood where in blocks in which not each is compared with each."""
        size = blocks.size
        first = np.cumsum(size) - size
        place = np.arange(len(blocks.rows)) - first[blocks.block]
        place[size[blocks.block] > blocks.largest] = _ALONE
        crowded = size[blocks.block] > min(_SMALL, blocks.largest)
        self._members.append(members[crowded])
        self._places.append(place[crowded].astype(np.int32))

    def frames(self, pairs: Pairs) -> Frames:
        """Return all that the next run needs.

        Args:
            pairs: worth telling.
        """
        members, places = np.concatenate(self._members), np.concatenate(self._places)
        order = np.argsort(members)
        ends = {side: self._marks[getattr(pairs, side)] for side in ("left", "right")}
        told = {"bits": pairs.bits.astype(np.float32), "tier": pairs.tier.astype(np.int8)}
        return {
            "basis": pd.DataFrame({"basis": pd.array([self._basis], dtype="str")}),
            "rows": pd.DataFrame({"mark": np.sort(self._marks)}),
            "crowd": pd.DataFrame({"member": members[order], "place": places[order]}),
            "pairs": pd.DataFrame({**ends, **told}),
        }


def membership(blocks: Blocks, marks: Marks, key: int) -> Marks:
    """Return (members) a number for row and key.

    Args:
        blocks: of the key.
        marks: (rows) of the table.
        key: number of the key.
    """
    return mixed(marks[blocks.rows], np.uint64(key + 1))


def _find(ordered: Marks, sought: Marks) -> Ints:
    """(n) where each stands in a sorted column, -1 for nowhere."""
    if not len(ordered):
        return np.full(len(sought), -1)
    at = np.minimum(np.searchsorted(ordered, sought), len(ordered) - 1)
    return np.where(ordered[at] == sought, at, -1)
