"""A board for each person: in each store, kept when people leave, rewritten when it changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from config.load import RulesFile, load
from config.problems import ConfigErrors
from jobs import boards
from jobs.history import History
from sync.plan import Plan
from tests.jobs.benches import BENCHES, NAMES, NOW, TAB, Bench, InGoogle, InMemory, day, run
from tests.sheets_server import running

LATER = NOW + pd.Timedelta(minutes=30)
TEAM = "team: [{name: 销售甲}, {name: 销售乙}, {name: 售前丙}, {name: 经理丁}]"
RULES = """
version: 1
id: boards-test
language: zh
spreadsheet: {{excel: 商机表.xlsx}}
stages:
  - {{name: 初步沟通, probability: 20%, limit: 5 workdays}}
  - {{name: 合同签订, probability: 90%, limit: 10 workdays}}
{team}
targets: {{owners: {{销售甲: 500000}}}}
rules:
  - {{use: stage_sla, start: stage_entered}}
  - {{use: kpi}}
summary: {{owners: {owners}}}
"""


ROWS: list[list[Any]] = [
    ["商机编号", "商机名称", "客户名称", "金额", "阶段", "状态", "负责人", "当前处理人", "创建日期",
     "进入阶段时间", "下一步计划", "成交日期"],
    ["A1", "数据平台", "甲公司", 100000, "初步沟通", "进行中", "销售甲", "售前丙",
     day("2026-11-02"), day("2026-11-02"), "约现场调研", None],
    ["A2", "质量追溯", "乙公司", 200000, "合同签订", "进行中", "销售乙", None,
     day("2026-11-16"), day("2026-11-16"), None, None],
    ["A3", "能耗管理", "丙公司", 300000, "合同签订", "赢单", "销售甲", None,
     day("2026-10-08"), day("2026-10-08"), None, day("2026-11-10")],
    ["A4", "排产系统", "丁公司", 400000, "初步沟通", "进行中", "销售甲", None,
     day("2026-11-19"), day("2026-11-19"), "发送报价", None],
]  # fmt: skip


def rules(folder: Path, owners: str = "true", team: str = TEAM) -> RulesFile:
    path = folder / "dealkeeper.yaml"
    path.write_text(RULES.format(owners=owners, team=team), encoding="utf-8")
    return load(path)


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    with running() as InGoogle.server:
        yield


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(f"sqlite:///{tmp_path / 'history.sqlite'}", "boards-test")


@pytest.fixture(params=BENCHES, ids=NAMES)
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made: Bench = request.param(tmp_path, ROWS)
    return made


@pytest.fixture
def memory(tmp_path: Path) -> InMemory:
    return InMemory(tmp_path, ROWS)


def drawn(plan: Plan) -> set[str]:
    return {view.key for view in plan.tabs}


def test_everybody_with_work_has_a_board_and_only_a_changed_one_is_rewritten(
    bench: Bench, tmp_path: Path, history: History
) -> None:
    rules_file = rules(tmp_path)
    run(bench, rules_file, history)
    assert bench.tabs() == ["管理汇总", "个人看板·销售甲", "个人看板·销售乙", "个人看板·售前丙"]
    assert run(bench, rules_file, history).receipt is None
    bench.type(TAB, 2, 10, "准备合同")
    done = run(bench, rules_file, history, LATER)
    assert "board-销售乙" in drawn(done.prepared.plan)
    assert "board-售前丙" not in drawn(done.prepared.plan)
    assert any("准备合同" in text for text in bench.texts("个人看板·销售乙"))
    assert run(bench, rules_file, history, LATER).receipt is None


def test_who_left_keeps_a_board_that_says_so(
    bench: Bench, tmp_path: Path, history: History
) -> None:
    run(bench, rules(tmp_path), history)
    gone = rules(tmp_path, team=TEAM.replace("{name: 销售甲}", "{name: 销售甲, active: false}"))
    done = run(bench, gone, history, LATER)
    assert "board-销售甲" in drawn(done.prepared.plan)
    assert "个人看板·销售甲" in bench.tabs()
    assert "△ 已不在团队，名下 2 条在途商机待移交。" in bench.texts("个人看板·销售甲")
    assert run(bench, gone, history, LATER).receipt is None


def test_a_board_holds_the_persons_own_deals_by_urgency(
    memory: InMemory, tmp_path: Path, history: History
) -> None:
    run(memory, rules(tmp_path), history)
    texts = memory.texts("个人看板·销售甲")
    mine = texts[: texts.index("等我处理的环节")] if "等我处理的环节" in texts else texts
    assert mine.index("数据平台") < mine.index("排产系统")
    assert "约现场调研" in mine
    assert not {"质量追溯", "能耗管理"} & set(texts)
    assert "达成 60% · 目标 50" in texts
    assert any(text.startswith("在手 2 条在途商机（50.0 万）") for text in texts)


def test_a_handler_sees_the_steps_in_others_deals(
    memory: InMemory, tmp_path: Path, history: History
) -> None:
    run(memory, rules(tmp_path), history)
    texts = memory.texts("个人看板·售前丙")
    assert {"数据平台", "销售甲"} <= set(texts)
    assert not {"排产系统", "质量追溯"} & set(texts)


def test_only_those_who_are_named(memory: InMemory, tmp_path: Path, history: History) -> None:
    run(memory, rules(tmp_path, "[经理丁, 销售乙]"), history)
    assert memory.tabs() == ["管理汇总", "个人看板·经理丁", "个人看板·销售乙"]


def test_without_a_team_whoever_owns_something_open(
    memory: InMemory, tmp_path: Path, history: History
) -> None:
    run(memory, rules(tmp_path, team=""), history)
    assert set(memory.tabs()) == {"管理汇总", "个人看板·销售甲", "个人看板·销售乙"}


def test_names_that_no_tab_may_have(memory: InMemory, tmp_path: Path, history: History) -> None:
    rows = memory.store(rules(tmp_path)).grids[TAB].rows  # type: ignore[attr-defined]
    rows[1][6], rows[2][6], rows[4][6] = "Ann/Bob" + "x" * 400, "kim", "KIM"
    run(memory, rules(tmp_path, team=""), history)
    names = memory.tabs()[1:]
    assert len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 31 for name in names)
    assert run(memory, rules(tmp_path, team=""), history).receipt is None


def test_too_many_people_are_told(
    memory: InMemory, tmp_path: Path, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "MOST", 1)
    done = run(memory, rules(tmp_path), history)
    told = [f for f in done.prepared.plan.findings if f.code == "tabs.boards_many"]
    assert [dict(finding.facts) for finding in told] == [{"count": 3, "most": 1}]
    assert memory.tabs() == ["管理汇总", "个人看板·销售甲"]


def test_a_name_that_nobody_has_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"summary.owners\[1\]"):
        rules(tmp_path, "[销售申]")


def test_a_board_without_the_kpi_rule(memory: InMemory, tmp_path: Path, history: History) -> None:
    rules_file = rules(tmp_path)
    path = rules_file.path
    path.write_text(path.read_text("utf-8").replace("  - {use: kpi}\n", ""), "utf-8")
    run(memory, load(path), history)
    assert "达成 60% · 目标 50" in memory.texts("个人看板·销售甲")
