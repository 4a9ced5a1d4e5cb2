"""Soft-IDF: what the words that two texts share, and do not share, are worth.

A word is worth log2(texts / texts with it) bits; a word that is nearly another one counts in part.
The frequencies of the table are mixed with those of an imagined larger one, so that a table of
three rows does not take every word for common. Frequencies and the table's size are counted in
coarse steps: a row more or less changes what few words are worth, and a later run finds most pairs
as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

Floats = np.ndarray[Any, np.dtype[np.float32]]
Ints = np.ndarray[Any, np.dtype[Any]]
Grid = np.ndarray[Any, np.dtype[np.bool_]]

BACKGROUND = 10_000  # size of the imagined table
_FEW = 4  # rows that are counted one by one
_MOST = 10  # words of a text that are looked at
_CHUNK = 1 << 15  # pairs compared at a time: bounds the memory
_SPELT = 3  # letters of a word from which it can be misspelt
_NEAR = 0.88  # Jaro-Winkler similarity from which two words are one with a typing error
_CUT = 0.80  # from which one is the other cut short: deli, delicatessen
_FAR = 0.60  # similarity that would be worth nothing


def rarity(counts: Ints, total: int, base: Ints | float) -> Floats:
    """Return what it is worth that two rows agree in a value.

    Args:
        counts: (values) rows that hold each.
        total: rows in the table.
        base: bits that agreement is worth in the imagined table.

    Returns:
        (values) bits: log2 of one over the chance that two different things agree in it. The two
        rows themselves do not count.
    """
    chance = _steady(np.maximum(counts - 2, 0)) + BACKGROUND * 2.0 ** -np.asarray(base, dtype="f8")
    worth: Floats = np.maximum(np.log2((size_of(total) + BACKGROUND) / chance), 0.5)
    return worth.astype(np.float32)


def size_of(rows: int) -> float:
    """Return a number of rows, rounded to half a bit: a table is of one size for long."""
    return float(2.0 ** (round(2 * np.log2(max(rows, 1))) / 2))


def _steady(counts: Ints) -> Floats:
    """Counts to the row up to `_FEW`, then rounded to half a bit."""
    rounded = 2.0 ** (np.round(np.log2(np.maximum(counts, 1)) * 2) / 2)
    return np.where(counts <= _FEW, counts, rounded)


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Bits of the words in both texts, and of those in the left or right one only; (pairs) each."""

    both: Floats
    left: Floats
    right: Floats


class Tokens:
    """Texts as rows of word numbers, compared a chunk of pairs at a time."""

    def __init__(self, texts: Sequence[Sequence[str]], base: Callable[[str], float]) -> None:
        """Number the words.

        Args:
            texts: the words of each distinct text; a repeated word is a word of its own.
            base: what sharing a word is worth where nothing is known of its frequency, bits.
        """
        numbered = [_numbered(words[:_MOST]) for words in texts]
        found = Counter(word for words in numbered for word in words)
        self.words = sorted(found)
        place = {word: at for at, word in enumerate(self.words)}
        self.sizes = np.array([len(words) for words in numbered], dtype=np.int64)
        self.ids = np.full((len(texts), max(self.sizes.max(initial=0), 1)), -1, dtype=np.int32)
        for row, words in enumerate(numbered):
            self.ids[row, : len(words)] = [place[word] for word in words]
        counts = np.array([found[word] for word in self.words], dtype=np.int64)
        bases = np.array([base(word.rstrip("#")) for word in self.words], dtype=np.float64)
        # one more at the end for the padding, which is worth nothing
        self.bits = np.append(rarity(counts, len(texts), bases), np.float32(0))
        self.spelt = np.array([*(len(word) >= _SPELT for word in self.words), False], dtype=bool)

    @property
    def worth(self) -> Floats:
        """(texts × words) what each word is worth, bits; 0 beyond the last."""
        found: Floats = self.bits[self.ids]
        return found

    def compare(self, left: Ints, right: Ints) -> Shared:
        """Compare (pairs) texts by their positions."""
        result = np.zeros((3, len(left)), dtype=np.float32)
        width = np.maximum(self.sizes[left], self.sizes[right])
        order = np.argsort(width, kind="stable")  # short texts together: they need little room
        for at in range(0, len(left), _CHUNK):
            some = order[at : at + _CHUNK]
            widest = max(int(width[some[-1]]), 1)
            ours, theirs = self.ids[left[some], :widest], self.ids[right[some], :widest]
            result[:, some] = self._chunk(ours, theirs)
        return Shared(*result)

    def _chunk(self, ours: Ints, theirs: Ints) -> tuple[Floats, Floats, Floats]:
        """(pairs × words) numbers; returns (pairs) bits as in `Shared`."""
        alike = (ours[:, :, None] == theirs[:, None, :]) & (ours[:, :, None] >= 0)
        found_ours, found_theirs = (alike.any(axis).astype(np.float32) for axis in (2, 1))
        # what is left over on both sides may be nearly the same
        open_ours = (found_ours == 0) & self.spelt[ours]
        open_theirs = (found_theirs == 0) & self.spelt[theirs]
        pair, i, j = np.nonzero(open_ours[:, :, None] & open_theirs[:, None, :])
        if len(pair):
            near = self._near(ours[pair, i], theirs[pair, j])
            some = np.flatnonzero(near)
            np.maximum.at(found_ours, (pair[some], i[some]), near[some])
            np.maximum.at(found_theirs, (pair[some], j[some]), near[some])
        ours_bits, theirs_bits = self.bits[ours], self.bits[theirs]
        both = (ours_bits * found_ours).sum(1) + (theirs_bits * found_theirs).sum(1)
        return (
            both / 2,
            (ours_bits * (1 - found_ours)).sum(1),
            (theirs_bits * (1 - found_theirs)).sum(1),
        )

    def _near(self, left: Ints, right: Ints) -> Floats:
        """(pairs of words) 0 for different words, up to 1 for nearly the same."""
        pairs, back = np.unique(
            left.astype(np.int64) * len(self.words) + right, return_inverse=True
        )
        first = [self.words[at] for at in (pairs // len(self.words)).tolist()]
        second = [self.words[at] for at in (pairs % len(self.words)).tolist()]
        scorer = JaroWinkler.normalized_similarity
        near = cpdist(first, second, scorer=scorer, score_cutoff=_CUT, dtype=np.float32)
        for at in np.flatnonzero((near > 0) & (near < _NEAR)).tolist():
            one, other = first[at], second[at]
            near[at] *= one.startswith(other) or other.startswith(one)
        share = np.where(near > 0, (near - _FAR) / (1 - _FAR), 0).astype(np.float32)
        return np.asarray(share[back])


def _numbered(words: Sequence[str]) -> list[str]:
    """Mark repeated words, so that 巴巴 is not 巴."""
    if len(set(words)) == len(words):
        return list(words)
    seen: Counter[str] = Counter()
    marked = []
    for word in words:
        marked.append(word + "#" * seen[word])
        seen[word] += 1
    return marked
