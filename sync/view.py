"""A generated tab as a grid, with no word of Excel or Google in it.

Rows and columns count from 0. `templates` makes a `SheetView`; each store and the HTML page draw
the same one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Border:
    """A line at one side of a cell: weight and hex colour."""

    weight: Literal["thin", "medium", "thick"]
    color: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. Sizes are points, colours hex without `#`, "" for none.

    `format` is a number format in the syntax that spreadsheets share.
    """

    size: float = 9
    bold: bool = False
    color: str = "1F2933"
    fill: str = ""
    align: Literal["left", "right", "center"] = "left"
    indent: int = 0
    format: str = "General"
    underline: bool = False
    wrap: bool = False
    top: Border | None = None
    bottom: Border | None = None
    left: Border | None = None
    right: Border | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one look, for cells of several."""

    text: str
    bold: bool = False
    color: str = "1F2933"
    size: float = 9


@dataclass(frozen=True, slots=True)
class Rich:
    """Text in several looks."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Text that jumps to the row of a key on a tab, wherever sorting has put it.

    Without a key it opens the tab.
    """

    text: str
    sheet: str
    key: str = ""


Value = str | float | int | bool | dt.date | Rich | Link | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `volatile` content (as-of time) is shown but does not count as a change."""

    row: int
    column: int
    value: Value
    style: Style = Style()
    note: str = ""
    name: str = ""
    volatile: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle of the same tab, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __contains__(self, cell: Cell) -> bool:
        rows = self.first_row <= cell.row <= self.last_row
        return rows and self.first_column <= cell.column <= self.last_column


@dataclass(frozen=True, slots=True)
class Choices:
    """Answers that cells offer as a list; people may type something else as well."""

    cells: Range
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars, one per cell, length by the cell's value; the value itself is not shown.

    Cells of the range hold the values (blank where there is no bar).
    """

    cells: Range
    maximum: float
    color: str


@dataclass(frozen=True, slots=True)
class Spark:
    """A small column chart in one cell; the last column stands out. The axis starts at 0."""

    row: int
    column: int
    data: Range
    color: str = "C6CFD8"
    last_color: str = "1F5F99"


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart.

    Attributes:
        name: shown in the legend.
        values: its numbers on the same tab.
        color: fill or line colour; "" is drawn invisible (the base of a waterfall).
        line: drawn as a line over the columns.
        dashed, width, marker: of a line; width in points, marker size or 0.
        labels: whether values are written on it, in `label_color`.
        custom_labels: texts that replace the values, one a point.
    """

    name: str
    values: Range
    color: str
    line: bool = False
    dashed: bool = False
    width: float = 1.5
    marker: int = 0
    labels: bool = False
    label_color: str = "1F2933"
    custom_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart.

    Attributes:
        kind: stacked columns, clustered columns, or bars stacked to 100 % from the top down.
        row, column: the cell at its top left corner, offset by 2 px.
        width, height: in px.
        categories: labels of its points on the same tab.
        gap: gap width in percent.
        format: number format of its value axis.
        alt: a sentence for those who cannot see it.
        axis: whether the value axis and its hairline grid are drawn.
        minimum: where the value axis starts.
        legend: whether the names of the series are shown.
        key: what it shows; a store knows the one that stands there by it.
    """

    kind: Literal["stacked", "clustered", "share"]
    row: int
    column: int
    width: int
    height: int
    categories: Range
    series: tuple[Series, ...]
    alt: str
    gap: int = 60
    format: str = "#,##0"
    axis: bool = True
    minimum: float = 0
    legend: bool = True
    key: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A whole generated tab.

    Attributes:
        key: what the tab is (`summary`, `review`); a store knows the one that stands there by it.
        name: of the tab when it is added; one that people renamed keeps its new name.
        language: decides fonts.
        widths: px per column from A.
        heights: px per row, where not 22.
        hidden_from: first hidden column (chart data stands from there on).
        freeze: number of rows that stay when scrolling.
        repeat: first and last row repeated on each printed page; (0, 0) for none.
        breaks: rows before which a page ends.
        footer: left, centre and right of the printed footer; the right one is volatile.
            `{page}` and `{pages}` in it stand for the page number and the number of pages.
        rows, columns: size of the printed area.
        typed: cells that are people's to fill; what stands there does not count as our content.
        choices: lists that cells offer.
        filter: the table that people may filter and sort, header row included.
    """

    key: str
    name: str
    language: Literal["zh", "en"]
    widths: tuple[int, ...]
    heights: tuple[tuple[int, int], ...]
    cells: tuple[Cell, ...]
    rows: int
    columns: int
    hidden_from: int
    bars: tuple[Bars, ...] = ()
    sparks: tuple[Spark, ...] = ()
    charts: tuple[Chart, ...] = ()
    freeze: int = 0
    repeat: tuple[int, int] = (0, 0)
    breaks: tuple[int, ...] = ()
    footer: tuple[str, str, str] = ("", "", "")
    tab_color: str = "1F5F99"
    fonts: tuple[str, ...] = field(default=("Microsoft YaHei",))
    typed: tuple[Range, ...] = ()
    choices: tuple[Choices, ...] = ()
    filter: Range | None = None

    def content_hash(self) -> str:
        """Return a hash of everything that we show, without what is volatile or people's own."""
        steady = dataclasses.replace(
            self,
            cells=tuple(
                dataclasses.replace(cell, value=None, note="") if self._passing(cell) else cell
                for cell in self.cells
            ),
            footer=(*self.footer[:2], ""),
        )
        return hashlib.sha256(repr(steady).encode()).hexdigest()

    def _passing(self, cell: Cell) -> bool:
        return cell.volatile or any(cell in area for area in self.typed)
