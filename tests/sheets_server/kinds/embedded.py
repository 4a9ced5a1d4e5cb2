"""Requests on what floats over the cells: charts and slicers."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server import masks
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import Grid
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.kinds.sheets import free_title, fresh_sheet_id, needed_mask
from tests.sheets_server.kinds.things import Thing
from tests.sheets_server.normal import kept

Json = dict[str, Any]
CHART: Final = Thing("chart", "EmbeddedChart", "chartId", "charts")
SLICER: Final = Thing("slicer", "Slicer", "slicerId", "slicers")
_SIZE: Final = {"widthPixels": 600, "heightPixels": 371}


def _add(batch: Batch, thing: Thing, body: Json) -> Json:
    made = kept(thing.schema, body.get(thing.word, {}))
    if "spec" not in made:
        raise ApiError(f"{thing.word.capitalize()} spec must be specified.")
    sheet, made["position"] = _stood(batch, made.get("position", {}))
    made = {thing.id: thing.new_id(batch.book, made.get(thing.id)), **made}
    sheet.parts[thing.part].append(made)
    return {thing.word: made}


def _stood(batch: Batch, asked: Json) -> tuple[Sheet, Json]:
    """Where a new object comes to stand: over a cell, or on a sheet of its own."""
    if asked.get("newSheet"):
        book = batch.book
        own = {"title": free_title(book), "sheetType": "OBJECT"}
        sheet = Sheet(fresh_sheet_id(book), own, Grid(0, 0))
        book.sheets.append(sheet)
        return sheet, {"sheetId": sheet.id}
    overlay = asked.get("overlayPosition", {})
    sheet = batch.sheet(overlay.get("anchorCell", {}))
    anchor = {"sheetId": sheet.id, **overlay.get("anchorCell", {})}
    return sheet, {"overlayPosition": {**_SIZE, **overlay, "anchorCell": anchor}}


def add_chart(batch: Batch, body: Json) -> Json:
    """addChart."""
    return _add(batch, CHART, body)


def add_slicer(batch: Batch, body: Json) -> Json:
    """addSlicer."""
    return _add(batch, SLICER, body)


def update_chart_spec(batch: Batch, body: Json) -> None:
    """updateChartSpec: what a chart shows; where it stands is not touched."""
    found, at = CHART.find(batch.book, body.get("chartId"))
    found[at] = {**found[at], "spec": kept("ChartSpec", body.get("spec", {}))}


def update_slicer_spec(batch: Batch, body: Json) -> None:
    """updateSlicerSpec: by a field mask."""
    found, at = SLICER.find(batch.book, body.get("slicerId"))
    new = masks.merge(
        found[at]["spec"], kept("SlicerSpec", body.get("spec", {})), needed_mask(body)
    )
    found[at] = {**found[at], "spec": new}


def update_embedded_object_position(batch: Batch, body: Json) -> Json:
    """updateEmbeddedObjectPosition: where it stands and how large it is."""
    thing, found, at = _embedded(batch.book, body.get("objectId"))
    asked = body.get("newPosition", {})
    one = found.pop(at)
    if asked.get("newSheet"):
        sheet, place = _stood(batch, asked)
    else:
        old = one["position"].get("overlayPosition", {})
        new = masks.merge(old, asked.get("overlayPosition", {}), needed_mask(body))
        sheet, place = _stood(batch, {"overlayPosition": new})
    sheet.parts[thing.part].append({**one, "position": place})
    return {"position": place}


def update_embedded_object_border(batch: Batch, body: Json) -> None:
    """updateEmbeddedObjectBorder: by a field mask."""
    _, found, at = _embedded(batch.book, body.get("objectId"))
    asked = kept("EmbeddedObjectBorder", body.get("border", {}))
    new = masks.merge(found[at].get("border", {}), asked, needed_mask(body))
    found[at] = {**found[at], "border": new}


def delete_embedded_object(batch: Batch, body: Json) -> None:
    """deleteEmbeddedObject: a chart or a slicer gone; a sheet made for it goes too."""
    _, found, at = _embedded(batch.book, body.get("objectId"))
    gone = found.pop(at)
    if "sheetId" in gone["position"]:
        batch.book.sheets.remove(batch.book.sheet(gone["position"]["sheetId"]))


def _embedded(book: Book, wanted: object) -> tuple[Thing, list[Json], int]:
    for thing in (CHART, SLICER):
        for each in thing.all(book):
            for at, one in enumerate(each):
                if one[thing.id] == wanted:
                    return thing, each, at
    raise ApiError(f"No embedded object with id: {wanted}")


KINDS: Final[dict[str, Kind]] = {
    "addChart": add_chart,
    "addSlicer": add_slicer,
    "updateChartSpec": update_chart_spec,
    "updateSlicerSpec": update_slicer_spec,
    "updateEmbeddedObjectPosition": update_embedded_object_position,
    "updateEmbeddedObjectBorder": update_embedded_object_border,
    "deleteEmbeddedObject": delete_embedded_object,
}
