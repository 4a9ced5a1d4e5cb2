"""How the opportunities lived: how often in touch, since when where, and how long won ones took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.hours import DAY
from rules.kpi.deals import Deals, deals
from rules.life import Log, Touches, stays, touches
from rules.rule import Context
from rules.worktime import Floats, Moments

# Fewer activities show no rhythm.
_TOUCHES = 3
_SPAN = 1 << 24  # days: more than any two dates lie apart
# Fewer won deals make no usual time.
_LEAST = 5


@dataclass(frozen=True, slots=True, eq=False)
class Life:
    """What is known of how the rows lived, and of those that were won.

    Attributes:
        log: what happened to the rows, and to others after them.
        rhythm: (rows) the usual days between two activities, NaN where nothing shows them.
        since: (rows) datetime64[s] when each row entered its stage, NaT where it is not known.
        days: stage → median days that won deals stayed there.
        deals: stage → how many stays that is told from.
        cycle: median days from creation to winning, NaN where it is not known.
        cycles: how many deals that is told from.
    """

    log: Log
    rhythm: Floats
    since: Moments
    days: Mapping[str, float]
    deals: Mapping[str, int]
    cycle: float
    cycles: int


def life(frame: pd.DataFrame, ctx: Context) -> Life:
    """Tell from the history, and where that is silent from the sheet's own dates.

    Won deals of the archive, and those that were deleted, count for what is usual.

    Args:
        frame: (rows × `key`, `stage`, `state`, `created`, `stage_entered`, `closed`,
            `last_activity`, `follow_ups`, ...).
        ctx: the archive and the past.
    """
    known = deals(frame, ctx)
    rows = known.rows
    won = rows["won"].to_numpy()
    lived = stays(rows, known.log)
    # where a row was first seen in a stage, nobody knows how long it had been there
    sure = (lived["source"] != "first_seen").to_numpy() & won[lived["row"]]
    took = (lived["left"] - lived["until"]).dt.total_seconds() / DAY
    past = sure & (took >= 0).to_numpy()
    found = took[past].groupby(lived["stage"][past]).agg(["median", "size"])
    found = found[found["size"] >= _LEAST]
    cycles = (rows["closed"] - rows["created"])[won].dt.total_seconds() / DAY
    cycles = cycles[cycles >= 0]
    enough = len(cycles) >= _LEAST
    return Life(
        known.log,
        _rhythm(known),
        _since(lived, known.size),
        {str(stage): float(days) for stage, days in found["median"].items()},
        {str(stage): int(count) for stage, count in found["size"].items()},
        float(cycles.median()) if enough else np.nan,
        len(cycles) if enough else 0,
    )


def _since(lived: pd.DataFrame, size: int) -> Moments:
    """(rows) when the stay that is not over began."""
    here = lived[((lived["end"] == "") & (lived["row"] < size)).to_numpy()]
    here = here.drop_duplicates("row", keep="last")
    since = np.full(size, np.datetime64("NaT", "s"))
    since[here["row"]] = here["until"].to_numpy(dtype="datetime64[s]")
    return since


def _rhythm(known: Deals) -> Floats:
    """(rows) usual days between activities: the median gap, where the history saw enough of them.

    Else the mean gap that the sheet's own number of follow-ups tells since creation.
    """
    rows = known.rows.iloc[: known.size]
    usual = _median_gaps(touches(known.rows, known.log), known.size)
    count = rows["follow_ups"].to_numpy(dtype=np.float64)
    span = (rows["last_activity"] - rows["created"]).dt.total_seconds().to_numpy() / DAY
    told = np.where((count >= _TOUCHES) & (span > 0), span / np.maximum(count, 1), np.nan)
    return np.where(np.isnan(usual), told, usual)


def _median_gaps(seen: Touches, size: int) -> Floats:
    """(rows) the median of days between the days of activity, NaN where there were too few."""
    here = seen.row < size
    days = seen.when[here].astype("datetime64[D]").astype(np.int64)
    # one number a day and row: sorting it sorts by row, then by day
    each = np.sort(seen.row[here] * _SPAN + days + _SPAN // 2)
    row, gap = each // _SPAN, np.diff(each, prepend=0)
    same = np.flatnonzero((row[1:] == row[:-1]) & (gap[1:] > 0)) + 1
    gaps = np.sort(row[same] * _SPAN + gap[same])
    row, gap = gaps // _SPAN, gaps % _SPAN
    counts = np.bincount(row, minlength=size)
    known = np.flatnonzero(counts >= _TOUCHES - 1)
    first = (np.cumsum(counts) - counts)[known]
    low, high = first + (counts[known] - 1) // 2, first + counts[known] // 2
    found = np.full(size, np.nan)
    found[known] = (gap[low] + gap[high]) / 2
    return found
