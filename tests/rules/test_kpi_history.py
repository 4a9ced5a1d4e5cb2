"""Identities that figures keep whatever happened to the opportunities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.kpi import MEASURES, Book, Kpi, Period
from rules.kpi import tables as kpi_tables
from rules.kpi.evaluate import WHOLE, counted, days_of, dimensions, figures
from rules.life import stays
from rules.resolve import resolve
from rules.rule import Context, Past
from rules.settings import Settings

NOW = pd.Timestamp("2026-11-20 10:00").as_unit("s")
BEGAN = pd.Timestamp("2026-08-01 09:00").as_unit("s")
STAGES = ("沟通", "方案", "签约")
TEAM = Settings.model_validate(
    {
        "stages": [{"name": name, "probability": 0.3, "limit": "5 days"} for name in STAGES],
        "team": [{"name": "甲", "team": "华东"}, {"name": "乙", "manager": "丙"}],
        "targets": {"month": 1000, "甲": 10},
        "rates": {"USD": 7.1},
    }
)
_VALUES: dict[str, tuple[str | None, ...]] = {
    "stage": (*STAGES, None),
    "state": ("open", "won", "lost", "invalid", "on_hold"),
    "amount": ("100", "12345", "99999999", None),
    "owner": ("甲", "乙", None),
    "expected_close": ("2026-11-01", "2026-12-31", None),
    "last_activity": ("2026-10-01", "2026-11-02", None),
}
_WORDS = {"open": "", "won": "赢单", "lost": "丢单", "invalid": "无效", "on_hold": "搁置"}


def lived(seed: int, size: int = 25, own_dates: bool = True) -> tuple[pd.DataFrame, Past]:
    """Return a table and a history that led to it: every change begins where the last one ended."""
    rng = np.random.default_rng(seed)
    events: list[dict[str, Any]] = []
    rows, gone, seen = [], [], []
    for at in range(size):
        key, moment = f"D{at}", BEGAN + pd.Timedelta(days=int(rng.integers(-90, 90)))
        late = moment > BEGAN
        values = {name: str(rng.choice(_known(given))) for name, given in _VALUES.items()}
        if late:
            events.append({"key": key, "field": "created", "until": moment})
        seen.append({"key": key, "first_seen": max(moment, BEGAN)})
        moment = max(moment, BEGAN)
        for _ in range(int(rng.integers(0, 7))):
            moment += pd.Timedelta(minutes=int(rng.integers(30, 40_000)))
            name = str(rng.choice(list(_VALUES)))
            after = rng.choice(np.array(_VALUES[name], dtype=object))
            if moment > NOW or after == values[name]:
                continue
            change = {"field": name, "before": values[name], "after": after}
            events.append({"key": key, "until": moment, **change})
            values[name] = after
        created = (moment if late else BEGAN - pd.Timedelta(days=9)).normalize()
        row: dict[str, Any] = {"key": key, "customer": f"客户{at}", **values}
        row["created"] = created if own_dates and rng.random() < 0.7 else None
        if rng.random() < 0.1:
            gone.append({**row, "gone": moment})
            events.append({"key": key, "field": "removed", "until": moment})
        else:
            rows.append(row)
    log = pd.DataFrame(events, columns=["key", "field", "before", "after", "since", "until"])
    log["since"] = log["until"] - pd.Timedelta(minutes=30)
    log = log.sort_values("until", kind="stable", ignore_index=True)
    empty = Past()
    past = Past(
        seen=pd.DataFrame(seen).astype(empty.seen.dtypes.to_dict()),
        events=log.astype(empty.events.dtypes.to_dict()),
        gone=_typed(gone).assign(gone=pd.to_datetime([g["gone"] for g in gone])),
    )
    table = _typed(rows).assign(
        outcome=pd.Series([_WORDS[row["state"]] for row in rows], dtype="str"),
        currency=pd.Series(rng.choice(["", "USD"], len(rows)), dtype="str"),
    )
    return resolve(table.drop(columns="state"), TEAM), past


def _known(given: tuple[str | None, ...]) -> list[str]:
    return [value for value in given if value is not None]


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["key", "customer", *_VALUES, "created"])
    dates = {
        name: pd.to_datetime(frame[name]).astype("datetime64[s]")
        for name in ("created", "expected_close", "last_activity")
    }
    names = {name: frame[name].astype("str").astype("category") for name in ("stage", "owner")}
    amount = pd.to_numeric(frame["amount"]).astype("Int64")
    return frame.assign(
        **dates, **names, amount=amount, state=frame["state"].astype("str"),
        key=frame["key"].astype("str"), customer=frame["customer"].astype("str"),
    )  # fmt: skip


def opened(seed: int, **options: Any) -> Book:
    frame, past = lived(seed)
    present = frozenset(frame.columns) - {"key"}
    return Book(frame, Context(NOW, TEAM, present, past), Kpi.model_validate(options))


periods = st.sampled_from(["month", "quarter", "week", "2026-09", "2026-10", "2026-Q3", "2026"])
seeds = st.integers(0, 100_000)
few = settings(max_examples=6, deadline=None)


@given(seed=seeds, name=periods, deleted=st.booleans())
@few
def test_the_waterfall_reconciles_to_the_cent(seed: int, name: str, deleted: bool) -> None:
    book = opened(seed, deleted=deleted)
    window = Period.named(name, NOW).to_date
    table = kpi_tables.waterfall(book, window).set_index("movement")
    assert table["amount"].drop("end").sum() == table.loc["end", "amount"]
    for moment, kind in ((window.start, "start"), (window.until, "end")):
        standing = book.at(moment)
        is_open = book.open_at(standing)
        assert table.loc[kind, "amount"] == standing["amount"][is_open].sum()
        assert table.loc[kind, "count"] == is_open.sum()
    came = table.loc[["start", "new", "reopened"], "count"].sum()
    left = table.loc[["won", "lost", "removed"], "count"].sum()
    assert came - left == table.loc["end", "count"]


@given(seed=seeds, name=periods)
@few
def test_the_end_of_a_period_is_the_start_of_the_next(seed: int, name: str) -> None:
    book = opened(seed)
    window = Period.named(name, NOW).previous
    after = Period.named(name, NOW).whole
    ends = kpi_tables.waterfall(book, window).iloc[-1]["amount"]
    if window.until == after.start:
        assert kpi_tables.waterfall(book, after).iloc[0]["amount"] == ends


@given(seed=seeds, name=periods)
@few
def test_entered_is_advanced_and_lost_and_still_there(seed: int, name: str) -> None:
    book, period = opened(seed), Period.named(name, NOW)
    table = kpi_tables.funnel(book, period.to_date)
    parts = table[["advanced", "still", "lost"]].sum(axis="columns")
    assert (table["entered"] == parts).all()
    shares = [figures(book, f"stage_{each}", period)[WHOLE] for each in _FATES]
    if shares[0].value is not None:
        assert sum(share.value or 0 for share in shares) == pytest.approx(1)
    assert shares[0].denominator == table["entered"].sum()


_FATES = ("conversion", "still", "lost")


@given(seed=seeds, name=periods)
@settings(max_examples=2, deadline=None)
def test_parts_by_every_dimension_sum_to_the_whole(seed: int, name: str) -> None:
    book, period = opened(seed), Period.named(name, NOW)
    for code, measure in MEASURES.items():
        if measure.how not in ("sum", "share") or measure.combine is not None:
            continue
        whole = figures(book, code, period)[WHOLE]
        for by in dimensions(measure):
            parts = figures(book, code, period, by).values()
            assert sum(part.count for part in parts) == whole.count, (code, by)
            if whole.value is not None:
                assert sum(part.numerator or 0 for part in parts) == whole.numerator, (code, by)


@given(seed=seeds, name=periods)
@few
def test_every_figure_lists_as_many_rows_as_it_counts(seed: int, name: str) -> None:
    book, period = opened(seed), Period.named(name, NOW)
    for code, measure in MEASURES.items():
        if measure.how == "product":  # counts those with a probability only
            continue
        listed = counted(book, measure, days_of(measure, period)).rows
        assert len(listed) == figures(book, code, period)[WHOLE].count or measure.parts, code
        assert (listed < len(book.rows)).all()


@given(seed=seeds)
@few
def test_stays_follow_one_another(seed: int) -> None:
    book = opened(seed)
    found = stays(book.rows, book.log, STAGES)
    for _, of_row in found.groupby("row"):
        assert list(of_row["number"]) == list(range(len(of_row)))
        assert of_row["until"].dropna().is_monotonic_increasing
        ends = of_row["end"].iloc[:-1]
        assert set(ends) <= {"moved", "cleared", "won", "lost", "invalid"}
        assert (of_row["since"] <= of_row["until"]).where(of_row["since"].notna(), True).all()
    known = found[found["source"] == "history"]
    assert known["until"].notna().all()


@given(seed=seeds)
@few
def test_going_back_to_now_changes_nothing(seed: int) -> None:
    book = opened(seed)
    later = type(book.now)(book.col, book.log, NOW + pd.Timedelta(days=400))
    for key in ("stage", "owner", "amount"):
        np.testing.assert_array_equal(later[key], book.now[key])
    np.testing.assert_array_equal(later.state, book.now.state)
    np.testing.assert_array_equal(later.present, book.now.present)
