"""Refuse a run that would change more than anybody expects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jobs.history.changes import differing
from sync.plan import Plan
from sync.say import Language, Reason, say
from sync.store import Refused
from sync.table import Rows, Table, as_text, column

# Below this many rows a share says nothing.
FROM_ROWS = 50
# So many ids that came to stand beside another's customer are no coincidence.
SHEARED_ROWS, SHEARED_SHARE = 3, 0.05

UNCONFIRMED = Reason(
    "guard.unconfirmed",
    "the first run wants a confirmation: look at `dealkeeper plan`, then use "
    "`dealkeeper run --yes`; the spreadsheet is untouched",
    "首次运行需要确认：先用 `dealkeeper plan` 查看计划，再用 `dealkeeper run --yes` 执行；"
    "表格未改动",
)
NO_ROWS = Reason(
    "guard.no_rows",
    "the table has a header but no opportunity below it; if it is really empty, run with "
    "--force (the spreadsheet is untouched)",
    "表格只有表头，没有商机行；若确实为空，请用 --force 运行（表格未改动）",
)
TORN = Reason(
    "guard.torn",
    "the ids of {count} rows stand beside another customer than before (for example {key} in "
    "row {row}): a sort may have left the id column behind; undo that sort and run again, "
    "nothing was written",
    "{count} 行的编号与上次记录的客户对不上（例如第 {row} 行的 {key}）："
    "可能排序时没有带上编号列；请撤销那次排序再运行，未写入任何内容",
)
TORN_OURS = Reason(
    "guard.torn_ours",
    "the ids of {count} rows stand beside another customer than before (for example {key} in "
    "row {row}): a sort may have left the id column behind; undo that sort, or put the ids back "
    "to their rows with `dealkeeper reattach`, and run again, nothing was written",
    "{count} 行的编号与上次记录的客户对不上（例如第 {row} 行的 {key}）："
    "可能排序时没有带上编号列；请撤销那次排序，或用 `dealkeeper reattach` 把编号对回原来的行，"
    "再运行，未写入任何内容",
)
EXCESS = Reason(
    "guard.excess",
    "column `{header}`: {changed} of {rows} existing values would change ({share}, limit {limit})",
    "「{header}」列将有 {changed}/{rows} 个已有值被改写（{share}，上限 {limit}）",
)
EXCESSIVE = Reason(
    "guard.excessive",
    "{columns}: beyond the safety limits, nothing was written; look at `dealkeeper plan`, then "
    "use --force if it is right",
    "{columns}：超出安全上限，未写入；请先看 `dealkeeper plan`，确认无误后用 --force",
)


def refused(reason: Reason, **facts: object) -> Refused:
    """Return the error that tells a reason in both languages."""
    return Refused(say(reason, facts, "en"), zh=say(reason, facts, "zh"))


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
        facts = {
            "header": self.header,
            "changed": self.changed,
            "rows": self.rows,
            "share": f"{self.changed / self.rows:.0%}",
            "limit": f"{self.limit:.0%}",
        }
        return say(EXCESS, facts, language)


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
        count = int(np.count_nonzero(pd.notna(patch.before)))
        changed[patch.column] = changed.get(patch.column, 0) + count
    found = []
    for key, count in changed.items():
        limit = limits.team_columns if key in plan.layout.fillable else limits.status
        if count > limit * rows:
            found.append(Excess(headers.get(key, key), count, rows, limit))
    return tuple(sorted(found, key=lambda excess: -excess.changed / excess.limit))


def require_rows(table: Table) -> None:
    """Refuse a table without rows: it is more often the wrong tab than an empty one.

    Raises:
        Refused: there are none.
    """
    if len(table) == 0:
        raise refused(NO_ROWS)


def require_moderate(plan: Plan, table: Table, limits: Limits) -> None:
    """Refuse a plan that changes more than the limits.

    Raises:
        Refused: it does; the sentence names every such column.
    """
    found = excesses(plan, table, limits)
    if found:
        english, chinese = ([excess.say(language) for excess in found] for language in ("en", "zh"))
        raise Refused(
            say(EXCESSIVE, {"columns": "; ".join(english)}, "en"),
            zh=say(EXCESSIVE, {"columns": "；".join(chinese)}, "zh"),
        )


def require_whole(table: Table, snapshot: pd.DataFrame, *, ours: bool) -> None:
    """Refuse a table whose ids were torn from their rows: every answer would be the wrong row's.

    Args:
        table: as read.
        snapshot: (known keys × fields) what the history knows; the index is the key.
        ours: whether the id column is ours, so that it can be mended.

    Raises:
        Refused: they were.
    """
    rows = sheared(table, snapshot)
    if len(rows):
        first = int(rows[0])
        facts = {"count": len(rows), "row": table.numbers[first], "key": table.keys[first]}
        raise refused(TORN_OURS if ours else TORN, **facts)


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
    at = snapshot.index.get_indexer(pd.Index(table.keys, dtype=object))
    seen = at >= 0
    unlike = np.zeros(len(table), dtype=bool)
    for field in fields:
        before = pd.Series(snapshot[field].array.take(at, allow_fill=True))
        unlike |= differing(before, table.frame[field])
    if np.count_nonzero(unlike & seen) < SHEARED_ROWS:
        return nothing  # as nearly always
    # one number for each distinct combination of texts, the same on both sides
    both = np.zeros(len(table) + len(snapshot), dtype=np.int64)
    for field in fields:
        told = (column(table.frame, field), snapshot[field])
        words = pd.concat([as_text(values).fillna("") for values in told], ignore_index=True)
        codes, distinct = pd.factorize(words)
        both, _ = pd.factorize(both * len(distinct) + codes)
    now, known = both[: len(table)], both[len(table) :]
    moved = seen & (now != np.append(known, -1)[at]) & np.isin(now, known)
    rows = np.flatnonzero(moved)
    if len(rows) < max(SHEARED_ROWS, SHEARED_SHARE * int(seen.sum())):
        return nothing
    return rows
