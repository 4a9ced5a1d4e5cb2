"""A batch of requests: applied to a copy, which takes the spreadsheet's place if all went well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.errors import ApiError
from tests.sheets_server.formulas.engine import Look
from tests.sheets_server.grid import Area
from tests.sheets_server.writing import guard

Json = dict[str, Any]


@dataclass
class Batch:
    """What a request may touch.

    Attributes:
        cloud: everything there is.
        book: the copy that the batch changes.
    """

    cloud: Cloud
    book: Book

    def look(self) -> Look:
        """The values as they are now."""
        return self.cloud.look(self.book)

    def sheet(self, body: Json) -> Sheet:
        """The sheet that a range or an object names."""
        return self.book.sheet(body.get("sheetId", 0))

    def area(self, span: Json) -> tuple[Sheet, Area]:
        """Cells that a request is about to change.

        Raises:
            ApiError: no such sheet, beyond its grid, or protected.
        """
        sheet, area = self.book.grid_area(span)
        guard(self.book, sheet, area)
        return sheet, area

    def lines(self, span: Json) -> tuple[Sheet, str, int, int]:
        """A DimensionRange made definite: sheet, dimension, start and end.

        Raises:
            ApiError: no such sheet, no dimension, or lines beyond the grid.
        """
        sheet = self.sheet(span)
        dimension = span.get("dimension", "DIMENSION_UNSPECIFIED")
        if dimension not in ("ROWS", "COLUMNS"):
            raise ApiError("No dimension specified.")
        start = span.get("startIndex", 0)
        end = span.get("endIndex", sheet.size(dimension))
        if not 0 <= start < end:
            raise ApiError(
                f"endIndex[{end}] must be after startIndex[{start}]"
                if start >= end
                else f"startIndex[{start}] cannot be negative"
            )
        return sheet, dimension, start, end


Kind = Callable[[Batch, Json], Json | None]
"""One kind of request: gets the batch and the request's body, gives the reply's body if any."""
