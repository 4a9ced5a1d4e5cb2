"""`dealkeeper plan`: every cell that a run would change, and why; nothing is written."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click

from jobs.cli.errors import Exit
from jobs.cli.options import rules_option, verbose_option
from jobs.cli.screen import steps, tell, tell_requests
from jobs.cli.session import Session
from jobs.pipeline import pending, prepare
from jobs.reports import report_of
from templates.terminal.plan import as_json, render_plan


@click.command()
@rules_option
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Save the whole plan as JSON; `-` prints it.")  # fmt: skip
@click.option("--exit-code", is_flag=True, help="Answer 1 when something is pending.")
@verbose_option
@click.option("--all", "everything", is_flag=True, help="Show every change, not just the first.")
def plan(
    rules_path: Path | None,
    now: dt.datetime | None,
    json_file: Path | None,
    *,
    exit_code: bool,
    everything: bool,
    verbose: bool,
) -> None:
    """Show every cell that a run would change, with rule and reason.

    Nothing is written: neither to the spreadsheet nor to the history.
    """
    session = Session.open(rules_path, now)
    with session.reading() as store, steps(session.language) as step:
        prepared = prepare(store, session.rules_file, session.history, session.now, step=step)
    report = report_of(prepared, session.rules_file, planned=True)
    if json_file is not None:
        text = json.dumps(as_json(report), ensure_ascii=False, indent=1)
        if str(json_file) == "-":
            click.echo(text)
        else:
            json_file.write_text(text + "\n", encoding="utf-8")
    if json_file is None or str(json_file) != "-":
        tell(render_plan(report, everything=everything))
    if verbose:
        tell_requests(store, session.language)
    if exit_code and pending(prepared):
        sys.exit(Exit.PENDING)
