"""Rows and columns that come, go and move, with everything that stands on them."""

from __future__ import annotations

from tests.sheets_server.anchors import follow
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import format_only
from tests.sheets_server.shiftings import LineShift
from tests.sheets_server.shifts import Change, Delete, Insert, Move
from tests.sheets_server.writing import guard


def insert(book: Book, sheet: Sheet, dimension: str, change: Insert) -> None:
    """New empty lines that look like their neighbour."""
    grid = sheet.grid
    other = grid.width if dimension == "ROWS" else grid.height
    book.check_size(change.size * other)
    like = change.at - 1 if change.before else change.at
    model = like if 0 <= like < sheet.size(dimension) else None
    if dimension == "ROWS":
        row = [format_only(cell) for cell in grid.rows[model]] if model is not None else []
        grid.insert_rows(change.at, [row[:] for _ in range(change.size)])
    else:
        grid.insert_columns(change.at, change.size, model)
    looks = sheet.lines[dimension].get(like) if model is not None else None
    _follow(book, sheet, dimension, change)
    if looks:
        for at in range(change.at, change.at + change.size):
            sheet.lines[dimension][at] = dict(looks)


def delete(book: Book, sheet: Sheet, dimension: str, change: Delete) -> None:
    """Lines gone.

    Raises:
        ApiError: none would be left, or all that are not frozen would go.
    """
    size = sheet.size(dimension)
    word = "rows" if dimension == "ROWS" else "columns"
    frozen = sheet.properties.get("gridProperties", {}).get(
        "frozenRowCount" if dimension == "ROWS" else "frozenColumnCount", 0
    )
    if change.end - change.start >= size:
        raise ApiError(f"You can't delete all the {word} on the sheet.")
    if change.start <= frozen and change.end >= size and frozen:
        raise ApiError(f"Sorry, it is not possible to delete all non-frozen {word}.")
    _guard(book, sheet, dimension, change)
    if dimension == "ROWS":
        sheet.grid.delete_rows(change.start, change.end)
    else:
        sheet.grid.delete_columns(change.start, change.end)
    _follow(book, sheet, dimension, change)
    if change.start < frozen:
        key = "frozenRowCount" if dimension == "ROWS" else "frozenColumnCount"
        gone = min(change.end, frozen) - change.start
        sheet.properties["gridProperties"] = {
            **sheet.properties["gridProperties"],
            key: frozen - gone,
        }


def move(book: Book, sheet: Sheet, dimension: str, change: Move) -> None:
    """Lines that go elsewhere on their sheet.

    Raises:
        ApiError: a destination within them.
    """
    if change.start < change.to < change.end:
        raise ApiError("The destination index is inside the range that is being moved.")
    if change.to in (change.start, change.end):
        return
    _guard(book, sheet, dimension, change)
    if dimension == "ROWS":
        sheet.grid.move_rows(*change)
    else:
        sheet.grid.move_columns(*change)
    _follow(book, sheet, dimension, change)


def _follow(book: Book, sheet: Sheet, dimension: str, change: Change) -> None:
    follow(book, LineShift(sheet, dimension, change))
    sheet.lines[dimension] = {
        new[0]: value
        for line, value in sheet.lines[dimension].items()
        if (new := change.interval(line, line + 1))
    }


def _guard(book: Book, sheet: Sheet, dimension: str, lines: Delete | Move) -> None:
    whole = sheet.grid.all()
    if dimension == "ROWS":
        guard(book, sheet, whole._replace(top=lines.start, bottom=lines.end))
    else:
        guard(book, sheet, whole._replace(left=lines.start, right=lines.end))
