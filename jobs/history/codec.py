"""How values are kept: cells as text, facts as JSON, whole tables as compressed columns."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sync.table import Objects

_DATE = "$date"  # marks a date among facts
_LEVEL = 1  # of compression: four times faster than the usual one, for a sixth more bytes
_MOMENTS = "moments"  # a column of objects that are all pd.Timestamp


def moment(value: object) -> str:
    """Return a naive local moment as ISO text to the second."""
    return pd.Timestamp(value).strftime("%Y-%m-%dT%H:%M:%S")  # type: ignore[arg-type]


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


def facts_text(facts: Mapping[str, Any]) -> str:
    """Return facts as JSON that always looks the same for the same facts."""
    return _JSON.encode(facts)


def facts_of(stored: str) -> dict[str, Any]:
    """Return facts as they were: lists are tuples again, dates are moments."""
    found = _restored(json.loads(stored))
    return dict(found)


def reason_id(code: str, facts: str) -> int:
    """Return the number under which a reason is stored: 8 bytes of its SHA-256, signed."""
    digest = hashlib.sha256(f"{code}\n{facts}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _plain(value: Any) -> Any:
    """What JSON has no form of its own for."""
    if isinstance(value, (dt.date, np.datetime64)):
        return {_DATE: text(value)}
    if isinstance(value, np.generic):
        return value.item()
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_restored(item) for item in value)
    if not isinstance(value, dict):
        return value
    if value.keys() == {_DATE}:
        return pd.Timestamp(value[_DATE]).as_unit("s")
    return {key: _restored(item) for key, item in value.items()}


def pack(frame: pd.DataFrame) -> bytes:
    """Return a frame with its index as bytes, the same for the same content.

    Each column is kept as its distinct values and one number a row, the whole as compressed JSON.

    Args:
        frame: (keys × columns) of text, numbers and dates; objects hold text or moments.
    """
    columns = {str(name): _packed(frame[name]) for name in frame.columns}
    whole = {"keys": [str(key) for key in frame.index], "columns": columns}
    return zlib.compress(_JSON.encode(whole).encode(), _LEVEL)


def unpack(data: bytes) -> pd.DataFrame:
    """Return the frame that `pack` was given; its index is the key."""
    whole = json.loads(zlib.decompress(data))
    index = pd.Index(whole["keys"], dtype=object, name="key")
    columns = {name: _unpacked(packed, index) for name, packed in whole["columns"].items()}
    return pd.DataFrame(columns, index=index)


def _packed(values: pd.Series[Any]) -> dict[str, Any]:
    codes, distinct = pd.factorize(values)
    kind = str(values.dtype)
    if kind == "object" and any(isinstance(value, pd.Timestamp) for value in distinct):
        kind = _MOMENTS
    dates = kind == _MOMENTS or kind.startswith("datetime64")
    known = [moment(value) for value in distinct] if dates else list(distinct)
    return {"kind": kind, "values": known, "codes": codes.tolist()}


def _unpacked(packed: Mapping[str, Any], index: pd.Index[Any]) -> pd.Series[Any]:
    kind, values = packed["kind"], packed["values"]
    codes = np.asarray(packed["codes"], dtype=np.intp)
    if kind == "category":
        known = pd.Index(values, dtype="str")
        return pd.Series(pd.Categorical.from_codes(codes, categories=known), index=index)
    if kind in ("object", _MOMENTS):
        if kind == _MOMENTS:
            values = [pd.Timestamp(value).as_unit("s") for value in values]
        cells = np.array([*values, None], dtype=object)[codes]
        return pd.Series(cells, index=index, dtype=object)
    return pd.Series(pd.array(values, dtype=kind).take(codes, allow_fill=True), index=index)
