"""`dealkeeper history [KEY]`: the runs, or what happened to one opportunity."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd
from rich import box
from rich.table import Table as Grid
from rich.text import Text

from jobs.cli.explain import label, shown
from jobs.cli.options import Session, console, rules_option
from jobs.history import RunLine
from sync.say import Language

_TITLES: dict[Language, tuple[str, ...]] = {
    "zh": ("#", "时间", "行数", "写入格数", "未写入", "发现"),
    "en": ("#", "Moment", "Rows", "Cells written", "Not written", "Findings"),
}
_NONE = {"zh": "还没有运行记录", "en": "no run yet"}
_NOTHING = {"zh": "没有「{key}」的记录", "en": "nothing is known of `{key}`"}
_OURS = {"zh": "商机管家", "en": "dealkeeper"}
_TEAM = {"zh": "团队", "en": "team"}


@click.command()
@click.argument("key", required=False)
@click.option("--limit", default=20, show_default=True, help="How many runs to show.")
@rules_option
def history(key: str | None, limit: int, rules_path: Path | None, now: pd.Timestamp | None) -> None:
    """Show the latest runs; with KEY, what happened to that opportunity.

    A change that people made is dated by the two runs between which it happened.
    """
    if key and rules_path is None and key.endswith((".yaml", ".yml")):
        session, key = Session.open(Path(key), now), None
    else:
        session = Session.open(rules_path, now)
    if key:
        _one(session, key)
    else:
        _runs(session.history.runs(limit), session.language)


def _runs(lines: list[RunLine], language: Language) -> None:
    terminal = console()
    if not lines:
        terminal.print(_NONE[language])
        return
    grid = Grid(box=box.SIMPLE_HEAD)
    for title in _TITLES[language]:
        grid.add_column(title, justify="left" if title in _TITLES[language][1] else "right")
    for line in lines:
        findings = sum(line.counts.get("findings", {}).values())
        numbers = (line.counts.get(name, 0) for name in ("rows", "written", "refused"))
        cells = [f"{number:,}" for number in numbers]
        grid.add_row(str(line.id), line.now.strftime("%Y-%m-%d %H:%M"), *cells, f"{findings:,}")
    terminal.print(grid)


def _one(session: Session, key: str) -> None:
    """The life of one opportunity: events of the team and cells of ours, by time."""
    language = session.language
    known = session.history.explain(key)
    terminal = console()
    if known.first_seen is None:
        terminal.print(_NOTHING[language].format(key=key))
        return
    headers = {owned.key: owned.header for owned in session.rules_file.layout.columns}
    lines = []
    for event in known.events:
        who = _OURS[language] if event.source == "dealkeeper" else _TEAM[language]
        name = label(event.field, headers, language)
        when = event.until.strftime("%Y-%m-%d %H:%M")
        if event.since != event.until:
            when = f"{event.since.strftime('%Y-%m-%d %H:%M')} … {when}"
        before, after = (shown(event.field, v, language) for v in (event.before, event.after))
        lines.append((event.until, when, who, f"{name}: {before} → {after}"))
    for patch in known.patches:
        when = patch.now.strftime("%Y-%m-%d %H:%M")
        name = label(patch.field, headers, language)
        before, after = (shown(patch.field, v, language) for v in (patch.before, patch.after))
        lines.append((patch.now, when, _OURS[language], f"{name}: {before} → {after}"))
    grid = Grid.grid(padding=(0, 2))
    for _, when, who, text in sorted(lines, key=lambda line: line[0]):
        grid.add_row(Text(when, style="dim"), who, text)
    terminal.print(Text(key, style="bold"))
    terminal.print(grid)
