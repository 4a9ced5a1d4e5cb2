"""Requests that copy, cut and shift blocks of cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.sheets_server import a1, lines
from tests.sheets_server.anchors import follow
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.formulas.references import carried_cell
from tests.sheets_server.grid import EMPTY, Area, Cell, Row
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.shiftings import BlockShift
from tests.sheets_server.shifts import Insert
from tests.sheets_server.writing import guard

Json = dict[str, Any]
_LOOKS: Final = ("userEnteredFormat", "textFormatRuns")


def _facets(old: Cell, new: Cell, names: tuple[str, ...]) -> Json:
    """The old cell's facets, those named taken from the new one."""
    kept = {key: value for key, value in old.facets.items() if key not in names}
    return {**kept, **{key: new.facets[key] for key in names if key in new.facets}}


def _without_borders(old: Cell, new: Cell) -> Cell:
    look = {k: v for k, v in new.facets.get("userEnteredFormat", {}).items() if k != "borders"}
    borders = old.facets.get("userEnteredFormat", {}).get("borders")
    look |= {"borders": borders} if borders else {}
    rest = {key: value for key, value in new.facets.items() if key != "userEnteredFormat"}
    return Cell(new.entered, {**rest, **({"userEnteredFormat": look} if look else {})})


Paste = Callable[[Cell, Cell], Cell]
_PASTES: Final[dict[str, Paste]] = {
    "PASTE_NORMAL": lambda old, new: new,
    "PASTE_VALUES": lambda old, new: Cell(new.entered, old.facets),
    "PASTE_FORMULA": lambda old, new: Cell(new.entered, old.facets),
    "PASTE_FORMAT": lambda old, new: Cell(old.entered, _facets(old, new, _LOOKS)),
    "PASTE_NO_BORDERS": _without_borders,
    "PASTE_DATA_VALIDATION": lambda old, new: Cell(
        old.entered, _facets(old, new, ("dataValidation",))
    ),
    "PASTE_CONDITIONAL_FORMATTING": lambda old, new: old,
}


def _paste(name: str) -> Paste:
    return _PASTES[name if name in _PASTES else "PASTE_NORMAL"]


def copy_paste(batch: Batch, body: Json) -> None:
    """copyPaste: a block once, or as often as the destination holds it."""
    sheet, area = batch.book.grid_area(body.get("source", {}))
    goal, wanted = batch.book.grid_area(body.get("destination", {}), clip=True)
    turned = body.get("pasteOrientation") == "TRANSPOSE"
    height, width = (area.width, area.height) if turned else (area.height, area.width)
    down = max(wanted.height // height, 1) * height
    across = max(wanted.width // width, 1) * width
    target = goal.area(a1.Bounds(wanted.top, wanted.top + down, wanted.left, wanted.left + across))
    kind = body.get("pasteType", "PASTE_NORMAL")
    guard(batch.book, goal, target)
    block = _block(batch, sheet, area, values=kind == "PASTE_VALUES")
    paste = _paste(kind)
    for row in range(target.top, target.bottom):
        for column in range(target.left, target.right):
            at = (row - target.top) % height, (column - target.left) % width
            from_row, from_column = (at[1], at[0]) if turned else at
            cell = carried_cell(
                block[from_row][from_column],
                row - area.top - from_row,
                column - area.left - from_column,
            )
            goal.grid[row, column] = paste(goal.grid[row, column], cell)
    if kind in ("PASTE_NORMAL", "PASTE_CONDITIONAL_FORMATTING", "PASTE_NO_BORDERS"):
        _copy_conditional(batch.book, sheet, area, goal, target)


def _block(batch: Batch, sheet: Sheet, area: Area, *, values: bool) -> list[Row]:
    look = batch.look()
    rows = []
    for row in range(area.top, area.bottom):
        cells = [sheet.grid[row, column] for column in range(area.left, area.right)]
        if values:
            shown = [look.value(sheet, row, at) for at in range(area.left, area.right)]
            cells = [
                Cell(None if isinstance(each, tuple) else each, cell.facets)
                for each, cell in zip(shown, cells, strict=True)
            ]
        rows.append(cells)
    return rows


def _copy_conditional(book: Book, sheet: Sheet, area: Area, goal: Sheet, target: Area) -> None:
    """Conditional formats after pasting: what was there is cut out, what came spreads.

    This is how real sheets come to have rules on many small ranges.
    """
    if sheet is not goal:
        return
    rules = []
    for rule in goal.parts["conditionalFormats"]:
        boxes = [book.grid_area(one, clip=True)[1] for one in rule["ranges"]]
        covers = any(box.holds(area) for box in boxes)
        if covers and any(box.holds(target) for box in boxes):
            rules.append(rule)
            continue
        if any(box.meets(target) for box in boxes):
            boxes = [piece for box in boxes for piece in without(box, target)]
        if covers:
            boxes.append(target)
        ranges = [a1.to_grid_range(goal.id, a1.Bounds(*box)) for box in boxes]
        if ranges:
            rules.append({**rule, "ranges": ranges})
    goal.parts["conditionalFormats"] = rules


def without(box: Area, hole: Area) -> list[Area]:
    """What is left of a block around a hole: above, below, left and right of it."""
    if not box.meets(hole):
        return [box]
    top, bottom = max(box.top, hole.top), min(box.bottom, hole.bottom)
    pieces = [
        box._replace(bottom=top),
        box._replace(top=bottom),
        Area(top, bottom, box.left, max(box.left, hole.left)),
        Area(top, bottom, min(box.right, hole.right), box.right),
    ]
    return [one for one in pieces if one.height > 0 and one.width > 0]


def _move(book: Book, sheet: Sheet, area: Area, down: int, right: int, paste: Paste) -> None:
    """A block's cells elsewhere on their sheet, with what stands wholly on them."""
    block = [
        [sheet.grid[row, column] for column in range(area.left, area.right)]
        for row in range(area.top, area.bottom)
    ]
    sheet.grid.write(area, [[] for _ in block])
    for row, cells in enumerate(block, area.top + down):
        for column, cell in enumerate(cells, area.left + right):
            sheet.grid[row, column] = paste(sheet.grid[row, column], cell)
    follow(book, BlockShift(sheet, area, down, right))


def cut_paste(batch: Batch, body: Json) -> None:
    """cutPaste: a block elsewhere; formulas that look at it look there."""
    sheet, area = batch.area(body.get("source", {}))
    goal = body.get("destination", {})
    target = batch.sheet(goal)
    if target is not sheet:
        raise ApiError("This server cuts and pastes on one sheet only.")
    row, column = goal.get("rowIndex", 0), goal.get("columnIndex", 0)
    span = a1.Bounds(row, row + area.height, column, column + area.width)
    guard(batch.book, sheet, target.area(span))
    down, right = row - area.top, column - area.left
    _move(batch.book, sheet, area, down, right, _paste(body.get("pasteType", "")))


def insert_range(batch: Batch, body: Json) -> None:
    """insertRange: empty cells, those that were there go down or to the right."""
    sheet, area = batch.area(body.get("range", {}))
    grid = sheet.grid
    rows = body.get("shiftDimension") == "ROWS"
    size, count = ("ROWS", area.height) if rows else ("COLUMNS", area.width)
    last = _last(sheet, area, rows=rows)
    missing = last + count - sheet.size(size)
    if missing > 0:
        lines.insert(batch.book, sheet, size, Insert(sheet.size(size), missing, before=True))
    block = (
        area._replace(bottom=grid.height - count)
        if rows
        else (area._replace(right=grid.width - count))
    )
    if block.height > 0 and block.width > 0:
        down, right = (count, 0) if rows else (0, count)
        _move(batch.book, sheet, block, down, right, _PASTES["PASTE_NORMAL"])


def _last(sheet: Sheet, area: Area, *, rows: bool) -> int:
    """Where the cells that must move end."""
    whole = sheet.grid.all()
    band = (
        whole._replace(left=area.left, right=area.right)
        if rows
        else (whole._replace(top=area.top, bottom=area.bottom))
    )
    return max(
        (row if rows else at) + 1 for row, at, _ in [(-1, -1, EMPTY), *sheet.grid.cells(band)]
    )


def delete_range(batch: Batch, body: Json) -> None:
    """deleteRange: cells gone, those below or to the right take their place."""
    sheet, area = batch.area(body.get("range", {}))
    rows = body.get("shiftDimension") == "ROWS"
    grid = sheet.grid
    sheet.grid.write(area, [[] for _ in range(area.height)])
    follow(batch.book, BlockShift(sheet, Area(0, 0, 0, 0), 0, 0, gone=area))
    block = (
        Area(area.bottom, grid.height, area.left, area.right)
        if rows
        else Area(area.top, area.bottom, area.right, grid.width)
    )
    if block.height > 0 and block.width > 0:
        down, right = (-area.height, 0) if rows else (0, -area.width)
        _move(batch.book, sheet, block, down, right, _PASTES["PASTE_NORMAL"])


def auto_fill(batch: Batch, body: Json) -> None:
    """autoFill: the source's cells over and over, formulas carried along."""
    asked = body.get("sourceAndDestination")
    if asked is None or asked.get("dimension") != "ROWS" or asked.get("fillLength", 0) < 1:
        raise ApiError("This server fills a source downwards only.")
    sheet, area = batch.book.grid_area(asked.get("source", {}))
    for row in range(area.bottom, min(area.bottom + asked["fillLength"], sheet.grid.height)):
        source = area.top + (row - area.top) % area.height
        for column in range(area.left, area.right):
            cell = sheet.grid[source, column]
            sheet.grid[row, column] = carried_cell(cell, row - source, 0)


KINDS: Final[dict[str, Kind]] = {
    "copyPaste": copy_paste,
    "cutPaste": cut_paste,
    "insertRange": insert_range,
    "deleteRange": delete_range,
    "autoFill": auto_fill,
}
