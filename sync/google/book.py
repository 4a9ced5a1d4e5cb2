"""A Google spreadsheet as one answer brings it: values, structure and our marks of one moment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.google import marks
from sync.google.decode import cells, decode
from sync.grid import Area, Grid
from sync.plan import Layout
from sync.table import Rows

_MARK = "metadataId,metadataKey,metadataValue"
# Everything that a run has to know, and nothing more: of formats and of the other 20 properties of
# a cell not one is asked for.
FIELDS = (
    f"properties(timeZone),developerMetadata({_MARK}),namedRanges(namedRangeId,name),"
    "sheets(properties(sheetId,title,sheetType,hidden,gridProperties(rowCount,columnCount)),"
    "merges,basicFilter,tables(tableId,range),conditionalFormats,charts(chartId),"
    f"protectedRanges(protectedRangeId,range,description),developerMetadata({_MARK}),"
    "bandedRanges(bandedRangeId),"
    "data(startRow,startColumn,columnMetadata(developerMetadata(metadataId)),"
    "rowData(values(effectiveValue,userEnteredValue(formulaValue)))))"
)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One tab.

    Attributes:
        id: Google's number of it; it outlives renaming.
        title: its name.
        columns: how many its grid has.
        rows: values from A1, without trailing blanks.
        formulas: column → ascending rows whose cell is a formula.
        column_marks: id of a mark → the column on which it stands.
        marks: id of a mark on the whole tab → its value.
        is_own: whether it is a generated tab, or one that things are tried on.
        resource: everything else, as Google tells it.
    """

    id: int
    title: str
    columns: int
    rows: list[list[Any]]
    formulas: Mapping[int, Rows]
    column_marks: Mapping[int, int]
    marks: Mapping[int, str]
    is_own: bool
    resource: Mapping[str, Any]

    def marked(self, key: str) -> int | None:
        """Return the column that carries our mark for a key, None where none does."""
        return self.column_marks.get(marks.column_id(self.id, key))

    def grid(self, headers: Mapping[str, str]) -> Grid:
        """Return the tab as the reader takes it.

        Args:
            headers: key of a column of ours → its header; a marked column counts under it, however
                people have renamed it.
        """
        given = self.resource
        known = {key: self.marked(key) for key in headers}
        return Grid(
            name=self.title,
            rows=self.rows,
            merged=tuple(area(merge, self) for merge in given.get("merges", ())),
            formulas=self.formulas,
            tables=tuple(area(table["range"], self) for table in given.get("tables", ())),
            filter=area(given["basicFilter"]["range"], self) if "basicFilter" in given else None,
            visible=not given["properties"].get("hidden", False),
            headers={at: headers[key] for key, at in known.items() if at is not None},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """A spreadsheet at one moment.

    Attributes:
        zone: IANA name of its time zone, "" where it tells none.
        lock: value of the run's lock, "" where nobody holds it.
        names: id → name, of every named range.
        sheets: its tabs with cells, in their order.
    """

    zone: str
    lock: str
    names: Mapping[str, str]
    sheets: tuple[Sheet, ...]

    def sheet(self, number: int) -> Sheet | None:
        """Return the tab of an id."""
        return next((sheet for sheet in self.sheets if sheet.id == number), None)

    @property
    def team_sheets(self) -> list[Sheet]:
        """The tabs that are not generated."""
        return [sheet for sheet in self.sheets if not sheet.is_own]

    def answered(self, layout: Layout) -> dict[str, list[list[Any]]]:
        """Return key → rows of the generated tabs that people type into."""
        found = {tab.key: self.own_tab(tab.key) for tab in layout.tabs if tab.answered}
        return {key: sheet.rows for key, sheet in found.items() if sheet is not None}

    def own_tab(self, key: str) -> Sheet | None:
        """Return the generated tab of a key, None where the spreadsheet has none."""
        number = marks.tab_id(key)
        return next((sheet for sheet in self.sheets if number in sheet.marks), None)

    def contents(self, layout: Layout) -> dict[str, str]:
        """Return key → content hash of every generated tab.

        Args:
            layout: names the keys of marks that do not tell theirs, as earlier versions made them.
        """
        known = {marks.tab_id(tab.key): tab.key for tab in layout.tabs}
        found = {}
        for sheet in self.sheets:
            if not sheet.is_own:
                continue
            for number, value in sheet.marks.items():
                content, _, key = value.partition(" ")
                key = key or known.get(number, "")
                if key and number == marks.tab_id(key):
                    found[key] = content
        return found


def read_book(body: bytes) -> Book:
    """Return the spreadsheet that an answer to `FIELDS` holds."""
    return book_of(decode(body))


def book_of(answer: Mapping[str, Any]) -> Book:
    """Return the spreadsheet of a decoded resource."""
    run = _marks(answer)
    return Book(
        answer.get("properties", {}).get("timeZone", ""),
        run.get(marks.RUN_ID, ""),
        {one["namedRangeId"]: one.get("name", "") for one in answer.get("namedRanges", ())},
        tuple(
            _sheet(sheet)
            for sheet in answer.get("sheets", ())
            if sheet["properties"].get("sheetType", "GRID") == "GRID"
        ),
    )


def version_of(sheets: Sequence[Sheet], answered: Mapping[str, Sequence[Sequence[Any]]]) -> str:
    """Return a hash of what people made.

    Args:
        sheets: their own tabs: names, values, formulas and merges count.
        answered: key → rows of the generated tabs that people type into.
    """
    digest = hashlib.sha256()
    for sheet in sheets:
        formulas = {column: rows.tolist() for column, rows in sorted(sheet.formulas.items())}
        merges = sorted(map(repr, sheet.resource.get("merges", ())))
        digest.update(repr((sheet.title, sheet.rows, formulas, merges)).encode())
    for key, rows in sorted(answered.items()):
        digest.update(repr((key, rows)).encode())
    return digest.hexdigest()


def area(given: Mapping[str, int], sheet: Sheet) -> Area:
    """Return a `GridRange` with its open ends filled in."""
    rows = sheet.resource["properties"].get("gridProperties", {}).get("rowCount", len(sheet.rows))
    return Area(
        given.get("startRowIndex", 0),
        given.get("startColumnIndex", 0),
        given.get("endRowIndex", rows) - 1,
        given.get("endColumnIndex", sheet.columns) - 1,
    )


def _sheet(given: Mapping[str, Any]) -> Sheet:
    properties = given["properties"]
    data = given.get("data", ())
    rows, formulas = cells(data)
    resource = {name: value for name, value in given.items() if name != "data"}
    return Sheet(
        properties.get("sheetId", 0),
        properties.get("title", ""),
        properties.get("gridProperties", {}).get("columnCount", 0),
        rows,
        formulas,
        {
            mark["metadataId"]: column
            for grid in data
            for column, told in enumerate(
                grid.get("columnMetadata", ()), grid.get("startColumn", 0)
            )
            for mark in told.get("developerMetadata", ())
        },
        _marks(given),
        any(
            mark.get("metadataKey") in (marks.TAB, marks.PROBE)
            for mark in given.get("developerMetadata", ())
        ),
        resource,
    )


def _marks(given: Mapping[str, Any]) -> dict[int, str]:
    return {
        mark["metadataId"]: mark.get("metadataValue", "")
        for mark in given.get("developerMetadata", ())
    }
