"""Jobs start on time in the team's zone, on its workdays, and a missed one is caught up once."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from config.document import Job
from jobs.schedule import Scheduler, due_before, may_start, next_start
from rules.settings import Calendar
from rules.worktime import WorkTime

ZONE = "Asia/Shanghai"
NOW = pd.Timestamp("2026-11-23T10:00")  # a Monday
WORKTIME = WorkTime(Calendar(), ZONE, NOW)


def job(**given: object) -> Job:
    return Job.model_validate(given)


@pytest.mark.parametrize(
    ("every", "on", "moment", "due"),
    [
        ("monday at 09:00", "days", "2026-11-23T10:00", "2026-11-23T09:00"),
        ("monday at 09:00", "days", "2026-11-23T08:59", "2026-11-16T09:00"),
        ("day at 18:00", "days", "2026-11-23T10:00", "2026-11-22T18:00"),
        ("day at 18:00", "workdays", "2026-11-23T10:00", "2026-11-20T18:00"),  # Friday
        ("workday at 18:00", "days", "2026-11-23T10:00", "2026-11-20T18:00"),
        ("workday at 09:00", "days", "2026-10-08T10:00", "2026-10-08T09:00"),
        ("workday at 09:00", "days", "2026-10-07T10:00", "2026-09-30T09:00"),  # National Day week
        ("30 minutes", "days", "2026-11-23T10:00", None),
    ],
)
def test_last_due_time(every: str, on: str, moment: str, due: str | None) -> None:
    found = due_before(job(every=every, on=on), pd.Timestamp(moment), WORKTIME)
    assert found == (pd.Timestamp(due) if due else None)


@pytest.mark.parametrize(
    ("job_of", "moment", "starts"),
    [
        ({"every": "30 minutes"}, "2026-11-23T10:00", "2026-11-23T10:30"),
        (
            {"every": "30 minutes", "between": "08:30-19:00", "on": "workdays"},
            "2026-11-20T18:45",  # a Friday evening
            "2026-11-23T08:30",
        ),
        ({"every": "monday at 09:00"}, "2026-11-23T09:00", "2026-11-30T09:00"),
        ({"every": "workday at 09:00"}, "2026-09-30T10:00", "2026-10-08T09:00"),
        ({"every": "day at 18:00", "on": "workdays"}, "2026-11-20T18:30", "2026-11-23T18:00"),
    ],
)
def test_next_start(job_of: dict[str, str], moment: str, starts: str) -> None:
    found = next_start([job(**job_of)], pd.Timestamp(moment), WORKTIME)
    assert found == pd.Timestamp(starts)


def test_without_jobs_nothing_starts() -> None:
    assert next_start([], NOW, WORKTIME) is None


@pytest.mark.parametrize(
    ("between", "on", "moment", "may"),
    [
        ("08:00-20:00", "days", "2026-11-22T07:59", False),
        ("08:00-20:00", "days", "2026-11-22T08:00", True),
        ("08:00-20:00", "workdays", "2026-11-22T08:00", False),  # Sunday
        ("08:00-20:00", "workdays", "2026-10-10T09:00", True),  # make-up Saturday
        (None, "days", "2026-11-22T03:00", True),
    ],
)
def test_hours_and_days(between: str | None, on: str, moment: str, *, may: bool) -> None:
    given = job(every="30 minutes", on=on, **({"between": between} if between else {}))
    assert may_start(given, pd.Timestamp(moment), WORKTIME) is may


@pytest.mark.parametrize(
    ("last", "caught_up"),
    [("2026-11-16T09:00", True), ("2026-11-23T09:00", False), (None, False)],
)
def test_a_missed_job_is_caught_up_once(last: str | None, *, caught_up: bool) -> None:
    done: list[str] = []
    known = {"monday at 09:00": pd.Timestamp(last)} if last else {}
    scheduler: Scheduler

    def work(given: Job) -> None:
        done.append(given.label)
        scheduler.stop()

    clock = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)  # 10:00 in Shanghai
    scheduler = Scheduler(
        (job(every="monday at 09:00"),), ZONE, WORKTIME, work, known, clock=lambda: clock
    )
    if not caught_up:
        scheduler.stop()
    scheduler.run()
    assert done == (["monday at 09:00"] if caught_up else [])
    if caught_up:
        assert scheduler.next_run() is not None


def test_a_failing_job_does_not_end_the_scheduler() -> None:
    def work(given: Job) -> None:
        scheduler.stop()
        raise RuntimeError(given.label)

    clock = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
    known = {"monday at 09:00": pd.Timestamp("2026-11-16T09:00")}
    scheduler = Scheduler(
        (job(every="monday at 09:00"),), ZONE, WORKTIME, work, known, clock=lambda: clock
    )
    scheduler.run()
