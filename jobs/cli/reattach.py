"""`dealkeeper reattach`: put ids that a sort tore from their rows back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import pandas as pd
from rich.text import Text

from jobs.cli.options import rules_option
from jobs.cli.screen import can_ask, tell
from jobs.cli.session import Session
from jobs.reattach import Reattachment
from jobs.reattach import reattach as put_back
from sync.say import Language, listed
from sync.table import Table, column
from templates.terminal.grids import grid

_TITLES: dict[Language, tuple[str, ...]] = {
    "zh": ("行", "客户", "名称", "现在的编号", "应为", "依据"),
    "en": ("Row", "Customer", "Name", "Id now", "Its id", "Evidence"),
}
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "agreed": "{agreed}/{fields} 项一致",
        "new": "新行，下次运行另给编号",
        "doubtful": "无法确定，可能是 {ids}；请手工填写编号，留空则下次运行另给编号",
        "ask": "写入 {file}？现在的文件会先备份",
        "fine": "每一行的编号都与记录相符，无需改动",
        "done": "已写入 {cells} 个单元格；请用 dealkeeper plan 查看下一次运行",
        "refused": "有 {count} 个单元格未能写入（内容已变或为公式）",
        "more": "…… 另有 {count} 行",
    },
    "en": {
        "agreed": "{agreed} of {fields} fields agree",
        "new": "a new row; the next run gives it an id",
        "doubtful": "cannot be told, maybe {ids}; type its id, or leave it blank for a new one",
        "ask": "Write this to {file}? The file of now is backed up first",
        "fine": "Every id stands beside the row that it is known by; nothing to do",
        "done": "{cells} cells written; dealkeeper plan shows what the next run would do",
        "refused": "{count} cells could not be written (changed meanwhile, or a formula)",
        "more": "… and {count} more rows",
    },
}
SHOWN = 40


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@rules_option
def reattach(rules_path: Path | None, now: dt.datetime | None, *, yes: bool) -> None:
    """Put ids back to their rows after a sort has left them behind.

    Rows are recognised by customer, name, need, product, created and amount as the last run knew
    them; our other columns follow their id. What cannot be told is left blank and said. Only an id
    column of ours is ever written.
    """
    session = Session.open(rules_path, now)
    language = session.language
    words, file = _WORDS[language], session.rules_file.spreadsheet_name

    def confirm(table: Table, found: Reattachment) -> bool:
        _show(table, found, language)
        ask = words["ask"].format(file=file)
        return yes or (can_ask() and click.confirm(ask, default=False))

    with session.writing() as store:
        done = put_back(store, session.rules_file, session.history, session.now, confirm)
    if done.receipt is None:
        tell(words["fine"])
        return
    tell(words["done"].format(cells=f"{done.receipt.written:,}"))
    if done.receipt.refused:
        tell(words["refused"].format(count=len(done.receipt.refused)), style="yellow")


def _show(table: Table, found: Reattachment, language: Language) -> None:
    words, titles = _WORDS[language], _TITLES[language]
    made = grid(titles, numbers=titles[:1])
    customers, names = (column(table.frame, key).astype("str") for key in ("customer", "name"))
    shown = zip(found.rows[:SHOWN], found.now, found.ids, found.agreed, strict=False)
    for row, now, of_row, agreed in shown:
        made.add_row(
            f"{table.numbers[row]:,}",
            *(Text("" if pd.isna(value) else value) for value in (customers[row], names[row])),
            Text(now),
            Text(of_row or "–"),
            _evidence(int(row), str(of_row), int(agreed), found, language),
        )
    tell(made)
    if len(found.rows) > SHOWN:
        tell(words["more"].format(count=f"{len(found.rows) - SHOWN:,}"))


def _evidence(row: int, of_row: str, agreed: int, found: Reattachment, language: Language) -> Text:
    words = _WORDS[language]
    if row in found.doubtful:
        return Text(words["doubtful"].format(ids=listed(found.doubtful[row], language)), "yellow")
    if not of_row:
        return Text(words["new"])
    return Text(words["agreed"].format(agreed=agreed, fields=len(found.fields)))
