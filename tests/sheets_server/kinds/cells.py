"""Requests on cells: values, formats, notes, rules and merges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tests.sheets_server import a1, masks
from tests.sheets_server.book import Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import EMPTY, Area, Cell
from tests.sheets_server.griddata import entered, extended
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.kinds.sheets import needed_mask
from tests.sheets_server.normal import kept

Json = dict[str, Any]


def updated(old: Cell, asked: Json, mask: masks.Mask) -> Cell:
    """A cell with the parts of CellData that the mask names taken from ``asked``."""
    before: Json = dict(old.facets)
    if old.entered is not None:
        before["userEnteredValue"] = extended(old.entered)
    after = masks.merge(before, asked, mask)
    value = entered(after.pop("userEnteredValue", {}))
    facets = kept("CellData", after)
    for computed in ("effectiveValue", "effectiveFormat", "formattedValue", "hyperlink"):
        facets.pop(computed, None)
    facets = {key: each for key, each in facets.items() if each}
    return Cell(value, facets) if facets or value is not None else EMPTY


def update_cells(batch: Batch, body: Json) -> None:
    """updateCells: rows of CellData, laid over a range or from a start."""
    mask = needed_mask(body)
    rows: list[list[Json]] = [row.get("values", []) for row in body.get("rows", [])]
    if "start" in body:
        sheet = batch.sheet(body["start"])
        top, left = body["start"].get("rowIndex", 0), body["start"].get("columnIndex", 0)
        width = max(map(len, rows), default=0)
        span = a1.Bounds(top, top + max(len(rows), 1), left, left + max(width, 1))
        area = sheet.area(span)
        for offset, row in enumerate(rows):
            for at, asked in enumerate(row):
                place = area.top + offset, area.left + at
                sheet.grid[place] = updated(sheet.grid[place], asked, mask)
        return
    sheet, area = batch.area(body.get("range", {}))
    _fits(rows, area)
    for row_at in range(area.height):
        row = rows[row_at] if row_at < len(rows) else []
        for at in range(area.width):
            place = area.top + row_at, area.left + at
            asked = row[at] if at < len(row) else {}
            sheet.grid[place] = updated(sheet.grid[place], asked, mask)


def _fits(rows: list[list[Json]], area: Area) -> None:
    if len(rows) > area.height:
        raise ApiError(
            f"Attempting to write row: {area.bottom}, beyond the last requested row of: "
            f"{area.bottom - 1}"
        )
    if max(map(len, rows), default=0) > area.width:
        raise ApiError(
            f"Attempting to write column: {area.right}, beyond the last requested column of: "
            f"{area.right - 1}"
        )


def repeat_cell(batch: Batch, body: Json) -> None:
    """repeatCell: one CellData over a whole range."""
    mask = needed_mask(body)
    sheet, area = batch.area(body.get("range", {}))
    asked = body.get("cell", {})
    made: dict[int, tuple[Cell, Cell]] = {}
    for row in range(area.top, area.bottom):
        for column in range(area.left, area.right):
            old = sheet.grid[row, column]
            if id(old) not in made:  # most cells of a range are alike
                made[id(old)] = old, updated(old, asked, mask)
            sheet.grid[row, column] = made[id(old)][1]


def append_cells(batch: Batch, body: Json) -> None:
    """appendCells: rows after the last row with data."""
    mask = needed_mask(body)
    sheet = batch.sheet(body)
    rows: list[list[Json]] = [row.get("values", []) for row in body.get("rows", [])]
    _fits([row for row in rows if len(row) > sheet.grid.width], sheet.grid.all())
    last = max((row for row, _, cell in sheet.grid.cells(sheet.grid.all())), default=-1)
    missing = last + 1 + len(rows) - sheet.grid.height
    if missing > 0:
        batch.book.check_size(missing * sheet.grid.width)
        sheet.grid.resize(sheet.grid.height + missing, sheet.grid.width)
    for at, row in enumerate(rows, last + 1):
        for column, asked in enumerate(row):
            sheet.grid[at, column] = updated(sheet.grid[at, column], asked, mask)


def set_data_validation(batch: Batch, body: Json) -> None:
    """setDataValidation: a rule for every cell of a range, or none."""
    sheet, area = batch.area(body.get("range", {}))
    mask: masks.Mask = {"dataValidation": {}}
    asked = {"dataValidation": body["rule"]} if "rule" in body else {}
    for row in range(area.top, area.bottom):
        for column in range(area.left, area.right):
            sheet.grid[row, column] = updated(sheet.grid[row, column], asked, mask)


def merge_cells(batch: Batch, body: Json) -> None:
    """mergeCells: all into one, by rows, or by columns; only the first cell keeps its value."""
    sheet, area = batch.area(body.get("range", {}))
    for old in sheet.parts["merges"]:
        box = _area(old)
        if box.meets(area) and not area.holds(box):
            raise ApiError("You must select all cells in a merged range to merge or unmerge them.")
    unmerge_cells(batch, body)
    for part in _merged(area, body.get("mergeType", "MERGE_ALL")):
        if part.height * part.width == 1:
            continue
        for row, column, cell in list(sheet.grid.cells(part)):
            if (row, column) != (part.top, part.left) and cell.entered is not None:
                sheet.grid[row, column] = Cell(None, cell.facets)
        sheet.parts["merges"].append(a1.to_grid_range(sheet.id, a1.Bounds(*part)))


def _merged(area: Area, kind: str) -> Iterator[Area]:
    if kind == "MERGE_ROWS":
        for row in range(area.top, area.bottom):
            yield area._replace(top=row, bottom=row + 1)
    elif kind == "MERGE_COLUMNS":
        for column in range(area.left, area.right):
            yield area._replace(left=column, right=column + 1)
    else:
        yield area


def unmerge_cells(batch: Batch, body: Json) -> None:
    """unmergeCells: the merges within a range taken apart."""
    sheet, area = batch.area(body.get("range", {}))
    boxes = [_area(one) for one in sheet.parts["merges"]]
    if any(box.meets(area) and not area.holds(box) for box in boxes):
        raise ApiError("You must select all cells in a merged range to merge or unmerge them.")
    sheet.parts["merges"] = [one for one in sheet.parts["merges"] if not area.holds(_area(one))]


def _area(merge: Json) -> Area:
    span = a1.from_grid_range(merge)
    return Area(span.top or 0, span.bottom or 0, span.left or 0, span.right or 0)


def update_borders(batch: Batch, body: Json) -> None:
    """updateBorders: lines around and between the cells of a range."""
    sheet, area = batch.area(body.get("range", {}))
    for row in range(area.top, area.bottom):
        for column in range(area.left, area.right):
            sides = _sides(body, area, row, column)
            if sides:
                _draw(sheet, row, column, sides)


def _sides(body: Json, area: Area, row: int, column: int) -> Json:
    edges = {
        "top": "top" if row == area.top else "innerHorizontal",
        "bottom": "bottom" if row == area.bottom - 1 else "innerHorizontal",
        "left": "left" if column == area.left else "innerVertical",
        "right": "right" if column == area.right - 1 else "innerVertical",
    }
    return {side: body[edge] for side, edge in edges.items() if edge in body}


def _draw(sheet: Sheet, row: int, column: int, sides: Json) -> None:
    old = sheet.grid[row, column]
    mask: masks.Mask = {"userEnteredFormat": {"borders": {side: {} for side in sides}}}
    drawn = {side: line for side, line in sides.items() if line.get("style") != "NONE"}
    sheet.grid[row, column] = updated(old, {"userEnteredFormat": {"borders": drawn}}, mask)


KINDS: Final[dict[str, Kind]] = {
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "appendCells": append_cells,
    "setDataValidation": set_data_validation,
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "updateBorders": update_borders,
}
