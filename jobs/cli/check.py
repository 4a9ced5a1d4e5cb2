"""`dealkeeper check`: is the rules file right, and does it fit the spreadsheet?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from jobs.checks import warnings
from jobs.cli.options import rules_option
from jobs.cli.screen import tell
from jobs.cli.session import Session
from jobs.examples import require_passed

_FINE = {
    "zh": "{file}：正确。{rules} 条规则{tests}；"
    "「{sheet}」第 {row} 行起 {rows} 行，识别 {columns} 列。",
    "en": "{file}: fine. {rules} rules{tests}; {rows} rows on “{sheet}” from row {row}, "
    "{columns} columns understood.",
}

_PASSED = {"zh": "，{n} 个测试通过", "en": ", {n} tests passed"}


@click.command()
@rules_option
def check(rules_path: Path | None, now: dt.datetime | None) -> None:
    """Check that the rules file is right and fits the spreadsheet.

    Nothing is written. All errors are shown at once, each with file, line and column; so is every
    test under `tests:` that the rules do not pass, with what was expected and what came. Warnings
    (a rule that can never match, people who left still named) do not fail the check.
    """
    session = Session.open(rules_path, now)
    require_passed(session.rules_file)
    with session.reading() as store:
        table = store.read()
    language = session.language
    for line in warnings(session.rules_file, table):
        tell(f"△ {line}", style="yellow")
    tests = len(session.rules_file.tests)
    first = int(table.numbers[0]) if len(table) else 0
    tell(
        _FINE[language].format(
            file=session.rules_file.path.name,
            rules=len(session.rules_file.rules),
            tests=_PASSED[language].format(n=tests) if tests else "",
            sheet=", ".join(dict.fromkeys(table.sheets)),
            row=first,
            rows=len(table),
            columns=len(table.columns),
        )
    )
