from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import chain
from rules.invalid import Invalid
from rules.kpi import DEFINITIONS, MEASURES, Book, Kpi, Period, definition, half_up
from rules.kpi.evaluate import figures
from rules.kpi.targets import target
from rules.period import weeks
from rules.resolve import resolve
from rules.risk import Risk
from rules.rule import Context
from rules.settings import Goal, Settings
from tests import kit

NOW = pd.Timestamp("2026-11-20 10:00").as_unit("s")
SHARED = Path(os.environ.get("DEALKEEPER_SHARED", Path(__file__).parents[3] / "shared")) / "data"
STAGES = ["初步沟通", "方案定制", "合同签订"]


def test_handover_response_is_told_by_whoever_handled_the_stage() -> None:
    (case,) = (c for _, name, c in kit.find_cases("kpi") if "before the handler had" in name)
    played = kit.play("kpi", case)
    assert isinstance(played.rule, Kpi)
    book = Book(played.frame, played.ctx, played.rule)
    found = figures(book, "handover", Period.containing(played.ctx.now, "month"), "handler")
    assert {name: figure.value for name, figure in found.items()} == {
        "小乙": 2, "小丙": 9, "小甲": 6,
    }  # fmt: skip


def _table(rows: int, seed: int) -> pd.DataFrame:
    """(rows × fields) opportunities with everything that can be blank left blank now and then."""
    rng = np.random.default_rng(seed)

    def dates(first: str, days: int) -> pd.Series[Any]:
        made = pd.Series(pd.Timestamp(first) + pd.to_timedelta(rng.integers(0, days, rows), "D"))
        return made.astype("datetime64[s]").mask(rng.random(rows) < 0.1)

    def words(*choice: str) -> pd.Series[Any]:
        return pd.Series(rng.choice(list(choice), rows), dtype="str").replace("", None)

    return pd.DataFrame(
        {
            "key": [str(at) for at in range(rows)],
            "outcome": words("赢单", "丢单", "无效", "搁置", "", ""),
            "amount": pd.Series(pd.array(rng.integers(1, 10**9, rows), dtype="Int64")).mask(
                rng.random(rows) < 0.1
            ),
            "stage": words(*STAGES, "新阶段", ""),
            "owner": words("甲", "乙", "丙", "公海", ""),
            "created": dates("2026-01-01", 330),
            "closed": dates("2026-08-01", 120),
            "expected_close": dates("2026-08-01", 260),
            "stage_entered": dates("2026-08-01", 110),
            "last_activity": dates("2026-10-01", 50),
            "probability": pd.Series(rng.choice([0.2, 0.55, 0.8, np.nan], rows)),
            "status": words("正常", "即将超时", "已超时", "已升级", "暂停", "久未更新", ""),
            "duplicate_of": pd.Series([None] * rows, dtype="str").mask(
                rng.random(rows) < 0.05, "0"
            ),
        }
    )


def _figures(frame: pd.DataFrame, **given_settings: Any) -> dict[str, Any]:
    team = Settings(
        stages=tuple({"name": name, "probability": 0.3} for name in STAGES),
        unassigned=("公海",),
        **given_settings,
    )
    ctx = Context(NOW, team, frozenset(frame.columns))
    return dict(kit.decide(Kpi(), resolve(frame, team), ctx).figures)


@pytest.mark.parametrize("rows", [0, 1, 2, 400])
def test_parts_sum_to_the_whole(rows: int) -> None:
    found = _figures(_table(rows, seed=rows))
    figure = found["figures"]
    for table in (found["stages"], found["owners"]):
        assert table["open"].sum() == figure["open"].count
        assert table["amount"].sum() == figure["open"].value
        assert table["weighted"].sum() == pytest.approx(
            figure["weighted"].value or 0, abs=len(table)
        )
        assert table["in_time"].sum() == figure["sla"].numerator
        assert table["running"].sum() == figure["sla"].denominator
    assert found["owners"]["rate_base"].sum() == figure["win_rate"].denominator
    assert found["owners"]["won"].sum() == figure["won"].value
    assert found["owners"]["new"].sum() <= figure["new"].value
    bands = found["forecast"][["committed", "best_case", "pipeline"]].to_numpy().sum()
    assert bands + found["unplaced"]["amount"].sum() == figure["open"].value


@given(seed=st.integers(0, 10_000), factor=st.integers(1, 5))
@settings(max_examples=10, deadline=None)
def test_repeating_every_row_multiplies_counts_and_keeps_rates(seed: int, factor: int) -> None:
    once = _table(30, seed)
    many = pd.concat([once] * factor, ignore_index=True)
    few, all_ = _figures(once)["figures"], _figures(many)["figures"]
    for code in ("won", "open", "new"):
        value = few[code].value
        assert all_[code].value == (None if value is None else factor * value)
    for code in ("win_rate", "sla"):
        assert all_[code].value == few[code].value


@pytest.mark.parametrize(
    ("now", "kind", "start", "until", "previous", "previous_until"),
    [
        ("2026-11-20 18:30", "month", "2026-11-01", "2026-11-21", "2026-10-01", "2026-10-21"),
        ("2026-11-01 00:00", "month", "2026-11-01", "2026-11-02", "2026-10-01", "2026-10-02"),
        ("2026-03-31 12:00", "month", "2026-03-01", "2026-04-01", "2026-02-01", "2026-03-01"),
        ("2026-03-30 12:00", "month", "2026-03-01", "2026-03-31", "2026-02-01", "2026-03-01"),
        ("2026-01-05 12:00", "month", "2026-01-01", "2026-01-06", "2025-12-01", "2025-12-06"),
        ("2026-11-20 12:00", "quarter", "2026-10-01", "2026-11-21", "2026-07-01", "2026-08-21"),
        ("2024-02-29 12:00", "year", "2024-01-01", "2024-03-01", "2023-01-01", "2023-03-01"),
        ("2026-12-31 23:59", "year", "2026-01-01", "2027-01-01", "2025-01-01", "2026-01-01"),
    ],
)
def test_period_to_date_and_the_same_days_before(
    now: str, kind: Any, start: str, until: str, previous: str, previous_until: str
) -> None:
    period = Period.containing(pd.Timestamp(now), kind)
    assert (period.to_date.start, period.to_date.until) == (
        pd.Timestamp(start),
        pd.Timestamp(until),
    )
    assert (period.previous.start, period.previous.until) == (
        pd.Timestamp(previous),
        pd.Timestamp(previous_until),
    )


@pytest.mark.parametrize(
    ("name", "year_starts", "start", "until", "previous"),
    [
        ("2026-11", 1, "2026-11-01", "2026-11-21", "2026-10-01"),
        ("2026-02", 1, "2026-02-01", "2026-03-01", "2026-01-01"),
        ("2026-Q3", 1, "2026-07-01", "2026-10-01", "2026-04-01"),
        ("2026-q1", 4, "2026-04-01", "2026-07-01", "2026-01-01"),
        ("2025", 4, "2025-04-01", "2026-04-01", "2024-04-01"),
        ("2026-W01", 1, "2025-12-29", "2026-01-05", "2025-12-22"),
        ("2024-02-29", 1, "2024-02-29", "2024-03-01", "2024-02-28"),
        ("Quarter", 2, "2026-11-01", "2026-11-21", "2026-08-01"),
    ],
)
def test_a_period_by_its_name(
    name: str, year_starts: int, start: str, until: str, previous: str
) -> None:
    period = Period.named(name, NOW, year_starts)
    found = (period.to_date.start, period.to_date.until, period.previous.start)
    assert found == tuple(map(pd.Timestamp, (start, until, previous)))


@pytest.mark.parametrize("name", ["2026-Q5", "2026-13", "2025-W53", "2026-02-30", "soon", "26-1"])
def test_a_period_that_does_not_exist(name: str) -> None:
    with pytest.raises(Invalid, match="expected a period such as"):
        Period.named(name, NOW)


def test_every_kpi_has_a_definition_in_force() -> None:
    for sla, dwell, rate in product(("running", "due"), ("days", "workdays"), _RATES):
        options = Kpi.model_validate({"sla": sla, "dwell": dwell, "win_rate": rate})
        assert {definition(code, options) for code in MEASURES} <= DEFINITIONS.keys()


_RATES = ("decided", "all_closed", "created")


def test_weeks_start_on_monday_and_end_with_this_one() -> None:
    last = weeks(pd.Timestamp("2026-11-22 09:00"), 3)  # a Sunday
    assert [week.start.strftime("%m-%d") for week in last] == ["11-02", "11-09", "11-16"]
    assert last[-1].last == pd.Timestamp("2026-11-22")


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [(0.5, 0, 1), (1.5, 0, 2), (2.5, 0, 3), (-0.5, 0, -1), (0.125, 2, 0.13), (2.675, 2, 2.68)],
)
def test_half_is_rounded_up(value: float, digits: int, rounded: float) -> None:
    assert half_up(value, digits) == rounded


def test_a_target_of_cents_stays_exact() -> None:
    month, quarter = (Period.containing(NOW, kind) for kind in ("month", "quarter"))
    assert target(Goal(month=0.29), quarter) == 87
    assert target(Goal(year=100), month) == 833
    assert target(Goal(), month) is None


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason=f"{SHARED} is absent")
def test_figures_of_a_real_sheet_agree_with_a_computation_of_its_own() -> None:
    raw = pd.read_excel(
        SHARED / "opportunities" / "maven_sales_pipeline.xlsx", engine="calamine", dtype=object
    )
    frame = pd.DataFrame(
        {
            "key": raw["opportunity_id"].astype("str"),
            "owner": raw["sales_agent"].astype("str").astype("category"),
            "stage": raw["deal_stage"].astype("str").astype("category"),
            "amount": (raw["close_value"].astype("float") * 100).astype("Int64"),
            "created": pd.to_datetime(raw["engage_date"]).astype("datetime64[s]"),
            "closed": pd.to_datetime(raw["close_date"]).astype("datetime64[s]"),
        }
    )
    ctx = Context(
        pd.Timestamp("2017-12-20 09:00"), Settings(language="en"), frozenset(frame.columns)
    )
    found = kit.decide(Kpi(), resolve(frame, ctx.settings), ctx).figures
    month = raw[pd.to_datetime(raw["close_date"]).between("2017-12-01", "2017-12-20")]
    won = month[month["deal_stage"] == "Won"]
    before = raw[pd.to_datetime(raw["close_date"]).between("2017-11-01", "2017-11-20")]
    won_before = before[before["deal_stage"] == "Won"]
    days = (pd.to_datetime(won["close_date"]) - pd.to_datetime(won["engage_date"])).dt.days
    figure = found["figures"]
    assert figure["won"].value == won["close_value"].sum() * 100
    assert figure["won"].previous == won_before["close_value"].sum() * 100
    assert figure["win_rate"].value == pytest.approx(len(won) / len(month))
    assert figure["cycle"].value == days.median()
    assert figure["open"].count == raw["deal_stage"].isin(["Engaging", "Prospecting"]).sum()
    best = won.groupby("sales_agent")["close_value"].sum()
    assert found["owners"]["won"].max() == best.max() * 100


def test_flags_that_nobody_carries_are_a_rate_of_nothing() -> None:
    """Looked for and not found is 0 %; not looked for is not known."""
    frame = resolve(_table(40, 1).drop(columns=["last_activity", "expected_close"]), Settings())
    open_ = frame.assign(state="open", duplicate_of=None, stage=None)
    found = chain.run([Risk(use="risk"), Kpi(use="kpi")], open_, Context(NOW, Settings()), {})
    alerts = found.figures["kpi"]["figures"]["alerts"]
    assert (alerts.value, alerts.denominator) == (0, 40)
    alone = chain.run([Kpi(use="kpi")], open_, Context(NOW, Settings()), {})
    assert alone.figures["kpi"]["figures"]["alerts"].value is None
