"""The weekly report: made once after the week, in each store, and then left to people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from config.load import RulesFile, load
from jobs.history import History
from jobs.weekly import week_before
from sync.plan import Plan
from tests.jobs.benches import (
    BENCHES,
    NAMES,
    TAB,
    Bench,
    InExcel,
    InGoogle,
    InMemory,
    day,
    run,
    tabs_of,
)
from tests.sheets_server import running

FRIDAY = pd.Timestamp("2026-11-20T10:00").as_unit("s")
MONDAY = pd.Timestamp("2026-11-23T08:00").as_unit("s")
DAY = pd.Timedelta(days=1)
RULES = """
version: 1
id: weekly-test
language: {language}
spreadsheet: {{excel: 商机表.xlsx}}
stages:
  - {{name: 初步沟通, probability: 20%, limit: 5 workdays}}
  - {{name: 方案定制, probability: 50%, limit: 10 workdays}}
  - {{name: 合同签订, probability: 90%, limit: 10 workdays}}
team: [{{name: 销售甲}}, {{name: 销售乙}}]
rules:
  - {{use: quality}}
  - {{use: risk}}
  - {{use: stage_sla, start: stage_entered}}
  - {{use: kpi}}
summary: {{weekly: true{more}}}
"""


ROWS: list[list[Any]] = [
    ["商机编号", "商机名称", "客户名称", "金额", "阶段", "状态", "负责人", "创建日期",
     "进入阶段时间", "最近跟进", "成交日期", "丢单原因", "预计成交日期"],
    ["A1", "数据平台", "甲公司", 100000, "初步沟通", "进行中", "销售甲", day("2026-11-17"),
     day("2026-11-17"), day("2026-11-18"), None, None, day("2026-12-18")],
    ["A2", "质量追溯", "乙公司", 200000, "方案定制", "进行中", "销售乙", day("2026-09-01"),
     day("2026-09-16"), day("2026-10-02"), None, None, day("2026-11-01")],
    ["A3", "能耗管理", "丙公司", 300000, "合同签订", "赢单", "销售甲", day("2026-09-01"),
     day("2026-10-08"), day("2026-11-17"), day("2026-11-18"), None, None],
    ["A4", "排产系统", "丁公司", 400000, "初步沟通", "丢单", "销售甲", day("2026-10-01"),
     day("2026-10-19"), day("2026-11-10"), day("2026-11-19"), "价格过高", None],
    ["A5", "备件商城", "戊公司", 500000, "合同签订", "赢单", "销售甲", day("2026-09-01"),
     day("2026-10-08"), day("2026-11-09"), day("2026-11-11"), None, None],
]  # fmt: skip


def rules(folder: Path, more: str = "", language: str = "zh") -> RulesFile:
    path = folder / "dealkeeper.yaml"
    path.write_text(RULES.format(more=more, language=language), encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    with running() as InGoogle.server:
        yield


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(f"sqlite:///{tmp_path / 'history.sqlite'}", "kit")


@pytest.fixture(params=BENCHES, ids=NAMES)
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made: Bench = request.param(tmp_path, ROWS)
    return made


def keys(plan: Plan) -> list[str]:
    return [view.key for view in plan.tabs]


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-11-22T23:59", "2026-W46"),
        ("2026-11-23T00:00", "2026-W47"),
        ("2027-01-03", "2026-W52"),
        ("2027-01-04", "2026-W53"),
        ("2027-01-11", "2027-W01"),
    ],
)
def test_the_week_that_ended(now: str, week: str) -> None:
    assert week_before(pd.Timestamp(now)) == week


def test_a_week_is_reported_once_and_the_report_is_never_rewritten(
    bench: Bench, tmp_path: Path, history: History
) -> None:
    rules_file = rules(tmp_path)
    run(bench, rules_file, history, FRIDAY)
    assert bench.tabs() == ["管理汇总", "周报 2026-W46"]
    done = run(bench, rules_file, history, MONDAY)
    assert keys(done.prepared.plan)[-1:] == ["weekly-2026-W47"]
    assert bench.tabs() == ["管理汇总", "周报 2026-W46", "周报 2026-W47"]
    again = run(bench, rules_file, history, MONDAY)
    assert again.receipt is None
    bench.type("周报 2026-W47", 30, 2, "周会已讨论")
    bench.type(TAB, 1, 4, "方案定制")
    later = run(bench, rules_file, history, MONDAY + DAY)
    assert keys(later.prepared.plan) == ["summary"]
    assert "周会已讨论" in bench.texts("周报 2026-W47")


def test_a_report_that_people_delete_stays_away(
    bench: Bench, tmp_path: Path, history: History
) -> None:
    rules_file = rules(tmp_path)
    run(bench, rules_file, history, MONDAY)
    bench.delete("周报 2026-W47")
    run(bench, rules_file, history, MONDAY + DAY)
    assert bench.tabs() == ["管理汇总"]
    run(bench, rules_file, history, MONDAY + 7 * DAY)
    assert bench.tabs() == ["管理汇总", "周报 2026-W48"]


def test_it_tells_of_the_week_alone(tmp_path: Path, history: History) -> None:
    bench = InMemory(tmp_path, ROWS)
    run(bench, rules(tmp_path), history, MONDAY)
    texts = bench.texts("周报 2026-W47")
    joined = "\n".join(texts)
    assert "赢单 30.0 万（1 单）；丢单 1 单（40.0 万）；新增 1 条" in joined
    assert "能耗管理" in texts
    assert "价格过高" in texts
    assert "备件商城" not in texts
    assert "乙公司" in texts  # in danger of being lost
    assert "2026 年 11 月 16–22 日" in texts


def test_rows_removed_since_the_last_report_are_told(tmp_path: Path, history: History) -> None:
    bench = InMemory(tmp_path, ROWS)
    rules_file = rules(tmp_path)
    run(bench, rules_file, history, FRIDAY)
    store = bench.store(rules_file)
    del store.grids[TAB].rows[2]  # type: ignore[attr-defined]
    run(bench, rules_file, history, FRIDAY + DAY)
    run(bench, rules_file, history, MONDAY + 14 * DAY)
    texts = bench.texts("周报 2026-W49")
    assert any(text.startswith("3  移除的行") or "自上次周报" in text for text in texts)
    assert "乙公司" in texts


def test_without_the_option_there_is_none(tmp_path: Path, history: History) -> None:
    bench = InMemory(tmp_path, ROWS)
    rules_file = rules(tmp_path)
    path = rules_file.path
    path.write_text(path.read_text("utf-8").replace("weekly: true", "weekly: false"), "utf-8")
    run(bench, load(path), history, MONDAY)
    assert bench.tabs() == ["管理汇总"]


def test_from_some_number_on_the_oldest_is_mentioned_and_none_goes(
    tmp_path: Path, history: History
) -> None:
    bench = InMemory(tmp_path, ROWS)
    rules_file = rules(tmp_path, ", weekly_tabs: 2")
    told = []
    for weeks in range(4):
        done = run(bench, rules_file, history, MONDAY + 7 * weeks * DAY)
        told.append([
            dict(finding.facts)
            for finding in done.prepared.plan.findings
            if finding.code == "tabs.weekly_many"
        ])  # fmt: skip
    assert told == [
        [], [], [{"count": 3, "week": "2026-W47"}], [{"count": 4, "week": "2026-W47"}],
    ]  # fmt: skip
    assert len(bench.tabs()) == 5


def test_it_goes_where_the_summary_goes(
    tmp_path: Path, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    bench = InExcel(tmp_path, ROWS)
    rules_file = rules(tmp_path, ", excel: 汇总.xlsx")
    run(bench, rules_file, history, MONDAY)
    assert bench.tabs() == []
    own = tmp_path / "汇总.xlsx"
    assert tabs_of(own) == ["管理汇总", "周报 2026-W47"]
    content = own.read_bytes()
    assert run(bench, rules_file, history, MONDAY).receipt is None
    assert own.read_bytes() == content


def test_an_earlier_moment_brings_no_older_report(tmp_path: Path, history: History) -> None:
    bench = InMemory(tmp_path, ROWS)
    rules_file = rules(tmp_path)
    run(bench, rules_file, history, MONDAY)
    assert "weekly-2026-W46" not in keys(run(bench, rules_file, history, FRIDAY).prepared.plan)


def test_its_figures_take_no_names_from_the_summary(tmp_path: Path, history: History) -> None:
    bench = InMemory(tmp_path, ROWS)
    done = run(bench, rules(tmp_path, language="en"), history, MONDAY)
    views = {view.key: view for view in done.prepared.plan.tabs}
    assert views["weekly-2026-W47"].name == "Weekly 2026-W47"
    assert not [cell.name for cell in views["weekly-2026-W47"].cells if cell.name]
    assert [cell.name for cell in views["summary"].cells if cell.name]
