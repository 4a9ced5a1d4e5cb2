"""What people do in a table: each act is some requests, and words for what was wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.sheets_server.book import Sheet
from tests.sheets_server.grid import Area, Cell, Entered

Json = dict[str, Any]


@dataclass
class Desk:
    """The table as one person sees it.

    Attributes:
        random: what comes to their mind.
        sheet: the tab.
        header: the header's row, counted from 0.
        key: the header of the column that names a row, if any.
        spared: headers of columns that nobody edits, renames or moves.
        named: headers that nobody renames.
        word: gives a text that nobody else types.
        titles: the header's cells.
        area: the rows below it, as far as they are filled.
    """

    random: Random
    sheet: Sheet
    header: int
    key: str | None
    spared: frozenset[str]
    named: frozenset[str]
    word: Callable[[], str]
    titles: list[Entered] = field(init=False)
    area: Area = field(init=False)

    def __post_init__(self) -> None:
        grid = self.sheet.grid
        row = grid.rows[self.header] if self.header < grid.height else []
        self.titles = [cell.entered for cell in row]
        while self.titles and self.titles[-1] is None:
            self.titles.pop()
        filled = [
            at
            for at in range(self.header + 1, grid.height)
            if any(cell.entered is not None for cell in grid.rows[at])
        ]
        last = filled[-1] + 1 if filled else self.header + 1
        self.area = Area(self.header + 1, last, 0, len(self.titles))

    def row(self) -> int | None:
        """Any row; None if there is none."""
        rows = range(self.area.top, self.area.bottom)
        return self.random.choice(rows) if rows else None

    def column(self) -> int | None:
        """Any column that people may touch; None if there is none."""
        free = [
            at
            for at, title in enumerate(self.titles)
            if title is not None and title != self.key and title not in self.spared
        ]
        return self.random.choice(free) if free else None

    def name(self, row: int) -> Entered:
        """What a row is called."""
        if self.key in self.titles:
            return self.sheet.grid[row, self.titles.index(self.key)].entered
        return row

    def content(self, row: int) -> Json:
        """A row's cells by header."""
        grid = self.sheet.grid
        return {
            str(title): grid[row, at].entered
            for at, title in enumerate(self.titles)
            if title is not None
        }

    def span(self, dimension: str, start: int, count: int = 1) -> Json:
        """Some lines as a DimensionRange."""
        ends = {"startIndex": start, "endIndex": start + count}
        return {"sheetId": self.sheet.id, "dimension": dimension, **ends}

    def range(self, area: Area) -> Json:
        """An area as a GridRange."""
        return {
            "sheetId": self.sheet.id,
            "startRowIndex": area.top,
            "endRowIndex": area.bottom,
            "startColumnIndex": area.left,
            "endColumnIndex": area.right,
        }

    def type(self, row: int, column: int, texts: list[str]) -> Json:
        """The request that types texts into cells side by side."""
        start = {"sheetId": self.sheet.id, "rowIndex": row, "columnIndex": column}
        values = [{"userEnteredValue": {"stringValue": each}} for each in texts]
        return {
            "updateCells": {
                "start": start,
                "rows": [{"values": values}],
                "fields": "userEnteredValue",
            }
        }


Done = tuple[list[Json], Json]
"""Requests, and what the person wanted."""


def _edit(desk: Desk) -> Done | None:
    row, column = desk.row(), desk.column()
    if row is None or column is None:
        return None
    old, new = desk.sheet.grid[row, column].entered, desk.word()
    facts = {"row": desk.name(row), "column": desk.titles[column], "before": old, "after": new}
    return [desk.type(row, column, [new])], facts


def _record(desk: Desk, row: int) -> Done:
    """A new row's cells: its key and one more."""
    word = desk.word()
    column = desk.column()
    requests: list[Json] = []
    facts: Json = {"row": word, "cells": {}}
    if desk.key in desk.titles:
        requests.append(desk.type(row, desk.titles.index(desk.key), [word]))
    if column is not None:
        requests.append(desk.type(row, column, [word]))
        facts["cells"] = {desk.titles[column]: word}
    return requests, facts


def _append(desk: Desk) -> Done | None:
    requests, facts = _record(desk, desk.area.bottom)
    if desk.area.bottom >= desk.sheet.grid.height:
        length = {"sheetId": desk.sheet.id, "dimension": "ROWS", "length": 1}
        requests.insert(0, {"appendDimension": length})
    return (requests, facts) if facts["cells"] else None


def _insert(desk: Desk) -> Done | None:
    row = desk.row()
    if row is None:
        return None
    requests, facts = _record(desk, row)
    return [{"insertDimension": {"range": desk.span("ROWS", row)}}, *requests], facts


def _delete(desk: Desk) -> Done | None:
    row = desk.row()
    if row is None:
        return None
    facts = {"row": desk.name(row), "cells": desk.content(row)}
    return [{"deleteDimension": {"range": desk.span("ROWS", row)}}], facts


def _move(desk: Desk) -> Done | None:
    row, goal = desk.row(), desk.row()
    if row is None or goal is None or goal in (row, row + 1):
        return None
    source = desk.span("ROWS", row)
    return [{"moveDimension": {"source": source, "destinationIndex": goal}}], {
        "row": desk.name(row)
    }


def _sort(desk: Desk) -> Done | None:
    if desk.area.height < 2 or not desk.titles:
        return None
    column = desk.random.randrange(len(desk.titles))
    order = desk.random.choice(["ASCENDING", "DESCENDING"])
    specs = [{"dimensionIndex": column, "sortOrder": order}]
    facts = {"column": desk.titles[column], "order": order}
    return [{"sortRange": {"range": desk.range(desk.area), "sortSpecs": specs}}], facts


def _filter(desk: Desk) -> Done | None:
    row, column = desk.row(), desk.column()
    if row is None or column is None:
        return None
    hidden = _text(desk.sheet.grid[row, column])
    whole = desk.area._replace(top=desk.header)
    specs = [{"columnIndex": column, "filterCriteria": {"hiddenValues": [hidden]}}]
    wanted = {"range": desk.range(whole), "filterSpecs": specs}
    facts = {"column": desk.titles[column], "hidden": hidden}
    return [{"setBasicFilter": {"filter": wanted}}], facts


def _text(cell: Cell) -> str:
    return "" if cell.entered is None else str(cell.entered)


def _unfilter(desk: Desk) -> Done | None:
    if not desk.sheet.parts["basicFilter"]:
        return None
    return [{"clearBasicFilter": {"sheetId": desk.sheet.id}}], {}


def _rename(desk: Desk) -> Done | None:
    column = desk.column()
    if column is None or desk.titles[column] in desk.named:
        return None
    old = desk.titles[column]
    new = f"{old}{desk.word()}"
    return [desk.type(desk.header, column, [new])], {"before": old, "after": new}


def _add_column(desk: Desk) -> Done | None:
    at, title = desk.random.randint(0, len(desk.titles)), desk.word()
    before = {"range": desk.span("COLUMNS", at), "inheritFromBefore": at > 0}
    return [{"insertDimension": before}, desk.type(desk.header, at, [title])], {"column": title}


def _move_column(desk: Desk) -> Done | None:
    column = desk.column()
    if column is None:
        return None
    goal = desk.random.randint(0, len(desk.titles))
    if goal in (column, column + 1):
        return None
    source = desk.span("COLUMNS", column)
    facts = {"column": desk.titles[column], "to": goal}
    return [{"moveDimension": {"source": source, "destinationIndex": goal}}], facts


def _copy_row(desk: Desk) -> Done | None:
    """The habit of starting a new deal from an old one: its key comes along."""
    row = desk.row()
    if row is None or desk.area.bottom >= desk.sheet.grid.height:
        return None
    source = desk.range(desk.area._replace(top=row, bottom=row + 1))
    goal = desk.range(desk.area._replace(top=desk.area.bottom, bottom=desk.area.bottom + 1))
    return [{"copyPaste": {"source": source, "destination": goal}}], {"row": desk.name(row)}


def _sort_part(desk: Desk) -> Done | None:
    """The mishap of sorting some columns without the others."""
    if desk.area.height < 2 or len(desk.titles) < 2:
        return None
    right = desk.random.randint(1, len(desk.titles) - 1)
    area = desk.area._replace(right=right)
    specs = [{"dimensionIndex": desk.random.randrange(right)}]
    facts = {"columns": desk.titles[:right]}
    return [{"sortRange": {"range": desk.range(area), "sortSpecs": specs}}], facts


ACTS: Final[dict[str, Callable[[Desk], Done | None]]] = {
    "edit": _edit,
    "append": _append,
    "insert": _insert,
    "delete": _delete,
    "move": _move,
    "sort": _sort,
    "filter": _filter,
    "unfilter": _unfilter,
    "rename": _rename,
    "add_column": _add_column,
    "move_column": _move_column,
    "copy_row": _copy_row,
    "sort_part": _sort_part,
}
