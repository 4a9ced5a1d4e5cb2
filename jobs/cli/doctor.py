"""`dealkeeper doctor`: is everything in place, and what to do if not."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import pandas as pd

from jobs import health
from jobs.cli.errors import Exit, user_language
from jobs.cli.options import RULES_FILE, Session, rules_option
from jobs.cli.screen import tell
from jobs.health import Check
from rules.worktime import WorkTime
from sync.excel.conflicts import require_single
from sync.store import StoreError


@click.command()
@rules_option
def doctor(rules_path: Path | None, now: pd.Timestamp | None) -> None:
    """Look whether the installation is whole and the workbook in reach.

    With a rules file also at the history and the calendar. Answers 1 when something is not well.
    """
    checks = health.packages()
    language = user_language()
    if rules_path or Path(RULES_FILE).exists():
        session = Session.open(rules_path, now)
        language = session.language
        checks += _spreadsheet(session)
    for check in checks:
        text = check.zh if language == "zh" else check.en
        tell(("✓ " if check.fine else "✗ ") + text, style="" if check.fine else "yellow")
    if not all(check.fine for check in checks):
        sys.exit(Exit.PENDING)


def _spreadsheet(session: Session) -> list[Check]:
    """The rules file, the workbook, the state folder and the calendar."""
    settings = session.rules_file.settings
    path = session.rules_file.spreadsheet_path
    found = [
        Check(True, f"rules file {session.rules_file.path}", f"规则文件 {session.rules_file.path}"),
        Check(True, f"history in {session.state.folder}", f"历史记录在 {session.state.folder}"),
    ]
    try:
        with session.reading() as store:
            rows = len(store.read())
        found.append(Check(True, f"{path.name}: {rows} rows", f"{path.name}：{rows} 行"))
        require_single(path)
    except StoreError as error:
        found.append(Check(False, error.say("en"), error.say("zh")))
    if not os.access(path.parent, os.W_OK):
        found.append(Check(False, f"{path.parent} is read-only", f"{path.parent} 只读"))
    years = WorkTime(settings.calendar, settings.timezone, session.now).unknown_years
    return [*found, health.calendar(years, session.now)]
