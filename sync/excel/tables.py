"""List objects ("tables" in Excel): added columns become theirs (ECMA-376-1, 18.5.1)."""

from __future__ import annotations

from lxml import etree

from sync.excel.edits import TabEdit
from sync.excel.frame import extend_filter, widen_sort
from sync.excel.parts import Parts
from sync.excel.refs import format_area, overlap, parse_area
from sync.excel.trees import beside, child, children, integer
from sync.excel.values import escape_name
from sync.grid import Area
from sync.store import Refused


def fixed_areas(parts: Parts, sheet: str) -> list[Area]:
    """Return the header and total rows of a sheet's list objects: their texts are also elsewhere.

    Args:
        parts: of the workbook.
        sheet: name of the worksheet part.
    """
    found = []
    for name, area in _list_objects(parts, sheet):
        root = parts.root(name)
        if root.get("headerRowCount", "1") != "0":
            found.append(area._replace(last_row=area.first_row))
        if root.get("totalsRowCount", "0") != "0":
            found.append(area._replace(first_row=area.last_row))
    return found


def extend_tables(parts: Parts, sheet: str, edit: TabEdit) -> None:
    """Let the list object under the table reach over its added columns.

    Args:
        parts: of the workbook.
        sheet: name of the worksheet part.
        edit: the table and its added columns.

    Raises:
        Refused: another list object stands in the way, or this one is filled by a query.
    """
    added = edit.added_area
    for name, area in _list_objects(parts, sheet):
        if added and overlap(area, added):
            raise _in_the_way(parts.root(name).get("displayName", ""), edit.sheet)
        if added and _is_under(area, parts.root(name), edit.area):
            _extend(parts.root(name, change=True), area, edit)


def _list_objects(parts: Parts, sheet: str) -> list[tuple[str, Area]]:
    """Return (part, area) of a sheet's list objects."""
    found = []
    for rel in parts.relationships(sheet):
        if rel.kind == "table" and parts.has(rel.target):
            area = parse_area(parts.root(rel.target).get("ref", ""))
            if area:
                found.append((rel.target, area))
    return found


def _is_under(area: Area, root: etree._Element, table: Area) -> bool:
    """Tell whether a list object is the table: same header row, same right edge."""
    headed = root.get("headerRowCount", "1") != "0"
    return headed and area.first_row == table.first_row and area.last_column == table.last_column


def _extend(root: etree._Element, area: Area, edit: TabEdit) -> None:
    name = root.get("displayName", "")
    if root.get("tableType") == "queryTable":
        raise Refused(
            f"the table {name} on the tab {edit.sheet} is filled by a query;"
            " columns cannot be added to it safely",
            zh=f"工作表“{edit.sheet}”中的表格 {name} 由查询填充，无法安全地增加列",
        )
    holder = child(root, "tableColumns")
    columns = [] if holder is None else children(holder, "tableColumn")
    if holder is None or len(columns) != area.last_column - area.first_column + 1:
        raise Refused(
            f"the table {name} on the tab {edit.sheet} lists another number of columns than it has;"
            " open the workbook in Excel, let it repair the file, and save it",
            zh=f"工作表“{edit.sheet}”中的表格 {name} 记录的列数与实际不符；"
            "请用 Excel 打开修复后保存",
        )
    names = {column.get("name", "").casefold() for column in columns}
    number = max((integer(column, "id", 0) for column in columns), default=0)
    for new in edit.columns:
        if new.header.casefold() in names:
            raise Refused(
                f"the table {name} on the tab {edit.sheet} already has a column {new.header};"
                " give ours another name in the rules file",
                zh=f"工作表“{edit.sheet}”中的表格 {name} 已有列“{new.header}”；请在规则文件中改名",
            )
        names.add(new.header.casefold())
        number += 1
        etree.SubElement(
            holder,
            beside(holder, "tableColumn"),
            {"id": str(number), "name": escape_name(new.header)},
        )
        holder.set("count", str(len(children(holder, "tableColumn"))))
    wide = area._replace(last_column=edit.full_area.last_column)
    root.set("ref", format_area(wide))
    extend_filter(root, edit)
    widen_sort(child(root, "sortState"), area, wide)


def _in_the_way(name: str, sheet: str) -> Refused:
    return Refused(
        f"the table {name} stands directly beside the opportunities on the tab {sheet}, where our"
        " columns would go; move it further to the right",
        zh=f"工作表“{sheet}”中，表格 {name} 紧挨商机表右侧，占用了我们要加的列；请将其右移",
    )
