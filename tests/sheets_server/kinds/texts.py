"""Requests that clean up: find and replace, trim, split, and drop what repeats."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any, Final

from tests.sheets_server import a1, writing
from tests.sheets_server.book import Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import Area, Cell, Formula
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.render import as_text

Json = dict[str, Any]
_DELIMITERS: Final = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


def _places(batch: Batch, body: Json) -> list[tuple[Sheet, Area]]:
    if "range" in body:
        return [batch.area(body["range"])]
    if "sheetId" in body:
        sheet = batch.sheet(body)
        return [(sheet, sheet.grid.all())]
    if body.get("allSheets"):
        return [(sheet, sheet.grid.all()) for sheet in batch.book.sheets]
    raise ApiError("Must specify a scope: range, sheetId or allSheets.")


def _pattern(body: Json) -> re.Pattern[str]:
    text = body.get("find", "")
    if not text:
        raise ApiError("Must specify what to find.")
    source = text if body.get("searchByRegex") else re.escape(text)
    if body.get("matchEntireCell"):
        source = rf"\A(?:{source})\Z"
    try:
        return re.compile(source, 0 if body.get("matchCase") else re.IGNORECASE)
    except re.error as error:
        raise ApiError(f"Invalid regular expression: {error}") from None


def find_replace(batch: Batch, body: Json) -> Json:
    """findReplace: in values, and in formulas if asked."""
    pattern, new = _pattern(body), body.get("replacement", "")
    new = new.replace("\\", r"\\")
    if body.get("searchByRegex"):
        new = re.sub(r"\$(\d)", r"\\\1", new)
    counts = {"values": 0, "formulas": 0, "occurrences": 0}
    rows, sheets = set(), set()
    for sheet, row, column, cell, old in _searched(batch, body):
        text, hits = pattern.subn(new, old)
        if not hits:
            continue
        formula = isinstance(cell.entered, Formula)
        typed = writing.Typist(raw=False, locale=str(batch.book.properties["locale"]))
        sheet.grid[row, column] = typed.cell(cell, text)
        counts["formulas" if formula else "values"] += 1
        counts["occurrences"] += hits
        rows.add((sheet.id, row))
        sheets.add(sheet.id)
    found = {"rowsChanged": len(rows), "sheetsChanged": len(sheets)}
    found |= {
        "valuesChanged": counts["values"],
        "formulasChanged": counts["formulas"],
        "occurrencesChanged": counts["occurrences"],
    }
    return {key: value for key, value in found.items() if value}


def _searched(batch: Batch, body: Json) -> Iterator[tuple[Sheet, int, int, Cell, str]]:
    look = batch.look()
    for sheet, area in _places(batch, body):
        for row, column, cell in list(sheet.grid.cells(area)):
            if isinstance(cell.entered, Formula):
                if body.get("includeFormulas"):
                    yield sheet, row, column, cell, str(cell.entered)
            elif cell.entered is not None:
                yield sheet, row, column, cell, as_text(cell, look.value(sheet, row, column))


def trim_whitespace(batch: Batch, body: Json) -> Json:
    """trimWhitespace: no blanks around texts, none doubled within."""
    changed = 0
    for sheet, area in _places(batch, body):
        for row, column, cell in list(sheet.grid.cells(area)):
            if isinstance(cell.entered, str) and not isinstance(cell.entered, Formula):
                text = " ".join(cell.entered.split())
                if text != cell.entered:
                    sheet.grid[row, column] = Cell(text or None, cell.facets)
                    changed += 1
    return {"cellsChangedCount": changed} if changed else {}


def delete_duplicates(batch: Batch, body: Json) -> Json:
    """deleteDuplicates: rows of a range that repeat an earlier one go, those below come up."""
    sheet, area = batch.area(body.get("range", {}))
    spans = body.get("comparisonColumns", [])
    whole = {"startIndex": area.left, "endIndex": area.right}
    ends = [{**whole, **one} for one in spans]
    columns = [at for one in ends for at in range(one["startIndex"], one["endIndex"])]
    if not all(area.left <= at < area.right for at in columns):
        raise ApiError("Comparison columns must be within the range.")
    look, seen, kept = batch.look(), set(), []
    for row in range(area.top, area.bottom):
        key = tuple(
            as_text(sheet.grid[row, at], look.value(sheet, row, at)).lower()
            for at in columns or range(area.left, area.right)
        )
        if key not in seen:
            seen.add(key)
            kept.append([sheet.grid[row, at] for at in range(area.left, area.right)])
    gone = area.height - len(kept)
    sheet.grid.write(area, [*kept, *([] for _ in range(gone))])
    return {"duplicatesRemovedCount": gone} if gone else {}


def text_to_columns(batch: Batch, body: Json) -> None:
    """textToColumns: one column's texts split over those to its right."""
    sheet, area = batch.book.grid_area(body.get("source", {}))
    if area.width != 1:
        raise ApiError("Source must span exactly one column.")
    kind = body.get("delimiterType", "AUTODETECT")
    custom = body.get("delimiter") or ","
    mark = custom if kind == "CUSTOM" else _DELIMITERS.get(kind, ",")
    typist = writing.Typist(raw=False, locale=str(batch.book.properties["locale"]))
    for row in range(area.top, area.bottom):
        old = sheet.grid[row, area.left]
        if isinstance(old.entered, str) and not isinstance(old.entered, Formula):
            for at, text in enumerate(old.entered.split(mark), area.left):
                sheet.grid[row, at] = typist.cell(sheet.grid[row, at], text)


def paste_data(batch: Batch, body: Json) -> None:
    """pasteData: delimited text, typed in from a cell on."""
    start = body.get("coordinate", {})
    sheet = batch.sheet(start)
    if body.get("html"):
        raise ApiError("This server does not paste HTML.")
    mark = body.get("delimiter") or "\t"
    if len(mark) != 1:
        raise ApiError("This server pastes data with a delimiter of one character.")
    rows: list[list[Any]] = list(csv.reader(body.get("data", "").splitlines(), delimiter=mark))
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    width = max(map(len, rows), default=1)
    area = sheet.area(a1.Bounds(top, top + max(len(rows), 1), left, left + width))
    writing.write(batch.book, sheet, area, rows, "USER_ENTERED")


KINDS: Final[dict[str, Kind]] = {
    "findReplace": find_replace,
    "trimWhitespace": trim_whitespace,
    "deleteDuplicates": delete_duplicates,
    "textToColumns": text_to_columns,
    "pasteData": paste_data,
}
