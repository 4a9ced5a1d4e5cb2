"""Who had to act in each stay in a stage, and from when on."""

from __future__ import annotations

import numpy as np

from rules.life import Changes
from rules.worktime import Moments
from sync.table import Objects, Rows

_EPOCH, _SCALE = np.datetime64("1900-01-01", "s"), np.int64(1 << 34)  # seconds of 500 years


def in_charge(
    rows: Rows, since: Moments, left: Moments, written: Changes, otherwise: Objects
) -> tuple[Objects, Moments]:
    """Return who handled each stay in the end, "" for nobody, and from when on.

    Whoever stood in our column when the stay ended has the stage's work; where no run wrote a name
    there, the handler whom the sheet names, or the owner, has it from the beginning.

    Args:
        rows: (stays) positions.
        since: (stays) datetime64[s] when each began.
        left: (stays) datetime64[s] when each ended, NaT where it goes on.
        written: what runs wrote into the handler's column.
        otherwise: (rows) the handler where nothing was written.
    """
    end = np.where(np.isnat(left), np.datetime64("2400-01-01", "s"), left)
    marks = _marks(written.row, written.until)
    last = np.searchsorted(marks, _marks(rows, end), side="right") - 1
    known = np.flatnonzero(last >= 0)
    known = known[written.row[last[known]] == rows[known]]
    names, begun = otherwise[rows].copy(), since.copy()
    names[known] = written.word_after[last[known]]
    begun[known] = np.maximum(since[known], written.until[last[known]])
    return names, begun


def _marks(rows: Rows, moments: Moments) -> Rows:
    """One number for row and moment, so that rows never run into one another."""
    return rows * _SCALE + (moments - _EPOCH).astype(np.int64)
