"""What values do not tell about a sheet: formulas, errors, fills, list objects, the filter.

Sheets are scanned as bytes with regular expressions (ECMA-376-1, 18.3.1): a tree of a sheet with
100,000 rows would take twenty seconds.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from lxml import etree

from sync.excel.parts import Parts
from sync.excel.refs import MAX_COLUMNS, column_number, parse_area
from sync.excel.trees import child, children
from sync.source import Area
from sync.store import Unreachable
from sync.table import Rows

_MOST_CELLS = 40_000_000  # values are held as a full rectangle
_PREFIX = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?worksheet[\s>]")
_NAME = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ROW_NUMBER = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
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


def read_facts(parts: Parts) -> dict[str, Facts]:
    """Scan all worksheets of a workbook.

    Args:
        parts: of the workbook.

    Returns:
        Name of the tab → what its XML tells; chart sheets and dialogs are left out.

    Raises:
        Unreachable: a part is missing or damaged, or a stray cell makes a tab absurdly large.
        Refused: a part cannot be opened safely.
    """
    targets = {rel.id: rel for rel in parts.relationships(parts.workbook)}
    styles = _filled_styles(parts)
    found = {}
    sheets = child(parts.root(parts.workbook), "sheets")
    for sheet in children(sheets, "sheet") if sheets is not None else []:
        ids = [v for k, v in sheet.attrib.items() if str(k).endswith("}id")]
        rel = targets.get(str(ids[0])) if ids else None
        if rel is None or rel.kind != "worksheet" or not parts.has(rel.target):
            continue
        name = sheet.get("name", "")
        xml = _Sheet(parts.read(rel.target))
        xml.check_size(name)
        found[name] = Facts(
            xml.formulas(),
            tuple(xml.errors()),
            xml.filled(styles),
            _tables(parts, rel.target),
            xml.filter(),
        )
    return found


class _Sheet:
    """The XML of one sheet."""

    def __init__(self, data: bytes) -> None:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            data = data.decode("utf-16").encode()
        self.data = data
        root = _PREFIX.search(data)
        self.prefix = (root[1] + b":") if root and root[1] else b""

    def formulas(self) -> dict[int, Rows]:
        """Column → ascending rows with a formula."""
        found: dict[int, list[int]] = {}
        sign = _tag(self.prefix, rb"f[\s/>]")
        for match in self._cells(sign, rb"c(\s[^>]*[^/>])?>\s*<%bf[\s/>]"):
            row, column = self._place(match)
            found.setdefault(column, []).append(row)
        return {column: np.unique(np.array(rows, dtype=np.int64)) for column, rows in found.items()}

    def errors(self) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of cells that show an error."""
        pattern = rb"c(\s(?:[^>]*\s)?t=[\"']e[\"'][^>]*)>(?:(?!</%bc>).)*?<%bv>([^<]*)<"
        for match in self._cells(re.compile(rb"t=[\"']e[\"']"), pattern):
            yield *self._place(match), html.unescape(match[2].decode("utf-8", "replace"))

    def filled(self, styles: tuple[int, ...]) -> Rows:
        """Ascending rows with a cell of one of these styles."""
        rows: list[int] = []
        if styles:
            numbers = b"|".join(b"%d" % style for style in styles)
            style = rb"s=[\"'](?:" + numbers + rb")[\"']"
            sign, cell = re.compile(style), rb"c(\s(?:[^>]*\s)?" + style + rb"[^>]*)>"
            at = 0
            # one such cell is enough for a row
            while at >= 0 and (match := next(self._cells(sign, cell, at), None)):
                rows.append(self._place(match)[0])
                at = self.data.find(b"<" + self.prefix + b"row", match.end())
        return np.array(rows, dtype=np.int64)

    def filter(self) -> Area | None:
        """The area of the sheet's own filter."""
        start = max(self.data.rfind(b"sheetData>"), self.data.rfind(b"sheetData/>"), 0)
        views = self.data.find(b"customSheetViews", start)
        found = re.compile(rb"autoFilter\s[^>]*?\bref=[\"']([^\"']*)").search(
            self.data, start, views if views >= 0 else len(self.data)
        )
        return parse_area(found[1].decode("ascii", "replace")) if found else None

    def check_size(self, name: str) -> None:
        """Refuse a sheet whose values would not fit into memory as a rectangle."""
        last = self.data.rfind(b"<" + self.prefix + b"row")
        number = _ROW_NUMBER.search(self.data, last, last + 200) if last >= 0 else None
        rows = int(number[1]) if number else 0
        if rows * MAX_COLUMNS <= _MOST_CELLS or rows * self._width() <= _MOST_CELLS:
            return
        pattern = rb"c(\s[^>]*[^/>])?>\s*<%b(?:v|is|f)[\s/>]"
        found = _tag(self.prefix, pattern).finditer(self.data)
        places = np.array([self._place(match) for match in found])
        if len(places) and np.prod(places.max(axis=0) + 1) > _MOST_CELLS:
            row, column = places.max(axis=0) + 1
            raise Unreachable(
                f"tab `{name}` reaches to row {row:,} and column {column:,}; delete the stray cells"
                " far away from the table",
                zh=f"工作表“{name}”一直延伸到第 {row:,} 行、第 {column:,} 列；"
                "请删除远离表格的零散单元格",
            )

    def _width(self) -> int:
        """Number of columns up to the last cell of any row; cells of a row ascend."""
        cell, end = b"<" + self.prefix + b"c ", b"</" + self.prefix + b"row>"
        start, width = 0, 0
        while (stop := self.data.find(end, start)) >= 0:
            last = self.data.rfind(cell, start, stop)
            name = _NAME.search(self.data, last, stop) if last >= 0 else None
            width = max(width, column_number(name[1].decode()) + 1 if name else 0)
            start = stop + 1
        return width

    def _cells(
        self, sign: re.Pattern[bytes], pattern: bytes, start: int = 0
    ) -> Iterator[re.Match[bytes]]:
        """Cells of a pattern from `start` on, found by a sign in their tag or directly behind it.

        A sign begins with plain bytes: that is found ten times faster than by trying every cell.
        """
        cell = _tag(self.prefix, pattern)
        for mark in sign.finditer(self.data, start):
            match = cell.match(self.data, self.data.rfind(b"<", 0, mark.start()))
            if match:
                yield match

    def _place(self, match: re.Match[bytes]) -> tuple[int, int]:
        """Row and column of a cell by its name, or by counting where it has none."""
        name = _NAME.search(match[1] or b"")
        if name:
            return int(name[2]) - 1, column_number(name[1].decode())
        at = bisect_right(self._rows, (match.start(), 0)) - 1
        start, row = self._rows[at] if at >= 0 else (0, 0)
        return row, len(_tag(self.prefix, rb"c([\s/>])").findall(self.data, start, match.start()))

    @cached_property
    def _rows(self) -> list[tuple[int, int]]:
        """Where each row starts, and its number from 0."""
        found: list[tuple[int, int]] = []
        for match in _tag(self.prefix, rb"row([\s/>][^>]*)").finditer(self.data):
            number = _ROW_NUMBER.search(match[1])
            following = found[-1][1] + 1 if found else 0
            found.append((match.start(), int(number[1]) - 1 if number else following))
        return found


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
        totals = int(root.get("totalsRowCount", "0") or 0)
        found.append(area._replace(last_row=max(area.first_row, area.last_row - totals)))
    return tuple(found)


def _filled_styles(parts: Parts) -> tuple[int, ...]:
    """Indexes of the cell formats that have a fill colour other than white."""
    targets = [r.target for r in parts.relationships(parts.workbook) if r.kind == "styles"]
    if not targets or not parts.has(targets[0]):
        return ()
    root = parts.root(targets[0])
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
    plain = color.get("theme") == "0" and float(color.get("tint", "0")) > -0.01
    return not (plain or color.get("rgb") in _WHITE or color.get("indexed") in _PLAIN_INDEXED)
