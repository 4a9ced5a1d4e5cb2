"""A workbook for each person: the person's own rows alone, in every part of the file."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from config.load import RulesFile, load
from jobs import pipeline
from jobs.history import History
from jobs.reports import report_of
from templates.terminal.plain import plain
from templates.terminal.plan import as_json
from templates.terminal.run import render
from tests.jobs.benches import NOW, TAB, InExcel, InMemory, day, run

LATER = NOW + pd.Timedelta(minutes=30)
TEAM = "team: [{name: 销售甲}, {name: 销售乙}]"
RULES = """
version: 1
id: files-test
language: zh
spreadsheet: {{excel: 商机表.xlsx}}
stages:
  - {{name: 初步沟通, probability: 20%, limit: 5 workdays}}
  - {{name: 合同签订, probability: 90%, limit: 10 workdays}}
{team}
rules:
  - {{use: dedupe}}
  - {{use: risk}}
  - {{use: stage_sla, start: stage_entered}}
  - {{use: kpi}}
summary: {{owner_files: 个人}}
"""


ROWS: list[list[Any]] = [
    ["商机编号", "商机名称", "客户名称", "金额(万元)", "阶段", "状态", "负责人", "联系电话",
     "创建日期", "进入阶段时间"],
    ["SJ-2001", "数据平台", "禾陆科技有限公司", 10, "初步沟通", "进行中", "销售甲",
     "13800000001", day("2026-11-02"), day("2026-11-02")],
    ["SJ-2002", "数据平台", "禾陆科技有限公司", 777.77, "合同签订", "进行中", "销售乙",
     "13800000001", day("2026-11-16"), day("2026-11-16")],
    ["SJ-2003", "能耗管理", "沛川食品有限公司", 888.88, "合同签订", "赢单", "销售乙",
     "13900000002", day("2026-10-08"), day("2026-10-08")],
]  # fmt: skip
OTHERS = ("销售乙", "沛川", "能耗管理", "777", "888", "SJ-2002", "SJ-2003", "13900000002")


def rules(folder: Path, team: str = TEAM) -> RulesFile:
    path = folder / "dealkeeper.yaml"
    path.write_text(RULES.format(team=team), encoding="utf-8")
    return load(path)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(f"sqlite:///{tmp_path / 'history.sqlite'}", "files-test")


@pytest.fixture
def bench(tmp_path: Path) -> InMemory:
    return InMemory(tmp_path, ROWS)


def parts(path: Path) -> dict[str, str]:
    """Name → text of everything that a workbook holds."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}


def table(path: Path) -> list[list[Any]]:
    return list(CalamineWorkbook.from_path(path).get_sheet_by_name("我的商机").to_python())


def test_a_file_holds_nothing_of_anybody_else(
    bench: InMemory, tmp_path: Path, history: History
) -> None:
    done = run(bench, rules(tmp_path), history)
    assert done.receipt is not None
    assert done.receipt.files == ("销售甲.xlsx", "销售乙.xlsx")
    found = parts(tmp_path / "个人" / "销售甲.xlsx")
    assert [(name, word) for name, text in found.items() for word in OTHERS if word in text] == []
    assert any("禾陆科技" in text for text in found.values())
    assert "'我的商机'!$A:$A" in found["xl/worksheets/sheet1.xml"]  # links stay in the file


def test_the_rows_are_a_copy_that_says_so(
    bench: InMemory, tmp_path: Path, history: History
) -> None:
    run(bench, rules(tmp_path), history)
    notice, header, *rows = table(tmp_path / "个人" / "销售乙.xlsx")
    assert "商机表.xlsx" in notice[0]
    assert header[:3] == ["商机编号", "商机名称", "客户名称"]
    assert [row[header.index("金额(万元)")] for row in rows] == [777.77, 888.88]
    assert [row[:3] for row in rows] == [
        ["SJ-2002", "数据平台", "禾陆科技有限公司"],
        ["SJ-2003", "能耗管理", "沛川食品有限公司"],
    ]  # fmt: skip
    found = parts(tmp_path / "个人" / "销售乙.xlsx")
    assert 'readOnlyRecommended="1"' in found["xl/workbook.xml"]
    assert "<sheetProtection" in found["xl/worksheets/sheet2.xml"]


def test_only_what_changed_is_written(bench: InMemory, tmp_path: Path, history: History) -> None:
    rules_file = rules(tmp_path)
    run(bench, rules_file, history)
    assert run(bench, rules_file, history).receipt is None
    bench.type(TAB, 2, 1, "数据中台")
    done = run(bench, rules_file, history, LATER)
    assert done.receipt is not None
    assert done.receipt.files == ("销售乙.xlsx",)
    (tmp_path / "个人" / "销售甲.xlsx").unlink()
    done = run(bench, rules_file, history, LATER)
    assert done.receipt is not None
    assert done.receipt.files == ("销售甲.xlsx",)


def test_a_row_that_was_handed_over_leaves_no_trace(
    bench: InMemory, tmp_path: Path, history: History
) -> None:
    rules_file = rules(tmp_path)
    run(bench, rules_file, history)
    bench.type(TAB, 3, 6, "销售甲")
    run(bench, rules_file, history, LATER)
    found = parts(tmp_path / "个人" / "销售乙.xlsx")
    assert not [name for name, text in found.items() if "沛川" in text]


def test_a_file_that_is_not_ours_is_left_alone(
    bench: InMemory, tmp_path: Path, history: History
) -> None:
    folder = tmp_path / "个人"
    folder.mkdir()
    (folder / "销售甲.xlsx").write_bytes(b"mine")
    other = InExcel(tmp_path, ROWS).path
    (folder / "销售乙.xlsx").write_bytes(other.read_bytes())
    done = run(bench, rules(tmp_path), history)
    told = [f.facts["file"] for f in done.prepared.plan.findings if f.code == "tabs.file_foreign"]
    assert told == ["销售甲.xlsx", "销售乙.xlsx"]
    assert (folder / "销售甲.xlsx").read_bytes() == b"mine"
    assert (folder / "销售乙.xlsx").read_bytes() == other.read_bytes()


def test_the_file_of_who_left_stays_and_is_told(
    bench: InMemory, tmp_path: Path, history: History
) -> None:
    run(bench, rules(tmp_path), history)
    path = tmp_path / "个人" / "销售乙.xlsx"
    before = path.read_bytes()
    gone = rules(tmp_path, TEAM.replace("{name: 销售乙}", "{name: 销售乙, active: false}"))
    done = run(bench, gone, history, LATER)
    assert [
        f.facts["people"] for f in done.prepared.plan.findings if f.code == "tabs.file_left"
    ] == [("销售乙",)]
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_does_not_stop_the_run(
    bench: InMemory, tmp_path: Path, history: History
) -> None:
    (tmp_path / "个人").write_text("a file where the folder should be")
    done = run(bench, rules(tmp_path), history)
    assert done.receipt is not None
    assert done.receipt.written > 0
    assert done.receipt.files == ()
    assert len(done.receipt.failed) == 2
    assert "个人" in done.receipt.failed[0].say("zh")


def test_beside_a_workbook(tmp_path: Path, history: History, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    bench = InExcel(tmp_path, ROWS)
    rules_file = rules(tmp_path)
    run(bench, rules_file, history)
    content = {path.name: path.read_bytes() for path in (tmp_path / "个人").iterdir()}
    assert set(content) == {"销售甲.xlsx", "销售乙.xlsx"}
    assert run(bench, rules_file, history).receipt is None
    assert {path.name: path.read_bytes() for path in (tmp_path / "个人").iterdir()} == content


def test_a_plan_lists_them(bench: InMemory, tmp_path: Path, history: History) -> None:
    rules_file = rules(tmp_path)
    with bench.store(rules_file) as store:
        prepared = pipeline.prepare(store, rules_file, history, NOW)
    report = report_of(prepared, rules_file, planned=True)
    assert as_json(report)["files"] == ["销售甲.xlsx", "销售乙.xlsx"]
    assert "将更新个人文件 2 个（销售甲.xlsx、销售乙.xlsx）" in plain(render(report))
    assert not (tmp_path / "个人").exists()
