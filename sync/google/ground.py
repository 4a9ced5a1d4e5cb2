"""A generated tab as it stands before it is drawn, and how its parts are named to Google."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sync.google.book import Book, Sheet
from sync.google.marks import Request, chosen_id
from sync.links import KeyPlace
from sync.view import Range

PROTECTED = "Dealkeeper 商机管家"  # description of our protections
_FAMILY = 0xFFF  # ids of one tab's charts lie together, so that those we no longer draw are known


class TabPlace(NamedTuple):
    """A tab that links lead to: its id, and where its keys stand."""

    sheet: int
    keys: KeyPlace


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where a view is drawn.

    Attributes:
        sheet: id of the tab; it exists by the time it is drawn.
        rows, columns: size of its grid; 0 where the same batch adds it.
        charts: ids of the charts that stand on it.
        protection: id of our protection of it, None for none.
        filtered: whether it has a filter.
        names: id → name, of every named range of the spreadsheet.
        places: tab name → where links lead to; links to other tabs become plain text.
    """

    sheet: int
    rows: int = 0
    columns: int = 0
    charts: frozenset[int] = frozenset()
    protection: int | None = None
    filtered: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, TabPlace] = field(default_factory=dict)

    def range(self, cells: Range) -> dict[str, int]:
        """Return a rectangle as Google takes it."""
        return {
            "sheetId": self.sheet,
            "startRowIndex": cells.first_row,
            "endRowIndex": cells.last_row + 1,
            "startColumnIndex": cells.first_column,
            "endColumnIndex": cells.last_column + 1,
        }

    def lines(self, dimension: str, first: int, last: int) -> Request:
        """Return rows (`ROWS`) or columns (`COLUMNS`), both ends included, as Google takes them."""
        span = {"startIndex": first, "endIndex": last + 1}
        return {"sheetId": self.sheet, "dimension": dimension, **span}


def ground(
    number: int, standing: Sheet | None, book: Book, places: Mapping[str, TabPlace]
) -> Ground:
    """Return a tab as it stands.

    Args:
        number: its id.
        standing: the tab as it was read, None where the same batch adds it.
        book: the spreadsheet as it was read.
        places: tab name → where links lead to.
    """
    if standing is None:
        return Ground(number, names=book.names, places=places)
    resource: Mapping[str, Any] = standing.resource
    size = resource["properties"].get("gridProperties", {})
    ours = [
        protected["protectedRangeId"]
        for protected in resource.get("protectedRanges", ())
        if protected.get("description") == PROTECTED
    ]
    return Ground(
        number,
        size.get("rowCount", 0),
        size.get("columnCount", 0),
        frozenset(chart["chartId"] for chart in resource.get("charts", ())),
        ours[0] if ours else None,
        "basicFilter" in resource,
        book.names,
        places,
    )


def chart_id(tab: str, chart: str) -> int:
    """Return the id of a chart that we draw: always the same for the same one.

    Args:
        tab: key of the view.
        chart: key of the chart.
    """
    return chosen_id("charts", tab) & ~_FAMILY | chosen_id("chart", chart) & _FAMILY


def is_chart_of(tab: str, number: int) -> bool:
    """Return whether an id is one of those that a view's charts have."""
    return number & ~_FAMILY == chosen_id("charts", tab) & ~_FAMILY


def name_id(tab: str, name: str) -> str:
    """Return the id of a named range of ours."""
    return str(chosen_id("name", tab, name))
