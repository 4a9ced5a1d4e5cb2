"""Columns that say where: street addresses with their house number, and regions."""

from __future__ import annotations

import re

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from rules.dedupe.evidence import Evidence, Group, by_distinct, texts
from rules.dedupe.lexicon import STREET_WORDS, region_of, regions_conflict
from rules.dedupe.marks import Marks, marked
from rules.dedupe.normalise import Coded, plain, words
from rules.dedupe.tokens import Floats, Ints, Tokens, rarity

_NUMBER = re.compile(r"(?<![\w.])(\d+)(?:-\d+)?[a-z]?(?!\w)|(\d+)(?=号)")
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip


def house_number(address: str) -> str:
    """Return the house number of an address, "" where it has none: `435 s. la cienega` → 435."""
    found = _NUMBER.search(address)
    return (found[1] or found[2] or "") if found else ""


def street_words(address: str) -> list[str]:
    """Return the words of an address without its house number, abbreviations spelt one way."""
    bare = _NUMBER.sub(" ", address, count=1) if house_number(address) else address
    found = [_ORDINALS.get(word, word) for word in words(plain(bare)).split()]
    return [STREET_WORDS.get(word, word) for word in found]


class Street:
    """Street addresses: the words of the street, and the house number as evidence of its own."""

    group: Group = "where"
    _NUMBER_BITS = 7.0
    _OTHER_NUMBER = 5.0
    _MOST = 14.0

    def __init__(self, column: Coded) -> None:
        """Take a folded column."""
        self.column = column
        self.numbers = column.map(house_number)
        self.tokens = Tokens([street_words(text) for text in column.values], _street_base)
        self.streets = column.map(lambda text: " ".join(sorted(set(street_words(text)) - _DULL)))
        whole = self.tokens.worth.sum(1)
        self.same = np.minimum(whole, self._MOST).astype(np.float32)

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows."""
        bits = by_distinct(self.column, left, right, self.same, self._differ)
        same = np.full(len(self.numbers.values), self._NUMBER_BITS, dtype=np.float32)
        number = by_distinct(self.numbers, left, right, same, self._other_number)
        # neighbours share the street, and a number proves nothing in another street
        bits = np.where(number < -1, np.minimum(bits, 2.0), bits)
        number = np.where((number > 0) & (bits <= 0), 1.0, number)
        return Evidence((bits + number).astype(np.float32))

    def _other_number(self, first: Ints, second: Ints) -> Floats:
        """(pairs of different house numbers) bits; digits swapped or dropped may be a slip."""
        ours, theirs = texts(self.numbers, first), texts(self.numbers, second)
        slip = cpdist(ours, theirs, scorer=Indel.distance, score_cutoff=1, dtype=np.uint8) <= 1
        pairs = zip(ours, theirs, strict=True)
        swapped = np.array([sorted(a) == sorted(b) for a, b in pairs], dtype=bool)
        return np.where(slip | swapped, -1.0, -self._OTHER_NUMBER).astype(np.float32)

    def _differ(self, first: Ints, second: Ints) -> Floats:
        shared = self.tokens.compare(first, second)
        both = np.minimum(shared.both, self._MOST)
        less = np.minimum(shared.left, shared.right)
        return np.asarray(np.clip(both - less, -4.0, self._MOST), dtype=np.float32)

    def strong_keys(self) -> list[Ints]:
        """Return street and number together."""
        width = len(self.numbers.values) + 1
        street = self.streets.codes.astype(np.int64)
        return [np.where(street >= 0, street * width + self.numbers.codes + 1, -1)]

    def weak_keys(self) -> list[Ints]:
        """Return streets, and house numbers."""
        return [self.streets.codes, self.numbers.codes]

    def marks(self) -> Marks:
        """Return (rows) a number for addresses and what their words are worth."""
        return marked(self.column, self.same, self.tokens.worth)


_DULL = frozenset(STREET_WORDS.values())


def _street_base(word: str) -> float:
    return 1.0 if word in _DULL else 9.0


class Region:
    """Regions, provinces, cities: different ones speak against, unless one holds the other."""

    group: Group = "where"
    _AGAINST = 5.0
    _UNKNOWN = 1.5

    def __init__(self, column: Coded) -> None:
        """Take a folded column."""
        self.column = column.map(lambda text: region_of(text.replace(" ", "")) or text)
        self.known = np.array([bool(region_of(text)) for text in self.column.values], dtype=bool)
        self.same = np.minimum(rarity(self.column.counts, len(column), 4.0), 4.0)

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows."""
        return Evidence(by_distinct(self.column, left, right, self.same, self._differ))

    def _differ(self, first: Ints, second: Ints) -> Floats:
        pairs = zip(texts(self.column, first), texts(self.column, second), strict=True)
        apart = np.fromiter(
            (regions_conflict(a, b) for a, b in pairs), dtype=bool, count=len(first)
        )
        sure = self.known[first] & self.known[second]
        return np.where(sure, np.where(apart, -self._AGAINST, 0.5), -self._UNKNOWN).astype(
            np.float32
        )

    def strong_keys(self) -> list[Ints]:
        """Return nothing: a region holds too many."""
        return []

    def weak_keys(self) -> list[Ints]:
        """Return nothing: a region holds too many."""
        return []

    def marks(self) -> Marks:
        """Return (rows) a number for regions and what they are worth."""
        return marked(self.column, self.same)
