"""A run from reading to history, on a store in memory that misbehaves on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from config.load import RulesFile, load
from jobs import pipeline
from jobs.history import History
from rules.dedupe import Dedupe
from rules.rule import Context, Outcome
from rules.stage_sla import StageSla
from sync.grid import Grid
from sync.memory import MemoryStore
from sync.store import Busy, Refused, Stale
from sync.table import Table

NOW = pd.Timestamp("2026-11-20T10:00").as_unit("s")  # a Friday
LATER = NOW + pd.Timedelta(minutes=30)
RULES = """
version: 1
id: pipeline-test
language: zh
spreadsheet: {excel: 商机表.xlsx}
stages:
  - {name: 初步沟通, probability: 20%, limit: 5 workdays}
  - {name: 合同签订, probability: 90%, limit: 10 workdays}
unassigned: [公海]
team: [{name: 销售甲}, {name: 销售乙}]
rules:
  - {use: quality}
  - {use: dedupe}
  - {use: assign_owner, mode: fill}
  - {use: stage_sla, start: stage_entered}
  - {use: kpi}
"""
HEADER = ["商机编号", "商机名称", "客户名称", "金额", "阶段", "状态", "负责人", "进入阶段时间"]
ROWS: list[list[Any]] = [
    [
        "A1",
        "数据平台",
        "甲公司",
        100000,
        "初步沟通",
        "进行中",
        "销售甲",
        pd.Timestamp("2026-11-02"),
    ],
    ["A2", "质量追溯", "乙公司", 200000, "合同签订", "进行中", "", pd.Timestamp("2026-11-16")],
    ["A3", "能耗管理", "丙公司", 300000, "合同签订", "赢单", "销售乙", pd.Timestamp("2026-10-08")],
    ["A4", "排产系统", "丁公司", 400000, "初步沟通", "进行中", "公海", pd.Timestamp("2026-11-19")],
]


@pytest.fixture
def rules_file(tmp_path: Path) -> RulesFile:
    path = tmp_path / "dealkeeper.yaml"
    path.write_text(RULES, encoding="utf-8")
    return load(path)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(f"sqlite:///{tmp_path / 'history.sqlite'}", "kit")


@pytest.fixture
def store(rules_file: RulesFile) -> MemoryStore:
    grid = Grid("商机", [list(HEADER), *[list(row) for row in ROWS]])
    return MemoryStore([grid], rules_file.reading(NOW))


def column(store: MemoryStore, header: str) -> dict[str, Any]:
    """Key → what stands in a column of the tab."""
    first, *rows = store.rows("商机")
    at = first.index(header)
    return {row[0]: row[at] if at < len(row) else "" for row in rows}


def test_a_run_writes_beside_the_table_and_a_second_one_writes_nothing(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    done = pipeline.run(store, rules_file, history, NOW)
    assert done.first
    assert store.rows("商机")[0][len(HEADER)].startswith("管家·")
    assert column(store, "管家·时效") == {"A1": "已升级", "A2": "正常", "A3": "", "A4": "正常"}
    assert column(store, "负责人")["A2"] in ("销售甲", "销售乙")
    again = pipeline.run(store, rules_file, history, LATER)
    assert again.receipt is None
    assert not pipeline.pending(again.prepared)


def test_an_owner_cell_that_is_not_blank_gets_a_suggestion_beside_it(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    pipeline.run(store, rules_file, history, NOW)
    assert column(store, "负责人")["A4"] == "公海"
    assert column(store, "管家·建议负责人")["A4"] in ("销售甲", "销售乙")


def test_what_a_person_typed_into_our_cell_stays_and_is_reported(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    pipeline.run(store, rules_file, history, NOW)
    rows = store.rows("商机")
    at = rows[0].index("管家·时效")
    rows[1][at] = "我在处理"
    done = pipeline.run(store, rules_file, history, LATER)
    assert column(store, "管家·时效")["A1"] == "我在处理"
    assert "threeway.kept" in {finding.code for finding in done.prepared.plan.findings}


def test_a_row_that_moved_takes_its_answers_along(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    pipeline.run(store, rules_file, history, NOW)
    rows = store.rows("商机")
    before = {key: column(store, "管家·时效")[key] for key in ("A1", "A2", "A3", "A4")}
    rows[1:] = rows[:0:-1]
    rows.insert(1, ["A5", "新商机", "戊公司", 1, "初步沟通", "进行中", "销售甲", NOW, *[""] * 8])
    pipeline.run(store, rules_file, history, LATER)
    assert {key: column(store, "管家·时效")[key] for key in before} == before
    assert column(store, "管家·时效")["A5"] == "正常"


def test_a_spreadsheet_that_changed_meanwhile_is_read_again(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    store.fail = Stale("changed")
    done = pipeline.run(store, rules_file, history, NOW)
    assert done.receipt is not None
    assert done.receipt.written > 0


def test_a_spreadsheet_that_never_rests_is_busy(
    store: MemoryStore,
    rules_file: RulesFile,
    history: History,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = MemoryStore.read

    def restless(self: MemoryStore) -> Table:
        self.fail = Stale("changed")
        return read(self)

    monkeypatch.setattr(MemoryStore, "read", restless)
    with pytest.raises(Busy, match="kept changing") as caught:
        pipeline.run(store, rules_file, history, NOW)
    assert "一直在变化" in caught.value.say("zh")
    assert not history.has_runs()


def test_a_first_run_that_is_not_confirmed_touches_nothing(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    version = store.version
    with pytest.raises(Refused, match="--yes"):
        pipeline.run(store, rules_file, history, NOW, confirm=lambda _: False)
    assert store.version == version
    assert not history.has_runs()


def test_a_table_without_rows_is_refused_unless_forced(
    rules_file: RulesFile, history: History
) -> None:
    store = MemoryStore([Grid("商机", [list(HEADER)])], rules_file.reading(NOW))
    with pytest.raises(Refused, match="--force"):
        pipeline.run(store, rules_file, history, NOW)
    done = pipeline.run(store, rules_file, history, NOW, force=True)
    assert [view.key for view in done.prepared.plan.tabs] == ["summary"]


def test_a_rule_that_crashes_leaves_its_cells_alone_and_the_rest_runs(
    store: MemoryStore,
    rules_file: RulesFile,
    history: History,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pipeline.run(store, rules_file, history, NOW)
    before = column(store, "管家·时效")

    def crash(self: StageSla, frame: pd.DataFrame, ctx: Context) -> Outcome:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(StageSla, "decide", crash)
    store.rows("商机")[1][4] = "合同签订"
    store.rows("商机")[2][6] = ""
    done = pipeline.run(store, rules_file, history, LATER)
    codes = {finding.code for finding in done.prepared.plan.findings}
    assert "chain.crashed" in codes
    assert column(store, "管家·时效") == before
    assert column(store, "负责人")["A2"] != ""


def test_rules_that_need_a_crashed_rules_column_are_skipped(
    store: MemoryStore,
    rules_file: RulesFile,
    history: History,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(self: Dedupe, frame: pd.DataFrame, ctx: Context) -> Outcome:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(Dedupe, "decide", crash)
    done = pipeline.run(store, rules_file, history, NOW)
    codes = [finding.code for finding in done.prepared.plan.findings]
    assert "chain.crashed" in codes
    assert "chain.skipped" in codes
    assert column(store, "负责人")["A2"] == ""


def test_ids_that_a_sort_tore_from_their_rows_stop_the_run(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    pipeline.run(store, rules_file, history, NOW)
    rows = store.rows("商机")
    version_before = [list(row) for row in rows]
    others = [row[1:] for row in rows[1:]]
    for row, moved in zip(rows[1:], others[1:] + others[:1], strict=True):
        row[1:] = moved
    torn = store.version
    with pytest.raises(Refused, match="undo that sort"):
        pipeline.run(store, rules_file, history, LATER)
    assert store.version == torn
    rows[:] = version_before
    pipeline.run(store, rules_file, history, LATER)


def test_one_corrected_customer_does_not_stop_the_run(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    pipeline.run(store, rules_file, history, NOW)
    store.rows("商机")[1][2] = "乙公司"
    store.rows("商机")[1][1] = "质量追溯"
    pipeline.run(store, rules_file, history, LATER)


def test_answers_that_a_sort_left_behind_are_put_right(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    rows = store.rows("商机")
    for number in range(5, 9):
        entered = pd.Timestamp("2026-11-09") + pd.Timedelta(days=number)
        rows.append([f"A{number}", f"需求{number}", f"客户{number}", 1000 * number, "初步沟通",
                     "进行中", "销售甲", entered])  # fmt: skip
    pipeline.run(store, rules_file, history, NOW)
    before = column(store, "管家·原因")
    wide = len(HEADER)
    ours = [row[wide:] for row in rows[1:]]
    rows[1:] = [[*row[:wide], *left] for row, left in zip(rows[:0:-1], ours, strict=True)]
    done = pipeline.run(store, rules_file, history, LATER, force=True)
    assert column(store, "管家·原因") == before
    assert "threeway.moved" in {finding.code for finding in done.prepared.plan.findings}
