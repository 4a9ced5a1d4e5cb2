"""Gates over several runs, and what the clock makes of them; single runs are in the cases."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import chain
from rules.gate import Gate
from rules.resolve import resolve
from rules.rule import Context, Past
from rules.settings import Settings
from rules.stage_sla import StageSla
from sync.say import say
from tests import kit

STAGES = ("线索挖掘", "初步沟通", "方案定制", "合同签订")
SETTINGS = Settings.model_validate(
    {"stages": [{"name": name, "limit": "5 workdays"} for name in STAGES]}
)
SEEN = pd.Timestamp("2026-09-01 09:00")


class Sheet:
    """One row of a sheet, run after run: its history grows as the product would write it."""

    def __init__(self, stage: str, **options: Any) -> None:
        self.gate = Gate.model_validate({"use": "gate", **options})
        self.rules = [self.gate, StageSla.model_validate({"use": "stage_sla"})]
        self.row = {"id": "A1", "stage": stage}
        self.events: list[dict[str, Any]] = []
        self.memory: dict[str, Any] = {}
        self.last = SEEN

    def run(self, now: str, **cells: str) -> pd.Series[Any]:
        """Change cells, run gate and clock, and return the row as it was decided."""
        at = pd.Timestamp(now)
        for field, after in cells.items():
            if field == "stage":
                change = {"key": "A1", "field": field, "before": self.row[field], "after": after}
                self.events.append({**change, "since": self.last, "until": at})
            self.row[field] = after
        past = Past(
            seen=pd.DataFrame({"key": ["A1"], "first_seen": [SEEN]}),
            events=pd.DataFrame(self.events, columns=Past().events.columns).astype(
                Past().events.dtypes.to_dict()
            ),
        )
        frame = kit.frame_of([self.row])
        ctx = Context(at.as_unit("s"), SETTINGS, frozenset(self.row), past)
        once = chain.run(self.rules, resolve(frame, SETTINGS), ctx, self.memory)
        self.memory, self.last = json.loads(json.dumps(once.memory)), at
        again = chain.run(self.rules, resolve(frame, SETTINGS), ctx, self.memory)
        pd.testing.assert_frame_equal(again.frame, once.frame)
        assert not once.failed
        return once.frame.iloc[0]


def test_the_clock_of_the_earned_stage_goes_on_until_the_next_is_earned() -> None:
    sheet = Sheet("线索挖掘", required={"初步沟通": ["need"]}, proof=[])
    assert sheet.run("2026-09-02 10:00")["stage_since"] == SEEN
    early = sheet.run("2026-09-03 10:00", stage="初步沟通", need="")
    assert (early["earned_stage"], early["stage_since"]) == ("线索挖掘", SEEN)
    late = sheet.run("2026-09-09 10:00")
    assert (late["status"], late["due"]) == ("已超时", pd.Timestamp("2026-09-07 18:00"))
    # what was missing is there: the stage counts from now, not from the day it was typed
    met = sheet.run("2026-09-10 10:00", need="上云")
    assert pd.isna(met["earned_stage"])
    assert (met["status"], met["stage_since"]) == ("正常", pd.Timestamp("2026-09-10 10:00"))
    # and stays earned, whatever is cleared later
    assert pd.isna(sheet.run("2026-09-11 10:00", need="")["earned_stage"])
    assert sheet.run("2026-09-14 10:00")["stage_since"] == pd.Timestamp("2026-09-10 10:00")


def test_the_sheets_own_date_counts_for_a_stage_that_was_earned_only() -> None:
    sheet = Sheet("线索挖掘", proof=[])
    fine = sheet.run("2026-09-03 10:00", stage="初步沟通", stage_entered="2026-09-02")
    assert fine["stage_since"] == pd.Timestamp("2026-09-02")
    skipped = sheet.run("2026-09-08 10:00", stage="合同签订", stage_entered="2026-09-07")
    assert skipped["earned_stage"] == "初步沟通"
    assert skipped["stage_since"] == pd.Timestamp("2026-09-03 10:00")


def test_there_and_back_does_not_start_the_clock_anew() -> None:
    sheet = Sheet("线索挖掘", proof=[])
    sheet.run("2026-09-03 10:00", stage="初步沟通")
    sheet.run("2026-09-07 10:00", stage="合同签订")
    back = sheet.run("2026-09-08 10:00", stage="初步沟通")
    assert pd.isna(back["earned_stage"])
    assert back["stage_since"] == pd.Timestamp("2026-09-03 10:00")
    assert sheet.run("2026-09-09 10:00")["stage_since"] == pd.Timestamp("2026-09-03 10:00")
    onward = sheet.run("2026-09-10 10:00", stage="方案定制")
    assert onward["stage_since"] == pd.Timestamp("2026-09-10 10:00")


def test_two_runs_in_one_moment_judge_every_move_once() -> None:
    sheet = Sheet("线索挖掘", required={"初步沟通": ["need"]}, proof=[])
    now = "2026-09-03 10:00"
    sheet.run(now)
    assert sheet.run(now, stage="初步沟通", need="")["earned_stage"] == "线索挖掘"
    assert pd.isna(sheet.run(now, need="上云")["earned_stage"])
    assert pd.isna(sheet.run(now, need="")["earned_stage"])
    assert sheet.run(now, stage="合同签订")["earned_stage"] == "初步沟通"


def test_a_rest_on_the_way_earns_nothing() -> None:
    sheet = Sheet("线索挖掘", proof=[])
    sheet.run("2026-09-03 10:00", stage="合同签订")
    assert pd.isna(sheet.run("2026-09-04 10:00", stage="搁置")["earned_stage"])
    assert sheet.run("2026-09-07 10:00", stage="合同签订")["earned_stage"] == "线索挖掘"


def test_a_closed_row_is_forgotten() -> None:
    sheet = Sheet("线索挖掘", proof=[])
    sheet.run("2026-09-03 10:00", stage="合同签订")
    assert sheet.memory["gate"]["earned"] == {"A1": ["线索挖掘", None]}
    sheet.run("2026-09-04 10:00", outcome="赢单")
    assert sheet.memory["gate"]["earned"] == {}


def one_by_one(stages: list[str], may_skip: int, may_return: bool) -> str:
    """Return what a row has earned, told move by move."""
    earned = stages[0]
    for stage in stages[1:]:
        ahead = STAGES.index(stage) - STAGES.index(earned)
        if (ahead <= 1 + may_skip) if ahead > 0 else may_return:
            earned = stage
    return earned


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.lists(st.sampled_from(STAGES), min_size=1, max_size=7), min_size=1, max_size=9),
    st.integers(0, 3),
    st.booleans(),
)
def test_a_past_judged_at_once_is_judged_move_by_move(
    pasts: list[list[str]], may_skip: int, may_return: bool
) -> None:
    moves: list[dict[str, Any]] = [
        {"key": str(key), "field": "stage", "before": before, "after": after, "at": place}
        for key, stages in enumerate(pasts)
        for place, (before, after) in enumerate(pairwise(stages))
    ]
    moves.sort(key=lambda move: move["at"])
    for move in moves:
        move["since"] = move["until"] = str(SEEN + pd.Timedelta(days=move.pop("at")))
    rows = [{"id": str(key), "stage": stages[-1]} for key, stages in enumerate(pasts)]
    case = {
        "settings": {"stages": [{"name": name} for name in STAGES]},
        "options": {"proof": [], "may_skip": may_skip, "may_return": may_return},
        "past": {"events": moves} if moves else {},
        "rows": rows,
    }
    found = kit.play("gate", case).values("earned_stage")
    for key, stages in enumerate(pasts):
        # a row without a move has the stage in which it was first seen
        earned = one_by_one(stages, may_skip, may_return)
        assert (found[str(key)] or stages[-1]) == earned


@pytest.mark.parametrize("stages", [[], ["初步沟通"]])
def test_nothing_between_which_a_gate_could_stand(stages: list[str]) -> None:
    rule = Gate.model_validate({"use": "gate"})
    team = Settings.model_validate({"stages": [{"name": name} for name in stages]})
    [found] = rule.lint(team)
    reasons = {reason.code: reason for reason in rule.reasons}
    assert "gate" in say(reasons[found.code], found.facts, "zh")
    assert not rule.lint(SETTINGS)


def test_a_team_may_add_stages_between_two_runs() -> None:
    sheet = Sheet("线索挖掘", proof=[])
    sheet.run("2026-09-03 10:00", stage="合同签订")
    frame = resolve(kit.frame_of([sheet.row]), SETTINGS)
    fewer = Settings.model_validate({"stages": [{"name": name} for name in STAGES[1:]]})
    ctx = Context(pd.Timestamp("2026-09-04 10:00"), fewer, memory=sheet.memory["gate"])
    outcome = kit.decide(sheet.gate, frame, replace(ctx, present=frozenset({"stage"})))
    assert outcome.decisions["earned_stage"].values.isna().all()
