"""The cells of one sheet: immutable cells in rows, and how whole rows and columns move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any, Final, NamedTuple


class Formula(str):
    """A formula as it was typed, with its ``=``."""

    __slots__ = ()


Entered = str | int | float | bool | None
"""What a person typed: text, a number (dates are serial numbers), TRUE or FALSE, a Formula, or
nothing."""


class Cell(NamedTuple):
    """What was typed into a cell, and everything else that CellData says of it.

    ``facets`` holds CellData's own fields (userEnteredFormat, note, dataValidation, ...); it is
    shared between cells and never changed in place.
    """

    entered: Entered = None
    facets: Mapping[str, Any] = {}


EMPTY: Final = Cell()
Row = list[Cell]


class Area(NamedTuple):
    """Rows [top, bottom) and columns [left, right) of one sheet, all within its grid."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """How many rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """How many columns."""
        return self.right - self.left

    def meets(self, other: Area) -> bool:
        """Whether the two share a cell."""
        return (
            self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )

    def holds(self, other: Area) -> bool:
        """Whether the other lies wholly within."""
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )


class Grid:
    """Rows of cells, ragged: what lies beyond a row's end is empty.

    Args:
        height: rows.
        width: columns.
    """

    def __init__(self, height: int, width: int) -> None:
        self.rows: list[Row] = [[] for _ in repeat(None, height)]
        self.width = width

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.rows)

    def copy(self) -> Grid:
        """A grid that changes by itself; the cells are shared."""
        twin = Grid(0, self.width)
        twin.rows = [row[:] for row in self.rows]
        return twin

    def all(self) -> Area:
        """The whole grid."""
        return Area(0, self.height, 0, self.width)

    def __getitem__(self, place: tuple[int, int]) -> Cell:
        row = self.rows[place[0]]
        return row[place[1]] if place[1] < len(row) else EMPTY

    def __setitem__(self, place: tuple[int, int], cell: Cell) -> None:
        row = self.rows[place[0]]
        if cell is not EMPTY or place[1] < len(row):
            self.stretched(place[0], place[1] + 1)[place[1]] = cell

    def stretched(self, at: int, width: int) -> Row:
        """A row, at least so wide."""
        row = self.rows[at]
        row.extend(repeat(EMPTY, width - len(row)))
        return row

    def block(self, area: Area) -> list[Row]:
        """The cells of an area, each row trimmed at most on its right."""
        return [row[area.left : area.right] for row in self.rows[area.top : area.bottom]]

    def cells(self, area: Area) -> Iterator[tuple[int, int, Cell]]:
        """(row, column, cell) of what is not empty in an area, by rows."""
        for at in range(area.top, area.bottom):
            for offset, cell in enumerate(self.rows[at][area.left : area.right]):
                if cell is not EMPTY:
                    yield at, area.left + offset, cell

    def insert_rows(self, at: int, rows: list[Row]) -> None:
        """New rows before row ``at``."""
        self.rows[at:at] = rows

    def insert_columns(self, at: int, count: int, like: int | None) -> None:
        """New columns before column ``at`` that look like column ``like``, if one is named."""
        for row in self.rows:
            if at < len(row) or (like is not None and like < len(row)):
                row.extend(repeat(EMPTY, at - len(row)))
                model = row[like] if like is not None and like < len(row) else EMPTY
                row[at:at] = repeat(format_only(model), count)
        self.width += count

    def delete_rows(self, start: int, end: int) -> None:
        """Without rows [start, end)."""
        del self.rows[start:end]

    def delete_columns(self, start: int, end: int) -> None:
        """Without columns [start, end)."""
        for row in self.rows:
            del row[start:end]
        self.width -= end - start

    def move_rows(self, start: int, end: int, to: int) -> None:
        """Rows [start, end) go before the row that stood at ``to``."""
        moved = self.rows[start:end]
        del self.rows[start:end]
        self.insert_rows(to if to <= start else to - (end - start), moved)

    def move_columns(self, start: int, end: int, to: int) -> None:
        """Columns [start, end) go before the column that stood at ``to``."""
        goal = to if to <= start else to - (end - start)
        for row in self.rows:
            row.extend(repeat(EMPTY, max(end, to) - len(row)))
            moved = row[start:end]
            del row[start:end]
            row[goal:goal] = moved

    def resize(self, height: int, width: int) -> None:
        """Rows and columns cut off or added at the end."""
        del self.rows[height:]
        self.rows.extend([] for _ in repeat(None, height - len(self.rows)))
        if width < self.width:
            for row in self.rows:
                del row[width:]
        self.width = width

    def write(self, area: Area, cells: list[Row]) -> None:
        """Cells laid over an area from its top left corner; shorter rows are filled with empty."""
        for offset, wanted in enumerate(cells):
            row = self.rows[area.top + offset]
            row.extend(repeat(EMPTY, area.left - len(row)))
            row[area.left : area.right] = wanted + [EMPTY] * (area.width - len(wanted))


def format_only(cell: Cell) -> Cell:
    """An empty cell that looks like this one: what inserted rows and columns inherit."""
    kept = {k: v for k, v in cell.facets.items() if k in ("userEnteredFormat", "dataValidation")}
    return Cell(None, kept) if kept else EMPTY
