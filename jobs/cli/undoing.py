"""`dealkeeper restore` on a Google Sheet: list the runs that wrote, or take some of them back."""

from __future__ import annotations

import click

from jobs.cli.screen import can_ask, tell
from jobs.cli.session import Session
from jobs.history import RunLine
from jobs.undo import undo, undoable
from sync.say import Language, listed
from sync.store import Refused
from templates.terminal.grids import grid

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "none": "还没有写入过，无可撤销",
        "next": "撤销其中一次及其后的全部写入：dealkeeper restore {run}",
        "unknown": "没有可撤销的第 {run} 次运行；现有：{runs}",
        "ask": "撤销第 {run} 次运行及其后写入 {file} 的内容？团队之后改过的单元格不会改动",
        "refused": "撤销需要确认：请在终端中运行，或加上 --yes；表格未改动",
        "done": "已撤销 {cells} 格；第 {runs} 次运行的结果已不再计入，"
        "定时任务的下一次运行会重新判断，请先看 dealkeeper plan",
        "kept": "{count} 格未撤销：之后被修改过，或所在行、列已不存在",
    },
    "en": {
        "none": "nothing was written yet, so there is nothing to take back",
        "next": "Take one and all later ones back: dealkeeper restore {run}",
        "unknown": "there is no run {run} to take back; there are: {runs}",
        "ask": "Take back what run {run} and later ones wrote to {file}? Cells that people changed "
        "since stay",
        "refused": "taking back wants a confirmation: use a terminal, or --yes; the spreadsheet is "
        "untouched",
        "done": "{cells} cells were taken back. No longer counted: run {runs}. The next run, a "
        "scheduled one too, decides again: look at dealkeeper plan first",
        "kept": "{count} cells were left: they were changed since, or their row or column is gone",
    },
}
_TITLES: dict[Language, tuple[str, ...]] = {
    "zh": ("#", "时间", "写入格数"),
    "en": ("#", "Moment", "Cells written"),
}


def take_back(
    session: Session, run: str | None, *, everything: bool, listing: bool, yes: bool
) -> None:
    """List the runs that wrote, or take one and all later ones back.

    Args:
        session: of a Google Sheet.
        run: its number as it is listed.
        everything: take all of them back.
        listing: only list.
        yes: do not ask.

    Raises:
        Refused: nobody confirmed.
    """
    words = _WORDS[session.language]
    lines = undoable(session.history)
    if not lines:
        tell(words["none"])
        return
    if listing or not (run or everything):
        _show(lines, session.language)
        return
    numbers = [str(line.id) for line in lines]
    chosen = numbers[-1] if everything else str(run)
    if chosen not in numbers:
        known = listed(numbers, session.language)
        raise click.UsageError(words["unknown"].format(run=chosen, runs=known))
    ask = words["ask"].format(run=chosen, file=session.rules_file.spreadsheet_name)
    if not yes and not (can_ask() and click.confirm(ask, default=False)):
        raise Refused(_WORDS["en"]["refused"], zh=_WORDS["zh"]["refused"])
    with session.writing() as store:
        done = undo(store, session.rules_file, session.history, int(chosen), session.now)
    runs = listed([str(number) for number in done.runs], session.language)
    tell(words["done"].format(cells=f"{done.receipt.written:,}", runs=runs))
    if done.kept:
        tell(words["kept"].format(count=f"{done.kept:,}"), style="yellow")


def _show(lines: list[RunLine], language: Language) -> None:
    titles = _TITLES[language]
    made = grid(titles, numbers=(titles[0], titles[2]))
    for line in lines:
        made.add_row(str(line.id), f"{line.now:%Y-%m-%d %H:%M}", f"{line.counts['written']:,}")
    tell(made, "", _WORDS[language]["next"].format(run=lines[0].id))
