"""The two ways in which cells move: whole lines, and blocks of cells."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.sheets_server import a1
from tests.sheets_server.book import Sheet
from tests.sheets_server.formulas.references import changed, written
from tests.sheets_server.grid import Area
from tests.sheets_server.shifts import Change, Delete

Json = dict[str, Any]

_ENDS: Final = {
    "ROWS": ("startRowIndex", "endRowIndex"),
    "COLUMNS": ("startColumnIndex", "endColumnIndex"),
}
_INDEX: Final = {"ROWS": "rowIndex", "COLUMNS": "columnIndex"}


class LineShift(NamedTuple):
    """Rows ("ROWS") or columns ("COLUMNS") of a sheet that come, go or move."""

    sheet: Sheet
    dimension: str
    change: Change

    def _ends(self, value: Json) -> tuple[int, int] | None:
        """The interval that feels the change; None for another sheet's, or an unbounded one."""
        start, end = (value.get(key) for key in _ENDS[self.dimension])
        if value.get("sheetId", 0) != self.sheet.id or start is None or end is None:
            return None
        return start, end

    def range(self, value: Json) -> Json | None:
        """A GridRange, shorter, longer or elsewhere."""
        ends = self._ends(value)
        if ends is None:
            return value
        left = self.change.interval(*ends)
        first, last = _ENDS[self.dimension]
        return {**value, first: left[0], last: left[1]} if left else None

    def ranges(self, value: Json) -> list[Json]:
        """A GridRange of formats, which may come apart."""
        ends = self._ends(value)
        if ends is None:
            return [value]
        first, last = _ENDS[self.dimension]
        return [{**value, first: low, last: high} for low, high in self.change.pieces(*ends)]

    def span(self, value: Json) -> Json | None:
        """A DimensionRange of the same dimension."""
        if value.get("sheetId", 0) != self.sheet.id or value["dimension"] != self.dimension:
            return value
        left = self.change.interval(value["startIndex"], value["endIndex"])
        return {**value, "startIndex": left[0], "endIndex": left[1]} if left else None

    def place(self, value: Json) -> Json:
        """A GridCoordinate stays on its line; if that goes, on what takes the line's place."""
        if value.get("sheetId", 0) != self.sheet.id:
            return value
        key = _INDEX[self.dimension]
        line = value.get(key, 0)
        left = self.change.interval(line, line + 1)
        at = left[0] if left else self.change.start if isinstance(self.change, Delete) else line
        return {**value, key: at}

    def column(self, sheet_id: int, at: int) -> int | None:
        """A column's number."""
        if sheet_id != self.sheet.id or self.dimension == "ROWS":
            return at
        left = self.change.interval(at, at + 1)
        return left[0] if left else None

    def reference(self, title: str, text: str) -> str:
        """A formula's reference."""
        if title.lower() != self.sheet.title.lower():
            return text
        return changed(text, self.dimension, self.change)


class BlockShift(NamedTuple):
    """A block of cells that goes elsewhere on its sheet, perhaps over another block.

    Attributes:
        sheet: where.
        block: what goes.
        down: by how many rows.
        right: by how many columns.
        gone: what is no more afterwards; None where nothing is lost but what is covered.
    """

    sheet: Sheet
    block: Area
    down: int
    right: int
    gone: Area | None = None

    def _moved(self, box: a1.Bounds) -> a1.Bounds | None:
        """Bounds afterwards: only what lies wholly within goes along."""
        if None in box:
            return box
        area = Area(*(at or 0 for at in box))
        if self.gone and self.gone.holds(area):
            return None
        if not self.block.holds(area):
            return box
        return a1.Bounds(
            area.top + self.down,
            area.bottom + self.down,
            area.left + self.right,
            area.right + self.right,
        )

    def range(self, value: Json) -> Json | None:
        """A GridRange that lies wholly within goes along."""
        if value.get("sheetId", 0) != self.sheet.id:
            return value
        box = self._moved(a1.from_grid_range(value))
        return {**value, **a1.to_grid_range(self.sheet.id, box)} if box else None

    def ranges(self, value: Json) -> list[Json]:
        """The same: a format that only partly lies within stays."""
        found = self.range(value)
        return [found] if found else []

    def span(self, value: Json) -> Json:
        """Whole lines are not touched."""
        return value

    def place(self, value: Json) -> Json:
        """What floats over the cells does not go along."""
        return value

    def column(self, sheet_id: int, at: int) -> int:
        """Columns are not touched."""
        return at

    def reference(self, title: str, text: str) -> str:
        """A formula's reference that lies wholly within goes along."""
        span = a1.bounds(text.replace("$", ""))
        if title.lower() != self.sheet.title.lower() or span is None:
            return text
        box = self._moved(span)
        return written(text, box) if box else "#REF!"
