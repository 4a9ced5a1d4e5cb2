"""Names of figures, and the warning to whoever types into a generated tab."""

from __future__ import annotations

from collections.abc import Iterator

from sync.google.ground import PROTECTED, Ground, name_id
from sync.google.marks import Request
from sync.view import Range, SheetView


def name_requests(view: SheetView, ground: Ground) -> Iterator[Request]:
    """Return what makes the names of a view stand at its figures.

    A name that people gave to something of their own is never taken; one of ours that they changed
    keeps theirs.

    Args:
        view: with the names that are wanted.
        ground: the tab as it stands, and the names that there are.
    """
    wanted = {cell.name: cell for cell in view.cells if cell.name}
    for number, name in ground.names.items():
        if number == name_id(view.key, name) and name not in wanted:
            yield {"deleteNamedRange": {"namedRangeId": number}}
    taken = {name.casefold() for name in ground.names.values()}
    for name, cell in wanted.items():
        number = name_id(view.key, name)
        place = ground.range(Range(cell.row, cell.column, cell.row, cell.column))
        made = {"namedRangeId": number, "range": place}
        if number in ground.names:
            yield {"updateNamedRange": {"namedRange": made, "fields": "range"}}
        elif name.casefold() not in taken:
            yield {"addNamedRange": {"namedRange": {**made, "name": name}}}


def protection_request(view: SheetView, ground: Ground) -> Request:
    """Return what warns people, without locking them out, everywhere but where they shall type."""
    guarded = {
        "range": {"sheetId": ground.sheet},
        "unprotectedRanges": [ground.range(cells) for cells in view.typed],
        "description": PROTECTED,
        "warningOnly": True,
    }
    if ground.protection is None:
        return {"addProtectedRange": {"protectedRange": guarded}}
    known = {**guarded, "protectedRangeId": ground.protection}
    fields = "range,unprotectedRanges,warningOnly"
    return {"updateProtectedRange": {"protectedRange": known, "fields": fields}}
