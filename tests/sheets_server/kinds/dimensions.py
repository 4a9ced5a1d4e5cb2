"""Requests on whole rows and columns."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server import lines, masks
from tests.sheets_server.errors import ApiError
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.kinds.sheets import needed_mask
from tests.sheets_server.render import as_text
from tests.sheets_server.shifts import Delete, Insert, Interval, Move

Json = dict[str, Any]
_GROUPS: Final = {"ROWS": "rowGroups", "COLUMNS": "columnGroups"}
_AFTER: Final = {"ROWS": "rowGroupControlAfter", "COLUMNS": "columnGroupControlAfter"}


def insert_dimension(batch: Batch, body: Json) -> None:
    """insertDimension: new lines that look like those before or after them."""
    sheet, dimension, start, end = batch.lines(body.get("range", {}))
    before = body.get("inheritFromBefore", False)
    size = sheet.size(dimension)
    if start > size or (start == size and not before):
        raise ApiError(
            f"range.startIndex[{start}] is too large. It must be less than the number of "
            f"{dimension.lower()} in the sheet[{size}]"
        )
    if before and not start:
        raise ApiError("inheritFromBefore cannot be true if startIndex is 0")
    lines.insert(batch.book, sheet, dimension, Insert(start, end - start, before))


def append_dimension(batch: Batch, body: Json) -> None:
    """appendDimension: new lines at the end."""
    sheet = batch.sheet(body)
    dimension, count = body.get("dimension", ""), body.get("length", 0)
    if dimension not in _GROUPS or count < 1:
        raise ApiError("length must be positive and dimension ROWS or COLUMNS.")
    change = Insert(sheet.size(dimension), count, before=True)
    lines.insert(batch.book, sheet, dimension, change)


def delete_dimension(batch: Batch, body: Json) -> None:
    """deleteDimension: lines gone, with what stood on them alone."""
    sheet, dimension, start, end = batch.lines(body.get("range", {}))
    size = sheet.size(dimension)
    if start >= size:
        word = "row" if dimension == "ROWS" else "column"
        raise ApiError(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index {start} "
            f"but there are only {size} {word}s."
        )
    lines.delete(batch.book, sheet, dimension, Delete(start, min(end, size)))


def move_dimension(batch: Batch, body: Json) -> None:
    """moveDimension: lines that go before another line."""
    sheet, dimension, start, end = batch.lines(body.get("source", {}))
    to, size = body.get("destinationIndex", 0), sheet.size(dimension)
    if end > size or not 0 <= to <= size:
        raise ApiError(
            f"The range or its destination is beyond the sheet's {size} {dimension.lower()}."
        )
    lines.move(batch.book, sheet, dimension, Move(start, end, to))


def update_dimension_properties(batch: Batch, body: Json) -> None:
    """updateDimensionProperties: size, hiding and the like."""
    sheet, dimension, start, end = batch.lines(body.get("range", {}))
    mask = needed_mask(body)
    for at in range(start, min(end, sheet.size(dimension))):
        old = sheet.lines[dimension].get(at, {})
        new = masks.merge(old, body.get("properties", {}), mask)
        sheet.lines[dimension][at] = {key: value for key, value in new.items() if value}


def auto_resize_dimensions(batch: Batch, body: Json) -> None:
    """autoResizeDimensions: as wide as the longest text (7 pixels a character, 3 beside)."""
    sheet, dimension, start, end = batch.lines(body.get("dimensions", {}))
    if dimension == "ROWS":
        for at in range(start, end):
            sheet.lines[dimension].pop(at, None)
        return
    look = batch.look()
    for at in range(start, min(end, sheet.grid.width)):
        texts = [
            as_text(cell, look.value(sheet, row, at))
            for row, _, cell in sheet.grid.cells(sheet.grid.all()._replace(left=at, right=at + 1))
        ]
        longest = max(map(len, texts), default=0)
        if longest:
            sheet.lines[dimension][at] = {"pixelSize": 7 * longest + 6}


def add_dimension_group(batch: Batch, body: Json) -> Json:
    """addDimensionGroup: one level deeper."""
    sheet, dimension, start, end = batch.lines(body.get("range", {}))
    groups = sheet.parts[_GROUPS[dimension]]
    depths = _depths(groups, sheet.size(dimension))
    for at in range(start, min(end, len(depths))):
        depths[at] += 1
    sheet.parts[_GROUPS[dimension]] = _grouped(depths, sheet.id, dimension)
    grid = sheet.properties.get("gridProperties", {})
    sheet.properties["gridProperties"] = {**grid, _AFTER[dimension]: True}
    return {"dimensionGroups": sheet.parts[_GROUPS[dimension]]}


def delete_dimension_group(batch: Batch, body: Json) -> Json:
    """deleteDimensionGroup: one level less deep."""
    sheet, dimension, start, end = batch.lines(body.get("range", {}))
    depths = _depths(sheet.parts[_GROUPS[dimension]], sheet.size(dimension))
    if not any(depths[start:end]):
        raise ApiError("There is no group over the specified range.")
    for at in range(start, min(end, len(depths))):
        depths[at] = max(depths[at] - 1, 0)
    groups = _grouped(depths, sheet.id, dimension)
    sheet.parts[_GROUPS[dimension]] = groups
    return {"dimensionGroups": groups} if groups else {}


def update_dimension_group(batch: Batch, body: Json) -> None:
    """updateDimensionGroup: folded or not."""
    asked = body.get("dimensionGroup", {})
    sheet, dimension, start, end = batch.lines(asked.get("range", {}))
    mask = needed_mask(body)
    for one in sheet.parts[_GROUPS[dimension]]:
        place = (one["range"]["startIndex"], one["range"]["endIndex"])
        if place == (start, end) and one["depth"] == asked.get("depth"):
            if masks.names(mask, "collapsed"):
                one["collapsed"] = asked.get("collapsed", False)
            return
    raise ApiError("There is no group with the specified range and depth.")


def _depths(groups: list[Json], size: int) -> list[int]:
    depths = [0] * size
    for one in groups:
        for at in range(one["range"]["startIndex"], min(one["range"]["endIndex"], size)):
            depths[at] = max(depths[at], one["depth"])
    return depths


def _grouped(depths: list[int], sheet_id: int, dimension: str) -> list[Json]:
    """Groups, the outer before the inner, from each line's depth."""
    found = []
    for depth in range(1, max(depths, default=0) + 1):
        for start, end in _runs([each >= depth for each in depths]):
            span = {"dimension": dimension, "startIndex": start, "endIndex": end}
            found.append({"range": {"sheetId": sheet_id, **span}, "depth": depth})
    return found


def _runs(flags: list[bool]) -> list[Interval]:
    edges = [at for at, each in enumerate(flags) if at == 0 or each != flags[at - 1]]
    ends = [*edges[1:], len(flags)]
    return [(low, high) for low, high in zip(edges, ends, strict=True) if flags[low]]


KINDS: Final[dict[str, Kind]] = {
    "insertDimension": insert_dimension,
    "appendDimension": append_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
    "addDimensionGroup": add_dimension_group,
    "deleteDimensionGroup": delete_dimension_group,
    "updateDimensionGroup": update_dimension_group,
}
