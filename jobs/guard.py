"""Refuse a run that would change more than anybody expects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobs.threeway import blanks
from sync.plan import Plan
from sync.say import Language
from sync.table import Table

# Below this many rows a share says nothing.
FROM_ROWS = 50


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
                f"({share},上限 {limit})"
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
    for column, count in changed.items():
        limit = limits.team_columns if column in plan.layout.fillable else limits.status
        if count > limit * rows:
            found.append(Excess(headers.get(column, column), count, rows, limit))
    return tuple(sorted(found, key=lambda excess: -excess.changed / excess.limit))
