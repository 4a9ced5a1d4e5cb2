"""The summary in a workbook of its own: made, left alone when unchanged, kept among its tabs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from sync.excel.summary_file import SummaryFile
from sync.store import Busy, Refused
from sync.view import Cell, Link, SheetView

VIEW = SheetView(
    key="summary",
    name="管理汇总",
    language="zh",
    widths=(16, 92, 58),
    heights=(),
    cells=(
        Cell(0, 1, "管理汇总"),
        Cell(1, 1, 751, name="DK_Won"),
        Cell(2, 1, Link("甲公司", "商机", "A1")),
    ),
    rows=3,
    columns=3,
    hidden_from=3,
)


def figure(path: Path) -> object:
    """What the workbook's own name for the figure points to."""
    book = openpyxl.load_workbook(path)
    ((sheet, cell),) = list(book.defined_names["DK_Won"].destinations)
    return book[sheet][cell.replace("$", "")].value


def test_the_workbook_is_made_and_then_left_alone(tmp_path: Path) -> None:
    file = SummaryFile(tmp_path / "汇总.xlsx")
    assert file.contents() == {}
    assert file.write([VIEW])
    assert file.contents() == {"summary": VIEW.content_hash()}
    before = file.path.read_bytes()
    assert not file.write([VIEW])
    assert file.path.read_bytes() == before
    assert figure(file.path) == 751


def test_a_link_into_another_workbook_is_plain_text(tmp_path: Path) -> None:
    file = SummaryFile(tmp_path / "汇总.xlsx")
    file.write([VIEW])
    assert openpyxl.load_workbook(file.path)["管理汇总"]["B3"].value == "甲公司"


def test_other_tabs_of_the_managers_workbook_stay(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "经理的笔记"
    book.save(path)
    file = SummaryFile(path)
    assert file.write([VIEW])
    changed = replace(VIEW, cells=(Cell(0, 1, "管理汇总"), Cell(1, 1, 800, name="DK_Won")))
    assert file.write([changed])
    assert figure(path) == 800
    kept = openpyxl.load_workbook(path)
    assert kept.sheetnames[1:] == ["管理汇总"]
    assert kept.worksheets[0]["A1"].value == "经理的笔记"


def test_somebody_elses_tab_of_the_same_name_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "管理汇总"
    book.save(path)
    with pytest.raises(Refused, match="管理汇总"):
        SummaryFile(path).write([VIEW])


def test_a_workbook_that_is_open_is_busy(tmp_path: Path) -> None:
    file = SummaryFile(tmp_path / "汇总.xlsx")
    file.write([VIEW])
    (tmp_path / "~$汇总.xlsx").write_bytes(b"\x05Wang " + b"\x00" * 160)
    with pytest.raises(Busy):
        file.write([replace(VIEW, cells=())])


def test_several_tabs_share_the_file_and_only_the_changed_one_is_written(tmp_path: Path) -> None:
    file = SummaryFile(tmp_path / "汇总.xlsx")
    week = replace(VIEW, key="week", name="周报", cells=(Cell(0, 1, "周报"),))
    assert file.write([VIEW, week]) == ("管理汇总", "周报")
    assert openpyxl.load_workbook(file.path).sheetnames == ["管理汇总", "周报"]
    later = replace(week, cells=(Cell(0, 1, "第 48 周"),))
    assert file.write([VIEW, later]) == ("周报",)
    assert file.contents() == {"summary": VIEW.content_hash(), "week": later.content_hash()}
