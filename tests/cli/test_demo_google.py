"""The demo on a Google Sheet: the whole job, twice, without an account."""

from __future__ import annotations

import datetime as dt
import re
import socket
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.say import Language
from tests.cli.kit import NOW, RULES
from tests.demo_google.__main__ import BOOK, show
from tests.demo_google.words import WORDS

_SEEN = {
    "zh": ("商机", "管理汇总", "管家·时效", "已超时"),
    "en": ("Opportunities", "Summary", "DK status", "Overdue"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl does not know sparklines
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_demo_runs_twice_and_leaves_what_it_made(
    language: Language,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: set[object] = set()
    find = socket.getaddrinfo

    def noted(host: str, *more: Any, **named: Any) -> Any:
        asked.add(host)
        return find(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    now = dt.datetime.fromisoformat(NOW)
    assert show(tmp_path, language, now, rows=60, pictures=False) == 0
    told = capsys.readouterr()
    assert told.err == ""
    pattern = re.escape(WORDS[language].asked).replace(r"\{reads\}", r"(\d)")
    counts = re.findall(pattern.replace(r"\{writes\}", r"(\d)"), told.out)
    assert counts == [("1", "0"), ("1", "2"), ("1", "0")]
    assert asked == {"127.0.0.1"}
    assert (tmp_path / RULES).exists()
    table, summary, status, overdue = _SEEN[language]
    book = openpyxl.load_workbook(tmp_path / BOOK)
    assert book.sheetnames == [summary, table, {"zh": "待复核", "en": "Review"}[language]]
    header, *rows = list(book[table].iter_rows(min_row=3, values_only=True))
    assert overdue in {row[header.index(status)] for row in rows}
    assert status in told.out.split(WORDS[language].look)[1]
