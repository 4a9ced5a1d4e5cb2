"""The cells that a plan means, found by key once nobody else of us writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from sync.google.book import Book, Sheet
from sync.google.cell import LONGEST
from sync.google.seen import Seen, column_cells, seen
from sync.google.target import Target, Wish
from sync.store import CHANGED, FORMULA, MERGED, UNWRITABLE, Refusal, Stale
from sync.table import Mask, Objects, Rows


@dataclass
class Work:
    """A tab while it is written.

    Attributes:
        target: what is wanted.
        last: the tab when it was last looked at; at first when the lock was taken.
        wishes: column → what it shall hold, in the order of the rows when the lock was taken.
        want: column → what each label shall hold, as far as it was sent; a row that was hit by
            mistake is added with what it held.
        strays: column → values that stand by mistake in rows that nothing tells apart.
        blank: column → rows of the last look that must be blanked.
        loose: keys that prove nothing, having been sent or being carried by several rows.
        refused: cells that are left alone.
        astray: number of cells that had to be put right.
    """

    target: Target
    last: Seen
    loose: set[str]
    wishes: dict[str, Wish] = field(default_factory=dict)
    want: dict[str, pd.Series[Any]] = field(default_factory=dict)
    strays: dict[str, set[Any]] = field(default_factory=dict)
    blank: dict[str, Rows] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
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
    last = seen(telling, target.key, columns, at, sheet.rows)
    work = Work(target, last, set(telling.loose))
    for wish in target.wishes:
        rows = last.rows_of(wish.labels)
        codes = _codes(wish, rows, last.columns[wish.column][rows], sheet, at[wish.column])
        for code in dict.fromkeys(codes[codes != ""]):
            refuse(work, wish, codes == code, code)
        good = np.flatnonzero(codes == "")
        work.wishes[wish.column] = wish.some(good[np.argsort(rows[good], kind="stable")])
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
