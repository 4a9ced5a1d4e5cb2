"""Run the jobs of a rules file on time: in its zone, one at a time, missed ones caught up once.

The clock is the `schedule` library's; what has to survive a restart (last success) is ours.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import schedule

from config.document import Job
from rules.worktime import WorkTime

log = logging.getLogger(__name__)

# Longer than any holiday: a day that a job fits comes within so many weeks.
_WEEKS = 4
Clock = Callable[[], dt.datetime]


def due_before(job: Job, moment: pd.Timestamp, worktime: WorkTime) -> pd.Timestamp | None:
    """Return the last time at or before `moment` when a job on a day and hour was due.

    Jobs that run at an interval are never missed: they start again with the scheduler.

    Args:
        job: of the rules file.
        moment: naive local time.
        worktime: tells workdays.
    """
    if job.every.minutes:
        return None
    for back in range(15):
        day = (moment - pd.Timedelta(days=back)).normalize()
        at = day + pd.Timedelta(hours=job.every.at.hour, minutes=job.every.at.minute)
        if at <= moment and _fits_day(job, day, worktime):
            return at
    return None


def next_start(jobs: Sequence[Job], after: pd.Timestamp, worktime: WorkTime) -> pd.Timestamp | None:
    """Return when the first of the jobs starts after a moment, None where none does within weeks.

    Args:
        jobs: of the rules file.
        after: naive local time; jobs at an interval count from it.
        worktime: tells workdays.
    """
    starts = [start for job in jobs if (start := _start_after(job, after, worktime)) is not None]
    return min(starts, default=None)


def _start_after(job: Job, after: pd.Timestamp, worktime: WorkTime) -> pd.Timestamp | None:
    if job.every.minutes:
        soon = after + pd.Timedelta(minutes=job.every.minutes)
        if may_start(job, soon, worktime):
            return soon
        at = job.between.start if job.between else dt.time(0)
    else:
        at = job.every.at
    for ahead in range(_WEEKS * 7):
        day = (after + pd.Timedelta(days=ahead)).normalize()
        start = day + pd.Timedelta(hours=at.hour, minutes=at.minute)
        fits = may_start(job, start, worktime)
        if start > after and fits and (job.every.minutes or _fits_day(job, day, worktime)):
            return start
    return None


def may_start(job: Job, moment: pd.Timestamp, worktime: WorkTime) -> bool:
    """Return whether a job may start at a moment: its hours (`between`) and its days (`on`)."""
    if job.between and not job.between.start <= moment.time() <= job.between.end:
        return False
    return job.on == "days" or _is_workday(moment, worktime)


def _fits_day(job: Job, day: pd.Timestamp, worktime: WorkTime) -> bool:
    match job.every.day:
        case "day":
            fits = True
        case "workday":
            fits = _is_workday(day, worktime)
        case name:
            fits = day.day_name().lower() == name
    return fits and (job.on == "days" or _is_workday(day, worktime))


def _is_workday(day: pd.Timestamp, worktime: WorkTime) -> bool:
    return bool(worktime.is_workday(np.array([day.normalize()], dtype="datetime64[s]"))[0])


class Scheduler:
    """Runs jobs until it is stopped.

    A job that fails is logged and tried again at its next time; a job on a day and hour that was
    missed while nothing ran is caught up once at the start.
    """

    def __init__(
        self,
        jobs: tuple[Job, ...],
        zone: str,
        worktime: WorkTime,
        work: Callable[[Job], None],
        last_success: Mapping[str, pd.Timestamp],
        clock: Clock | None = None,
    ) -> None:
        """Plan the jobs.

        Args:
            jobs: of the rules file.
            zone: IANA zone that `at` and `between` are in.
            worktime: tells workdays.
            work: what a job does; its errors are logged.
            last_success: job label → when it last succeeded, naive local time.
            clock: tells the time, with its zone; the real one by default.
        """
        self._zone = ZoneInfo(zone)
        self._worktime = worktime
        self._work = work
        self._clock = clock or (lambda: dt.datetime.now(self._zone))
        self._stop = threading.Event()
        self._schedule = schedule.Scheduler()
        self._missed = [job for job in jobs if self._was_missed(job, last_success.get(job.label))]
        for job in jobs:
            self._plan(job, zone)

    def stop(self) -> None:
        """End after the job that is under way; safe to call from a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Run until stopped."""
        for job in self._missed:
            if self._stop.is_set():
                return
            log.info("catching up %s", job.label)
            self._start(job)
        self._missed = []
        while not self._stop.is_set():
            self._schedule.run_pending()
            wait = self._schedule.idle_seconds
            self._stop.wait(min(60.0, max(0.2, wait if wait is not None else 60.0)))

    def next_run(self) -> dt.datetime | None:
        """Return when the next job starts, in the computer's own time; None without jobs."""
        found = self._schedule.next_run
        return found if isinstance(found, dt.datetime) else None

    def _plan(self, job: Job, zone: str) -> None:
        if job.every.minutes:
            self._schedule.every(job.every.minutes).minutes.do(self._start, job)
            return
        at = f"{job.every.at:%H:%M}"
        every = self._schedule.every()
        unit = every.day if job.every.day in ("day", "workday") else getattr(every, job.every.day)
        unit.at(at, zone).do(self._start, job)

    def _start(self, job: Job) -> None:
        moment = self._now()
        workdays_only = job.every.day == "workday" and not job.every.minutes
        if not may_start(job, moment, self._worktime):
            return
        if workdays_only and not _is_workday(moment, self._worktime):
            return
        try:
            self._work(job)
        except Exception:
            log.exception("job %s failed; it runs again at its next time", job.label)

    def _was_missed(self, job: Job, last: pd.Timestamp | None) -> bool:
        due = due_before(job, self._now(), self._worktime)
        return due is not None and last is not None and last < due

    def _now(self) -> pd.Timestamp:
        local = self._clock().astimezone(self._zone).replace(tzinfo=None)
        return pd.Timestamp(local).as_unit("s")
