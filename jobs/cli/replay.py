"""`dealkeeper replay`: changed rules on past states, beside those in force."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import click
import pandas as pd

from config.load import load
from jobs.cli.errors import user_language
from jobs.cli.options import RULES_FILE, Moment, now_option
from jobs.cli.screen import steps, tell
from jobs.cli.session import Session
from jobs.pipeline import decide
from jobs.planner import phrases
from jobs.replay import compare, moments
from templates.terminal.replay import render_replay

MOST = 1000  # moments
_STEP = re.compile(r"\s*(\d+)\s*(d|day|days|天|h|hour|hours|小时|w|week|weeks|周)\s*")
_HOURS = {"d": 24, "天": 24, "h": 1, "小": 1, "w": 168, "周": 168}


class Every(click.ParamType[pd.Timedelta]):
    """`1d`, `12h`, `1 week`."""

    name = "interval"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> pd.Timedelta:
        """Parse the text of the option."""
        found = _STEP.fullmatch(str(value).lower())
        if found is None or int(found[1]) == 0:
            self.fail(f"expected an interval such as 1d, 12h or 1 week, got {value!r}", param, ctx)
        return pd.Timedelta(hours=int(found[1]) * _HOURS[found[2][0]])


@click.command()
@click.option("--from", "start", type=Moment(), required=True, help="The first day.")
@click.option("--to", "until", type=Moment(), help="The last day; by default today.")
@click.option("--every", type=Every(), default="1d", show_default=True, help="1d, 12h, 1 week.")
@click.option("--rules", "changed", required=True, help="The rules file to try.",
              type=click.Path(dir_okay=False, path_type=Path))  # fmt: skip
@click.argument("rules_path", metavar=f"[RULES_FILE={RULES_FILE}]", required=False,
                type=click.Path(dir_okay=False, path_type=Path))  # fmt: skip
@now_option
def replay(
    start: dt.datetime,
    until: dt.datetime | None,
    every: pd.Timedelta,
    changed: Path,
    rules_path: Path | None,
    now: dt.datetime | None,
) -> None:
    """Try changed rules on the past, beside those in force.

    Both decide on the states that the history can tell, day by day: what would have been late, who
    would have been given what, and how much everybody would have in hand. Nothing is written.
    """
    session = Session.open(rules_path, now)
    other = load(changed, user_language())
    days = moments(pd.Timestamp(start), pd.Timestamp(until or session.now.normalize()), every)
    days = [moment for moment in days if moment <= session.now] or [session.now]
    if start > session.now or (until and until < start) or len(days) > MOST:
        raise click.UsageError(
            f"expected --from in the past, --to after it, and at most {MOST:,} moments; "
            f"a longer --every makes fewer"
        )
    with session.reading() as store, steps(session.language) as step:
        prepared = decide(store, session.rules_file, session.history, session.now, step=step)
        found = compare(prepared, session.rules_file, other, days, lambda _: step("replay"))
    tell(render_replay(found, phrases(), session.language))
