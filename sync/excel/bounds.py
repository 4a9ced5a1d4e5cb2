"""How far a sheet's values reach: calamine holds them as a full rectangle from the first cell.

Two cells in opposite corners would make a rectangle of 17 billion, and the allocation ends the
process. Ordinary sheets are seen through by one search over their bytes; anything unusual (cells
without names, other spellings, stray cells) is walked through cell by cell, as calamine does.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from sync.excel.limits import Limits
from sync.excel.refs import MAX_COLUMNS, MAX_ROWS, column_number, names_up_to
from sync.excel.trees import hostile, malformed

_LAST = re.compile(rb"""\sr=["'][A-Z]{1,3}(\d{1,7})["']""")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,9})\$?(\d{1,9})")


def check_bounds(text: bytes, prefix: bytes, tab: str, part: str, limits: Limits) -> None:
    """Make sure that the values of a sheet fit into memory.

    Args:
        text: the sheet in UTF-8.
        prefix: of its namespace with the colon, empty for none.
        tab: its name, for messages.
        part: its name in the package, for messages.
        limits: how many cells fit.

    Raises:
        Unreachable: a stray cell far away makes the tab absurdly large, or the sheet is damaged.
        Refused: it declares a document type.
    """
    if _is_small(text, prefix, limits.cells):
        return
    row, column = _Walk(text, part).reach
    if row > MAX_ROWS or column > MAX_COLUMNS or row * column > limits.cells:
        raise limits.too_many(tab, row, column)


def _is_small(text: bytes, prefix: bytes, most: int) -> bool:
    """Tell whether every cell is surely near; an unusual spelling counts as far."""
    cell = b"<" + prefix + b"c"
    last = _LAST.match(text, text.rfind(cell + b" ") + len(cell))
    digits = len(last[1]) if last else 1
    columns = min(most // min(10**digits, MAX_ROWS), MAX_COLUMNS)
    rows = rb"\d{1,%d}" % digits if digits < 7 else rb"(?:\d{1,6}|10\d{5})"
    near = rb""" r=["'](?:%b)%b["']""" % (names_up_to(columns - 1), rows)
    if re.search(cell + rb"(?=[\s/>])(?!" + near + rb")", text):
        return False
    # calamine goes by local names: a cell with another prefix counts as well
    if not prefix and not re.search(rb":c[\s/>]", text):
        return True
    return not re.search(rb"<(?!" + prefix + rb"c[\s/>])(?:[^\s<>/]+:)?c[\s/>]", text)


class _Walk:
    """Counts cells as calamine does: by local names, those without a value left out.

    Attributes:
        reach: number of rows and columns up to the last value.
    """

    def __init__(self, text: bytes, part: str) -> None:
        self.reach = (0, 0)
        self._row = self._column = -1
        self._place = (0, 0)
        self._part = part
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, ValueError) as error:
            raise malformed(part) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                number = attributes.get("r", "")[:9]
                self._row = int(number) - 1 if number else self._row + 1
                self._column = -1
            case "c":
                named = _REFERENCE.match(attributes.get("r", ""))
                self._column = column_number(named[1]) if named else self._column + 1
                self._place = (int(named[2]) - 1 if named else self._row, self._column)
            case "v" | "is" | "f":
                rows, columns = self.reach
                row, column = self._place
                self.reach = max(rows, row + 1), max(columns, column + 1)

    def _refuse(self, *_: object) -> None:
        raise hostile(self._part)
