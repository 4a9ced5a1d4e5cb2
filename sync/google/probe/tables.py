"""What is assumed of filters, tables, dropdowns and smart chips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sync.google.marks import Request
from sync.google.probe.assumption import CannotTell, assumed
from sync.google.probe.scratch import NOTHING, Scratch
from sync.google.probe.tab_requests import name_of


def _filtered(tab: Scratch) -> Request:
    specs = [{"columnIndex": 0, "filterCriteria": {"hiddenValues": ["y"]}}]
    return {"setBasicFilter": {"filter": {"range": tab.area("A1:A4"), "filterSpecs": specs}}}


def _hidden_rows(sheet: Mapping[str, Any]) -> str:
    rows = sheet["data"][0].get("rowMetadata", ())
    hidden = [str(at) for at, row in enumerate(rows, 1) if row.get("hiddenByFilter")]
    return " ".join(hidden) or NOTHING


def _hidden_values(found: Mapping[str, Any]) -> Iterator[str]:
    specs = found.get("filterSpecs", ())
    for spec in specs:
        yield from spec.get("filterCriteria", {}).get("hiddenValues", ())
    if not specs:
        for criteria in found.get("criteria", {}).values():
            yield from criteria.get("hiddenValues", ())


@assumed(
    "a filter that is set again wider, as it was read, keeps its criteria",
    "按读到的内容扩大筛选范围后，筛选条件保持不变",
    "A1:B4 y 3",
)
def filters_widened(tab: Scratch) -> str:
    """Type head, x, y, z into A1:A4, filter them by hiding y, read the filter, set it on A1:B4.

    Its range, the hidden values, the hidden rows.
    """
    tab.do(tab.typed("A1", ["head"], ["x"], ["y"], ["z"]), _filtered(tab))
    given = tab.sheet()["basicFilter"]
    tab.do({"setBasicFilter": {"filter": {**given, "range": tab.area("A1:B4")}}})
    sheet = tab.sheet()
    found = sheet["basicFilter"]
    hidden = " ".join(_hidden_values(found)) or NOTHING
    return f"{name_of(found['range'])} {hidden} {_hidden_rows(sheet)}"


@assumed(
    "the criteria of a filter are not applied again when cells change",
    "单元格改变后，筛选条件不会自动重新应用",
    "3",
)
def filters_stay(tab: Scratch) -> str:
    """Filter head, x, y, z in A1:A4 by hiding y; write y into A2, too.

    The hidden rows.
    """
    tab.do(tab.typed("A1", ["head"], ["x"], ["y"], ["z"]), _filtered(tab))
    tab.put(({"gridRange": tab.area("A2")}, ["y"]))
    return _hidden_rows(tab.sheet())


@assumed(
    "a table's range can be widened by a column",
    "表格（Table）的范围可以扩大一列",
    "A1:C3",
)
def tables_widened(tab: Scratch) -> str:
    """Type two columns with headers into A1:B3, make a table of them, set its range to A1:C3.

    Its range.
    """
    (*_, added) = tab.do(
        tab.typed("A1", ["a", "b", "c"], ["1", "2"], ["3", "4"]),
        {"addTable": {"table": {"name": f"probe{tab.number}", "range": tab.area("A1:B3")}}},
    )
    known = {"tableId": added["addTable"]["table"]["tableId"], "range": tab.area("A1:C3")}
    tab.do({"updateTable": {"table": known, "fields": "range"}})
    return " ".join(name_of(table["range"]) for table in tab.sheet().get("tables", ()))


@assumed(
    "a dropdown that an inserted column takes after its neighbour can be taken away",
    "插入的列沿用左列的下拉选项后，可以将其清除",
    f"ONE_OF_LIST {NOTHING}",
    f"{NOTHING} {NOTHING}",
)
def dropdowns(tab: Scratch) -> str:
    """Give B2:B5 a dropdown, insert a column like it, then set no validation on C2:C5.

    The validation of C2 before and after.
    """
    values = [{"userEnteredValue": "x"}]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "showCustomUi": True}
    tab.do(
        {"setDataValidation": {"range": tab.area("B2:B5"), "rule": rule}},
        tab.inserted("C"),
    )
    before = _validation(tab)
    tab.do({"setDataValidation": {"range": tab.area("C2:C5")}})
    return f"{before} {_validation(tab)}"


def _validation(tab: Scratch) -> str:
    rule = tab.cell("C2").get("dataValidation", {})
    return str(rule.get("condition", {}).get("type", NOTHING))


@assumed(
    "a cell with a smart chip is read as text, so that it never counts as blank",
    "含智能芯片的单元格读出文本，不会被当作空白",
    "text",
)
def chips(tab: Scratch) -> str:
    """Put a person's chip into A1.

    Whether it is read as text, a number or nothing.
    """
    chip = {"personProperties": {"email": "probe@example.com"}}
    cell = {"userEnteredValue": {"stringValue": "@"}, "chipRuns": [{"chip": chip}]}
    start = {"sheetId": tab.number, "rowIndex": 0, "columnIndex": 0}
    rows = [{"values": [cell]}]
    status = tab.status(
        {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue,chipRuns"}}
    )
    if status != "200":
        raise CannotTell(status)
    shown = tab.cell("A1").get("effectiveValue", {})
    kinds = {"stringValue": "text", "numberValue": "number"}
    return next((kind for name, kind in kinds.items() if name in shown), NOTHING)
