"""How long each opportunity stayed in each stage, and how the stay ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rules.life.log import CAME, Changes, Log
from rules.settings import STATES
from rules.worktime import Moments
from sync.table import Rows

# How a stay ended besides the states that close; "" is still there.
MOVED, CLEARED, REMOVED = "moved", "cleared", "removed"
_CLOSED = ("won", "lost", "invalid", "duplicate")


def stays(rows: pd.DataFrame, log: Log, order: Sequence[str] = ()) -> pd.DataFrame:
    """Tell every stay in a stage that is known, from the history and the sheet's own dates.

    The sheet's own dates win: `stage_entered` begins the present stay, `closed` ends the last one,
    and a stay of a row that came while the history watched begins with the row. Where a row was
    first seen in its stage, that stay began at some moment since the row was created, and it passed
    the stages before it in between.

    Args:
        rows: (rows × `stage`, `state` as places in `STATES`, `created`, `stage_entered`, `closed`,
            `gone`, `first_seen`).
        log: what happened to them.
        order: the stages of the process, in order.

    Returns:
        (stays × row, number, stage, since, until, source, left, end), by row, then by time.
        `number` counts the stays of a row from 0. The stage was entered between `since` (missing
        where nobody knows) and `until`; `source` is `column`, `history`, `first_seen` or `passed`.
        `left` is when it was left, missing where that is not known or has not happened; `end` is
        `moved`, `cleared` (no stage was named any more), `removed`, a state that closes, or "".
    """
    changes = stage_moves(log)
    found = pd.concat([_first(rows, changes, log), _later(changes)], ignore_index=True)
    found = found.sort_values(["row", "number"], kind="stable", ignore_index=True)
    found = found.assign(**_ends(found, rows))
    found["until"] = _before_leaving(found)
    _dated(found, rows)
    found = found[found["stage"] != ""]
    found = pd.concat([_passed(found, rows, order), found], ignore_index=True)
    found = found.sort_values("row", kind="stable", ignore_index=True)
    found["number"] = found.groupby("row").cumcount()
    return found


def stage_moves(log: Log) -> Changes:
    """Return the changes of stage; another spelling of the same stage is none."""
    changes = log.of("stage")
    before = changes.before.fillna("").to_numpy(dtype=object)
    return changes.only(before != changes.after.fillna("").to_numpy(dtype=object))


def _later(changes: Changes) -> pd.DataFrame:
    """The stays that a change of stage began."""
    return pd.DataFrame(
        {
            "row": changes.row,
            "number": _counts(changes.row) + 1,
            "stage": changes.after.fillna(""),
            "since": changes.since,
            "until": changes.until,
            "source": "history",
        }
    )


def _first(rows: pd.DataFrame, changes: Changes, log: Log) -> pd.DataFrame:
    """The stays in which rows were first seen."""
    stage = rows["stage"].to_numpy(dtype=object, copy=True)
    first = changes.only(changes.first)
    stage[first.row] = first.before.fillna("").to_numpy(dtype=object)
    came = log.of(CAME)
    came = came.only(came.first)
    since = rows["created"].to_numpy(dtype="datetime64[s]").copy()
    until = rows["first_seen"].to_numpy(dtype="datetime64[s]").copy()
    source = np.full(len(rows), "first_seen", dtype=object)
    until[came.row] = came.until
    source[came.row] = "history"
    unknown = np.isnat(since[came.row])
    since[came.row[unknown]] = came.since[unknown]
    # a creation date that is later than the first sight tells nothing
    since = np.where(since > until, until, since)
    return pd.DataFrame(
        {
            "row": np.arange(len(rows)),
            "number": 0,
            "stage": pd.array(stage, dtype="str"),
            "since": since,
            "until": until,
            "source": source,
        }
    )


def _ends(found: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Any]:
    """When and how each stay ended, its own dates not yet asked."""
    row = found["row"].to_numpy()
    last = np.append(row[1:] != row[:-1], len(row) > 0)[: len(row)]
    left: Moments = np.roll(found["until"].to_numpy(dtype="datetime64[s]"), -1)
    after = np.roll(found["stage"].to_numpy(dtype=object), -1)
    end = np.where(after == "", CLEARED, MOVED).astype(object)
    state = np.array(STATES, dtype=object)[rows["state"].to_numpy()[row]]
    closed = rows["closed"].to_numpy(dtype="datetime64[s]")[row]
    gone = rows["gone"].to_numpy(dtype="datetime64[s]")[row]
    over = np.isin(state, _CLOSED)
    # a stage that was cleared when the deal was closed was left by closing it
    closing = over & (last | ((end == CLEARED) & _second_last(row)))
    vanished = ~over & last & ~np.isnat(gone)
    left = np.where(last, np.datetime64("NaT", "s"), left)
    left = np.where(closing & ~np.isnat(closed), closed, left)
    left = np.where(vanished, gone, left)
    end = np.where(last, "", end)
    end = np.where(closing, state, np.where(vanished, REMOVED, end))
    return {"left": left, "end": pd.array(end, dtype="str")}


def _before_leaving(found: pd.DataFrame) -> Moments:
    """(stays) until when each had begun at the latest: no stage is entered after it was left."""
    until, left = (found[key].to_numpy(dtype="datetime64[s]") for key in ("until", "left"))
    return np.where((found["source"] == "first_seen") & (left < until), left, until)


def _second_last(row: Rows) -> Any:
    """(stays) whether exactly one stay of the row follows."""
    padded = np.concatenate([row, [-1, -1]])
    return (padded[1:-1] == row) & (padded[2:] != row)


def _dated(found: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Let the sheet's own date of stage entry begin the last stay, in place.

    A date from before the stage entered last but one was not renewed with the stage: it tells
    nothing.
    """
    row = found["row"].to_numpy()
    own = rows["stage_entered"].to_numpy(dtype="datetime64[s]")[row]
    before = np.roll(found["until"].to_numpy(dtype="datetime64[s]"), 1)
    stale = (found["number"].to_numpy() > 0) & (own < before)
    is_last = np.append(row[1:] != row[:-1], len(row) > 0)[: len(row)]
    last = np.flatnonzero(is_last & ~np.isnat(own) & ~stale)
    date = own[last]
    for column in ("since", "until"):
        values = found[column].to_numpy(dtype="datetime64[s]", copy=True)
        values[last] = date
        found[column] = values
    source = found["source"].to_numpy(dtype=object, copy=True)
    source[last] = "column"
    found["source"] = pd.array(source, dtype="str")
    # what the last stay began ended the one before it
    left = found["left"].to_numpy(dtype="datetime64[s]", copy=True)
    ended = last[(last > 0) & (row[last - 1] == row[last])] - 1
    ended = ended[found["end"].to_numpy(dtype=object)[ended] == MOVED]
    left[ended] = own[ended + 1]
    found["left"] = left


def _passed(found: pd.DataFrame, rows: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The stages that a row passed before the history first saw it in a later one."""
    seen = found[(found["number"] == 0) & (found["source"] != "history")]
    row, until = seen["row"].to_numpy(), seen["until"].to_numpy(dtype="datetime64[s]")
    places = np.maximum(pd.Index(list(order), dtype="str").get_indexer(pd.Index(seen["stage"])), 0)
    which = np.repeat(np.arange(len(seen)), places)
    names = np.array(order, dtype=object)[_counts(which)]
    return pd.DataFrame(
        {
            "row": row[which],
            "number": 0,
            "stage": pd.array(names, dtype="str"),
            "since": rows["created"].to_numpy(dtype="datetime64[s]")[row[which]],
            "until": until[which],
            "source": "passed",
            "left": until[which],
            "end": MOVED,
        }
    )


def _counts(row: Rows) -> Rows:
    """(changes) how many changes of the same row came before, in order of rows."""
    if not len(row):
        return row
    starts = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
    lengths = np.diff(np.append(starts, len(row)))
    counts: Rows = np.arange(len(row)) - np.repeat(starts, lengths)
    return counts
