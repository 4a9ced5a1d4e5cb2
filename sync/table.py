"""The table that rules see: typed columns, one key per row, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from sync.fields import FIELDS, Kind

Level = Literal["info", "warning", "error"]
Rows = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Objects = np.ndarray[tuple[int], np.dtype[np.object_]]

_DTYPES: dict[Kind, str] = {
    Kind.TEXT: "str",
    Kind.NAME: "category",
    Kind.PERSON: "category",
    Kind.DATE: "datetime64[s]",
    Kind.MONEY: "Int64",
    Kind.PERCENT: "float64",
    Kind.NUMBER: "float64",
}


def blank_column(kind: Kind, rows: int) -> pd.Series[Any]:
    """Return a column of `rows` missing values in the dtype that `kind` is kept in."""
    if kind in (Kind.NAME, Kind.PERSON):
        return pd.Series(
            pd.Categorical.from_codes(np.full(rows, -1), categories=pd.Index([], dtype="str"))
        )
    if kind is Kind.DATE:
        return pd.Series(np.full(rows, np.datetime64("NaT", "s"), dtype="datetime64[s]"))
    if kind is Kind.MONEY:
        cents, missing = np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=bool)
        return pd.Series(pd.arrays.IntegerArray(cents, missing))
    return pd.Series(np.nan, index=range(rows), dtype=_DTYPES[kind])


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """Something worth telling about a group of rows; the words are made later from code and facts.

    Attributes:
        rule: the rule (or `reading`) that found it.
        code: the `Reason.code` that renders it.
        level: how much it matters.
        rows: positions in the table, ascending; empty when it concerns the whole table.
        facts: the values named in the reason's sentence, the same for all rows.
        field: the field concerned, where there is one.
    """

    rule: str
    code: str
    level: Level = "warning"
    rows: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    facts: Mapping[str, Any] = field(default_factory=dict)
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet that the product understands.

    Attributes:
        key: a field's key, a custom column's key, or an owned column's key.
        header: its text in the sheet.
        kind: what it holds.
        unit: factor of its numbers (10,000 under `金额(万元)`), for money only.
        formula: whether any of its cells is a formula.
        sheets: names of the tabs that have it.
        shared: whether a cell stands for several rows, being merged or meaning "as above" below it;
            told of people only.
    """

    key: str
    header: str
    kind: Kind
    unit: int = 1
    formula: bool = False
    sheets: frozenset[str] = frozenset()
    shared: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A generated tab as it stands in the spreadsheet.

    Attributes:
        content: `SheetView.content_hash` of what we last wrote there.
        rows: raw values from A1 of a tab that people answer in, as in `sync.source.Grid`; people
            may have sorted it. Empty for the other tabs.
    """

    content: str
    rows: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The opportunities of a spreadsheet as typed columns.

    Attributes:
        frame: (rows × fields) parsed values, RangeIndex. Money is whole cents (Int64), names and
            people are categorical, dates are naive local datetime64[s], percentages are fractions.
            Only fields that the sheet has are present; `column()` gives the others as blanks.
        keys: (rows) the key of each row as text, "" where blank.
        writable: (rows) whether cells of the row may be written: its key is present and unique.
        columns: the columns that were understood, by key, owned ones included.
        cells: (rows × writable columns) values as they stand in the cells of owned and fillable
            columns, for the three-way comparison; None where blank.
        sheets: (rows) name of the tab that each row stands on.
        numbers: (rows) the row number that a person sees there, for messages only.
        version: identifies the content that was read.
        zone: IANA name of the time zone that its dates are in.
        archive: rows of the archive tabs, columns as in `frame`.
        findings: what could not be read, or was read with a doubt.
        colored: whether the team uses fill colours of its own in the table.
        tabs: the generated tabs that the spreadsheet has, by their key.
        until: the first moment at which the same cells may be read otherwise (dates without a year,
            follow-ups to come), None where that may be at any moment.
    """

    frame: pd.DataFrame
    keys: Objects
    writable: Mask
    columns: Mapping[str, Column]
    cells: pd.DataFrame
    sheets: Objects
    numbers: Rows
    version: str
    zone: str = "Asia/Shanghai"
    archive: pd.DataFrame = field(default_factory=pd.DataFrame)
    findings: tuple[Finding, ...] = ()
    colored: bool = False
    tabs: Mapping[str, Standing] = field(default_factory=dict)
    until: pd.Timestamp | None = None

    def __len__(self) -> int:
        return len(self.keys)


def column(frame: pd.DataFrame, key: str, kind: Kind | None = None) -> pd.Series[Any]:
    """Return a column of the frame, blank in the right dtype where the sheet has none.

    Args:
        frame: (rows × columns).
        key: a field, custom or decided column.
        kind: what it holds, for columns outside the catalogue.

    Returns:
        (rows) values, RangeIndex.
    """
    if key in frame.columns:
        return frame[key]
    known = FIELDS.get(key)
    return blank_column(kind or (known.kind if known else Kind.TEXT), len(frame))


def as_text(values: pd.Series[Any]) -> pd.Series[str]:
    """Return (rows) a column as text; of names, each distinct one is made once and not every row's.

    pandas takes fifteen times as long for the same.
    """
    if not isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype("str")
    known = values.cat.categories.astype("str").array
    texts = known.take(values.cat.codes.to_numpy(), allow_fill=True)
    return pd.Series(texts, index=values.index, name=values.name)


def looked_up(
    values: pd.Series[Any], meanings: Mapping[str, Any], otherwise: Any, dtype: Any = object
) -> np.ndarray[tuple[int], Any]:
    """Return (rows) what each word of a column means; each distinct one is looked up once.

    Args:
        values: (rows) text or names.
        meanings: word → what it means.
        otherwise: for blanks and for words that are not there.
        dtype: of the result.
    """
    codes, distinct = pd.factorize(values)
    found = np.array([*(meanings.get(w, otherwise) for w in distinct), otherwise], dtype=dtype)
    return found[codes]


def first_said(first: pd.Series[Any], *others: pd.Series[Any]) -> pd.Series[str]:
    """Return (rows) in each row the first of several columns of words that says something.

    Most sheets lack most of the columns, and pandas takes as long to fill blanks from nothing.
    """
    found = as_text(first)
    for column in others:
        blank = found.isna()
        if blank.all():
            found = as_text(column)
        elif blank.any():
            found = found.fillna(as_text(column))
    return found
