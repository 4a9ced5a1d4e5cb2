"""Refuse a run that would change more than anybody expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from jobs.threeway import blanks
from sync.plan import Plan
from sync.say import Language
from sync.table import Rows, Table, column

# Below this many rows a share says nothing.
FROM_ROWS = 50
# So many ids that came to stand beside another's customer are no coincidence.
SHEARED_ROWS, SHEARED_SHARE = 3, 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest share of a column's cells whose non-blank value may change in one run."""

    team_columns: float = 0.05
    status: float = 0.40


@dataclass(frozen=True, slots=True)
class Excess:
    """A column that a run would change too much."""

    header: str
    changed: int
    rows: int
    limit: float

    def say(self, language: Language) -> str:
        """Return the sentence for people."""
        share, limit = f"{self.changed / self.rows:.0%}", f"{self.limit:.0%}"
        if language == "zh":
            return (
                f"「{self.header}」列将有 {self.changed}/{self.rows} 个已有值被改写"
                f"（{share}，上限 {limit}）"
            )
        return (
            f"column `{self.header}`: {self.changed} of {self.rows} existing values would change "
            f"({share}, limit {limit})"
        )


def excesses(plan: Plan, table: Table, limits: Limits) -> tuple[Excess, ...]:
    """Return the columns that a plan would change beyond the limits, worst first.

    Only a non-blank value that becomes another one counts: filling a blank cell or a column that
    has just been added does not.
    """
    rows = len(table)
    if rows < FROM_ROWS:
        return ()
    headers = {column.key: column.header for column in plan.layout.columns}
    headers |= {key: column.header for key, column in table.columns.items()}
    changed: dict[str, int] = {}
    for patch in plan.patches:
        count = int(np.count_nonzero(~blanks(patch.before)))
        changed[patch.column] = changed.get(patch.column, 0) + count
    found = []
    for key, count in changed.items():
        limit = limits.team_columns if key in plan.layout.fillable else limits.status
        if count > limit * rows:
            found.append(Excess(headers.get(key, key), count, rows, limit))
    return tuple(sorted(found, key=lambda excess: -excess.changed / excess.limit))


def sheared(table: Table, snapshot: pd.DataFrame) -> Rows:
    """Return the rows whose id now stands beside the customer and name of another known id.

    That is what a sort leaves behind when it does not take our columns along. A few such rows are
    people's corrections: below `SHEARED_ROWS` or `SHEARED_SHARE` of the known rows there are none.

    Args:
        table: as read.
        snapshot: (known keys × fields) what the history knows; the index is the key.
    """
    nothing: Rows = np.empty(0, dtype=np.int64)
    if not {"customer", "name"} & set(snapshot.columns) & set(table.frame.columns):
        return nothing
    fields = [f for f in ("customer", "name") if f in snapshot.columns and f in table.frame.columns]
    known = _joined([snapshot[field] for field in fields])
    before = pd.Series(table.keys).map(known[~known.index.duplicated()])
    now = _joined([column(table.frame, field) for field in fields])
    seen = before.notna().to_numpy()
    moved = seen & (now.to_numpy() != before.to_numpy()) & now.isin(set(known)).to_numpy()
    rows = np.flatnonzero(moved)
    if len(rows) < max(SHEARED_ROWS, SHEARED_SHARE * int(seen.sum())):
        return nothing
    return rows


def _joined(values: list[pd.Series[Any]]) -> pd.Series[str]:
    """(rows) the texts of several columns as one."""
    first, *others = [value.astype("str").fillna("") for value in values]
    for other in others:
        first = first + "\x1f" + other
    return first
