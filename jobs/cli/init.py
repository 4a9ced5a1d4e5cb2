"""`dealkeeper init`: look at a workbook, write its first rules file, report on its health."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import pandas as pd

from config.load import load
from config.starter import starter
from jobs.cli.errors import LANGUAGE, user_language
from jobs.cli.options import RULES_FILE, now_option
from jobs.cli.screen import tell
from jobs.cli.session import moment
from jobs.discovery import Discovery, discover
from jobs.planner import Known, make_plan
from jobs.reports import report_of
from sync.excel.reader import read_grids
from sync.fields import FIELDS
from sync.reading import read_table
from sync.say import Language
from templates.terminal.health import render_health

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "exists": "{file} 已存在；用 --output 指定另一个文件名，或先把它移走",
        "wrote": "已写入 {file}。工作簿未改动。",
        "doubt": "△ 「{field}」有几个候选列：{headers}。请在规则文件的 columns 里选定。",
        "others": "△ 还有表头相似的标签页：{sheets}。",
        "next": "下一步：看一遍 {file}，然后 dealkeeper check → dealkeeper plan → dealkeeper run",
    },
    "en": {
        "exists": "{file} exists; name another file with --output, or move it away first",
        "wrote": "Wrote {file}. The workbook is untouched.",
        "doubt": "△ Several columns could be “{field}”: {headers}. Choose one under `columns`.",
        "others": "△ Other tabs have a similar header: {sheets}.",
        "next": "Next: read {file}, then dealkeeper check → dealkeeper plan → dealkeeper run",
    },
}


@click.command()
@click.argument("workbook", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The rules file to write.  [default: {RULES_FILE} beside the workbook]",
)
@click.option("--sheet", help="The tab with the table, where it is not found by itself.")
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    help="Of the rules file and the summary.  [default: that of the headers]",
)
@now_option
def init(
    workbook: Path,
    output: Path | None,
    sheet: str | None,
    language: Language | None,
    now: dt.datetime | None,
) -> None:
    """Write a first rules file for WORKBOOK and report on its table.

    The rules file says what was detected (tab, header row, columns, stages, owners, outcomes) and
    spells every default out, with comments. The workbook is only read.
    """
    target = output or workbook.parent / RULES_FILE
    if target.exists():
        raise click.UsageError(_WORDS[user_language()]["exists"].format(file=target))
    at = moment(now, "Asia/Shanghai")
    found = discover(workbook, at, folder=target.parent, sheet=sheet, language=language)
    LANGUAGE.set(found.found.language)
    target.write_text(starter(found.found), encoding="utf-8")
    _tell(workbook, target, found, moment(now, found.found.timezone))


def _tell(workbook: Path, target: Path, found: Discovery, now: pd.Timestamp) -> None:
    """Print the health report and what to do next."""
    rules_file = load(target)
    settings = rules_file.settings
    grids, version = read_grids(workbook, rules_file.limits)
    table, _ = read_table(grids, rules_file.reading(now), version)
    prepared = make_plan(table, rules_file.rules, settings, rules_file.layout, Known(), now)
    report = report_of(prepared, rules_file, planned=True)
    tell(render_health(report, found.detected.header_row))
    words = _WORDS[settings.language]
    tell("")
    for field, headers in found.detected.rivals.items():
        label = FIELDS[field].label(settings.language)
        joined = ", ".join(headers)
        tell(words["doubt"].format(field=label, headers=joined), style="yellow")
    if found.detected.others:
        others = ", ".join(found.detected.others)
        tell(words["others"].format(sheets=others), style="yellow")
    tell(words["wrote"].format(file=target))
    tell(words["next"].format(file=target.name), style="bold")
