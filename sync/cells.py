"""Raw cells: what counts as blank, what stands there, and the distinct values of a column."""

from __future__ import annotations

import datetime as dt
import re
import string
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sync.columns import Row, coded
from sync.table import Mask, Objects, Rows

# placeholders that mean nothing in any column; NA is not among them: it may be North America
_BLANKS = frozenset({
    "", "-", "--", "---", "—", "——", "–", "―", "/", "\\", ".", "?", "*", "_", "select", "select...",
    "please select", "choose", "n/a", "#n/a", "null", "none", "nil", "(blank)", "请选择",
    "--请选择--", "无", "（无）", "暂无", "没有", "空", "（空）", "（空白）",
})  # fmt: skip
# beginnings that no placeholder has: most cells are seen through by their first letter
_TELLING = frozenset(string.ascii_letters + string.digits) - {
    letter for blank in _BLANKS for letter in (blank[:1], blank[:1].upper())
}
_LONGEST_BLANK = 20  # characters; with spaces around it
_ERROR = re.compile(
    r"#(?:DIV/0!|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA|BLOCKED!|UNKNOWN!|FIELD!|BUSY!|ERROR!)"
)


def is_error(value: object) -> bool:
    """Return whether a cell shows an error such as `#DIV/0!`."""
    return isinstance(value, str) and value.startswith("#") and _ERROR.fullmatch(value) is not None


def is_blank(value: object) -> bool:
    """Return whether a cell says nothing: empty, an error, or a placeholder such as `请选择`."""
    if value is None or value is pd.NaT:
        return True
    if not isinstance(value, str):
        return isinstance(value, float) and value != value  # only NaN does
    if value[:1] in _TELLING:
        return False
    if len(value) > _LONGEST_BLANK:
        return is_error(value) or not value.strip()
    text = unicodedata.normalize("NFKC", value).strip().casefold()
    return text in _BLANKS or is_error(value)


def cell_text(value: object) -> str:
    """Return a cell as text: trimmed, `215.0` as `215`, dates in ISO form."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value)


def raw_value(value: object) -> object:
    """Return a cell as it stands: str, number, pd.Timestamp for dates, None where empty."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dt.date):
        return pd.Timestamp(value)
    if isinstance(value, (dt.time, dt.timedelta)):
        return str(value)
    return None if is_blank(value) else value


@dataclass(frozen=True, eq=False)
class Distinct:
    """The distinct cells of a column, each looked at once.

    Attributes:
        values: (distinct) raw cells; 1, "1" and True stay apart.
    """

    values: Objects

    @cached_property
    def blank(self) -> Mask:
        """(distinct + 1) whether each says nothing; the last one stands for an empty cell."""
        # a call for each of hundreds of thousands of texts would cost most of the time
        blank = [
            not (type(value) is str and value[:1] in _TELLING) and is_blank(value)
            for value in self.values
        ]
        return np.array([*blank, True], dtype=bool)

    @cached_property
    def worded(self) -> Rows:
        """(distinct + 1) 1 for each text that says something, else 0."""
        texts = [type(value) is str for value in self.values] + [False]
        return (np.array(texts, dtype=bool) & ~self.blank).astype(np.int64)

    @cached_property
    def texts(self) -> Objects:
        """(distinct + 1) each as text, "" where blank."""
        texts = [
            "" if blank else value.strip() if type(value) is str else cell_text(value)
            for value, blank in zip(self.values, self.blank, strict=False)
        ]
        return np.array([*texts, ""], dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A column of cells as codes into its distinct values.

    Attributes:
        codes: (rows) index into the distinct values, -1 where nothing is there at all.
        distinct: shared by all parts of the column.
    """

    codes: Rows
    distinct: Distinct

    @classmethod
    def of(cls, cells: Sequence[object] | Objects) -> Cells:
        """Find the distinct values of (rows) raw cells."""
        codes, values = coded(cells)
        return cls._unmixed(codes.astype(np.int64), np.fromiter(values, object, len(values)))

    @classmethod
    def among(cls, codes: Row, values: Objects) -> Cells:
        """Return the cells of a column that shares its values with others.

        Args:
            codes: (rows) index into `values`, -1 where blank.
            values: of all columns; the last one stands for blanks.
        """
        used = pd.unique(codes)
        used = used[used >= 0]
        place = np.full(len(values), -1, dtype=np.int64)
        place[used] = np.arange(len(used))
        return cls._unmixed(place[codes], values[used])

    @classmethod
    def _unmixed(cls, codes: Rows, values: Objects) -> Cells:
        """Return cells; beside the numbers that hashing takes for them, truth values go by text."""
        if not {bool, int, float}.isdisjoint(map(type, values)) and {0, 1} & set(values):
            plain = [cell_text(cell) if isinstance(cell, bool) else cell for cell in values]
            places, texts = coded(plain)
            codes = np.append(places, -1).astype(np.int64)[codes]
            values = np.fromiter(texts, object, len(texts))
        return cls(codes, Distinct(values))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def values(self) -> Objects:
        """(distinct) raw cells."""
        return self.distinct.values

    def take(self, rows: Rows) -> Cells:
        """Return the cells of some rows."""
        return Cells(self.codes[rows], self.distinct)

    def where(self, test: Callable[[Any], bool]) -> Mask:
        """Return (rows) whether a cell passes a test that is made once per distinct value."""
        passed = np.array([*map(test, self.values), False], dtype=bool)
        return np.asarray(passed[self.codes], dtype=bool)

    @property
    def blank(self) -> Mask:
        """(rows) whether the cell says nothing."""
        return np.asarray(self.distinct.blank[self.codes], dtype=bool)

    @property
    def worded(self) -> Rows:
        """(rows) 1 where the cell is a text that says something, else 0."""
        return np.asarray(self.distinct.worded[self.codes])

    def says(self, text: str) -> Mask:
        """Return (rows) whether the text of a cell is the given one."""
        return np.asarray((self.distinct.texts == text)[self.codes], dtype=bool)

    def equals(self, value: str) -> Mask:
        """Return (rows) whether a cell is just this text."""
        same = np.append(self.values == value, False)
        return np.asarray(same[self.codes], dtype=bool)

    def texts(self) -> Objects:
        """Return (rows) text of each cell, "" where blank."""
        return np.asarray(self.distinct.texts[self.codes], dtype=object)

    def raw(self) -> Objects:
        """Return (rows) each cell as it stands, None where empty."""
        found = np.full(len(self.values) + 1, None, dtype=object)
        found[:-1] = [v if type(v) is str and v.strip() else raw_value(v) for v in self.values]
        return np.asarray(found[self.codes], dtype=object)
