"""Requests on things with an id: named and protected ranges, charts, bandings, filter views,
slicers and tables. Adding, changing and deleting is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.sheets_server import masks
from tests.sheets_server.book import ROBOT, Book
from tests.sheets_server.errors import ApiError
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.kinds.sheets import needed_mask
from tests.sheets_server.normal import kept

Json = dict[str, Any]


class Thing(NamedTuple):
    """A kind of thing: its words in requests, its schema, and where sheets keep it."""

    word: str
    schema: str
    id: str
    part: str
    place: str = "range"

    def all(self, book: Book) -> list[list[Json]]:
        """The lists in which such things stand."""
        if self.part == "namedRanges":
            return [book.named]
        return [sheet.parts[self.part] for sheet in book.sheets]

    def find(self, book: Book, wanted: object) -> tuple[list[Json], int]:
        """The list and index of the thing with an id.

        Raises:
            ApiError: there is none.
        """
        for each in self.all(book):
            for at, one in enumerate(each):
                if one[self.id] == wanted:
                    return each, at
        raise ApiError(f"No {self.word} with id: {wanted}")

    def sheet_id(self, one: Json) -> int:
        """Which sheet a thing stands on."""
        for name in self.place.split("."):
            one = one.get(name, {})
        found: int = one.get("sheetId", 0)
        return found

    def new_id(self, book: Book, wanted: int | str | None) -> int | str:
        """The wanted id, or a new one.

        Raises:
            ApiError: it is taken.
        """
        taken = {one[self.id] for each in self.all(book) for one in each}
        if wanted in taken:
            raise ApiError(f"{self.word} with id {wanted} already exists.")
        if wanted:
            return wanted
        fresh = book.new_id({int(one) for one in taken if str(one).isdigit()})
        return str(fresh) if self.part in ("namedRanges", "tables") else fresh


NAMED: Final = Thing("namedRange", "NamedRange", "namedRangeId", "namedRanges")
PROTECTED: Final = Thing("protectedRange", "ProtectedRange", "protectedRangeId", "protectedRanges")
BANDED: Final = Thing("bandedRange", "BandedRange", "bandedRangeId", "bandedRanges")
VIEW: Final = Thing("filter", "FilterView", "filterViewId", "filterViews")
TABLE: Final = Thing("table", "Table", "tableId", "tables")
_ANCHOR: Final = "position.overlayPosition.anchorCell"
CHART: Final = Thing("chart", "EmbeddedChart", "chartId", "charts", _ANCHOR)
SLICER: Final = Thing("slicer", "Slicer", "slicerId", "slicers", _ANCHOR)


def _checked(batch: Batch, thing: Thing, made: Json) -> Json:
    """A thing about to be kept: its range must exist, its names must be free."""
    book = batch.book
    if thing.place == "range":
        if "range" not in made and "namedRangeId" not in made:
            raise ApiError("Must specify a range.")
        if "range" in made:
            book.grid_area(made["range"])
            made = {**made, "range": {"sheetId": thing.sheet_id(made), **made["range"]}}
    if thing is NAMED:
        _check_name(book, made)
    if thing is PROTECTED:
        editors = dict(made.get("editors", {}))
        if not made.get("warningOnly"):
            editors["users"] = sorted({*editors.get("users", []), ROBOT})
            made = {**made, "editors": editors}
        made = {**made, "requestingUserCanEdit": True}
    if thing is BANDED:
        _check_overlap(batch, made)
    return made


def _check_name(book: Book, made: Json) -> None:
    from tests.sheets_server import a1

    name = made.get("name", "")
    word = name.replace("_", "a").replace(".", "a")
    if not word.isalnum() or name[:1].isdigit() or a1.bounds(name):
        raise ApiError(f"The name of the named range is invalid: {name}")
    for one in book.named:
        if one["name"].lower() == name.lower() and one["namedRangeId"] != made.get("namedRangeId"):
            raise ApiError(f"A named range with the name {name} already exists.")


def _check_overlap(batch: Batch, made: Json) -> None:
    sheet, area = batch.book.grid_area(made["range"])
    for one in sheet.parts["bandedRanges"]:
        if one["bandedRangeId"] == made.get("bandedRangeId"):
            continue
        if batch.book.grid_area(one["range"])[1].meets(area):
            raise ApiError(
                "You cannot add alternating background colors to a range that already has "
                "alternating background colors."
            )


def adder(thing: Thing) -> Kind:
    """The request that adds a thing."""

    def add(batch: Batch, body: Json) -> Json:
        made = kept(thing.schema, body.get(thing.word, {}))
        made = _checked(
            batch, thing, {**made, thing.id: thing.new_id(batch.book, made.get(thing.id))}
        )
        ordered = {thing.id: made[thing.id], **made}
        _list(batch, thing, ordered).append(ordered)
        return {thing.word: _reply(thing, ordered, body.get(thing.word, {}))}

    return add


def _list(batch: Batch, thing: Thing, made: Json) -> list[Json]:
    if thing is NAMED:
        return batch.book.named
    return batch.book.sheet(thing.sheet_id(made)).parts[thing.part]


def _reply(thing: Thing, made: Json, asked: Json) -> Json:
    """A new protection answers with the editors that were asked for, not those it got."""
    if thing is PROTECTED and "editors" in made:
        users = asked.get("editors", {}).get("users", [])
        return {**made, "editors": {"users": users} if users else {}}
    return made


def updater(thing: Thing, word: str = "") -> Kind:
    """The request that changes a thing by a field mask."""

    def update(batch: Batch, body: Json) -> None:
        asked = body.get(word or thing.word, {})
        mask = needed_mask(body)
        found, at = thing.find(batch.book, asked.get(thing.id))
        new = masks.merge(found[at], {**kept(thing.schema, asked)}, mask)
        new[thing.id] = found[at][thing.id]
        new = _checked(batch, thing, new)
        del found[at]
        target = _list(batch, thing, new)
        target.insert(at if target is found else len(target), new)

    return update


def deleter(thing: Thing, key: str = "") -> Kind:
    """The request that deletes a thing by its id."""

    def delete(batch: Batch, body: Json) -> None:
        found, at = thing.find(batch.book, body.get(key or thing.id))
        del found[at]

    return delete


def add_chart(batch: Batch, body: Json) -> Json:
    """addChart: over the cells, or on a sheet of its own."""
    from tests.sheets_server.kinds.sheets import fresh_sheet_id

    asked = body.get("chart", {})
    if asked.get("position", {}).get("newSheet"):
        raise ApiError(f"Charts on a sheet of their own are not supported ({fresh_sheet_id}).")
    made = kept("EmbeddedChart", asked)
    if "spec" not in made:
        raise ApiError("Chart spec must be specified.")
    overlay = made.get("position", {}).get("overlayPosition", {})
    anchor = {"sheetId": 0, **overlay.get("anchorCell", {})}
    size = {"offsetXPixels": 0, "offsetYPixels": 0, "widthPixels": 600, "heightPixels": 371}
    box = {key: value for key, value in {**size, **overlay}.items() if value}
    made["position"] = {"overlayPosition": {**box, "anchorCell": anchor}}
    made = {"chartId": CHART.new_id(batch.book, made.get("chartId")), **made}
    batch.book.sheet(anchor["sheetId"]).parts["charts"].append(made)
    return {"chart": made}


def update_chart_spec(batch: Batch, body: Json) -> None:
    """updateChartSpec: what a chart shows; where it stands is not touched."""
    found, at = CHART.find(batch.book, body.get("chartId"))
    found[at] = {**found[at], "spec": kept("ChartSpec", body.get("spec", {}))}


def update_embedded_object_position(batch: Batch, body: Json) -> Json:
    """updateEmbeddedObjectPosition: where a chart or slicer stands, and how large it is."""
    thing, at, found = _embedded(batch.book, body.get("objectId"))
    asked = body.get("newPosition", {}).get("overlayPosition", {})
    mask = needed_mask(body)
    old = found[at]["position"]["overlayPosition"]
    new = masks.merge(old, asked, mask)
    new["anchorCell"] = {"sheetId": old["anchorCell"]["sheetId"], **new.get("anchorCell", {})}
    one = {**found.pop(at), "position": {"overlayPosition": new}}
    batch.book.sheet(thing.sheet_id(one)).parts[thing.part].append(one)
    return {"position": one["position"]}


def delete_embedded_object(batch: Batch, body: Json) -> None:
    """deleteEmbeddedObject: a chart or a slicer gone."""
    _, at, found = _embedded(batch.book, body.get("objectId"))
    del found[at]


def _embedded(book: Book, wanted: object) -> tuple[Thing, int, list[Json]]:
    for thing in (CHART, SLICER):
        for each in thing.all(book):
            for at, one in enumerate(each):
                if one[thing.id] == wanted:
                    return thing, at, each
    raise ApiError(f"No embedded object with id: {wanted}")


def duplicate_filter_view(batch: Batch, body: Json) -> Json:
    """duplicateFilterView: the same under a new id and title."""
    found, at = VIEW.find(batch.book, body.get("filterId"))
    twin = {**found[at], "filterViewId": VIEW.new_id(batch.book, None)}
    twin["title"] = f"Copy of {twin.get('title', '')}".strip()
    found.append(twin)
    return {"filter": twin}


def _kinds(thing: Thing, name: str, delete_key: str = "") -> dict[str, Kind]:
    made: dict[str, Callable[[Batch, Json], Json | None]] = {
        f"add{name}": adder(thing),
        f"update{name}": updater(thing),
        f"delete{name}": deleter(thing, delete_key),
    }
    return made


KINDS: Final[dict[str, Kind]] = {
    **_kinds(NAMED, "NamedRange"),
    **_kinds(PROTECTED, "ProtectedRange"),
    **_kinds(BANDED, "Banding"),
    **_kinds(VIEW, "FilterView", "filterId"),
    **_kinds(TABLE, "Table"),
    "duplicateFilterView": duplicate_filter_view,
    "addSlicer": adder(SLICER),
    "addChart": add_chart,
    "updateChartSpec": update_chart_spec,
    "updateEmbeddedObjectPosition": update_embedded_object_position,
    "deleteEmbeddedObject": delete_embedded_object,
}
