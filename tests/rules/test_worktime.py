"""Working time: hand-computed cases, and laws that hold for every calendar, zone and instant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.options import Span, Unit
from rules.settings import Calendar, Settings
from rules.worktime import WorkTime
from tests import kit

NOW = pd.Timestamp("2026-11-22 09:00")
NAT = np.datetime64("NaT", "s")


def _cases() -> list[Any]:
    found = []
    for _, name, case in kit.find_cases("worktime"):
        for row in kit.records(case["due"]):
            label = f"{name}: {row['start']} + {row['span']}"
            found.append(pytest.param(case, row, id=label))
    return found


@pytest.mark.parametrize(("case", "row"), _cases())
def test_due(case: dict[str, Any], row: dict[str, str]) -> None:
    worktime = WorkTime(
        Calendar.model_validate(case["calendar"]), case.get("zone", "Asia/Shanghai"), NOW
    )
    due = worktime.due([row["start"] or "NaT"], Span.parse(row["span"]))
    assert due.dtype == "datetime64[s]"
    assert due[0] == np.datetime64(row["due"], "s") if row["due"] else np.isnat(due[0])


@pytest.mark.parametrize(
    ("start", "end", "unit", "expected"),
    [
        ("2026-09-07 10:00", "2026-09-07 12:00", "workhours", 2),
        ("2026-09-11 17:00", "2026-09-14 10:00", "workhours", 2),
        ("2026-09-12 10:00", "2026-09-13 22:00", "workhours", 0),
        ("2026-09-14 10:00", "2026-09-11 17:00", "workhours", -2),
        ("2026-09-07", "2026-09-11 18:00", "workdays", 5),
        ("2026-09-07", "2026-09-11", "workdays", 4),
        ("2026-09-07 09:00", "2026-09-07 13:30", "workdays", 0.5),
        ("2026-09-30", "2026-10-10 18:00", "workdays", 4),
        ("2026-09-07", "2026-09-07 11:00", "hours", 2),
        ("2026-09-07", "2026-09-10", "days", 3),
        ("2026-12-31", "2027-01-04", "workdays", np.nan),
        ("2026-12-31", "2027-01-04", "days", 4),
        ("NaT", "2026-09-07", "workdays", np.nan),
    ],
)
def test_elapsed(start: str, end: str, unit: Unit, expected: float) -> None:
    elapsed = WorkTime(Calendar(), "Asia/Shanghai", NOW).elapsed([start], [end], unit)
    assert elapsed == pytest.approx([expected], nan_ok=True)


def test_more_moves_each_due_by_its_own_amount() -> None:
    worktime = WorkTime(Calendar(), "Asia/Shanghai", NOW)
    due = worktime.due(["2026-09-07"] * 3, Span(1, "workdays"), [0, 1, 2.5])
    assert due.astype(str).tolist() == [
        "2026-09-07T18:00:00",
        "2026-09-08T18:00:00",
        "2026-09-10T13:30:00",
    ]


def test_workdays() -> None:
    worktime = WorkTime(Calendar(), "Asia/Shanghai", NOW)
    days = ["2026-09-18", "2026-09-19", "2026-09-20", "2026-09-25", "1990-01-01", "NaT"]
    assert worktime.is_workday(days).tolist() == [True, False, True, False, False, False]


@pytest.mark.parametrize(
    ("moment", "at_work"),
    [
        ("2026-09-07 08:59:59", False),
        ("2026-09-07 09:00", True),
        ("2026-09-07 17:59:59", True),
        ("2026-09-07 18:00", False),
        ("2026-09-19 10:00", False),
        ("2026-09-20 10:00", True),
        ("2026-10-01 10:00", False),
        ("1990-01-02 10:00", False),
        ("NaT", False),
    ],
)
def test_being_at_work(moment: str, at_work: bool) -> None:
    worktime = WorkTime(Calendar(), "Asia/Shanghai", NOW)
    assert worktime.is_open([moment]).tolist() == [at_work]


def test_unknown_years_are_named() -> None:
    worktime = WorkTime(Calendar(), "Asia/Shanghai", NOW)
    assert 2026 not in worktime.unknown_years
    assert 2027 in worktime.unknown_years
    asked = worktime.unknown_year(["2026-09-07", "2027-05-01", "NaT"])
    assert asked.tolist() == [2027, 2027, 0]
    assert WorkTime(Calendar(country=None), "Asia/Shanghai", NOW).unknown_years == ()


def test_estimated_holidays_are_not_guessed() -> None:
    assert 2027 in WorkTime(Calendar(country="AE"), "Asia/Dubai", NOW).unknown_years


@pytest.mark.parametrize(
    ("calendar", "message"),
    [
        ({"hours": "9 to 5"}, "expected hours such as"),
        ({"hours": "18:00-09:00"}, "ascending order"),
        ({"hours": "09:00-12:00, 11:00-18:00"}, "ascending order"),
        ({"hours": "09:00-25:00"}, "ascending order"),
        ({"hours": {"mondey": "09:00-18:00"}}, "did you mean `monday`"),
        ({"hours": {}}, "at least one weekday"),
        ({"country": "cn"}, "did you mean `CN`"),
        ({"country": "Atlantis"}, "two letters of a country"),
        ({"country": "DE", "subdivision": "XX"}, "no province or state `XX`"),
    ],
)
def test_calendars_that_cannot_be_read(calendar: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Settings.model_validate({"calendar": calendar})


def test_a_zone_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="did you mean `Asia/Shanghai`"):
        Settings.model_validate({"timezone": "Asia/Shangai"})


@pytest.mark.parametrize("span", ["8 workhours", "5 workdays", "24 hours", "7 days"])
def test_a_hundred_thousand_rows(span: str) -> None:
    worktime = WorkTime(Calendar(), "Europe/Berlin", NOW)
    seconds = np.random.default_rng(1).integers(0, 900 * 86_400, 100_000)
    starts = np.datetime64("2024-01-01T00:00:00") + seconds
    limit = Span.parse(span)
    due = worktime.due(starts, limit)
    assert not np.isnat(due).any()


_CALENDARS = [
    WorkTime(Calendar.model_validate(calendar), zone, NOW)
    for calendar, zone in (
        ({}, "Asia/Shanghai"),
        ({"country": None, "hours": "09:00-12:00, 13:30-18:00"}, "America/New_York"),
        ({"country": "DE", "hours": {"sunday": "00:00-24:00"}}, "Europe/Berlin"),
        ({"country": None, "hours": "00:00-24:00"}, "Australia/Lord_Howe"),
    )
]
_worktimes = st.sampled_from(_CALENDARS)
_instants = st.datetimes(
    pd.Timestamp("2024-01-01").to_pydatetime(), pd.Timestamp("2026-10-01").to_pydatetime()
).map(lambda moment: np.datetime64(moment, "s"))
_units: st.SearchStrategy[Unit] = st.sampled_from(["hours", "days", "workhours", "workdays"])
_working: st.SearchStrategy[Unit] = st.sampled_from(["workhours", "workdays"])
_amounts = st.integers(0, 80).map(lambda quarters: quarters / 4)


@settings(deadline=None)
@given(_worktimes, _instants, _working, _amounts, _amounts)
def test_more_time_is_never_due_earlier(
    worktime: WorkTime, start: np.datetime64, unit: Unit, amount: float, more: float
) -> None:
    due = worktime.due([start], Span(amount, unit))[0]
    later = worktime.due([start], Span(amount + more, unit))[0]
    assert start <= due
    assert np.isnat(later) or due <= later


@settings(deadline=None)
@given(_worktimes, st.lists(_instants, min_size=3, max_size=3).map(sorted), _units)
def test_splitting_an_interval_adds_up(
    worktime: WorkTime, instants: list[np.datetime64], unit: Unit
) -> None:
    first, middle, last = ([instant] for instant in instants)
    whole = worktime.elapsed(first, last, unit)[0]
    parts = worktime.elapsed(first, middle, unit)[0] + worktime.elapsed(middle, last, unit)[0]
    assert whole == pytest.approx(parts, abs=1e-6)
    assert whole >= -1e-9


@settings(deadline=None)
@given(_worktimes, _instants, _working, _amounts)
def test_what_is_due_has_elapsed(
    worktime: WorkTime, start: np.datetime64, unit: Unit, amount: float
) -> None:
    due = worktime.due([start], Span(amount, unit))
    if not np.isnat(due[0]):
        # local times that a change of the clock repeats stand for the first of the two
        assert worktime.elapsed([start], due, unit)[0] == pytest.approx(amount, abs=1.01)


@settings(deadline=None)
@given(_instants, _working, _amounts)
def test_what_is_due_has_elapsed_exactly_without_clock_changes(
    start: np.datetime64, unit: Unit, amount: float
) -> None:
    worktime = _CALENDARS[0]
    due = worktime.due([start], Span(amount, unit))
    if not np.isnat(due[0]):
        assert worktime.elapsed([start], due, unit)[0] == pytest.approx(amount, abs=1e-3)
