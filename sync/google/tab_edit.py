"""A plan's changes on one tab: what is added first, what is written then, what is looked at."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gspread.utils import rowcol_to_a1

from sync.google.book import Book, Sheet, version_of
from sync.google.client import SheetsClient
from sync.google.errors import Unsure
from sync.google.ground import TabPlace
from sync.google.highlight import highlight
from sync.google.marks import Request, column_id, unmark
from sync.google.seen import column_cells
from sync.google.structure import Structure, structure
from sync.google.target import Target, target
from sync.google.view import shown
from sync.google.work import Work
from sync.links import KeyPlace, mostly_numbers
from sync.plan import Plan
from sync.source import Places, SheetPlace
from sync.store import Stale


@dataclass(frozen=True, slots=True, eq=False)
class TabEdit:
    """A plan's changes on one tab.

    Attributes:
        sheet: as it was read.
        place: where the table stood then.
        made: what is added to it.
        target: the values.
        requests: what is structural, in its order.
    """

    sheet: Sheet
    place: SheetPlace
    made: Structure
    target: Target
    requests: tuple[Request, ...]

    @property
    def ranges(self) -> list[str]:
        """What has to be seen before values are written, in A1 notation."""
        keys = {*self.made.added, *self.made.marked}
        if self.target.wishes:
            keys.update(self.target.columns)
        if not keys:
            return []
        name = "'" + self.sheet.title.replace("'", "''") + "'"
        if self.target.telling.width and self.target.wishes:
            return [name]
        letters = (rowcol_to_a1(1, self.made.columns[key] + 1)[:-1] for key in sorted(keys))
        return [f"{name}!{letter}:{letter}" for letter in letters]


def tab_edit(book: Book, places: Places, number: int, plan: Plan) -> TabEdit:
    """Return a plan's changes on a tab.

    Args:
        book: the spreadsheet as it was read.
        places: where the rows of the table stood then.
        number: of the tab in `places`.
        plan: the changes.

    Raises:
        Mismatch: the plan writes a column that the tab does not have.
    """
    place, layout = places.sheets[number], plan.layout
    sheet = next(sheet for sheet in book.sheets if sheet.title == place.name)
    written = {patch.column for patch in plan.patches} & set(layout.fillable)
    made = structure(sheet, place, layout, [key for key in layout.fillable if key in written])
    marks = highlight(sheet, place, layout, made.columns, made.last_column)
    wanted = target(sheet, places, number, plan, made)
    return TabEdit(sheet, place, made, wanted, (*made.requests, *marks))


def link_places(tabs: Sequence[TabEdit]) -> Mapping[str, TabPlace]:
    """Return tab name → where its keys stand once it is changed, for links to their rows."""
    found = {}
    for tab in tabs:
        column = tab.made.columns.get(tab.target.key)
        if column is not None:
            keys = KeyPlace(rowcol_to_a1(1, column + 1)[:-1], _numeric_keys(tab))
            found[tab.sheet.title] = TabPlace(tab.sheet.id, keys)
    return found


def _numeric_keys(tab: TabEdit) -> bool:
    column = tab.place.columns.get("id")
    if column is None:
        return False
    body = tab.sheet.rows[tab.place.first_row : tab.place.last_row + 1]
    return mostly_numbers(column_cells(body, column))


def require_marked(client: SheetsClient, tabs: Sequence[TabEdit], after: Book) -> None:
    """Check that new marks stand on the columns that they are meant for; else take them away.

    Raises:
        Stale: columns or rows were moved between reading and marking.
    """
    wrong = [
        unmark(column_id(tab.sheet.id, key))
        for tab in tabs
        if not _fits(tab, after.sheet(tab.sheet.id))
        for key in (*tab.made.marked, *tab.made.added)
    ]
    if wrong:
        put_back(client, wrong)
        raise Stale("columns were moved meanwhile", zh="期间有列被移动")


def put_back(client: SheetsClient, requests: Sequence[Request]) -> None:
    """Carry out what takes a mistake of ours back, if there is anything."""
    if requests:
        with contextlib.suppress(Unsure):  # it has been sent; the next reading shows what stands
            client.ask("post", ":batchUpdate", json={"requests": list(requests)})


def _fits(tab: TabEdit, sheet: Sheet | None) -> bool:
    wanted = {**dict.fromkeys(tab.made.added, ""), **tab.made.marked}
    if not wanted or sheet is None:
        return not wanted
    row = tab.place.header_row
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    for key, header in wanted.items():
        column = sheet.marked(key)
        if column is None:
            return False
        text = str(cells[column]).strip() if column < len(cells) else ""
        if text != header:
            return False
    return True


def version_left(book: Book, plan: Plan, tabs: Sequence[TabEdit], works: Sequence[Work]) -> str:
    """Return the version that the next reading finds if nobody changes anything.

    Args:
        book: the spreadsheet as it was read.
        plan: what was written.
        tabs: what was added.
        works: what was written.
    """
    written = {work.target.sheet: work for work in works}
    edits = {tab.sheet.id: tab for tab in tabs}
    left = [_left(one, edits.get(one.id), written.get(one.id)) for one in book.team_sheets]
    typed = {tab.key for tab in plan.layout.tabs if tab.answered}
    drawn = {view.key: shown(view) for view in plan.tabs if view.key in typed}
    return version_of(left, {**book.answered(plan.layout), **drawn})


def _left(sheet: Sheet, tab: TabEdit | None, work: Work | None) -> Sheet:
    if tab is None:
        return sheet
    at, count = tab.place.last_column + 1, len(tab.made.added)
    rows: list[list[Any]] = [
        [*row[:at], *([""] * count), *row[at:]] if len(row) > at else list(row)
        for row in sheet.rows
    ]
    for column, want in work.want.items() if work else ():
        place = tab.made.columns[column]
        for row, value in zip(tab.target.known.rows_of(want.index.to_numpy()), want, strict=True):
            if row >= 0:
                cells = rows[row]
                cells.extend([""] * (place + 1 - len(cells)))
                cells[place] = value
                while cells and cells[-1] == "":
                    cells.pop()
    formulas = {c + count if c >= at else c: found for c, found in sheet.formulas.items()}
    return replace(sheet, rows=rows, formulas=formulas)
