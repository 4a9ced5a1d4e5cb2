"""What stands on cells goes with them.

Every range, place and span inside a spreadsheet's objects is found through the discovery
document, so that any object keeps its place when rows, columns or blocks of cells move.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from tests.sheets_server.book import PARTS, Book, Sheet
from tests.sheets_server.discovery import schema
from tests.sheets_server.formulas.references import rewritten
from tests.sheets_server.grid import Cell, Formula

Json = dict[str, Any]

_STANDS_ON: Final = {  # by which property a thing stands; without it the thing is gone
    "ConditionalFormatRule": "ranges",
    "BasicFilter": "range",
    "FilterView": "range",
    "BandedRange": "range",
    "ProtectedRange": "range",
    "Table": "range",
    "DimensionGroup": "range",
    "NamedRange": "range",
}


class Shift(Protocol):
    """A change of where cells stand, as those who point at cells feel it."""

    def range(self, value: Json) -> Json | None:
        """A GridRange afterwards; None where nothing is left of it."""

    def ranges(self, value: Json) -> list[Json]:
        """The same for formats, which stay with each single cell: it may come apart."""

    def span(self, value: Json) -> Json | None:
        """A DimensionRange afterwards; None where nothing is left of it."""

    def place(self, value: Json) -> Json:
        """A GridCoordinate afterwards."""

    def column(self, sheet_id: int, at: int) -> int | None:
        """A column's number afterwards; None where it is gone."""

    def reference(self, title: str, text: str) -> str:
        """A reference of a formula afterwards; ``#REF!`` where nothing is left of it."""


def part_schema(name: str) -> str:
    """The schema of what stands in a sheet's list of parts."""
    rule = schema("Sheet")[name]
    return str(rule.get("$ref") or rule["items"]["$ref"])


def follow(book: Book, shift: Shift) -> None:
    """Everything in the spreadsheet after the shift, formulas and their like included."""
    for sheet in book.sheets:
        walk = _Walk(shift, sheet.title)
        for name in PARTS:
            kind = part_schema(name)
            moved = (walk.object(kind, one) for one in sheet.parts[name])
            sheet.parts[name] = [one for one in moved if one is not None and _stands(kind, one)]
        walk.cells(sheet)
    walk = _Walk(shift, "")
    named = (walk.object("NamedRange", one) for one in book.named)
    book.named = [one for one in named if one]
    data = (walk.object("DeveloperMetadata", one) for one in book.metadata)
    book.metadata = [one for one in data if one and _placed(one["location"])]


def _stands(kind: str, one: Json) -> bool:
    """A merge of one cell is none."""
    if kind != "GridRange":
        return True
    height = one["endRowIndex"] - one["startRowIndex"]
    return bool(height * (one["endColumnIndex"] - one["startColumnIndex"]) > 1)


def _placed(location: Json) -> bool:
    return location["locationType"] not in ("ROW", "COLUMN") or "dimensionRange" in location


class _Walk:
    """One shift through objects that stand on, or beside, the sheet of a title."""

    def __init__(self, shift: Shift, home: str) -> None:
        self._shift = shift
        self._home = home

    def object(self, kind: str, value: Json) -> Json | None:
        """An object after the shift; None where nothing is left of what it stands on."""
        match kind:
            case "GridRange":
                return self._shift.range(value)
            case "DimensionRange":
                return self._shift.span(value)
            case "GridCoordinate":
                return self._shift.place(value)
        rules = schema(kind)
        moved: Json = {}
        for key, below in value.items():
            new = self._value(kind, key, rules[key], below)
            if new is not None:
                moved[key] = new
        if kind in ("BasicFilter", "FilterView") and "range" in value:
            self._columns(value, moved, value["range"].get("sheetId", 0))
        needed = _STANDS_ON.get(kind)
        return None if needed in value and not moved.get(needed) else moved

    def _value(self, owner: str, key: str, rule: Json, value: Any) -> Any:
        if "$ref" in rule:
            return self.object(rule["$ref"], value)
        if rule["type"] == "array" and "$ref" in rule["items"]:
            if owner == "ConditionalFormatRule":
                return [piece for one in value for piece in self._shift.ranges(one)]
            kind = rule["items"]["$ref"]
            return [new for one in value if (new := self.object(kind, one)) is not None]
        if key == "userEnteredValue" and value.startswith("="):
            return self._formula(value)
        return value

    def _columns(self, old: Json, moved: Json, sheet_id: int) -> None:
        """Columns that a filter names by number, in its criteria and its sort orders."""
        for name, key in (("filterSpecs", "columnIndex"), ("sortSpecs", "dimensionIndex")):
            if name in old:
                ends = [(one, self._shift.column(sheet_id, one.get(key, 0))) for one in moved[name]]
                moved[name] = [{**one, key: at} for one, at in ends if at is not None]
        if "criteria" in old:
            places = {key: self._shift.column(sheet_id, int(key)) for key in old["criteria"]}
            moved["criteria"] = {
                str(at): old["criteria"][key] for key, at in places.items() if at is not None
            }

    def _formula(self, text: str) -> str:
        return rewritten(text, lambda title, ref: self._shift.reference(title or self._home, ref))

    def cells(self, sheet: Sheet) -> None:
        """The formulas and the dropdowns' sources in a sheet's cells."""
        made: dict[int, Mapping[str, Any]] = {}
        for row in sheet.grid.rows:
            for at, (entered, facets) in enumerate(row):
                new, looks = entered, facets
                if isinstance(entered, Formula):
                    new = Formula(self._formula(entered))
                if "dataValidation" in facets:
                    if id(facets) not in made:
                        made[id(facets)] = self.object("CellData", dict(facets)) or {}
                    looks = made[id(facets)]
                if new != entered or looks != facets:
                    row[at] = Cell(new, looks)
