"""`dealkeeper demo`: a sample workbook and its rules file, and one run on them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from jobs import pipeline
from jobs.cli.errors import LANGUAGE
from jobs.cli.options import RULES_FILE, now_option
from jobs.cli.screen import steps, tell
from jobs.cli.session import Session, moment
from jobs.past import live
from jobs.reports import report_of
from sync.say import Language
from templates.starter.demo import demo_past, write_demo
from templates.terminal.run import render
from templates.terminal.tour import tour

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "again": "演示文件已在 {folder}，在它上面再运行一次（--fresh 重新生成）",
        "next": "在 {folder} 里再试：dealkeeper plan、dealkeeper explain {key}、dealkeeper history",
    },
    "en": {
        "again": "The demo is in {folder} already; running on it again (--fresh makes a new one)",
        "next": "Then try, in {folder}: dealkeeper plan, dealkeeper explain {key}, "
        "dealkeeper history",
    },
}


@click.command()
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Of the sample workbook and of the report.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the files are put.  [default: demo, or demo-en]",
)
@click.option("--fresh", is_flag=True, help="Write the sample files anew, over those of before.")
@now_option
def demo(language: Language, folder: Path | None, now: dt.datetime | None, *, fresh: bool) -> None:
    """Make a sample workbook with its rules file, and run on it.

    The workbook is what a sales team of seven might keep: three years of opportunities with its own
    formulas, chart, filters and formats, and the slips that people make.
    """
    LANGUAGE.set(language)
    folder = folder or Path("demo" if language == "zh" else "demo-en")
    rules_path = folder / RULES_FILE
    words = _WORDS[language]
    if fresh or not rules_path.exists():
        session = _begun(folder, language, now)
    else:
        tell(words["again"].format(folder=folder), style="dim")
        session = Session.open(rules_path, now)
    with session.writing() as store, steps(language) as step:
        done = pipeline.run(store, session.rules_file, session.history, session.now, step=step)
    report = report_of(done.prepared, session.rules_file, receipt=done.receipt)
    tell(render(report), tour(report, session.rules_file.rules))
    marked = done.prepared.table.keys[done.prepared.result.frame["status"].notna()]
    if len(marked):
        tell(words["next"].format(folder=folder, key=marked[0]), style="dim")


def _begun(folder: Path, language: Language, now: dt.datetime | None) -> Session:
    """Write the files anew, and let their history begin some weeks ago."""
    at = moment(now, "Asia/Shanghai")
    files = write_demo(folder, language, at)
    forget(folder)
    session = Session.open(files.rules, now)
    live(demo_past(language, at), session.rules_file, session.history)
    return session


def forget(folder: Path) -> None:
    """Remove the history of an earlier demo in the folder, so that a new one starts afresh."""
    for path in folder.glob(".dealkeeper/*/history.sqlite*"):
        path.unlink()
