"""Titles, needs and products: what an opportunity is about, in words."""

from __future__ import annotations

import numpy as np

from rules.dedupe import company
from rules.dedupe.evidence import Evidence, Group, by_distinct
from rules.dedupe.lexicon import DEAL_WORDS
from rules.dedupe.marks import Marks, marked
from rules.dedupe.normalise import Coded, plain, words
from rules.dedupe.tokens import Floats, Ints, Tokens, rarity

_HELD = 0.85  # likeness of a title that stands whole in a longer one


class Titles:
    """Names of opportunities, needs, products: what the deal is about, in words."""

    group: Group = "what"
    _MOST = 5.0
    _AGAINST = 3.0

    def __init__(self, column: Coded) -> None:
        """Take a folded column."""
        self.column = column.map(lambda text: words(plain(text)))
        self.tokens = Tokens([title_words(text) for text in self.column.values], _title_base)
        self.same = np.minimum(rarity(self.column.counts, len(column), 10.0), self._MOST)

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows."""
        return Evidence(by_distinct(self.column, left, right, self.same, self._differ))

    def likeness(self, first: Ints, second: Ints) -> Floats:
        """Return (pairs of distinct values) the share of bits in common, 0 to 1.

        A short title whose words are all in the longer one is nearly the same.
        """
        shared = self.tokens.compare(first, second)
        whole = shared.both + (shared.left + shared.right) / 2
        least = shared.both + np.minimum(shared.left, shared.right)
        share = np.divide(shared.both, whole, out=np.zeros_like(whole), where=whole > 0)
        held = np.divide(shared.both, least, out=np.zeros_like(least), where=least > 0)
        return np.asarray(np.maximum(share, _HELD * held), dtype=np.float32)

    def _differ(self, first: Ints, second: Ints) -> Floats:
        like = self.likeness(first, second)
        return np.interp(like, [0.0, 0.4, 1.0], [-self._AGAINST, 0.0, self._MOST]).astype(
            np.float32
        )

    def strong_keys(self) -> list[Ints]:
        """Return nothing: many deals are about the same."""
        return []

    def weak_keys(self) -> list[Ints]:
        """Return nothing: many deals are about the same."""
        return []

    def marks(self) -> Marks:
        """Return (rows) a number for titles and what their words are worth."""
        return marked(self.column, self.same, self.tokens.worth)


def title_words(text: str) -> list[str]:
    """Return the words of a title; Chinese, which has no spaces, in overlapping pairs."""
    found: list[str] = []
    for piece in company.pieces(text):
        if company.is_chinese(piece) and len(piece) > 2:
            found.extend(piece[at : at + 2] for at in range(len(piece) - 1))
        else:
            found.append(piece)
    return found


def _title_base(word: str) -> float:
    return 2.0 if word in DEAL_WORDS else 8.0 if len(word) > 1 else 4.0
