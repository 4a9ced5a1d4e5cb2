"""Our marks in a spreadsheet: developer metadata under ids that we choose.

A mark stays with its column or tab through every sort, insertion, move and renaming, and is found
by its id, so that nothing is ever marked twice. It is visible to every developer with access, so
that another identity of ours finds it, too.
"""

from __future__ import annotations

import hashlib
from typing import Any

Request = dict[str, Any]

# What a mark is for; for people who look at the metadata.
COLUMN, TAB, RUN = "dealkeeper.column", "dealkeeper.tab", "dealkeeper.run"
PROBE = "dealkeeper.probe"


def chosen_id(*parts: object) -> int:
    """Return a positive 31-bit number that is always the same for the same thing."""
    text = "/".join(("dealkeeper", *map(str, parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 0x7FFFFFFE + 1


def column_id(sheet: int, key: str) -> int:
    """Return the id of the mark on a column of a tab.

    Args:
        sheet: id of the tab.
        key: of the column: `id`, an owned or a fillable column.
    """
    return chosen_id("column", sheet, key)


def tab_id(key: str) -> int:
    """Return the id of the mark on a generated tab, which is also the tab's own when we add it."""
    return chosen_id("tab", key)


RUN_ID = chosen_id("run")


def _create(number: int, key: str, value: str, location: Request) -> Request:
    mark = {
        "metadataId": number,
        "metadataKey": key,
        "metadataValue": value,
        "location": location,
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": mark}}


def mark_column(sheet: int, column: int, key: str) -> Request:
    """Return the request that marks a column, counted from 0."""
    span = {
        "sheetId": sheet, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1,
    }  # fmt: skip
    return _create(column_id(sheet, key), COLUMN, key, {"dimensionRange": span})


def mark_tab(sheet: int, key: str, content: str) -> Request:
    """Return the request that marks a generated tab with its key and the hash of its content."""
    return _create(tab_id(key), TAB, f"{content} {key}", {"sheetId": sheet})


def mark_run(value: str) -> Request:
    """Return the request that takes the run's lock; it fails where somebody has it."""
    return _create(RUN_ID, RUN, value, {"spreadsheet": True})


def mark_probe(number: int, value: str, location: Request) -> Request:
    """Return the request that marks a place of a tab that things are only tried on.

    Args:
        number: id of the mark.
        value: of the mark.
        location: the tab, or a line of it.
    """
    return _create(number, PROBE, value, location)


def by_id(number: int, value: str | None = None) -> Request:
    """Return the data filter of a mark, with a certain value where one is given."""
    lookup: Request = {"metadataId": number}
    if value is not None:
        lookup["metadataValue"] = value
    return {"developerMetadataLookup": lookup}


def unmark(number: int, value: str | None = None) -> Request:
    """Return the request that takes a mark away, where it has the value that is given."""
    return {"deleteDeveloperMetadata": {"dataFilter": by_id(number, value)}}
