"""When each opportunity entered its stage, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.life import log_of, stage_moves
from rules.rule import Context
from rules.worktime import Moments
from sync.table import Mask, Objects, as_text

Start = Literal["stage_entered", "first_seen", "created"]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Stage entries.

    Attributes:
        since: (rows) datetime64[s], NaT where it is not known.
        source: (rows) `earned`, `column`, `history`, `created`, `first_seen`, or "" where it is
            not known.
        moves: (rows) whether it is told as now for want of anything else, and will be so again.
    """

    since: Moments
    source: Objects
    moves: Mask


def stage_entry(frame: pd.DataFrame, ctx: Context, start: Start) -> Entry:
    """Find when each row entered its stage.

    Where a gate said when the stage was earned, that is it. Else the sheet's own column comes
    first; then, unless `start` is `stage_entered`, the last change of stage in the history (the
    later end of the interval in which it happened); then the creation date where `start` is
    `created`; at last the moment when the product first saw the row. What column and history say
    of a stage that was not earned says nothing of the earned one.

    Args:
        frame: (rows × `key`, `stage`, `stage_entered`, `created`, `earned_stage`, `earned_since`).
        ctx: the moment and the past.
        start: how far to go.
    """
    now = ctx.now.to_datetime64().astype("datetime64[s]")
    claimed = frame["earned_stage"].isna()
    candidates: list[tuple[str, pd.Series[Any]]] = [
        ("earned", frame["earned_since"].astype("datetime64[s]")),
        ("column", frame["stage_entered"].where(claimed)),
    ]
    untold = {"first_seen": never_seen(frame, ctx)}
    if start != "stage_entered":
        entered, untold["history"] = _from_history(frame, ctx)
        candidates.append(("history", entered.where(claimed)))
        if start == "created":
            candidates.append(("created", frame["created"]))
        candidates.append(("first_seen", first_seen(frame, ctx)))
    since = np.full(len(frame), np.datetime64("NaT", "s"))
    source = np.full(len(frame), "", dtype=object)
    for name, dates in candidates:
        found = dates.to_numpy(dtype="datetime64[s]")
        use = np.isnat(since) & ~np.isnat(found)
        since[use], source[use] = found[use], name
    # without a stage there is nothing that was entered
    absent = frame["stage"].isna().to_numpy()
    since[absent], source[absent] = np.datetime64("NaT"), ""
    moves = np.logical_or.reduce([(source == name) & rows for name, rows in untold.items()])
    return Entry(since.astype(now.dtype), source, moves)


def first_seen(frame: pd.DataFrame, ctx: Context) -> pd.Series[Any]:
    """Return (rows, datetime64[s]) when a run first saw each row: now for new ones."""
    return pd.Series(ctx.past.first_seen(frame["key"])).fillna(ctx.now)


def never_seen(frame: pd.DataFrame, ctx: Context) -> Mask:
    """Return (rows) which rows no run can remember: they have no key of their own."""
    keys = frame["key"].fillna("")
    found = np.array((keys == "") | keys.duplicated(keep=False), dtype=bool)
    if found.any():
        found[found] = ~keys[found].isin(ctx.past.seen["key"]).to_numpy()
    return found


def _from_history(frame: pd.DataFrame, ctx: Context) -> tuple[pd.Series[Any], Mask]:
    """(rows, datetime64[s]) the last change of stage, and where that is another stage's.

    One that this run sees happens now.
    """
    moves = stage_moves(log_of(frame, ctx))
    last = moves.only(moves.last)
    current = as_text(frame["stage"]).fillna("").to_numpy(dtype=object)[last.row]
    other = last.word_after != current
    since = np.full(len(frame), np.datetime64("NaT", "s"))
    since[last.row] = np.where(other, ctx.now.to_datetime64(), last.until)
    unseen = np.zeros(len(frame), dtype=bool)
    unseen[last.row[other]] = True
    return pd.Series(since), unseen
