"""Several tables in one rules file: compared together, each written to under its own headers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.cli.kit import check, dealkeeper, sha

NOW, LATER = "2026-11-20T10:00", "2026-11-20T11:00"
RULES = """\
version: 1
id: tables
language: zh
spreadsheet:
  excel: 商机表.xlsx
  tables:
    - {sheet: 市场线索, columns: {id: 线索编号, customer: 公司全称, owner: 接手人}}
    - {sheet: 商机}
    - {sheet: 渠道}
stages: [{name: 初步沟通, limit: 5 workdays}]
team: [{name: 销售甲}, {name: 销售乙}]
rules:
  - {use: dedupe}
  - {use: assign_owner, mode: fill}
summary: false
state: state
"""
LEADS = (
    ("活动", "接手人", "公司全称", "线索编号", "需求", "联系电话", "登记日期"),
    ("展会", "", "华讯科技", "M1", "数据中台", "13800001111", 8),
    ("展会", "", "广州蓝海物流有限公司", "M2", "排产系统", "13700003333", 9),
)
DEALS = (
    ("商机编号", "客户名称", "需求", "联系电话", "阶段", "负责人", "创建日期"),
    ("S1", "上海华讯科技有限公司", "数据中台", "13800001111", "初步沟通", "销售乙", 1),
    ("S2", "北京远山食品有限公司", "质量追溯", "13900002222", "初步沟通", "", 2),
)
CHANNEL = (
    ("商机编号", "客户名称", "需求", "阶段", "创建日期"),
    ("C1", "苏州云岫纺织有限公司", "能耗管理", "初步沟通", 3),
)
MARK = "管家·重复于"


def write(path: Path, **tabs: Sequence[Sequence[Any]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, (header, *rows) in tabs.items():
        sheet = book.create_sheet(name)
        sheet.append(list(header))
        for row in rows:
            sheet.append([*row[:-1], pd.Timestamp(2026, 11, row[-1])])
    book.save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dealkeeper.yaml").write_text(RULES, encoding="utf-8")
    write(tmp_path / "商机表.xlsx", 市场线索=LEADS, 商机=DEALS, 渠道=CHANNEL)
    return tmp_path


def run(folder: Path, now: str = NOW) -> str:
    answer = dealkeeper("run", folder / "dealkeeper.yaml", "--now", now, "--yes")
    assert answer.code == 0, answer.said
    return answer.said


def cells(folder: Path, tab: str, key: str, header: str) -> dict[str, Any]:
    """Id → what stands in a column of a tab."""
    lines = list(openpyxl.load_workbook(folder / "商机表.xlsx")[tab].values)
    ids, at = lines[0].index(key), lines[0].index(header)
    return {str(line[ids]): line[at] for line in lines[1:]}


def test_a_lead_that_sales_work_already_is_marked_and_follows_its_owner(folder: Path) -> None:
    run(folder)
    assert cells(folder, "市场线索", "线索编号", MARK) == {"M1": "S1", "M2": None}
    assert cells(folder, "商机", "商机编号", MARK) == {"S1": None, "S2": None}
    owners = cells(folder, "市场线索", "线索编号", "接手人")
    assert owners["M1"] == "销售乙"
    assert owners["M2"] in ("销售甲", "销售乙")
    assert cells(folder, "商机", "商机编号", "负责人")["S2"] in ("销售甲", "销售乙")


def test_nothing_but_blank_cells_is_filled_and_nothing_is_moved(folder: Path) -> None:
    run(folder)
    book = openpyxl.load_workbook(folder / "商机表.xlsx")
    for tab, lines in (("市场线索", LEADS), ("商机", DEALS), ("渠道", CHANNEL)):
        for line, stands in zip(lines[1:], list(book[tab].values)[1:], strict=True):
            for before, after in zip(line[:-1], stands, strict=False):
                assert after == before or before == "", (tab, line)


def test_a_table_without_owners_gets_suggestions(folder: Path) -> None:
    run(folder)
    header = next(iter(openpyxl.load_workbook(folder / "商机表.xlsx")["渠道"].values))
    assert "负责人" not in header
    suggested = cells(folder, "渠道", "商机编号", "管家·建议负责人")
    assert suggested["C1"] in ("销售甲", "销售乙")


def test_a_second_run_writes_nothing(folder: Path) -> None:
    run(folder)
    before = sha(folder / "商机表.xlsx")
    run(folder, LATER)
    assert sha(folder / "商机表.xlsx") == before


def test_a_column_that_a_table_should_have_is_told_where_the_rules_name_it(folder: Path) -> None:
    rules = folder / "dealkeeper.yaml"
    rules.write_text(RULES.replace("owner: 接手人", "owner: 接收人"), encoding="utf-8")
    refused = dealkeeper("run", rules, "--now", NOW, "--yes")
    check(refused, 2, "接收人")
    assert "dealkeeper.yaml:7:" in refused.err
    assert "接手人" in refused.err, "the nearest header"


def test_another_workbook_is_compared_and_never_written(folder: Path) -> None:
    theirs = ("1", "北京远山食品有限公司", "质量追溯", "13900002222", "初步沟通", "渠道王", 1)
    write(folder / "渠道.xlsx", 商机=(DEALS[0], theirs))
    rules = folder / "dealkeeper.yaml"
    others = "  others: [{excel: 渠道.xlsx}]\nstages:"
    rules.write_text(RULES.replace("stages:", others), encoding="utf-8")
    other = sha(folder / "渠道.xlsx")
    run(folder)
    assert cells(folder, "商机", "商机编号", MARK)["S2"] == "渠道!1"
    assert sha(folder / "渠道.xlsx") == other
    before = sha(folder / "商机表.xlsx")
    run(folder, LATER)
    assert sha(folder / "商机表.xlsx") == before


def test_another_workbook_that_is_missing_is_told(folder: Path) -> None:
    rules = folder / "dealkeeper.yaml"
    others = "  others: [{excel: 没有.xlsx}]\nstages:"
    rules.write_text(RULES.replace("stages:", others), encoding="utf-8")
    before = sha(folder / "商机表.xlsx")
    check(dealkeeper("run", rules, "--now", NOW, "--yes"), 5, "没有.xlsx")
    assert sha(folder / "商机表.xlsx") == before
