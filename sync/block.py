"""What stands below a header, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from sync.cells import Cells
from sync.grid import Area, Grid
from sync.header import Header
from sync.table import Mask


class Block:
    """The rows of a tab below its header, as columns that are read when they are asked for.

    Attributes:
        grid: the tab.
        start, end: first and last row; `end` is before `start` where there are none. A list object
            ends where it says; else blank rows at the end of the tab are cut off.
    """

    def __init__(self, grid: Grid, header: Header) -> None:
        self.grid = grid
        self.start = header.row + 1
        end = len(grid.rows) - 1
        self.end = min(header.area.last_row, end) if header.area else end
        while self.end >= self.start and all(v is None or v == "" for v in grid.rows[self.end]):
            self.end -= 1
        self._read: dict[tuple[int, bool], Cells] = {}

    def __len__(self) -> int:
        return self.end - self.start + 1

    def cells(self, column: int, *, fill: bool = True) -> Cells:
        """Return (rows of the block) the cells of a column.

        Args:
            column: counted from 0.
            fill: whether a cell merged over several rows counts in all of them.
        """
        areas = list(self._tall(column)) if fill else []
        key = (column, bool(areas))
        if key not in self._read:
            there = column < len(self._values)
            values = self._values[column] if there else np.full(len(self), None)
            if areas:
                values = values.copy()
            for area in areas:
                top = area.first_row - self.start
                below = range(top + 1, min(area.last_row, self.end) - self.start + 1)
                for at in below:
                    values[at] = values[top]
            self._read[key] = Cells.of(values)
        return self._read[key]

    def merged(self, column: int) -> Mask:
        """Return (rows of the block) whether a cell is part of a merge over several rows."""
        found = np.zeros(len(self), dtype=bool)
        for area in self._tall(column):
            found[area.first_row - self.start : area.last_row - self.start + 1] = True
        return found

    def formulas(self, column: int) -> Mask:
        """Return (rows of the block) whether a cell of a column is a formula."""
        found = np.zeros(len(self), dtype=bool)
        rows = np.asarray(self.grid.formulas.get(column, ()), dtype=np.int64) - self.start
        found[rows[(rows >= 0) & (rows < len(self))]] = True
        return found

    @cached_property
    def _values(self) -> np.ndarray[tuple[int, int], np.dtype[np.object_]]:
        """(columns × rows of the block) raw values, None where a row ends before the column."""
        rows = self.grid.rows[self.start : self.end + 1]
        lengths = set(map(len, rows)) or {0}
        if len(lengths) > 1:
            longest = max(lengths)
            rows = [[*row, *[None] * (longest - len(row))] for row in rows]
        found = np.array(rows, dtype=object).reshape(len(rows), max(lengths))
        return np.ascontiguousarray(found.T)

    def _tall(self, column: int) -> Iterator[Area]:
        """Areas of the block merged over several rows of a column."""
        return (
            area
            for area in self.grid.merged
            if area.first_column == column
            and area.last_row > area.first_row >= self.start
            and area.first_row <= self.end
        )
