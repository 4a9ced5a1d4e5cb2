"""The methods on whole spreadsheets, their tabs and their developer metadata."""

from __future__ import annotations

from typing import Any

from tests.sheets_server import filters, kinds, masks
from tests.sheets_server.book import Book
from tests.sheets_server.call import Call
from tests.sheets_server.errors import ApiError, not_found
from tests.sheets_server.griddata import properties, spreadsheet
from tests.sheets_server.kinds.cells import updated
from tests.sheets_server.kinds.sheets import copy_title, fresh_sheet_id, twin_of

Json = dict[str, Any]


def create(call: Call) -> Json:
    """spreadsheets.create: with its title, locale, zone, tabs and their first cells."""
    book = call.cloud.create().book
    asked = call.body.get("properties", {})
    for key in ("title", "locale", "timeZone", "autoRecalc", "iterativeCalculationSettings"):
        if asked.get(key):
            book.properties[key] = asked[key]
    tabs = call.body.get("sheets", [])
    if tabs:
        book.sheets.clear()
        requests = [{"addSheet": {"properties": one.get("properties", {})}} for one in tabs]
        first = requests[0]["addSheet"]["properties"]
        first.setdefault("sheetId", 0)
        kinds.apply(call.cloud, book, requests)
        for sheet, one in zip(book.sheets, tabs, strict=True):
            _fill(book, sheet.id, one)
    book.named = call.body.get("namedRanges", [])
    return spreadsheet(book, call.cloud.look(book), None, {}, data=False)


def _fill(book: Book, sheet_id: int, tab: Json) -> None:
    sheet = book.sheet(sheet_id)
    for data in tab.get("data", []):
        top, left = data.get("startRow", 0), data.get("startColumn", 0)
        for at, row in enumerate(data.get("rowData", []), top):
            for column, asked in enumerate(row.get("values", []), left):
                sheet.grid[at, column] = updated(sheet.grid[at, column], asked, {})


def get(call: Call) -> Json:
    """spreadsheets.get: everything but cells, or what the mask and the ranges ask for."""
    mask = masks.parse(call.parameters["fields"]) if call.parameters.get("fields") else {}
    texts = call.parameters.get("ranges")
    places = [call.book.area(text, clip=True) for text in texts] if texts else None
    data = call.parameters.get("includeGridData", False)
    return spreadsheet(call.book, call.look, places, mask, data=data)


def get_by_data_filter(call: Call) -> Json:
    """spreadsheets.getByDataFilter: as get, with places found by filters."""
    mask = masks.parse(call.parameters["fields"]) if call.parameters.get("fields") else {}
    wanted = call.body.get("dataFilters")
    places = None
    if wanted:
        places = [place for one in wanted for place in filters.areas(call.book, one)]
    data = call.body.get("includeGridData", False)
    return spreadsheet(call.book, call.look, places, mask, data=data)


def batch_update(call: Call) -> Json:
    """spreadsheets.batchUpdate: all requests, or none."""
    book = call.book.copy()
    replies = kinds.apply(call.cloud, book, call.body.get("requests", []))
    call.file.book = book
    answer: Json = {"spreadsheetId": book.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        places = None
        if call.body.get("responseRanges"):
            places = [book.area(text, clip=True) for text in call.body["responseRanges"]]
        data = call.body.get("responseIncludeGridData", False)
        answer["updatedSpreadsheet"] = spreadsheet(book, call.fresh_look(), places, {}, data=data)
    return answer


def copy_to(call: Call) -> Json:
    """sheets.copyTo: a copy of a tab at the end of another spreadsheet."""
    source = call.book.sheet(int(call.path["sheetId"]))
    target = call.cloud.file(call.body.get("destinationSpreadsheetId", ""), write=True).book
    title = copy_title(target, source.title)
    twin = twin_of(target, source, fresh_sheet_id(target), title)
    target.check_size(twin.grid.height * twin.grid.width)
    target.sheets.append(twin)
    return properties(twin, len(target.sheets) - 1)


def metadata_get(call: Call) -> Json:
    """developerMetadata.get: one by its id."""
    for one in call.book.metadata:
        if str(one["metadataId"]) == call.path["metadataId"]:
            return one
    raise not_found()


def metadata_search(call: Call) -> Json:
    """developerMetadata.search: all that any of the filters finds, with those filters."""
    wanted = call.body.get("dataFilters", [])
    if not wanted:
        raise ApiError("Must specify at least one data filter.")
    found = [
        {
            "developerMetadata": one,
            "dataFilters": [each for each in wanted if one in filters.found_by(call.book, [each])],
        }
        for one in filters.found_by(call.book, wanted)
    ]
    return {"matchedDeveloperMetadata": found} if found else {}
