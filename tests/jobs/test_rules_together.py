"""Rules that build on one another, through whole runs on a store in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from config.load import load
from jobs import pipeline
from jobs.history import History
from sync.grid import Grid
from sync.memory import MemoryStore

NOW = pd.Timestamp("2026-11-20T10:00").as_unit("s")  # a Friday
LATER = NOW + pd.Timedelta(hours=1)
RULES = """
version: 1
id: together
language: zh
spreadsheet: {{excel: 商机表.xlsx}}
stages:
  - {{name: 线索挖掘, limit: 5 workdays}}
  - {{name: 初步沟通, limit: 5 workdays}}
  - {{name: 合同签订, limit: 5 workdays}}
team: [{{name: 销售甲}}, {{name: 销售乙}}]
unassigned: [公海]
rules:
{rules}
"""
HEADER = ["商机编号", "客户名称", "金额", "阶段", "负责人", "职位", "需求", "客户等级"]
ROWS: list[list[Any]] = [
    ["A1", "甲公司", 100000, "线索挖掘", "销售甲", "总经理", "", "重点"],
    ["A2", "乙公司", 200000, "初步沟通", "销售甲", "工程师", "", ""],
]


class Team:
    """A workbook in memory with its rules file and history."""

    def __init__(self, folder: Path, *rules: str) -> None:
        self.path = folder / "dealkeeper.yaml"
        self.history = History(f"sqlite:///{folder / 'history.sqlite'}", "kit")
        self.rules(*rules)
        grid = Grid("商机", [list(HEADER), *[list(row) for row in ROWS]])
        self.store = MemoryStore([grid], load(self.path).reading(NOW))

    def rules(self, *rules: str) -> None:
        """Change the rules file."""
        lines = "\n".join(f"  - {rule}" for rule in rules)
        self.path.write_text(RULES.format(rules=lines), encoding="utf-8")

    def run(self, now: pd.Timestamp) -> int:
        """Run and return the number of cells written."""
        file = load(self.path)
        self.store.reading = file.reading(now)
        with self.store:
            done = pipeline.run(self.store, file, self.history, now)
        return done.prepared.plan.cells

    def cell(self, key: str, header: str) -> Any:
        """Return what stands in a cell."""
        first, *rows = self.store.grids["商机"].rows
        return next(row for row in rows if row[0] == key)[first.index(header)]

    def type(self, key: str, header: str, value: Any) -> None:
        """Let a person write into a cell."""
        first, *rows = self.store.grids["商机"].rows
        next(row for row in rows if row[0] == key)[first.index(header)] = value


SCORE = (
    "{use: score, points: [{when: {title: {contains: [总]}}, points: 70}], decay: null, tags: []}"
)
GATE = "{use: gate, proof: [], required: {初步沟通: [need]}}"


def test_the_clock_follows_the_gate(tmp_path: Path) -> None:
    team = Team(tmp_path, GATE, "{use: stage_sla}")
    team.run(NOW)
    assert team.run(LATER) == 0
    team.type("A1", "阶段", "初步沟通")
    team.run(LATER)
    assert team.cell("A1", "管家·应处阶段") == "线索挖掘"
    assert team.cell("A1", "管家·阶段起始") == NOW
    assert "须先填写「需求」" in team.cell("A1", "管家·原因")
    assert team.run(LATER + pd.Timedelta(hours=1)) == 0
    team.type("A1", "需求", "上云")
    met = LATER + pd.Timedelta(hours=2)
    team.run(met)
    assert not team.cell("A1", "管家·应处阶段")
    assert team.cell("A1", "管家·阶段起始") == met
    assert team.run(met + pd.Timedelta(hours=1)) == 0


def test_a_score_is_a_number_and_the_teams_own_grade_stays_its_own(tmp_path: Path) -> None:
    team = Team(tmp_path, SCORE)
    team.run(NOW)
    assert (team.cell("A1", "管家·评分"), team.cell("A2", "管家·评分")) == (70, 0)
    assert (team.cell("A1", "管家·评级"), team.cell("A1", "客户等级")) == ("A", "重点")
    assert team.run(LATER) == 0


def test_what_stands_in_a_column_whose_rule_was_off_is_no_persons_word(tmp_path: Path) -> None:
    team = Team(tmp_path, SCORE)
    team.run(NOW)
    team.rules("{use: quality}")
    team.run(LATER)
    assert team.cell("A1", "管家·评级") == "A"
    team.type("A1", "职位", "工程师")
    team.rules(SCORE)
    team.run(LATER + pd.Timedelta(hours=1))
    assert (team.cell("A1", "管家·评分"), team.cell("A1", "管家·评级")) == (0, "C")


POOL = "{{use: pool, after: 5 days, protection: null, maximum: null, action: {action}}}"
IDLE = pd.Timedelta(days=5)
ASSIGN = "{use: assign_owner, mode: fill, sticky: false}"


def test_a_neglected_row_goes_back_to_the_pool_and_stays_there(tmp_path: Path) -> None:
    team = Team(tmp_path, POOL.format(action="return"))
    team.run(NOW)
    assert team.cell("A1", "管家·收回日期") == NOW + IDLE
    assert team.cell("A1", "负责人") == "销售甲"
    late = NOW + IDLE + pd.Timedelta(hours=1)
    team.run(late)
    assert team.cell("A1", "负责人") == "公海"
    assert not team.cell("A1", "管家·收回日期")
    assert team.run(late + pd.Timedelta(hours=1)) == 0


def test_a_neglected_row_is_given_to_somebody_else_for_a_while(tmp_path: Path) -> None:
    team = Team(tmp_path, POOL.format(action="reassign"), ASSIGN)
    team.run(NOW)
    late = NOW + IDLE + pd.Timedelta(hours=1)
    team.run(late)
    assert (team.cell("A1", "负责人"), team.cell("A2", "负责人")) == ("销售乙", "销售乙")
    assert team.cell("A1", "管家·收回日期") == late + IDLE
    assert team.run(late + pd.Timedelta(hours=1)) == 0


def test_nothing_is_taken_where_the_rules_file_only_tells(tmp_path: Path) -> None:
    team = Team(tmp_path, POOL.format(action="tell"), ASSIGN)
    for days in (0, 2, 9):
        team.run(NOW + pd.Timedelta(days=days))
    assert team.cell("A1", "负责人") == "销售甲"
