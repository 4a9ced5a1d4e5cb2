"""The two requests about values: they name places by data filters, and both tell what stands there.

Values travel as they are (unformatted, days as serial numbers), whatever the spreadsheet's locale.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gspread.utils import a1_range_to_grid_range

from sync.google.client import SheetsClient
from sync.google.errors import Unsure, no_answer
from sync.google.marks import Request

_RENDER, _DATES = "UNFORMATTED_VALUE", "SERIAL_NUMBER"


class Told(NamedTuple):
    """What stands at a place: the filter that named it, its rows, and its first column."""

    place: Mapping[str, Any]
    rows: list[list[Any]]
    column: int


def look(client: SheetsClient, places: Sequence[Request]) -> list[Told]:
    """Return what stands at places, each a data filter; one that is nowhere is left out."""
    asked = {"dataFilters": list(places), "majorDimension": "ROWS"}
    body = client.ask(
        "post",
        "/values:batchGetByDataFilter",
        json={**asked, "valueRenderOption": _RENDER, "dateTimeRenderOption": _DATES},
    )
    return [
        _told(place, part["valueRange"])
        for part in json.loads(body).get("valueRanges", ())
        for place in part["dataFilters"]
    ]


def put(client: SheetsClient, columns: Sequence[tuple[Request, list[Any]]]) -> list[Told]:
    """Write columns from the first row of their places on, and return what stands there then.

    Args:
        client: of the spreadsheet.
        columns: (data filter, values); null leaves a cell as it is. Text stays text.

    Raises:
        Unsure: no answer came; it may have landed.
        Rejected: a place does not exist, or is too small; nothing was written.
    """
    data = [
        {"dataFilter": place, "majorDimension": "COLUMNS", "values": [values]}
        for place, values in columns
    ]
    asked = {"valueInputOption": "RAW", "includeValuesInResponse": True, "data": data}
    body = client.ask(
        "post",
        "/values:batchUpdateByDataFilter",
        json={
            **asked,
            "responseValueRenderOption": _RENDER,
            "responseDateTimeRenderOption": _DATES,
        },
    )
    return [
        _told(part["dataFilter"], part["updatedData"])
        for part in json.loads(body).get("responses", ())
        if "updatedData" in part
    ]


def require_editor(client: SheetsClient) -> None:
    """Find out whether we may write, by a write that changes nothing.

    Raises:
        Unreachable: we may not, or Google does not answer.
    """
    try:
        put(client, [({"a1Range": "A1"}, [None])])
    except Unsure as error:
        raise no_answer() from error


def _told(place: Mapping[str, Any], found: Mapping[str, Any]) -> Told:
    values: list[list[Any]] = found.get("values", [])
    if found.get("majorDimension") == "COLUMNS":
        values = _turned(values)
    corner = a1_range_to_grid_range(str(found["range"]).rpartition("!")[2])
    return Told(place, values, corner.get("startColumnIndex", 0))


def _turned(columns: list[list[Any]]) -> list[list[Any]]:
    """Columns of different lengths as rows."""
    count = max(map(len, columns), default=0)
    return [[column[at] if at < len(column) else "" for column in columns] for at in range(count)]
