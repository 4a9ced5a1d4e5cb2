"""`dealkeeper history [KEY]`: the runs, or what happened to one opportunity."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import pandas as pd

from jobs.cli.life import life
from jobs.cli.options import named, rules_option
from jobs.cli.screen import tell
from jobs.cli.session import Session
from jobs.history import RunLine
from sync.say import Language
from templates.terminal.grids import grid

_TITLES: dict[Language, tuple[str, ...]] = {
    "zh": ("#", "时间", "类型", "行数", "写入格数", "未写入", "发现"),
    "en": ("#", "Moment", "Kind", "Rows", "Cells written", "Not written", "Findings"),
}
_KINDS: dict[Language, dict[str, str]] = {
    "zh": {"run": "运行", "restore": "恢复备份", "undo": "撤销", "reattach": "重新对号"},
    "en": {"run": "run", "restore": "restore", "undo": "undo", "reattach": "reattach"},
}
_UNDONE = {"zh": "（已撤回）", "en": " (taken back)"}
_NONE = {"zh": "还没有运行记录", "en": "no run yet"}


@click.command()
@click.argument("key", required=False)
@click.option("--limit", default=20, show_default=True, help="How many runs to show.")
@rules_option
def history(key: str | None, limit: int, rules_path: Path | None, now: dt.datetime | None) -> None:
    """Show the latest runs or, with KEY, one opportunity's life.

    A change that people made is dated by the two runs between which it happened.
    """
    key, rules_path = named(key, rules_path)
    session = Session.open(rules_path, now)
    if key:
        tell(*life(session, key))
    else:
        _runs(session.history.runs(limit), session.language)


def _runs(lines: list[RunLine], language: Language) -> None:
    if not lines:
        tell(_NONE[language])
        return
    titles = _TITLES[language]
    made = grid(titles, numbers=(titles[0], *titles[3:]))
    for line in lines:
        findings = sum(line.counts.get("findings", {}).values())
        numbers = (line.counts.get(name, 0) for name in ("rows", "written", "refused"))
        cells = [f"{number:,}" for number in numbers]
        kind = _KINDS[language][line.kind] + (_UNDONE[language] if line.undone else "")
        made.add_row(str(line.id), _minute(line.now), kind, *cells, f"{findings:,}")
    tell(made)


def _minute(moment: pd.Timestamp) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
