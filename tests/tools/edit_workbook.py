"""The production writer on any workbook: `python -m tests.tools.edit_workbook IN OUT`.

On the first worksheet with cells it appends three owned columns beside the used range (a header,
and a value per row), changes one plain value, adds the highlight and a small summary tab with a
chart. What cannot be done safely is refused: exit code 4, one sentence, no OUT.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sync.excel.edits import CellEdits, Mark, NewColumn, Patched, TabEdit, WorkbookEdit
from sync.excel.frame import merged_areas
from sync.excel.package import Package
from sync.excel.parts import Parts
from sync.excel.patch import patch_workbook
from sync.excel.refs import around, overlap
from sync.excel.scan import Scanner, SharedStrings
from sync.excel.sheetxml import take_apart
from sync.excel.tables import fixed_areas
from sync.excel.verify import verify
from sync.excel.view import drawn_tab
from sync.excel.workbook import Workbook
from sync.grid import Area
from sync.store import Refused, StoreError
from sync.view import Cell, Chart, Range, Series, SheetView

STATUS, DUE, WHY = "DK status", "DK due", "DK why"
OVERDUE = "overdue"
SUMMARY = "DK summary"
CHANGED = "changed by Dealkeeper"


class Used(NamedTuple):
    """What stands on a sheet: used area, rows with values, and a plain value to change."""

    sheet: str
    area: Area
    rows: list[int]
    plain: tuple[int, int, object] | None


def edit_workbook(source: bytes) -> tuple[bytes, Patched]:
    """Return a workbook with the changes, and what was done.

    Raises:
        StoreError: the workbook is damaged, or the changes would not be safe.
    """
    target = io.BytesIO()
    patched = patch_workbook(source, edit_of(source), target)
    result = target.getvalue()
    verify(source, result, patched.changed)
    return result, patched


def edit_of(source: bytes) -> WorkbookEdit:
    """Return the changes for a workbook."""
    used = used_range(source)
    first, last = used.area.last_column + 1, used.area.last_column + 3
    body = used.area._replace(
        first_row=min(used.area.first_row + 1, used.area.last_row), last_column=last
    )
    rows = np.array([row for row in used.rows if row > used.area.first_row], dtype=np.int64)
    cells = [
        CellEdits(first + at, rows, _all(None, len(rows)), _all(value, len(rows)))
        for at, value in enumerate((OVERDUE, pd.Timestamp(2026, 11, 22), "=HYPERLINK(1)"))
    ]
    if used.plain:
        row, column, before = used.plain
        cells.append(CellEdits(column, np.array([row]), _all(before, 1), _all(CHANGED, 1)))
    tab = TabEdit(
        used.sheet,
        used.area,
        (NewColumn(STATUS, choices=(OVERDUE, "ok")), NewColumn(DUE, "date"), NewColumn(WHY)),
        tuple(cells),
        (Mark(first, OVERDUE, body, "FDE7E9", "B42318"),),
        first,
    )
    view = _view()
    return WorkbookEdit(
        (tab,),
        (drawn_tab(view, {}),),
    )


def used_range(source: bytes) -> Used:
    """Find the first worksheet with cells, and what stands there.

    Where no sheet has a value, the first worksheet counts, with a used range of one cell.

    Raises:
        Refused: the workbook has no worksheet.
    """
    parts = Parts(Package(source))
    book = Workbook(parts)
    strings = book.related("sharedStrings")
    shared = SharedStrings(parts.read(strings) if strings else b"")
    sheets = [tab for tab in book.tabs if tab.kind == "worksheet" and parts.has(tab.part)]
    for tab in sheets:
        scanner = Scanner(take_apart(parts.read(tab.part), tab.part), shared)
        if used := _used(tab.name, scanner, fixed_areas(parts, tab.part)):
            return used
    if not sheets:
        raise Refused("the workbook has no worksheet", zh="工作簿中没有工作表")
    return Used(sheets[0].name, Area(0, 0, 0, 0), [], None)


def _used(sheet: str, scanner: Scanner, headers: list[Area]) -> Used | None:
    """Return what stands on one sheet, None where no cell has a value or is merged."""
    corners: list[Area] = []
    rows, plain = [], None
    whole = [*merged_areas(scanner.xml.frame), *scanner.spills()]
    for row in scanner.rows():
        filled = []
        for cell in scanner.cells(row):
            value = scanner.value(cell)
            if value is None and not cell.formula:
                continue
            place = Area(row.number, cell.column, row.number, cell.column)
            filled.append(place)
            if (
                plain is None
                and row.number
                and not (cell.formula or cell.rich)
                and not any(overlap(place, area) for area in (*whole, *headers))
            ):
                plain = (row.number, cell.column, value)
        corners += filled[:1] + filled[-1:]
        total = any(area.first_row <= row.number <= area.last_row for area in headers)
        rows += [row.number] if filled and not total else []
    if not corners and not whole:
        return None
    return Used(sheet, around([*corners, *whole]), rows, plain)


def main() -> int:
    """Run on two files and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("result", type=Path)
    wanted = parser.parse_args()
    try:
        result, _ = edit_workbook(wanted.source.read_bytes())
    except StoreError as error:
        print(f"{wanted.source}: {error}", file=sys.stderr)
        return 4
    wanted.result.write_bytes(result)
    return 0


def _all(value: object, count: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    filled = np.empty(count, dtype=object)
    filled[:] = value
    return filled


def _view() -> SheetView:
    values = [3.0, 5.0, 2.0]
    cells = [Cell(0, 0, "Deals", note="How many there are", name="DK_Deals")]
    cells += [Cell(row, 0, f"Month {row}") for row in range(1, 4)]
    cells += [Cell(row, 1, values[row - 1]) for row in range(1, 4)]
    chart = Chart(
        "clustered", 5, 0, 300, 200, Range(1, 0, 3, 0),
        (Series("Deals", Range(1, 1, 3, 1), "1F5F99"),), "Deals by month",
    )  # fmt: skip
    return SheetView(
        "summary", SUMMARY, "en", (120, 80), (), tuple(cells), rows=16, columns=4, hidden_from=8,
        charts=(chart,),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
