"""Between a store and the reader: raw grids in, what to look for, and where things were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sync.fields import Kind
from sync.plan import Layout
from sync.table import Rows


@dataclass(frozen=True, slots=True)
class Activities:
    """A tab with a row per follow-up, joined by id or customer.

    Attributes:
        sheet: its name.
        key: header of the column that holds the opportunity's id or its customer.
        date: header of the column that holds the day.
    """

    sheet: str
    key: str
    date: str


@dataclass(frozen=True, slots=True)
class TableTabs:
    """Tabs that are kept alike; a spreadsheet may have several such tables.

    Attributes:
        sheets: tab names or patterns.
        columns: field or custom key → header, where this table has another than the others.
        header_row: as people count it (from 1), where it is not found by itself.
    """

    sheets: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    header_row: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What to look for in a spreadsheet.

    Attributes:
        sheets: tab names or patterns (`2026-*月`); empty means: found by its header.
        archive: tab names or patterns that are read only.
        columns: field or custom key → header, where it is not found by itself.
        custom: further columns → what they hold; their headers are in `columns`.
        activities: the follow-up tab, where there is one.
        header_row: as people count it (from 1), where it is not found by itself.
        tables: the tables, where there are several; they make up one, and `sheets` is empty.
        layout: our own columns, recognised by their headers.
        now: the moment of the run, for dates without a year.
        zone: IANA time zone of the spreadsheet's dates.
    """

    now: pd.Timestamp
    zone: str = "Asia/Shanghai"
    sheets: tuple[str, ...] = ()
    archive: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, Kind] = field(default_factory=dict)
    activities: Activities | None = None
    header_row: int | None = None
    tables: tuple[TableTabs, ...] = ()
    layout: Layout = field(default_factory=Layout)

    @property
    def named(self) -> frozenset[str]:
        """Keys whose column the rules file names, for all tables or for one."""
        return frozenset({*self.columns, *(key for table in self.tables for key in table.columns)})

    def of(self, table: TableTabs) -> Reading:
        """Return what to look for in one of the tables."""
        columns = {**self.columns, **table.columns}
        header_row = table.header_row or self.header_row
        return replace(self, sheets=table.sheets, columns=columns, header_row=header_row, tables=())

    @property
    def tomorrow(self) -> pd.Timestamp:
        """When the next day begins."""
        return self.now.normalize() + pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class SheetPlace:
    """Where the table stands on one tab; rows and columns count from 0.

    Attributes:
        name: of the tab.
        header_row: row of the header (the lower one of two).
        first_row, last_row: of the data, both included; total rows are outside.
        first_column, last_column: of the table, our own columns included where they exist.
        columns: key → column, for fields, custom and owned columns that were found.
    """

    name: str
    header_row: int
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where each row of the table stands; private to the store.

    Attributes:
        sheets: the tabs that the table was read from.
        sheet: (rows) index into `sheets`.
        row: (rows) row on that tab, from 0.
    """

    sheets: tuple[SheetPlace, ...]
    sheet: np.ndarray[tuple[int], np.dtype[np.int64]]
    row: Rows
