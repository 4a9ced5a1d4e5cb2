"""Weigh pairs of rows by all columns: bits of evidence, the tier they allow, what spoke for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.dedupe.evidence import CERTAIN, CONFIRMED, POSSIBLE, RELATED, Compared, Evidence, Group
from rules.dedupe.names import Names
from rules.dedupe.tokens import Floats, Ints, size_of
from sync.table import Mask

CHUNK = 1 << 18  # pairs weighed at a time: bounds the memory
_MOST = {"where": 18.0, "contact": 20.0, "what": 6.0}  # bits that a group of columns can give
_SMALLEST = 256  # rows that chance is reckoned with in small tables
_CONTRADICTION = -6.0  # bits from which two rows may not be in one cluster
_CONFIRMS = 6.0  # bits of a contact or an address that make a likely name certain
_LINK = 2.0  # bits from which a telephone or mail domain in common is worth telling
_NAMELESS = -4.0  # bits where a table of companies has no name in a row


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
class Weighed:
    """What all columns say about pairs of rows.

    Attributes:
        bits: (pairs) of evidence, chance included.
        ceiling: (pairs) the best tier that they can reach.
        linked: (pairs) whether they share a telephone, an e-mail address or a mail domain.
        confirmed: (pairs) whether they share a contact or an address that confirms a name.
        columns: names of the columns → what they say.
    """

    bits: Floats
    ceiling: Ints
    linked: Mask
    confirmed: Mask
    columns: Mapping[tuple[str, ...], Evidence]


class Scale:
    """Weighs pairs of rows by all columns."""

    def __init__(self, columns: Mapping[tuple[str, ...], Compared], rows: int) -> None:
        """Take the columns made ready, and how many rows chance has to choose from."""
        self.columns = columns
        self.prior = -float(np.log2(max(size_of(rows), _SMALLEST)))
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
            if group in ("contact", "where", "person"):
                own = True if evidence.kin is None else ~evidence.kin
                confirmed |= (bits >= _CONFIRMS) & own
            groups[group] = groups[group] + bits if group in groups else bits
        ceiling = np.where(ceiling == CONFIRMED, np.where(confirmed, CERTAIN, POSSIBLE), ceiling)
        total = np.full(len(left), self.prior, dtype=np.float32)
        for name, bits in groups.items():
            total += np.minimum(bits, _MOST.get(name, np.inf))
        if self.named is not None:
            codes = self.named.column.codes
            nameless = (codes[left] < 0) | (codes[right] < 0)
            total[nameless] += np.float32(_NAMELESS)
            ceiling[nameless] = np.minimum(ceiling[nameless], POSSIBLE)
        return Weighed(total, ceiling, linked, confirmed, found)

    def contradicts(self, left: Ints, right: Ints) -> Mask:
        """(pairs) whether the rows cannot be one thing."""
        found = np.zeros(len(left), dtype=bool)
        for at in range(0, len(left), CHUNK):
            seen = self.weigh(left[at : at + CHUNK], right[at : at + CHUNK])
            # different regions or branches contradict, unless all else speaks for the same
            doubt = (seen.ceiling < CERTAIN) & (seen.bits < 0)
            found[at : at + CHUNK] = (
                (seen.bits < _CONTRADICTION) | (seen.ceiling == RELATED) | doubt
            )
        return found


def score_of(bits: Floats) -> Floats:
    """Return (pairs) the score of bits of evidence, 0 to 1."""
    return (1 / (1 + np.exp2(-np.clip(bits, -60, 60) / 2))).astype(np.float32)


def described(seen: Weighed, tier: Ints, limits: Limits) -> pd.DataFrame:
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
