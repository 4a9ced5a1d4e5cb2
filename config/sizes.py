"""Sizes of files: `max_file: 2 GB`."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from rules.invalid import Invalid

_UNITS = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}


def size(value: object) -> int:
    """Read `500 MB` or `2 GB` as a number of bytes.

    Raises:
        Invalid: not such a size.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    text = unicodedata.normalize("NFKC", str(value)).strip().upper()
    match = re.fullmatch(r"([1-9]\d{0,5})\s*([KMG]B)", text)
    if match is None:
        raise Invalid(
            "expected a size such as `500 MB` or `2 GB`", "应为大小，例如 `500 MB`、`2 GB`"
        )
    return int(match[1]) * _UNITS[match[2]]


def _said(value: int) -> str:
    unit = next((u for u in ("GB", "MB", "KB") if value % _UNITS[u] == 0), None)
    return f"{value // _UNITS[unit]} {unit}" if unit else str(value)


Size = Annotated[int, BeforeValidator(size, json_schema_input_type=str), PlainSerializer(_said)]
