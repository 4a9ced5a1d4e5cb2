"""What is assumed of writing and reading values."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sync.google.cell import serial
from sync.google.errors import Rejected
from sync.google.marks import by_id
from sync.google.probe.assumption import assumed
from sync.google.probe.scratch import NOTHING, Scratch
from sync.google.values import look
from sync.links import tab_literal

_TYPED = dt.datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001 - dates of a sheet are naive


@assumed(
    "what is written to a mark that has vanished is refused or left out of the answer",
    "写入已消失的书签时，请求被拒绝，或应答中不含该列",
    f"200 x {NOTHING}",
    "400",
)
def vanished(tab: Scratch) -> str:
    """Mark column B; in one request write x into it and y into a mark that is nowhere.

    The status, and what the answer shows of each of the two.
    """
    tab.do(tab.mark("B", "here"))
    here, gone = (by_id(tab.number_of(name)) for name in ("here", "gone"))
    try:
        told = tab.put((here, ["x"]), (gone, ["y"]))
    except Rejected as error:
        return str(error.status)
    answers = [
        next((str(one.rows[0][0]) for one in told if one.place == place), NOTHING)
        for place in (here, gone)
    ]
    return f"200 {' '.join(answers)}"


@assumed(
    "a column of nulls is left as it is, and the answer shows the whole of it",
    "写入全为 null 的列不改变内容，应答返回整列",
    "k1 k2 k3 · x",
)
def echoed(tab: Scratch) -> str:
    """Type k1, k2, k3 into B2:B4, mark columns B and C, write a null into B and x into C2.

    What the answer shows of each column.
    """
    tab.do(tab.typed("B2", ["k1"], ["k2"], ["k3"]), tab.mark("B", "keys"), tab.mark("C", "ours"))
    keys, ours = (by_id(tab.number_of(name)) for name in ("keys", "ours"))
    told = {str(one.place): one.rows for one in tab.put((keys, [None]), (ours, [None, "x"]))}
    shown = [
        " ".join(str(cell) for row in told.get(str(place), ()) for cell in row if cell != "")
        or NOTHING
        for place in (keys, ours)
    ]
    return " · ".join(shown)


@assumed(
    "the answer to a batch can show cells as they stand after it",
    "批量请求的应答可以带回执行后的单元格内容",
    "before after",
)
def answered(tab: Scratch) -> str:
    """Type before into A1; in one batch type after into B1 and ask for A1:B1.

    What the answer shows.
    """
    tab.do(tab.typed("A1", ["before"]))
    answer = tab.ask(
        ":batchUpdate",
        {
            "requests": [tab.typed("B1", ["after"])],
            "includeSpreadsheetInResponse": True,
            "responseRanges": [f"{tab_literal(tab.title)}!A1:B1"],
            "responseIncludeGridData": True,
        },
    )
    sheets = answer["updatedSpreadsheet"]["sheets"]
    (sheet,) = (one for one in sheets if one["properties"].get("sheetId") == tab.number)
    values = sheet["data"][0]["rowData"][0]["values"]
    return " ".join(str(cell.get("effectiveValue", {}).get("stringValue")) for cell in values)


@assumed(
    "text that looks like a formula, a number or a date stays text when it is written raw",
    "以 RAW 写入的文本，即使像公式、数字或日期，仍是文本",
    "=1+1 007 3/4",
)
def raw_text(tab: Scratch) -> str:
    """Write =1+1, 007 and 3/4 into A1:A3, raw.

    What was entered there, as far as it is text.
    """
    tab.put(({"gridRange": tab.area("A1:A3")}, ["=1+1", "007", "3/4"]))
    cells = [tab.cell(place).get("userEnteredValue", {}) for place in ("A1", "A2", "A3")]
    return " ".join(str(cell.get("stringValue", NOTHING)) for cell in cells)


@assumed(
    "a semicolon parts a formula's arguments whatever the spreadsheet's locale",
    "无论表格的区域设置如何，公式参数都可用分号分隔",
    "yes",
)
def semicolons(tab: Scratch) -> str:
    """Put =IF(1=1;"yes";"no") into A1.

    What it shows.
    """
    tab.do(tab.formula("A1", '=IF(1=1;"yes";"no")'))
    return tab.texts("A1")


@assumed(
    "reading beyond the grid is cut off, not refused",
    "读取范围超出表格时被截断，而不是被拒绝",
    "x",
)
def beyond(tab: Scratch) -> str:
    """Type x into A1 and read A1:ZZ5000.

    What is read, or the status of the refusal.
    """
    tab.do(tab.typed("A1", ["x"]))
    try:
        return tab.texts("A1:ZZ5000")
    except Rejected as error:
        return str(error.status)


@assumed(
    "a date that people type is read as a serial number, without any time zone",
    "读取人工输入的日期得到序列号，不受时区影响",
    f"{serial(_TYPED):.6f}",
)
def typed_dates(tab: Scratch) -> str:
    """Type 2026-03-01 09:30 into A1 as people do.

    The number that is read.
    """
    data = {"dataFilter": {"gridRange": tab.area("A1")}, "values": [[f"{_TYPED:%Y-%m-%d %H:%M}"]]}
    tab.ask("/values:batchUpdateByDataFilter", {"valueInputOption": "USER_ENTERED", "data": [data]})
    return _number(tab, 6)


@assumed(
    "NOW() tells the moment in the spreadsheet's own time zone",
    "NOW() 以表格自身的时区报时",
    "0.0",
)
def own_zone(tab: Scratch) -> str:
    """Put =NOW() into A1 and compare it with the moment in the spreadsheet's zone.

    The difference in hours.
    """
    tab.do(tab.formula("A1", "=NOW()"))
    zone = ZoneInfo(tab.book()["properties"]["timeZone"])
    moment = serial(dt.datetime.now(zone).replace(tzinfo=None))
    shown = float(tab.texts("A1"))
    return f"{abs(round((shown - moment) * 24, 1)):.1f}"


def _number(tab: Scratch, places: int) -> str:
    (told,) = look(tab.client, [{"gridRange": tab.area("A1")}])
    shown = told.rows[0][0]
    return f"{shown:.{places}f}" if isinstance(shown, (int, float)) else str(shown)
