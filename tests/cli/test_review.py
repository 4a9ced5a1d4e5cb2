"""The review tab from the question to the answer, in a workbook that people edit in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.cli.kit import check, dealkeeper, plan_of, sha

NOW, LATER, LAST = "2026-11-20T10:00", "2026-11-20T11:00", "2026-11-20T12:00"
BOOK, SHEET, REVIEW = "商机表.xlsx", "商机", "待复核"
RULES = """\
version: 1
id: review
language: zh
spreadsheet: {excel: 商机表.xlsx, sheet: 商机}
stages:
  - {name: 初步沟通, limit: 5 workdays}
  - {name: 合同签订, limit: 10 workdays}
team: [{name: 销售甲}, {name: 销售乙}]
rules:
  - {use: quality}
  - {use: dedupe}
summary: false
review: {sheet: 待复核}
state: state
"""
HEADER = ("商机编号", "客户名称", "需求", "产品", "联系电话", "阶段", "负责人", "创建日期")
ROWS = (
    ("A1", "上海华讯科技有限公司", "数据中台", "平台版", "13800001111", "初步沟通", "销售甲", 1),
    ("A2", "华讯科技", "数据中台", "专业版", "13800001111", "初步沟通", "销售乙", 5),
    ("A3", "北京远山食品有限公司", "质量追溯", "", "13900002222", "初步勾通", "销售甲", 2),
    ("A4", "广州蓝海物流有限公司", "排产系统", "", "13700003333", "合同签订", "销售乙", 3),
)
MARK = "管家·重复于"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dealkeeper.yaml").write_text(RULES, encoding="utf-8")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = SHEET
    book.active.append(HEADER)
    for row in ROWS:
        book.active.append([*row[:-1], pd.Timestamp(2026, 11, row[-1])])
    book.save(tmp_path / BOOK)
    return tmp_path


def run(folder: Path, now: str = NOW) -> str:
    answer = dealkeeper("run", folder / "dealkeeper.yaml", "--now", now, "--yes")
    assert answer.code == 0, answer.said
    return answer.said


def asked(folder: Path) -> list[dict[str, Any]]:
    """The rows of the review tab by header."""
    lines = list(openpyxl.load_workbook(folder / BOOK, data_only=False)[REVIEW].values)
    at = next(number for number, line in enumerate(lines) if "答复" in line)
    headers = [str(header) for header in lines[at]]
    rows: list[dict[str, Any]] = [dict(zip(headers, line, strict=True)) for line in lines[at + 1 :]]
    return [row for row in rows if row["编号"]]


def of_kind(folder: Path, kind: str) -> dict[str, Any]:
    """The only question of a kind."""
    (found,) = [row for row in asked(folder) if row["类型"] == kind]
    return found


def answer(folder: Path, kind: str, header: str, text: Any) -> None:
    """Type into the line of the only question of a kind, as a person does."""
    book = openpyxl.load_workbook(folder / BOOK)
    sheet = book[REVIEW]
    header_row = next(row for row in sheet.iter_rows() if "答复" in [c.value for c in row])
    column = [cell.value for cell in header_row].index(header)
    (line,) = [row for row in sheet.iter_rows() if row[0].value == kind]
    line[column].value = text
    book.save(folder / BOOK)


def edit(folder: Path, key: str, header: str, value: Any) -> None:
    book = openpyxl.load_workbook(folder / BOOK)
    sheet = book[SHEET]
    at = [cell.value for cell in sheet[1]].index(header)
    (line,) = [row for row in sheet.iter_rows(min_row=2) if row[0].value == key]
    line[at].value = value
    book.save(folder / BOOK)


def reverse(folder: Path) -> None:
    """Sort the review tab the other way round, whole lines, as its filter does."""
    book = openpyxl.load_workbook(folder / BOOK)
    sheet = book[REVIEW]
    lines = list(sheet.values)
    first = 1 + next(at for at, line in enumerate(lines) if "答复" in line)
    for at, line in enumerate(reversed(lines[first:]), first):
        for place, value in enumerate(line):
            sheet.cell(at + 1, place + 1).value = value
    book.save(folder / BOOK)


def column(folder: Path, header: str) -> dict[str, Any]:
    """Key → what stands in a column of the table."""
    lines = list(openpyxl.load_workbook(folder / BOOK)[SHEET].values)
    at = lines[0].index(header)
    return {str(line[0]): line[at] for line in lines[1:]}


def explain(folder: Path, key: str) -> str:
    told = dealkeeper("explain", key, "--rules", folder / "dealkeeper.yaml")
    assert told.code == 0, told.said
    return told.out


def test_questions_are_listed_with_their_evidence(folder: Path) -> None:
    run(folder)
    double = of_kind(folder, "疑似重复")
    assert "A1" in double["商机"]
    assert "A2" in double["对照"]
    assert double["建议"] == "标记为重复于 A1"
    assert "需求" in double["依据"]
    assert "产品不同" in double["依据"]
    assert (double["答复"], double["备注"]) == (None, None)
    word = of_kind(folder, "未知写法")
    assert word["建议"] == "读作“初步沟通”"


def test_an_unchanged_spreadsheet_is_left_alone(folder: Path) -> None:
    run(folder)
    before = sha(folder / BOOK)
    run(folder, LATER)
    assert sha(folder / BOOK) == before


def test_a_confirmed_duplicate_is_marked_and_not_asked_about_again(folder: Path) -> None:
    run(folder)
    assert column(folder, MARK) == {"A1": None, "A2": None, "A3": None, "A4": None}
    answer(folder, "疑似重复", "答复", "是重复")
    plan = plan_of(folder, "--now", LATER)
    assert [(c["key"], c["field"], c["after"]) for c in plan["changes"] if c["field"] != "why"] == [
        ("A2", "duplicate_of", "A1")
    ]
    assert "review.answered" in {finding["code"] for finding in plan["findings"]}
    run(folder, LATER)
    assert column(folder, MARK)["A2"] == "A1"
    assert "疑似重复" not in {row["类型"] for row in asked(folder)}
    assert "主管已于 2026-11-20 11:00 确认" in explain(folder, "A2")
    before = sha(folder / BOOK)
    run(folder, LAST)
    assert sha(folder / BOOK) == before


def test_a_rejected_pair_is_never_asked_about_again_until_its_content_changes(folder: Path) -> None:
    run(folder)
    code = of_kind(folder, "疑似重复")["编号"]
    answer(folder, "疑似重复", "答复", "不是重复")
    run(folder, LATER)
    assert "疑似重复" not in {row["类型"] for row in asked(folder)}
    assert column(folder, MARK)["A2"] is None
    assert "不是重复" in explain(folder, "A1")
    edit(folder, "A4", "负责人", "销售甲")  # nothing that was compared
    run(folder, LAST)
    assert "疑似重复" not in {row["类型"] for row in asked(folder)}
    edit(folder, "A2", "客户名称", "华讯科技股份")
    run(folder, "2026-11-20T13:00")
    again = of_kind(folder, "疑似重复")["编号"]
    assert again != code
    assert again.partition("-")[0] == code.partition("-")[0]


def test_an_accepted_spelling_is_read_so_and_the_cell_stays(folder: Path) -> None:
    run(folder)
    answer(folder, "未知写法", "答复", "采用")
    run(folder, LATER)
    assert column(folder, "阶段")["A3"] == "初步勾通"
    assert not [row for row in asked(folder) if row["类型"] == "未知写法"]
    codes = {finding["code"] for finding in plan_of(folder, "--now", LAST)["findings"]}
    assert not {code for code in codes if code.startswith("quality.unknown_stage")}


def test_a_spelling_may_mean_something_else(folder: Path) -> None:
    run(folder)
    answer(folder, "未知写法", "答复", "改为：合同签订")
    run(folder, LATER)
    assert not [row for row in asked(folder) if row["类型"] == "未知写法"]


def test_a_note_stays_with_its_question_and_answers_survive_sorting(folder: Path) -> None:
    run(folder)
    answer(folder, "疑似重复", "备注", "=HYPERLINK(1)")
    answer(folder, "未知写法", "备注", "待与销售甲核对")
    reverse(folder)
    answer(folder, "疑似重复", "答复", "不是重复")
    run(folder, LATER)
    assert of_kind(folder, "未知写法")["备注"] == "待与销售甲核对"
    assert "疑似重复" not in {row["类型"] for row in asked(folder)}


def test_an_answer_that_nobody_understands_stays_and_is_told(folder: Path) -> None:
    run(folder)
    answer(folder, "疑似重复", "答复", "再看看")
    said = run(folder, LATER)
    assert "再看看" in said
    assert of_kind(folder, "疑似重复")["答复"] == "再看看"
    before = sha(folder / BOOK)
    run(folder, LAST)
    assert sha(folder / BOOK) == before


def test_an_answer_to_what_has_changed_meanwhile_is_not_carried_out(folder: Path) -> None:
    run(folder)
    answer(folder, "疑似重复", "答复", "是重复")
    answer(folder, "疑似重复", "备注", "电话相同")
    edit(folder, "A2", "客户名称", "华讯科技股份")
    said = run(folder, LATER)
    assert "已有变化" in said
    assert column(folder, MARK)["A2"] is None
    again = of_kind(folder, "疑似重复")
    assert (again["答复"], again["备注"]) == (None, "电话相同")


def test_a_restore_takes_the_answer_back(folder: Path) -> None:
    run(folder)
    answer(folder, "疑似重复", "答复", "是重复")
    run(folder, LATER)
    assert "主管答复" in explain(folder, "A2")
    rules = folder / "dealkeeper.yaml"
    restored = dealkeeper("restore", "pristine", "--rules", rules, "--yes", "--now", LAST)
    assert restored.code == 0, restored.said
    run(folder, "2026-11-20T13:00")
    assert "主管答复" not in explain(folder, "A2")
    assert of_kind(folder, "疑似重复")["答复"] is None


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1+1", "@sum", "'x"])
def test_text_of_the_team_stays_text_on_the_tab(folder: Path, name: str) -> None:
    book = openpyxl.load_workbook(folder / BOOK)
    for row in list(book[SHEET].iter_rows(min_row=2))[:2]:
        row[1].value, row[1].data_type = name, "s"
    book.save(folder / BOOK)
    run(folder)
    sheet = openpyxl.load_workbook(folder / BOOK)[REVIEW]
    formulas = [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert all(str(formula).startswith('=HYPERLINK("#') for formula in formulas)
    assert name in [cell.value for row in sheet.iter_rows() for cell in row]


def test_a_tab_of_the_team_with_that_name_is_not_taken(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / BOOK)
    book.create_sheet(REVIEW)["A1"] = "团队自己的"
    book.save(folder / BOOK)
    refused = dealkeeper("run", folder / "dealkeeper.yaml", "--now", NOW, "--yes")
    check(refused, 4, REVIEW)


REPEATED = (
    *ROWS,
    ("A4", "广州蓝海物流有限公司", "仓储系统", "", "13700003333", "合同签订", "销售乙", 9),
)


@pytest.fixture
def repeated(folder: Path) -> Path:
    """A row copied to start a new deal, its id along with it."""
    book = openpyxl.load_workbook(folder / BOOK)
    book[SHEET].append([*REPEATED[-1][:-1], pd.Timestamp(2026, 11, 9)])
    book.save(folder / BOOK)
    run(folder)
    return folder


def ids(folder: Path) -> list[tuple[Any, Any]]:
    """Id and need of every row, in their order."""
    lines = list(openpyxl.load_workbook(folder / BOOK)[SHEET].values)
    return [(line[0], line[2]) for line in lines[1:]]


def test_an_id_of_two_rows_is_a_question_and_until_then_nothing_is_written(repeated: Path) -> None:
    asked_for = of_kind(repeated, "编号重复")
    assert asked_for["建议"] == "编号归“广州蓝海物流有限公司 (商机!5)”，其余行另给编号"
    assert "2 行的编号都是 A4" in asked_for["依据"]
    lines = list(openpyxl.load_workbook(repeated / BOOK)[SHEET].values)
    assert [line[len(HEADER) :] for line in lines if line[0] == "A4"] == [
        (None,) * (len(lines[0]) - len(HEADER))
    ] * 2


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ("采用", [("A4", "排产系统"), ("A4-B", "仓储系统")]),
        ("归 广州蓝海物流有限公司 (商机!6)", [("A4-B", "排产系统"), ("A4", "仓储系统")]),
    ],
)
def test_the_row_that_was_chosen_keeps_the_id(
    repeated: Path, said: str, needs: list[tuple[str, str]]
) -> None:
    answer(repeated, "编号重复", "答复", said)
    changes = plan_of(repeated, "--now", LATER)["changes"]
    assert [(c["before"], c["after"]) for c in changes if c["field"] == "id"] == [("A4", "A4-B")]
    run(repeated, LATER)
    assert ids(repeated)[-2:] == needs
    assert not [row for row in asked(repeated) if row["类型"] == "编号重复"]
    assert "主管确定编号「A4」归 广州蓝海物流有限公司" in explain(repeated, "A4-B")
    before = sha(repeated / BOOK)
    run(repeated, LAST)
    assert sha(repeated / BOOK) == before


def test_an_id_question_may_be_put_aside(repeated: Path) -> None:
    answer(repeated, "编号重复", "答复", "知道了")
    run(repeated, LATER)
    assert [key for key, _ in ids(repeated)].count("A4") == 2
    assert not [row for row in asked(repeated) if row["类型"] == "编号重复"]


def test_an_answer_about_other_rows_than_those_now_does_nothing(repeated: Path) -> None:
    answer(repeated, "编号重复", "答复", "采用")
    book = openpyxl.load_workbook(repeated / BOOK)
    book[SHEET].append([*ROWS[-1][:-1], pd.Timestamp(2026, 11, 10)])
    book.save(repeated / BOOK)
    run(repeated, LATER)
    assert [key for key, _ in ids(repeated)].count("A4") == 3
    assert of_kind(repeated, "编号重复")
