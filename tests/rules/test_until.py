"""`Outcome.until` is a promise: nothing is decided otherwise before it by the passing of time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rules.assign_owner import AssignOwner
from rules.moments import NEVER, midnight, next_of
from rules.rule import Context, Outcome, Rule
from rules.settings import Settings
from rules.when import matches
from rules.when import until as condition_until
from tests import kit
from tests.rules.test_contract import NOW, SETTINGS, by_key, context, every_stanza, table

_TIMED = ("created", "stage_entered", "last_activity", "snooze")
_GIVEN = ("owner", "suggested_owner")


def timed(rows: int, seed: int) -> pd.DataFrame:
    """Return the contract's table with hours of the day in some of its dates."""
    frame = table(rows, seed)
    dice = np.random.default_rng(seed)
    for key in _TIMED:
        near = NOW.normalize() + pd.to_timedelta(dice.integers(-3, 3, rows), unit="D")
        moved = frame[key].where(dice.random(rows) < 0.5, pd.Series(near).astype("datetime64[s]"))
        hours = pd.Series(pd.to_timedelta(dice.integers(0, 24 * 60, rows), unit="min"))
        frame[key] = (moved + hours.where(dice.random(rows) < 0.5, pd.Timedelta(0))).astype(
            "datetime64[s]"
        )
    return frame


def after(ctx: Context, frame: pd.DataFrame, made: Outcome) -> tuple[pd.DataFrame, Context]:
    """Return the table and the context as the run leaves them: what it filled, saw and gave."""
    keys, past = frame["key"], ctx.past
    fresh = keys[~keys.isin(past.seen["key"]) & ~keys.duplicated(keep=False)]
    seen = pd.DataFrame({"key": fresh, "first_seen": ctx.now}).astype(past.seen.dtypes.to_dict())
    given, left = [past.assignments], frame
    for column in _GIVEN:
        if column not in made.decisions:
            continue
        decision = made.decisions[column]
        rows = decision.mask & decision.values.notna().to_numpy()
        owners = decision.values.astype("str")
        new = pd.DataFrame({"key": keys[rows], "owner": owners[rows], "at": ctx.now, "rule": "x"})
        given.append(new.astype(past.assignments.dtypes.to_dict()))
        if column == "owner":
            left = left.assign(owner=frame["owner"].astype("str").mask(rows, owners))
            left["owner"] = left["owner"].astype("category")
    past = replace(
        past,
        seen=pd.concat([past.seen, seen], ignore_index=True),
        assignments=pd.concat(given, ignore_index=True),
    )
    return left, replace(ctx, past=past, memory=made.memory)


@every_stanza
@pytest.mark.parametrize(("seed", "share"), [(0, 1.0), (1, 0.4), (2, 1.0)])
def test_nothing_changes_before_it(rule: Rule, seed: int, share: float) -> None:
    frame = timed(50, seed)
    hour = pd.Timedelta(minutes=int(np.random.default_rng(seed).integers(-600, 800)))
    ctx = replace(context(frame), now=NOW + hour)
    made = kit.decide(rule, frame, ctx)
    left, then = after(ctx, frame, made)
    if left is not frame:  # what it filled is decided again on the table as it leaves it
        made = kit.decide(rule, left, then)
    if made.until is None:
        return
    assert made.until > ctx.now
    until = min(made.until, ctx.now + pd.Timedelta(days=400))
    later = ctx.now + ((until - ctx.now) * share - pd.Timedelta(seconds=1)).floor("s")
    again = kit.decide(rule, left, replace(then, now=later))
    assert said(again, left) == said(made, left)
    # that there was no run in between is not noticed afterwards
    at = until + pd.Timedelta(hours=1)
    with_it, without = (
        kit.decide(rule, left, replace(then, now=at, memory=memory))
        for memory in (again.memory, made.memory)
    )
    assert said(with_it, left) == said(without, left)


def said(outcome: Outcome, frame: pd.DataFrame) -> dict[str, Any]:
    """Return what a rule said, without what it notes for itself."""
    return {part: found for part, found in by_key(outcome, frame).items() if part != "memory"}


def test_the_next_of_several_moments() -> None:
    several = np.array(["2026-09-07T09:00", "NaT", "2026-09-07T18:00"], dtype="datetime64[s]")
    assert next_of(NOW, several, midnight(NOW)) == pd.Timestamp("2026-09-07 18:00")
    assert next_of(NOW, several[:2]) == NEVER


_CASES: list[tuple[str, dict[str, Any], str, str]] = [
    # a date, a condition on it, and when its answer changes
    ("2026-09-06T10:00", {"older_than": "2 days"}, "2026-09-07 10:00", "2026-09-08 10:00:01"),
    ("2026-09-04T15:00", {"older_than": "2 hours"}, "2026-09-07 10:00", ""),
    ("2026-09-07T13:00", {"within": "2 hours"}, "2026-09-07 10:00", "2026-09-07 11:00:00"),
    ("2026-09-07T09:30", {"within": "1 hours"}, "2026-09-07 10:00", "2026-09-07 10:30:01"),
    ("2026-12-24", {"within": "3 days"}, "2026-09-07 10:00", "2026-09-08 00:00:00"),
    ("2026-12-24", {"at_least": "2026-01-01"}, "2026-09-07 10:00", ""),
]


@pytest.mark.parametrize(("date", "test", "now", "expected"), _CASES)
def test_conditions_say_when_they_change(
    date: str, test: dict[str, Any], now: str, expected: str
) -> None:
    rule = AssignOwner.model_validate(
        {"use": "assign_owner", "assign": [{"when": {"created": test}}]}
    )
    when = rule.assign[0].when
    frame = kit.frame_of(f"id | created\nA1 | {date}")
    ctx = Context(pd.Timestamp(now).as_unit("s"), Settings(), frozenset({"created"}))
    found = condition_until(when, frame, ctx)
    assert found == (pd.Timestamp(expected) if expected else NEVER)
    if expected and not expected.endswith("00:00:00"):
        at = replace(ctx, now=found)
        assert matches(when, frame, at).tolist() != matches(when, frame, ctx).tolist()


def test_a_row_that_nobody_can_remember_moves_with_the_moment() -> None:
    frame = kit.frame_of("id | stage\n | 线索挖掘")
    frame = frame.assign(state="open")
    rule = kit.stanza("stage_sla", {}, SETTINGS)
    ctx = Context(NOW, SETTINGS, frozenset({"stage"}))
    assert kit.decide(rule, frame, ctx).until is None
    remembered = frame.assign(key="A1")
    assert kit.decide(rule, remembered, ctx).until is not None
