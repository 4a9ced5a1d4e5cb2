"""The grid of the page, and a canvas that sections place their cells on."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from functools import cache
from typing import Any, Literal

from sync.say import Language
from sync.view import Bars, Border, Cell, Chart, Link, Range, Spark, Style, Value
from templates.summary import palette

Side = Literal["top", "bottom", "left", "right"]
Col = IntEnum("Col", "A B C D E F G H I J K L M N O P Q R S T", start=0)

MARGIN, WIDE, NARROW, GUTTER = 16, 92, 58, 20
WIDTHS = (MARGIN, *(WIDE, NARROW) * 4, GUTTER, *(WIDE, NARROW) * 4, MARGIN)
HALF = sum(WIDTHS[Col.B : Col.J])  # px of eight columns

_PADDING, _INDENT = 5, 9  # px
_ELLIPSIS = "…"

# letters of one width, and that width in em: measured on Noto Sans SC, which is as wide as YaHei,
# and on Carlito, which is as wide as Calibri
_LETTERS = (
    ("fijlrtI.,:;|!'()[]- ", {"zh": 0.33, "en": 0.28}),
    ("acksvxyzJLEF/", {"zh": 0.55, "en": 0.46}),
    ("0123456789$#+=–−_", {"zh": 0.56, "en": 0.51}),
    ("mwMW%@&", {"zh": 0.92, "en": 0.8}),
    ("■▲▼◆◇△→—…", {"zh": 1.0, "en": 0.95}),
)
_SMALL, _CAPITAL = {"zh": 0.62, "en": 0.53}, {"zh": 0.7, "en": 0.6}


@cache
def _em(letter: str, language: Language) -> float:
    """The width of one letter as a share of the type size."""
    for letters, widths in _LETTERS:
        if letter in letters:
            return widths[language]
    kind = unicodedata.east_asian_width(letter)
    if kind in "WF" or (kind == "A" and language == "zh"):
        return 1.0
    return (_CAPITAL if letter.isupper() else _SMALL)[language]


def measure(text: str, points: float, language: Language, *, bold: bool = False) -> float:
    """Return the width of text in px, a little more than what is drawn."""
    ems = sum(_em(letter, language) for letter in text)
    return ems * points * 4 / 3 * (1.06 if bold else 1.01)


def cut(text: str, room: float, points: float, language: Language, *, bold: bool = False) -> str:
    """Return the text, shortened with "…" to what fits into `room` px."""
    if measure(text, points, language, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure(text[:middle].rstrip() + _ELLIPSIS, points, language, bold=bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + _ELLIPSIS


class Canvas:
    """Collects what sections place, and keeps track of looks, heights and hidden chart data."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.cells: dict[tuple[int, int], Cell] = {}
        self.heights: dict[int, int] = {}
        self.bars: list[Bars] = []
        self.sparks: list[Spark] = []
        self.charts: list[Chart] = []
        self._data_column = int(Col.T)

    def style(self, size: float = 9, **look: Any) -> Style:
        """Return a look; Latin type is one point larger than Chinese to look the same."""
        return Style(size=size + (self.language == "en"), **look)

    def put(
        self, row: int, column: int, value: Value, style: Style, note: str = "", name: str = "",
        *, volatile: bool = False,
    ) -> None:  # fmt: skip
        """Place one cell; its number, date or text is taken as it is."""
        self.cells[row, column] = Cell(row, column, value, style, note, name, volatile)

    def text(
        self, row: int, first: int, last: int, value: str | Link, style: Style, note: str = ""
    ) -> None:
        """Place text that may run from column `first` over the empty columns up to `last`.

        What is too long is cut with "…", and the note then begins with the full text.
        """
        full = value.text if isinstance(value, Link) else value
        short = self._cut(first, last, full, style)
        if short != full:
            note = "\n".join(filter(None, (full, note)))
        shown = replace(value, text=short) if isinstance(value, Link) else short
        self.put(row, first if style.align == "left" else last, shown, style, note)

    def fits(self, first: int, last: int, text: str, style: Style) -> bool:
        """Return whether text fits into the columns from `first` to `last`."""
        return self._cut(first, last, text, style) == text

    def _cut(self, first: int, last: int, text: str, style: Style) -> str:
        room = sum(WIDTHS[first : last + 1]) - _PADDING - _INDENT * style.indent
        return cut(text, room, style.size, self.language, bold=style.bold)

    def edge(self, row: int, first: int, last: int, border: Border, side: Side = "bottom") -> None:
        """Draw a line at one side of the columns of a row, around what stands there."""
        for column in range(first, last + 1):
            self._restyle(row, column, {side: border})

    def fill(self, row: int, first: int, last: int, color: str) -> None:
        """Colour the ground of the columns of a row."""
        for column in range(first, last + 1):
            self._restyle(row, column, {"fill": color})

    def _restyle(self, row: int, column: int, look: dict[str, Any]) -> None:
        cell = self.cells.get((row, column)) or Cell(row, column, None, self.style())
        self.cells[row, column] = replace(cell, style=replace(cell.style, **look))

    def bar(
        self, first_row: int, column: int, values: Sequence[float], color: str,
        maximum: float | None = None,
    ) -> None:  # fmt: skip
        """Place a column of bars; nothing is drawn for zero.

        Args:
            first_row: row of the first value.
            column: a wide one, right of the numbers.
            values: one per row.
            color: of the bars.
            maximum: the largest possible value (1 for rates), else the largest given one.
        """
        largest = maximum or max(values, default=0)
        if largest <= 0:
            return
        for row, value in enumerate(values, first_row):
            if value > 0:
                self.put(row, column, value, self.style(format="#,##0.0"))
        cells = Range(first_row, column, first_row + len(values) - 1, column)
        self.bars.append(Bars(cells, largest / 0.92, color))

    def data(self, row: int, columns: Sequence[Sequence[Value]]) -> list[Range]:
        """Place the numbers behind a chart in hidden columns, and return where each column went."""
        places = []
        for values in columns:
            for at, value in enumerate(values):
                self.put(row + at, self._data_column, value, Style())
            last = row + len(values) - 1
            places.append(Range(row, self._data_column, last, self._data_column))
            self._data_column += 1
        return places


def hairline() -> Border:
    """Return the line between rows."""
    return Border("thin", palette.HAIRLINE)


def rule() -> Border:
    """Return the line under headers and over totals."""
    return Border("thin", palette.RULE)
