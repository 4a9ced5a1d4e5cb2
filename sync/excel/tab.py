"""Change one tab: its cells, the columns added beside its table, its highlights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sync.excel.edits import CellEdits, CellRefusal, TabEdit
from sync.excel.frame import (
    column_styles,
    extend_filter,
    is_protected,
    merged_areas,
    offer_choices,
    set_widths,
    widen_dimension,
    widen_sort,
)
from sync.excel.highlight import set_marks
from sync.excel.names import Names
from sync.excel.package import pack
from sync.excel.parts import Parts
from sync.excel.refs import MAX_COLUMNS, around, format_area, overlap
from sync.excel.scan import Scanner
from sync.excel.sheetxml import SheetXml, take_apart
from sync.excel.splice import Splicer
from sync.excel.styles import Styles
from sync.excel.tables import extend_tables, fixed_areas
from sync.excel.trees import child
from sync.excel.workbook import Tab, Workbook
from sync.grid import Area
from sync.store import ARRAY, HEADER, MERGED, Refused


def change_tab(
    parts: Parts,
    book: Workbook,
    styles: Styles,
    shared: Callable[[int], str],
    edit: TabEdit,
) -> tuple[int, list[CellRefusal]]:
    """Change one tab.

    Args:
        parts: of the workbook.
        book: its tabs.
        styles: its formats.
        shared: index of a shared string → its text.
        edit: the changes.

    Returns:
        (number of cells written, headers of added columns not counted; cells left alone).

    Raises:
        Refused: the tab is missing or protected, or there is no free room beside the table.
    """
    tab = _worksheet(book, edit.sheet)
    xml = take_apart(parts.read(tab.part), tab.part)
    _require_unprotected(xml, edit)
    scanner = Scanner(xml, shared)
    blocked = [
        *((area, MERGED.code) for area in merged_areas(xml.frame)),
        *((area, ARRAY.code) for area in scanner.spills()),
        *((area, HEADER.code) for area in fixed_areas(parts, tab.part)),
    ]
    if edit.columns:
        extend_tables(parts, tab.part, edit)
        _require_room(scanner, edit, [area for area, _ in blocked])
    reframed = _reframe(parts, tab, xml, edit, styles)
    if not (reframed or edit.cells):
        return 0, []
    resized = widen_dimension(xml.frame, _reach(edit))
    splicer = Splicer(
        scanner,
        _with_added(edit),
        styles,
        date1904=book.date1904,
        blocked=blocked,
        owned_from=edit.owned_from,
        added_from=edit.area.last_column + 1,
        column_styles=column_styles(xml.frame),
    )
    content = pack(xml.assemble(splicer.chunks(), reframed=reframed or resized))
    if splicer.written or reframed:
        parts.put(tab.part, content)
    refused = [CellRefusal(edit.sheet, *refusal) for refusal in splicer.refused]
    return splicer.written - len(edit.columns), refused


def _worksheet(book: Workbook, name: str) -> Tab:
    tab = book.tab(name)
    if tab is None or tab.kind != "worksheet":
        raise Refused(f"the workbook has no worksheet {name}", zh=f"工作簿中没有工作表“{name}”")
    return tab


def _require_unprotected(xml: SheetXml, edit: TabEdit) -> None:
    if (edit.columns or edit.cells) and is_protected(xml.frame):
        raise Refused(
            f"the tab {edit.sheet} is protected; unprotect it (Review → Unprotect Sheet),"
            " or let the rules write to an unprotected copy",
            zh=f"工作表“{edit.sheet}”受保护；请取消“审阅 → 撤消工作表保护”后再运行",
        )


def _reframe(parts: Parts, tab: Tab, xml: SheetXml, edit: TabEdit, styles: Styles) -> bool:
    """Take added columns and highlights into what stands around the cells; True if it changed."""
    changed = bool(edit.columns)
    if edit.columns:
        set_widths(xml.frame, edit.area.last_column + 1, edit.columns)
        widen_sort(child(xml.frame, "sortState"), edit.area, edit.full_area)
        offer_choices(xml.frame, edit)
    if filtered := extend_filter(xml.frame, edit):
        Names(parts).move_filter(tab.index, filtered)
        changed = True
    return set_marks(xml.frame, edit.marks, styles) or changed


def _require_room(scanner: Scanner, edit: TabEdit, blocked: Sequence[Area]) -> None:
    """Refuse where the cells beside the table are not free."""
    added = edit.added_area
    if added is None:
        return
    if added.last_column >= MAX_COLUMNS:
        raise Refused(
            f"there is no room for {len(edit.columns)} more columns on the tab {edit.sheet}",
            zh=f"工作表“{edit.sheet}”右侧没有空间再加 {len(edit.columns)} 列",
        )
    in_the_way = [format_area(area) for area in blocked if overlap(area, added)]
    if place := scanner.occupied(added) or next(iter(in_the_way), ""):
        raise Refused(
            f"the cells directly beside the table on the tab {edit.sheet} are not free ({place});"
            f" move what stands there {len(edit.columns)} columns to the right",
            zh=f"工作表“{edit.sheet}”中紧挨表格右侧的单元格不是空的（{place}）；"
            f"请将其右移 {len(edit.columns)} 列",
        )


def _reach(edit: TabEdit) -> Area:
    """Return the area that holds everything written."""
    rows = [
        Area(int(cells.rows[0]), cells.column, int(cells.rows[-1]), cells.column)
        for cells in edit.cells
        if len(cells.rows)
    ]
    return around([edit.full_area, *rows])


def _with_added(edit: TabEdit) -> list[CellEdits]:
    """Return the changes, those of added columns from the header to the last row of the table."""
    by_column = {cells.column: cells for cells in edit.cells}
    area = edit.area
    for column, new in enumerate(edit.columns, area.last_column + 1):
        rows = np.arange(area.first_row, area.last_row + 1)
        before, after = np.full((2, len(rows)), None, dtype=object)
        after[0] = new.header
        if below := by_column.get(column):
            before[below.rows - area.first_row] = below.before
            after[below.rows - area.first_row] = below.after
        by_column[column] = CellEdits(column, rows, before, after)
    return list(by_column.values())
