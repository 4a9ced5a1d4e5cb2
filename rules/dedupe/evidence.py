"""What a column says about two rows: bits for and against their being the same thing.

The weights follow Fellegi and Sunter (1969): agreement is worth log2 of one over the chance that
two different things agree, so a rare value proves more than a common one; disagreement costs what
is known about how often people mistype such a field. Nothing is trained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from rules.dedupe.marks import Marks
from rules.dedupe.normalise import Coded
from rules.dedupe.tokens import Floats, Ints
from sync.table import Mask

# Fields of one group repeat each other (a postcode follows from the city), so the bits of a group
# are capped together.
Group = Literal["who", "where", "person", "contact", "when", "what"]


# Tiers, best last. CONFIRMED stands for a name that is certain only if a contact or an address in
# common confirms it, else possible.
RELATED, POSSIBLE, CONFIRMED, CERTAIN = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What one column says about pairs of rows.

    Attributes:
        bits: (pairs) above 0 for the same, below 0 against, 0 where it is silent.
        ceiling: (pairs) the best tier that they can still reach whatever other columns say:
            CERTAIN, CONFIRMED, POSSIBLE, RELATED; None for columns that set no limit.
        kin: (pairs) whether the bits only show that both belong together (one mail domain), which
            is true of affiliates too; None for columns that never say that.
    """

    bits: Floats
    ceiling: Ints | None = None
    kin: Mask | None = None


class Compared(Protocol):
    """A column made ready for comparison."""

    group: Group

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows by their positions."""
        ...

    def strong_keys(self) -> list[Ints]:
        """Return (rows) codes: rows with one code in common are compared; -1 for none."""
        ...

    def weak_keys(self) -> list[Ints]:
        """Return (rows) codes that are worth comparing only together with another column's."""
        ...

    def marks(self) -> Marks:
        """Return (rows) a number for all that `compare` looks at in a row."""
        ...


def by_distinct(
    column: Coded, left: Ints, right: Ints, same: Floats, differ: Callable[[Ints, Ints], Floats]
) -> Floats:
    """Compare rows by their distinct values, each pair of different values once.

    Args:
        column: the column.
        left: (pairs) positions of rows.
        right: (pairs) positions of the others.
        same: (distinct) bits where both rows hold the value.
        differ: compares (value pairs) of different values, smaller code first.

    Returns:
        (pairs) bits, 0 where either is blank.
    """
    first, second = column.codes[left], column.codes[right]
    bits = np.zeros(len(left), dtype=np.float32)
    alike = (first == second) & (first >= 0)
    bits[alike] = same[first[alike]]
    pairs, back, unlike = pairwise(first, second, len(column.values))
    if len(unlike):
        bits[unlike] = differ(pairs // len(column.values), pairs % len(column.values))[back]
    return bits


def pairwise(first: Ints, second: Ints, size: int) -> tuple[Ints, Ints, Ints]:
    """Find the distinct pairs of different values, blanks left out.

    Args:
        first: (pairs) codes below `size`, -1 for blank.
        second: (pairs) codes of the others.
        size: number of distinct values.

    Returns:
        (value pairs) smaller code x size + larger code; (unlike) which of them each pair is;
        (unlike) positions of the pairs.
    """
    unlike = np.flatnonzero((first >= 0) & (second >= 0) & (first != second))
    low = np.minimum(first[unlike], second[unlike]).astype(np.int64)
    high = np.maximum(first[unlike], second[unlike])
    pairs, back = np.unique(low * size + high, return_inverse=True)
    return pairs, back, unlike


def texts(column: Coded, codes: Ints) -> list[str]:
    """Return the texts of some codes, for rapidfuzz."""
    values = column.values
    return [values[code] for code in codes.tolist()]


def coded_keys(column: Coded, key: Callable[[str], str]) -> Ints:
    """Return (rows) codes of a key made of each distinct text, -1 where it is blank."""
    return column.map(key).codes
