"""Find rows and cells in a sheet's bytes, in whatever form producers write them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import NamedTuple

from sync.excel.refs import MAX_COLUMNS, MAX_ROWS, column_number, names_up_to, parse_area, reference
from sync.excel.sheetxml import SheetXml
from sync.excel.values import unescape
from sync.grid import Area
from sync.store import Refused

Value = str | float | bool | None

_DIGITS = 12
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,3})\$?(\d+)["']""")
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["'](\d+)["']""")
_RICH = re.compile(rb"""\s[cv]m\s*=\s*["'](?!0["'])""")
_REF = re.compile(rb"""\sref\s*=\s*["']([^"']+)["']""")


class RowSpan(NamedTuple):
    """A row: its number from 0, attributes, and where it and its cells stand in the text."""

    number: int
    attributes: bytes
    start: int
    inside: int
    inside_end: int
    end: int


class CellSpan(NamedTuple):
    """A cell: its column from 0, attributes, content, and where it stands in the row's bytes."""

    column: int
    attributes: bytes
    content: bytes
    start: int
    end: int

    @property
    def style(self) -> int:
        """Index of its format."""
        return style_of(self.attributes)

    @property
    def formula(self) -> bool:
        """Whether it holds a formula."""
        return re.search(rb"<(?:[\w.-]+:)?f[\s/>]", self.content) is not None

    @property
    def rich(self) -> bool:
        """Whether it belongs to a dynamic array or holds a picture, a data type or extensions."""
        return _RICH.search(self.attributes) is not None or b"extLst" in self.content


class Scanner:
    """Walks through the rows and cells of one sheet.

    Args:
        xml: the sheet.
        shared: index of a shared string → its text.
    """

    def __init__(self, xml: SheetXml, shared: Callable[[int], str]) -> None:
        prefix = re.escape(xml.prefix.encode())
        self.xml = xml
        self._shared = shared
        # the usual spelling of a name is caught at once, any other is looked for in the attributes
        self._row = re.compile(
            rb"<" + prefix + rb"""row(?=[\s/>])((?:\sr="(\d{1,%d})")?[^<>]*)>""" % _DIGITS
        )
        self._row_end = f"</{xml.prefix}row>".encode()
        self._cell = re.compile(
            rb"""<%bc(?=[\s/>])((?:\sr="([A-Z]{1,3})(\d{1,%d})")?[^<>]*?)"""
            rb"(?:/>|>((?:[^<]++|<(?!/?%bc[\s/>]))*+)</%bc\s*>)" % (prefix, _DIGITS, prefix, prefix)
        )
        self._cell_open = f"<{xml.prefix}c ".encode()
        self._cell_end = f"</{xml.prefix}c>".encode()
        self._tag = re.compile(
            rb"""<%bc((?:\sr="([A-Z]{1,3})(\d{1,%d})")?[^<>]*?)/?>""" % (prefix, _DIGITS)
        )
        self._clear: dict[int, bool] = {}
        self._value = re.compile(rb"<" + prefix + rb"v(?:\s[^<>]*)?>([^<]*)</" + prefix + rb"v")
        self._texts = re.compile(rb"<" + prefix + rb"t(?:\s[^<>]*)?>([^<]*)</" + prefix + rb"t")
        self._phonetic = re.compile(rb"<" + prefix + rb"rPh\b.*?</" + prefix + rb"rPh", re.DOTALL)

    def rows(self) -> Iterator[RowSpan]:
        """Yield the rows from the top.

        Raises:
            Refused: they are numbered out of order.
        """
        text, end, number = self.xml.text, self.xml.end, -1
        find, closing = text.find, self._row_end
        for match in self._row.finditer(text, self.xml.start, end):
            attributes = match[1]
            found = match[2] or _digits(attributes)
            previous, number = number, int(found) - 1 if found else number + 1
            if not previous < number < MAX_ROWS:
                raise self._disordered(f"row {number + 1}")
            inside = match.end()
            if attributes.endswith(b"/"):
                yield RowSpan(number, attributes[:-1], match.start(), inside, inside, inside)
                continue
            inside_end = find(closing, inside, end)
            if inside_end < 0:
                raise self._disordered(f"row {number + 1}")
            yield RowSpan(
                number, attributes, match.start(), inside, inside_end, inside_end + len(closing)
            )

    def cells(self, row: RowSpan) -> list[CellSpan]:
        """Return the cells of a row, left to right; offsets count from `row.inside`.

        Raises:
            Refused: they are out of order or stand in another row.
        """
        found: list[CellSpan] = []
        column = -1
        for match in self._cell.finditer(self.xml.text, row.inside, row.inside_end):
            named = _name(match)
            previous, column = column, named[0] if named else column + 1
            strayed = named and named[1] != row.number
            if strayed or not previous < column < MAX_COLUMNS:
                raise self._disordered(f"cell {reference(row.number, column)}")
            start, end = match.start() - row.inside, match.end() - row.inside
            found.append(CellSpan(column, match[1], match[4] or b"", start, end))
        return found

    def last_cell(self, row: RowSpan) -> CellSpan | None:
        """Return the last cell of a row quickly, without its content; None where not sure."""
        if not self._regular:
            return None
        text, inside, after = self.xml.text, row.inside, row.inside_end
        start = text.rfind(self._cell_open, inside, after)
        match = self._tag.match(text, start, after) if start >= 0 else None
        named = _name(match) if match else None
        if not match or not named or named[1] != row.number:
            return None
        end = match.end()
        if not match[0].endswith(b"/>"):  # extensions of the row may stand behind the cell
            end = text.find(self._cell_end, end, after) + len(self._cell_end)
            if end <= start:
                return None
        return CellSpan(named[0], match[1], b"", start - inside, end - inside)

    def value(self, cell: CellSpan) -> Value:
        """Return what a cell holds, None where it is blank; dates are numbers here."""
        found = _TYPE.search(cell.attributes)
        kind = found[1] if found else b"n"
        if kind == b"inlineStr":
            inner = self._phonetic.sub(b"", cell.content)
            return _text(b"".join(self._texts.findall(inner))) or None
        match = self._value.search(cell.content)
        raw = _text(match[1]) if match else ""
        if raw == "" or (kind == b"s" and not raw.strip()):
            return None
        if kind == b"s":
            return (self._shared(whole(raw)) or None) if raw.strip().isdecimal() else raw
        if kind == b"b":
            return raw.strip() == "1"
        if kind == b"n":
            return _number(raw)
        return raw

    def spills(self) -> list[Area]:
        """Return the areas of array formulas and data tables: none of their cells may be set."""
        text, start, end = self.xml.text, self.xml.start, self.xml.end
        if text.find(b"array", start, end) < 0 and text.find(b"dataTable", start, end) < 0:
            return []
        tags = re.compile(rb"<(?:[\w.-]+:)?f\s[^>]*?t=[\"'](?:array|dataTable)[\"'][^>]*>")
        found = (_REF.search(match[0]) for match in tags.finditer(text, start, end))
        areas = (parse_area(match[1].decode()) for match in found if match)
        return [area for area in areas if area]

    def occupied(self, area: Area) -> str:
        """Return the name of the first cell in an area that is not blank, "" where all are."""
        if self.clear_from(area.first_column):
            return ""
        for row in self.rows():
            if not area.first_row <= row.number <= area.last_row:
                continue
            last = self.last_cell(row)
            if last and last.column < area.first_column:
                continue
            for cell in self.cells(row):
                inside = area.first_column <= cell.column <= area.last_column
                if inside and (cell.formula or cell.rich or self.value(cell) is not None):
                    return reference(row.number, cell.column)
        return ""

    def clear_from(self, column: int) -> bool:
        """Return whether surely no cell stands in a column or beyond it, without a look at rows."""
        if column not in self._clear:
            near = names_up_to(column - 1) if column else b"(?!)"
            self._clear[column] = self._all_are(rb' r="(?:%b)\d' % near)
        return self._clear[column]

    @cached_property
    def _regular(self) -> bool:
        """Whether every cell begins the way that `last_cell` looks for."""
        return any(self._clear.values()) or self._all_are(b" ")

    def _all_are(self, usual: bytes) -> bool:
        """Whether the tags of all cells go on in a usual way."""
        other = re.compile(re.escape(self._cell_open[:-1]) + rb"(?=[\s/>])(?!" + usual + b")")
        return other.search(self.xml.text, self.xml.start, self.xml.end) is None

    def _disordered(self, place: str) -> Refused:
        return Refused(
            f"{self.xml.name}: {place} stands out of order; open the workbook in Excel and save it",
            zh=f"{self.xml.name}：{place} 次序异常；请用 Excel 打开并重新保存",
        )


def _digits(attributes: bytes) -> bytes | None:
    """The number that a row has among its attributes, None where it has none."""
    found = _NUMBER.search(attributes)
    return found[1][:_DIGITS] if found else None


def _name(cell: re.Match[bytes]) -> tuple[int, int] | None:
    """Column and row of a cell by its name, None where it has none."""
    if cell[2]:
        return _column(cell[2]), int(cell[3]) - 1
    named = _REFERENCE.search(cell[1])
    return (_column(named[1]), whole(named[2]) - 1) if named else None


@cache
def _column(name: bytes) -> int:
    return column_number(name.decode())


def style_of(attributes: bytes) -> int:
    """Return the format index among a row's or cell's attributes, 0 where there is none."""
    found = _STYLE.search(attributes)
    return whole(found[1]) if found else 0


def whole(digits: bytes | str) -> int:
    """Return a whole number; of an absurdly long one its first digits, which are out of range."""
    return int(digits.strip()[:_DIGITS])


class SharedStrings:
    """The workbook's shared strings, found once and decoded when asked for."""

    def __init__(self, data: bytes) -> None:
        self._items = re.findall(
            rb"<(?:[\w.-]+:)?si(?:\s[^<>]*)?"
            rb"(?:/>|>((?:[^<]++|<(?!/?(?:[\w.-]+:)?si[\s/>]))*+)</(?:[\w.-]+:)?si\s*>)",
            data,
        )

    def __call__(self, index: int) -> str:
        """Return the text of a string, "" where the index is out of range."""
        if index >= len(self._items):
            return ""
        item = re.sub(
            rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh", b"", self._items[index], flags=re.DOTALL
        )
        texts = re.findall(rb"<(?:[\w.-]+:)?t(?:\s[^<>]*)?>([^<]*)</(?:[\w.-]+:)?t\s*>", item)
        return _text(b"".join(texts))


def _text(raw: bytes) -> str:
    text = raw.decode(errors="replace").replace("\r\n", "\n")
    return unescape(html.unescape(text) if "&" in text else text)


def _number(raw: str) -> Value:
    try:
        return float(raw)
    except ValueError:
        return raw
