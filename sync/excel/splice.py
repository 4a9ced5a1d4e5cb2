"""Put new cells into a sheet's bytes, touching only rows that change.

The loop over rows is the one place where rows are visited one by one: the sheet is a text, and the
rows of a text stand one after another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from sync.distinct import distinct
from sync.excel.edits import CellEdits
from sync.excel.refs import MAX_COLUMNS, letters
from sync.excel.scan import CellSpan, RowSpan, Scanner, style_of
from sync.excel.values import encode_all, same
from sync.grid import Area
from sync.store import ARRAY, CHANGED, FORMULA, UNWRITABLE
from sync.table import Objects, Rows

_BLANK = b"/>"
_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")
_CUSTOM = re.compile(rb"""\scustomFormat\s*=\s*["'](?:1|true)["']""")
_BATCH = 1 << 20  # bytes joined at a time: the new sheet never stands in memory as a whole
_TEXT, _DAY, _MOMENT = 0, 1, 2  # how a value wants to be shown

_Answer = TypeVar("_Answer")


class Looks(Protocol):
    """Gives cells their format."""

    def plain(self, base: int) -> int:
        """Return a format like `base` for text."""

    def dated(self, base: int, *, time: bool) -> int:
        """Return a format like `base` that shows a date, with its time where asked."""


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """A column's changes ready to be written: bytes instead of values.

    `opening` is what all its cells begin with, `<c r="AB`.
    """

    column: int
    opening: bytes
    rows: Rows
    before: Objects
    blank: list[bool]
    tails: list[bytes]
    kinds: list[int]


class Splicer:
    """Writes changes into one sheet.

    Attributes:
        written: number of cells written so far.
        refused: (row, column, code) of cells left alone so far.
    """

    def __init__(
        self,
        scanner: Scanner,
        cells: Sequence[CellEdits],
        looks: Looks,
        *,
        date1904: bool,
        blocked: Sequence[tuple[Area, str]] = (),
        owned_from: int | None = None,
        added_from: int | None = None,
        column_styles: Sequence[tuple[Area, int]] = (),
    ) -> None:
        """Prepare.

        Args:
            scanner: of the sheet.
            cells: changes by column.
            looks: gives new cells their format.
            date1904: whether the workbook counts days from 1904.
            blocked: areas that may not be written, and the code of the reason.
            owned_from: cells from this column on take the look of their left neighbour.
            added_from: cells from this column on take it even where they stay blank.
            column_styles: formats of whole columns.
        """
        self.written = 0
        self.refused: list[tuple[int, int, str]] = []
        self._scanner = scanner
        self._looks = looks
        self._date1904 = date1904
        self._owned_from = MAX_COLUMNS if owned_from is None else owned_from
        self._added_from = MAX_COLUMNS if added_from is None else added_from
        self._column_styles = column_styles
        self._prefix = scanner.xml.prefix.encode()
        self._columns = [
            self._prepare(edits, blocked) for edits in sorted(cells, key=lambda item: item.column)
        ]
        self._styles: dict[tuple[int, int, bool], bytes] = {}
        rows = [column.rows for column in self._columns]
        self._touched = distinct(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)
        self._slots = self._slot_table()
        # then no row needs a look for cells that are there already
        self._clear = bool(self._columns) and scanner.clear_from(self._columns[0].column)

    def chunks(self) -> Iterator[bytes]:
        """Yield the rows of the sheet with the changes in them."""
        text, copied = self._scanner.xml.text, self._scanner.xml.start
        touched, at = self._touched.tolist(), 0
        pieces: list[bytes] = []
        joined = copied
        for row in self._scanner.rows():
            while at < len(touched) and touched[at] < row.number:
                if made := self._new_row(touched[at], at):
                    pieces += (text[copied : row.start], made)
                    copied = row.start
                at += 1
            if at == len(touched):
                continue  # the rest is only checked for order
            if touched[at] == row.number:
                if made := self._changed_row(row, at):
                    pieces += (text[copied : row.start], made)
                    copied = row.end
                at += 1
            if copied - joined > _BATCH:
                yield b"".join(pieces)
                pieces.clear()
                joined = copied
        pieces.append(text[copied : self._scanner.xml.end])
        pieces += [self._new_row(number, at + n) for n, number in enumerate(touched[at:])]
        yield b"".join(pieces)

    def _prepare(self, edits: CellEdits, blocked: Sequence[tuple[Area, str]]) -> _Column:
        """Encode a column's values; cells that may not be set are refused here."""
        free = np.ones(len(edits.rows), dtype=bool)
        for area, code in blocked:
            if area.first_column <= edits.column <= area.last_column:
                first, last = np.searchsorted(edits.rows, [area.first_row, area.last_row + 1])
                self._refuse(edits.rows[first:last][free[first:last]], edits.column, code)
                free[first:last] = False
        tails = encode_all(edits.after, self._scanner.xml.prefix, self._date1904)
        unwritable = free & pd.isna(tails)
        self._refuse(edits.rows[unwritable], edits.column, UNWRITABLE.code)
        free &= ~unwritable
        return _Column(
            edits.column,
            b'<%sc r="%s' % (self._prefix, letters(edits.column).encode()),
            edits.rows[free],
            edits.before[free],
            _distinctly(edits.before[free], lambda value: same(None, value, self._date1904), True),
            tails[free].tolist(),
            _distinctly(edits.after[free], _kind, _TEXT),
        )

    def _refuse(self, rows: Rows, column: int, code: str) -> None:
        self.refused += [(int(row), column, code) for row in rows]

    def _slot_table(self) -> list[list[int]]:
        """Return, per touched row, the position in each column's changes, -1 where none."""
        slots = np.full((len(self._touched), len(self._columns)), -1, dtype=np.int64)
        for at, column in enumerate(self._columns):
            slots[np.searchsorted(self._touched, column.rows), at] = np.arange(len(column.rows))
        return slots.tolist()

    def _new_row(self, number: int, at: int) -> bytes:
        """Return a row that the sheet lacks, "" where all of it stays blank."""
        cells = self._fresh_cells(number, self._targets(at), None, b"")
        if not cells:
            return b""
        name = self._prefix + b"row"
        return b'<%s r="%d">%s</%s>' % (name, number + 1, cells, name)

    def _changed_row(self, row: RowSpan, at: int) -> bytes:
        """Return a row with its changes, "" where nothing changes."""
        targets = self._targets(at)
        body = self._scanner.xml.text[row.inside : row.inside_end]
        last = self._scanner.last_cell(row)
        after = last is not None and last.column < targets[0][0].column
        if last and after and (self._clear or not _named(body, row.number, targets)):
            cells = self._fresh_cells(row.number, targets, last, row.attributes)
            inside = body[: last.end] + cells + body[last.end :] if cells else b""
        else:
            inside = self._merge(row, body, targets)
        if not inside:
            return b""
        name = self._prefix + b"row"
        attributes = row.attributes
        if b"spans" in attributes:
            attributes = _SPANS.sub(b"", attributes).rstrip()
        return b"<%s%s>%s</%s>" % (name, attributes, inside, name)

    def _targets(self, at: int) -> list[tuple[_Column, int]]:
        pairs = zip(self._columns, self._slots[at], strict=True)
        return [(column, slot) for column, slot in pairs if slot >= 0]

    def _merge(self, row: RowSpan, body: bytes, targets: list[tuple[_Column, int]]) -> bytes:
        """Return the cells of a row with changes among them, "" where nothing changes."""
        cells = self._scanner.cells(row)
        pieces: list[bytes] = []
        copied, at = 0, 0
        for column, slot in targets:
            while at < len(cells) and cells[at].column < column.column:
                at += 1
            cell = cells[at] if at < len(cells) and cells[at].column == column.column else None
            if cell is None:
                place = cells[at - 1].end if at else 0
                left = cells[at - 1] if at else None
                made = self._fresh_cells(row.number, [(column, slot)], left, row.attributes)
            else:
                place = cell.start
                made = self._replaced(row.number, cell, column, slot)
            if made:
                pieces += (body[copied:place], made)
                copied = cell.end if cell else place
        return b"".join(pieces) + body[copied:] if pieces else b""

    def _replaced(self, number: int, cell: CellSpan, column: _Column, slot: int) -> bytes:
        """Return a cell with its new value, "" where it is refused or stays."""
        code = ""
        if cell.formula:
            code = FORMULA.code
        elif cell.rich:
            code = ARRAY.code
        elif not same(self._scanner.value(cell), column.before[slot], self._date1904):
            code = CHANGED.code
        if code:
            self.refused.append((number, column.column, code))
            return b""
        tail = column.tails[slot]
        if tail == _BLANK and column.blank[slot]:
            return b""
        style = self._style(cell.style, column.kinds[slot], fresh=False)
        self.written += 1
        return b'%b%d"%b%b' % (column.opening, number + 1, style, tail)

    def _fresh_cells(
        self,
        number: int,
        targets: list[tuple[_Column, int]],
        left: CellSpan | None,
        row_attributes: bytes,
    ) -> bytes:
        """Return cells that the row lacks; what should be blank needs one only for its look."""
        made: list[bytes] = []
        neighbour = left.style if left else None
        for column, slot in targets:  # every new cell passes here: no call that can be spared
            tail, kind = column.tails[slot], column.kinds[slot]
            if not column.blank[slot]:
                self.refused.append((number, column.column, CHANGED.code))
            elif tail != _BLANK:
                if neighbour is not None and column.column >= self._owned_from:
                    style = self._styles.get((neighbour, kind, True))
                    style = self._style(neighbour, kind, fresh=True) if style is None else style
                else:
                    base = self._default_style(column.column, row_attributes)
                    style = self._style(base, kind, fresh=False)
                self.written += 1
                made.append(b'%b%d"%b%b' % (column.opening, number + 1, style, tail))
            elif neighbour and column.column >= self._added_from:
                style = self._style(neighbour, kind, fresh=True)
                made.append(b'%b%d"%b%b' % (column.opening, number + 1, style, tail))
        return b"".join(made)

    def _default_style(self, column: int, row_attributes: bytes) -> int:
        """Return the format that a cell has by its row or column."""
        if _CUSTOM.search(row_attributes):
            return style_of(row_attributes)
        for area, style in self._column_styles:
            if area.first_column <= column <= area.last_column:
                return style
        return 0

    def _style(self, base: int, kind: int, *, fresh: bool) -> bytes:
        """Return the style attribute for a value on a base format."""
        key = (base, kind, fresh)
        if key not in self._styles:
            style = base
            if kind != _TEXT:
                style = self._looks.dated(base, time=kind == _MOMENT)
            elif fresh:
                style = self._looks.plain(base)
            self._styles[key] = b' s="%d"' % style if style else b""
        return self._styles[key]


def _named(body: bytes, number: int, targets: list[tuple[_Column, int]]) -> bool:
    """Tell whether a row may hold one of the cells already, although its last one is before."""
    names = (column.opening.rpartition(b'"')[2] for column, _ in targets)
    return any(b"%b%d" % (name, number + 1) in body for name in names)


def _kind(value: object) -> int:
    """Return how a value wants to be shown."""
    if not isinstance(value, pd.Timestamp):
        return _TEXT
    return _DAY if value == value.normalize() else _MOMENT


def _distinctly(
    values: Objects, answer: Callable[[object], _Answer], blank: _Answer
) -> list[_Answer]:
    """Return (n) an answer per value, asked once per distinct one; `blank` for missing values."""
    codes, distinct = pd.factorize(values)
    answers = [*map(answer, distinct), blank]
    return [answers[code] for code in codes.tolist()]
