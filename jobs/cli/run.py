"""`dealkeeper run`: read, decide, write back, remember."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from jobs import pipeline
from jobs.cli.options import Session, rules_option
from jobs.cli.screen import can_ask, steps, tell
from jobs.planner import Prepared
from jobs.reports import report_of
from templates.terminal.plan import render_plan
from templates.terminal.run import render

_ASK = {
    "zh": "这是首次运行。原件会先备份到 {folder}。现在写入吗？",
    "en": "This is the first run. A pristine copy goes to {folder} first. Write now?",
}


@click.command()
@rules_option
@click.option("--yes", is_flag=True, help="Do not ask before the very first write.")
@click.option("--force", is_flag=True, help="Write in spite of the safety limits.")
def run(rules_path: Path | None, now: pd.Timestamp | None, *, yes: bool, force: bool) -> None:
    """Run the rules once and write the result back.

    The first run on a spreadsheet shows its plan, keeps a pristine copy and asks; where nobody can
    answer it wants --yes. A later run that would change more than the rules file's `safety` share
    of a column refuses, unless --force is given.
    """
    session = Session.open(rules_path, now)

    def confirm(prepared: Prepared) -> bool:
        if yes:
            return True
        with step.paused():
            tell(render_plan(report_of(prepared, session.rules_file, planned=True)))
            ask = _ASK[session.language].format(folder=session.state.backups)
            return can_ask() and click.confirm(ask, default=False)

    with session.writing() as store, steps(session.language) as step:
        done = pipeline.run(
            store, session.rules_file, session.history, session.now,
            confirm=confirm, force=force, step=step,
        )  # fmt: skip
    tell(render(report_of(done.prepared, session.rules_file, receipt=done.receipt)))
