"""Type a command, read its answer; and small workbooks of our own that people edit in between."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from jobs.cli import main

NOW = "2026-11-22T09:00"
RULES = "dealkeeper.yaml"
BOOK = "deals.xlsx"
SHEET = "Deals"
HEADERS = ("Deal ID", "Customer", "Amount", "Stage", "Owner", "Created", "Stage since", "Double")
OWNED = ("DK status", "DK due", "DK why")

CLOCK = "  - {use: stage_sla, start: stage_entered, escalate_after: null}"

_RULES_TEXT = """\
version: 1
id: kit
language: en
timezone: UTC
currency: USD
spreadsheet: {{excel: {book}, sheet: {sheet}, wait: 0 minutes}}
stages:
  - {{name: Lead, limit: {lead}}}
  - {{name: Offer, limit: 30 days}}
calendar: {{country: null}}
team: [{{name: Ann}}, {{name: Bob}}]
rules:
{rules}
owned: {{stage_since: false, next_action: false, duplicate_of: false, suggested_owner: false}}
summary: {summary}
state: state
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything that was printed."""
        return self.out + self.err


def dealkeeper(*args: object) -> Answer:
    """Run a command in this process, as the console script does; nobody can be asked."""
    out, err = io.StringIO(), io.StringIO()
    code: object = None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(arg) for arg in args])
        except SystemExit as ended:
            code = ended.code
    return Answer(int(str(code or 0)), out.getvalue(), err.getvalue())


def listing(folder: Path) -> dict[str, str]:
    """Every file of the team's folder with what it holds; the history is not theirs."""
    return {
        str(path.relative_to(folder)): sha(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "state" not in path.relative_to(folder).parts
    }


def check(answer: Answer, code: int, says: str) -> None:
    """Hold an answer to the promise: a sentence, its exit code, and no trace of the inside."""
    assert answer.code == code, answer.said
    assert says in answer.err
    assert "Traceback" not in answer.said
    lines = answer.err.strip().splitlines()
    assert 1 <= len(lines) <= 3, answer.err


def plan_of(folder: Path, *args: object) -> dict[str, Any]:
    """Return a plan as its JSON data."""
    answer = dealkeeper("plan", folder / RULES, "--json", "-", *args)
    assert answer.code == 0, answer.said
    plan: dict[str, Any] = json.loads(answer.out)
    return plan


def sha(path: Path) -> str:
    """Return what identifies a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def day(number: int) -> pd.Timestamp:
    """Return a day of November 2026."""
    return pd.Timestamp(2026, 11, number)


def deal(number: int, **changes: Any) -> list[Any]:
    """Return a row of the small workbook: every third one is in `Offer`, all are young."""
    row: dict[str, Any] = {
        "Deal ID": f"D-{number:03d}",
        "Customer": f"Customer {number}",
        "Amount": 1000 * number,
        "Stage": "Offer" if number % 3 == 0 else "Lead",
        "Owner": "Ann" if number % 2 else "Bob",
        "Created": day(1),
        "Stage since": day(1 + number % 20),
        "Double": f"=C{number + 1}*2",
    }
    row |= changes
    return list(row.values())


def write_deals(
    path: Path, rows: Sequence[Sequence[Any]], headers: Sequence[str] = HEADERS
) -> None:
    """Write the small workbook with openpyxl, as another program would."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for line in (headers, *rows):
        sheet.append(list(line))
    book.save(path)


def write_rules(
    folder: Path,
    *,
    rules: str = CLOCK,
    lead: str = "10 days",
    summary: str = "false",
) -> Path:
    """Write a rules file for the small workbook and return its path."""
    text = _RULES_TEXT.format(book=BOOK, sheet=SHEET, rules=rules, lead=lead, summary=summary)
    path = folder / RULES
    path.write_text(text, encoding="utf-8")
    return path


def retype(path: Path, old: str, new: str) -> None:
    """Edit a rules file by hand."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def small(folder: Path, rows: int = 8, **rules: str) -> Path:
    """Put a small workbook and its rules file in a folder; return the workbook."""
    write_deals(folder / BOOK, [deal(number) for number in range(1, rows + 1)])
    write_rules(folder, **rules)
    return folder / BOOK


def cells(path: Path, sheet: str = SHEET) -> list[dict[str, Any]]:
    """Return the rows of a sheet by header, formulas as text."""
    book = openpyxl.load_workbook(path)
    lines = list(book[sheet].iter_rows(values_only=True))
    return [dict(zip(map(str, lines[0]), line, strict=True)) for line in lines[1:] if any(line)]


def by_id(path: Path, column: str, key: str = "Deal ID") -> dict[str, Any]:
    """Return id → what stands in a column."""
    return {str(row[key]): row[column] for row in cells(path)}


def edit(path: Path, changes: Mapping[tuple[str, str], Any]) -> None:
    """Type into cells, named by id and header, and save, as a person does in another program."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    headers = [cell.value for cell in sheet[1]]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    for (key, header), value in changes.items():
        rows[key][headers.index(header)].value = value
    book.save(path)


def rearrange(path: Path, order: Sequence[int], extra: Sequence[Sequence[Any]] = ()) -> None:
    """Put the rows below the header in another order (numbers from 0) and append further ones."""
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for at, line in enumerate([*(lines[number] for number in order), *extra], start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(at, column).value = value
    book.save(path)
