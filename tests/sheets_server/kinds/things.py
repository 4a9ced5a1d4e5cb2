"""Requests on things with an id: named and protected ranges, bandings, filter views
and tables. Adding, changing and deleting is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.sheets_server import a1, masks
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


def _checked(batch: Batch, thing: Thing, made: Json) -> Json:
    """A thing about to be kept: its range must exist, its names must be free."""
    book = batch.book
    if "range" not in made:
        raise ApiError("Must specify a range.")
    sheet, _ = book.grid_area(made["range"])
    made = {**made, "range": {"sheetId": sheet.id, **made["range"]}}
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
    return batch.book.sheet(made["range"]["sheetId"]).parts[thing.part]


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
}
