"""From keys to places: which cells of which tab a plan means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from sync.excel.edits import CellEdits, CellRefusal, Mark, NewColumn, TabEdit
from sync.grid import Area
from sync.plan import Layout, OwnedColumn, Patch, Plan
from sync.source import Places, SheetPlace
from sync.store import Mismatch, Refusal


def tab_edits(plan: Plan, places: Places) -> tuple[TabEdit, ...]:
    """Return what a plan changes on each tab.

    Args:
        plan: the changes, by rows of the table.
        places: where each row of the table stands.

    Raises:
        Mismatch: the plan writes a column that a tab does not have.
    """
    return tuple(
        _tab_edit(plan, places, number, place) for number, place in enumerate(places.sheets)
    )


def columns_of(layout: Layout, place: SheetPlace) -> Mapping[str, int]:
    """Return key → column on a tab, with our missing columns where they will be added."""
    missing = _missing(layout, place)
    added = {owned.key: place.last_column + 1 + at for at, owned in enumerate(missing)}
    return {**place.columns, **added}


def named_refusals(
    plan: Plan, places: Places, refused: Sequence[CellRefusal]
) -> tuple[Refusal, ...]:
    """Return refused cells by key and column instead of place."""
    if not refused:
        return ()
    cells: dict[tuple[str, int, int], tuple[str, str]] = {}
    for number, place in enumerate(places.sheets):
        columns = columns_of(plan.layout, place)
        for patch in plan.patches:
            here = places.sheet[patch.rows] == number
            for row, key in zip(places.row[patch.rows[here]], patch.keys[here], strict=True):
                cells[place.name, int(row), columns[patch.column]] = (str(key), patch.column)
    return tuple(
        Refusal(*cells.get((sheet, row, column), ("", "")), code)
        for sheet, row, column, code in refused
    )


def _missing(layout: Layout, place: SheetPlace) -> list[OwnedColumn]:
    return [owned for owned in layout.columns if owned.key not in place.columns]


def _tab_edit(plan: Plan, places: Places, number: int, place: SheetPlace) -> TabEdit:
    layout = plan.layout
    columns = columns_of(layout, place)
    owned = [columns[column.key] for column in layout.columns]
    patches: dict[str, list[Patch]] = {}
    for patch in plan.patches:
        if not (places.sheet[patch.rows] == number).any():
            continue
        if patch.column not in columns:
            raise Mismatch(
                f"the tab {place.name} has no column for {patch.column}",
                ("spreadsheet", "columns", patch.column),
                zh=f"工作表“{place.name}”没有与 {patch.column} 对应的列",
            )
        patches.setdefault(patch.column, []).append(patch)
    cells = (_cells(columns[key], group, places, number) for key, group in patches.items())
    edit = TabEdit(
        sheet=place.name,
        area=Area(place.header_row, place.first_column, place.last_row, place.last_column),
        columns=tuple(
            NewColumn(column.header, column.kind, column.width, column.choices)
            for column in _missing(layout, place)
        ),
        cells=tuple(edits for edits in cells if len(edits.rows)),
        owned_from=min(owned, default=None),
    )
    return replace(edit, marks=tuple(_marks(layout, place, edit, columns, owned)))


def _cells(column: int, patches: Iterable[Patch], places: Places, number: int) -> CellEdits:
    """Return one column's changes on one tab, top to bottom."""
    group = list(patches)
    rows = np.concatenate([patch.rows for patch in group])
    before = np.concatenate([patch.before for patch in group])
    after = np.concatenate([patch.after for patch in group])
    here = np.flatnonzero(places.sheet[rows] == number)
    order = here[np.argsort(places.row[rows[here]], kind="stable")]
    return CellEdits(column, places.row[rows[order]], before[order], after[order])


def _marks(
    layout: Layout,
    place: SheetPlace,
    edit: TabEdit,
    columns: Mapping[str, int],
    owned: Sequence[int],
) -> Iterable[Mark]:
    """Yield the highlights of a tab that has rows, strongest first."""
    if place.last_row < place.first_row:
        return
    rows = edit.full_area._replace(first_row=place.first_row)
    for highlight in layout.highlights:
        if highlight.column not in columns:
            continue
        area = rows
        if highlight.scope == "cells":
            area = rows._replace(first_column=min(owned), last_column=max(owned))
        yield Mark(
            columns[highlight.column],
            highlight.value,
            area,
            highlight.fill,
            highlight.color,
            highlight.bold,
        )
