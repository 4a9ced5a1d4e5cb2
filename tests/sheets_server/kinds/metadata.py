"""Requests on developer metadata: notes that programs pin to rows, columns, sheets and files."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server import filters, masks
from tests.sheets_server.errors import ApiError
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.kinds.sheets import needed_mask

Json = dict[str, Any]


def create_developer_metadata(batch: Batch, body: Json) -> Json:
    """createDeveloperMetadata: pinned to one place."""
    asked = body.get("developerMetadata", {})
    for key, word in (
        ("metadataKey", "key"),
        ("location", "location"),
        ("visibility", "visibility"),
    ):
        if not asked.get(key):
            raise ApiError(f"Developer metadata {word} must be specified.")
    taken = {one["metadataId"] for one in batch.book.metadata}
    wanted = asked.get("metadataId")
    if wanted in taken:
        raise ApiError(f"Developer metadata with id {wanted} already exists.")
    made: Json = {
        "metadataId": batch.book.new_id(taken, wanted),
        "metadataKey": asked["metadataKey"],
        "metadataValue": asked.get("metadataValue", ""),
        "location": location(batch, asked["location"]),
        "visibility": asked["visibility"],
    }
    if not made["metadataValue"]:
        del made["metadataValue"]
    batch.book.metadata.append(made)
    return {"developerMetadata": made}


def location(batch: Batch, asked: Json) -> Json:
    """A DeveloperMetadataLocation with its type.

    Raises:
        ApiError: no place, a place that does not exist, or more than one row or column.
    """
    if "dimensionRange" in asked:
        sheet, dimension, start, end = batch.lines(asked["dimensionRange"])
        if end - start != 1:
            raise ApiError("Developer metadata can only be associated with a single row or column.")
        if end > sheet.size(dimension):
            raise ApiError(f"Range exceeds grid limits: there are {sheet.size(dimension)}.")
        span = {"dimension": dimension, "startIndex": start, "endIndex": end}
        kind = "ROW" if dimension == "ROWS" else "COLUMN"
        return {"locationType": kind, "dimensionRange": {"sheetId": sheet.id, **span}}
    if "sheetId" in asked:
        return {"locationType": "SHEET", "sheetId": batch.sheet(asked).id}
    if asked.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    raise ApiError("Developer metadata location must be specified.")


def update_developer_metadata(batch: Batch, body: Json) -> Json:
    """updateDeveloperMetadata: all that the filters find, changed alike."""
    mask = needed_mask(body)
    asked = dict(body.get("developerMetadata", {}))
    if "location" in asked:
        asked["location"] = location(batch, asked["location"])
    found = filters.found_by(batch.book, body.get("dataFilters", []))
    if masks.names(mask, "metadataId") and mask and "metadataId" in asked and len(found) > 1:
        raise ApiError("Developer metadata ids must be unique.")
    for one in found:
        new = masks.merge(one, asked, {key: {} for key in mask or asked})
        one.clear()
        one.update({key: value for key, value in new.items() if value != ""})
    return {"developerMetadata": [dict(one) for one in found]}


def delete_developer_metadata(batch: Batch, body: Json) -> Json:
    """deleteDeveloperMetadata: all that a filter finds."""
    found = filters.found_by(batch.book, [body.get("dataFilter", {})])
    gone = {one["metadataId"] for one in found}
    batch.book.metadata = [one for one in batch.book.metadata if one["metadataId"] not in gone]
    return {"deletedDeveloperMetadata": found} if found else {}


KINDS: Final[dict[str, Kind]] = {
    "createDeveloperMetadata": create_developer_metadata,
    "updateDeveloperMetadata": update_developer_metadata,
    "deleteDeveloperMetadata": delete_developer_metadata,
}
