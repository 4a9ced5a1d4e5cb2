"""The cells that a plan means, found by key once nobody else of us writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sync.google.book import Book, Sheet
from sync.google.cell import LONGEST
from sync.google.seen import Seen, column_cells, seen
from sync.google.target import Target, Wish
from sync.store import CHANGED, FORMULA, MERGED, UNWRITABLE, Refusal, Stale
from sync.table import Mask, Objects, Rows


class Sent(NamedTuple):
    """Cells of one column: (n) rows of the tab, ascending, and the values for them."""

    rows: Rows
    values: Objects


@dataclass
class Work:
    """A tab while it is written.

    Attributes:
        target: what is wanted.
        before: what stood there when the lock was taken.
        want: column → what each label shall hold; a row that was hit by mistake is added with what
            it held.
        cells: column → cells to send.
        refused: cells that are left alone.
        ours: column of the team → values that were sent: only they and blanks are overwritten.
        astray: number of cells that had to be put right.
    """

    target: Target
    before: Seen
    want: dict[str, pd.Series[Any]] = field(default_factory=dict)
    cells: dict[str, Sent] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    ours: dict[str, set[Any]] = field(default_factory=dict)
    astray: int = 0


def locate(target: Target, book: Book) -> Work:
    """Find the cells that a target means, in the spreadsheet as it is once the lock is taken.

    Args:
        target: what is wanted.
        book: the spreadsheet with the columns of the target at that moment.

    Returns:
        The work; cells that no longer hold what was read, or cannot be written, are refused.

    Raises:
        Stale: the tab, or a marked column of it, is gone or was moved out of sight.
    """
    sheet = book.sheet(target.sheet)
    places = {key: sheet.marked(key) for key in target.columns} if sheet else {}
    if sheet is None or None in places.values():
        raise Stale("a column was moved or deleted meanwhile", zh="期间有列被移动或删除")
    at = {key: column for key, column in places.items() if column is not None}
    columns = {key: column_cells(sheet.rows, column) for key, column in at.items()}
    # columns with formulas may have moved since they were read
    telling = replace(target.telling, computed=frozenset(sheet.formulas))
    target = replace(target, telling=telling)
    before = seen(telling, target.key, columns, at, sheet.rows)
    work = Work(target, before)
    for wish in target.wishes:
        rows = before.rows_of(wish.labels)
        codes = _codes(wish, rows, before.columns[wish.column][rows], sheet, at[wish.column])
        for code in dict.fromkeys(codes[codes != ""]):
            refuse(work, wish, codes == code, code)
        good = codes == ""
        kept = wish.some(good)
        work.want[wish.column] = pd.Series(kept.after, index=kept.labels, dtype=object)
        order = np.argsort(rows[good], kind="stable")
        work.cells[wish.column] = Sent(rows[good][order], kept.after[order])
    return work


def _codes(wish: Wish, rows: Rows, stands: Objects, sheet: Sheet, column: int) -> Objects:
    """(n) why a cell must be left alone, "" where it may be written.

    Args:
        wish: what one column shall hold.
        rows: (n) where, -1 where the row is gone.
        stands: (n) what stands there.
        sheet: the tab at that moment.
        column: of the tab.
    """
    formula = np.isin(rows, sheet.formulas.get(column, ()))
    joined = np.zeros(len(rows), dtype=bool)
    for area in sheet.grid({}).merged:
        if area.first_column <= column <= area.last_column:
            joined |= (rows >= area.first_row) & (rows <= area.last_row)
    long = np.array([isinstance(v, str) and len(v) > LONGEST for v in wish.after], dtype=bool)
    # what stands there already, from a run that died, is as good as written
    same = (rows >= 0) & ((stands == wish.before) | (stands == wish.after))
    reasons = (FORMULA.code, MERGED.code, UNWRITABLE.code, CHANGED.code)
    return np.select([formula, joined, long, ~same], reasons, "").astype(object)


def refuse(work: Work, wish: Wish, mask: Mask, code: str) -> None:
    """Leave some of a wish's cells alone; headers are not reported."""
    work.refused.extend(
        Refusal(str(key), wish.column, code) for key in wish.keys[mask] if key != ""
    )
