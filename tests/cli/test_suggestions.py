"""Suggested owners from the question to the answer, in a workbook that people edit in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.kit import plan_of, sha
from tests.cli.test_review import BOOK, LAST, LATER, REVIEW, SHEET, asked, column, explain, run

RULES = """\
version: 1
id: suggestions
language: zh
spreadsheet: {excel: 商机表.xlsx, sheet: 商机}
stages: [{name: 初步沟通, limit: 5 workdays}]
team: [{name: 销售甲}, {name: 销售乙}, {name: 销售丙}, {name: 销售丁, active: false}]
unassigned: [公海]
rules:
  - use: assign_owner
    assign: [{name: 轮流, method: round_robin, to: [销售甲, 销售乙]}]
summary: false
review: {sheet: 待复核}
state: state
"""
HEADER = ("商机编号", "客户名称", "阶段", "负责人", "金额")
ROWS = (
    ("A1", "华讯科技", "初步沟通", None, 300),
    ("A2", "远山食品", "初步沟通", None, 200),
    ("A3", "蓝海物流", "初步沟通", "公海", 100),
    ("A4", "长风电子", "初步沟通", "销售丙", 100),
)
SUGGESTED = "管家·建议负责人"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dealkeeper.yaml").write_text(RULES, encoding="utf-8")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = SHEET
    for row in (HEADER, *ROWS):
        book.active.append(list(row))
    book.save(tmp_path / BOOK)
    run(tmp_path)
    return tmp_path


def line(folder: Path, key: str) -> dict[str, Any]:
    """The only question about a row."""
    (found,) = [row for row in asked(folder) if key in str(row["商机"])]
    return found


def answer(folder: Path, key: str, text: str) -> None:
    """Type an answer into the line about a row."""
    book = openpyxl.load_workbook(folder / BOOK)
    sheet = book[REVIEW]
    header = next(row for row in sheet.iter_rows() if "答复" in [c.value for c in row])
    names = [cell.value for cell in header]
    for row in sheet.iter_rows():
        if row != header and key in str(row[names.index("商机")].value):
            row[names.index("答复")].value = text
    book.save(folder / BOOK)


def test_suggestions_are_asked_about_and_nothing_is_filled(folder: Path) -> None:
    assert {row["类型"] for row in asked(folder)} == {"负责人"}
    assert "销售甲" in line(folder, "A1")["建议"]
    assert "轮询" in line(folder, "A1")["依据"]
    assert column(folder, "负责人") == {"A1": None, "A2": None, "A3": "公海", "A4": "销售丙"}
    assert column(folder, SUGGESTED) == {"A1": "销售甲", "A2": "销售乙", "A3": "销售甲", "A4": None}
    before = sha(folder / BOOK)
    run(folder, LATER)
    assert sha(folder / BOOK) == before


def test_an_accepted_suggestion_is_filled_in(folder: Path) -> None:
    answer(folder, "A1", "采用")
    changes = plan_of(folder, "--now", LATER)["changes"]
    assert {(c["key"], c["field"], c["after"]) for c in changes if c["field"] != "why"} == {
        ("A1", "owner", "销售甲"), ("A1", "suggested_owner", None),
    }  # fmt: skip
    run(folder, LATER)
    assert column(folder, "负责人")["A1"] == "销售甲"
    assert column(folder, SUGGESTED) == {"A1": None, "A2": "销售乙", "A3": "销售甲", "A4": None}
    assert [row["商机"] for row in asked(folder)] != []
    assert "A1" not in str([row["商机"] for row in asked(folder)])
    assert "主管于 2026-11-20 11:00 指定 销售甲" in explain(folder, "A1")
    before = sha(folder / BOOK)
    run(folder, LAST)
    assert sha(folder / BOOK) == before


def test_a_declined_person_is_never_suggested_again_for_the_row(folder: Path) -> None:
    answer(folder, "A1", "不采用")
    run(folder, LATER)
    assert column(folder, SUGGESTED)["A1"] == "销售乙"
    assert "未选 销售甲：主管不采用" in explain(folder, "A1")
    answer(folder, "A1", "不采用")
    run(folder, LAST)
    assert column(folder, SUGGESTED)["A1"] is None
    assert column(folder, "负责人")["A1"] is None


def test_somebody_else_may_be_named(folder: Path) -> None:
    answer(folder, "A2", "改为 销售丙")
    run(folder, LATER)
    assert column(folder, "负责人")["A2"] == "销售丙"


def test_what_stands_in_a_cell_is_not_replaced(folder: Path) -> None:
    answer(folder, "A3", "改为销售丙")
    run(folder, LATER)
    assert column(folder, "负责人")["A3"] == "公海"
    assert column(folder, SUGGESTED)["A3"] == "销售丙"
    assert "A3" not in str([row["商机"] for row in asked(folder)])


def test_without_a_review_tab_no_owner_is_ever_filled(folder: Path) -> None:
    answer(folder, "A1", "采用")
    rules = folder / "dealkeeper.yaml"
    rules.write_text(RULES.replace("review: {sheet: 待复核}\n", ""), encoding="utf-8")
    run(folder, LATER)
    assert column(folder, "负责人")["A1"] is None
