"""A column of cells as codes of its distinct values, so that columns are compared by numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sync.table import Mask, Objects, Rows

Codes = np.ndarray[tuple[int], np.dtype[np.intp]]
_UNKNOWN = -2  # a value that the other column does not have


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of cells.

    Attributes:
        codes: (rows) index into `values`, -1 where blank.
        values: the distinct values: str, number, or pd.Timestamp in whole seconds.
    """

    codes: Codes
    values: Objects

    @classmethod
    def of(cls, cells: pd.Series[Any] | Objects) -> Coded:
        """Return a column; missing values and "" are blank."""
        if isinstance(cells, pd.Series):
            if pd.api.types.is_datetime64_any_dtype(cells.dtype):
                cells = cells.dt.as_unit("s")
            codes, distinct = pd.factorize(cells)
            values = np.asarray(pd.Series(distinct).astype(object), dtype=object)
        else:
            codes, values = pd.factorize(cells)
        found = cls(codes.astype(np.intp, copy=False), values)
        return found.without(np.flatnonzero(values == "")) if len(values) else found

    @classmethod
    def blank(cls, rows: int) -> Coded:
        """Return `rows` blank cells."""
        return cls(np.full(rows, -1, dtype=np.intp), np.empty(0, dtype=object))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def known(self) -> Mask:
        """(rows) whether a cell is not blank."""
        return self.codes >= 0

    def cells(self, rows: Rows | None = None) -> Objects:
        """Return (rows) the values, of some rows or of all; None where blank."""
        codes = self.codes if rows is None else self.codes[rows]
        found: Objects = np.array([*self.values, None], dtype=object)[codes]
        return found

    def column(self) -> pd.Series[Any]:
        """Return (rows) the values as one kind: text or moments to the second, else objects."""
        kinds = {type(value) for value in self.values}
        values: pd.Series[Any] = pd.Series(self.values, dtype=object)
        if kinds <= {str}:
            values = values.astype("str")
        elif kinds == {pd.Timestamp}:
            values = values.astype("datetime64[s]")
        return pd.Series(values.array.take(self.codes, allow_fill=True))

    def take(self, rows: Rows) -> Coded:
        """Return (n) the cells of some rows, blank for -1."""
        return Coded(np.append(self.codes, -1)[rows], self.values)

    def without(self, values: Rows) -> Coded:
        """Return the column with some of its distinct values blank."""
        if not len(values):
            return self
        return Coded(np.where(np.isin(self.codes, values), -1, self.codes), self.values)

    def where(self, mask: Mask, other: Coded) -> Coded:
        """Return these cells in some rows, those of another column in all others."""
        if mask.all():
            return self
        place = {value: at for at, value in enumerate(self.values)}
        theirs = [place.setdefault(value, len(place)) for value in other.values]
        codes = np.append(theirs, -1).astype(np.intp)[other.codes]
        values = np.fromiter(place, dtype=object, count=len(place))
        return Coded(np.where(mask, self.codes, codes), values)

    def as_in(self, other: Coded) -> Codes:
        """Return (rows) the codes that the values have in another column; -2 where it has none."""
        place = {value: at for at, value in enumerate(other.values)}
        codes = [place.get(value, _UNKNOWN) for value in self.values]
        found: Codes = np.array([*codes, -1], dtype=np.intp)[self.codes]
        return found

    def differs(self, other: Coded) -> Mask:
        """Return (rows) whether two columns hold different values; blank is equal to blank."""
        return np.asarray(self.as_in(other) != other.codes)
