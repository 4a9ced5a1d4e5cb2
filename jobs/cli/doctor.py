"""`dealkeeper doctor`: is everything in place, and what to do if not."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from jobs import health
from jobs.cli.errors import Exit, user_language
from jobs.cli.options import RULES_FILE, rules_option
from jobs.cli.probing import probe_google
from jobs.cli.screen import tell
from jobs.cli.session import Session
from jobs.health import Check
from jobs.stores import client_of, google_identity
from rules.worktime import WorkTime
from sync.excel.conflicts import require_single
from sync.store import StoreError
from sync.table import Table


@click.command()
@click.option(
    "--probe",
    is_flag=True,
    help="Try on a scratch tab of the Google Sheet, which is then deleted, whether Google does "
    "what we assume.",
)
@click.option(
    "--keep", is_flag=True, help="With --probe: leave a tab standing with what to look at by eye."
)
@rules_option
def doctor(rules_path: Path | None, now: dt.datetime | None, *, probe: bool, keep: bool) -> None:
    """Look whether installation and spreadsheet are well.

    With a rules file also at the history and the calendar. Answers 1 when something is not well.
    """
    if keep and not probe:
        raise click.UsageError("--keep goes with --probe")
    checks = health.packages()
    language = user_language()
    session = None
    if rules_path or probe or Path(RULES_FILE).exists():
        session = Session.open(rules_path, now)
        language = session.language
        checks += _spreadsheet(session)
    for check in checks:
        text = check.zh if language == "zh" else check.en
        tell(("✓ " if check.fine else "✗ ") + text, style="" if check.fine else "yellow")
    fine = all(check.fine for check in checks)
    if probe and session is not None:
        fine &= probe_google(session, keep=keep)
    if not fine:
        sys.exit(Exit.PENDING)


def _spreadsheet(session: Session) -> list[Check]:
    """The rules file, the workbook, the state folder and the calendar."""
    settings = session.rules_file.settings
    found = [
        Check(True, f"rules file {session.rules_file.path}", f"规则文件 {session.rules_file.path}"),
        Check(True, f"history in {session.state.folder}", f"历史记录在 {session.state.folder}"),
    ]
    looked = _google(session) if session.rules_file.google_id else _workbook(session)
    try:
        for check in looked:
            found.append(check)  # noqa: PERF402 - what was well before a failure is told, too
    except StoreError as error:
        found.append(Check(False, error.say("en"), error.say("zh")))
    years = WorkTime(settings.calendar, settings.timezone, session.now).unknown_years
    return [*found, health.calendar(years, session.now)]


def _workbook(session: Session) -> Iterator[Check]:
    """Whether the workbook can be read, stands alone, and in a folder that can be written."""
    path = session.rules_file.spreadsheet_path
    if not os.access(path.parent, os.W_OK):
        yield Check(False, f"{path.parent} is read-only", f"{path.parent} 只读")
    yield _rows(session.store().read(), session)
    require_single(path)


def _rows(table: Table, session: Session) -> Check:
    name = session.rules_file.spreadsheet_name
    return Check(True, f"{name}: {len(table)} rows", f"{name}：{len(table)} 行")


def _google(session: Session) -> Iterator[Check]:
    """Who signs in, whether the spreadsheet is shared with them, and whether they may write."""
    from sync.google.values import require_editor

    rules_file = session.rules_file
    identity = google_identity(rules_file.google, rules_file.key_path)
    who, kept = identity.name, identity.kept
    yield Check(
        True,
        f"signs in to Google as {who or 'this machine'}; the secret is kept in {kept.en}",
        f"以{f' {who} ' if who else '本机账号'}的身份登录 Google；密钥保存在{kept.zh}",
    )
    client = client_of(rules_file.google_id or "", rules_file.google, identity)
    table = session.store().read()
    yield _rows(table, session)
    require_editor(client)
    yield Check(True, "it may be edited", "具有编辑权限")
    zone, own = session.rules_file.settings.timezone, table.zone
    if own != zone:
        yield Check(
            False,
            f"the spreadsheet's time zone is {own}, the rules file says {zone}; the spreadsheet's "
            "counts, so write it into the rules file",
            f"表格的时区是 {own}，规则文件写的是 {zone}；以表格为准，请把它写入规则文件",
        )
