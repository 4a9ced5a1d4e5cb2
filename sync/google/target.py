"""What a plan wants on each tab, by row label instead of by place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sync.cells import Cells
from sync.google.book import Sheet
from sync.google.cell import objects, wired
from sync.google.marks import column_id
from sync.google.seen import Seen, Telling, column_cells, proving, seen
from sync.google.structure import Structure, header_text, key_mark
from sync.plan import Layout, Plan
from sync.source import Places, SheetPlace
from sync.store import Mismatch
from sync.table import Objects, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What one column shall hold.

    Attributes:
        column: its key.
        labels: (n) the rows.
        keys: (n) their keys, for reports; "" for the header.
        before: (n) what must stand there, as it is sent.
        after: (n) what shall stand there, as it is sent.
    """

    column: str
    labels: Objects
    keys: Objects
    before: Objects
    after: Objects

    def some(self, rows: Rows | slice) -> Wish:
        """Return the wish for some of its rows."""
        return Wish(
            self.column, self.labels[rows], self.keys[rows], self.before[rows], self.after[rows]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What a plan wants on a tab.

    Attributes:
        sheet: id of the tab.
        key: of the column that holds the rows' keys, as it is marked.
        telling: how its rows are told apart.
        wishes: by column.
        known: the tab as it was read.
    """

    sheet: int
    key: str
    telling: Telling
    wishes: tuple[Wish, ...]
    known: Seen

    @property
    def columns(self) -> tuple[str, ...]:
        """Keys of the columns that a write names, that of the rows' keys first."""
        wished = (wish.column for wish in self.wishes)
        return tuple(dict.fromkeys((self.key, *wished, *sorted(self.telling.ours))))

    def marks(self) -> Mapping[int, str]:
        """Return id of the mark → key, of each column that a write names."""
        return {column_id(self.sheet, key): key for key in self.columns}


def target(sheet: Sheet, places: Places, number: int, plan: Plan, made: Structure) -> Target:
    """Return what a plan wants on a tab.

    Args:
        sheet: the tab as it was read.
        places: where the rows of the table stand.
        number: of the tab in `places`.
        plan: the changes, by rows of the table.
        made: what is added to the tab before.

    Raises:
        Mismatch: the plan writes a column that the tab does not have.
    """
    place = places.sheets[number]
    key = key_mark(place, sheet, plan.layout)
    # a team's own id column is marked as the rows' key, not as a column of ours
    cells = {key if name == "id" else name: c for name, c in _cells(plan, places, number).items()}
    for name in cells:
        if name not in made.columns:
            raise Mismatch(
                f"the tab {place.name} has no column for {name}",
                ("spreadsheet", "columns", name),
                zh=f"工作表“{place.name}”没有与 {name} 对应的列",
            )
    headers = _headers(sheet, place, plan.layout)
    telling = _telling(sheet, place, plan.layout, made, cells, headers, key)
    known = _known(sheet, place, plan.layout, key, telling)
    title = known.labels[place.header_row]
    wishes = []
    for name in dict.fromkeys((*headers, *cells)):
        rows, keys, before, after = cells.get(name, _NONE)
        labels = known.labels[rows]
        if name in headers and title:
            labels = np.append(labels, title)
            keys, before = np.append(keys, ""), np.append(before, "")
            after = np.append(after, headers[name])
        if len(labels):
            wishes.append(Wish(name, labels, keys, before, after))
    return Target(sheet.id, key, telling, tuple(wishes), known)


_Cells = tuple[Rows, Objects, Objects, Objects]
_NONE: _Cells = (np.empty(0, dtype=np.int64), objects([]), objects([]), objects([]))


def _cells(plan: Plan, places: Places, number: int) -> dict[str, _Cells]:
    """Column → (n) rows of the tab, keys, what stands there, what shall stand there."""
    parts: dict[str, list[_Cells]] = {}
    for patch in plan.patches:
        here = places.sheet[patch.rows] == number
        if here.any():
            part = (
                places.row[patch.rows[here]],
                patch.keys[here],
                wired(patch.before[here]),
                wired(patch.after[here]),
            )
            parts.setdefault(patch.column, []).append(part)
    joined = {name: list(zip(*group, strict=True)) for name, group in parts.items()}
    return {
        name: (
            np.concatenate(rows), np.concatenate(keys), np.concatenate(before),
            np.concatenate(after),
        )
        for name, (rows, keys, before, after) in joined.items()
    }  # fmt: skip


def _headers(sheet: Sheet, place: SheetPlace, layout: Layout) -> dict[str, str]:
    """Our columns whose header cell is blank, new ones included; one that people renamed stays."""
    return {
        owned.key: owned.header
        for owned in layout.columns
        if owned.key not in place.columns or not header_text(sheet, place, place.columns[owned.key])
    }


def _telling(
    sheet: Sheet,
    place: SheetPlace,
    layout: Layout,
    made: Structure,
    cells: Mapping[str, _Cells],
    headers: Mapping[str, str],
    key: str,
) -> Telling:
    """How rows are told apart: by what they say only where some have no key of their own."""
    given = cells.get(key, _NONE)
    column = place.columns.get("id")
    titled = column is not None and header_text(sheet, place, column)
    if not len(given[0]) and titled and not _at_stake(sheet, place, layout, cells):
        return Telling()
    changing = {*cells, *(owned.key for owned in layout.columns)}
    loose = {str(one) for one in (*given[2], *given[3])} | {headers.get("id", "")}
    return Telling(
        width=made.last_column + 1,
        loose=frozenset(loose - {""}),
        ours=frozenset(changing & made.columns.keys()),
        computed=frozenset(sheet.formulas),
    )


def _at_stake(sheet: Sheet, place: SheetPlace, layout: Layout, cells: Mapping[str, _Cells]) -> bool:
    """Whether rows that no key tells apart hold values in a team column that is written.

    They could not be put back where people move such a row under a write of ours.
    """
    rows = sheet.rows[place.header_row + 1 :]
    keys = Cells.of(column_cells(rows, place.columns["id"])).texts()
    nameless = proving(keys, frozenset()) == ""
    team = [place.columns[name] for name in layout.fillable if name in cells and name != "id"]
    return any((wired(column_cells(rows, at))[nameless] != "").any() for at in team)


def _known(sheet: Sheet, place: SheetPlace, layout: Layout, key: str, telling: Telling) -> Seen:
    """The tab as it was read."""
    places = {
        key if name == "id" else name: at
        for name, at in place.columns.items()
        if name == "id" or name in {*layout.fillable, *(o.key for o in layout.columns)}
    }
    columns = {name: column_cells(sheet.rows, at) for name, at in places.items()}
    columns.setdefault(key, [""] * len(sheet.rows))
    return seen(telling, key, columns, places, sheet.rows)
