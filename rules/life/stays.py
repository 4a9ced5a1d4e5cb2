"""How long each opportunity stayed in each stage, and how the stay ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.life.columns import numbered
from rules.life.log import CAME, Changes, Log
from rules.settings import STATES
from rules.worktime import Moments
from sync.table import Mask, Rows

# How a stay ended besides the states that close; "" is still there.
MOVED, CLEARED, REMOVED = "moved", "cleared", "removed"
_CLOSED = ("won", "lost", "invalid", "duplicate")
_ENDS = ("", MOVED, CLEARED, REMOVED, *_CLOSED)
_SOURCES = ("column", "history", "first_seen", "passed")
_COLUMN, _HISTORY, _SEEN, _PASSED = range(len(_SOURCES))
_THERE, _MOVED, _CLEARED, _REMOVED = range(4)
# Place in `STATES` → place in `_ENDS`, of those that do not close 0.
_OVER = np.array([_ENDS.index(state) if state in _CLOSED else 0 for state in STATES])
_NAT = np.datetime64("NaT", "s")
_NOWHERE = 0  # the number of "" among the stages


@dataclass(slots=True, eq=False)
class _Stays:
    """Stays as numbers, by row, then by time.

    Attributes:
        row: (stays) position of the row.
        stage: (stays) the number of the stage, `_NOWHERE` where none was named.
        since, until: (stays) datetime64[s]; it was entered between these two moments.
        source: (stays) place in `_SOURCES`.
        last: (stays) whether it is the last one of its row.
    """

    row: Rows
    stage: Rows
    since: Moments
    until: Moments
    source: Rows
    last: Mask


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
        (stays × row, number, stage, since, until, source, left, end), by row, then by time; words
        are categories. `number` counts the stays of a row from 0. The stage was entered between
        `since` (missing where nobody knows) and `until`; `source` is `column`, `history`,
        `first_seen` or `passed`. `left` is when it was left, missing where that is not known or has
        not happened; `end` is `moved`, `cleared` (no stage was named any more), `removed`, a state
        that closes, or "".
    """
    changes = stage_moves(log)
    own, words = numbered(rows["stage"])
    names = pd.Index(["", *sorted({*words, *changes.values, *order} - {""})], dtype="str")
    stage = _renumbered(own, words, names)
    known = _renumbered(np.arange(len(changes.values)), changes.values, names)
    found = _told(rows, stage, np.append(known, _NOWHERE), changes, log)
    left, end = _ends(found, rows)
    # no stage is entered after it was left
    late = (found.source == _SEEN) & (left < found.until)
    found.until = np.where(late, left, found.until)
    _date(found, left, end, rows)
    return _framed(found, left, end, names, rows, order)


def stage_moves(log: Log) -> Changes:
    """Return the changes of stage; another spelling of the same stage is none."""
    changes = log.of("stage")
    return changes.only(changes.was != changes.became)


def _renumbered(codes: Rows, words: Any, names: pd.Index[Any]) -> Rows:
    """(n) the place among the names for each place among some words, `_NOWHERE` for none."""
    places = names.get_indexer(pd.Index(words, dtype="str"))
    return np.append(places, _NOWHERE)[codes]


def _told(rows: pd.DataFrame, stage: Rows, known: Rows, changes: Changes, log: Log) -> _Stays:
    """The stays in which rows were first seen, and those that a change of stage began."""
    stage = stage.copy()
    first = changes.first
    stage[changes.row[first]] = known[changes.was[first]]
    since, until, source = _first(rows, log)
    row = np.concatenate([np.arange(len(rows)), changes.row])
    order = np.argsort(row, kind="stable")
    row = row[order]
    return _Stays(
        row,
        np.concatenate([stage, known[changes.became]])[order],
        np.concatenate([since, changes.since])[order],
        np.concatenate([until, changes.until])[order],
        np.concatenate([source, np.full(len(changes), _HISTORY)])[order],
        np.append(row[1:] != row[:-1], len(row) > 0)[: len(row)],
    )


def _first(rows: pd.DataFrame, log: Log) -> tuple[Moments, Moments, Rows]:
    """(rows) between which moments each entered the stage it was first seen in, and the source."""
    came = log.of(CAME)
    came = came.only(came.first)
    since = rows["created"].to_numpy(dtype="datetime64[s]").copy()
    until = rows["first_seen"].to_numpy(dtype="datetime64[s]").copy()
    source = np.full(len(rows), _SEEN)
    until[came.row] = came.until
    source[came.row] = _HISTORY
    unknown = np.isnat(since[came.row])
    since[came.row[unknown]] = came.since[unknown]
    # a creation date that is later than the first sight tells nothing
    return np.where(since > until, until, since), until, source


def _ends(found: _Stays, rows: pd.DataFrame) -> tuple[Moments, Rows]:
    """(stays) when and how each ended, its own dates not yet asked."""
    row, last = found.row, found.last
    cleared = np.roll(found.stage, -1) == _NOWHERE
    over = _OVER[rows["state"].to_numpy()[row]]
    closed, gone = (rows[key].to_numpy(dtype="datetime64[s]")[row] for key in ("closed", "gone"))
    # a stage that was cleared when the deal was closed was left by closing it
    second = np.append(last[1:], False)[: len(last)] & ~last
    closing = (over > 0) & (last | (cleared & second))
    vanished = (over == 0) & last & ~np.isnat(gone)
    left = np.where(last, _NAT, np.roll(found.until, -1))
    left = np.where(closing & ~np.isnat(closed), closed, left)
    left = np.where(vanished, gone, left)
    end = np.where(last, _THERE, np.where(cleared, _CLEARED, _MOVED))
    return left, np.where(closing, over, np.where(vanished, _REMOVED, end))


def _date(found: _Stays, left: Moments, end: Rows, rows: pd.DataFrame) -> None:
    """Let the sheet's own date of stage entry begin the last stay, in place.

    A date from before the stage entered last but one was not renewed with the stage: it tells
    nothing.
    """
    last = np.flatnonzero(found.last)
    own = rows["stage_entered"].to_numpy(dtype="datetime64[s]")[found.row[last]]
    moved = np.append(False, ~found.last[:-1])[last]
    stale = moved & (own < np.roll(found.until, 1)[last])
    dated = ~np.isnat(own) & ~stale
    last, own, moved = last[dated], own[dated], moved[dated]
    found.since[last] = found.until[last] = own
    found.source[last] = _COLUMN
    # what the last stay began ended the one before it
    ended = moved & (end[last - 1] == _MOVED)
    left[last[ended] - 1] = own[ended]


def _framed(
    found: _Stays,
    left: Moments,
    end: Rows,
    names: pd.Index[Any],
    rows: pd.DataFrame,
    order: Sequence[str],
) -> pd.DataFrame:
    """The stays with a stage as a frame, after those that a row passed before it was first seen."""
    known = np.flatnonzero(found.stage != _NOWHERE)
    begins = np.append(True, found.last[:-1])[: len(found.row)]
    seen = known[begins[known] & (found.source[known] != _HISTORY)]
    places = np.maximum(pd.Index(list(order), dtype="str").get_indexer(names), 0)[found.stage[seen]]
    which = np.repeat(seen, places)
    passed = _renumbered(_counts(which), list(order), names)
    row = np.concatenate([found.row[which], found.row[known]])
    by_row = np.argsort(row, kind="stable")

    def joined(before: Any, here: Any) -> Any:
        return np.concatenate([np.broadcast_to(before, len(which)), here[known]])[by_row]

    def words(codes: Rows, known: Any) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, categories=pd.Index(known, dtype="str"))

    row = row[by_row]
    created = rows["created"].to_numpy(dtype="datetime64[s]")[found.row[which]]
    return pd.DataFrame(
        {
            "row": row,
            "number": _counts(row),
            "stage": words(joined(passed, found.stage), names),
            "since": joined(created, found.since),
            "until": joined(found.until[which], found.until),
            "source": words(joined(_PASSED, found.source), _SOURCES),
            "left": joined(found.until[which], left),
            "end": words(joined(_MOVED, end), _ENDS),
        }
    )


def _counts(row: Rows) -> Rows:
    """(n) how many of the same row came before, in order of rows."""
    if not len(row):
        return row
    starts = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
    lengths = np.diff(np.append(starts, len(row)))
    counts: Rows = np.arange(len(row)) - np.repeat(starts, lengths)
    return counts
