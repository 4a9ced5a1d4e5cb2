"""When somebody was in touch with the customer, as far as the sheet and the history tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.life.log import CAME, Log
from rules.worktime import Moments
from sync.table import Rows

_LATE = np.timedelta64(86_399, "s")


@dataclass(frozen=True, slots=True, eq=False)
class Touches:
    """Activities, by row, then by time.

    Attributes:
        row: (activities) position of the row.
        when: (activities) datetime64[s]; a date without a time is some moment of that day.
        first: (rows) the first activity of each row, NaT where it is not known.
    """

    row: Rows
    when: Moments
    first: Moments

    def next_after(self, rows: Rows, moments: Moments) -> Moments:
        """Return (n) the first activity of a row at or after a moment, NaT where there is none."""
        epoch = np.datetime64("1900-01-01", "s")
        scale = np.int64(1 << 34)  # seconds of 500 years: rows never run into one another
        whole = self.when == self.when.astype("datetime64[D]")
        # one without a time may have been later on the same day
        latest = np.where(whole, self.when + _LATE, self.when)
        marks = self.row * scale + (latest - epoch).astype(np.int64)
        order = np.argsort(marks, kind="stable")
        wanted = rows * scale + (moments - epoch).astype(np.int64)
        place = np.searchsorted(marks[order], wanted)
        found = np.full(len(rows), np.datetime64("NaT", "s"))
        inside = np.flatnonzero((place < len(order)) & ~np.isnat(moments))
        hit = order[place[inside]]
        same = self.row[hit] == rows[inside]
        found[inside[same]] = self.when[hit[same]]
        return found


def touches(rows: pd.DataFrame, log: Log) -> Touches:
    """Tell every activity that the last-activity column has ever named.

    The first activity of a row is known where the column was blank before, where the row came
    while the history watched, or where the sheet counts one follow-up.

    Args:
        rows: (rows × `last_activity`, `follow_ups`) as they are now.
        log: what happened to them.
    """
    changes = log.of("last_activity")
    now = rows["last_activity"].to_numpy(dtype="datetime64[s]")
    before = changes.before.to_numpy(dtype="datetime64[s]")
    row = np.concatenate([np.arange(len(rows)), changes.row])
    when = np.concatenate([now, before])
    known = ~np.isnat(when)
    return Touches(row[known], when[known], _first(rows, log, now))


def _first(rows: pd.DataFrame, log: Log, now: Moments) -> Moments:
    """(rows) the first activity of each row."""
    changes = log.of("last_activity")
    before = changes.before.to_numpy(dtype="datetime64[s]")
    # what one change left is what the next one found, or what stands there now
    after = np.where(changes.last, now[changes.row], np.roll(before, -1))
    first = np.flatnonzero(changes.first)
    row, blank = changes.row[first], np.isnat(before[first])
    seen = now.copy()
    seen[row] = np.where(blank, after[first], before[first])
    came = np.zeros(len(rows), dtype=bool)
    came[log.of(CAME).row] = True
    certain = came | (rows["follow_ups"] <= 1).to_numpy()
    # where the column was filled before, more may have come before it
    certain[row] = blank | came[row]
    found: Moments = np.where(certain, seen, np.datetime64("NaT", "s"))
    return found
