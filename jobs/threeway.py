"""The three-way comparison: what we last decided, what stands in the cell, what we want now.

A value that a person put into one of our columns stays until our decision for that cell changes or
they blank it. Team columns that a rule may fill are filled only where they are blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from jobs.coded import Coded
from rules.chain import Decided
from sync.plan import Patch, Reasons
from sync.say import Reason
from sync.table import Mask, Objects, Rows, Table

KEPT = Reason(
    "threeway.kept",
    "column `{column}`: {count} value(s) typed by hand were kept",
    "「{column}」列有 {count} 处手工填写的内容，已保留",
)
MOVED = Reason(
    "threeway.moved",
    "our cells of {count} row(s) had been left behind by a sort; they were put right",
    "有 {count} 行的管家列在排序时没有跟着移动，已写回正确的内容",
)
REASONS = (KEPT, MOVED)
# So many rows that hold another row's answers are no coincidence.
MOVED_ROWS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What the rules want in one column.

    Attributes:
        values: (rows) text or moments; blank where the cell shall be blank.
        mask: (rows) which rows were decided.
        reasons: (rows) why.
        rules: (rows) the rule that decided, "" where none.
        replaces: (rows) whether a team cell that is not blank may be replaced; None for nowhere.
    """

    values: Coded
    mask: Mask
    reasons: Reasons
    rules: Objects
    replaces: Mask | None = None


def combine(decided: tuple[Decided, ...]) -> Wanted:
    """Merge the decisions of several stanzas on one column; a later one wins where it decided."""
    first = decided[0].decision
    values = Coded.of(first.values)
    rules = np.where(first.mask, decided[0].rule, "").astype(object)
    mask, reasons = first.mask, first.reasons
    replaces: Mask = first.mask & first.replaces
    for made in decided[1:]:
        turn = made.decision
        values = Coded.of(turn.values).where(turn.mask, values)
        rules = np.where(turn.mask, made.rule, rules)
        facts = pd.concat([reasons.facts, turn.reasons.facts], ignore_index=True)
        codes = np.concatenate([reasons.codes, turn.reasons.codes])
        rows = np.arange(len(mask))
        reasons = Reasons(codes, facts).take(np.where(turn.mask, rows + len(mask), rows))
        mask = mask | turn.mask
        replaces = replaces | (turn.mask & turn.replaces)
    return Wanted(values, mask, reasons, rules, replaces)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The outcome for one column.

    Attributes:
        patches: one per rule that changes something.
        decided: (rows) what we decided, to be remembered: the old decision where there is no new.
        kept: rows whose cell a person filled and that we leave alone.
    """

    patches: tuple[Patch, ...]
    decided: Coded
    kept: Rows


class Before(NamedTuple):
    """What is known of a column of ours.

    Attributes:
        stands: (rows) what stands in its cells.
        last: (rows) what we last decided for the row's key, blank for never.
        seen: (rows) whether the history knows the key; a value that came along with a copied row
            is not a person's word and is decided afresh.
    """

    stands: Coded
    last: Coded
    seen: Mask


def compare(column: str, wanted: Wanted, table: Table, before: Before) -> Compared:
    """Compare an owned column three ways.

    Args:
        column: its key.
        wanted: what the rules want.
        table: with keys and writable rows.
        before: what is known of it.
    """
    stands, last, seen = before
    may = wanted.mask & table.writable
    unlike = may & stands.differs(wanted.values)
    # a person's word stays for as long as our decision does
    people = seen & stands.known & stands.differs(last)
    kept = unlike & people & ~wanted.values.differs(last)
    write = unlike & ~kept
    decided = wanted.values.where(may, last)
    return Compared(_patches(column, wanted, table, stands, write), decided, np.flatnonzero(kept))


def left_behind(stands: Mapping[str, Coded], before: Mapping[str, Coded], seen: Mask) -> Mask:
    """Return (rows) whether our cells hold, all of them, what was decided for another row.

    That is what a sort leaves behind when it takes the team's columns only. Such values are no
    person's words. A single equal word proves nothing: at least two cells must agree, in at least
    `MOVED_ROWS` rows, which are most of those that changed.

    Args:
        stands: column of ours → (rows) what stands there.
        before: those of them that the sheet has → (rows) what we last decided.
        seen: (rows) whether the history knows the key.
    """
    nobody: Mask = np.zeros(len(seen), dtype=bool)
    filled = np.sum([stands[column].known for column in before], axis=0, dtype=np.intp)
    changed = seen & (filled >= 2)
    changed &= np.logical_or.reduce(
        [stands[column].differs(last) for column, last in before.items()], initial=False
    )
    if np.count_nonzero(changed) < MOVED_ROWS:
        return nobody
    now = [stands[column].as_in(last)[changed] for column, last in before.items()]
    decided = [last.codes[seen] for last in before.values()]
    moved = nobody.copy()
    moved[changed] = pd.MultiIndex.from_arrays(now).isin(pd.MultiIndex.from_arrays(decided))
    count = np.count_nonzero(moved)
    most = 2 * count >= np.count_nonzero(changed)
    return moved if count >= MOVED_ROWS and most else nobody


def fill(column: str, wanted: Wanted, table: Table) -> tuple[Patch, ...]:
    """Fill a team column where it is blank; replace what stands there only as the rules file says.

    A cell that stands for several rows is never replaced.
    """
    stands = standing(table, column)
    write = wanted.mask & table.writable & has_column(table, column)
    blank = ~stands.known
    if wanted.replaces is not None and not table.columns[column].shared:
        blank |= wanted.replaces & wanted.values.differs(stands)
    write &= blank & wanted.values.known
    return _patches(column, wanted, table, stands, write)


def has_column(table: Table, column: str) -> Mask:
    """Return (rows) whether the row's tab has a column; of several tables one may lack it."""
    return np.isin(table.sheets, list(table.columns[column].sheets))


def standing(table: Table, column: str) -> Coded:
    """Return (rows) what stands in a column's cells; blank where the column does not exist yet."""
    if column not in table.cells.columns:
        return Coded.blank(len(table))
    return Coded.of(table.cells[column])


def _patches(
    column: str, wanted: Wanted, table: Table, stands: Coded, write: Mask
) -> tuple[Patch, ...]:
    made = []
    for rule in dict.fromkeys(wanted.rules[write]):
        rows = np.flatnonzero(write & (wanted.rules == rule))
        made.append(
            Patch(
                str(rule), column, rows, table.keys[rows], stands.cells(rows),
                wanted.values.cells(rows), wanted.reasons.take(rows),
            )
        )  # fmt: skip
    return tuple(made)
