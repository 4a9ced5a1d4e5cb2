"""List objects ("tables" in Excel): added columns become theirs (ECMA-376-1, 18.5.1)."""

from __future__ import annotations

from lxml import etree

from sync.excel.edits import TabEdit
from sync.excel.frame import extend_filter, widen_sort
from sync.excel.parts import Parts, beside, child, children
from sync.excel.refs import format_area, overlap, parse_area
from sync.excel.values import escape_name
from sync.source import Area
from sync.store import Refused


def extend_tables(parts: Parts, sheet: str, edit: TabEdit) -> None:
    """Let the list object under the table reach over its added columns.

    Args:
        parts: of the workbook.
        sheet: name of the worksheet part.
        edit: the table and its added columns.

    Raises:
        Refused: another list object stands in the way, or this one is fed from outside.
    """
    added = edit.added_area
    if added is None:
        return
    for rel in parts.relationships(sheet):
        if rel.kind != "table":
            continue
        root = parts.root(rel.target)
        area = parse_area(root.get("ref", ""))
        if area is None:
            continue
        if overlap(area, added):
            raise _in_the_way(root.get("displayName", ""), edit.sheet)
        if _is_under(area, root, edit.area):
            _extend(parts.root(rel.target, change=True), area, edit)


def _is_under(area: Area, root: etree._Element, table: Area) -> bool:
    """Tell whether a list object is the table: same header row, same right edge."""
    headed = root.get("headerRowCount", "1") != "0"
    return headed and area.first_row == table.first_row and area.last_column == table.last_column


def _extend(root: etree._Element, area: Area, edit: TabEdit) -> None:
    name = root.get("displayName", "")
    if root.get("tableType", "worksheet") != "worksheet":
        raise Refused(
            f"the table {name} on the tab {edit.sheet} is filled from outside (query or XML map);"
            " columns cannot be added to it safely",
            zh=f"工作表“{edit.sheet}”中的表格 {name} 由外部数据填充,无法安全地增加列",
        )
    holder = child(root, "tableColumns")
    columns = [] if holder is None else children(holder, "tableColumn")
    names = {column.get("name", "").casefold() for column in columns}
    number = max((int(column.get("id", "0")) for column in columns), default=0)
    for new in edit.columns:
        if new.header.casefold() in names or holder is None:
            raise Refused(
                f"the table {name} on the tab {edit.sheet} already has a column {new.header};"
                " give ours another name in the rules file",
                zh=f"工作表“{edit.sheet}”中的表格 {name} 已有列“{new.header}”;请在规则文件中改名",
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
        zh=f"工作表“{sheet}”中,表格 {name} 紧挨商机表右侧,占用了我们要加的列;请将其右移",
    )
