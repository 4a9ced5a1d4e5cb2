"""The work of `dealkeeper run`: read, decide, write back, remember."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import click

from jobs import pipeline
from jobs.cli.screen import can_ask, steps, tell, tell_requests
from jobs.cli.session import Session
from jobs.planner import Prepared
from jobs.reports import report_of
from sync.excel.ahead import ReadAhead
from sync.store import Busy
from templates.terminal.plan import render_plan
from templates.terminal.run import render

_ASK = {
    "zh": "这是首次运行。原件会先备份到 {folder}。现在写入吗？",
    "en": "This is the first run. A pristine copy goes to {folder} first. Write now?",
}
_ASK_GOOGLE = {
    "zh": "这是首次运行。可用 dealkeeper restore 撤销写入，"
    "或用 Google 的版本历史恢复整个表格。现在写入吗？",
    "en": "This is the first run. dealkeeper restore takes it back, and Google's version history "
    "the whole sheet. Write now?",
}

_LATER = {
    "zh": "以上为计划，尚未写入；文件关闭后的下一次运行会写入",
    "en": "Nothing was written; the next run that finds the file closed will write this plan",
}
_COPY = {
    "zh": "结果已写入旁边的副本 {file}；原文件未改动，关闭后的下一次运行会写入",
    "en": "The result is in the copy {file}; the next run that finds the file closed writes it",
}


def carry_out(
    rules_path: Path | None,
    now: dt.datetime | None,
    *,
    yes: bool,
    force: bool,
    verbose: bool,
    ahead: ReadAhead | None,
) -> None:
    """Run the rules once and tell what was done.

    Args:
        rules_path: the rules file, the one of this folder by default.
        now: the moment, naive local time, the present one by default.
        yes: do not ask before the very first write.
        force: write in spite of the safety limits and of conflict copies.
        verbose: tell what is used of Google's quota.
        ahead: has read the workbook already, None where nothing has.
    """
    session = replace(Session.open(rules_path, now), ahead=ahead)

    def confirm(prepared: Prepared) -> bool:
        if yes:
            return True
        with step.paused():
            tell(render_plan(report_of(prepared, session.rules_file, planned=True)))
            asks = _ASK_GOOGLE if session.rules_file.google_id else _ASK
            ask = asks[session.language].format(folder=session.state.backups)
            return can_ask() and click.confirm(ask, default=False)

    try:
        with session.writing(alone=not force) as store, steps(session.language) as step:
            done = pipeline.run(
                store, session.rules_file, session.history, session.now,
                confirm=confirm, force=force, step=step,
            )  # fmt: skip
    except Busy as busy:
        if session.rules_file.google_id or session.rules_file.when_open == "wait":
            raise
        _aside(session, busy)
        return
    tell(render(report_of(done.prepared, session.rules_file, receipt=done.receipt)))
    if verbose:
        tell_requests(store, session.language)


def _aside(session: Session, busy: Busy) -> None:
    """Report while somebody has the workbook open, and write to a file beside it where wanted."""
    with session.locating(), steps(session.language) as step:
        done, target = pipeline.aside(
            session.workbook(), session.rules_file, session.history, session.now, step=step
        )
    tell(render(report_of(done.prepared, session.rules_file, planned=True)))
    told = _COPY if target else _LATER
    name = target.name if target else ""
    tell(f"△ {busy.say(session.language)}", style="yellow")
    tell(told[session.language].format(file=name), style="bold")
