"""A workbook for one person: a board and the person's own rows, made anew whenever they changed.

It is built from nothing each time, so that nothing of an earlier content, such as a row that has
another owner by now, can stay behind in any part of it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lxml import etree
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from sync.excel.files import create_file, make_folder, read_bytes
from sync.excel.locks import require_free
from sync.excel.package import Package
from sync.excel.trees import parse_xml
from sync.excel.view import CELL_LIMIT, EPOCH, draw_sheet, half_widths
from sync.fields import Kind
from sync.links import KeyPlace
from sync.store import StoreError
from sync.view import SheetView

_PROPERTIES = "docProps/custom.xml"
_MARK = "Dealkeeper"  # the property that says whose the file is
_PARTS = 3  # of it
_FORMATS = {Kind.MONEY: "#,##0.##", Kind.PERCENT: "0%", Kind.DATE: "yyyy-mm-dd"}
_WIDTHS = {Kind.MONEY: 13, Kind.PERCENT: 9, Kind.DATE: 12, Kind.NUMBER: 10}
_WIDEST = 40
_A4 = 9
_NOTICE = "8A5A00"
_HEADER = "5B6775"
_ALLOWED = {  # of a protected sheet; there is no password
    "sort": True, "autofilter": True, "format_columns": True, "format_rows": True,
    "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the person's rows.

    Attributes:
        header: its text.
        kind: what it holds.
        unit: what its amounts are divided by, as the team's column has them.
    """

    header: str
    kind: Kind
    unit: int = 1


@dataclass(frozen=True, eq=False)
class OwnerFile:
    """One person's workbook.

    Attributes:
        path: where it stands.
        spreadsheet: id of the team's spreadsheet that it comes from.
        owner: key of the person's board.
        board: the first tab.
        tab: name of the second one, which holds the rows.
        notice: the line above the rows.
        columns: of the rows; the first one holds the keys that links of the board lead to.
        rows: (rows × columns) typed values: whole cents, fractions, dates, text.
        standing: hash of the content that stands there, "" where there is no file.
    """

    path: Path
    spreadsheet: str
    owner: str
    board: SheetView
    tab: str
    notice: str
    columns: tuple[Shown, ...]
    rows: pd.DataFrame
    standing: str = ""

    @cached_property
    def content(self) -> str:
        """A hash of everything that it shows, without what is volatile."""
        said = hashlib.sha256(repr((self.board.content_hash(), self.notice, self.columns)).encode())
        plain = self.rows.astype(dict.fromkeys(self.rows.select_dtypes("category"), object))
        said.update(pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes())
        return said.hexdigest()

    @property
    def is_new(self) -> bool:
        """Whether what stands there, if anything, says something else."""
        return self.standing != self.content

    def write(self) -> None:
        """Write the file in one step; an older one of ours is replaced.

        Raises:
            Busy: somebody has it open.
            Unreachable: it cannot be written; nothing is left behind.
        """
        if self.path.exists():
            require_free(self.path)
        make_folder(self.path.parent)
        create_file(self.path, self.made())

    def made(self) -> bytes:
        """Return the file's content; equal for equal files."""
        out = io.BytesIO()
        with Workbook(out, {"in_memory": True}) as book:
            book.set_properties({"created": EPOCH})
            book.set_custom_property(_MARK, f"{self.spreadsheet} {self.content} {self.owner}")
            book.read_only_recommended()
            places = {self.tab: KeyPlace("A")}
            draw_sheet(book, self.board, places).protect("", _ALLOWED)
            sheet = book.add_worksheet(self.tab)
            self._write_rows(book, sheet)
            sheet.protect("", _ALLOWED)
        return out.getvalue()

    def _write_rows(self, book: Workbook, sheet: Worksheet) -> None:
        font = {"font_name": self.board.fonts[0], "font_size": 10}
        notice = book.add_format({**font, "font_color": f"#{_NOTICE}"})
        header = book.add_format({**font, "bold": True, "font_color": f"#{_HEADER}", "bottom": 1})
        sheet.write_string(0, 0, self.notice, notice)
        for at, (column, name) in enumerate(zip(self.columns, self.rows, strict=True)):
            shape = _FORMATS.get(column.kind, "General")
            look = book.add_format({**font, "num_format": shape})
            values = _values(self.rows[name], column)
            sheet.set_column(at, at, _width(column, values))
            sheet.write_string(1, at, column.header[:CELL_LIMIT], header)
            for row, value in enumerate(values, 2):
                _write(sheet, row, at, value, look)
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        if self.columns:
            sheet.autofilter(1, 0, max(len(self.rows), 1) + 1, len(self.columns) - 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose file it is, and what it says: see `OwnerFile`."""

    spreadsheet: str
    content: str
    owner: str


def mark_of(path: Path) -> Mark | None:
    """Return the mark of a file of ours, None where there is no file or it is somebody else's."""
    try:
        package = Package(read_bytes(path))
        if _PROPERTIES not in package:
            return None
        root = parse_xml(package.read(_PROPERTIES), _PROPERTIES)
    except (StoreError, etree.LxmlError):
        return None
    for given in root:
        if given.get("name") == _MARK:
            parts = "".join(map(str, given.itertext())).strip().split(" ", 2)
            return Mark(*parts) if len(parts) == _PARTS else None
    return None


def files_in(folder: Path, spreadsheet: str) -> Mapping[str, tuple[Path, str]]:
    """Return owner → (file, hash of its content) of those of a spreadsheet in a folder.

    Args:
        folder: which may be missing.
        spreadsheet: id of the team's spreadsheet.
    """
    found = {}
    for path in sorted(folder.glob("*.xlsx")):
        mark = mark_of(path)
        if mark and mark.spreadsheet == spreadsheet:
            found[mark.owner] = (path, mark.content)
    return found


def _values(values: pd.Series[Any], column: Shown) -> Sequence[Any]:
    """(rows) values as cells hold them, None for blank ones."""
    if column.kind is Kind.MONEY:
        numbers = values.to_numpy("float64", na_value=np.nan) / (100 * column.unit)
        return [None if np.isnan(each) else float(each) for each in numbers]
    blank = values.isna().to_numpy()
    plain = values.astype("str") if column.kind in _TEXTS else values
    return [None if gone else each for each, gone in zip(plain.tolist(), blank, strict=True)]


_TEXTS = (Kind.TEXT, Kind.NAME, Kind.PERSON)


def _width(column: Shown, values: Sequence[Any]) -> int:
    """The width of a column in half-width characters, by what stands in it."""
    texts = {value for value in values if isinstance(value, str)}
    need = max(map(half_widths, (column.header, *texts)))
    return min(max(need + 2, _WIDTHS.get(column.kind, 0)), _WIDEST)


def _write(sheet: Worksheet, row: int, column: int, value: Any, look: Any) -> None:
    """Write one value; text is always written as text."""
    match value:
        case None:
            return
        case str(text):
            sheet.write_string(row, column, text[:CELL_LIMIT], look)
        case pd.Timestamp() as moment:
            sheet.write_datetime(row, column, moment.to_pydatetime(), look)
        case number:
            sheet.write_number(row, column, number, look)
