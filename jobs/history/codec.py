"""How single values are kept: cells as text, facts and reasons as JSON that is always the same."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sync.table import Objects

_DATE = "$date"  # marks a date among facts


def moment(value: object) -> str:
    """Return a naive local moment as ISO text to the second."""
    # ten times as fast as strftime
    return pd.Timestamp(value).isoformat(timespec="seconds")  # type: ignore[arg-type]


def text(value: object) -> str | None:
    """Return a cell's value as text, None where blank: a day as `2026-09-07`, cents as `50000`."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, (dt.date, np.datetime64)):
        whole = moment(value)
        return whole.removesuffix("T00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def texts(values: pd.Series[Any]) -> Objects:
    """Return (rows) a column's values as text, None where blank; each distinct value once."""
    codes, distinct = pd.factorize(values)
    return np.array([*(text(value) for value in distinct), None], dtype=object)[codes]


def encoded(value: object) -> str:
    """Return facts, or any value in them, as JSON that is always the same for the same content."""
    return _JSON.encode(value)


def restored(value: Any) -> Any:
    """Return a value that was read from JSON as it was: lists are tuples again, dates moments."""
    if isinstance(value, list):
        return tuple(restored(item) for item in value)
    if not isinstance(value, dict):
        return value
    if value.keys() == {_DATE}:
        return pd.Timestamp(value[_DATE]).as_unit("s")
    return {key: restored(item) for key, item in value.items()}


def reason_text(code: str, facts: Mapping[str, Any]) -> str:
    """Return a reason as one text: its code, a space, its facts."""
    return f"{code} {encoded(facts)}"


def reason_of(stored: str | None) -> tuple[str, dict[str, Any]]:
    """Return code and facts of a stored reason; none has the code ""."""
    code, _, facts = (stored or " {}").partition(" ")
    return code, dict(restored(json.loads(facts)))


def _plain(value: Any) -> Any:
    """What JSON has no form of its own for."""
    if isinstance(value, (dt.date, np.datetime64)):
        return {_DATE: text(value)}
    if isinstance(value, np.generic):
        return value.item()
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
