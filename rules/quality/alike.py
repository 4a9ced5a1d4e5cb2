"""Words of a column that look like slips of other words: `GTXPro` beside `GTX Pro`, `technolgy`.

There is no list of valid words here, so the column tells: a word that is written like another one
but for blanks and dashes is the same; one that is a letter or two away from a much more frequent
one may be. What people use to tell things apart (numbers, short words, east and west) never counts
as a slip.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

# A slip is this much rarer than the word that was meant, which is no rarity itself.
_RARER, _COMMON = 5, 5
# Letters that a word has at least for one slip in it to be told, and for two.
_ONE, _TWO, _ONE_HAN = 5, 10, 4
_MOST = 2_000  # distinct words; a column with more is no list
# Signs that stand between words, and mean nothing: `C++` is not `C`, and 1.2 not 12.
_BETWEEN = re.compile(r"[\s\-_·・/|]+|(?<!\d)\.|\.(?!\d)")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Runs of letters or digits, each Chinese character, and every other sign.
_PARTS = re.compile(r"[^\W\d_\u3400-\u9fff]+|\d+|[^\w\s]")
# Single characters that tell one thing from another like it.
_TELLING = re.compile(
    "[一二三四五六七八九十百千零〇东南西北中上下左右前后内外大小高低新老旧男女甲乙丙丁进出软硬长短]"
)


class Slip(NamedTuple):
    """A word that looks like a slip, what was probably meant, and how often that stands."""

    word: str
    guess: str
    often: int


def slips(counts: Mapping[str, int], names: Collection[str] = ()) -> Iterator[Slip]:
    """Find the words of a column that look like slips of others.

    Args:
        counts: word → in how many rows it stands.
        names: words that are certainly right; the others are judged by how frequent they are.

    Yields:
        Slips by their word; none where the column is no list of words at all.
    """
    if len(counts) > _MOST:
        return
    ranks = {word: (word in names, count) for word, count in counts.items()}
    ranks |= {name: (True, counts.get(name, 0)) for name in names}
    ordered = sorted(ranks, key=lambda word: (*(-rank for rank in ranks[word]), word))
    common = [word for word in ordered if ranks[word] >= (True, 0) or ranks[word][1] >= _COMMON]
    plain = [_plain(word) for word in common]
    written = pd.Series(ordered).groupby(list(map(_bare, ordered)), sort=False).first()
    for word in sorted(counts.keys() - set(names)):
        guess: str | None = written[_bare(word)]
        if guess == word:
            near = (common[place] for place in _near(_plain(word), plain))
            guess = next((each for each in near if _outweighs(ranks[each], counts[word])), None)
        if guess is not None:
            yield Slip(word, guess, counts.get(guess, 0))


def _outweighs(rank: tuple[bool, int], count: int) -> bool:
    known, often = rank
    return known or often >= max(_COMMON, _RARER * count)


def _bare(word: str) -> str:
    """The word without width, case, and signs between its parts."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", word).casefold())


def _near(word: str, others: list[str]) -> Iterator[int]:
    """Return the places of the words that one looks like a slip of, the nearest first."""
    found = process.extract(word, others, scorer=OSA.distance, score_cutoff=2, limit=None)
    return (place for other, _, place in found if _is_slip(word, other))


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _is_slip(word: str, other: str) -> bool:
    """Whether two different words differ by a slip of the hand, and by nothing that means much."""
    if word[:1] != other[:1] or _TELLING.findall(word) != _TELLING.findall(other):
        return False
    if _HAN.search(word) and _HAN.search(other) and _PARTS.findall(word) == _PARTS.findall(other):
        return min(len(word), len(other)) >= _ONE_HAN and OSA.distance(word, other) == 1
    parts, others = _PARTS.findall(word), _PARTS.findall(other)
    if _HAN.findall(word) != _HAN.findall(other) or len(parts) != len(others):
        return False
    return all(a == b or _mistyped(a, b) for a, b in zip(parts, others, strict=True))


def _mistyped(part: str, other: str) -> bool:
    """Whether a word of letters is another one with a letter or two wrong."""
    length = min(len(part), len(other))
    if not (part.isalpha() and other.isalpha()) or part[0] != other[0] or length < _ONE - 1:
        return False
    return OSA.distance(part, other) <= (2 if length >= _TWO - 1 else 1)
