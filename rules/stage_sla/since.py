"""When each opportunity entered its stage, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.resolve import fold
from rules.rule import Context
from rules.settings import Settings
from rules.worktime import Moments
from sync.table import Objects

Start = Literal["stage_entered", "first_seen", "created"]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Stage entries.

    Attributes:
        since: (rows) datetime64[s], NaT where it is not known.
        source: (rows) `column`, `history`, `created`, `first_seen`, or "" where it is not known.
    """

    since: Moments
    source: Objects


def stage_entry(frame: pd.DataFrame, ctx: Context, start: Start) -> Entry:
    """Find when each row entered its stage.

    The sheet's own column comes first; then, unless `start` is `stage_entered`, the last change of
    stage in the history (the later end of the interval in which it happened); then the creation
    date where `start` is `created`; at last the moment when the product first saw the row.

    Args:
        frame: (rows × `key`, `stage`, `stage_entered`, `created`).
        ctx: the moment and the past.
        start: how far to go.
    """
    now = ctx.now.to_datetime64().astype("datetime64[s]")
    candidates: list[tuple[str, pd.Series[Any]]] = [("column", frame["stage_entered"])]
    if start != "stage_entered":
        candidates.append(("history", _from_history(frame, ctx)))
        if start == "created":
            candidates.append(("created", frame["created"]))
        candidates.append(("first_seen", first_seen(frame, ctx)))
    since = np.full(len(frame), np.datetime64("NaT", "s"))
    source = np.full(len(frame), "", dtype=object)
    for name, column in candidates:
        found = column.to_numpy(dtype="datetime64[s]")
        use = np.isnat(since) & ~np.isnat(found)
        since[use], source[use] = found[use], name
    # without a stage there is nothing that was entered
    absent = frame["stage"].isna().to_numpy()
    since[absent], source[absent] = np.datetime64("NaT"), ""
    return Entry(since.astype(now.dtype), source)


def first_seen(frame: pd.DataFrame, ctx: Context) -> pd.Series[Any]:
    """Return (rows, datetime64[s]) when a run first saw each row: now for new ones."""
    seen = ctx.past.seen.drop_duplicates("key").set_index("key")["first_seen"]
    found = pd.Series(seen.reindex(frame["key"]).to_numpy(dtype="datetime64[s]"))
    return found.fillna(ctx.now).astype("datetime64[s]")


def _from_history(frame: pd.DataFrame, ctx: Context) -> pd.Series[Any]:
    """(rows, datetime64[s]) the last change of stage; one that this run sees happens now."""
    events = ctx.past.events
    events = events[events["field"] == "stage"]
    events = events.assign(
        before=_stage_names(events["before"], ctx.settings),
        after=_stage_names(events["after"], ctx.settings),
    )
    # a new spelling of the same stage is no entry
    moved = events[events["before"] != events["after"]]
    last = moved.drop_duplicates("key", keep="last").set_index("key").reindex(frame["key"])
    known = last["after"].notna().to_numpy()
    current = frame["stage"].astype("str").fillna("").to_numpy(dtype=object)
    same = last["after"].to_numpy(dtype=object) == current
    since = pd.Series(last["until"].to_numpy(dtype="datetime64[s]"))
    return since.mask(known & ~same, ctx.now).astype("datetime64[s]")


def _stage_names(words: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """(rows) the team's name for each spelling of a stage, "" where there is none."""
    names = {
        fold(word): stage.name for stage in settings.stages for word in (*stage.aliases, stage.name)
    }
    texts = words.astype("str").fillna("")
    return texts.map({word: names.get(fold(word), word) for word in texts.unique()})
