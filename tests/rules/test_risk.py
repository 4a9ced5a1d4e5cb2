"""What stands behind a warning, and that time plays fair; single signs are in the cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.risk import Risk
from rules.risk.signs import LOOK
from rules.risk.words import FOUND, SIGNS
from tests import kit

DAYS = st.one_of(st.just(""), st.integers(0, 120).map(lambda day: f"{_day(day)}"))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "last_activity": DAYS,
            "created": DAYS,
            "expected_close": DAYS,
            "follow_ups": st.sampled_from(["", "1", "4"]),
            "next_step": st.sampled_from(["", "签约"]),
            "outcome": st.sampled_from(["", "赢单", "丢单"]),
            "closed": DAYS,
        }
    ),
    min_size=1,
    max_size=12,
)


def _day(back: int) -> str:
    return str((pd.Timestamp(kit.NOW) - pd.Timedelta(days=back - 20)).date())


def test_every_sign_is_told_in_words() -> None:
    assert [*FOUND] == [*SIGNS]
    assert {*LOOK} == {*SIGNS} - {"old"}  # the other half of `slow`


def test_further_signs_stand_behind_the_gravest() -> None:
    rows = [{"next_step": "", "expected_close": "2026-09-01", "follow_ups": "9",
             "created": "2026-06-01", "last_activity": "2026-07-01"}]  # fmt: skip
    played = kit.play("risk", {"rows": rows})
    [_, (code, facts)] = played.outcome.decisions["risk"].reasons.distinct()[1]
    assert code == "risk.silent"
    assert Risk.details(facts, "zh") == ["没有下一步计划", "预计成交日期 2026-09-01 已过"]
    assert Risk.details(facts, "en")[0] == "no next step is planned"


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_counts_reconcile(rows: list[dict[str, str]]) -> None:
    played = kit.play("risk", {"rows": rows})
    figures = played.outcome.figures
    level = played.outcome.decisions["risk"].values
    assert figures["flagged"] == level.notna().sum() <= figures["open"]
    assert sum(figures["signs"].values()) >= figures["flagged"]
    per_row = np.zeros(len(rows), dtype=int)
    for finding in played.outcome.findings:
        per_row[finding.rows] += 1
    assert level.map({"高": 2, "中": 1}).fillna(0).tolist() == np.minimum(per_row, 2).tolist()


@settings(max_examples=15, deadline=None)
@given(ROWS, st.integers(0, 60))
def test_an_untouched_row_is_never_less_at_risk_later(
    rows: list[dict[str, str]], days: int
) -> None:
    case: dict[str, Any] = {"rows": rows}
    later = {**case, "now": str(pd.Timestamp(kit.NOW) + pd.Timedelta(days=days))}
    rank = {"": 0, "中": 1, "高": 2}
    before, after = (kit.play("risk", each).values("risk") for each in (case, later))
    assert all(rank[after[key]] >= rank[word] for key, word in before.items())
