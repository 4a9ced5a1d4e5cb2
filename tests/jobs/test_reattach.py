"""Ids that a sort tore from their rows find back by what the history knows of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from config.load import RulesFile, load
from jobs import pipeline
from jobs.history import History
from jobs.reattach import Reattached, reattach
from sync.grid import Grid
from sync.memory import MemoryStore
from sync.store import Refused

NOW = pd.Timestamp("2026-11-20T10:00").as_unit("s")
LATER = NOW + pd.Timedelta(minutes=30)
RULES = """
version: 1
id: reattach-test
language: zh
spreadsheet: {excel: 商机表.xlsx}
stages:
  - {name: 初步沟通, limit: 5 workdays}
  - {name: 合同签订, limit: 10 workdays}
team: [{name: 销售甲}, {name: 销售乙}]
rules: [{use: dedupe}, {use: stage_sla, start: stage_entered}]
"""
TEAM = ["商机名称", "客户名称", "金额", "阶段", "负责人", "创建日期", "进入阶段时间"]
NAMES = ["数据平台", "质量追溯", "能耗管理", "排产系统", "仓储改造", "能源审计"]
OUR_ID = "管家·编号"


def deal(number: int, **changes: Any) -> list[Any]:
    row: dict[str, Any] = {
        "商机名称": NAMES[number],
        "客户名称": f"客户{'甲乙丙丁戊己'[number]}",
        "金额": 10000 * (number + 1),
        "阶段": "合同签订" if number % 2 else "初步沟通",
        "负责人": "销售甲",
        "创建日期": pd.Timestamp(2026, 10, 1 + number),
        "进入阶段时间": pd.Timestamp(2026, 11, 2 + 3 * number),
    }
    return list((row | changes).values())


@pytest.fixture
def rules_file(tmp_path: Path) -> RulesFile:
    path = tmp_path / "dealkeeper.yaml"
    path.write_text(RULES, encoding="utf-8")
    return load(path)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(f"sqlite:///{tmp_path / 'history.sqlite'}", "kit")


def sheet(rules_file: RulesFile, rows: list[list[Any]], header: list[str] = TEAM) -> MemoryStore:
    grid = Grid("商机", [list(header), *[list(row) for row in rows]])
    return MemoryStore([grid], rules_file.reading(NOW))


@pytest.fixture
def store(rules_file: RulesFile, history: History) -> MemoryStore:
    """Six deals after a first run, with an id column of ours."""
    made = sheet(rules_file, [deal(number) for number in range(6)])
    pipeline.run(made, rules_file, history, NOW)
    assert OUR_ID in made.rows("商机")[0]
    return made


def body(store: MemoryStore) -> list[list[Any]]:
    return store.rows("商机")[1:]


def sort_team(store: MemoryStore, order: list[int], columns: int = len(TEAM)) -> None:
    """Put the first columns in another order and leave the others where they are."""
    rows = body(store)
    parts = [list(rows[at][:columns]) for at in order]
    for row, part in zip(rows, parts, strict=True):
        row[:columns] = part


def ours(store: MemoryStore) -> dict[Any, list[Any]]:
    """Name of the deal → what stands in our columns."""
    return {row[0]: list(row[len(TEAM) :]) for row in body(store)}


def mend(store: MemoryStore, rules_file: RulesFile, history: History) -> Reattached:
    return reattach(store, rules_file, history, LATER, lambda table, found: True)


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [1, 2, 3, 4, 5, 0], [3, 1, 0, 2, 5, 4]])
def test_our_columns_follow_their_rows_and_the_next_run_has_nothing_to_do(
    store: MemoryStore, rules_file: RulesFile, history: History, order: list[int]
) -> None:
    before = ours(store)
    sort_team(store, order)
    with pytest.raises(Refused, match="dealkeeper reattach"):
        pipeline.run(store, rules_file, history, LATER)
    done = mend(store, rules_file, history)
    assert ours(store) == before
    assert set(done.found.agreed) == {len(done.found.fields)}
    assert not done.found.doubtful
    assert not pipeline.pending(pipeline.prepare(store, rules_file, history, LATER))
    assert [line.kind for line in history.runs()] == ["reattach", "run"]


def test_where_every_id_stands_right_nothing_is_asked_or_written(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    version = store.version
    done = reattach(store, rules_file, history, LATER, lambda *_: pytest.fail("asked"))
    assert done.receipt is None
    assert store.version == version
    rows = body(store)
    store.rows("商机")[1:] = rows[::-1]  # whole rows may stand in any order
    assert mend(store, rules_file, history).receipt is None


def test_a_field_that_people_changed_meanwhile_does_not_hide_a_row(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    before = ours(store)
    sort_team(store, [5, 4, 3, 2, 1, 0])
    body(store)[0][2] = 999  # the amount of 能源审计
    done = mend(store, rules_file, history)
    assert ours(store) == before
    assert min(done.found.agreed) == len(done.found.fields) - 1


def test_a_row_typed_after_the_run_loses_the_id_that_slipped_to_it(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    before = ours(store)
    new = [*deal(0, 商机名称="新商机", 客户名称="新客户"), *[""] * len(before["数据平台"])]
    store.rows("商机").append(new)
    sort_team(store, [6, 0, 1, 2, 3, 4, 5])
    mend(store, rules_file, history)
    after = ours(store)
    assert {name: after[name] for name in before} == before
    assert not any(after["新商机"])
    done = pipeline.run(store, rules_file, history, LATER)
    assert {change.key for patch in done.prepared.plan.patches for change in patch} == {
        done.prepared.table.keys[0]
    }


def test_rows_that_cannot_be_told_apart_are_left_blank_and_said(
    rules_file: RulesFile, history: History
) -> None:
    twins = [deal(0), deal(0), deal(1), deal(2), deal(3)]
    store = sheet(rules_file, twins)
    pipeline.run(store, rules_file, history, NOW)
    at = store.rows("商机")[0].index(OUR_ID)
    of_twins = {row[at] for row in body(store)[:2]}
    sort_team(store, [2, 3, 4, 0, 1])
    done = mend(store, rules_file, history)
    doubtful = done.found.doubtful
    assert {row: set(ids) for row, ids in doubtful.items()} == {3: of_twins, 4: of_twins}
    assert [row[at] for row in body(store)][3:] == ["", ""]
    assert all(body(store)[row][at] for row in range(3))


def test_twins_that_still_have_an_id_of_the_two_keep_it(
    rules_file: RulesFile, history: History
) -> None:
    store = sheet(rules_file, [deal(0), deal(0), deal(1), deal(2), deal(3)])
    pipeline.run(store, rules_file, history, NOW)
    before = [list(row) for row in body(store)]
    sort_team(store, [0, 1, 4, 2, 3])
    mend(store, rules_file, history)
    assert body(store)[:2] == before[:2]


def test_a_column_of_ours_that_took_part_in_the_sort_stays(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    before = ours(store)
    header = store.rows("商机")[0]
    at = header.index(OUR_ID)
    rows = body(store)
    order = [5, 4, 3, 2, 1, 0]
    moved = [[*rows[o][:at], rows[n][at], *rows[o][at + 1 :]] for n, o in enumerate(order)]
    store.rows("商机")[1:] = moved
    mend(store, rules_file, history)
    assert ours(store) == before


def test_what_is_not_confirmed_is_not_written(
    store: MemoryStore, rules_file: RulesFile, history: History
) -> None:
    sort_team(store, [5, 4, 3, 2, 1, 0])
    torn = store.version
    with pytest.raises(Refused, match="--yes"):
        reattach(store, rules_file, history, LATER, lambda *_: False)
    assert store.version == torn


def test_an_id_column_of_the_teams_own_is_only_explained(
    rules_file: RulesFile, history: History
) -> None:
    rows = [[f"A{number}", *deal(number)] for number in range(6)]
    store = sheet(rules_file, rows, ["商机编号", *TEAM])
    pipeline.run(store, rules_file, history, NOW)
    others = [row[1 : 1 + len(TEAM)] for row in body(store)]
    for row, moved in zip(body(store), others[1:] + others[:1], strict=True):
        row[1 : 1 + len(TEAM)] = moved
    with pytest.raises(Refused, match="undo that sort and run again") as told:
        pipeline.run(store, rules_file, history, LATER)
    assert "reattach" not in str(told.value)
    with pytest.raises(Refused, match=r"商机编号.*left alone") as refused:
        mend(store, rules_file, history)
    assert "团队自己的列" in refused.value.say("zh")


def test_before_the_first_run_there_is_nothing_to_compare_with(
    rules_file: RulesFile, history: History
) -> None:
    with pytest.raises(Refused, match="dealkeeper run"):
        mend(sheet(rules_file, [deal(0)]), rules_file, history)
