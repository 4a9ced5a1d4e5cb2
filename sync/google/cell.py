"""Single cells: what is sent to Google, what comes back, and when the two are the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from sync.table import Objects

LONGEST = 50_000  # characters that a cell of a Google Sheet can hold
_EPOCH = pd.Timestamp("1899-12-30")  # day 0 of the serial numbers of spreadsheets
_DAY = 86_400


def serial(moment: dt.date) -> float:
    """Return a day, with its time where it has one, as the number that spreadsheets count it by."""
    days, seconds = divmod(round((pd.Timestamp(moment) - _EPOCH).total_seconds()), _DAY)
    return days + seconds / _DAY if seconds else days


def wire(value: Any) -> Any:
    """Return a value as it is sent and as it comes back: text or a number, "" if blank.

    Args:
        value: of a plan or of an answer.
    """
    if isinstance(value, str):
        return value.replace("\r\n", "\n") if value.strip() else ""
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.date):
        return serial(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        # NaN is blank
        return "" if value != value else int(value) if value.is_integer() else value
    return value


def wired(values: Iterable[Any]) -> Objects:
    """Return (n) values as they are sent."""
    return objects([wire(value) for value in values])


def objects(values: list[Any]) -> Objects:
    """Return (n) values as a column."""
    made: Objects = np.empty(len(values), dtype=object)
    made[:] = values
    return made
