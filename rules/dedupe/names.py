"""Names of companies and places: brand, trade, region and branch weighed apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA, Indel, LCSseq
from rapidfuzz.process import cpdist

from rules.dedupe import company
from rules.dedupe.evidence import (
    CERTAIN,
    CONFIRMED,
    POSSIBLE,
    RELATED,
    Evidence,
    Group,
    pairwise,
)
from rules.dedupe.lexicon import regions_conflict
from rules.dedupe.marks import Marks, marked
from rules.dedupe.normalise import Coded
from rules.dedupe.tokens import Floats, Ints, Tokens
from sync.table import Mask

_IDENTICAL = 26.0  # bits for the very same full name, of which the register has but one
_SAME = 2.0  # added for the very same name without a legal form
_MOST = 20.0  # for brand and trade words together
_LEAST = -12.0  # and for names that have nothing in common
_SHORT = 3.5  # for each character of a short name whose characters stand in the full name in order
_SPELT = 14.0  # for names that are one but for a slip of the finger
_ACRONYM = 9.0
_SHORT_FORM = "股份"  # what stands for 股份有限公司 in a short name
_TURNED = 6.0  # 佳岳 is not 岳佳
_REGION = 2.0
_ONE_REGION = -2.0  # 华讯科技 need not be 深圳华讯科技
_OTHER_REGION = -12.0
_OTHER_BRANCH = -12.0
_OTHER_NUMBER = -14.0  # 第二医院 is not 第三医院
_OTHER_SCRIPT = -3.0  # 华为 and Huawei: the names say nothing, other columns must
_CLASH = 1.5  # weight of words that both names have for themselves
_EXTRA = 0.25  # weight of words that only one name has
_EXTRA_IN_FULL = 0.75  # where both are full names
_SPLIT = 0.12  # edits per letter up to which two Latin names are one (HomeDepot, Home Depot)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """The parts of distinct names as codes, -1 where a name has no such part."""

    region: Ints
    branch: Ints
    text: Ints
    number: Ints
    form: Ints
    core: Ints
    brand: Ints
    acronym: Ints
    letters: Ints

    @classmethod
    def of(cls, names: list[company.Company]) -> _Parts:
        """Number the parts; brand and acronym share their numbers."""
        both = _numbers([*("".join(name.brand) for name in names), *map(company.acronym, names)])
        return cls(
            _numbers(name.region for name in names),
            _numbers(name.branch for name in names),
            _numbers(name.text for name in names),
            _numbers(name.number for name in names),
            _numbers(name.form if name.form != _SHORT_FORM else "" for name in names),
            _numbers(name.core for name in names),
            both[: len(names)],
            both[len(names) :],
            _numbers("".join(sorted(name.brand)) for name in names),
        )


class Names:
    """Names of companies (and restaurants, schools, …), compared in parts: see `company.parse`."""

    group: Group = "who"

    def __init__(self, column: Coded) -> None:
        """Take a folded column."""
        self.column = column
        self.names = [company.parse(text) for text in column.values]
        self.parts = _Parts.of(self.names)
        self.brands = Tokens([name.brand for name in self.names], _brand_base)
        self.trades = Tokens([name.trades for name in self.names], lambda _: 4.0)
        self.solid = [name.core.replace(" ", "") for name in self.names]
        self.whole = [name.text for name in self.names]
        scripts = [name.chinese + 2 * name.latin for name in self.names]
        self.scripts = np.array(scripts, dtype=np.int8)
        whole = self.brands.worth.sum(1) + self.trades.worth.sum(1)
        known = np.minimum(whole, _MOST) + _SAME
        self.same = np.where(self.parts.form >= 0, _IDENTICAL, known).astype(np.float32)
        self.regions = sorted({name.region for name in self.names} - {""})

    def compare(self, left: Ints, right: Ints) -> Evidence:
        """Compare (pairs) rows."""
        first, second = self.column.codes[left], self.column.codes[right]
        ceiling = np.full(len(left), CERTAIN, dtype=np.int8)
        pairs, back, unlike = pairwise(first, second, len(self.names))
        bits = np.zeros(len(left), dtype=np.float32)
        alike = (first == second) & (first >= 0)
        bits[alike] = self.same[first[alike]]
        if len(unlike):
            worth, most = self._differ(pairs // len(self.names), pairs % len(self.names))
            bits[unlike], ceiling[unlike] = worth[back], most[back]
        return Evidence(bits, ceiling)

    def _differ(self, first: Ints, second: Ints) -> tuple[Floats, Ints]:
        """(pairs of different names) bits and ceiling."""
        bits, most = self._by_words(first, second)
        for worth, likes in (
            (_SPELT, self._respelt),
            (_ACRONYM, self._initials),
        ):
            found = likes(first, second, most < CERTAIN)
            bits = np.where(found, np.maximum(bits, worth), bits)
            most = np.where(found, np.maximum(most, CONFIRMED), most)
        short = self._short(first, second, bits < _MOST / 2)
        bits = np.maximum(bits, np.where(short > 0, short, _LEAST))
        most = np.where((short > 0) & (most == RELATED), CONFIRMED, most)
        # 华为 and Huawei: one is purely Chinese, the other purely Latin
        foreign = (self.scripts[first] | self.scripts[second]) == self.scripts[
            first
        ] + self.scripts[second]
        bits, most = np.where(foreign, _OTHER_SCRIPT, bits), np.where(foreign, POSSIBLE, most)
        identical = self.parts.text[first] == self.parts.text[second]
        bits = np.where(identical, np.minimum(self.same[first], self.same[second]), bits)
        most = np.where(identical, CERTAIN, most)
        where, limit = self._where(first, second)
        return (bits + where).astype(np.float32), np.minimum(most, limit).astype(np.int8)

    def _by_words(self, first: Ints, second: Ints) -> tuple[Floats, Ints]:
        """What brand and trade words say of (pairs) names: bits and ceiling."""
        parts = self.parts
        brands, trades = self.brands.compare(first, second), self.trades.compare(first, second)
        clash = np.minimum(brands.left + 2 * trades.left, brands.right + 2 * trades.right)
        extra = np.abs(brands.left - brands.right) + np.abs(trades.left - trades.right)
        # a name with its legal form is complete; one without may be short for anything longer
        full = (parts.form[first] >= 0) & (parts.form[second] >= 0)
        weight = np.where(full, _EXTRA_IN_FULL, _EXTRA)
        turned = (parts.letters[first] == parts.letters[second]) & (
            parts.brand[first] != parts.brand[second]
        )
        bits = np.minimum(brands.both + trades.both, _MOST) - _CLASH * clash - weight * extra
        bits = bits - _TURNED * turned
        known = (brands.both > 0) & (brands.both >= np.minimum(brands.left, brands.right))
        affiliate = (np.minimum(trades.left, trades.right) > 2) | (clash > 4)
        same = (parts.core[first] == parts.core[second]) & (parts.core[first] >= 0)
        most = np.select([same, ~known, affiliate], [CERTAIN, RELATED, POSSIBLE], CONFIRMED)
        return bits.astype(np.float32), most

    def _where(self, first: Ints, second: Ints) -> tuple[Floats, Ints]:
        """Regions, branches and numbers of (pairs) names: bits and ceiling."""
        region, branch = self.parts.region, self.parts.branch
        ours, theirs = region[first], region[second]
        bits = np.where((ours >= 0) & (ours == theirs), _REGION, 0.0)
        bits = np.where((ours >= 0) ^ (theirs >= 0), _ONE_REGION, bits)
        pairs, back, differ = pairwise(ours, theirs, len(self.regions))
        conflict = [
            regions_conflict(
                self.regions[pair // len(self.regions)], self.regions[pair % len(self.regions)]
            )
            for pair in pairs.tolist()
        ]
        other = np.zeros(len(first), dtype=bool)
        other[differ] = np.array(conflict, dtype=bool)[back]
        bits = np.where(other, _OTHER_REGION, bits)
        elsewhere = branch[first] != branch[second]
        bits = np.where(elsewhere, bits + _OTHER_BRANCH, bits)
        ours, theirs = self.parts.number[first], self.parts.number[second]
        counted = (ours >= 0) & (theirs >= 0) & (ours != theirs)
        bits = np.where(counted, bits + _OTHER_NUMBER, bits)
        doubt = other | elsewhere | counted
        return bits.astype(np.float32), np.where(doubt, POSSIBLE, CERTAIN)

    def _initials(self, first: Ints, second: Ints, _: Mask) -> Mask:
        """(pairs) whether one name is made of the other's initials: IBM."""
        brand, initials = self.parts.brand, self.parts.acronym
        ours = (initials[first] == brand[second]) & (initials[first] >= 0)
        theirs = (initials[second] == brand[first]) & (initials[second] >= 0)
        return np.asarray(ours | theirs)

    def _respelt(self, first: Ints, second: Ints, doubtful: Mask) -> Mask:
        """(pairs) whether the names are one but for a slip of the finger.

        Latin: up to an edit in eight letters, spaces not counted. Chinese, where one character
        makes another company: two characters swapped, or one too many or missing in six or more.
        """
        result = np.zeros(len(first), dtype=bool)
        for script, slip in ((2, _latin_slip), (1, _chinese_slip)):
            both = (self.scripts[first] == script) & (self.scripts[second] == script)
            at = np.flatnonzero(doubtful & both)
            for texts_of in (self.solid, self.whole):
                ours = [texts_of[code] for code in first[at].tolist()]
                theirs = [texts_of[code] for code in second[at].tolist()]
                result[at] |= slip(ours, theirs)
        return result

    def _short(self, first: Ints, second: Ints, doubtful: Mask) -> Floats:
        """(pairs) bits for a short name 简称 whose characters stand in the full name in order."""
        result = np.zeros(len(first), dtype=np.float32)
        chinese = (self.scripts[first] & self.scripts[second] & 1).astype(bool)
        at = np.flatnonzero(doubtful & chinese)
        size = np.array([len(text) for text in self.solid])
        low = np.where(size[first[at]] <= size[second[at]], first[at], second[at])
        high = first[at] + second[at] - low
        short = [self.solid[code] for code in low.tolist()]
        full = [self.whole[code] for code in high.tolist()]
        found = cpdist(short, full, scorer=LCSseq.similarity, dtype=np.int32)
        letters = size[low]
        begins = np.array([a[:1] == b[:1] for a, b in zip(short, full, strict=True)], dtype=bool)
        fits = (found == letters) & (letters >= 2) & (letters <= 6) & (begins | (letters >= 4))
        result[at] = np.where(fits, np.minimum(_SHORT * letters, _MOST * 0.7) + begins, 0)
        return result

    def strong_keys(self) -> list[Ints]:
        """Return the core's words in any order, the brand, its beginning, its end, its initials."""
        brands = ["".join(name.brand) for name in self.names]
        keys = (
            ["".join(sorted(name.brand + name.trades)) for name in self.names],
            brands,
            [_head(name) for name in self.names],
            ["".join(sorted(name.brand[-2:])) for name in self.names],
            [
                company.acronym(name) or brand
                for name, brand in zip(self.names, brands, strict=True)
            ],
        )
        return [_rows(self.column, _numbers(texts)) for texts in keys]

    def weak_keys(self) -> list[Ints]:
        """Return the longest word of the brand."""
        longest = [max(name.brand, key=lambda w: (len(w), w), default="") for name in self.names]
        return [_rows(self.column, _numbers(longest))]

    def marks(self) -> Marks:
        """Return (rows) a number for names and what their words are worth."""
        return marked(self.column, self.same, self.brands.worth, self.trades.worth)


def _head(name: company.Company) -> str:
    """The beginning of a brand: two Chinese characters, or four letters."""
    return "".join(name.brand)[: 2 if name.chinese else 4]


def _numbers(texts: Iterable[str]) -> Ints:
    """(texts) a number for each distinct text, in order of the texts; -1 for ""."""
    given = list(texts)
    place = {text: at for at, text in enumerate(sorted(set(given) - {""}))}
    return np.array([place.get(text, -1) for text in given], dtype=np.int32)


def _rows(column: Coded, codes: Ints) -> Ints:
    """(rows) codes of distinct values spread over the rows."""
    return np.append(codes, -1)[column.codes]


def _latin_slip(ours: list[str], theirs: list[str]) -> Mask:
    away = cpdist(
        ours, theirs, scorer=OSA.normalized_distance, score_cutoff=_SPLIT, dtype=np.float32
    )
    return np.asarray(away <= _SPLIT)


def _chinese_slip(ours: list[str], theirs: list[str]) -> Mask:
    moved = cpdist(ours, theirs, scorer=Indel.distance, score_cutoff=2, dtype=np.uint8)
    for at in np.flatnonzero(moved <= 2).tolist():
        one, other = ours[at], theirs[at]
        swapped = len(one) >= 5 and sorted(one) == sorted(other) and OSA.distance(one, other) <= 1
        if not swapped and (moved[at] > 1 or min(len(one), len(other)) < 6):
            moved[at] = 3
    return np.asarray(moved <= 2)


def _brand_base(word: str) -> float:
    """Bits that a brand's word is worth: a Chinese character is one of some hundreds in use."""
    if len(word) == 1:
        return 8.0
    return 14.0 if len(word) > 3 else 11.0
