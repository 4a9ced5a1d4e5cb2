"""Data filters: places named by A1 text, by grid range, or by developer metadata."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server import a1
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import Area

Json = dict[str, Any]
_PLAIN: Final = ("metadataId", "metadataKey", "metadataValue", "visibility")


def areas(book: Book, wanted: Json, *, clip: bool = True) -> list[tuple[Sheet, Area]]:
    """Where a DataFilter points; several places if several metadata agree.

    Raises:
        ApiError: a place that does not exist, or a filter that says nothing.
    """
    if "a1Range" in wanted:
        return [book.area(wanted["a1Range"], clip=clip)]
    if "gridRange" in wanted:
        return [book.grid_area(wanted["gridRange"], clip=clip)]
    if "developerMetadataLookup" in wanted:
        return [
            place
            for one in lookup(book, wanted["developerMetadataLookup"])
            for place in _place(book, one["location"])
        ]
    raise ApiError("Must specify at least one of a1Range, gridRange or developerMetadataLookup.")


def lookup(book: Book, wanted: Json) -> list[Json]:
    """The metadata that a DeveloperMetadataLookup finds."""
    return [one for one in book.metadata if _agrees(one, wanted)]


def found_by(book: Book, wanted: list[Json]) -> list[Json]:
    """The metadata that any DataFilter finds; places find what stands on them."""
    found = []
    for one in book.metadata:
        for each in wanted:
            if "developerMetadataLookup" in each:
                hit = _agrees(one, each["developerMetadataLookup"])
            else:
                hit = _within(book, one["location"], areas(book, each))
            if hit:
                found.append(one)
                break
    return found


def _agrees(one: Json, wanted: Json) -> bool:
    if any(key in wanted and one.get(key) != wanted[key] for key in _PLAIN):
        return False
    place, kind = wanted.get("metadataLocation"), wanted.get("locationType")
    if place is None:
        return kind is None or one["location"]["locationType"] == kind
    if wanted.get("locationMatchingStrategy") == "INTERSECTING_LOCATION":
        meets = _meets(one["location"], place)
        return meets and (kind is None or one["location"]["locationType"] == kind)
    return all(one["location"].get(key) == value for key, value in place.items())


def _meets(stands: Json, asked: Json) -> bool:
    """Whether one location lies on, under or above another."""
    if stands.get("spreadsheet") or asked.get("spreadsheet"):
        return True
    lines = [each.get("dimensionRange") for each in (stands, asked)]
    sheets = [
        line.get("sheetId", 0) if line else each.get("sheetId", 0)
        for line, each in zip(lines, (stands, asked), strict=True)
    ]
    if sheets[0] != sheets[1]:
        return False
    first, second = lines
    if not first or not second or first["dimension"] != second["dimension"]:
        return True
    return bool(
        first["startIndex"] < second["endIndex"] and second["startIndex"] < first["endIndex"]
    )


def _within(book: Book, location: Json, places: list[tuple[Sheet, Area]]) -> bool:
    stands = _place(book, location)
    return any(
        sheet.id == other.id and area.meets(box) for sheet, area in stands for other, box in places
    )


def _place(book: Book, location: Json) -> list[tuple[Sheet, Area]]:
    if location.get("spreadsheet"):
        return [(sheet, sheet.grid.all()) for sheet in book.sheets]
    lines = location.get("dimensionRange")
    if lines is None:
        sheet = book.sheet(location.get("sheetId", 0))
        return [(sheet, sheet.grid.all())]
    sheet = book.sheet(lines.get("sheetId", 0))
    ends = (lines["startIndex"], lines["endIndex"])
    rows = lines["dimension"] == "ROWS"
    span = a1.Bounds(*ends, None, None) if rows else a1.Bounds(None, None, *ends)
    return [(sheet, sheet.area(span))]
