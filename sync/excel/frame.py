"""What stands around a sheet's rows: size, column widths, filter, lists of choices, merges.

Order of the elements and their meaning: ECMA-376-1, 18.3.1.99 (worksheet).
"""

from __future__ import annotations

import copy

from lxml import etree

from sync.excel.edits import NewColumn, TabEdit
from sync.excel.refs import around, format_area, overlap, parse_area, parse_areas
from sync.excel.trees import beside, child, children, insert_ordered, integer, local
from sync.grid import Area

ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_LIST_LIMIT = 255  # characters of a list of choices written into the rule itself


def is_protected(frame: etree._Element) -> bool:
    """Tell whether people need a password or a click before they may change the sheet."""
    protection = child(frame, "sheetProtection")
    return protection is not None and protection.get("sheet", "0") in ("1", "true")


def merged_areas(frame: etree._Element) -> list[Area]:
    """Return the merged areas of a sheet."""
    holder = child(frame, "mergeCells")
    cells = [] if holder is None else children(holder, "mergeCell")
    areas = (parse_area(cell.get("ref", "")) for cell in cells)
    return [area for area in areas if area]


def column_styles(frame: etree._Element) -> list[tuple[Area, int]]:
    """Return the formats of whole columns: (area of the columns, format index)."""
    holder = child(frame, "cols")
    return [
        (
            Area(0, integer(col, "min", 1) - 1, 0, integer(col, "max", 1) - 1),
            integer(col, "style", 0),
        )
        for col in ([] if holder is None else children(holder, "col"))
        if col.get("style")
    ]


def widen_dimension(frame: etree._Element, area: Area) -> bool:
    """Let the sheet's size hold an area; a stale one is only ever enlarged.

    Returns:
        Whether it was changed.
    """
    dimension = child(frame, "dimension")
    if dimension is None:
        return False
    stated = parse_area(dimension.get("ref", ""))
    wide = around([stated, area] if stated else [area])
    if wide == stated:
        return False
    dimension.set("ref", format_area(wide))
    return True


def set_widths(frame: etree._Element, first: int, columns: tuple[NewColumn, ...]) -> None:
    """Give added columns their width, cutting out of entries that cover many columns.

    Args:
        frame: tree of the sheet.
        first: column of the first added one.
        columns: those added.
    """
    holder = child(frame, "cols")
    if holder is None:
        holder = insert_ordered(frame, "cols", ORDER)
    for at, column in enumerate(columns, first + 1):  # this list counts from 1
        _carve(holder, at)
        entry = etree.Element(
            beside(holder, "col"),
            {"min": str(at), "max": str(at), "width": f"{column.width:g}", "customWidth": "1"},
        )
        before = sum(1 for col in holder if local(col) and integer(col, "max", 0) < at)
        holder.insert(before, entry)


def _carve(holder: etree._Element, at: int) -> None:
    """Take one column out of the entry that covers it."""
    for entry in children(holder, "col"):
        low, high = integer(entry, "min", 0), integer(entry, "max", 0)
        if not low <= at <= high:
            continue
        place = holder.index(entry)
        holder.remove(entry)
        for first, last in ((at + 1, high), (low, at - 1)):
            if first <= last:
                part = copy.deepcopy(entry)
                part.set("min", str(first))
                part.set("max", str(last))
                holder.insert(place, part)


def extend_filter(holder: etree._Element, edit: TabEdit) -> Area | None:
    """Let a filter that ends where our columns begin reach over them, its sorting included.

    Args:
        holder: a sheet's frame or the root of a list object.
        edit: the table and its added columns.

    Returns:
        The new area of the filter, or None where it stays as it is.
    """
    found = child(holder, "autoFilter")
    area = parse_area(found.get("ref", "")) if found is not None else None
    last, owned_from = edit.full_area.last_column, edit.owned_from
    if found is None or area is None or owned_from is None:
        return None
    if area.first_row != edit.area.first_row or not owned_from - 1 <= area.last_column < last:
        return None
    wide = area._replace(last_column=last)
    found.set("ref", format_area(wide))
    widen_sort(child(found, "sortState"), area, wide)
    return wide


def widen_sort(state: etree._Element | None, before: Area, after: Area) -> None:
    """Let a remembered sorting take the added columns along."""
    area = parse_area(state.get("ref", "")) if state is not None else None
    if state is not None and area and area.last_column == before.last_column:
        state.set("ref", format_area(area._replace(last_column=after.last_column)))


def offer_choices(frame: etree._Element, edit: TabEdit) -> None:
    """Offer the values of added columns as lists; a rule of the team's own stays."""
    taken = [
        area
        for item in frame.iter()
        if local(item) in ("dataValidation", "sqref")
        for area in parse_areas(item.get("sqref") or item.text or "")
    ]
    body = edit.area._replace(first_row=edit.area.first_row + 1)
    for column, new in enumerate(edit.columns, edit.area.last_column + 1):
        area = body._replace(first_column=column, last_column=column)
        text = ",".join(new.choices)
        listable = (
            text and len(text) <= _LIST_LIMIT and not any("," in item for item in new.choices)
        )
        if not listable or any(overlap(area, other) for other in taken):
            continue
        holder = child(frame, "dataValidations")
        if holder is None:
            holder = insert_ordered(frame, "dataValidations", ORDER)
        rule = etree.SubElement(
            holder,
            beside(holder, "dataValidation"),
            {"type": "list", "allowBlank": "1", "sqref": format_area(area)},
        )
        formula = etree.SubElement(rule, beside(rule, "formula1"))
        formula.text = '"' + text.replace('"', '""') + '"'
        holder.set("count", str(len(children(holder, "dataValidation"))))
