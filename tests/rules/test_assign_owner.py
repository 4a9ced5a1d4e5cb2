"""What the case tables cannot say: stability from run to run, speed of thought, lint, details."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rules.assign_owner import AssignOwner
from rules.rule import Context, Outcome, Past
from rules.settings import Settings
from sync.plan import Reasons
from sync.say import say
from tests import kit

NOW = pd.Timestamp("2026-09-07 10:00").as_unit("s")
TEAM: list[dict[str, Any]] = [
    {"name": "甲", "regions": ["华东"], "max_open": 40},
    {"name": "乙", "regions": ["华东", "华北"], "max_new": {"day": 30}},
    {"name": "丙", "weight": 2},
    {"name": "丁", "active": False, "backup": "丙"},
    {"name": "戊", "leave": ["2026-09-01..2026-09-09"], "backup": "甲"},
]
OPTIONS: dict[str, Any] = {
    "assign": [
        {"name": "大单", "when": {"amount": {"at_least": "5万"}}, "method": "weighted"},
        {"name": "华东", "when": {"region": "华东"}, "method": "round_robin"},
        {"name": "指定", "when": {"region": "华北"}, "to": ["戊", "乙"], "method": "fixed"},
        {"name": "其他"},
    ]
}


def rule_of(**options: Any) -> AssignOwner:
    return AssignOwner.model_validate({"use": "assign_owner", **options})


def context(team: list[dict[str, Any]] = TEAM, **more: Any) -> Context:
    return Context(NOW, Settings.model_validate({"team": team}), **more)


def generated(rows: int, seed: int = 1) -> pd.DataFrame:
    """A resolved table with unassigned rows, customers that repeat, duplicates, blanks."""
    draw = np.random.default_rng(seed)
    keys = [f"K{at:05}" for at in range(rows)]
    masters = pd.Series(draw.choice(keys, rows)).where(draw.random(rows) < 0.05)
    owners = pd.Series(draw.choice([m["name"] for m in TEAM], rows)).where(draw.random(rows) < 0.6)
    cents = pd.Series(draw.integers(0, 10_000_000, rows)).mask(draw.random(rows) < 0.1)
    days = draw.integers(0, 300, rows).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "key": pd.Series(keys, dtype="str"),
            "state": pd.Categorical(draw.choice(["open", "open", "won", "lost"], rows)),
            "owner": owners.astype("str").astype("category"),
            "customer": pd.Series([f"客户{n}" for n in draw.integers(0, rows, rows)], dtype="str"),
            "amount": cents.astype("Int64"),
            "score": pd.Series(np.full(rows, np.nan)),
            "created": pd.Series(np.datetime64("2026-01-01", "s") + days).astype("datetime64[s]"),
            "duplicate_of": masters.astype("str"),
            "region": pd.Categorical(draw.choice(["华东", "华北", "华南"], rows)),
            "product": pd.Series(np.full(rows, None), dtype="str"),
            "industry": pd.Series(np.full(rows, None), dtype="str"),
        }
    )


def said(outcome: Outcome, column: str) -> list[str]:
    catalogue = {reason.code: reason for reason in AssignOwner.reasons}
    return list(outcome.decisions[column].reasons.render(catalogue, "zh"))


def after(frame: pd.DataFrame, outcome: Outcome, column: str) -> pd.DataFrame:
    """The assignments that the history would know after this run."""
    values = outcome.decisions[column].values
    given = pd.DataFrame({"key": frame["key"], "owner": values, "rule": "assign_owner"})
    return given.dropna(subset=["owner"]).assign(at=NOW).astype({"at": "datetime64[s]"})


@pytest.mark.parametrize("load", ["count", "amount"])
def test_a_second_run_suggests_the_same_for_the_same_reasons(load: str) -> None:
    frame, rule = generated(1500), rule_of(**OPTIONS, load=load)
    first = rule.decide(frame, context())
    past = Past(assignments=after(frame, first, "suggested_owner"))
    second = rule.decide(frame, context(past=past, memory=first.memory))
    assert first.figures["assigned"]
    for one, other in (
        (first.decisions["suggested_owner"].values, second.decisions["suggested_owner"].values),
        (said(first, "suggested_owner"), said(second, "suggested_owner")),
    ):
        assert pd.Series(one).equals(pd.Series(other))
    assert second.memory == first.memory


def test_a_new_row_does_not_move_suggestions_that_wait() -> None:
    frame, rule = generated(400), rule_of(**OPTIONS)
    old = frame.iloc[:399]
    first = rule.decide(old, context())
    past = Past(assignments=after(old, first, "suggested_owner"))
    newest = frame.assign(
        amount=frame["amount"].mask(frame.index == 399, 10**9),
        owner=frame["owner"].mask(frame.index == 399),
        state=frame["state"].mask(frame.index == 399, "open"),
    )
    second = rule.decide(newest, context(past=past, memory=first.memory))
    before = first.decisions["suggested_owner"].values
    assert second.decisions["suggested_owner"].values[:399].equals(before)


def test_filled_rows_need_nothing_more() -> None:
    frame, rule = generated(800), rule_of(**OPTIONS, mode="fill")
    first = rule.decide(frame, context())
    made = first.decisions["owner"]
    owners = frame["owner"].astype("str").where(~made.mask, made.values)
    past = Past(assignments=after(frame, first, "owner"))
    again = rule.decide(frame.assign(owner=owners), context(past=past, memory=first.memory))
    assert again.decisions["owner"].values.dropna().empty
    assert again.memory == first.memory


def test_limits_hold_over_the_whole_run() -> None:
    frame = generated(2000)
    outcome = rule_of(**OPTIONS, sticky=False, follow_duplicates=False).decide(frame, context())
    open_now = frame.loc[frame["state"] == "open", "owner"].value_counts()
    given = outcome.figures["assigned"]
    assert given["乙"] == 30
    assert given.get("甲", 0) == max(0, 40 - open_now["甲"])
    assert not {"丁", "戊"} & given.keys()


def test_high_scores_come_before_high_amounts() -> None:
    frame = kit.frame_of(
        "id | amount | owner | state\nA1 | 10 | | open\nA2 | 900 | | open\nA3 | 9000 | | open\n"
        "A4 | 800 | | open"
    ).assign(score=[90.0, 40.0, np.nan, 40.0])
    outcome = _decided(frame, rule_of(), context([{"name": "甲", "max_open": 2}]))
    given = outcome.decisions["suggested_owner"].values
    assert list(given.notna()) == [True, True, False, False]


def test_turns_stay_even_where_not_everybody_covers_every_row() -> None:
    frame = generated(3000).assign(owner=pd.Series([None] * 3000, dtype="str"))
    team = [{"name": n} for n in "甲乙"] + [{"name": "丙", "regions": ["华东"]}]
    rule = rule_of(sticky=False, follow_duplicates=False, assign=[{"method": "round_robin"}])
    outcome = rule.decide(frame, context(team))
    given = outcome.decisions["suggested_owner"].values
    east = given[frame["region"] == "华东"].value_counts()
    assert east.max() - east.min() <= len(frame) * 0.02
    assert "丙" not in set(given[frame["region"] == "华南"])


def test_every_rejection_can_be_spelled_out() -> None:
    frame = kit.frame_of("id | amount | owner | state\nA1 | 100 | | open\nA2 | 50 | 丙 | open")
    outcome = _decided(frame, rule_of(**OPTIONS), context())
    reasons = outcome.decisions["suggested_owner"].reasons
    assert AssignOwner.details(_facts(reasons), "zh") == [
        "候选人：甲、乙、丙",
        "甲 此前在手 0 条",
        "未选 丁：已离职",
        "未选 戊：请假",
    ]
    assert AssignOwner.details(_facts(reasons), "en")[1:3] == [
        "甲 had 0 open",
        "not 丁: has left",
    ]
    by_amount = _decided(frame, rule_of(**OPTIONS, load="amount"), context())
    found = _facts(by_amount.decisions["suggested_owner"].reasons)
    assert "甲 had 0 open" in AssignOwner.details(found, "en")


def _facts(reasons: Reasons) -> dict[str, Any]:
    """The facts of the only reason."""
    [facts] = [facts for code, facts in reasons.distinct()[1] if code]
    return facts


def _decided(frame: pd.DataFrame, rule: AssignOwner, ctx: Context) -> Outcome:
    return kit.decide(rule, frame, ctx)


_LINT: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], list[str]]] = [
    ("nothing to say", TEAM[:3], [{"when": {"region": "华东"}}, {}], []),
    (
        "a line after the catch-all",
        TEAM[:3],
        [{"name": "全部"}, {"when": {"region": "华东"}}],
        [
            "分配规则「#2」永远不会生效：「全部」已包含它的所有行",
            "最后一条分配规则「#2」带有条件：未匹配的行将没有负责人",
        ],
    ),
    (
        "a line that an earlier, wider one hides",
        TEAM[:3],
        [
            {"when": {"region": ["华东", "华北"], "amount": {"at_least": 100}}},
            {"when": {"region": "华北", "amount": {"at_least": 500}, "source": "官网"}},
            {},
        ],
        ["分配规则「#2」永远不会生效：「#1」已包含它的所有行"],
    ),
    (
        "people who left",
        TEAM,
        [{"to": ["丁", "甲"], "when": {"region": "华东"}}, {}],
        ["分配规则「#1」仍指定已离职的 丁"],
    ),
    (
        "a backup who left",
        [{"name": "甲", "backup": "乙"}, {"name": "乙", "active": False}],
        [{}],
        ["甲 的备份负责人 乙 已离职"],
    ),
    ("nobody has the role", TEAM, [{"role": "售前"}], ["分配规则「#1」没有可选的负责人"]),
    (
        "a region that nobody covers",
        TEAM[:2],
        [{"when": {"region": ["华北", "华南"]}}, {}],
        ["分配规则「#1」包含「华南」，但候选人中无人负责"],
    ),
    (
        "limits of nought",
        [{"name": "甲", "max_open": 0}, {"name": "乙", "max_new": {"week": 0}}],
        [{}],
        ["分配规则「#1」的候选人上限均为 0，无人可分配"],
    ),
    (
        "a day on which nobody is there",
        [
            {"name": "甲", "leave": ["2026-10-01..2026-10-09"]},
            {"name": "乙", "leave": ["2026-10-08..2026-10-12", "2026-12-01"]},
        ],
        [{}],
        ["分配规则「#1」的候选人在 2026-10-09 全部请假"],
    ),
    (
        "a skill that nobody has",
        [{"name": "甲", "skills": ["云原生"]}, {"name": "乙"}],
        [{"skills": ["云原生", "英语"]}],
        ["分配规则「#1」没有可选的负责人"],
    ),
    (
        "a backup steps in for a named person",
        [{"name": "甲", "active": False, "backup": "乙"}, {"name": "乙"}],
        [{"to": "甲"}],
        ["分配规则「#1」仍指定已离职的 甲"],
    ),
]


@pytest.mark.parametrize(("name", "team", "lines", "expected"), _LINT)
def test_lint(
    name: str, team: list[dict[str, Any]], lines: list[dict[str, Any]], expected: list[str]
) -> None:
    rule = rule_of(assign=lines)
    settings = Settings.model_validate({"team": team})
    catalogue = {reason.code: reason for reason in AssignOwner.reasons}
    found = rule.lint(settings)
    assert [say(catalogue[f.code], f.facts, "zh") for f in found] == expected, name


def test_a_member_who_is_gone_from_the_team_is_not_suggested_again() -> None:
    frame = kit.frame_of("id | owner | state\nA1 | | open")
    past = Past(
        assignments=pd.DataFrame({"key": ["A1"], "owner": ["庚"], "at": [NOW], "rule": ["x"]})
    )
    outcome = _decided(frame, rule_of(), replace(context(), past=past))
    assert list(outcome.decisions["suggested_owner"].values) == ["甲"]


def test_a_sheet_and_a_team_without_a_single_person_have_nobody_to_choose_from() -> None:
    frame = kit.frame_of("id | amount | state\nA1 | 100 | open")
    outcome = _decided(frame, rule_of(), context([], present=frozenset({"amount", "state"})))
    assert not outcome.findings
    assert not outcome.decisions
