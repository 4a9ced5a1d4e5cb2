"""Find the rows of any table that are the same customer, person or place, and say why.

Normalise distinct values → bring together rows that share a key → weigh the evidence of each column
→ join the pairs to clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.dedupe.blocking import candidates
from rules.dedupe.cluster import clusters
from rules.dedupe.evidence import CERTAIN, CONFIRMED, POSSIBLE, RELATED, Compared, Evidence, Group
from rules.dedupe.names import Names
from rules.dedupe.normalise import Coded
from rules.dedupe.roles import Role, fold_column, ready
from rules.dedupe.tokens import Floats, Ints
from sync.table import Mask

_MOST = {"where": 18.0, "contact": 20.0, "what": 6.0}  # bits that a group of columns can give
_SMALLEST = 256  # rows that chance is reckoned with in small tables
_CHUNK = 1 << 18  # pairs weighed at a time
_CONTRADICTION = -6.0  # bits from which two rows may not be in one cluster
_CONFIRMS = 6.0  # bits of a contact or an address that make a likely name certain
_LINK = 2.0  # bits from which a contact in common is worth telling
_NAMELESS = -4.0  # bits where a table of companies has no name in a row
_KINDS = {CERTAIN: "certain", POSSIBLE: "possible", RELATED: "related"}
DEFAULT_CERTAIN, DEFAULT_POSSIBLE = 0.92, 0.80


@dataclass(frozen=True, slots=True)
class Limits:
    """Scores from which a pair is certain or possible."""

    certain: float
    possible: float

    def tiers(self, bits: Floats, ceiling: Ints) -> Ints:
        """Return (pairs) the tier that bits and ceiling allow."""
        score = score_of(bits)
        reached = np.select(
            [score >= self.certain, score >= self.possible], [CERTAIN, POSSIBLE], RELATED
        )
        return np.asarray(np.minimum(reached, ceiling))

    def caps(self, tier: Ints) -> Floats:
        """Return (pairs) the highest score that a tier may show."""
        below = [1.0, self.certain - 0.01]
        caps = np.select([tier == CERTAIN, tier == POSSIBLE], below, self.possible - 0.01)
        return caps.astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What was found.

    Attributes:
        pairs: kind (certain, possible, related), score (0 to 1), left, right (row positions, left
            < right), same and different (tuples of column names that speak for and against), by
            kind and falling score. Related rows share a telephone, an e-mail address or a domain
            but are not the same. Rows that are equal in every column are one to the matcher: the
            first of them stands for all.
        labels: (rows) the smallest row of each row's cluster of certain and possible pairs.
        certain: (rows) likewise, of certain pairs alone.
    """

    pairs: pd.DataFrame
    labels: Ints
    certain: Ints


def match(
    frame: pd.DataFrame,
    roles: Mapping[str, Role],
    *,
    certain: float = DEFAULT_CERTAIN,
    possible: float = DEFAULT_POSSIBLE,
) -> Matches:
    """Find the rows that are the same thing.

    Args:
        frame: (rows × columns) of text; missing is blank.
        roles: column → what it means; other columns are not looked at.
        certain: score from which a pair is certain, 0 to 1.
        possible: score from which it is possible.

    Returns:
        Pairs and clusters; the same for any order of the rows but for their positions.

    The score is the chance that both rows are one thing, from the bits of evidence of all columns
    and the chance of any two rows: 1 / (1 + 2 ** (-bits / 2)). Halving the bits pays for columns
    that repeat each other.
    """
    return Matcher(frame, roles, certain=certain, possible=possible).match()


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
        self.scale = _Scale(ready(distinct, roles), len(self.first))

    def match(self) -> Matches:
        """Find the rows that are the same thing; see `match`."""
        scale, first = self.scale, self.first
        left, right, bits, tier = _weighed(scale, len(first), self.limits)
        ours, theirs = first[left], first[right]
        pairs = _described(scale.weigh(left, right), tier, self.limits)
        pairs.insert(0, "kind", pd.Series(tier).map(_KINDS).astype("str"))
        pairs.insert(2, "left", np.minimum(ours, theirs))
        pairs.insert(3, "right", np.maximum(ours, theirs))
        order = np.lexsort((pairs["right"], pairs["left"], -pairs["score"], -tier))
        pairs = pairs.iloc[order].reset_index(drop=True)
        every = np.arange(len(first))
        itself = scale.weigh(every, every)
        own = self.limits.tiers(itself.bits, itself.ceiling)
        labels, certain = (
            self._labels(
                clusters(left[kept], right[kept], bits[kept], len(first), scale.contradicts),
                own >= least,
            )
            for least in (POSSIBLE, CERTAIN)
            for kept in (tier >= least,)
        )
        return Matches(pairs, labels, certain)

    def weigh(self, left: Ints, right: Ints) -> pd.DataFrame:
        """Weigh pairs of rows.

        Args:
            left: (pairs) row positions.
            right: (pairs) positions of the others.

        Returns:
            (pairs) score, same and different as in `Matches.pairs`, in the order given.
        """
        ours, theirs = self.profile[left], self.profile[right]
        seen = self.scale.weigh(ours, theirs)
        return _described(seen, self.limits.tiers(seen.bits, seen.ceiling), self.limits)

    def linked(self, left: Ints, right: Ints) -> Mask:
        """Return (pairs) whether rows share a contact, a telephone, an address or a mail domain."""
        return self.scale.weigh(self.profile[left], self.profile[right]).linked

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


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What all columns say about pairs of rows.

    Attributes:
        bits: (pairs) of evidence, chance included.
        ceiling: (pairs) the best tier that they can reach.
        linked: (pairs) whether they share a telephone, an address or a mail domain.
        columns: names of the columns → what they say.
    """

    bits: Floats
    ceiling: Ints
    linked: Mask
    columns: Mapping[tuple[str, ...], Evidence]


class _Scale:
    """Weighs pairs of rows by all columns."""

    def __init__(self, columns: Mapping[tuple[str, ...], Compared], rows: int) -> None:
        self.columns = columns
        self.prior = -float(np.log2(max(rows, _SMALLEST)))
        self.named = next((c for c in columns.values() if isinstance(c, Names)), None)

    def weigh(self, left: Ints, right: Ints) -> Weighed:
        """Weigh (pairs) rows."""
        found = {names: column.compare(left, right) for names, column in self.columns.items()}
        ceiling = np.full(len(left), CERTAIN, dtype=np.int8)
        for evidence in found.values():
            if evidence.ceiling is not None:
                ceiling = np.minimum(ceiling, evidence.ceiling)
        groups: dict[Group, Floats] = {}
        linked, confirmed = np.zeros(len(left), dtype=bool), np.zeros(len(left), dtype=bool)
        for names, evidence in found.items():
            group, bits = self.columns[names].group, evidence.bits
            if group == "contact":
                linked |= bits >= _LINK
            if evidence.kin is not None:
                bits = np.where(evidence.kin & (ceiling < CONFIRMED), np.float32(0), bits)
            if group in ("contact", "where"):
                own = True if evidence.kin is None else ~evidence.kin
                confirmed |= (bits >= _CONFIRMS) & own
            groups[group] = groups[group] + bits if group in groups else bits
        ceiling = np.where(ceiling == CONFIRMED, np.where(confirmed, CERTAIN, POSSIBLE), ceiling)
        total = np.full(len(left), self.prior, dtype=np.float32)
        for name, bits in groups.items():
            total += np.minimum(bits, _MOST.get(name, np.inf))
        if self.named is not None:
            codes = self.named.column.codes
            total += np.where(
                (codes[left] < 0) | (codes[right] < 0), np.float32(_NAMELESS), np.float32(0)
            )
        return Weighed(total, ceiling, linked, found)

    def contradicts(self, left: Ints, right: Ints) -> Mask:
        """(pairs) whether the rows cannot be one thing."""
        found = np.zeros(len(left), dtype=bool)
        for at in range(0, len(left), _CHUNK):
            seen = self.weigh(left[at : at + _CHUNK], right[at : at + _CHUNK])
            # different regions or branches contradict, unless all else speaks for the same
            doubt = (seen.ceiling < CERTAIN) & (seen.bits < 0)
            found[at : at + _CHUNK] = (
                (seen.bits < _CONTRADICTION) | (seen.ceiling == RELATED) | doubt
            )
        return found


def score_of(bits: Floats) -> Floats:
    """Return (pairs) the score of bits of evidence, 0 to 1."""
    return (1 / (1 + np.exp2(-np.clip(bits, -60, 60) / 2))).astype(np.float32)


def _weighed(scale: _Scale, rows: int, limits: Limits) -> tuple[Ints, Ints, Floats, Ints]:
    """Weigh every candidate; return left, right, bits and tier of those worth telling."""
    left, right = candidates(list(scale.columns.values()), rows)
    kept: list[tuple[Ints, Ints, Floats, Ints]] = []
    for at in range(0, len(left), _CHUNK):
        ours, theirs = left[at : at + _CHUNK], right[at : at + _CHUNK]
        seen = scale.weigh(ours, theirs)
        tier = limits.tiers(seen.bits, seen.ceiling)
        keep = (tier >= POSSIBLE) | seen.linked
        kept.append((ours[keep], theirs[keep], seen.bits[keep], tier[keep]))
    if not kept:
        none = np.empty(0, dtype=np.int64)
        return none, none, none.astype(np.float32), none
    columns = [np.concatenate(parts) for parts in zip(*kept, strict=True)]
    return columns[0], columns[1], columns[2], columns[3]


def _described(seen: Weighed, tier: Ints, limits: Limits) -> pd.DataFrame:
    """(pairs) score, and the columns that speak for and against."""
    same = np.zeros(len(tier), dtype=np.int64)
    different = np.zeros(len(tier), dtype=np.int64)
    for at, evidence in enumerate(seen.columns.values()):
        sure = evidence.ceiling >= CONFIRMED if evidence.ceiling is not None else True
        same |= ((evidence.bits >= 1) & sure).astype(np.int64) << at
        different |= ((evidence.bits < 0) | np.logical_not(sure)).astype(np.int64) << at
    return pd.DataFrame(
        {
            "score": np.minimum(score_of(seen.bits), limits.caps(tier)).round(3),
            "same": _spelt(same, list(seen.columns)),
            "different": _spelt(different, list(seen.columns)),
        }
    )


def _spelt(flags: Ints, names: list[tuple[str, ...]]) -> pd.Series[Any]:
    """(pairs) tuples of column names for bit sets; each distinct set once."""
    codes, distinct = pd.factorize(flags)
    sets = np.empty(len(distinct), dtype=object)
    for place, flag in enumerate(distinct.tolist()):
        sets[place] = tuple(
            name for at, group in enumerate(names) if flag >> at & 1 for name in group
        )
    return pd.Series(sets[codes], dtype=object)
