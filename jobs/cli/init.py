"""`dealkeeper init`: look at a spreadsheet, write its first rules file, report on its health."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import pandas as pd

from config.document import GoogleAccess, sheet_id
from config.load import load
from config.starter import starter
from jobs.cli.errors import LANGUAGE, user_language
from jobs.cli.options import RULES_FILE, now_option
from jobs.cli.screen import tell
from jobs.cli.session import moment
from jobs.discovery import Discovery, discover
from jobs.planner import Known, make_plan
from jobs.reports import report_of
from jobs.sources import Source, from_google, from_workbook
from rules.invalid import Invalid
from sync.fields import FIELDS
from sync.reading import read_table
from sync.say import Language
from templates.terminal.health import render_health

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "exists": "{file} 已存在；用 --output 指定另一个文件名，或先把它移走",
        "wrote": "已写入 {file}。表格未改动。",
        "which": "请给出一个工作簿，或用 --google 给出 Google 表格的网址（二选一）",
        "access": "--key-file、--sign-in 和 --address 只用于 --google",
        "doubt": "△ 「{field}」有几个候选列：{headers}。请在规则文件的 columns 里选定。",
        "others": "△ 还有表头相似的标签页：{sheets}。",
        "next": "下一步：看一遍 {file}，然后 dealkeeper check → dealkeeper plan → dealkeeper run",
    },
    "en": {
        "exists": "{file} exists; name another file with --output, or move it away first",
        "wrote": "Wrote {file}. The spreadsheet is untouched.",
        "which": "name a workbook, or a Google Sheet with --google; one of the two",
        "access": "--key-file, --sign-in and --address go with --google",
        "doubt": "△ Several columns could be “{field}”: {headers}. Choose one under `columns`.",
        "others": "△ Other tabs have a similar header: {sheets}.",
        "next": "Next: read {file}, then dealkeeper check → dealkeeper plan → dealkeeper run",
    },
}


@click.command()
@click.argument("workbook", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--google", metavar="ADDRESS", help="Address or id of a Google Sheet instead.")
@click.option(
    "--key-file",
    metavar="FILE",
    help="With --google: key of a service account.  [default: named by DEALKEEPER_GOOGLE_KEY]",
)
@click.option(
    "--sign-in",
    type=click.Choice(["default", "keyring", "user"]),
    help="With --google: `keyring` and `user` are what `dealkeeper login` keeps.",
)
@click.option("--address", metavar="URL", help="With --google: of a gateway to the Sheets API.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The rules file to write.  [default: {RULES_FILE} beside the workbook, or here]",
)
@click.option("--sheet", help="The tab with the table, where it is not found by itself.")
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    help="Of the rules file and the summary.  [default: that of the headers]",
)
@now_option
def init(
    workbook: Path | None,
    google: str | None,
    output: Path | None,
    sheet: str | None,
    language: Language | None,
    now: dt.datetime | None,
    **access: str | None,
) -> None:
    """Write a first rules file, and report on the table.

    The rules file says what was detected in WORKBOOK, or in a Google Sheet (tab, header row,
    columns, stages, owners, outcomes), and spells every default out, with comments. The spreadsheet
    is only read.
    """
    words = _WORDS[user_language()]
    if (workbook is None) == (google is None):
        raise click.UsageError(words["which"])
    given = {name: value for name, value in access.items() if value is not None}
    if given and not google:
        raise click.UsageError(words["access"])
    target = output or (workbook.parent if workbook else Path()) / RULES_FILE
    if target.exists():
        raise click.UsageError(words["exists"].format(file=target))
    at = moment(now, "Asia/Shanghai")
    if workbook is not None:
        source = from_workbook(workbook, target.parent)
    else:
        source = _google(google or "", given, target.parent)
    found = discover(source, at, sheet=sheet, language=language)
    LANGUAGE.set(found.found.language)
    target.write_text(starter(found.found), encoding="utf-8")
    _tell(source, target, found, moment(now, found.found.timezone))


def _google(given: str, access: dict[str, str], folder: Path) -> Source:
    """Read a Google Sheet.

    Raises:
        UsageError: what was given is no address of one.
        StoreError: it cannot be read.
    """
    try:
        number = sheet_id(given)
    except Invalid as error:
        raise click.UsageError(f"--google: {error.say(user_language(), given)}") from error
    return from_google(number, GoogleAccess.model_validate(access), folder)


def _tell(source: Source, target: Path, found: Discovery, now: pd.Timestamp) -> None:
    """Print the health report and what to do next."""
    rules_file = load(target)
    settings = rules_file.settings
    table, _ = read_table(source.grids, rules_file.reading(now), source.version)
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
