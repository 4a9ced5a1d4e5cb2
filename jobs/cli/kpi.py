"""`dealkeeper kpi [NAME]`: the figures with definition, basis, previous value and rows."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from jobs.cli.options import named, rules_option
from jobs.cli.screen import steps, tell
from jobs.cli.session import Session
from jobs.figures import answer, book_of, dimension_of, measure_of
from jobs.pipeline import decide
from rules.invalid import Invalid
from rules.kpi import Period
from rules.kpi.headline import headline
from sync.store import Mismatch
from templates.terminal.kpi import all_json, as_json, render_all, render_one


@click.command()
@click.argument("name", required=False)
@click.option("--by", help="A dimension: owner, stage, team, source, industry, region, product, …")
@click.option("--period", help="month (as in the rules file), 2026-11, 2026-Q4, 2026-W47, 2026, …")
@click.option("--rows", is_flag=True, help="List the rows that were counted.")
@click.option("--all", "everything", is_flag=True, help="List all of them, not just the first.")
@click.option("--json", "as_data", is_flag=True, help="Print data instead of a report.")
@rules_option
def kpi(
    name: str | None,
    by: str | None,
    period: str | None,
    rules_path: Path | None,
    now: dt.datetime | None,
    *,
    rows: bool,
    everything: bool,
    as_data: bool,
) -> None:
    """Show the figures with their definition, basis and previous value.

    Without NAME all of them are listed; with it, one is told in full, by its usual dimension or
    that of --by. Nothing is written.
    """
    name, rules_path = named(name, rules_path)
    if name is None and (by or rows):
        raise click.UsageError("give the NAME of a KPI with --by or --rows")
    session = Session.open(rules_path, now)
    with session.reading() as store, steps(session.language) as step:
        prepared = decide(store, session.rules_file, session.history, session.now, step=step)
    book = book_of(prepared, session.rules_file)
    currency, language = session.rules_file.settings.currency, session.language
    try:
        chosen = Period.named(
            period or book.options.period, prepared.plan.now, book.options.year_starts
        )
        if name is None:
            shown = headline(book, chosen)
            data: Any = all_json(shown, chosen, currency)
            report = render_all(shown, chosen, currency, language)
        else:
            measure = measure_of(name)
            split = dimension_of(by, measure) if by else measure.by
            found = answer(book, prepared.table, measure, chosen, split)
            data = as_json(found, currency, language, rows=rows)
            report = render_one(found, currency, language, rows=rows, everything=everything)
    except Invalid as error:
        raise Mismatch(error.say("en"), zh=error.say("zh")) from error
    if as_data:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        tell(report)
