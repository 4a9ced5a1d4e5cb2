"""`dealkeeper run`: carry the rules out, unless nothing has happened since the last run."""

from __future__ import annotations

import datetime as dt
from contextlib import nullcontext
from pathlib import Path

import click

from jobs.cli.options import RULES_FILE, rules_option, verbose_option
from jobs.unchanged import last_run

_UNREAD = {
    "zh": "{file} 自 {now} 的运行以来没有变化，{until} 之前没有时限到期，因此未重新读取"
    "（加 --force 仍会读取）",
    "en": "{file} is as the run of {now} left it and nothing falls due before {until}, so it was "
    "not read again (--force reads it)",
}


@click.command()
@rules_option
@verbose_option
@click.option("--yes", is_flag=True, help="Do not ask before the very first write.")
@click.option(
    "--force",
    is_flag=True,
    help="Run though nothing has changed; write in spite of the safety limits and of conflict "
    "copies.",
)
def run(
    rules_path: Path | None, now: dt.datetime | None, *, yes: bool, force: bool, verbose: bool
) -> None:
    """Run the rules once and write the result back.

    The first run on a spreadsheet shows its plan, keeps a pristine copy and asks; where nobody can
    answer it wants --yes. A later run that would change more than the rules file's `safety` share
    of a column refuses, unless --force is given. Where neither the workbook nor the rules file has
    changed since the last run and no time limit has ended, nothing is read at all.
    """
    last = last_run(rules_path or Path(RULES_FILE))
    if last and not force and last.holds(now) and last.found():
        times = {"now": _minute(last.now), "until": _minute(last.until)}
        said = _UNREAD[last.language].format(file=last.workbook.name, **times)
        click.echo(f"{last.report}\n\n{said}")
        return
    from sync.excel.ahead import ReadAhead

    with ReadAhead(last.workbook) if last else nullcontext() as ahead:
        from jobs.cli.running import carry_out  # loading takes a second

        carry_out(rules_path, now, yes=yes, force=force, verbose=verbose, ahead=ahead)


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
