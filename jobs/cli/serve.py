"""`dealkeeper serve`: run the jobs of the rules file on time, until stopped."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import signal
from pathlib import Path
from types import FrameType

import click

from config.document import Job
from jobs import pipeline
from jobs.cli.options import rules_option
from jobs.cli.session import Session
from jobs.schedule import Scheduler
from jobs.unchanged import unchanged
from rules.worktime import WorkTime
from sync.store import Refused

log = logging.getLogger("dealkeeper")

_NO_JOBS = {
    "zh": '规则文件中没有 `jobs:`；例如 `jobs: [{every: 30 minutes, between: "08:00-20:00"}]`',
    "en": "the rules file has no `jobs:`; for example "
    '`jobs: [{every: 30 minutes, between: "08:00-20:00"}]`',
}
_FIRST = {
    "zh": "请先手动运行一次 `dealkeeper run`：首次运行需要确认",
    "en": "run `dealkeeper run` once by hand first: the first run wants a confirmation",
}


@click.command()
@rules_option
def serve(rules_path: Path | None, now: dt.datetime | None) -> None:
    """Run the `jobs:` of the rules file on time, until stopped.

    In its time zone, one run at a time. Stops cleanly on Ctrl-C or SIGTERM, after the run that is
    under way. A job that was missed while nothing ran is caught up once. With --now one round of
    all jobs is run at that moment.
    """
    gc.enable()  # it lives for months
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    session = Session.open(rules_path, now)
    rules_file = session.rules_file
    if not rules_file.jobs:
        raise click.UsageError(_NO_JOBS[session.language])
    if not session.history.has_runs():
        raise Refused(_FIRST[session.language])
    if now is not None:
        for job in rules_file.jobs:
            _work(rules_path, job, now)
        return
    worktime = WorkTime(rules_file.settings.calendar, rules_file.settings.timezone, session.now)
    scheduler = Scheduler(
        rules_file.jobs,
        rules_file.settings.timezone,
        worktime,
        lambda job: _work(rules_path, job, None),
        session.history.job_successes(),
    )

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        log.info("stopping (signal %d)", number)
        scheduler.stop()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    log.info("serving %s: %s", rules_file.path.name, ", ".join(j.label for j in rules_file.jobs))
    scheduler.run()


def _work(rules_path: Path | None, job: Job, now: dt.datetime | None) -> None:
    """One run; the rules file is loaded afresh, so that an edit counts from the next run on."""
    session = Session.open(rules_path, now)
    if unchanged(session.rules_file.path, session.now):
        session.history.mark_job(job.label, session.now)
        log.info("%s: nothing has changed", job.label)
        return
    with session.writing() as store:
        done = pipeline.run(
            store, session.rules_file, session.history, session.now,
            confirm=lambda _: False,  # after a restore to the very beginning, people decide
        )  # fmt: skip
    session.history.mark_job(job.label, session.now)
    written = done.receipt.written if done.receipt else 0
    log.info("%s: %d cells written", job.label, written)
