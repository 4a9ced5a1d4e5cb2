"""A Google Sheet on the local server, with the means to look at it and to edit it as people do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import requests
from google.oauth2.credentials import Credentials

from sync.google.budget import Budget
from sync.google.client import SheetsClient
from sync.google.store import GoogleStore
from sync.source import Reading
from tests.sheets_server import Server

READS = {"sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGetByDataFilter"}


class People:
    """Somebody at the spreadsheet: every act is a request of its own, by position."""

    def __init__(self, server: Server, title: str = "商机", zone: str = "Asia/Shanghai") -> None:
        self.server = server
        self.title = title
        self.book = server.create("销售")
        self.book.properties["timeZone"] = zone
        self.book.sheets[0].properties["title"] = title

    @property
    def id(self) -> str:
        """The spreadsheet's."""
        return self.book.id

    def ask(self, path: str, body: Any = None, verb: str = "post", **params: str) -> Any:
        """Send a request that no counting sees."""
        before = len(self.server.log)
        answer = requests.request(
            verb,
            f"{self.server.url}/v4/spreadsheets/{self.id}{path}",
            data=None if body is None else json.dumps(body),
            params=params,
            headers={"Authorization": "Bearer people"},
            timeout=30,
        )
        assert answer.ok, answer.text
        del self.server.log[before:]
        return answer.json()

    def do(self, *requests_: dict[str, Any]) -> Any:
        """Carry out requests of a batch."""
        return self.ask(":batchUpdate", {"requests": list(requests_)})["replies"]

    def type(self, row: int, column: int, rows: Sequence[Sequence[Any]], sheet: int = 0) -> None:
        """Type values as people do, from a cell counted from 0 on; None leaves a cell alone."""
        place = {
            "sheetId": sheet, "startRowIndex": row, "endRowIndex": row + len(rows),
            "startColumnIndex": column, "endColumnIndex": column + max(map(len, rows)),
        }  # fmt: skip
        data = {"dataFilter": {"gridRange": place}, "values": [list(one) for one in rows]}
        self.ask(
            "/values:batchUpdateByDataFilter", {"valueInputOption": "USER_ENTERED", "data": [data]}
        )

    def look(self, title: str = "", *, rendered: str = "UNFORMATTED_VALUE") -> list[list[Any]]:
        """The values of a tab, trailing blanks left out."""
        path = f"/values/{title or self.title}"
        found = self.ask(path, verb="get", valueRenderOption=rendered)
        return list(found.get("values", []))

    def number(self, title: str) -> int:
        """The id of a tab."""
        found = self.ask("", verb="get")["sheets"]
        names = {one["properties"]["title"]: one["properties"] for one in found}
        return int(names[title].get("sheetId", 0))

    def sheet(self, number: int = 0) -> dict[str, Any]:
        """A tab's resource without its cells."""
        found: dict[str, Any] = self.ask("", verb="get")
        return next(s for s in found["sheets"] if s["properties"].get("sheetId", 0) == number)

    def insert(self, dimension: str, at: int, count: int = 1) -> None:
        """Insert blank rows (`ROWS`) or columns (`COLUMNS`)."""
        span = {"sheetId": 0, "dimension": dimension, "startIndex": at, "endIndex": at + count}
        self.do({"insertDimension": {"range": span, "inheritFromBefore": at > 0}})

    def delete(self, dimension: str, at: int) -> None:
        """Delete a row or a column."""
        span = {"sheetId": 0, "dimension": dimension, "startIndex": at, "endIndex": at + 1}
        self.do({"deleteDimension": {"range": span}})

    def sort(self, column: int, *, down: bool = False, first_row: int = 1) -> None:
        """Sort everything below the header."""
        order = {"dimensionIndex": column, "sortOrder": "DESCENDING" if down else "ASCENDING"}
        place = {"sheetId": 0, "startRowIndex": first_row}
        self.do({"sortRange": {"range": place, "sortSpecs": [order]}})


def client(server: Server, spreadsheet: str, **options: Any) -> SheetsClient:
    """A client of the local server that never waits."""
    return SheetsClient(
        Credentials("local"),
        spreadsheet,
        url=server.url,
        identity="robot@example-project.iam.gserviceaccount.com",
        budget=options.pop("budget", Budget(1_000_000)),
        sleep=options.pop("sleep", lambda _: None),
        **options,
    )


def store(people: People, reading: Reading, **options: Any) -> GoogleStore:
    """The spreadsheet as the product sees it."""
    return GoogleStore(client(people.server, people.id), reading, **options)


def calls(server: Server) -> tuple[int, int]:
    """(reads, writes) that the product sent so far."""
    counts: Counter[str] = server.counts
    reads = sum(count for name, count in counts.items() if name in READS)
    return reads, counts.total() - reads
