"""What is learned from a history with something in it, with nothing in it, and with a leak."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rules.resolve import resolve
from rules.rule import Context, Outcome
from rules.settings import Settings
from rules.win_probability import WinProbability, rule
from rules.win_probability.features import closed_deals
from sync.say import say
from tests import kit

pytest.importorskip("sklearn")

ROOT = Path(__file__).parents[2]
MAVEN = (
    Path(os.environ.get("DEALKEEPER_SHARED", ROOT.parent / "shared"))
    / "data/opportunities/maven_sales_pipeline.xlsx"
)
INDUSTRIES = {"制造": 1.6, "能源": 0.0, "零售": -1.6}
SOURCES = {"转介绍": 1.0, "展会": -0.5, "陌拜": -0.9}


def history(rows: int, seed: int = 1, *, signal: float = 1.0) -> pd.DataFrame:
    """Return closed deals whose outcome follows industry and source, then as many open ones."""
    dice = np.random.default_rng(seed)
    size = 2 * rows
    industry = dice.choice([*INDUSTRIES], size)
    source = dice.choice([*SOURCES], size)
    odds = [signal * (INDUSTRIES[i] + SOURCES[s]) for i, s in zip(industry, source, strict=True)]
    chance = 1 / (1 + np.exp(-np.array(odds)))
    state = np.where(dice.random(size) < chance, "赢单", "丢单")
    state[rows:] = ""
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.sort(dice.integers(0, 500, size)), "D")
    closed = pd.Series(day.as_unit("s")).where(pd.Series(state != ""))
    return pd.DataFrame(
        {
            "key": pd.array([f"K{at:06}" for at in range(size)], dtype="str"),
            "industry": pd.Categorical(industry),
            "source": pd.Categorical(source),
            "owner": pd.Categorical(dice.choice(["甲", "乙", "丙"], size)),
            "amount": pd.array(dice.integers(1, 90, size) * 10_000_00, dtype="Int64"),
            "outcome": pd.Series(state).where(state != "").astype("category"),
            "closed": closed,
            "chance": chance,
        }
    )


def decide(frame: pd.DataFrame, **options: Any) -> Outcome:
    made = WinProbability.model_validate({"use": "win_probability", **options})
    settings = Settings()
    ctx = Context(pd.Timestamp(kit.NOW).as_unit("s"), settings, frozenset(frame.columns))
    return kit.decide(made, resolve(frame, settings), ctx)


def said(outcome: Outcome) -> list[str]:
    reasons = {reason.code: reason for reason in WinProbability.reasons}
    return [say(reasons[f.code], f.facts, "zh") for f in outcome.findings]


@pytest.mark.parametrize("rows", [400, 2000])
def test_a_signal_gives_calibrated_probabilities(rows: int) -> None:
    frame = history(rows)
    outcome = decide(frame)
    assert outcome.figures["enough"]
    assert outcome.figures["brier"] < outcome.figures["base"] - 0.02
    given = outcome.decisions["win_probability"].values
    assert given[:rows].isna().all()
    assert (given[rows:] % 5 == 0).all()
    assert given[rows:].between(5, 95).all()
    # rows of one predicted level won as often as predicted, within what regularising takes away
    for _, level in frame[rows:].groupby(given[rows:] // 20):
        if len(level) > 40:
            assert abs(given[level.index].mean() / 100 - level["chance"].mean()) < 0.1
    assert "Brier" in said(outcome)[0]


def test_what_speaks_for_a_deal_and_against_it_is_named() -> None:
    frame = history(1000)
    decision = decide(frame).decisions["win_probability"]
    index, told = decision.reasons.distinct()
    row = next(
        at
        for at in range(1000, 2000)
        if (frame["industry"][at], frame["source"][at]) == ("制造", "陌拜")
    )
    _, facts = told[index[row]]
    lines = WinProbability.details(facts, "zh")
    assert lines[0].startswith("有利：行业")
    assert "来源" in lines[1]
    assert WinProbability.details(facts, "en")[0].startswith("for it: Industry")


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_no_evidence(seed: int) -> None:
    outcome = decide(history(600, seed, signal=0.0))
    assert not outcome.figures["enough"]
    assert outcome.decisions["win_probability"].values.isna().all()
    assert "依据不足" in said(outcome)[0]
    assert f"{outcome.figures['brier']:.4f}" in said(outcome)[0]


@pytest.mark.parametrize("leak", ["blank", "zero"])
def test_an_amount_that_only_won_deals_have_is_left_out(leak: str) -> None:
    frame = history(600, signal=0.0)
    lost = (frame["outcome"] == "丢单").to_numpy()
    frame.loc[lost, "amount"] = pd.NA if leak == "blank" else 0
    outcome = decide(frame)
    assert not outcome.figures["enough"]
    assert outcome.figures["left_out"] == ("amount",)
    assert "「金额」似乎在结果确定后才填写，未用于预测" in said(outcome)


def test_the_order_of_rows_does_not_matter() -> None:
    frame = history(300)
    order = np.random.default_rng(5).permutation(len(frame))
    shuffled = frame.iloc[order].reset_index(drop=True)
    plain = decide(frame).decisions["win_probability"].values
    moved = decide(shuffled).decisions["win_probability"].values
    assert plain.iloc[order].tolist() == pytest.approx(moved.tolist(), nan_ok=True)


def test_nearly_everything_won_tells_nothing_of_losing() -> None:
    frame = history(300)
    frame["outcome"] = frame["outcome"].cat.rename_categories({"丢单": "lost"})
    won = np.flatnonzero(frame["outcome"].notna())[:-5]
    frame.loc[won, "outcome"] = "赢单"
    assert "另一种结果太少" in said(decide(frame))[0]


def test_nothing_to_learn_from() -> None:
    frame = history(300)[["key", "outcome", "closed"]]
    assert "没有可用于预测的字段" in said(decide(frame))[0]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "find_spec", lambda _: None)
    outcome = decide(history(300))
    assert outcome.decisions["win_probability"].values.isna().all()
    assert "pip install 'dealkeeper[learn]'" in said(outcome)[0]


def test_deals_of_the_archive_are_learned_from_once() -> None:
    frame = resolve(history(300), Settings())
    closed, waiting = frame[:300], frame[300:].reset_index(drop=True)
    ctx = Context(
        pd.Timestamp(kit.NOW),
        Settings(),
        archive=pd.concat([closed, closed[:0]], ignore_index=True),
    )
    assert len(closed_deals(waiting, ["industry"], ctx)) == 300
    assert len(closed_deals(frame, ["industry"], ctx)) == 300


@pytest.mark.slow
def test_fifty_thousand_closed_deals() -> None:
    frame = history(50_000)
    assert decide(frame).figures["enough"]


@pytest.mark.shared
@pytest.mark.skipif(not MAVEN.exists(), reason=f"{MAVEN.name} is not there")
def test_a_real_pipeline_without_any_signal() -> None:
    raw = pd.read_excel(MAVEN, engine="calamine")
    frame = pd.DataFrame(
        {
            "key": raw["opportunity_id"].astype("str"),
            "owner": raw["sales_agent"].astype("category"),
            "product": raw["product"].astype("category"),
            "customer": raw["account"].astype("category"),
            "amount": (raw["close_value"] * 100).round().astype("Int64"),
            "outcome": raw["deal_stage"].where(raw["deal_stage"].isin(["Won", "Lost"])),
            "created": pd.to_datetime(raw["engage_date"]).astype("datetime64[s]"),
            "closed": pd.to_datetime(raw["close_date"]).astype("datetime64[s]"),
        }
    )
    outcome = decide(frame)
    assert not outcome.figures["enough"]
    assert outcome.figures["closed"] == 6711
    assert outcome.figures["brier"] >= outcome.figures["base"]
    assert outcome.figures["left_out"] == ("amount",)
    assert "依据不足" in said(outcome)[0]
