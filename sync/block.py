"""What stands below a header, column by column."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sync.cells import Cells
from sync.columns import Columns
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
        self._columns = Columns.of(grid.rows)
        last = header.area.last_row if header.area else len(grid.rows) - 1
        self.end = max(self._columns.filled_up_to(last + 1), self.start) - 1
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
            codes = self._columns.column(column)[self.start : self.end + 1]
            for area in areas:
                top = area.first_row - self.start
                codes[top + 1 : area.last_row - self.start + 1] = codes[top]
            self._read[key] = Cells.among(codes, self._columns.values)
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

    def _tall(self, column: int) -> Iterator[Area]:
        """Areas of the block merged over several rows of a column."""
        return (
            area
            for area in self.grid.merged
            if area.first_column == column
            and area.last_row > area.first_row >= self.start
            and area.first_row <= self.end
        )
