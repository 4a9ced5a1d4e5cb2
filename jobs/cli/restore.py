"""`dealkeeper restore`: list the backups of the workbook, or put one back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from jobs.cli.options import rules_option
from jobs.cli.screen import can_ask, tell
from jobs.cli.session import Session
from jobs.cli.undoing import take_back
from jobs.restore import Backup, backups
from jobs.restore import restore as put_back
from sync.excel.files import PRISTINE
from sync.say import Language, listed
from sync.store import Refused
from templates.terminal.grids import grid

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "none": "还没有备份：每次写入工作簿之前会自动备份到 {folder}",
        "pristine": "首次写入之前的原件",
        "damaged": "已损坏",
        "before": "第 {run} 次运行之前",
        "next": "恢复其中一份：dealkeeper restore {name}",
        "several": "“{name}”对应多份备份：{names}",
        "unknown": "没有名为“{name}”的备份；现有：{names}",
        "ask": "把 {file} 恢复为备份 {name}（{taken}）？现在的文件会先备份",
        "refused": "恢复需要确认：请在终端中运行，或加上 --yes；工作簿未改动",
        "done": "{file} 已恢复为备份 {name}（{taken}）",
        "same": "{file} 与备份 {name} 完全相同，无需恢复",
        "undone": "第 {runs} 次运行的结果已不再计入；定时任务的下一次运行会重新判断，"
        "请先看 dealkeeper plan",
    },
    "en": {
        "none": "no backup yet: each run keeps one in {folder} before it writes",
        "pristine": "as it was before the first run",
        "damaged": "damaged",
        "before": "before run {run}",
        "next": "Put one back: dealkeeper restore {name}",
        "several": "`{name}` begins the name of several backups: {names}",
        "unknown": "there is no backup `{name}`; there are: {names}",
        "ask": "Put the backup {name} ({taken}) in the place of {file}? "
        "The file of now is backed up first",
        "refused": "restoring wants a confirmation: use a terminal, or --yes; the workbook is "
        "untouched",
        "done": "{file} is again as in the backup {name} ({taken})",
        "same": "{file} is the same as the backup {name}; nothing to restore",
        "undone": "No longer counted: run {runs}. The next run, a scheduled one too, decides "
        "again: look at dealkeeper plan first",
    },
}
_TITLES: dict[Language, tuple[str, ...]] = {
    "zh": ("备份", "时间", "大小", "内容"),
    "en": ("Backup", "Moment", "Size", "Content"),
}


@click.command()
@click.argument("stamp", required=False)
@click.option("--list", "listing", is_flag=True, help="List the backups; also without a STAMP.")
@click.option("--pristine", is_flag=True, help="Put back the copy from before the first run.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@rules_option
def restore(
    stamp: str | None,
    rules_path: Path | None,
    now: dt.datetime | None,
    *,
    listing: bool,
    pristine: bool,
    yes: bool,
) -> None:
    """List the backups of the workbook, or put one back.

    Of a Google Sheet there are no backups: STAMP is then the number of a run, and our cells get
    back what stood there before it, except where people typed since. For the rest of the sheet
    Google keeps a version history of its own.

    STAMP is the beginning of a backup's name as it is listed. The workbook of now is backed up
    first, and what later runs decided no longer counts: the next run decides as it would have then.
    """
    if stamp and rules_path is None and stamp.endswith((".yaml", ".yml")):
        rules_path, stamp = Path(stamp), None
    if stamp and pristine:
        raise click.UsageError("give either a STAMP or --pristine")
    session = Session.open(rules_path, now)
    if session.rules_file.google_id:
        take_back(session, stamp, everything=pristine, listing=listing, yes=yes)
        return
    suffix = session.rules_file.spreadsheet_path.suffix
    found = backups(session.state.backups, suffix, session.history.runs(None))
    if listing or not (stamp or pristine):
        _show(found, session)
        return
    chosen = _chosen(found, PRISTINE if pristine else str(stamp), session.language)
    _restore(chosen, session, yes=yes)


def _show(found: list[Backup], session: Session) -> None:
    words, titles = _WORDS[session.language], _TITLES[session.language]
    if not found:
        tell(words["none"].format(folder=session.state.backups))
        return
    made = grid(titles, numbers=(titles[2],))
    for backup in found:
        taken = _minute(backup) if backup.taken is not None else ""
        made.add_row(backup.name, taken, _size(backup.size), _content(backup, words))
    tell(made, "", words["next"].format(name=found[0].name))


def _content(backup: Backup, words: dict[str, str]) -> str:
    if not backup.whole:
        return words["damaged"]
    if backup.taken is None:
        return words["pristine"]
    return words["before"].format(run=backup.run.id) if backup.run else ""


def _chosen(found: list[Backup], name: str, language: Language) -> Backup:
    """The one backup whose name begins so."""
    fitting = [backup for backup in found if backup.name.startswith(name)]
    if len(fitting) != 1:
        names = listed([backup.name for backup in fitting or found], language) or "–"
        problem = _WORDS[language]["several" if fitting else "unknown"]
        raise click.UsageError(problem.format(name=name, names=names))
    return fitting[0]


def _restore(backup: Backup, session: Session, *, yes: bool) -> None:
    words, file = _WORDS[session.language], session.rules_file.spreadsheet_path.name
    taken = _minute(backup) if backup.taken is not None else words["pristine"]
    facts = {"file": file, "name": backup.name, "taken": taken}
    if not yes and not (can_ask() and click.confirm(words["ask"].format(**facts), default=False)):
        raise Refused(_WORDS["en"]["refused"], zh=_WORDS["zh"]["refused"])
    with session.locating(), session.workbook() as store:
        restored = put_back(store, session.history, backup, session.now, session.rules_file.hash)
    tell(words["done" if restored.changed else "same"].format(**facts))
    if restored.undone:
        runs = listed([str(run) for run in restored.undone], session.language)
        tell(words["undone"].format(runs=runs))


def _minute(backup: Backup) -> str:
    return f"{backup.taken:%Y-%m-%d %H:%M:%S}"


def _size(number: int) -> str:
    return f"{number / 1024:,.0f} KB"
