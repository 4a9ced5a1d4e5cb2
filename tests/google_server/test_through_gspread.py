"""gspread's public behaviours against the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gspread
import pytest
from gspread.utils import ValidationConditionType, ValueInputOption, ValueRenderOption


def test_values_go_there_and_back(book: gspread.Spreadsheet) -> None:
    sheet = book.sheet1
    sheet.update([["编号", "金额"], ["A1", 12.5]], "A1")
    assert sheet.get_all_values() == [["编号", "金额"], ["A1", "12.5"]]
    sheet.append_row(["A2", "=SUM(B2:B2)*2"], value_input_option=ValueInputOption.user_entered)
    assert sheet.get("A3:B3", value_render_option=ValueRenderOption.unformatted) == [["A2", 25]]
    assert sheet.acell("B3", value_render_option=ValueRenderOption.formula).value == "=SUM(B2:B2)*2"


def test_a_batch_that_fails_changes_nothing(book: gspread.Spreadsheet) -> None:
    sheet = book.sheet1
    good = {"updateSheetProperties": {"properties": {"title": "新"}, "fields": "title"}}
    with pytest.raises(gspread.exceptions.APIError, match=r"Invalid requests\[1\].deleteSheet"):
        book.batch_update({"requests": [good, {"deleteSheet": {"sheetId": 7}}]})
    assert book.worksheets()[0].title == sheet.title


def test_sorting_takes_whole_cells(book: gspread.Spreadsheet) -> None:
    sheet = book.sheet1
    sheet.update([["id", "n"], ["b", 2], ["a", 1], ["c", ""]], "A1")
    sheet.update_note("B2", "two")
    sheet.sort((2, "asc"), range="A2:B4")
    assert sheet.get("A1:B4") == [["id", "n"], ["a", "1"], ["b", "2"], ["c"]]
    assert sheet.get_note("B3") == "two"


ROWS: list[list[Any]] = [["编号", "金额"], ["A1", 1], ["A2", 2]]
Sheet = gspread.Worksheet
CALLS: dict[str, tuple[Callable[[Sheet], Any], Callable[[Sheet], Any], Any]] = {
    # what is called, what is looked at afterwards, what must be there
    "insert_row": (lambda s: s.insert_row(["n", 0], 2), lambda s: s.row_values(2), ["n", "0"]),
    "insert_rows": (
        lambda s: s.insert_rows([["n"], ["m"]], 2),
        lambda s: s.col_values(1),
        ["编号", "n", "m", "A1", "A2"],
    ),
    "insert_cols": (
        lambda s: s.insert_cols([["a", "b"], ["c"]], 2),
        lambda s: s.get("A1:D2"),
        [["编号", "a", "c", "金额"], ["A1", "b", "", "1"]],
    ),
    "delete_rows": (lambda s: s.delete_rows(2), lambda s: s.col_values(1), ["编号", "A2"]),
    "delete_columns": (lambda s: s.delete_columns(1), lambda s: s.row_values(1), ["金额"]),
    "add_rows": (lambda s: s.add_rows(5), lambda s: s.row_count, 1005),
    "add_cols": (lambda s: s.add_cols(5), lambda s: s.col_count, 31),
    "resize": (
        lambda s: s.resize(2, 2),
        lambda s: s.get_all_values(),
        [["编号", "金额"], ["A1", "1"]],
    ),
    "append_rows": (
        lambda s: s.append_rows([["A3", 3], ["A4", 4]]),
        lambda s: s.col_values(1),
        ["编号", "A1", "A2", "A3", "A4"],
    ),
    "append_row": (
        lambda s: s.append_row(["x"], table_range="D1"),
        lambda s: s.acell("D1").value,
        "x",
    ),
    "batch_clear": (lambda s: s.batch_clear(["A2:A3"]), lambda s: s.col_values(1), ["编号"]),
    "clear": (lambda s: s.clear(), lambda s: s.get_all_values(), [[]]),
    "copy_range": (
        lambda s: s.copy_range("A1:B1", "A5:B6"),
        lambda s: s.get("A5:B6"),
        [["编号", "金额"], ["编号", "金额"]],
    ),
    "cut_range": (
        lambda s: s.cut_range("A1:A3", "D1"),
        lambda s: s.col_values(4),
        ["编号", "A1", "A2"],
    ),
    "update_cells": (
        lambda s: s.update_cells([gspread.Cell(5, 5, "e")]),
        lambda s: s.acell("E5").value,
        "e",
    ),
    "batch_update": (
        lambda s: s.batch_update([{"range": "D1", "values": [["d"]]}]),
        lambda s: s.batch_get(["D1:D2"]),
        [[["d"]]],
    ),
    "get_all_records": (
        lambda s: None,
        lambda s: s.get_all_records()[1],
        {"编号": "A2", "金额": 2},
    ),
    "find": (lambda s: None, lambda s: [one.address for one in s.findall("A2")], ["A3"]),
    "notes": (
        lambda s: s.insert_notes({"A1": "甲", "B2": "乙"}),
        lambda s: s.get_notes(),
        [["甲"], ["", "乙"]],
    ),
    "clear_note": (
        lambda s: (s.insert_note("A1", "甲"), s.clear_note("A1")),
        lambda s: s.get_note("A1"),
        "",
    ),
    "freeze": (
        lambda s: s.freeze(1, 1),
        lambda s: (s.frozen_row_count, s.frozen_col_count),
        (1, 1),
    ),
    "hide": (
        lambda s: (s.spreadsheet.add_worksheet("别", 2, 2), s.hide()),
        lambda s: s.spreadsheet.worksheet("Sheet1").isSheetHidden,
        True,
    ),
    "gridlines": (
        lambda s: s.hide_gridlines(),
        lambda s: s.spreadsheet.sheet1.is_gridlines_hidden,
        True,
    ),
    "tab_color": (
        lambda s: s.update_tab_color("#ff0000"),
        lambda s: s.spreadsheet.sheet1.get_tab_color(),
        "#FF0000",
    ),
    "clear_tab_color": (
        lambda s: (s.update_tab_color("#ff0000"), s.clear_tab_color()),
        lambda s: s.spreadsheet.sheet1.get_tab_color(),
        None,
    ),
    "protect": (
        lambda s: s.add_protected_range("A1:B1", description="ours"),
        lambda s: s.spreadsheet.list_protected_ranges(s.id)[0]["description"],
        "ours",
    ),
    "name": (
        lambda s: s.define_named_range("A1:B2", "数据"),
        lambda s: s.get("数据"),
        [["编号", "金额"], ["A1", "1"]],
    ),
    "group": (
        lambda s: s.add_dimension_group_rows(1, 3),
        lambda s: s.list_dimension_group_rows()[0]["depth"],
        1,
    ),
    "merge": (
        lambda s: s.batch_merge([{"range": "A1:B1"}, {"range": "D1:D4"}]),
        lambda s: len(s.spreadsheet.fetch_sheet_metadata()["sheets"][0]["merges"]),
        2,
    ),
    "combine_merged": (
        lambda s: s.merge_cells("A2:A3"),
        lambda s: s.get("A1:B3", combine_merged_cells=True),
        [["编号", "金额"], ["A1", "1"], ["A1", "2"]],
    ),
    "validation": (
        lambda s: s.add_validation("A2:A3", ValidationConditionType.one_of_list, ["是", "否"]),
        lambda s: s.col_values(1),
        ["编号", "A1", "A2"],
    ),
    "format": (
        lambda s: s.batch_format(
            [{"range": "B1:B3", "format": {"numberFormat": {"type": "PERCENT"}}}]
        ),
        lambda s: s.col_values(2),
        ["金额", "100.00%", "200.00%"],
    ),
    "duplicate": (
        lambda s: s.duplicate(new_sheet_name="副本"),
        lambda s: s.spreadsheet.worksheet("副本").col_values(1),
        ["编号", "A1", "A2"],
    ),
    "copy_to": (
        lambda s: s.copy_to(s.spreadsheet.id),
        lambda s: [one.title for one in s.spreadsheet.worksheets()],
        ["Sheet1", "Copy of Sheet1"],
    ),
    "reorder": (
        lambda s: (
            s.spreadsheet.add_worksheet("二", 2, 2),
            s.spreadsheet.reorder_worksheets(s.spreadsheet.worksheets()[::-1]),
        ),
        lambda s: [one.title for one in s.spreadsheet.worksheets()],
        ["二", "Sheet1"],
    ),
    "title": (lambda s: s.update_title("D3"), lambda s: s.get_all_values()[0], ["编号", "金额"]),
    "timezone": (
        lambda s: s.spreadsheet.update_timezone("Asia/Shanghai"),
        lambda s: s.spreadsheet.fetch_sheet_metadata()["properties"]["timeZone"],
        "Asia/Shanghai",
    ),
    "hidden_lines": (
        lambda s: (s.hide_rows(1, 2), s.hide_columns(0, 1), s.unhide_columns(0, 1)),
        lambda s: s.col_values(1),
        ["编号", "A1", "A2"],
    ),
    "basic_filter": (
        lambda s: s.set_basic_filter("A1:B3"),
        lambda s: "basicFilter" in s.spreadsheet.fetch_sheet_metadata()["sheets"][0],
        True,
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_gspread_does_what_it_says(book: gspread.Spreadsheet, name: str) -> None:
    call, look, expected = CALLS[name]
    sheet = book.sheet1
    sheet.update(ROWS, "A1")
    call(sheet)
    assert look(sheet) == expected
