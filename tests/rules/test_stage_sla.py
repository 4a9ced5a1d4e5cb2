"""Clocks over several runs, and what the rule says of itself; single runs are in the cases."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from rules.settings import Settings
from rules.stage_sla import LEVELS, StageSla
from sync.say import say
from tests import kit

_SETTINGS: dict[str, Any] = {"stages": [{"name": "初步沟通", "limit": "5 workdays"}]}


def _run(now: str, rows: str, memory: object) -> kit.Played:
    case = {"now": now, "settings": _SETTINGS, "rows": rows, "memory": memory}
    return kit.play("stage_sla", case)


def test_a_hold_moves_the_due_date_by_the_time_it_lasted() -> None:
    head = "id | stage | outcome | stage_entered\nA1 | 初步沟通 | "
    runs = [
        # Monday to Friday 2026-09-11 18:00; put on hold on Tuesday, taken up on Thursday
        ("2026-09-07 10:00", "", "正常", "2026-09-11 18:00"),
        ("2026-09-08 10:00", "搁置", "暂停", ""),
        ("2026-09-09 10:00", "搁置", "暂停", ""),
        ("2026-09-10 10:00", "", "正常", "2026-09-15 18:00"),
        ("2026-09-15 19:00", "", "已超时", "2026-09-15 18:00"),
    ]
    memory: object = {}
    for now, outcome, status, due in runs:
        played = _run(now, f"{head}{outcome} | 2026-09-07", memory)
        assert played.values("status") == {"A1": status}
        assert played.values("due") == {"A1": due}
        again = _run(now, f"{head}{outcome} | 2026-09-07", played.outcome.memory)
        assert again.values("due") == played.values("due")
        memory = json.loads(json.dumps(again.outcome.memory))
        assert memory == played.outcome.memory
    closed = _run("2026-09-16 10:00", f"{head}赢单 | 2026-09-07", memory)
    assert closed.outcome.memory == {}


def test_rows_without_a_key_of_their_own_are_not_remembered() -> None:
    rows = "id | stage | outcome\nA1 | 初步沟通 | 搁置\nA1 | 初步沟通 | 搁置\n | 初步沟通 | 搁置"
    assert _run("2026-09-07 10:00", rows, {}).outcome.memory == {}


def test_levels_are_told_apart_in_both_languages() -> None:
    for words in zip(*LEVELS.values(), strict=True):
        assert len(set(words)) == len(LEVELS)


@pytest.mark.parametrize(
    ("stages", "options", "warned"),
    [
        ([{"name": "初步沟通"}], {}, True),
        ([{"name": "初步沟通", "limit": "5 workdays"}], {}, False),
        ([{"name": "初步沟通"}], {"limits": [{"when": {}, "limit": "5 days"}]}, False),
        ([], {}, False),
    ],
)
def test_a_stanza_without_any_limit_is_pointed_out(
    stages: list[dict[str, str]], options: dict[str, Any], warned: bool
) -> None:
    rule = StageSla.model_validate({"use": "stage_sla", "name": "时效", **options})
    found = rule.lint(Settings.model_validate({"stages": stages}))
    assert bool(found) is warned
    reasons = {reason.code: reason for reason in rule.reasons}
    for finding in found:
        assert "时效" in say(reasons[finding.code], finding.facts, "zh")


def test_what_conditions_look_at_is_declared() -> None:
    rule = StageSla.model_validate(
        {
            "use": "stage_sla",
            "limits": [{"when": {"region": ["华东"]}, "limit": "3 days"}],
            "pause_when": {"need": {"contains": ["明年"]}},
        }
    )
    assert {"region", "need", "stage"} <= rule.reads()


def test_ten_thousand_clocks_have_few_reasons() -> None:
    days = pd.date_range("2026-08-01", periods=30).strftime("%Y-%m-%d")
    lines = [f"{number} | 初步沟通 | {days[number % 30]}" for number in range(10_000)]
    played = _run("2026-09-07 10:00", "\n".join(["id | stage | stage_entered", *lines]), {})
    for decision in played.outcome.decisions.values():
        assert len(decision.reasons.distinct()[1]) <= 31
