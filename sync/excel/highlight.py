"""Highlights as conditional formats driven by a status column.

They follow every sorting and cost nothing per run. Their formula `EXACT($U4,"word")` is the mark by
which our own are known again; everything else is the team's and comes first (smaller priority).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree

from sync.excel.edits import Mark
from sync.excel.frame import ORDER
from sync.excel.refs import format_area, letters, parse_area
from sync.excel.styles import Styles
from sync.excel.trees import beside, child, children, insert_ordered, integer, local
from sync.grid import Area

_OURS = re.compile(r'EXACT\(\$[A-Z]{1,3}\$?\d+,\s*"(?:[^"]|"")*"\)')


class _Look(NamedTuple):
    """What makes two highlights the same, apart from the rows that they reach."""

    formula: str
    first_row: int
    columns: tuple[int, int]
    look: tuple[str, str, bool]


def set_marks(frame: etree._Element, marks: Sequence[Mark], styles: Styles) -> bool:
    """Make the sheet's highlights of ours equal to the wanted ones.

    Args:
        frame: tree of the sheet.
        marks: wanted, strongest first.
        styles: where their looks are kept.

    Returns:
        Whether anything was changed.
    """
    ours = [block for block in children(frame, "conditionalFormatting") if _is_ours(block)]
    if _stands(ours, marks, styles):
        return False
    for block in ours:
        frame.remove(block)
    priority = max(_priorities(frame), default=0)
    for mark in marks:
        priority += 1
        block = insert_ordered(frame, "conditionalFormatting", ORDER)
        block.set("sqref", format_area(mark.area))
        rule = etree.SubElement(
            block,
            beside(block, "cfRule"),
            {"type": "expression", "dxfId": str(styles.mark(mark)), "priority": str(priority)},
        )
        etree.SubElement(rule, beside(rule, "formula")).text = _formula(mark)
    return True


def _formula(mark: Mark) -> str:
    text = mark.value.replace('"', '""')
    return f'EXACT(${letters(mark.driver)}{mark.area.first_row + 1},"{text}")'


def _is_ours(block: etree._Element) -> bool:
    rules = children(block, "cfRule")
    return bool(rules) and all(_OURS.fullmatch(_formula_of(rule)) for rule in rules)


def _formula_of(rule: etree._Element) -> str:
    found = child(rule, "formula")
    return "" if found is None else (found.text or "").strip()


def _stands(ours: Sequence[etree._Element], marks: Sequence[Mark], styles: Styles) -> bool:
    """Tell whether our highlights stand as wanted; reaching further down does no harm."""
    found: list[tuple[int, _Look, Area]] = []
    for block in ours:
        area = parse_area(block.get("sqref", ""))
        for rule in children(block, "cfRule"):
            if area is None:
                return False
            look = _Look(
                _formula_of(rule).replace(", ", ","),
                area.first_row,
                (area.first_column, area.last_column),
                styles.look_of(integer(rule, "dxfId", -1)),
            )
            found.append((integer(rule, "priority", 0), look, area))
    found.sort(key=lambda item: item[0])
    wanted = [
        _Look(
            _formula(mark),
            mark.area.first_row,
            (mark.area.first_column, mark.area.last_column),
            (mark.fill.upper(), mark.color.upper(), mark.bold),
        )
        for mark in marks
    ]
    return [look for _, look, _ in found] == wanted and all(
        area.last_row >= mark.area.last_row for (_, _, area), mark in zip(found, marks, strict=True)
    )


def _priorities(frame: etree._Element) -> list[int]:
    """Return the priorities in use, those of the 2010 extension included."""
    return [integer(item, "priority", 0) for item in frame.iter() if local(item) == "cfRule"]
