"""What is assumed of ranges: protections, conditional formats and names when lines change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sync.google.marks import Request
from sync.google.probe.assumption import assumed
from sync.google.probe.scratch import NAMES, NOTHING, Scratch
from sync.google.probe.tab_requests import name_of

_PLACES = ("A3:A5", "A10:A12", "A20:A22")
_SEPARATOR = re.compile(r"[,;]\s*")


def _protected(tab: Scratch, place: str) -> Request:
    made = {"range": tab.area(place), "description": place, "warningOnly": True}
    return {"addProtectedRange": {"protectedRange": made}}


def _formatted(tab: Scratch, place: str, formula: str = "=TRUE") -> Request:
    values = [{"userEnteredValue": formula}]
    rule = {
        "ranges": [tab.area(place)],
        "booleanRule": {
            "condition": {"type": "CUSTOM_FORMULA", "values": values},
            "format": {"textFormat": {"bold": True}},
        },
    }
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def _named(tab: Scratch, place: str) -> Request:
    name = NAMES + place.replace(":", "_")
    return {"addNamedRange": {"namedRange": {"name": name, "range": tab.area(place)}}}


def _protections(tab: Scratch) -> str:
    return _listed(one["range"] for one in tab.sheet().get("protectedRanges", ()))


def _formats(tab: Scratch) -> str:
    rules = tab.sheet().get("conditionalFormats", ())
    return _listed(area for rule in rules for area in rule["ranges"])


def _names(tab: Scratch) -> str:
    found = tab.book().get("namedRanges", ())
    return _listed(
        one["range"] for one in found if one.get("range", {}).get("sheetId") == tab.number
    )


def _listed(areas: Iterable[Mapping[str, Any]]) -> str:
    """Areas from the top down."""
    ordered = sorted(areas, key=lambda area: area.get("startRowIndex", 0))
    return " ".join(map(name_of, ordered)) or NOTHING


def _edges(tab: Scratch, made: Callable[[Scratch, str], Request]) -> None:
    """Insert a row inside the lowest, below the middle and above the highest of three ranges."""
    tab.do(*(made(tab, place) for place in _PLACES))
    tab.do(tab.inserted("21"), tab.inserted("13"), tab.inserted("3"))


@assumed(
    "a protection grows with rows that are inserted inside it, not at its edges",
    "在保护范围内部插入行时范围随之扩大，在边缘插入时不扩大",
    "A4:A6 A11:A13 A22:A25",
)
def protections_at_edges(tab: Scratch) -> str:
    """Protect three ranges; insert a row above the first, below the second, inside the third.

    Each row is like the one before it. Where the three stand.
    """
    _edges(tab, _protected)
    return _protections(tab)


@assumed(
    "a conditional format spreads to a row inserted below it that is like the one before",
    "在条件格式下缘插入与上一行相同的行时，条件格式扩展到新行",
    "A4:A6 A11:A14 A22:A25",
)
def formats_at_edges(tab: Scratch) -> str:
    """As for protections, with conditional formats."""
    _edges(tab, _formatted)
    return _formats(tab)


@assumed(
    "a named range grows with rows that are inserted inside it, not at its edges",
    "在命名区域内部插入行时区域随之扩大，在边缘插入时不扩大",
    "A4:A6 A11:A13 A22:A25",
)
def names_at_edges(tab: Scratch) -> str:
    """As for protections, with named ranges."""
    _edges(tab, _named)
    return _names(tab)


@assumed(
    "a protection that a move pulls apart keeps the rows that stayed together",
    "移动行拆散保护范围后，保护留在未移动的行上",
    "A2:A5",
)
def protections_apart(tab: Scratch) -> str:
    """Protect A2:A6 and move row 4 below row 10.

    Where the protection stands.
    """
    tab.do(_protected(tab, "A2:A6"), tab.moved("4", 10))
    return _protections(tab)


@assumed(
    "a conditional format that a move pulls apart goes with each of its rows",
    "移动行拆散条件格式后，条件格式跟随各自的行",
    "A2:A5 A10:A10",
)
def formats_apart(tab: Scratch) -> str:
    """As for protections, with a conditional format."""
    tab.do(_formatted(tab, "A2:A6"), tab.moved("4", 10))
    return _formats(tab)


@assumed(
    "sorting leaves protections and conditional formats where they are",
    "排序不改变保护范围和条件格式的位置",
    "A2:A5 A2:A5",
)
def through_sorting(tab: Scratch) -> str:
    """Type into A2:A4, protect and format A2:A5, sort rows 2 to 5.

    Where the two stand.
    """
    tab.do(tab.typed("A2", [3], [1], [2]), _protected(tab, "A2:A5"), _formatted(tab, "A2:A5"))
    tab.do(tab.sorted("A2:B5"))
    return f"{_protections(tab)} {_formats(tab)}"


@assumed(
    "the formula of a conditional format follows the column that it names",
    "插入列后，条件格式的公式仍指向原来的列",
    '=EXACT($D2;"x")',
)
def formulas_follow(tab: Scratch) -> str:
    """Format A2:A5 by =EXACT($C2;"x") and insert a column before B.

    The formula then, with a semicolon for whatever parts its arguments.
    """
    tab.do(_formatted(tab, "A2:A5", '=EXACT($C2;"x")'))
    tab.do(tab.inserted("B"))
    (rule,) = tab.sheet()["conditionalFormats"]
    (value,) = rule["booleanRule"]["condition"]["values"]
    return _SEPARATOR.sub(";", str(value["userEnteredValue"]))


@assumed(
    "the answer to deleting a conditional format tells the one that went",
    "删除条件格式的应答会说明删掉的是哪一条",
    "A2:A5",
)
def deleted_formats(tab: Scratch) -> str:
    """Format A2:A5 and then A7:A9, which comes first; delete the second by its number.

    The range of the one that the answer tells.
    """
    tab.do(_formatted(tab, "A2:A5"), _formatted(tab, "A7:A9"))
    (reply,) = tab.do({"deleteConditionalFormatRule": {"sheetId": tab.number, "index": 1}})
    return _listed(reply["deleteConditionalFormatRule"]["rule"]["ranges"])
