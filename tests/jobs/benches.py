"""The same team's table in each store, with the means to look at its generated tabs."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from config.load import RulesFile
from jobs import pipeline
from jobs.history import History
from sync.excel.store import ExcelStore
from sync.grid import Grid
from sync.memory import MemoryStore
from sync.store import Store
from tests.google import kit
from tests.sheets_server import Server

TAB = "商机"
NOW = pd.Timestamp("2026-11-20T10:00").as_unit("s")
Rows = Sequence[Sequence[Any]]


def day(text: str) -> pd.Timestamp:
    """Return a day as a cell holds it."""
    return pd.Timestamp(text)


class Bench(Protocol):
    """A store, and people at the spreadsheet."""

    def store(self, rules_file: RulesFile) -> Store:
        """Open the spreadsheet."""

    def tabs(self) -> list[str]:
        """Names of the tabs in their order, the team's own left out."""

    def texts(self, tab: str) -> list[str]:
        """The texts of a tab, row by row."""

    def delete(self, tab: str) -> None:
        """Delete a generated tab."""

    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        """Type into a cell of a tab, counted from 0."""


class InMemory:
    """Lists of rows."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        filled = [["" if value is None else value for value in row] for row in rows]
        self._grid = Grid(TAB, filled)
        self._store: MemoryStore | None = None

    def store(self, rules_file: RulesFile) -> Store:
        """Open the spreadsheet."""
        reading = rules_file.reading(pd.Timestamp("2026-11-20"))
        if self._store is None:
            self._store = MemoryStore([self._grid], reading)
        self._store.reading = reading
        return self._store

    @property
    def _memory(self) -> MemoryStore:
        assert self._store is not None
        return self._store

    def tabs(self) -> list[str]:
        """Names of the generated tabs."""
        return [view.name for view in self._memory.views.values()]

    def texts(self, tab: str) -> list[str]:
        """The texts of a tab."""
        rows = self._memory.drawn[self._key(tab)]
        return [str(value) for row in rows for value in row if value != ""]

    def delete(self, tab: str) -> None:
        """Delete a generated tab."""
        key = self._key(tab)
        del self._memory.views[key], self._memory.drawn[key]

    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        """Type into a cell."""
        rows = self._grid.rows if tab == TAB else self._memory.drawn[self._key(tab)]
        rows[row][column] = value

    def _key(self, tab: str) -> str:
        return next(key for key, view in self._memory.views.items() if view.name == tab)


class InExcel:
    """A workbook."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.path = folder / "商机表.xlsx"
        book = Workbook()
        assert book.active is not None
        book.active.title = TAB
        for row in rows:
            book.active.append(list(row))
        book.save(self.path)

    def store(self, rules_file: RulesFile) -> Store:
        """Open the spreadsheet."""
        return ExcelStore(self.path, rules_file.reading(pd.Timestamp("2026-11-20")))

    def tabs(self) -> list[str]:
        """Names of the generated tabs."""
        return [name for name in tabs_of(self.path) if name != TAB]

    def texts(self, tab: str) -> list[str]:
        """The texts of a tab."""
        rows = CalamineWorkbook.from_path(self.path).get_sheet_by_name(tab).to_python()
        return [str(value) for row in rows for value in row if value != ""]

    def delete(self, tab: str) -> None:
        """Delete a generated tab, with the hidden name on it, as Excel does."""
        book = _loaded(self.path)
        del book[tab]
        book.save(self.path)

    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        """Type into a cell."""
        book = _loaded(self.path)
        book[tab].cell(row + 1, column + 1, value)
        book.save(self.path)


def tabs_of(path: Path) -> list[str]:
    """Return the names of a workbook's tabs in their order."""
    return list(CalamineWorkbook.from_path(path).sheet_names)


def _loaded(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it does not know bars and sparklines
        return load_workbook(path)


class InGoogle:
    """A Google Sheet over HTTP, on the local server."""

    server: Server

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.people = kit.People(self.server, TAB)
        plain = [[_plain(value) for value in row] for row in rows]
        self.people.type(0, 0, plain)

    def store(self, rules_file: RulesFile) -> Store:
        """Open the spreadsheet."""
        return kit.store(self.people, rules_file.reading(pd.Timestamp("2026-11-20")))

    def tabs(self) -> list[str]:
        """Names of the generated tabs."""
        sheets = self.people.ask("", verb="get")["sheets"]
        titles = [str(one["properties"]["title"]) for one in sheets]
        return [title for title in titles if title != TAB]

    def texts(self, tab: str) -> list[str]:
        """The texts of a tab."""
        return [str(value) for row in self.people.look(tab) for value in row if value != ""]

    def delete(self, tab: str) -> None:
        """Delete a generated tab."""
        self.people.do({"deleteSheet": {"sheetId": self.people.number(tab)}})

    def type(self, tab: str, row: int, column: int, value: Any) -> None:
        """Type into a cell."""
        self.people.type(row, column, [[value]], self.people.number(tab))


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else value


BENCHES = (InMemory, InExcel, InGoogle)
NAMES = ("memory", "excel", "google")


def run(
    bench: Bench, rules_file: RulesFile, history: History, now: pd.Timestamp = NOW
) -> pipeline.Run:
    """Run once."""
    with bench.store(rules_file) as store:
        return pipeline.run(store, rules_file, history, now)
