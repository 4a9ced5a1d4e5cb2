"""One tab with its table: the cells of each column, within the rows that hold opportunities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sync.block import Block
from sync.cells import Cells
from sync.extent import columns_of, rows_of
from sync.grid import Grid
from sync.header import Header
from sync.matching import match
from sync.source import Reading, SheetPlace
from sync.table import Mask, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Tab:
    """The table on one tab.

    Attributes:
        block: everything below the header.
        header: restricted to the columns of the table.
        first_column, last_column: of the table.
        rows: rows of the tab that hold an opportunity, ascending.
        notes: rows with something below the table that is no opportunity.
    """

    block: Block
    header: Header
    first_column: int
    last_column: int
    rows: Rows
    notes: Rows

    @property
    def name(self) -> str:
        """Name of the tab."""
        return self.block.grid.name

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, column: int) -> Cells:
        """Return (rows) the cells of a column, vertical merges filled down."""
        return self.block.cells(column).take(self.rows - self.block.start)

    def unmerged(self, column: int) -> Cells:
        """Return (rows) the cells of a column, each as it stands."""
        return self.block.cells(column, fill=False).take(self.rows - self.block.start)

    def formulas(self, column: int) -> Mask:
        """Return (rows) whether a cell of the column is a formula."""
        return np.isin(self.rows, self.block.grid.formulas.get(column, ()))

    def colored(self) -> bool:
        """Return whether a row of the table has a fill colour."""
        return bool(np.isin(self.rows, self.block.grid.filled).any())

    def unnamed(self) -> tuple[int, ...]:
        """Return the columns of the table that hold something under a blank header."""
        named = {cell.column for cell in self.header.cells}
        columns = set(range(self.first_column, self.last_column + 1)) - named
        return tuple(c for c in sorted(columns) if not self.cells(c).blank.all())

    def place(self, columns: Mapping[str, int]) -> SheetPlace:
        """Return where the table stands.

        Args:
            columns: key → column, for everything that was understood.
        """
        start = self.block.start
        first, last = (self.rows[0], self.rows[-1]) if len(self.rows) else (start, start - 1)
        return SheetPlace(
            self.name, self.header.row, int(first), int(last),
            self.first_column, self.last_column, columns,
        )  # fmt: skip


def open_tab(grid: Grid, header: Header, reading: Reading) -> Tab:
    """Find the columns and rows of the table under a header.

    Args:
        grid: the tab.
        header: its header row.
        reading: explicit columns and our own.
    """
    block = Block(grid, header)
    ours = {*reading.columns, *(column.key for column in reading.layout.columns)}
    first, last = columns_of(block, header, frozenset(ours))
    cells = tuple(cell for cell in header.cells if first <= cell.column <= last)
    header = replace(header, cells=cells, match=match(cells, reading))
    rows, notes = rows_of(block, header, range(first, last + 1))
    return Tab(block, header, first, last, rows, notes)
