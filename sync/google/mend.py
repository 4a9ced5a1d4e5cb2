"""What of a tab's wishes does not stand yet, and what each look after a write teaches.

Between two looks a cell changes because we wrote it or because a person did. What a person typed
stays. What we wrote into a row that it was not meant for is put right, wherever that row stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sync.google.follow import followed
from sync.google.seen import Seen
from sync.google.target import Wish
from sync.google.work import Work
from sync.table import Mask, Objects, Rows


class Sent(NamedTuple):
    """Cells of one column: (n) rows of the tab, ascending, and the values for them."""

    rows: Rows
    values: Objects


def wish(work: Work, wanted: Wish) -> None:
    """Add cells to what is sent from now on."""
    more = pd.Series(wanted.after, index=wanted.labels, dtype=object)
    work.want[wanted.column] = pd.concat([_want(work, wanted.column), more])


def due(work: Work) -> dict[str, Sent]:
    """Return column → the cells that do not stand as they should, by the rows of the last look."""
    found = {}
    for column, want in work.want.items():
        rows = work.last.rows_of(np.asarray(want.index, dtype=object))
        wrong = (rows >= 0) & (work.last.columns[column][rows] != want.to_numpy())
        blank = work.blank.get(column, _NO_ROWS)
        rows = np.concatenate([rows[wrong], blank])
        values = np.concatenate([want.to_numpy()[wrong], np.full(len(blank), "", dtype=object)])
        if len(rows):
            order = np.argsort(rows, kind="stable")
            found[column] = Sent(rows[order], values[order])
    return found


def learn(work: Work, now: Seen, sent: Mapping[str, Sent], *, is_answer: bool) -> None:
    """Take in what stands on a tab after a write.

    Args:
        work: the tab.
        now: what stands there.
        sent: column → the cells that were sent.
        is_answer: whether it is the write's own answer; else it was asked for later, people may
            have moved rows since, and perhaps nothing was written at all.
    """
    if work.target.key in sent:
        work.loose |= {str(key) for key in sent[work.target.key].values if key != ""}
    now = followed(now, work.last, work.loose)
    was = work.last.rows_of(now.labels)
    for column in work.want:
        stands, before = now.columns[column], work.last.columns[column]
        held = np.where(was >= 0, before[was] if len(before) else "", "")
        cells = sent.get(column, _NOTHING)
        if is_answer:
            ours = _landed(stands, cells)
        else:
            ours = (stands != held) & _is_in(stands, cells.values) & (stands != "")
        _learn_column(work, column, now, held, ours)
    work.last = now


def _learn_column(work: Work, column: str, now: Seen, held: Objects, ours: Mask) -> None:
    """What a column teaches.

    Args:
        work: the tab.
        column: its key.
        now: what stands there.
        held: (rows) what each row held at the last look.
        ours: (rows) whether the cell holds what we sent.
    """
    stands, want = now.columns[column], _want(work, column)
    meant = _is_in(now.labels, want.index)
    typed = meant & ~ours & (stands != held)
    want = want.drop(now.labels[typed])
    hit = ours & ~meant
    named = hit & (now.labels != "")
    back = pd.Series(held[named], index=now.labels[named], dtype=object)
    work.want[column] = pd.concat([want, back])
    nameless = now.labels == ""
    lone = hit & nameless & (stands != "")
    others = set(stands[nameless & ~lone])
    strays = work.strays.setdefault(column, set())
    # where a row that was there says the same, only the place tells which one was hit
    strays |= set(stands[lone]) - others
    work.blank[column] = np.flatnonzero(lone | (nameless & _is_in(stands, strays)))


def _want(work: Work, column: str) -> pd.Series[Any]:
    return work.want.get(column, pd.Series([], index=pd.Index([], dtype=object), dtype=object))


def _is_in(values: Objects, others: Collection[Any]) -> Mask:
    """(n) whether each value is among others; numpy would compare all with all."""
    return np.asarray(pd.Series(values, dtype=object).isin(others), dtype=bool)


def _landed(stands: Objects, cells: Sent) -> Mask:
    """(rows) whether a cell holds what was sent to its place."""
    found: Mask = np.zeros(len(stands), dtype=bool)
    inside = cells.rows < len(stands)
    rows = cells.rows[inside]
    found[rows] = stands[rows] == cells.values[inside]
    return found


_NO_ROWS: Rows = np.empty(0, dtype=np.int64)
_NOTHING = Sent(_NO_ROWS, np.empty(0, dtype=object))
