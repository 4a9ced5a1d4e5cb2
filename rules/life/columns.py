"""A frame's columns as plain arrays, each made once: figures look at them many times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rules.worktime import Floats
from sync.table import Mask, Objects, Rows

Array = np.ndarray[tuple[int], np.dtype[Any]]


class Columns:
    """Arrays of a frame's columns.

    Args:
        frame: (rows × columns), not to be changed.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._arrays: dict[str, Array] = {}
        self._groups: dict[str, tuple[Rows, Objects]] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def __getitem__(self, key: str) -> Array:
        """Return (rows) a column; whole numbers (cents) are int64 with 0 for missing."""
        if key not in self._arrays:
            self._arrays[key] = plain(self.frame[key])
        return self._arrays[key]

    def groups(self, key: str) -> tuple[Rows, Objects]:
        """Return (rows) the number of each value of a column of words, and (values) the words."""
        if key not in self._groups:
            self._groups[key] = numbered(self.frame[key])
        return self._groups[key]

    def taken(self, key: str, rows: Rows) -> pd.Series[Any]:
        """Return (n) the values of a column at some rows."""
        return pd.Series(self.frame[key].array.take(rows))

    def among(self, key: str, words: Iterable[str]) -> Mask:
        """Return (rows) whether a column holds one of some words."""
        codes, names = self.groups(key)
        found: Mask = np.isin(names, list(words))[codes]
        return found


def numbered(values: pd.Series[Any]) -> tuple[Rows, Objects]:
    """Return (n) the number of each word, and (words) the words in their order."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = np.asarray(values.cat.codes, dtype=np.int64)
        return codes, np.asarray(values.cat.categories, dtype=object)
    found, words = pd.factorize(values, sort=True)
    return np.asarray(found, dtype=np.int64), np.asarray(words, dtype=object)


def mapped(words: pd.Series[Any], known: Mapping[str, float | None]) -> Floats:
    """Return (n) what each word stands for, missing where it or the word is; each asked once."""
    codes, distinct = numbered(words)
    found = np.array([*(known.get(str(word)) for word in distinct), None], dtype=np.float64)
    return np.asarray(found[codes], dtype=np.float64)


def plain(values: pd.Series[Any]) -> Array:
    """Return (n) values as an array; whole numbers are int64 with 0 for missing, words objects."""
    if values.dtype == "Int64":
        return values.to_numpy(dtype=np.int64, na_value=0)
    if values.dtype == "str" or isinstance(values.dtype, pd.CategoricalDtype):
        return values.to_numpy(dtype=object)
    return values.to_numpy()
