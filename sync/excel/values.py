"""Cell values in a sheet's XML: how they are written, and what stands there (ECMA-376-1, 18.3.1.4).

Text is always written as an inline string, so that it is never a formula and the shared strings
stay as they are.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sync.table import Objects

MAX_TEXT = 32_767  # characters in a cell
DAY = 86_400
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ILLEGAL_IN_NAMES = re.compile("[\x00-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_EPOCHS = (pd.Timestamp(1899, 12, 30), pd.Timestamp(1904, 1, 1))
_LEAP = pd.Timestamp(1900, 3, 1)  # Excel's calendar has a 29 February 1900


def escape_text(text: str) -> str:
    """Return text for an inline string: XML escaped, control characters as `_xHHHH_`."""
    return html.escape(_UNWRITABLE.sub(_hex, text), quote=False)


def escape_name(text: str) -> str:
    """Return a column name as a list object's part writes it, not yet XML escaped."""
    return _ILLEGAL_IN_NAMES.sub(_hex, text)


def unescape(text: str) -> str:
    """Return text with its `_xHHHH_` escapes resolved."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def serial(moment: pd.Timestamp, date1904: bool) -> float | None:
    """Return a moment as Excel counts days, None where its calendar does not reach."""
    days = (moment - _EPOCHS[date1904]) / pd.Timedelta(days=1)
    if not date1904 and moment < _LEAP:
        days -= 1
    return days if days >= 0 else None


@cache
def prefixes(prefix: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the text of an inline string."""
    before = f' t="inlineStr"><{prefix}is><{prefix}t>'
    return before.encode(), f"</{prefix}t></{prefix}is></{prefix}c>".encode()


def encode(value: Any, prefix: str, date1904: bool) -> bytes | None:
    """Return what follows a cell's reference and style: type, value and closing tag.

    Args:
        value: str, pd.Timestamp, number, or None for a blank.
        prefix: of the sheet's namespace, with its colon, "" for none.
        date1904: whether the workbook counts days from 1904.

    Returns:
        The bytes, or None where the sheet cannot hold the value.
    """
    if value is None or value == "":
        return b"/>"
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            return None
        before, after = prefixes(prefix)
        text = escape_text(value)
        if text != text.strip() or "\n" in text:
            before = before[:-1] + b' xml:space="preserve">'
        return before + text.encode() + after
    number = value
    if isinstance(value, (dt.date, pd.Timestamp)):
        number = serial(pd.Timestamp(value), date1904)
        if number is None:
            return None
    return f"><{prefix}v>{_digits(number)}</{prefix}v></{prefix}c>".encode()


def encode_all(values: Objects, prefix: str, date1904: bool) -> Objects:
    """Encode a column, each distinct value once.

    Args:
        values: (n) values; None and NaN are blanks.
        prefix: of the sheet's namespace.
        date1904: whether the workbook counts days from 1904.

    Returns:
        (n) bytes, None where the sheet cannot hold the value.
    """
    codes, distinct = pd.factorize(values)
    encoded = np.empty(len(distinct) + 1, dtype=object)
    for at, value in enumerate(distinct):
        encoded[at] = encode(value, prefix, date1904)
    encoded[-1] = b"/>"
    return encoded[codes]


def same(stands: Any, before: Any, date1904: bool) -> bool:
    """Tell whether a cell still holds what was read from it.

    Args:
        stands: str, float, bool or None, from the XML.
        before: what was read: str, number, bool, date or None.
        date1904: whether the workbook counts days from 1904.
    """
    if isinstance(stands, str):
        stands = _plain(stands) or None
    if isinstance(before, str):
        before = _plain(before) or None
    if before is None or pd.isna(before) or stands is None:
        return stands is None and (before is None or pd.isna(before))
    if isinstance(before, (dt.date, pd.Timestamp)):
        return _same_moment(stands, pd.Timestamp(before), date1904)
    if isinstance(before, str) or isinstance(stands, str):
        return bool(stands == before)
    return abs(float(stands) - float(before)) <= 1e-9 * max(1.0, abs(float(before)))


def _same_moment(stands: Any, before: pd.Timestamp, date1904: bool) -> bool:
    if isinstance(stands, str):  # ISO 8601, in cells of type "d"
        moment = pd.to_datetime(stands, errors="coerce")
        return bool(moment == before)
    number = serial(before, date1904)
    return number is not None and abs(stands - number) < 1 / DAY


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _digits(number: Any) -> str:
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _hex(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
