"""The values of a tab as columns of codes: a large tab repeats most of what it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress, count, zip_longest
from typing import Any, overload

import numpy as np

Codes = np.ndarray[tuple[int, int], np.dtype[np.int32]]
Row = np.ndarray[tuple[int], np.dtype[np.int32]]
Objects = np.ndarray[tuple[int], np.dtype[np.object_]]


class Columns(Sequence[list[Any]]):
    """Rows of raw values, all equally long; kept by column.

    Attributes:
        codes: (columns × rows) index into `values`, -1 where blank.
        values: distinct values of each column, and "" for blanks as the last one.
    """

    def __init__(self, codes: Codes, values: Sequence[Any]) -> None:
        """Keep the columns.

        Args:
            codes: (columns × rows) index into `values`, -1 where blank.
            values: no column refers to equal ones twice; True is none of 1's equals here.
        """
        self.codes = codes
        self.values: Objects = np.empty(len(values) + 1, dtype=object)
        self.values[:-1] = values
        self.values[-1] = ""

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Columns:
        """Return rows, which may differ in length, by column."""
        if isinstance(rows, Columns):
            return rows
        columns = list(zip_longest(*rows))
        codes: Codes = np.full((len(columns), len(rows)), -1, dtype=np.int32)
        values: list[Any] = []
        for at, column in enumerate(columns):
            found, distinct = coded(column)
            codes[at] = np.where(found < 0, -1, found + len(values))
            values += distinct
        return cls(codes, values)

    def __len__(self) -> int:
        return self.codes.shape[1]

    @overload
    def __getitem__(self, at: int) -> list[Any]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[Any]]: ...
    def __getitem__(self, at: int | slice) -> list[Any] | list[list[Any]]:
        found: list[Any] = self.values[self.codes[:, at].T].tolist()
        return found

    def column(self, at: int) -> Row:
        """Return (rows) the codes of a column, a copy; blank beyond the last column."""
        blank: Row = np.full(len(self), -1, dtype=np.int32)
        return self.codes[at].copy() if at < len(self.codes) else blank

    def filled_up_to(self, end: int) -> int:
        """Return the number of rows up to the last one before `end` that is not blank."""
        rows = np.flatnonzero((self.codes[:, :end] >= 0).any(axis=0))
        return int(rows[-1]) + 1 if len(rows) else 0


def coded(cells: Iterable[Any]) -> tuple[Row, list[Any]]:
    """Find the distinct values among cells.

    Args:
        cells: (n) raw values.

    Returns:
        (n) index into the distinct values, -1 where blank; and these, in the order in which they
        appear. True and 1 stay apart.
    """
    place: defaultdict[Any, int] = defaultdict(count().__next__)
    keys = [(cell,) if cell is True or cell is False else cell for cell in cells]
    codes = np.fromiter(map(place.__getitem__, keys), dtype=np.int32, count=len(keys))
    found = [key[0] if type(key) is tuple else key for key in place]
    blank = [place[key] for key in (None, "") if key in place]
    if not blank:
        return codes, found
    kept = np.ones(len(found), dtype=bool)
    kept[blank] = False
    places = np.where(kept, np.cumsum(kept, dtype=np.int32) - 1, -1).astype(np.int32)
    return places[codes], list(compress(found, kept))
