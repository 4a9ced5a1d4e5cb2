"""What values do not tell about a sheet: formulas, errors, fills, list objects, the filter.

Sheets are scanned as bytes with regular expressions (ECMA-376-1, 18.3.1): a tree of a sheet with
100,000 rows would take twenty seconds.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from lxml import etree

from sync.distinct import distinct
from sync.excel.parts import Parts
from sync.excel.refs import column_number, parse_area
from sync.excel.sheetxml import prefix_of
from sync.excel.trees import child, children, integer
from sync.grid import Area

if TYPE_CHECKING:  # tabs are read without pandas
    from sync.table import Rows

_NAME = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ROW_NUMBER = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
_LONG_TAG = 1_000  # bytes; patterns look no further, so that malformed sheets cost no more
_WHITE = frozenset({"FFFFFFFF", "00FFFFFF", "FFFFFF"})
_PLAIN_INDEXED = frozenset({"1", "9", "64", "65"})  # white and the system's own colours


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the XML of one sheet tells.

    Attributes:
        formulas: column → ascending rows whose cell is a formula.
        errors: (row, column, text) of cells that show an error.
        filled: ascending rows with a cell that has a fill colour.
        tables: areas of list objects, total row excluded.
        filter: area of the sheet's filter.
    """

    formulas: Mapping[int, Rows] = field(default_factory=dict)
    errors: tuple[tuple[int, int, str], ...] = ()
    filled: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    tables: tuple[Area, ...] = ()
    filter: Area | None = None


def facts_of(parts: Parts, sheet: str, text: bytes, styles: tuple[int, ...]) -> Facts:
    """Scan one worksheet.

    Args:
        parts: of the workbook.
        sheet: name of the worksheet part.
        text: its content in UTF-8.
        styles: cell formats that have a fill colour.

    Raises:
        Unreachable: a part is missing or damaged.
        Refused: a part cannot be opened safely.
    """
    xml, around = _Sheet(text), frame_facts(parts, sheet, text)
    formulas, errors, filled = xml.formulas(), tuple(xml.errors()), xml.filled(styles)
    return replace(around, formulas=formulas, errors=errors, filled=filled)


def frame_facts(parts: Parts, sheet: str, text: bytes) -> Facts:
    """Return what stands around the cells of a worksheet.

    Args:
        parts: of the workbook.
        sheet: name of the worksheet part.
        text: its content in UTF-8; what stands before the end of its rows may be left out.

    Raises:
        Unreachable: a part is missing or damaged.
        Refused: a part cannot be opened safely.
    """
    return Facts(tables=_tables(parts, sheet), filter=_filter(text))


class _Sheet:
    """The XML of one sheet."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.prefix = prefix_of(data).encode()
        self._counted = (0, 0, 0)

    def formulas(self) -> dict[int, Rows]:
        """Column → ascending rows with a formula."""
        found: dict[int, list[int]] = {}
        named: dict[bytes, list[bytes]] = {}
        sign = _tag(self.prefix, rb"f[\s/>]")
        cell = _tag(self.prefix, rb"c(\s[^<>]{0,999}[^<>/])?>\s*<%bf[\s/>]")
        usual = _tag(self.prefix, rb'c r="([A-Z]{1,3})(\d{1,7})"[^<>]{0,999}(?<!/)>\s*<%bf[\s/>]')
        for tag in self._tags(sign):
            if match := usual.match(self.data, tag):
                named.setdefault(match[1], []).append(match[2])
            elif match := cell.match(self.data, tag):
                row, column = self._place(match)
                found.setdefault(column, []).append(row)
        for name, rows in named.items():
            numbers = np.array(rows, dtype="S7").astype(np.int64) - 1
            found.setdefault(column_number(name.decode()), []).extend(numbers.tolist())
        return {column: distinct(np.array(rows, dtype=np.int64)) for column, rows in found.items()}

    def errors(self) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of cells that show an error."""
        pattern = (
            rb"c(\s(?:[^<>]{0,999}\s)?t=[\"']e[\"'][^<>]{0,999})>\s*"
            rb"(?:<%bf[^<>]{0,999}>[^<]*(?:</%bf\s*>)?\s*)?<%bv>([^<]*)<"
        )
        for match in self._cells(re.compile(rb"t=[\"']e[\"']"), pattern):
            yield *self._place(match), html.unescape(match[2].decode("utf-8", "replace"))

    def filled(self, styles: tuple[int, ...]) -> Rows:
        """Ascending rows with a cell of one of these styles."""
        rows: list[int] = []
        if styles:
            numbers = b"|".join(b"%d" % style for style in styles)
            style = rb"s=[\"'](?:" + numbers + rb")[\"']"
            sign, cell = re.compile(style), rb"c(\s(?:[^<>]{0,999}\s)?" + style + rb"[^<>]{0,999})>"
            at = 0
            # one such cell is enough for a row
            while at >= 0 and (match := next(self._cells(sign, cell, at), None)):
                rows.append(self._place(match)[0])
                at = self.data.find(b"<" + self.prefix + b"row", match.end())
        return np.array(rows, dtype=np.int64)

    def _cells(
        self, sign: re.Pattern[bytes], pattern: bytes, start: int = 0
    ) -> Iterator[re.Match[bytes]]:
        """Cells of a pattern from `start` on, found by a sign in their tag or directly behind it.

        A sign begins with plain bytes: that is found ten times faster than by trying every cell.
        """
        cell = _tag(self.prefix, pattern)
        for tag in self._tags(sign, start):
            if match := cell.match(self.data, tag):
                yield match

    def _tags(self, sign: re.Pattern[bytes], start: int = 0) -> Iterator[int]:
        """Where the tags begin that hold a sign, or stand directly before it."""
        find = self.data.rfind
        for mark in sign.finditer(self.data, start):
            at = mark.start()
            tag = find(b"<", max(at - _LONG_TAG, 0), at)
            if tag >= 0:
                yield tag

    def _place(self, match: re.Match[bytes]) -> tuple[int, int]:
        """Row and column of a cell by its name, or by counting where it has none."""
        name = _NAME.search(match[1] or b"")
        if name:
            return int(name[2]) - 1, column_number(name[1].decode())
        at = bisect_right(self._rows, (match.start(), 0)) - 1
        start, row = self._rows[at] if at >= 0 else (0, 0)
        known, upto, column = self._counted
        if known != start or upto > match.start():
            upto, column = start, 0
        column += len(_tag(self.prefix, rb"c([\s/>])").findall(self.data, upto, match.start()))
        self._counted = (start, match.start(), column)
        return row, column

    @cached_property
    def _rows(self) -> list[tuple[int, int]]:
        """Where each row starts, and its number from 0."""
        found: list[tuple[int, int]] = []
        for match in _tag(self.prefix, rb"row([\s/>][^<>]{0,999})").finditer(self.data):
            number = _ROW_NUMBER.search(match[1])
            following = found[-1][1] + 1 if found else 0
            found.append((match.start(), int(number[1]) - 1 if number else following))
        return found


def _filter(text: bytes) -> Area | None:
    """The area of a sheet's own filter."""
    start = max(text.rfind(b"sheetData>"), text.rfind(b"sheetData/>"), 0)
    views = text.find(b"customSheetViews", start)
    found = re.compile(rb"autoFilter\s[^<>]{0,999}?\bref=[\"']([^\"']*)").search(
        text, start, views if views >= 0 else len(text)
    )
    return parse_area(found[1].decode("ascii", "replace")) if found else None


@cache
def _tag(prefix: bytes, pattern: bytes) -> re.Pattern[bytes]:
    """A pattern of tags, `%b` and the beginning standing for the sheet's prefix."""
    return re.compile(b"<" + prefix + pattern.replace(b"%b", prefix), re.DOTALL)


def _tables(parts: Parts, sheet: str) -> tuple[Area, ...]:
    """Areas of a sheet's list objects that have a header."""
    found = []
    for rel in parts.relationships(sheet):
        if rel.kind != "table" or rel.external or not parts.has(rel.target):
            continue
        root = parts.root(rel.target)
        area = parse_area(root.get("ref", ""))
        if area is None or root.get("headerRowCount", "1") == "0":
            continue
        totals = max(integer(root, "totalsRowCount", 0), 0)
        found.append(area._replace(last_row=max(area.first_row, area.last_row - totals)))
    return tuple(found)


def filled_styles(root: etree._Element) -> tuple[int, ...]:
    """Return the indexes of the cell formats of a stylesheet that have a colour but white."""
    fills, formats = child(root, "fills"), child(root, "cellXfs")
    if fills is None or formats is None:
        return ()
    colored = {str(at) for at, fill in enumerate(children(fills, "fill")) if _is_colored(fill)}
    return tuple(
        at for at, xf in enumerate(children(formats, "xf")) if xf.get("fillId", "0") in colored
    )


def _is_colored(fill: etree._Element) -> bool:
    pattern = child(fill, "patternFill")
    if pattern is None:
        return child(fill, "gradientFill") is not None
    if pattern.get("patternType", "none") in ("none", "gray125"):
        return False
    color = child(pattern, "fgColor")
    if color is None:
        return False
    plain = color.get("theme") == "0" and _tint(color) > -0.01
    return not (plain or color.get("rgb") in _WHITE or color.get("indexed") in _PLAIN_INDEXED)


def _tint(color: etree._Element) -> float:
    """Return how much a colour is darkened; what is no number darkens nothing."""
    try:
        return float(color.get("tint", "0"))
    except ValueError:
        return 0.0
