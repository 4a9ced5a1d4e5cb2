"""Who had to act in each stay in a stage, and from when on."""

from __future__ import annotations

import numpy as np

from rules.life import Changes
from rules.worktime import Moments
from sync.table import Objects, Rows

_EPOCH, _SCALE = np.datetime64("1900-01-01", "s"), np.int64(1 << 34)  # seconds of 500 years


def in_charge(
    rows: Rows,
    since: Moments,
    left: Moments,
    written: Changes,
    decided: tuple[Objects, np.datetime64],
    otherwise: Objects,
) -> tuple[Objects, Moments]:
    """Return who handled each stay in the end, "" for nobody, and from when on.

    Whoever stood in our column when the stay ended has the stage's work; where no run wrote a name
    there, the handler whom the sheet names, or the owner, has it from the beginning. The first name
    that a run writes beside a row says who has had it, not that it was just handed over.

    Args:
        rows: (stays) positions.
        since: (stays) datetime64[s] when each began.
        left: (stays) datetime64[s] when each ended, NaT where it goes on.
        written: what runs wrote into the handler's column.
        decided: (rows) whom this run puts there, "" for nobody; and its moment.
        otherwise: (rows) the handler where nothing was written.
    """
    end = np.where(np.isnat(left), np.datetime64("2400-01-01", "s"), left)
    marks = _marks(written.row, written.until)
    last = np.searchsorted(marks, _marks(rows, end), side="right") - 1
    known = np.flatnonzero(last >= 0)
    known = known[written.row[last[known]] == rows[known]]
    names, begun = otherwise[rows].copy(), since.copy()
    names[known] = written.word_after[last[known]]
    opened = written.first & (written.word_before == "")
    handed = np.where(opened[last[known]], since[known], written.until[last[known]])
    begun[known] = np.maximum(since[known], handed)
    # what this run writes is in the history of the next one, which is to say the same
    theirs, now = decided
    at = known[np.isnat(left[known]) & (theirs[rows[known]] != "")]
    at = at[theirs[rows[at]] != names[at]]
    names[at], begun[at] = theirs[rows[at]], np.maximum(since[at], now)
    return names, begun


def _marks(rows: Rows, moments: Moments) -> Rows:
    """One number for row and moment, so that rows never run into one another."""
    return rows * _SCALE + (moments - _EPOCH).astype(np.int64)
