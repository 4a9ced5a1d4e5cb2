"""The state of one spreadsheet: its sheets, their grids, and everything that stands on them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from tests.sheets_server import a1
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import Area, Grid

Json = dict[str, Any]

PARTS: Final = (  # what a sheet carries, under the names and in the order of the Sheet schema
    "merges",
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "basicFilter",
    "charts",
    "bandedRanges",
    "rowGroups",
    "columnGroups",
    "slicers",
    "tables",
)
MOST_CELLS: Final = 10_000_000
ACCESS: Final = ("owner", "writer", "reader", "none")
ROBOT: Final = "robot@example-project.iam.gserviceaccount.com"


@dataclass
class Sheet:
    """One tab.

    Attributes:
        id: its sheetId.
        properties: SheetProperties without id, index and size.
        grid: its cells.
        parts: lists of what it carries by name (see ``PARTS``); a basic filter is a list of one.
        lines: DimensionProperties by line, for "ROWS" and "COLUMNS", where they are not the usual.
    """

    id: int
    properties: Json
    grid: Grid
    parts: dict[str, list[Json]] = field(default_factory=lambda: {name: [] for name in PARTS})
    lines: dict[str, dict[int, Json]] = field(default_factory=lambda: {"ROWS": {}, "COLUMNS": {}})

    @property
    def title(self) -> str:
        """The name on the tab."""
        return str(self.properties["title"])

    def size(self, dimension: str) -> int:
        """How many rows ("ROWS") or columns ("COLUMNS")."""
        return self.grid.height if dimension == "ROWS" else self.grid.width

    def name(self, area: Area) -> str:
        """An area in A1 notation."""
        return a1.name(self.title, *area)

    def area(self, span: a1.Bounds, *, clip: bool = False) -> Area:
        """Bounds made definite.

        Args:
            span: bounds; what is None reaches to the grid's edge.
            clip: whether what lies beyond the grid is cut off, as reading does.

        Raises:
            ApiError: the bounds begin beyond the grid, or end there and are not to be clipped.
        """
        height, width = self.grid.height, self.grid.width
        asked = Area(
            span.top or 0,
            height if span.bottom is None else span.bottom,
            span.left or 0,
            width if span.right is None else span.right,
        )
        within = Area(asked.top, min(asked.bottom, height), asked.left, min(asked.right, width))
        for word, start, end in (("Row", *asked[:2]), ("Column", *asked[2:])):
            if start < 0:
                raise ApiError(f"start{word}Index[{start}] cannot be negative")
            if end <= start and end < self.size(f"{word.upper()}S"):
                raise ApiError(f"end{word}Index[{end}] must be after start{word}Index[{start}]")
        outside = asked.top >= height or asked.left >= width
        if outside or (not clip and within != asked):
            raise ApiError(
                f"Range ({self.name(asked)}) exceeds grid limits. "
                f"Max rows: {height}, max columns: {width}"
            )
        return within

    def copy(self) -> Sheet:
        """A sheet that changes by itself; cells are shared."""
        return Sheet(
            self.id,
            copy.deepcopy(self.properties),
            self.grid.copy(),
            copy.deepcopy(self.parts),
            copy.deepcopy(self.lines),
        )


@dataclass
class Book:
    """One spreadsheet.

    Attributes:
        id: its spreadsheetId.
        properties: SpreadsheetProperties.
        sheets: its tabs from left to right.
        named: NamedRange objects.
        metadata: DeveloperMetadata objects, wherever they stand.
        ids: where new ids come from.
        access: what the caller may do, one of ``ACCESS``.
    """

    id: str
    properties: Json
    sheets: list[Sheet]
    named: list[Json] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)
    ids: Random = field(default_factory=lambda: Random(0))  # noqa: S311 ids, not secrets
    access: str = "owner"

    def sheet(self, sheet_id: int) -> Sheet:
        """The tab with an id.

        Raises:
            ApiError: there is none.
        """
        for one in self.sheets:
            if one.id == sheet_id:
                return one
        raise ApiError(f"No grid with id: {sheet_id}")

    def titled(self, title: str) -> Sheet | None:
        """The tab with a title; Sheets compares titles without case."""
        return next((one for one in self.sheets if one.title.lower() == title.lower()), None)

    def area(self, text: str, *, clip: bool = False) -> tuple[Sheet, Area]:
        """What a range's text means: A1 notation, a named range, or a whole sheet by its title.

        Raises:
            ApiError: it means nothing, or lies beyond the grid (see ``Sheet.area``).
        """
        title, rest = a1.split(text)
        first = self.sheets[0] if title is None else self.titled(title)
        span = a1.bounds(rest) if rest else None
        if first and span:
            return first, first.area(span, clip=clip)
        if first and title is not None and rest is None:
            return first, first.grid.all()
        for each in self.named:
            if each["name"].lower() == (rest or "").lower() and (title is None or first):
                return self.grid_area(each.get("range", {}), clip=clip)
        whole = self.titled(text) if title is None else None
        if whole:
            return whole, whole.grid.all()
        raise ApiError(f"Unable to parse range: {text}")

    def grid_area(self, value: Json, *, clip: bool = False) -> tuple[Sheet, Area]:
        """What a GridRange means.

        Raises:
            ApiError: no such sheet, or beyond its grid.
        """
        sheet = self.sheet(value.get("sheetId", 0))
        return sheet, sheet.area(a1.from_grid_range(value), clip=clip)

    def new_id(self, taken: set[int], wanted: int | None = None) -> int:
        """An id that is not taken: the wanted one, or one at random."""
        if wanted is not None:
            return wanted
        while True:
            found = self.ids.randrange(1, 2**31)
            if found not in taken:
                return found

    def check_size(self, more: int) -> None:
        """That the spreadsheet may grow by so many cells.

        Raises:
            ApiError: it would have more than ten million.
        """
        cells = sum(one.grid.height * one.grid.width for one in self.sheets)
        if more > 0 and cells + more > MOST_CELLS:
            raise ApiError(
                "This action would increase the number of cells in the workbook above the limit "
                f"of {MOST_CELLS} cells."
            )

    def copy(self) -> Book:
        """A spreadsheet that changes by itself, so that a batch that fails leaves nothing."""
        return Book(
            self.id,
            copy.deepcopy(self.properties),
            [one.copy() for one in self.sheets],
            copy.deepcopy(self.named),
            copy.deepcopy(self.metadata),
            self.ids,
            self.access,
        )


def new_sheet(sheet_id: int, title: str, rows: int = 1000, columns: int = 26) -> Sheet:
    """An empty tab of Google's usual size."""
    return Sheet(sheet_id, {"title": title, "sheetType": "GRID"}, Grid(rows, columns))
