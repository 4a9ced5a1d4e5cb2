"""Take runs back where no copy of the spreadsheet can be put back: undo our own cells, one by one.

A cell is undone only while it holds what the last of these runs wrote; what people typed since
stays. Keys that were given stay, too: they are how rows are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from config.load import RulesFile
from jobs.history import Deed, History, PatchCell, RunLine
from jobs.history.codec import texts
from jobs.history.database import RUN
from jobs.threeway import standing
from sync.plan import Layout, Patch, Plan, Reasons
from sync.say import Reason
from sync.store import Receipt, Store
from sync.table import Table

KIND = "undo"
TAKEN_BACK = Reason(
    "undo.taken_back",
    "run {run} and what followed it were taken back",
    "第 {run} 次运行及其后的结果已撤销",
)


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did.

    Attributes:
        receipt: what was written.
        kept: cells that no longer held what we wrote, or whose row or column is gone.
        runs: numbers of the runs that no longer count.
    """

    receipt: Receipt
    kept: int
    runs: tuple[int, ...]


def undoable(history: History) -> list[RunLine]:
    """Return the runs that wrote something and still count, newest first."""
    return [
        line
        for line in history.runs(None)
        if line.kind == RUN and not line.undone and line.counts.get("written")
    ]


def undo(
    store: Store, rules_file: RulesFile, history: History, first: int, now: pd.Timestamp
) -> Undone:
    """Take a run and all later ones back.

    Args:
        store: the spreadsheet, lock taken.
        rules_file: what the admin says.
        history: of the spreadsheet.
        first: number of the earliest run that is taken back.
        now: the moment, naive local time.

    Raises:
        StoreError: the spreadsheet cannot be read or written.
    """
    table = store.read()
    lines = [line for line in undoable(history) if line.id >= first]
    cells = [cell for line in reversed(lines) for cell in history.patches_of(line.id)]
    layout = rules_file.layout
    there = tuple(column for column in layout.columns if column.key in table.columns)
    patches, kept = _reversed(cells, table, replace(layout, columns=there), first)
    plan = Plan(table.version, now, replace(layout, columns=there, tabs=()), patches)
    receipt = store.apply(plan)
    counts = {"written": receipt.written, "refused": len(receipt.refused) + kept}
    deed = Deed(KIND, now, table.version, receipt.version, rules_file.hash, counts)
    return Undone(receipt, kept + len(receipt.refused), tuple(history.undo(deed, first)))


def _reversed(
    cells: Sequence[PatchCell], table: Table, layout: Layout, run: int
) -> tuple[tuple[Patch, ...], int]:
    """Patches back to what stood before the first of several runs, and the number of cells kept."""
    ends: dict[str, dict[str, tuple[str | None, str | None]]] = {}
    for cell in cells:
        field = ends.setdefault(cell.field, {})
        before, _ = field.get(cell.key, (cell.before, None))
        field[cell.key] = (before, cell.after)
    ends.pop("id", None)
    dates = {column.key for column in layout.columns if column.kind == "date"}
    rows_of = pd.Index(np.where(table.writable, table.keys, ""))
    patches, kept = [], 0
    for column, changed in ends.items():
        back = {key: before for key, (before, after) in changed.items() if before != after}
        stands = standing(table, column).cells()
        said = texts(pd.Series(stands, dtype=object))
        rows = np.array(
            [
                row
                for row in np.flatnonzero(rows_of.isin(list(back))).tolist()
                if said[row] == changed[table.keys[row]][1]
            ],
            dtype=np.int64,
        )
        kept += len(back) - len(rows)
        keys = table.keys[rows]
        after = np.array([_value(back[key], column in dates) for key in keys], dtype=object)
        facts = pd.DataFrame({"run": np.full(len(rows), run)})
        reasons = Reasons(np.full(len(rows), TAKEN_BACK.code, dtype=object), facts)
        patches.append(Patch(KIND, column, rows, keys, stands[rows], after, reasons))
    return tuple(patch for patch in patches if len(patch)), kept


def _value(text: str | None, date: bool) -> Any:
    """A cell's value from its text in the history."""
    return pd.Timestamp(text).as_unit("s") if date and text else text
