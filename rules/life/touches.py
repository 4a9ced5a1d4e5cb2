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
    before, after = (
        each.to_numpy(dtype="datetime64[s]") for each in (changes.before, changes.after)
    )
    row = np.concatenate([np.arange(len(rows)), changes.row, changes.row])
    when = np.concatenate([now, before, after])
    known = ~np.isnat(when)
    return Touches(row[known], when[known], _first(rows, log, now))


def _first(rows: pd.DataFrame, log: Log, now: Moments) -> Moments:
    """(rows) the first activity of each row."""
    changes = log.of("last_activity")
    first = changes.only(changes.first)
    before, after = (each.to_numpy(dtype="datetime64[s]") for each in (first.before, first.after))
    seen = now.copy()
    seen[first.row] = np.where(np.isnat(before), after, before)
    certain = (rows["follow_ups"] <= 1).to_numpy(copy=True)
    certain[log.of(CAME).row] = True
    certain[first.row] &= np.isnat(before) | np.isin(first.row, log.of(CAME).row)
    certain[first.row[np.isnat(before)]] = True
    found: Moments = np.where(certain, seen, np.datetime64("NaT", "s"))
    return found
