"""A tab of our own to try things on: new for every trial, and gone when all is done.

It is known by its mark, as are those that a run left behind which was broken off. Nothing outside
it is touched; whatever stands on it goes with it, and its names are taken away in the same batch.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from gspread.utils import rowcol_to_a1

from sync.google.client import SheetsClient
from sync.google.errors import Rejected, Unsure, no_answer
from sync.google.marks import Request, mark_probe
from sync.google.probe.tab_requests import TabRequests, own_id
from sync.google.values import Told, look, put

NAMES = "dealkeeper_probe_"  # begins the names that are given to ranges of the tab
NOTHING = "–"  # how it is written where nothing stands
ROWS, COLUMNS = 100, 26
_TAB = "tab"  # name of the mark on the whole tab
_ATTEMPTS = 3
_STANDING = (
    "namedRanges(namedRangeId,name,range(sheetId)),"
    "sheets(properties(sheetId,title),developerMetadata(metadataId))"
)
_PARTS = (
    "properties(timeZone),namedRanges,sheets(properties(sheetId),conditionalFormats,basicFilter,"
    "tables,charts,protectedRanges,data(rowMetadata(hiddenByFilter,developerMetadata(metadataId)),"
    "columnMetadata(developerMetadata(metadataId)),"
    "rowData(values(userEnteredValue,effectiveValue,dataValidation))))"
)


class Scratch(TabRequests):
    """The tab of the moment; places on it are written in A1 notation.

    Attributes:
        client: of the spreadsheet.
        number: id of the tab, 0 before the first.
        title: as people see it, "" before the first.
    """

    def __init__(self, client: SheetsClient, title: str) -> None:
        """Name the spreadsheet; nothing is sent yet.

        Args:
            client: of the spreadsheet.
            title: of the tab; a number is added where the team has a tab of that name.
        """
        super().__init__(0)
        self.client = client
        self.title = ""
        self._wanted = title

    def renew(self) -> Self:
        """Put a blank tab in place of the last one, and of any that was left behind.

        Raises:
            StoreError: Google does not let us, or does not answer.
        """
        self.number = secrets.randbelow(2**31 - 2) + 1
        self._replace(add=True)
        return self

    def clear(self) -> None:
        """Take the tab away, and any that was left behind.

        Raises:
            StoreError: Google does not let us, or does not answer.
        """
        self._replace(add=False)

    def _replace(self, *, add: bool) -> None:
        """Look what stands there and put it right in one batch; after a lost answer look again."""
        for _ in range(_ATTEMPTS):
            book = self._ask("get", "", params={"fields": _STANDING})
            ours = {_number(sheet) for sheet in book.get("sheets", ()) if _is_ours(sheet)}
            if add and ours == {self.number}:
                return
            requests = [*_removed(book, ours), *(self._added(book, ours) if add else ())]
            if not requests:
                return
            try:
                self.do(*requests)
            except Unsure:
                continue
            return
        raise no_answer()

    def _added(self, book: Mapping[str, Any], ours: set[int]) -> Iterator[Request]:
        taken = {
            str(sheet["properties"].get("title", "")).casefold()
            for sheet in book.get("sheets", ())
            if _number(sheet) not in ours
        }
        names = (f"{self._wanted} {n}" if n > 1 else self._wanted for n in range(1, len(taken) + 2))
        self.title = next(name for name in names if name.casefold() not in taken)
        grid = {"rowCount": ROWS, "columnCount": COLUMNS}
        made = {"sheetId": self.number, "title": self.title, "gridProperties": grid}
        yield {"addSheet": {"properties": made}}
        yield mark_probe(self.number_of(_TAB), "", {"sheetId": self.number})

    def do(self, *requests: Request) -> Sequence[Mapping[str, Any]]:
        """Carry out a batch and return Google's replies.

        Raises:
            Rejected: Google does not accept it.
            Unsure: no answer came.
        """
        answer = self._ask("post", ":batchUpdate", json={"requests": list(requests)})
        replies: list[Mapping[str, Any]] = answer.get("replies", [])
        return replies

    def status(self, *requests: Request) -> str:
        """Carry out a batch and return the status of Google's answer."""
        try:
            self.do(*requests)
        except Rejected as error:
            return str(error.status)
        return "200"

    def put(self, *columns: tuple[Request, list[Any]]) -> list[Told]:
        """Write columns as the product does; see `sync.google.values.put`."""
        return put(self.client, columns)

    def texts(self, place: str) -> str:
        """Return what stands in the cells of a place, row by row without blanks, or `NOTHING`."""
        told = look(self.client, [{"gridRange": self.area(place)}])
        cells = [str(cell) for one in told for row in one.rows for cell in row if cell != ""]
        return " ".join(cells) or NOTHING

    def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Post something about the spreadsheet and return Google's answer."""
        return self._ask("post", path, json=body)

    def _ask(self, method: str, path: str, **send: Any) -> Any:
        return json.loads(self.client.ask(method, path, **send))

    def book(self) -> Mapping[str, Any]:
        """Return the spreadsheet's zone, its names, and the tab: parts, marks and first cells."""
        place = {"dataFilters": [{"gridRange": self.area("A1:Z30")}]}
        found = self._ask("post", ":getByDataFilter", params={"fields": _PARTS}, json=place)
        sheet = next(one for one in found["sheets"] if _number(one) == self.number)
        return {**found, "sheet": sheet}

    def sheet(self) -> Mapping[str, Any]:
        """Return the tab: parts, marks and first cells."""
        found: Mapping[str, Any] = self.book()["sheet"]
        return found

    def cell(self, place: str) -> Mapping[str, Any]:
        """Return what Google tells of one cell."""
        area = self.area(place)
        rows = self.sheet()["data"][0].get("rowData", [])
        row = rows[area["startRowIndex"]] if area["startRowIndex"] < len(rows) else {}
        values = row.get("values", [])
        at = area["startColumnIndex"]
        found: Mapping[str, Any] = values[at] if at < len(values) else {}
        return found

    def marked(self, name: str) -> str:
        """Return the column or row that carries a mark, `NOTHING` where none does."""
        grid = self.sheet()["data"][0]
        for side, name_of in (("columnMetadata", _letters), ("rowMetadata", _digits)):
            for at, line in enumerate(grid.get(side, ())):
                marks = {mark["metadataId"] for mark in line.get("developerMetadata", ())}
                if self.number_of(name) in marks:
                    return name_of(at)
        return NOTHING


def _letters(column: int) -> str:
    return str(rowcol_to_a1(1, column + 1))[:-1]


def _digits(row: int) -> str:
    return str(row + 1)


def _number(sheet: Mapping[str, Any]) -> int:
    return int(sheet["properties"].get("sheetId", 0))


def _is_ours(sheet: Mapping[str, Any]) -> bool:
    """Whether a tab carries the mark of its own number; a copy that people made is theirs."""
    marks = {mark["metadataId"] for mark in sheet.get("developerMetadata", ())}
    return own_id(_number(sheet), _TAB) in marks


def _removed(book: Mapping[str, Any], ours: set[int]) -> Iterator[Request]:
    """Names first: without their tab they would stay behind, pointing nowhere."""
    for name in book.get("namedRanges", ()):
        place = name.get("range")
        nowhere_else = place is None or place.get("sheetId", 0) in ours
        if str(name.get("name", "")).startswith(NAMES) and nowhere_else:
            yield {"deleteNamedRange": {"namedRangeId": name["namedRangeId"]}}
    for number in sorted(ours):
        yield {"deleteSheet": {"sheetId": number}}
