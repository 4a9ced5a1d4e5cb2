"""What the case tables cannot say of handlers: stability from run to run, lint, details, speed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rules.assign_handler import AssignHandler
from rules.resolve import resolve
from rules.rule import Context
from rules.settings import Settings
from sync.say import say
from tests import kit

NOW = pd.Timestamp("2026-09-07 10:00").as_unit("s")
SETTINGS = Settings.model_validate(
    {
        "stages": [
            {"name": "初步沟通", "role": "客户经理"},
            {"name": "方案定制", "role": "售前"},
            {"name": "回访"},
        ],
        "team": [
            {"name": "甲", "roles": ["客户经理"]},
            {"name": "乙", "roles": ["售前"], "regions": ["华东"]},
            {"name": "丙", "roles": ["售前"], "weight": 2},
            {"name": "丁", "roles": ["售前"], "active": False},
        ],
    }
)


def table(rows: int, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    given = pd.DataFrame(
        {
            "id": [f"K{at:06}" for at in range(rows)],
            "stage": draw.choice(["初步沟通", "方案定制", "回访"], rows),
            "owner": draw.choice(["甲", "乙", ""], rows),
            "region": draw.choice(["华东", "华南", ""], rows),
            "amount": draw.integers(0, 10_000, rows).astype(str),
        }
    )
    return resolve(kit.frame_of(given.to_dict("records")), SETTINGS)


def run(rule: AssignHandler, frame: pd.DataFrame, memory: Any) -> Any:
    present = frozenset(frame.columns) - {"key"}
    return kit.decide(rule, frame, Context(NOW, SETTINGS, present, memory=memory))


@pytest.mark.parametrize("method", ["round_robin", "least_loaded", "weighted", "best_fit"])
def test_handlers_stay_when_nothing_happens(method: str) -> None:
    rule = AssignHandler.model_validate({"use": "assign_handler", "method": method})
    frame = table(600)
    first = run(rule, frame, {})
    second = run(rule, frame, json.loads(json.dumps(first.memory)))
    made, again = (one.decisions["current_handler"].values for one in (first, second))
    assert made.equals(again)
    assert second.memory == first.memory
    assert set(made.dropna()) == {"甲", "乙", "丙"}


def test_a_new_row_moves_nobody() -> None:
    rule = AssignHandler.model_validate({"use": "assign_handler", "method": "round_robin"})
    frame = table(300)
    old = run(rule, frame.iloc[:299], {})
    new = run(
        rule, frame.assign(amount=frame["amount"].mask(frame.index == 299, 10**9)), old.memory
    )
    before, after = (one.decisions["current_handler"].values for one in (old, new))
    assert after[:299].equals(before)


def test_rejections_are_spelled_out() -> None:
    frame = resolve(
        kit.frame_of("id | stage | owner | region\nA1 | 方案定制 | 甲 | 华南"), SETTINGS
    )
    outcome = run(AssignHandler(), frame, {})
    facts = outcome.decisions["current_handler"].reasons.distinct()[1][-1][1]
    assert AssignHandler.details(facts, "zh") == [
        "候选人：丙",
        "丙 此前在手 0 条",
        "未选 乙：不负责该区域",
        "未选 丁：已离职",
    ]


def test_a_role_that_nobody_has_is_pointed_out() -> None:
    stages = [{"name": "方案定制", "role": "售前"}, {"name": "回访"}]
    team = [{"name": "甲", "roles": ["售前"], "active": False}, {"name": "乙"}]
    found = AssignHandler().lint(Settings.model_validate({"stages": stages, "team": team}))
    reasons = {reason.code: reason for reason in AssignHandler.reasons}
    assert [say(reasons[one.code], one.facts, "zh") for one in found] == [
        "阶段「方案定制」的责任角色「售前」没有人担任"
    ]


def test_a_hundred_thousand_rows() -> None:
    frame = table(100_000)
    rule = AssignHandler()
    outcome = run(rule, frame, {})
    assert outcome.decisions["current_handler"].values.notna().mean() > 0.6
