"""Values into cells, and tables found for appending."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from tests.sheets_server import a1
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.entry import Typed, typed
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import EMPTY, Area, Cell

Json = dict[str, Any]


class Written(NamedTuple):
    """What a write touched: the sheet, the area spanned, and how many rows, columns and cells."""

    sheet: Sheet
    area: Area
    rows: int
    columns: int
    cells: int


def by_rows(data: Json) -> list[list[Any]]:
    """A ValueRange's values, turned to rows.

    Columns are as long as they are: what a shorter one lacks is None, and stays untouched.
    """
    values: list[list[Any]] = data.get("values", [])
    if data.get("majorDimension") == "COLUMNS":
        return [list(row) for row in zip_longest(*values)]
    return values


def fit(sheet: Sheet, area: Area, values: list[list[Any]], *, exact: bool) -> Area:
    """Where values come to stand, from an area's top left corner.

    Args:
        sheet: where.
        area: the range that was asked for.
        values: rows of values.
        exact: whether they must stay within the area even if that is one cell.

    Raises:
        ApiError: they would leave the area, or the grid.
    """
    height, width = len(values), max(map(len, values), default=0)
    if exact or area.height * area.width > 1:
        if height > area.height:
            raise _outside(sheet, area, f"row [{area.bottom + 1}]")
        if width > area.width:
            raise _outside(sheet, area, f"column [{a1.letters(area.right)}]")
    return sheet.area(
        a1.Bounds(area.top, area.top + max(height, 1), area.left, area.left + max(width, 1))
    )


def _outside(sheet: Sheet, area: Area, where: str) -> ApiError:
    return ApiError(
        f"Requested writing within range [{sheet.name(area)}], but tried writing to {where}"
    )


def write(book: Book, sheet: Sheet, area: Area, values: list[list[Any]], option: str) -> Written:
    """Values into the cells from an area's top left corner; None leaves a cell as it is.

    Args:
        book: the spreadsheet, for its locale.
        sheet: where.
        area: where they fit (see ``fit``).
        values: rows of text, numbers, TRUE/FALSE or None.
        option: RAW or USER_ENTERED.
    """
    if option not in ("RAW", "USER_ENTERED"):
        raise ApiError("'valueInputOption' is required but not specified")
    guard(book, sheet, area)
    typist = Typist(raw=option == "RAW", locale=str(book.properties["locale"]))
    rows = cells = 0
    touched: set[int] = set()
    for offset, wanted in enumerate(values):
        row = sheet.grid.stretched(area.top + offset, area.left + len(wanted))
        changed = [at for at, value in enumerate(wanted) if value is not None]
        for at in changed:
            row[area.left + at] = typist.cell(row[area.left + at], wanted[at])
        touched.update(changed)
        rows += bool(changed)
        cells += len(changed)
    return Written(sheet, area, rows, len(touched), cells)


class Typist:
    """Cells from values; equal texts in plain cells become the same cell."""

    def __init__(self, raw: bool, locale: str) -> None:
        self._raw = raw
        self._locale = locale
        self._plain: dict[str, Cell] = {}

    def cell(self, old: Cell, value: Any) -> Cell:
        """The cell after a value came into it: text, a number, TRUE or FALSE."""
        if not isinstance(value, str):
            if not isinstance(value, int | float):
                raise ApiError(f"Invalid values: cells take text, numbers, TRUE or FALSE: {value}")
            return Cell(value, old.facets)
        if old.facets:
            return self._made(old.facets, value)
        if value not in self._plain:
            self._plain[value] = self._made({}, value)
        return self._plain[value]

    def _made(self, facets: Mapping[str, Any], text: str) -> Cell:
        own = facets.get("userEnteredFormat", {})
        shape = own.get("numberFormat")
        if self._raw or (shape and shape.get("type") == "TEXT"):
            found = Typed(text or None)
        else:
            found = typed(text, self._locale)
        if found.format and not shape:
            shape = {"type": found.format[0], "pattern": found.format[1]}
            facets = {**facets, "userEnteredFormat": {**own, "numberFormat": shape}}
        return Cell(found.value, facets) if facets or found.value is not None else EMPTY


def guard(book: Book, sheet: Sheet, area: Area) -> None:
    """That the caller may edit cells.

    Raises:
        ApiError: a protection that does not name the caller lies over them.
    """
    for one in sheet.parts["protectedRanges"]:
        if one.get("warningOnly") or one.get("requestingUserCanEdit"):
            continue
        if book.grid_area(one["range"], clip=True)[1].meets(area):
            raise ApiError(
                "You are trying to edit a protected cell or object. Please contact the "
                "spreadsheet owner to remove protection if you need to edit."
            )


def clear(book: Book, sheet: Sheet, area: Area) -> None:
    """Without values; formats, notes and rules stay."""
    guard(book, sheet, area)
    for row, column, cell in list(sheet.grid.cells(area)):
        if cell.entered is not None:
            sheet.grid[row, column] = Cell(None, cell.facets) if cell.facets else EMPTY


def table_around(sheet: Sheet, area: Area) -> Area | None:
    """The table that an append to this area means: the last one with a cell within it.

    A table is a block of cells with values, grown until blank rows and columns surround it.
    """
    seed = None
    for row, column, cell in sheet.grid.cells(area):
        if cell.entered is not None:
            seed = Area(row, row + 1, column, column + 1)
    while seed:
        wider = _grown(sheet, seed)
        if wider == seed:
            break
        seed = wider
    return seed


def _grown(sheet: Sheet, box: Area) -> Area:
    ring = Area(
        max(box.top - 1, 0),
        min(box.bottom + 1, sheet.grid.height),
        max(box.left - 1, 0),
        min(box.right + 1, sheet.grid.width),
    )
    top = ring.top if _any(sheet, ring._replace(bottom=box.top)) else box.top
    bottom = ring.bottom if _any(sheet, ring._replace(top=box.bottom)) else box.bottom
    left = ring.left if _any(sheet, ring._replace(right=box.left)) else box.left
    right = ring.right if _any(sheet, ring._replace(left=box.right)) else box.right
    return Area(top, bottom, left, right)


def _any(sheet: Sheet, area: Area) -> bool:
    return any(cell.entered is not None for _, _, cell in sheet.grid.cells(area))
