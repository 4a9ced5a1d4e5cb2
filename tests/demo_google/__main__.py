"""The whole job on a Google Sheet, twice, without an account: `python -m tests.demo_google`.

A local server stands in for Google. Everything else is the product's own: its commands, its rules
file, its requests over HTTP.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pandas as pd

from jobs.cli import main as dealkeeper
from jobs.cli.demo import forget
from sync.say import Language
from templates.starter.workbook import HEADER_ROW
from tests.demo_google.sheet import Desk, set_up
from tests.demo_google.words import WORDS, Words
from tests.google.kit import calls
from tests.sheets_server import running
from tests.tools.google_tab import tab, workbook
from tests.tools.render import available, render

ZONES: dict[Language, str] = {"zh": "Asia/Shanghai", "en": "America/New_York"}
BOOK = "google-sheet.xlsx"


def show(
    folder: Path, language: Language, now: dt.datetime | None, rows: int = 300, *, pictures: bool
) -> int:
    """Tell the demo, and keep what came of it in a folder.

    Args:
        folder: for the rules file, the history, the workbook and the pictures.
        language: `zh` or `en`.
        now: naive local time of the team; None is this moment.
        rows: how many opportunities.
        pictures: draw the summary, where LibreOffice is installed.

    Returns:
        Exit code of the command that failed, 0 if none did.
    """
    words, zone = WORDS[language], ZONES[language]
    moment = pd.Timestamp(now or dt.datetime.now(ZoneInfo(zone)).replace(tzinfo=None))
    forget(folder)
    with running() as server:
        desk = set_up(folder, language, server, moment, zone, rows)
        print(words.begin.format(url=server.url))
        for title, command in (
            (words.plan, ["plan"]),
            (words.first, ["run", "--yes"]),
            (words.second, ["run"]),
        ):
            at = ["--now", f"{now:%Y-%m-%dT%H:%M}"] if now else []
            if code := _step(desk, title, [*command, "--rules", str(desk.rules), *at], words):
                return code
        _tell(desk, folder, words, pictures=pictures)
    return 0


def _step(desk: Desk, title: str, command: list[str], words: Words) -> int:
    """Run a command of the product, and count what it asked of the server."""
    server = desk.people.server
    server.log.clear()
    print(f"\n━━ {title}\n$ dealkeeper {' '.join(command)}\n", flush=True)
    try:
        dealkeeper(command)
        code = 0
    except SystemExit as ended:
        code = int(str(ended.code or 0))
    reads, writes = calls(server)
    print(words.asked.format(reads=reads, writes=writes))
    for method, count in server.counts.items():
        print(f"  {count} × {method}")
    return code


def _tell(desk: Desk, folder: Path, words: Words, *, pictures: bool) -> None:
    """Say where to look, and save what the server holds."""
    people = desk.people
    header = map(str, people.look()[HEADER_ROW])
    columns = [text for text in header if text.startswith(words.prefix)]
    titles = [sheet.title for sheet in people.server.spreadsheet(people.id).sheets]
    summary, *others = (title for title in titles if title != desk.table)
    print(f"\n━━ {words.look}")
    listed = words.comma.join(columns)
    print("•", words.columns.format(tab=desk.table, columns=listed, count=len(columns)))
    print("•", words.tab.format(tab=summary))
    print("•", words.link)
    path = folder / BOOK
    sheets = [tab(people, people.number(title)) for title in (summary, desk.table, *others)]
    path.write_bytes(workbook(*sheets))
    print("   ", words.file.format(path=path))
    if pictures and available():
        first, *_ = render(path, folder, summary)
        print("   ", words.picture.format(path=first, tab=summary))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.demo_google", description=__doc__)
    parser.add_argument("--language", choices=get_args(Language), default="zh")
    parser.add_argument("--folder", type=Path, help="default: demo-google, or demo-google-en")
    parser.add_argument("--now", type=dt.datetime.fromisoformat, help="such as 2026-11-22T09:00")
    parser.add_argument("--no-pictures", action="store_true", help="draw none")
    given = parser.parse_args()
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"  # the server is on this computer
    default = Path("demo-google" if given.language == "zh" else "demo-google-en")
    folder = given.folder or default
    sys.exit(show(folder, given.language, given.now, pictures=not given.no_pictures))


if __name__ == "__main__":
    main()
