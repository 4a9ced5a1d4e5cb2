"""The demo's team sheet on the local server, and the rules file that names it."""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sync.say import Language
from templates.starter import write_demo
from templates.starter.workbook import HEADER_ROW
from tests.demo_google.words import WORDS
from tests.google.kit import Act, People
from tests.sheets_server import Server

RULES = "dealkeeper.yaml"
KEY = "key.json"
_EXCEL = re.compile(r"^spreadsheet:\n  excel: .*$", re.MULTILINE)
_GOOGLE = """\
google:                          # {comment}
  key_file: {key}
  address: {address}

spreadsheet:
  google: {id}"""
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - dates of a sheet are naive
_SPARE = 20  # blank rows and columns beside the table


@dataclass(frozen=True, slots=True)
class Desk:
    """What the demo works on.

    Attributes:
        people: the team's spreadsheet on the server.
        table: title of the tab that is kept.
        rules: path of the rules file.
    """

    people: People
    table: str
    rules: Path


def set_up(
    folder: Path, language: Language, server: Server, now: pd.Timestamp, zone: str, rows: int
) -> Desk:
    """Put the demo's team sheet on the server, and its rules file and key into a folder.

    Args:
        folder: for the files; made where missing.
        language: `zh` or `en`.
        server: is listening.
        now: the moment that the sheet is kept up to, naive local time.
        zone: time zone of the spreadsheet.
        rows: how many opportunities.
    """
    with tempfile.TemporaryDirectory() as scratch:
        files = write_demo(Path(scratch), language, now, rows)
        rules = files.rules.read_text("utf-8")
        table = _table(files.workbook)
    people = People(server, table.title, zone)
    people.do(_grown(table), *_typed(table))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RULES
    google = _GOOGLE.format(
        comment=WORDS[language].comment, key=KEY, address=server.url, id=people.id
    )
    path.write_text(_EXCEL.sub(google, rules, count=1), encoding="utf-8")
    _write_key(folder / KEY)
    return Desk(people, table.title, path)


def _table(workbook: Path) -> Worksheet:
    """Return the first tab with the results of its formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # looks that openpyxl does not know
        sheet: Worksheet = openpyxl.load_workbook(workbook, data_only=True).worksheets[0]
    return sheet


def _grown(table: Worksheet) -> Act:
    grid = {
        "rowCount": table.max_row + _SPARE, "columnCount": table.max_column + _SPARE,
        "frozenRowCount": HEADER_ROW + 1,
    }  # fmt: skip
    properties = {"sheetId": 0, "gridProperties": grid}
    return {"updateSheetProperties": {"properties": properties, "fields": "gridProperties"}}


def _typed(table: Worksheet) -> Iterator[Act]:
    """Values and number formats, then the widths of the columns."""
    rows = [{"values": [_cell(cell) for cell in line]} for line in table.iter_rows()]
    fields = "userEnteredValue,userEnteredFormat"
    start = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": rows, "fields": fields}}
    for at in range(table.max_column):
        width = table.column_dimensions[get_column_letter(at + 1)].width
        span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
        properties = {"pixelSize": round(7 * width)}
        yield {
            "updateDimensionProperties": {
                "range": span, "properties": properties, "fields": "pixelSize",
            }
        }  # fmt: skip


def _cell(cell: Cell | MergedCell) -> dict[str, Any]:
    form: dict[str, Any] = {"textFormat": {"bold": bool(cell.font.b)}}
    match cell.value:
        case None:
            return {}
        case str() as text:
            return {"userEnteredValue": {"stringValue": text}, "userEnteredFormat": form}
        case dt.datetime() as moment:
            number, kind = (moment - _DAY_ZERO) / dt.timedelta(days=1), "DATE"
        case value:
            number, kind = float(str(value)), "NUMBER"
    if cell.number_format != "General":
        form["numberFormat"] = {"type": kind, "pattern": cell.number_format}
    return {"userEnteredValue": {"numberValue": number}, "userEnteredFormat": form}


def _write_key(path: Path) -> None:
    """Write a key that opens the local server only.

    Its token never runs out, and its home is not Google's: so nobody else is asked for anything.
    """
    content = {
        "type": "authorized_user", "account": "demo@localhost", "universe_domain": "localhost",
        "client_id": "demo", "client_secret": "none", "refresh_token": "none",
        "token": "local", "expiry": "2999-12-31T00:00:00Z",
    }  # fmt: skip
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
