"""Requests about one tab, whose places are written in A1 notation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gspread.utils import a1_range_to_grid_range, rowcol_to_a1

from sync.google.marks import Request, chosen_id, mark_probe


class TabRequests:
    """Builds requests about a tab.

    Attributes:
        number: id of the tab.
    """

    def __init__(self, number: int) -> None:
        """Name the tab.

        Args:
            number: its id.
        """
        self.number = number

    def number_of(self, name: str) -> int:
        """Return an id of our own choice that is this tab's alone."""
        return own_id(self.number, name)

    def area(self, place: str) -> dict[str, int]:
        """Return cells (`B2`, `B2:C4`) as Google takes them."""
        return dict(a1_range_to_grid_range(place, sheet_id=self.number))

    def lines(self, place: str) -> Request:
        """Return whole columns (`B`, `B:C`) or rows (`2`, `2:4`) as Google takes them."""
        area = a1_range_to_grid_range(place)
        side, dimension = ("Row", "ROWS") if "startRowIndex" in area else ("Column", "COLUMNS")
        span = {"startIndex": area[f"start{side}Index"], "endIndex": area[f"end{side}Index"]}
        return {"sheetId": self.number, "dimension": dimension, **span}

    def mark(self, line: str, name: str, value: str = "") -> Request:
        """Return the request that marks a column or a row under a name of the trial's own."""
        return mark_probe(self.number_of(name), value, {"dimensionRange": self.lines(line)})

    def typed(self, place: str, *rows: Sequence[str | float]) -> Request:
        """Return the request that puts values into cells; text is text."""
        cells = [{"values": [{"userEnteredValue": _entered(v)} for v in row]} for row in rows]
        area = self.area(place)
        start = {
            "sheetId": self.number,
            "rowIndex": area["startRowIndex"],
            "columnIndex": area["startColumnIndex"],
        }
        return {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}

    def formula(self, place: str, text: str) -> Request:
        """Return the request that puts a formula into a cell."""
        cell = {"userEnteredValue": {"formulaValue": text}}
        found = {"range": self.area(place), "cell": cell, "fields": "userEnteredValue"}
        return {"repeatCell": found}

    def inserted(self, line: str) -> Request:
        """Return the request that inserts a line, like the one before it."""
        return {"insertDimension": {"range": self.lines(line), "inheritFromBefore": True}}

    def moved(self, line: str, to: int) -> Request:
        """Return the request that moves a line before the one of a number, counted from 0."""
        return {"moveDimension": {"source": self.lines(line), "destinationIndex": to}}

    def sorted(self, place: str) -> Request:
        """Return the request that sorts cells by their first column."""
        area = self.area(place)
        order = {"dimensionIndex": area["startColumnIndex"], "sortOrder": "ASCENDING"}
        return {"sortRange": {"range": area, "sortSpecs": [order]}}


def own_id(sheet: int, name: str) -> int:
    """Return an id of our own choice that is one tab's alone.

    Args:
        sheet: id of the tab.
        name: of what gets the id.
    """
    return chosen_id("probe", sheet, name)


def name_of(area: Mapping[str, int]) -> str:
    """Return a `GridRange` with four ends in A1 notation."""
    first = rowcol_to_a1(area.get("startRowIndex", 0) + 1, area.get("startColumnIndex", 0) + 1)
    last = rowcol_to_a1(area["endRowIndex"], area["endColumnIndex"])
    return f"{first}:{last}"


def _entered(value: str | float) -> dict[str, Any]:
    return {"stringValue" if isinstance(value, str) else "numberValue": value}
