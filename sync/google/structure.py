"""Our columns on a tab: where they are missing they are added, each is marked and protected.

All of it goes into one batch, which Google carries out as a whole. Positions are those of the
moment of reading; whatever people moved meanwhile, values are written by the marks alone, and a
mark on a column that was there already is checked before anything is written by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.google.book import Sheet, area
from sync.google.ground import PROTECTED
from sync.google.marks import Request, column_id, mark_column, unmark
from sync.plan import Layout, OwnedColumn
from sync.source import SheetPlace

KEY = "key"  # the mark of a key column that is the team's own
_MOMENT = "yyyy-mm-dd hh:mm"
_PIXELS = 7  # of one character's width


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """What has to be changed on a tab before values are written, and where columns stand then.

    Attributes:
        requests: in their order; empty where everything stands.
        columns: key → column after the requests; the key of the rows is `id` or `KEY`.
        added: keys of the columns that are added.
        marked: key → the header of a column that was there and gets its mark now.
        last_column: of the table.
    """

    requests: tuple[Request, ...]
    columns: Mapping[str, int]
    added: tuple[str, ...]
    marked: Mapping[str, str]
    last_column: int


def key_mark(place: SheetPlace, sheet: Sheet, layout: Layout) -> str:
    """Return under which key the column of the row keys is marked: `id` where it is ours."""
    ours = next((owned.header for owned in layout.columns if owned.key == "id"), "")
    column = place.columns.get("id")
    if column is None or sheet.marked("id") == column:
        return "id"
    return "id" if ours and header_text(sheet, place, column) == ours else KEY


def header_text(sheet: Sheet, place: SheetPlace, column: int) -> str:
    """Return what stands in a column's header cell."""
    row = sheet.rows[place.header_row]
    return str(row[column]).strip() if column < len(row) else ""


def structure(sheet: Sheet, place: SheetPlace, layout: Layout, written: Sequence[str]) -> Structure:
    """Return what a tab lacks.

    Args:
        sheet: the tab as it was read.
        place: where its table stands.
        layout: our columns.
        written: keys of team columns that a plan fills.
    """
    keyed = key_mark(place, sheet, layout)
    missing = [owned for owned in layout.columns if owned.key not in place.columns]
    at = place.last_column + 1
    count = len(missing)
    columns = {owned.key: at + number for number, owned in enumerate(missing)}
    standing = {
        KEY if key == "id" and keyed == KEY else key: column
        for key, column in place.columns.items()
    }
    columns |= {key: c + count if c >= at else c for key, c in standing.items()}
    wanted = [owned.key for owned in layout.columns if owned.key in place.columns]
    wanted = [keyed, *(key for key in wanted if key != "id"), *written]
    unmarked = [key for key in wanted if key in standing and sheet.marked(key) != standing[key]]
    ours, guarded = {owned.key for owned in layout.columns}, _guarded(sheet)
    bare = [key for key in unmarked if key in ours and standing[key] not in guarded]
    requests = [
        *_added(sheet, place, missing),
        *_marks(sheet, unmarked, columns, missing),
        *(_protection(sheet.id, columns[key]) for key in (*bare, *(o.key for o in missing))),
    ]
    headers = {key: header_text(sheet, place, standing[key]) for key in unmarked}
    return Structure(
        tuple(requests), columns, tuple(o.key for o in missing), headers, place.last_column + count
    )


def _added(sheet: Sheet, place: SheetPlace, missing: Sequence[OwnedColumn]) -> list[Request]:
    """Columns directly beside the table: whatever stands to the right of it moves, with its links.

    Only columns that this very batch inserts are touched.
    """
    if not missing:
        return []
    at, count = place.last_column + 1, len(missing)
    requests: list[Request] = []
    if at >= sheet.columns:
        # one can insert before a column only
        requests.append(
            {"appendDimension": {"sheetId": sheet.id, "dimension": "COLUMNS", "length": 1}}
        )
    span = {"sheetId": sheet.id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + count}
    requests.append({"insertDimension": {"range": span, "inheritFromBefore": True}})
    for column, owned in enumerate(missing, start=at):
        requests.extend(_dressed(sheet.id, place.header_row + 1, column, owned))
    return [*requests, *_reaching(sheet, place, count)]


def _dressed(sheet: int, first_row: int, column: int, owned: OwnedColumn) -> list[Request]:
    """Width, number format and choices of a column that is added."""
    below = {
        "sheetId": sheet, "startRowIndex": first_row,
        "startColumnIndex": column, "endColumnIndex": column + 1,
    }  # fmt: skip
    form = {"type": "DATE_TIME", "pattern": _MOMENT} if owned.kind == "date" else {"type": "TEXT"}
    span = {
        "sheetId": sheet, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1,
    }  # fmt: skip
    requests: list[Request] = [
        {
            "updateDimensionProperties": {
                "range": span,
                "properties": {"pixelSize": round(owned.width * _PIXELS)},
                "fields": "pixelSize",
            }
        },
        {
            "repeatCell": {
                "range": below,
                "cell": {"userEnteredFormat": {"numberFormat": form}},
                "fields": "userEnteredFormat.numberFormat",
            }
        },
    ]
    rule: Request = {"setDataValidation": {"range": below}}
    if owned.choices:
        values = [{"userEnteredValue": choice} for choice in owned.choices]
        rule["setDataValidation"]["rule"] = {
            "condition": {"type": "ONE_OF_LIST", "values": values}, "showCustomUi": True,
        }  # fmt: skip
    return [*requests, rule]  # without a rule it takes the inherited one away


def _reaching(sheet: Sheet, place: SheetPlace, count: int) -> list[Request]:
    """Let the tab's filter and a table that ended at the team's last column take ours along.

    A sort through them would otherwise tear our columns from their rows.
    """
    requests: list[Request] = []
    given = sheet.resource.get("basicFilter")
    if given and _ends_beside(area(given["range"], sheet), place):
        wider = {**given["range"], "endColumnIndex": place.last_column + 1 + count}
        requests.append({"setBasicFilter": {"filter": {**given, "range": wider}}})
    for table in sheet.resource.get("tables", ()):
        if _ends_beside(area(table["range"], sheet), place):
            wider = {**table["range"], "endColumnIndex": place.last_column + 1 + count}
            changed = {"tableId": table["tableId"], "range": wider}
            requests.append({"updateTable": {"table": changed, "fields": "range"}})
    return requests


def _ends_beside(found: tuple[int, int, int, int], place: SheetPlace) -> bool:
    top, _, bottom, right = found
    return right == place.last_column and top <= place.header_row <= bottom


def _marks(
    sheet: Sheet,
    unmarked: Sequence[str],
    columns: Mapping[str, int],
    missing: Sequence[OwnedColumn],
) -> list[Request]:
    """Marks for columns without one; a mark that stands elsewhere is taken away first."""
    keys = [*unmarked, *(owned.key for owned in missing)]
    old = [unmark(column_id(sheet.id, key)) for key in keys if sheet.marked(key) is not None]
    return [*old, *(mark_column(sheet.id, columns[key], key) for key in keys)]


def _guarded(sheet: Sheet) -> frozenset[int]:
    """The columns that carry our protection."""
    return frozenset(
        area(protected["range"], sheet).first_column
        for protected in sheet.resource.get("protectedRanges", ())
        if protected.get("description") == PROTECTED and "range" in protected
    )


def _protection(sheet: int, column: int) -> Request:
    """A warning, no lock, for whoever types into a column of ours."""
    span = {"sheetId": sheet, "startColumnIndex": column, "endColumnIndex": column + 1}
    made = {"range": span, "description": PROTECTED, "warningOnly": True}
    return {"addProtectedRange": {"protectedRange": made}}
