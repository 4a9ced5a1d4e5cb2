"""Columns and frames as bytes: the distinct values of a column once, and one small number a row.

A packed column is compressed JSON (its kind and distinct values) followed by its codes in as few
bytes as they fit into. A packed frame is a line of JSON that names its columns and their sizes,
followed by the packed columns, so that one column can be read without the others.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from jobs.history.codec import encoded, restored

Array = ExtensionArray | np.ndarray[Any, np.dtype[Any]]

_LEVEL = 1  # of compression: four times faster than the usual one, for a sixth more bytes
_IN_ORDER = ""  # the width of codes that are simply 0, 1, 2, …
_DATES = "datetime64[s]"
# Kept as they are: their distinct values would cost as much as the values.
_RAW = "iufb"


def plain_bytes(values: pd.Series[Any]) -> bytes:
    """Return a column as bytes, not yet compressed: the same for the same content.

    Args:
        values: (rows) text, categories, numbers, dates to the second, or objects that JSON can
            hold (texts, moments, numbers, tuples of these).
    """
    kind = str(values.dtype)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in _RAW:
        return _joined({"kind": kind, "raw": True}, values.to_numpy().tobytes())
    codes, distinct = pd.factorize(values)
    if kind.startswith("datetime64"):
        kind, known = _DATES, np.asarray(distinct, dtype=_DATES).astype("int64").tolist()
    else:
        known = list(distinct)
    width = f"i{np.min_scalar_type(-max(len(known), 1)).itemsize}"
    if len(known) == len(codes) and (codes == np.arange(len(codes))).all():
        width = _IN_ORDER
    told = b"" if width == _IN_ORDER else codes.astype(f"<{width}").tobytes()
    return _joined({"kind": kind, "codes": width, "values": known}, told)


def compressed(plain: bytes) -> bytes:
    """Return the bytes of a column as they are stored."""
    return zlib.compress(plain, _LEVEL)


def pack(values: pd.Series[Any]) -> bytes:
    """Return a column as compressed bytes; see `plain_bytes`."""
    return compressed(plain_bytes(values))


def unpack(data: bytes) -> Array:
    """Return (rows) the values of a packed column, in the dtype that they had."""
    head, told = _parted(data)
    kind = head["kind"]
    if head.get("raw"):
        return np.frombuffer(told, dtype=kind).copy()
    known = head["values"]
    width = head["codes"]
    codes = np.arange(len(known)) if width == _IN_ORDER else np.frombuffer(told, f"<{width}")
    codes = codes.astype(np.intp)
    if kind == "category":
        return pd.Categorical.from_codes(codes, categories=pd.Index(known, dtype="str"))
    if kind == _DATES:
        whole = np.array([*known, np.iinfo(np.int64).min], dtype=np.int64)
        return whole[codes].view(_DATES)
    if kind == "object":
        cells = np.fromiter([*(restored(value) for value in known), None], dtype=object)
        return cells[codes]
    found: ExtensionArray = pd.array(known, dtype=kind).take(codes, allow_fill=True)
    return found


def pack_frame(frame: pd.DataFrame) -> bytes:
    """Return a frame as bytes; its index is not kept."""
    packed = {str(name): pack(frame[name]) for name in frame.columns}
    head = {"rows": len(frame), "columns": {name: len(data) for name, data in packed.items()}}
    return b"\n".join([json.dumps(head).encode(), b"".join(packed.values())])


def unpack_frame(data: bytes, columns: Collection[str] | None = None) -> pd.DataFrame:
    """Return a packed frame, or only some of its columns, with a RangeIndex."""
    rows, parts = _columns(data)
    wanted = {name: part for name, part in parts if columns is None or name in columns}
    found = {name: unpack(part) for name, part in wanted.items()}
    return pd.DataFrame(found, index=pd.RangeIndex(rows))


def may_hold(data: bytes, column: str, value: str) -> bool:
    """Return whether a column of text in a packed frame can hold a value; False is certain."""
    sought = encoded(value).encode()
    return any(
        name == column and sought in zlib.decompress(part) for name, part in _columns(data)[1]
    )


def _columns(data: bytes) -> tuple[int, Iterator[tuple[str, bytes]]]:
    """Number of rows, and (name, packed column) of a packed frame."""
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)

    def parts() -> Iterator[tuple[str, bytes]]:
        start = 0
        for name, size in head["columns"].items():
            yield name, rest[start : start + size]
            start += size

    return head["rows"], parts()


def _joined(head: dict[str, Any], told: bytes) -> bytes:
    words = encoded(head).encode()
    return len(words).to_bytes(4, "little") + words + told


def _parted(data: bytes) -> tuple[dict[str, Any], bytes]:
    whole = zlib.decompress(data)
    size = int.from_bytes(whole[:4], "little")
    return json.loads(whole[4 : 4 + size]), whole[4 + size :]
