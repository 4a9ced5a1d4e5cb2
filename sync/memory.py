"""A store in memory: for tests and trials; raises Stale, Busy or Refused on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import pandas as pd

from sync.grid import Grid
from sync.plan import Plan
from sync.reading import read_table
from sync.source import Places, Reading
from sync.store import Receipt, Refusal, Stale, StoreError
from sync.table import Standing, Table
from sync.view import Link, Rich, SheetView, Value


class MemoryStore:
    """Tabs as lists of rows; our columns are added directly beside the table.

    Attributes:
        grids: the tabs as they are now, by name.
        views: the generated tabs as they were last written, by key.
        drawn: their rows as they are now, by key; people may type into them.
        fail: raised by the next `apply`, once.
    """

    def __init__(self, grids: Sequence[Grid], reading: Reading) -> None:
        self.grids: dict[str, Grid] = {grid.name: grid for grid in grids}
        self.reading = reading
        self.views: dict[str, SheetView] = {}
        self.drawn: dict[str, list[list[Any]]] = {}
        self.fail: StoreError | None = None
        self._places: Places | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        return None

    def rows(self, tab: str) -> list[list[Any]]:
        """Return the rows of a tab, which people may change."""
        found = self.grids[tab].rows
        assert isinstance(found, list)  # noqa: S101 - tabs in memory are made of lists
        return found

    @property
    def version(self) -> str:
        """Hash of the tabs' values."""
        values = [*((grid.name, grid.rows) for grid in self.grids.values()), *self.drawn.items()]
        return hashlib.sha256(repr(values).encode()).hexdigest()

    def read(self) -> Table:
        """Read the table from the tabs."""
        table, self._places = read_table(tuple(self.grids.values()), self.reading, self.version)
        answered = {tab.key for tab in self.reading.layout.tabs if tab.answered}
        standing = {
            key: Standing(view.content_hash(), self.drawn[key] if key in answered else ())
            for key, view in self.views.items()
        }
        return replace(table, tabs=standing)

    def apply(self, plan: Plan) -> Receipt:
        """Write the plan's cells, each compared with its `before`."""
        if self.fail is not None:
            fail, self.fail = self.fail, None
            raise fail
        if plan.based_on != self.version or self._places is None:
            raise Stale("the tabs changed after they were read")
        columns = self._columns(plan)
        written, refused = 0, []
        for patch in plan.patches:
            for change in patch:
                grid = self.grids[self._places.sheets[self._places.sheet[change.row]].name]
                at = columns[grid.name][change.column]
                row = self.rows(grid.name)[int(self._places.row[change.row])]
                row.extend([""] * (at + 1 - len(row)))
                if not _same(row[at], change.before):
                    refused.append(Refusal(change.key, change.column, "store.changed"))
                    continue
                row[at] = "" if change.after is None else change.after
                written += 1
        for view in plan.tabs:
            self.views[view.key], self.drawn[view.key] = view, _drawn(view)
        return Receipt(written, self.version, tuple(refused), tuple(v.name for v in plan.tabs))

    def _columns(self, plan: Plan) -> Mapping[str, Mapping[str, int]]:
        """Tab → column key → column; our missing columns that the plan writes are added."""
        needed = {patch.column for patch in plan.patches}
        found: dict[str, dict[str, int]] = {}
        assert self._places is not None  # noqa: S101 - apply has checked it
        for place in self._places.sheets:
            columns, end = dict(place.columns), place.last_column + 1
            header = self.rows(place.name)[place.header_row]
            for owned in plan.layout.columns:
                if owned.key not in columns and owned.key in needed:
                    header.extend([""] * (end + 1 - len(header)))
                    header[end] = owned.header
                    columns[owned.key] = end
                    end += 1
            found[place.name] = columns
        return found


def _drawn(view: SheetView) -> list[list[Any]]:
    """The values of a view's cells as rows."""
    wide = 1 + max((cell.column for cell in view.cells), default=-1)
    rows = [[""] * wide for _ in range(1 + max((cell.row for cell in view.cells), default=-1))]
    for cell in view.cells:
        rows[cell.row][cell.column] = _plain(cell.value)
    return rows


def _plain(value: Value) -> Any:
    match value:
        case None:
            return ""
        case Rich() as rich:
            return "".join(run.text for run in rich.runs)
        case Link() as link:
            return link.text
    return value


def _same(stands: Any, before: Any) -> bool:
    blank = stands is None or stands == ""
    if before is None or blank:
        return blank and before is None
    if isinstance(before, pd.Timestamp):
        return pd.Timestamp(stands) == before
    return bool(stands == before)
