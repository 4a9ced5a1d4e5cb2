"""Requests on tabs and on the spreadsheet itself."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server import lines, masks
from tests.sheets_server.book import PARTS, Book, Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import Grid
from tests.sheets_server.griddata import properties
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.normal import kept
from tests.sheets_server.shifts import Delete

Json = dict[str, Any]
_FLAGS: Final = ("hidden", "rightToLeft", "tabColor", "tabColorStyle")
_PART_IDS: Final = {
    "charts": "chartId",
    "protectedRanges": "protectedRangeId",
    "filterViews": "filterViewId",
    "bandedRanges": "bandedRangeId",
    "slicers": "slicerId",
    "tables": "tableId",
}


def add_sheet(batch: Batch, body: Json) -> Json:
    """addSheet: a new tab."""
    asked = body.get("properties", {})
    book = batch.book
    title = asked.get("title") or free_title(book)
    _check_title(book, title, None)
    sheet_id = fresh_sheet_id(book, asked.get("sheetId"))
    size = asked.get("gridProperties", {})
    rows, columns = size.get("rowCount", 1000), size.get("columnCount", 26)
    if min(rows, columns) < 1:
        raise ApiError("You can't delete all the rows on the sheet.")
    book.check_size(rows * columns)
    own: Json = {"title": title, "sheetType": asked.get("sheetType", "GRID")}
    own |= {key: asked[key] for key in _FLAGS if key in asked}
    own["gridProperties"] = _without_size(size)
    sheet = Sheet(sheet_id, _kept(own), Grid(rows, columns))
    at = asked.get("index", len(book.sheets))
    _check_index(at, len(book.sheets))
    book.sheets.insert(at, sheet)
    return {"properties": properties(sheet, at)}


def free_title(book: Book) -> str:
    """The next of Sheet1, Sheet2, ... that is not taken."""
    number = len(book.sheets) + 1
    while book.titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def fresh_sheet_id(book: Book, wanted: int | None = None) -> int:
    """The wanted sheetId, or one at random.

    Raises:
        ApiError: it is taken.
    """
    taken = {one.id for one in book.sheets}
    if wanted in taken:
        raise ApiError(f"Sheet with id {wanted} already exists.")
    if wanted is not None and wanted < 0:
        raise ApiError("sheetId must be non-negative.")
    return book.new_id(taken, wanted)


def _check_title(book: Book, title: str, own: Sheet | None) -> None:
    other = book.titled(title)
    if other is not None and other is not own:
        raise ApiError(
            f'A sheet with the name "{title}" already exists. Please enter another name.'
        )
    if len(title) > 100:
        raise ApiError("A sheet name cannot be longer than 100 characters.")


def _check_index(at: int, most: int) -> None:
    if not 0 <= at <= most:
        raise ApiError(f"Sheet index {at} is out of range: it must be between 0 and {most}.")


def _without_size(grid: Json) -> Json:
    return {key: value for key, value in grid.items() if key not in ("rowCount", "columnCount")}


def _kept(own: Json) -> Json:
    """SheetProperties without what is not set."""
    found = kept("SheetProperties", own)
    return {
        key: value
        for key, value in found.items()
        if value not in (False, "", {}) or key == "gridProperties"
    }


def delete_sheet(batch: Batch, body: Json) -> None:
    """deleteSheet: a tab and all that speaks of it."""
    book = batch.book
    sheet = batch.sheet(body)
    if len(book.sheets) == 1:
        raise ApiError("You can't remove all the sheets in a document.")
    if all(one.properties.get("hidden") for one in book.sheets if one is not sheet):
        raise ApiError("You can't remove all the visible sheets in a document.")
    book.sheets.remove(sheet)
    book.named = [one for one in book.named if one["range"].get("sheetId", 0) != sheet.id]
    book.metadata = [one for one in book.metadata if _on(one["location"]) != sheet.id]


def _on(location: Json) -> int | None:
    if location["locationType"] == "SPREADSHEET":
        return None
    found: int = location.get("dimensionRange", location).get("sheetId", 0)
    return found


def duplicate_sheet(batch: Batch, body: Json) -> Json:
    """duplicateSheet: a copy of a tab under a new title."""
    book = batch.book
    source = book.sheet(body.get("sourceSheetId", 0))
    title = body.get("newSheetName") or copy_title(book, source.title)
    _check_title(book, title, None)
    twin = twin_of(book, source, fresh_sheet_id(book, body.get("newSheetId")), title)
    at = body.get("insertSheetIndex", 0)
    _check_index(at, len(book.sheets))
    book.check_size(twin.grid.height * twin.grid.width)
    book.sheets.insert(at, twin)
    return {"properties": properties(twin, at)}


def copy_title(book: Book, title: str) -> str:
    """``Copy of X``, numbered where that is taken."""
    name = wanted = f"Copy of {title}"
    number = 1
    while book.titled(name):
        number += 1
        name = f"{wanted} {number}"
    return name


def twin_of(book: Book, source: Sheet, sheet_id: int, title: str) -> Sheet:
    """A copy of a tab for a spreadsheet; what it carries gets ids of its own."""
    twin = source.copy()
    twin.id = sheet_id
    twin.properties["title"] = title
    for name in PARTS:
        twin.parts[name] = [_moved(one, source.id, sheet_id) for one in twin.parts[name]]
    for name, key in _PART_IDS.items():
        for one in twin.parts[name]:
            fresh = book.new_id(set())
            one[key] = str(fresh) if isinstance(one[key], str) else fresh
    return twin


def _moved(value: Any, old: int, new: int) -> Any:
    """Every range of a sheet, inside an object, as a range of another."""
    if isinstance(value, list):
        return [_moved(one, old, new) for one in value]
    if not isinstance(value, dict):
        return value
    moved = {key: _moved(below, old, new) for key, below in value.items()}
    if value.get("sheetId") == old:
        moved["sheetId"] = new
    return moved


def update_sheet_properties(batch: Batch, body: Json) -> None:
    """updateSheetProperties: title, place, size, freezing, colour, visibility."""
    asked = body.get("properties", {})
    sheet, book = batch.sheet(asked), batch.book
    mask = needed_mask(body)
    if masks.names(mask, "title") and "title" in asked:
        _check_title(book, asked["title"], sheet)
    old = properties(sheet, book.sheets.index(sheet))
    new = masks.merge(old, asked, mask)
    if "tabColor" in new and "tabColorStyle" not in new:
        new["tabColorStyle"] = {"rgbColor": new["tabColor"]}
    if not new.get("title"):
        raise ApiError("A sheet must have a title.")
    _resize(book, sheet, new.get("gridProperties", {}))
    _reorder(book, sheet, old["index"], new.get("index", 0))
    grid = _without_size(new.get("gridProperties", {}))
    wanted: Json = {key: new[key] for key in ("title", "sheetType", *_FLAGS) if key in new}
    sheet.properties = _kept({**wanted, "gridProperties": grid})
    if all(one.properties.get("hidden") for one in book.sheets):
        raise ApiError("You can't hide all the sheets in a document.")


def needed_mask(body: Json) -> masks.Mask:
    """The request's field mask.

    Raises:
        ApiError: it has none.
    """
    if not body.get("fields"):
        raise ApiError(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    return masks.parse(body["fields"])


def _resize(book: Book, sheet: Sheet, size: Json) -> None:
    if sheet.properties["sheetType"] == "OBJECT":
        return
    rows, columns = size.get("rowCount", 0), size.get("columnCount", 0)
    if rows < 1 or columns < 1:
        word = "rows" if rows < 1 else "columns"
        raise ApiError(f"You can't delete all the {word} on the sheet.")
    for frozen, count, word in (
        ("frozenRowCount", rows, "rows"),
        ("frozenColumnCount", columns, "columns"),
    ):
        if size.get(frozen, 0) >= count:
            raise ApiError(f"You can't freeze all visible {word} on the sheet.")
    book.check_size(rows * columns - sheet.grid.height * sheet.grid.width)
    for dimension, count in (("ROWS", rows), ("COLUMNS", columns)):
        if count < sheet.size(dimension):
            lines.delete(book, sheet, dimension, Delete(count, sheet.size(dimension)))
    sheet.grid.resize(rows, columns)


def _reorder(book: Book, sheet: Sheet, old: int, new: int) -> None:
    if old == new:
        return
    _check_index(new, len(book.sheets))
    book.sheets.remove(sheet)
    book.sheets.insert(new if new < old else new - 1, sheet)


def update_spreadsheet_properties(batch: Batch, body: Json) -> None:
    """updateSpreadsheetProperties: title, locale, time zone."""
    book = batch.book
    asked = body.get("properties", {})
    new = masks.merge(book.properties, asked, needed_mask(body))
    if not new.get("title"):
        raise ApiError("A spreadsheet must have a title.")
    book.properties = {**book.properties, **new}


KINDS: Final[dict[str, Kind]] = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
