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
from tests.sheets_server import Server, kinds
from tests.sheets_server.book import Book
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.crowd import Crowd

READS = {"sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGetByDataFilter"}


class People:
    """Somebody at the spreadsheet: every act is a request of its own, by position."""

    def __init__(self, server: Server, title: str = "商机", zone: str = "Asia/Shanghai") -> None:
        self.server = server
        self.title = title
        self.book = server.create("销售")
        self.book.properties["timeZone"] = zone
        self.book.sheets[0].properties["title"] = title
        self.book.sheets[0].grid.resize(100, 26)

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


def client(
    server: Server, spreadsheet: str, kind: type[SheetsClient] = SheetsClient, **options: Any
) -> SheetsClient:
    """A client of the local server that never waits."""
    return kind(
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


Act = dict[str, Any]


class Script(Crowd):
    """People who do certain things before certain requests; as `Server.crowd`.

    Args:
        acts: number of a request, from 1 → requests of a batch that people send before it.
    """

    def __init__(self, acts: dict[int, Sequence[Act]]) -> None:
        super().__init__(0)
        self._acts = acts
        self.asked = 0

    def before(self, cloud: Cloud, book: Book) -> Book:
        """What people do before a request."""
        self.asked += 1
        if self.asked not in self._acts:
            return book
        after = book.copy()
        kinds.apply(cloud, after, list(self._acts[self.asked]))
        return after


def inserted(dimension: str, at: int, count: int = 1) -> Act:
    """Somebody inserts blank rows (`ROWS`) or columns (`COLUMNS`)."""
    span = {"sheetId": 0, "dimension": dimension, "startIndex": at, "endIndex": at + count}
    return {"insertDimension": {"range": span, "inheritFromBefore": at > 0}}


def deleted(dimension: str, at: int) -> Act:
    """Somebody deletes a row or a column."""
    span = {"sheetId": 0, "dimension": dimension, "startIndex": at, "endIndex": at + 1}
    return {"deleteDimension": {"range": span}}


def moved(dimension: str, at: int, to: int) -> Act:
    """Somebody drags a row or a column."""
    span = {"sheetId": 0, "dimension": dimension, "startIndex": at, "endIndex": at + 1}
    return {"moveDimension": {"source": span, "destinationIndex": to}}


def sorted_by(column: int, *, down: bool = True, last_column: int | None = None) -> Act:
    """Somebody sorts everything below the header, or its first columns only."""
    order = {"dimensionIndex": column, "sortOrder": "DESCENDING" if down else "ASCENDING"}
    place: Act = {"sheetId": 0, "startRowIndex": 1}
    if last_column is not None:
        place["endColumnIndex"] = last_column + 1
    return {"sortRange": {"range": place, "sortSpecs": [order]}}


def typed(row: int, column: int, *texts: str) -> Act:
    """Somebody types texts into a row."""
    cells = [{"userEnteredValue": {"stringValue": text}} for text in texts]
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    return {
        "updateCells": {
            "start": start, "rows": [{"values": cells}], "fields": "userEnteredValue",
        }
    }  # fmt: skip
