"""Columns whose cells are one value: numbers, dates, identifiers, given names, towns, types."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from rules.dedupe import normalise
from rules.dedupe.evidence import CERTAIN, POSSIBLE, Evidence, Group, by_distinct, coded_keys, texts
from rules.dedupe.marks import Marks, marked, mixed
from rules.dedupe.normalise import Coded
from rules.dedupe.tokens import Floats, Ints, rarity

_DIGITS = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Trait:
    """How a kind of value behaves.

    Attributes:
        group: what it tells about.
        base: bits that agreement is worth in a table that says nothing about frequencies.
        against: bits that disagreement costs.
        likeness: how near values are recognised: as misspelt `words`, as `digits` with one edit (or
            two swapped), or not at all (`exact`).
        near: share of the bits that a near value keeps.
        key: whether equal values alone are worth a comparison.
        decisive: whether different values rule out certainty, whatever else agrees.
    """

    group: Group
    base: float
    against: float
    likeness: str
    near: float = 0.6
    key: bool = False
    decisive: bool = False


class Values:
    """A column of single values."""

    def __init__(self, column: Coded, trait: Trait) -> None:
        """Take a column that is folded, and the trait of its role."""
        self.group: Group = trait.group
        self.trait = trait
        self.column = column.map(normalise.solid)
        self.same = rarity(self.column.counts, len(column), trait.base)

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows."""
        bits = by_distinct(self.column, left, right, self.same, self._differ)
        if not self.trait.decisive:
            return Evidence(bits)
        return Evidence(bits, np.where(bits <= -self.trait.against, POSSIBLE, CERTAIN))

    def _differ(self, first: Ints, second: Ints) -> Floats:
        trait = self.trait
        worth = np.minimum(self.same[first], self.same[second])
        if trait.likeness == "exact":
            return np.full(len(first), -trait.against, dtype=np.float32)
        ours, theirs = texts(self.column, first), texts(self.column, second)
        if trait.likeness == "digits":
            edits = cpdist(ours, theirs, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
            share = np.select([edits <= 1, edits <= 2], [trait.near, 0.0], -1.0)
            short = np.fromiter(
                (min(map(len, pair)) for pair in zip(ours, theirs, strict=True)), int
            )
            # one edit in `12` makes another number; one edit in `19570422` is a slip
            share = np.where(
                (share >= 0) & (short < 3), -0.5, np.where((share > 0) & (short < 4), 0.0, share)
            )
        else:
            near = cpdist(ours, theirs, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
            share = np.interp(
                near, [0.70, 0.80, 0.90, 0.97], [-1.0, -0.3, trait.near, trait.near + 0.25]
            )
        return np.where(share < 0, share * trait.against, share * worth).astype(np.float32)

    def strong_keys(self) -> list[Ints]:
        """Return the values themselves where they are worth it."""
        return [self.column.codes] if self.trait.key else []

    def weak_keys(self) -> list[Ints]:
        """Return the values, and for words their beginnings."""
        if self.trait.likeness == "words":
            return [self.column.codes, coded_keys(self.column, lambda text: text[:3])]
        return [] if self.trait.likeness == "exact" else [self.column.codes]

    def marks(self) -> Marks:
        """Return (rows) a number for values and what they are worth."""
        return marked(self.column, self.same)


class SwappedNames:
    """Given and family name together: people fill them in the wrong way round."""

    group: Group = "who"

    def __init__(self, given: Values, family: Values) -> None:
        """Take both columns."""
        self.given, self.family = given, family

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows; names the wrong way round agree almost as well."""
        bits = self.given.compare(left, right).bits + self.family.compare(left, right).bits
        given, family = self.given.column, self.family.column
        codes = [given.codes[left], family.codes[left], given.codes[right], family.codes[right]]
        at = np.flatnonzero((np.min(codes, axis=0) >= 0) & (bits < 0))
        if len(at):
            first, second, third, fourth = (code[at] for code in codes)
            likeness = JaroWinkler.normalized_similarity
            near = np.minimum(
                cpdist(
                    texts(given, first), texts(family, fourth), scorer=likeness, dtype=np.float32
                ),
                cpdist(
                    texts(family, second), texts(given, third), scorer=likeness, dtype=np.float32
                ),
            )
            worth = self.given.same[first] + self.family.same[second]
            share = np.interp(near, [0.85, 0.9, 1.0], [0.0, 0.5, 0.8])
            bits[at] = np.where(near > 0.85, share * worth, bits[at])
        return Evidence(bits)

    def strong_keys(self) -> list[Ints]:
        """Return the whole name in either order."""
        both = sorted({*self.given.column.values, *self.family.column.values})
        place = {text: at for at, text in enumerate(both)}
        given, family = (_renumbered(part.column, place) for part in (self.given, self.family))
        low, high = np.minimum(given, family).astype(np.int64), np.maximum(given, family)
        return [np.where(low >= 0, low * (int(high.max(initial=0)) + 1) + high, -1)]

    def weak_keys(self) -> list[Ints]:
        """Return the weak keys of both."""
        return [*self.given.weak_keys(), *self.family.weak_keys()]

    def marks(self) -> Marks:
        """Return (rows) a number for both names."""
        return mixed(self.given.marks(), self.family.marks())


def _renumbered(column: Coded, place: dict[str, int]) -> Ints:
    lookup = np.array([*(place[text] for text in column.values), -1], dtype=np.int32)
    return lookup[column.codes]


class Email:
    """Addresses; the domain proves nothing for providers that everybody uses."""

    group: Group = "contact"
    _BASE = 14.0
    _DOMAIN = 6.0  # affiliates share a domain

    def __init__(self, column: Coded) -> None:
        """Take a folded column."""
        self.column = column.map(normalise.email)
        self.domain = self.column.map(normalise.domain)
        self.same = rarity(self.column.counts, len(column), self._BASE)
        self.worth = np.minimum(rarity(self.domain.counts, len(column), 12.0), self._DOMAIN)

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows: address, else a domain of their own."""
        bits = by_distinct(self.column, left, right, self.same, self._differ)
        ours, theirs = self.domain.codes[left], self.domain.codes[right]
        kin = (ours == theirs) & (ours >= 0) & (bits < self._DOMAIN)
        bits[kin] = self.worth[ours[kin]]
        return Evidence(bits, kin=kin)

    def _differ(self, first: Ints, second: Ints) -> Floats:
        ours, theirs = texts(self.column, first), texts(self.column, second)
        edits = cpdist(ours, theirs, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
        slips = edits <= 1
        for at in np.flatnonzero(slips).tolist():
            slips[at] = _is_slip(ours[at], theirs[at])
        worth = np.minimum(self.same[first], self.same[second])
        return np.where(slips, worth * 0.5, -1.0).astype(np.float32)

    def strong_keys(self) -> list[Ints]:
        """Return addresses, and the domains of companies."""
        return [self.column.codes, self.domain.codes]

    def weak_keys(self) -> list[Ints]:
        """Return nothing: an address is strong or nothing."""
        return []

    def marks(self) -> Marks:
        """Return (rows) a number for addresses and domains."""
        return mixed(marked(self.column, self.same), marked(self.domain, self.worth))


def _is_slip(one: str, other: str) -> bool:
    """Say whether addresses one edit apart are one: not a@ and b@, not sales1@ and sales2@."""
    local = min(one.partition("@")[0], other.partition("@")[0], key=len)
    return len(local) >= 5 and _DIGITS.findall(one) == _DIGITS.findall(other)
