"""Requests that sort rows and filter them."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server import a1
from tests.sheets_server.book import Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.formulas.engine import Look
from tests.sheets_server.formulas.functions import order_key
from tests.sheets_server.formulas.references import carried_cell
from tests.sheets_server.grid import EMPTY, Area, Row
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.normal import kept
from tests.sheets_server.render import as_text

Json = dict[str, Any]


def sort(look: Look, sheet: Sheet, area: Area, specs: list[Json]) -> None:
    """The rows of an area in a new order; blanks last, equal rows as they were.

    Cells go with all they have; formulas see the rows they come to, as if they were copied.

    Args:
        look: the values before.
        sheet: where.
        area: the cells that move; what is beside them stays.
        specs: SortSpec objects, the first weighs most.
    """
    rows = list(range(area.top, area.bottom))
    for spec in reversed(specs):
        column = _within(area, spec.get("dimensionIndex", 0))
        down = spec.get("sortOrder") == "DESCENDING"
        values = {row: look.value(sheet, row, column) for row in rows}
        filled = [row for row in rows if values[row] not in (None, "")]
        blank = [row for row in rows if values[row] in (None, "")]
        rows = sorted(filled, key=lambda row, of=values: order_key(of[row]), reverse=down) + blank
    arrange(sheet, area, rows)


def _within(area: Area, column: int) -> int:
    if not area.left <= column < area.right:
        raise ApiError(f"Column {column} is not within the range.")
    return column


def arrange(sheet: Sheet, area: Area, rows: list[int]) -> None:
    """The cells of an area by rows in the given order (old row numbers)."""
    block = dict(zip(range(area.top, area.bottom), sheet.grid.block(area), strict=True))
    moved: list[Row] = [
        [carried_cell(cell, at - old, 0) for cell in block[old]]
        for at, old in enumerate(rows, area.top)
    ]
    sheet.grid.write(area, [row + [EMPTY] * (area.width - len(row)) for row in moved])


def _check_merges(sheet: Sheet, area: Area) -> None:
    for one in sheet.parts["merges"]:
        span = a1.from_grid_range(one)
        box = Area(span.top or 0, span.bottom or 0, span.left or 0, span.right or 0)
        if box.meets(area) and box.height > 1:
            raise ApiError("You can't sort a range that contains vertical merges.")


def sort_range(batch: Batch, body: Json) -> None:
    """sortRange: the rows of a range by the values of its columns."""
    sheet, area = batch.area(body.get("range", {}))
    _check_merges(sheet, area)
    sort(batch.look(), sheet, area, body.get("sortSpecs", []))


def randomize_range(batch: Batch, body: Json) -> None:
    """randomizeRange: the rows of a range shuffled."""
    sheet, area = batch.area(body.get("range", {}))
    _check_merges(sheet, area)
    rows = list(range(area.top, area.bottom))
    batch.book.ids.shuffle(rows)
    arrange(sheet, area, rows)


def set_basic_filter(batch: Batch, body: Json) -> None:
    """setBasicFilter: the sheet's one filter; its sort order is applied, its criteria hide rows."""
    asked = kept("BasicFilter", body.get("filter", {}))
    sheet, area = batch.book.grid_area(asked.get("range", {}), clip=True)
    span = a1.to_grid_range(sheet.id, a1.Bounds(*area))
    sheet.parts["basicFilter"] = [{**asked, "range": span}]
    if asked.get("sortSpecs"):
        below = area._replace(top=min(area.top + 1, area.bottom))
        sort(batch.look(), sheet, below, asked["sortSpecs"])
    hide_filtered(batch.look(), sheet, area, asked)


def hide_filtered(look: Look, sheet: Sheet, area: Area, asked: Json) -> None:
    """Rows whose value is among a criterion's hidden ones are hidden by the filter."""
    hidden = {
        int(key): set(one.get("hiddenValues", [])) for key, one in asked.get("criteria", {}).items()
    }
    for each in asked.get("filterSpecs", []):
        values = each.get("filterCriteria", {}).get("hiddenValues", [])
        hidden[each.get("columnIndex", 0)] = set(values)
    for column in hidden:
        _within(area, column)
    for row in range(area.top + 1, area.bottom):
        gone = any(_shown(look, sheet, row, at) in values for at, values in hidden.items())
        marks = {k: v for k, v in sheet.lines["ROWS"].get(row, {}).items() if k != "hiddenByFilter"}
        if gone:
            marks["hiddenByFilter"] = True
        sheet.lines["ROWS"].pop(row, None)
        if marks:
            sheet.lines["ROWS"][row] = marks


def _shown(look: Look, sheet: Sheet, row: int, column: int) -> str:
    return as_text(sheet.grid[row, column], look.value(sheet, row, column))


def clear_basic_filter(batch: Batch, body: Json) -> None:
    """clearBasicFilter: the filter gone, all its rows shown."""
    sheet = batch.sheet(body)
    sheet.parts["basicFilter"] = []
    shown = (
        (row, {key: value for key, value in marks.items() if key != "hiddenByFilter"})
        for row, marks in sheet.lines["ROWS"].items()
    )
    sheet.lines["ROWS"] = {row: marks for row, marks in shown if marks}


KINDS: Final[dict[str, Kind]] = {
    "sortRange": sort_range,
    "randomizeRange": randomize_range,
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
}
