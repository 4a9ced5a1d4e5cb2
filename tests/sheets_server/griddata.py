"""Spreadsheets as spreadsheets.get answers them, with or without the cells."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server import masks
from tests.sheets_server.book import PARTS, Book, Sheet
from tests.sheets_server.cloud import DEFAULT_FORMAT
from tests.sheets_server.entry import tidy
from tests.sheets_server.formulas.engine import Look
from tests.sheets_server.formulas.syntax import Call, FormulaError, Literal, parse
from tests.sheets_server.formulas.values import Error, Scalar
from tests.sheets_server.grid import Area, Cell, Formula
from tests.sheets_server.render import as_text

Json = dict[str, Any]
_PIXELS: Final = {"ROWS": 21, "COLUMNS": 100}
_ACCENTS: Final = ("4285f4", "ea4335", "fbbc04", "34a853", "ff6d01", "46bdc6")


def properties(sheet: Sheet, index: int) -> Json:
    """A sheet's SheetProperties."""
    own = sheet.properties
    if own["sheetType"] == "OBJECT":
        return {"sheetId": sheet.id, "index": index, **own}
    grid: Json = {"rowCount": sheet.grid.height, "columnCount": sheet.grid.width}
    grid |= {key: value for key, value in own.get("gridProperties", {}).items() if value}
    return {"sheetId": sheet.id, "index": index, **own, "gridProperties": grid}


def spreadsheet(
    book: Book, look: Look, places: list[tuple[Sheet, Area]] | None, mask: masks.Mask, *, data: bool
) -> Json:
    """A Spreadsheet.

    Args:
        book: the spreadsheet.
        look: its values.
        places: which sheets and areas; None is everything.
        mask: the fields asked for; cells that it does not name are not rendered.
        data: whether cells are wanted where the mask is everything.
    """
    asked = mask.get("sheets", {"properties": {}})
    with_cells = data if not mask else not asked or "data" in asked
    wanted = {sheet.id for sheet, _ in places} if places is not None else None
    sheets = []
    for index, sheet in enumerate(book.sheets):
        if wanted is not None and sheet.id not in wanted:
            continue
        one = described(book, sheet, index)
        if with_cells:
            below = asked.get("data", {}) if mask else {}
            areas = [area for each, area in places or [] if each.id == sheet.id]
            one["data"] = [
                grid_data(look, sheet, area, below, book) for area in areas or [sheet.grid.all()]
            ]
        sheets.append(one)
    answer: Json = {
        "spreadsheetId": book.id,
        "properties": {**book.properties, "spreadsheetTheme": _theme()},
        "sheets": sheets,
    }
    if book.named:
        answer["namedRanges"] = book.named
    answer["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    whole = [one for one in book.metadata if one["location"]["locationType"] == "SPREADSHEET"]
    if whole:
        answer["developerMetadata"] = whole
    return answer


def described(book: Book, sheet: Sheet, index: int) -> Json:
    """A Sheet without its cells."""
    one: Json = {"properties": properties(sheet, index)}
    for name in PARTS:
        if sheet.parts[name]:
            one[name] = sheet.parts[name][0] if name == "basicFilter" else sheet.parts[name]
    marks = [
        each
        for each in book.metadata
        if each["location"]["locationType"] == "SHEET"
        and each["location"].get("sheetId", 0) == sheet.id
    ]
    return one | ({"developerMetadata": marks} if marks else {})


def grid_data(look: Look, sheet: Sheet, area: Area, mask: masks.Mask, book: Book) -> Json:
    """An area as GridData, trimmed to the last row with anything that was asked for."""
    answer: Json = {}
    if area.top:
        answer["startRow"] = area.top
    if area.left:
        answer["startColumn"] = area.left
    if not mask or "rowData" in mask:
        below = mask.get("rowData", {}).get("values", {})
        rows = _rows(look, sheet, area, below)
        if rows:
            answer["rowData"] = rows
    for key, dimension, start, end in (
        ("rowMetadata", "ROWS", area.top, area.bottom),
        ("columnMetadata", "COLUMNS", area.left, area.right),
    ):
        if not mask or key in mask:
            answer[key] = [_line(book, sheet, dimension, at) for at in range(start, end)]
    return answer


def _rows(look: Look, sheet: Sheet, area: Area, mask: masks.Mask) -> list[Json]:
    rows: list[Json] = []
    for at, row in enumerate(sheet.grid.block(area), area.top):
        values = [
            masks.pick(cell_data(cell, look.value(sheet, at, area.left + offset)), mask)
            for offset, cell in enumerate(row)
        ]
        while values and not values[-1]:
            values.pop()
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _line(book: Book, sheet: Sheet, dimension: str, at: int) -> Json:
    marks = [
        each
        for each in book.metadata
        if (place := each["location"].get("dimensionRange"))
        and place.get("sheetId", 0) == sheet.id
        and place["dimension"] == dimension
        and place["startIndex"] == at
    ]
    answer = {"pixelSize": _PIXELS[dimension], **sheet.lines[dimension].get(at, {})}
    answer = {key: value for key, value in answer.items() if value}
    return answer | ({"developerMetadata": marks} if marks else {})


def cell_data(cell: Cell, value: Scalar) -> Json:
    """A cell as CellData; an empty one as nothing."""
    answer: Json = {}
    if cell.entered is not None:
        answer["userEnteredValue"] = extended(cell.entered)
        if value is not None:
            answer["effectiveValue"] = extended(value)
            answer["formattedValue"] = as_text(cell, value)
    link = _link(cell)
    if link:
        answer["hyperlink"] = link
    answer |= cell.facets
    if answer.keys() - {"note", "dataValidation"}:
        answer["effectiveFormat"] = _effective(cell)
    return answer


def extended(value: Scalar) -> Json:
    """A value as ExtendedValue."""
    if isinstance(value, Formula):
        return {"formulaValue": str(value)}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, Error):
        return {"errorValue": {"type": value.kind, "message": value.code}}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": tidy(value or 0)}


def entered(value: Json) -> str | int | float | bool | Formula | None:
    """An ExtendedValue as what a cell holds."""
    if "formulaValue" in value:
        return Formula(value["formulaValue"])
    if "numberValue" in value:
        return tidy(value["numberValue"])
    if "boolValue" in value:
        return bool(value["boolValue"])
    return value.get("stringValue") or None


def _effective(cell: Cell) -> Json:
    own = cell.facets.get("userEnteredFormat", {})
    text = {**DEFAULT_FORMAT["textFormat"], **own.get("textFormat", {})}
    return {**DEFAULT_FORMAT, **own, "textFormat": text}


def _link(cell: Cell) -> str:
    """Where HYPERLINK("...") leads, or the one link of the text."""
    if isinstance(cell.entered, Formula):
        try:
            tree = parse(cell.entered)
        except FormulaError:
            return ""
        if isinstance(tree, Call) and tree.name == "HYPERLINK" and tree.arguments:
            first = tree.arguments[0]
            return str(first.value) if isinstance(first, Literal) else ""
        return ""
    text = cell.facets.get("userEnteredFormat", {}).get("textFormat", {})
    return str(text.get("link", {}).get("uri", ""))


def _theme() -> Json:
    def color(code: str) -> Json:
        parts = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
        rgb = {key: part for key, part in zip(("red", "green", "blue"), parts, strict=True) if part}
        return {"rgbColor": rgb}

    pairs = [("TEXT", "000000"), ("BACKGROUND", "ffffff")]
    pairs += [(f"ACCENT{at}", code) for at, code in enumerate(_ACCENTS, 1)]
    pairs.append(("LINK", "1155cc"))
    return {
        "primaryFontFamily": "Arial",
        "themeColors": [{"colorType": kind, "color": color(code)} for kind, code in pairs],
    }
