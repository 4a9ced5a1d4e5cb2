"""Whether two open opportunities of one customer are the same opportunity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from rules.dedupe.blocking import neighbours
from rules.dedupe.company import parse
from rules.dedupe.evidence import by_distinct, texts
from rules.dedupe.normalise import Coded, Codes, folded
from rules.dedupe.titles import Titles
from rules.dedupe.tokens import Floats, Grid, Ints
from sync.table import Mask, as_text

_ALIKE = 0.7  # share of words in common from which two titles are of one deal
_UNLIKE = 0.45  # and up to which they are of two
_RESPELT = 0.85  # likeness of letters from which two titles are one, spelt differently
_ORDINAL = re.compile(r"\d+|[一二三四五六七八九十]+(?=期|标|批|段|阶段|年|号)|\b(?:ii|iii|iv)\b")


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """Pairs of open opportunities of one customer.

    Attributes:
        left, right: (pairs) positions.
        same: (pairs × fields) whether a field matches.
        different: (pairs × fields) whether it differs.
        fields: names of the fields.
        blank: (pairs) whether neither has any of them.
    """

    left: Ints
    right: Ints
    same: Grid
    different: Grid
    fields: tuple[str, ...]
    blank: Mask

    @property
    def duplicates(self) -> Mask:
        """(pairs) whether they are one deal: a field matches and none differs, or all are blank."""
        return np.asarray((self.same.any(axis=1) & ~self.disagree) | self.blank)

    @property
    def doubtful(self) -> Mask:
        """(pairs) whether one field matches and another differs."""
        return np.asarray(self.same.any(axis=1) & self.disagree)

    @property
    def thin(self) -> Mask:
        """(pairs) whether nothing matches but the product, of which a customer may buy more."""
        named = np.array([name != "product" for name in self.fields], dtype=bool)
        return np.asarray(self.same.any(axis=1) & ~self.same[:, named].any(axis=1))

    @property
    def disagree(self) -> Mask:
        """(pairs) whether a field differs."""
        return np.asarray(self.different.any(axis=1))

    def spelt(self, which: Grid) -> list[tuple[str, ...]]:
        """Return (pairs) the names of the fields in a mask of pairs × fields."""
        return [
            tuple(name for name, is_in in zip(self.fields, row, strict=True) if is_in)
            for row in which.tolist()
        ]


class Deals:
    """What opportunities are about: need, product, name."""

    def __init__(self, frame: pd.DataFrame, fields: Sequence[str]) -> None:
        """Normalise the fields.

        Args:
            frame: (rows × fields and customer) of text or category.
            fields: columns that say what an opportunity is about.
        """
        customer = folded(frame["customer"])
        names = [_names(text) for text in customer.values]
        self.titles = {
            name: Titles(_without_customer(folded(frame[name]), customer, names)) for name in fields
        }
        self.ordinals = {
            name: titles.column.map(lambda text: " ".join(_ORDINAL.findall(text)))
            for name, titles in self.titles.items()
        }

    def codes(self) -> list[Codes]:
        """Return (rows) codes of each field."""
        return [titles.column.codes for titles in self.titles.values()]

    def within(self, groups: Ints) -> Verdicts:
        """Compare the rows of each group.

        Args:
            groups: (rows) a number, -1 for rows that are compared with none. In a group of more
                rows than blocking takes in, each is compared with those of the nearest texts.
        """
        order = np.lexsort(np.array([np.arange(len(groups)), *reversed(self.codes())]))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        ours, theirs = neighbours(groups[order], len(groups))
        return self.between(order[ours], order[theirs])

    def between(self, left: Ints, right: Ints) -> Verdicts:
        """Compare (pairs) rows."""
        shape = (len(left), len(self.titles))
        same, different = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        blank = np.ones(len(left), dtype=bool)
        for at, (name, titles) in enumerate(self.titles.items()):
            like = self._likeness(name, left, right)
            codes = titles.column.codes
            known = (codes[left] >= 0) & (codes[right] >= 0)
            same[:, at] = known & (like >= _ALIKE)
            different[:, at] = known & (like <= _UNLIKE)
            blank &= (codes[left] < 0) & (codes[right] < 0)
        return Verdicts(left, right, same, different, tuple(self.titles), blank)

    def _likeness(self, name: str, left: Ints, right: Ints) -> Floats:
        titles = self.titles[name]
        column = titles.column

        def differ(first: Ints, second: Ints) -> Floats:
            ours, theirs = (
                [text.replace(" ", "") for text in texts(column, codes)]
                for codes in (first, second)
            )
            spelt = cpdist(ours, theirs, scorer=OSA.normalized_similarity, dtype=np.float32)
            # GTX Pro is GTXPro but not GTX Plus Pro: products are told apart by every word
            words = np.float32(0) if name == "product" else titles.likeness(first, second)
            return np.maximum(np.where(spelt >= _RESPELT, spelt, 0), words).astype(np.float32)

        like = by_distinct(
            column, left, right, np.ones(len(column.values), dtype=np.float32), differ
        )
        ours, theirs = self.ordinals[name].codes[left], self.ordinals[name].codes[right]
        # 一期 and 二期, 2025 and 2026 are different deals however alike the rest is
        return np.where((ours >= 0) & (theirs >= 0) & (ours != theirs), np.float32(0), like)


def _without_customer(column: Coded, customer: Coded, names: Sequence[tuple[str, ...]]) -> Coded:
    """A column without the customer's name in it: 华讯科技ERP项目 is about ERP.

    Args:
        column: titles.
        customer: (rows) of the same table.
        names: (distinct customers) what a customer may be called in a title.
    """
    pairs = column.codes.astype(np.int64) * (len(customer.values) + 1) + customer.codes + 1
    distinct, back = np.unique(pairs, return_inverse=True)
    left = []
    for pair in distinct.tolist():
        text, whose = divmod(pair, len(customer.values) + 1)
        title = column.values[text] if text >= 0 else ""
        left.append(_cut(title, names[whose - 1]) if whose else title)
    return Coded.of(left, back.astype(np.int32))


def _names(customer: str) -> tuple[str, ...]:
    """What a customer may be called: the whole name, its core, its brand."""
    parts = parse(customer)
    names = (customer, parts.core, "".join(parts.brand))
    return tuple(name for name in dict.fromkeys(names) if len(name) > 1)


def _cut(title: str, names: Sequence[str]) -> str:
    """A title without the first of some names that stands in it."""
    for name in names:
        if name in title:
            return title.replace(name, " ")
    return title


def masters(frame: pd.DataFrame, groups: Ints, *, newest: bool) -> Ints:
    """Choose the master of each group: with an owner first, then by age, then by key.

    Args:
        frame: (rows × key, owner, created).
        groups: (rows) a number.
        newest: whether the newest row leads instead of the oldest.

    Returns:
        (rows) position of the master of the row's group. A row without key is master only among
        others without.
    """
    keys = as_text(frame["key"]).fillna("").to_numpy(dtype=object)
    created: pd.Series[Any] = frame["created"]
    age = created.astype("int64").to_numpy() * (-1 if newest else 1)
    order = np.lexsort(
        (keys, age, created.isna().to_numpy(), frame["owner"].isna().to_numpy(), keys == "", groups)
    )
    ranked = groups[order]
    begins = np.flatnonzero(np.diff(ranked, prepend=-1))
    leader = np.empty(len(groups), dtype=np.int64)
    size = np.diff(np.append(begins, len(groups)))
    leader[order] = np.repeat(order[begins], size)
    return leader
