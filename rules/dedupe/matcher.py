"""Find the rows of any table that are the same customer, person or place, and say why.

Normalise distinct values → bring together rows that share a key → weigh the evidence of each column
→ join the pairs to clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from rules.dedupe.again import VERSION, Earlier, Frames, Kept, Pairs, membership
from rules.dedupe.blocking import blocks_of
from rules.dedupe.cluster import bridging, clusters
from rules.dedupe.evidence import CERTAIN, POSSIBLE, RELATED
from rules.dedupe.marks import Marks, marked, mixed
from rules.dedupe.normalise import Coded
from rules.dedupe.roles import Role, fold_column, ready
from rules.dedupe.scale import CHUNK, Limits, Scale, described
from rules.dedupe.tokens import Floats, Ints
from sync.distinct import distinct
from sync.table import Mask

_KINDS = {CERTAIN: "certain", POSSIBLE: "possible", RELATED: "related"}
DEFAULT_CERTAIN, DEFAULT_POSSIBLE = 0.92, 0.80


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What was found.

    Attributes:
        pairs: kind (certain, possible, related), score (0 to 1), left, right (row positions, left
            < right), same and different (tuples of column names that speak for and against), by
            kind and falling score. Related rows share a telephone, an e-mail address or a domain
            but are not the same. Of rows that are equal in every column the first stands for all;
            each of the others is paired with it.
        labels: (rows) the smallest row of each row's cluster of certain and possible pairs.
        certain: (rows) likewise, of certain pairs alone; a row that fits two clusters which
            contradict each other belongs to neither.
        between: (rows) which rows fit two clusters that contradict each other, and nearly as well.
        weighed: how many pairs had to be weighed to find them.
        kept: what spares the next run most of that.
    """

    pairs: pd.DataFrame
    labels: Ints
    certain: Ints
    between: Mask
    weighed: int
    kept: Frames


def match(
    frame: pd.DataFrame,
    roles: Mapping[str, Role],
    *,
    certain: float = DEFAULT_CERTAIN,
    possible: float = DEFAULT_POSSIBLE,
    kept: Frames = MappingProxyType({}),
) -> Matches:
    """Find the rows that are the same thing.

    Args:
        frame: (rows × columns) of text; missing is blank.
        roles: column → what it means; other columns are not looked at.
        certain: score from which a pair is certain, 0 to 1.
        possible: score from which it is possible.
        kept: what an earlier run kept, of any table; it spares work and changes no result.

    Returns:
        Pairs and clusters; the same for any order of the rows but for their positions.

    The score is the chance that both rows are one thing, from the bits of evidence of all columns
    and the chance of any two rows: 1 / (1 + 2 ** (-bits / 2)). Halving the bits pays for columns
    that repeat each other.
    """
    return Matcher(frame, roles, certain=certain, possible=possible).match(kept)


class Matcher:
    """A table made ready: finds all matches, and weighs any two rows."""

    def __init__(
        self,
        frame: pd.DataFrame,
        roles: Mapping[str, Role],
        *,
        certain: float = DEFAULT_CERTAIN,
        possible: float = DEFAULT_POSSIBLE,
    ) -> None:
        """Normalise the columns; arguments as for `match`."""
        self.limits = Limits(certain, possible)
        columns = {name: fold_column(frame[name], role) for name, role in roles.items()}
        self.first, self.profile = _profiles(columns, len(frame))
        distinct = {name: _taken(column, self.first) for name, column in columns.items()}
        self.scale = Scale(ready(distinct, roles), len(self.first))
        self._basis = repr((VERSION, list(roles.items()), certain, possible, self.scale.prior))
        self._texts = [marked(column) for column in distinct.values()]

    def match(self, kept: Frames = MappingProxyType({})) -> Matches:
        """Find the rows that are the same thing; see `match`."""
        scale, first = self.scale, self.first
        marks = self._marks()
        keep = Kept(self._basis, marks)
        found, weighed = self._found(Earlier(kept, self._basis, marks), keep, marks)
        left, right, bits, tier = found.left, found.right, found.bits, found.tier
        every = np.arange(len(first))
        itself = scale.weigh(every, every)
        own = self.limits.tiers(itself.bits, itself.ceiling)
        again = self._repeated((own >= POSSIBLE) | itself.linked)
        some, sure = tier >= POSSIBLE, tier >= CERTAIN
        joined = clusters(left[some], right[some], bits[some], len(first), scale.contradicts)
        alone, between = self._surely(left[sure], right[sure], bits[sure])
        labels = self._labels(joined, own >= POSSIBLE)
        certain = self._labels(alone, own >= CERTAIN)
        pairs = self._pairs(
            np.concatenate([first[left], first[self.profile[again]]]),
            np.concatenate([first[right], again]),
            np.concatenate([tier, own[self.profile[again]]]),
        )
        told = between[self.profile]
        return Matches(pairs, labels, certain, told, weighed, keep.frames(found))

    def _surely(self, left: Ints, right: Ints, bits: Floats) -> tuple[Ints, Mask]:
        """(profiles) clusters, and which profiles belong to neither of two that they fit."""
        size, contradicts = len(self.first), self.scale.contradicts
        joined, between = clusters(left, right, bits, size, contradicts), np.zeros(size, dtype=bool)
        if not np.array_equal(joined[left], joined[right]):
            between[bridging(left, right, bits, joined, contradicts)] = True
            kept = between[left] == between[right]
            joined = clusters(left[kept], right[kept], bits[kept], size, contradicts)
        return joined, between

    def _marks(self) -> Marks:
        """(profiles) a number for everything that comparisons look at."""
        marks = np.zeros(len(self.first), dtype=np.uint64)
        for part in (*self._texts, *(column.marks() for column in self.scale.columns.values())):
            marks = mixed(marks, part)
        return marks

    def _found(self, earlier: Earlier, keep: Kept, marks: Marks) -> tuple[Pairs, int]:
        """Bring together the profiles that share a key, and weigh the pairs that are not known.

        Returns:
            Pairs worth telling; how many pairs were weighed.
        """
        rows, old = len(self.first), earlier.pairs
        fresh: list[Ints] = [np.empty(0, dtype=np.int64)]
        still = np.zeros(len(old.left), dtype=bool)
        for key, blocks in enumerate(blocks_of(list(self.scale.columns.values()), rows)):
            members = membership(blocks, marks, key)
            keep.note(blocks, members)
            left, right = earlier.fresh(blocks, members)
            fresh.append(left * rows + right)
            still |= blocks.hold(old.left, old.right, rows)
        codes = distinct(np.concatenate(fresh))
        still &= ~np.isin(old.left * rows + old.right, codes)
        weighed = _weighed(self.scale, codes // max(rows, 1), codes % max(rows, 1), self.limits)
        return Pairs.joined(weighed, old.take(still)), len(codes)

    def _repeated(self, telling: Mask) -> Ints:
        """(repeats) rows equal to an earlier one in every column, of (profiles) worth telling."""
        rows = np.arange(len(self.profile))
        return np.flatnonzero((self.first[self.profile] != rows) & telling[self.profile])

    def _pairs(self, left: Ints, right: Ints, tier: Ints) -> pd.DataFrame:
        """(pairs) of rows as in `Matches`, best first."""
        pairs = self._described(left, right, tier)
        pairs.insert(0, "kind", pd.Series(tier).map(_KINDS).astype("str"))
        pairs.insert(2, "left", np.minimum(left, right))
        pairs.insert(3, "right", np.maximum(left, right))
        order = np.lexsort((pairs["right"], pairs["left"], -pairs["score"], -tier))
        return pairs.iloc[order].reset_index(drop=True)

    def _described(self, left: Ints, right: Ints, tier: Ints | None = None) -> pd.DataFrame:
        """(pairs) of rows: score, and columns that agree and differ, in a tier or their own."""
        seen = self.scale.weigh(self.profile[left], self.profile[right])
        own = self.limits.tiers(seen.bits, seen.ceiling) if tier is None else tier
        return described(seen, own, self.limits)

    def weigh(self, left: Ints, right: Ints) -> pd.DataFrame:
        """Weigh pairs of rows.

        Args:
            left: (pairs) row positions.
            right: (pairs) positions of the others.

        Returns:
            (pairs) score, same and different as in `Matches.pairs`, in the order given.
        """
        return self._described(left, right)

    def confirmed(self, left: Ints, right: Ints) -> Mask:
        """Return (pairs) whether rows share a contact, a telephone, an e-mail or street address."""
        return self.scale.weigh(self.profile[left], self.profile[right]).confirmed

    def _labels(self, clustered: Ints, enough: Mask) -> Ints:
        """(rows) the first row of each row's cluster.

        Args:
            clustered: (profiles) a number for each cluster.
            enough: (profiles) whether equal rows have enough in common to be one thing: rows that
                are blank but for the region do not.
        """
        rows = np.arange(len(self.profile))
        labels = np.where(enough[self.profile], clustered[self.profile], len(self.first) + rows)
        _, first, back = np.unique(labels, return_index=True, return_inverse=True)
        return first[back]


def _profiles(columns: Mapping[str, Coded], rows: int) -> tuple[Ints, Ints]:
    """Find the distinct rows, in the order of their texts.

    Returns:
        (profiles) first row of each; (rows) the profile of each.
    """
    if not columns or not rows:
        return np.arange(rows), np.arange(rows)
    codes = [column.codes for column in columns.values()]
    order = np.lexsort(np.array([np.arange(rows), *reversed(codes)]))
    fresh = np.zeros(rows, dtype=bool)
    fresh[0] = True
    for code in codes:
        fresh[1:] |= code[order[1:]] != code[order[:-1]]
    back = np.empty(rows, dtype=np.int64)
    back[order] = np.cumsum(fresh) - 1
    return order[fresh], back


def _taken(column: Coded, rows: Ints) -> Coded:
    """The column of some rows, with the counts among them."""
    codes = column.codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(column.values))
    return Coded(codes, column.values, counts)


def _weighed(scale: Scale, left: Ints, right: Ints, limits: Limits) -> Pairs:
    """Weigh pairs; return those worth telling."""
    none = np.empty(0, dtype=np.int64)
    kept = [Pairs(none, none, none.astype(np.float32), none.astype(np.int8))]
    for at in range(0, len(left), CHUNK):
        ours, theirs = left[at : at + CHUNK], right[at : at + CHUNK]
        seen = scale.weigh(ours, theirs)
        tier = limits.tiers(seen.bits, seen.ceiling)
        kept.append(Pairs(ours, theirs, seen.bits, tier).take((tier >= POSSIBLE) | seen.linked))
    return Pairs.joined(*kept)
