"""gspread's public behaviours against the server."""

from __future__ import annotations

import gspread
import pytest


def test_values_go_there_and_back(book: gspread.Spreadsheet) -> None:
    sheet = book.sheet1
    sheet.update([["编号", "金额"], ["A1", 12.5]], "A1")
    assert sheet.get_all_values() == [["编号", "金额"], ["A1", "12.5"]]
    sheet.append_row(["A2", "=SUM(B2:B2)*2"], value_input_option="USER_ENTERED")  # type: ignore[arg-type]
    assert sheet.get("A3:B3", value_render_option="UNFORMATTED_VALUE") == [["A2", 25]]  # type: ignore[arg-type]
    assert sheet.acell("B3", value_render_option="FORMULA").value == "=SUM(B2:B2)*2"  # type: ignore[arg-type]


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
