"""How points add up and what is said of them; single rows are in the cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.resolve import resolve
from rules.rule import Context
from rules.score import Score
from rules.settings import Settings
from tests import kit

LINES: list[dict[str, Any]] = [
    {"when": {"industry": ["制造"]}, "points": 15},
    {"name": "大单", "when": {"amount": {"at_least": 100}}, "points": 25, "group": "钱"},
    {"when": {"budget": True}, "points": 12.5, "group": "钱"},
    {"when": {"source": ["陌拜"]}, "points": -10},
]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "industry": st.sampled_from(["制造", "能源", ""]),
            "amount": st.sampled_from(["50", "150", ""]),
            "budget": st.sampled_from(["10", ""]),
            "source": st.sampled_from(["陌拜", ""]),
            "last_activity": st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)).map(str),
        }
    ),
    min_size=1,
    max_size=20,
)


def played(rows: list[dict[str, str]], **options: Any) -> kit.Played:
    return kit.play("score", {"rows": rows, "options": {"points": LINES, **options}})


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_the_points_that_are_shown_add_up_to_the_score(rows: list[dict[str, str]]) -> None:
    scored = played(rows, caps={"钱": 30}).outcome.decisions["score"]
    index, facts = scored.reasons.distinct()
    for value, at in zip(scored.values, index, strict=True):
        told = facts[at][1]
        total = sum(worth for _, worth in told["points"])
        assert value == max(0.0, np.floor(total + 0.5))
        assert told["score"] == value


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(0, 100))
def test_time_never_adds_points(rows: list[dict[str, str]], days: int) -> None:
    case: dict[str, Any] = {"rows": rows, "options": {"points": LINES}}
    later = pd.Timestamp(kit.NOW) + pd.Timedelta(days=days)
    before = kit.play("score", case).outcome.decisions["score"].values
    after = kit.play("score", {**case, "now": later}).outcome.decisions["score"].values
    assert (after <= before).all()


def test_points_one_by_one_in_both_languages() -> None:
    rows = [{"industry": "制造", "amount": "150", "budget": "10", "last_activity": "2026-08-20"}]
    scored = played(rows, caps={"钱": 30}).outcome.decisions["score"]
    [_, (_, facts)] = scored.reasons.distinct()[1]
    assert Score.details(facts, "zh") == [
        "行业 +15", "大单 +25", "预算 +12.5", "「钱」上限 -7.5", "随时间扣减 -4",
    ]  # fmt: skip
    assert Score.details(facts, "en")[0] == "Industry +15"
    assert Score.details(facts, "en")[3:] == ["cap of “钱” -7.5", "lost to time -4"]


def test_what_conditions_look_at_is_declared() -> None:
    rule = Score.model_validate(
        {
            "use": "score",
            "points": LINES,
            "decay": {"since": "created"},
            "tags": [{"tag": "好", "when": {"score": {"at_least": 5}, "region": ["华东"]}}],
        }
    )
    expected = {"industry", "amount", "budget", "source", "created", "region", "state"}
    assert rule.reads() == expected | {"duplicate_of"}


def test_a_hundred_thousand_rows_have_few_sums() -> None:
    size = 100_000
    dice = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "key": pd.array([str(at) for at in range(size)], dtype="str"),
            "industry": pd.Categorical(dice.choice(["制造", "能源"], size)),
            "amount": pd.array(dice.integers(0, 30_000, size), dtype="Int64"),
            "budget": pd.array(dice.integers(0, 9, size), dtype="Int64"),
            "source": pd.Categorical(dice.choice(["陌拜", "展会"], size)),
            "last_activity": pd.Timestamp("2026-09-07").as_unit("s")
            - pd.to_timedelta(dice.integers(0, 300, size), unit="D"),
        }
    )
    settings_ = Settings()
    rule = Score.model_validate({"use": "score", "points": LINES})
    ctx = Context(pd.Timestamp(kit.NOW).as_unit("s"), settings_, frozenset(frame.columns))
    outcome = kit.decide(rule, resolve(frame, settings_), ctx)
    assert len(outcome.decisions["score"].reasons.distinct()[1]) <= 2**4 * 7 + 1
