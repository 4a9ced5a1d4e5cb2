"""What stands on lines goes with them.

Every range, place and span inside a spreadsheet's objects is found through the discovery
document, so that any object keeps its place when rows or columns come, go and move.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.sheets_server.book import PARTS, Book, Sheet
from tests.sheets_server.discovery import schema
from tests.sheets_server.formulas.references import changed, rewritten
from tests.sheets_server.grid import Cell, Formula
from tests.sheets_server.shifts import Change, Delete

Json = dict[str, Any]

_KEYS: Final = {
    ("GridRange", "ROWS"): ("startRowIndex", "endRowIndex"),
    ("GridRange", "COLUMNS"): ("startColumnIndex", "endColumnIndex"),
}
_COORDINATE: Final = {"ROWS": "rowIndex", "COLUMNS": "columnIndex"}
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


class Shift(NamedTuple):
    """A change of the rows or columns of one sheet."""

    sheet: Sheet
    dimension: str
    change: Change


def part_schema(name: str) -> str:
    """The schema of what stands in a sheet's list of parts."""
    rule = schema("Sheet")[name]
    return str(rule.get("$ref") or rule["items"]["$ref"])


def follow(book: Book, shift: Shift) -> None:
    """Everything in the spreadsheet after the shift, formulas included."""
    for sheet in book.sheets:
        for name in PARTS:
            kind = part_schema(name)
            moved = (_object(kind, one, shift) for one in sheet.parts[name])
            sheet.parts[name] = [one for one in moved if one is not None and _stands(kind, one)]
        _formulas(sheet, shift)
    named = (_object("NamedRange", one, shift) for one in book.named)
    book.named = [one for one in named if one]
    data = (_object("DeveloperMetadata", one, shift) for one in book.metadata)
    book.metadata = [one for one in data if one and "location" in one and _placed(one["location"])]
    lines = shift.sheet.lines[shift.dimension]
    shift.sheet.lines[shift.dimension] = {
        new[0]: value
        for line, value in lines.items()
        if (new := shift.change.interval(line, line + 1))
    }


def _stands(kind: str, one: Json) -> bool:
    """A merge of one cell is none."""
    if kind != "GridRange":
        return True
    height = one["endRowIndex"] - one["startRowIndex"]
    return bool(height * (one["endColumnIndex"] - one["startColumnIndex"]) > 1)


def _placed(location: Json) -> bool:
    return location["locationType"] not in ("ROW", "COLUMN") or "dimensionRange" in location


def _object(kind: str, value: Json, shift: Shift) -> Json | None:
    """An object after the shift; None where nothing is left of what it stands on."""
    match kind:
        case "GridRange":
            return _range(value, shift)
        case "DimensionRange":
            return _span(value, shift)
        case "GridCoordinate":
            return _place(value, shift)
    rules = schema(kind)
    moved: Json = {}
    for key, below in value.items():
        new = _value(rules[key], below, shift, spreads=kind == "ConditionalFormatRule")
        if new is not None:
            moved[key] = new
    if kind in ("BasicFilter", "FilterView", "FilterSpec", "SortSpec"):
        _columns(value, moved, shift)
    needed = _STANDS_ON.get(kind)
    return None if needed in value and not moved.get(needed) else moved


def _value(rule: Json, value: Any, shift: Shift, *, spreads: bool) -> Any:
    if "$ref" in rule:
        return _object(rule["$ref"], value, shift)
    if rule["type"] == "array" and "$ref" in rule["items"]:
        kind = rule["items"]["$ref"]
        if spreads and kind == "GridRange":
            return [piece for one in value for piece in _ranges(one, shift)]
        return [new for one in value if (new := _object(kind, one, shift)) is not None]
    if isinstance(value, str) and value.startswith("="):
        return _formula(value, shift.sheet, shift)
    return value


def _ends(value: Json, shift: Shift) -> tuple[int, int] | None:
    """A range's interval that feels the shift; None where it is another sheet's or unbounded."""
    start, end = (value.get(key) for key in _KEYS["GridRange", shift.dimension])
    if value.get("sheetId", 0) != shift.sheet.id or start is None or end is None:
        return None
    return start, end


def _ranges(value: Json, shift: Shift) -> list[Json]:
    ends = _ends(value, shift)
    if ends is None:
        return [value]
    first, last = _KEYS["GridRange", shift.dimension]
    return [{**value, first: low, last: high} for low, high in shift.change.pieces(*ends)]


def _range(value: Json, shift: Shift) -> Json | None:
    ends = _ends(value, shift)
    if ends is None:
        return value
    left = shift.change.interval(*ends)
    first, last = _KEYS["GridRange", shift.dimension]
    return {**value, first: left[0], last: left[1]} if left else None


def _span(value: Json, shift: Shift) -> Json | None:
    if value.get("sheetId", 0) != shift.sheet.id or value["dimension"] != shift.dimension:
        return value
    left = shift.change.interval(value["startIndex"], value["endIndex"])
    return {**value, "startIndex": left[0], "endIndex": left[1]} if left else None


def _place(value: Json, shift: Shift) -> Json:
    """A place stays on its line; if that goes, it takes the line that stands there now."""
    if value.get("sheetId", 0) != shift.sheet.id:
        return value
    key = _COORDINATE[shift.dimension]
    line = value.get(key, 0)
    left = shift.change.interval(line, line + 1)
    at = left[0] if left else shift.change.start if isinstance(shift.change, Delete) else line
    return {**value, key: at}


def _columns(old: Json, moved: Json, shift: Shift) -> None:
    """Columns that filters and sort orders name by number."""
    if shift.dimension != "COLUMNS" or ("range" in old and _ends(old["range"], shift) is None):
        return
    for key in ("columnIndex", "dimensionIndex"):
        if key in old and (left := shift.change.interval(old[key], old[key] + 1)):
            moved[key] = left[0]
    if "criteria" in old:
        places = {key: shift.change.interval(int(key), int(key) + 1) for key in old["criteria"]}
        moved["criteria"] = {
            str(left[0]): old["criteria"][key] for key, left in places.items() if left
        }


def _formulas(sheet: Sheet, shift: Shift) -> None:
    for row in sheet.grid.rows:
        for at, cell in enumerate(row):
            if isinstance(cell.entered, Formula):
                text = _formula(cell.entered, sheet, shift)
                if text != cell.entered:
                    row[at] = Cell(Formula(text), cell.facets)


def _formula(text: str, home: Sheet, shift: Shift) -> str:
    def move(title: str | None, reference: str) -> str:
        stands = home.title if title is None else title
        if stands.lower() != shift.sheet.title.lower():
            return reference
        return changed(reference, shift.dimension, shift.change)

    return rewritten(text, move)
