"""Until when a decision holds: the next of the moments at which time alone may change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from rules.worktime import Moments

# Later than any run: nothing changes by time alone.
NEVER = pd.Timestamp("9999-12-31").as_unit("s")
_SECOND = np.timedelta64(1, "s")


def midnight(now: pd.Timestamp) -> pd.Timestamp:
    """Return when the next day begins."""
    return now.normalize() + pd.Timedelta(days=1)


def behind(moments: Moments) -> Moments:
    """Return the first moments later than the given ones; what asks `now > due` changes there."""
    return np.asarray(moments.astype("datetime64[s]") + _SECOND, dtype="datetime64[s]")


def next_of(now: pd.Timestamp, *moments: Moments | pd.Timestamp) -> pd.Timestamp:
    """Return the earliest of some moments that lies after now, `NEVER` where none does.

    Args:
        now: the moment of the run.
        moments: single ones, or (n) datetime64[s]; NaT is none.
    """
    found = NEVER
    for given in moments:
        each = np.atleast_1d(np.asarray(given, dtype="datetime64[s]"))
        ahead = each[each > now.to_datetime64()]
        if len(ahead):
            found = min(found, pd.Timestamp(ahead.min()))
    return found.as_unit("s")
