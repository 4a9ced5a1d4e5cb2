"""Objects as Google keeps and sends them: without defaults, colours in 256 steps and both forms."""

from __future__ import annotations

import math
import struct
from typing import Any, Final

from tests.sheets_server.discovery import schema
from tests.sheets_server.masks import TWINS

Json = dict[str, Any]

_SAID: Final = {  # messages whose zeros and falses are kept when they were said
    "GridRange",
    "DimensionRange",
    "TextFormat",
    "ExtendedValue",
    "SheetProperties",
    "DeveloperMetadataLocation",
    "SortSpec",
}


def kept(kind: str, value: Json) -> Json:
    """An object of a schema, as Google would keep it after a request said this."""
    if kind == "Color":
        return {key: step for key, raw in value.items() if (step := _step(raw))}
    rules = schema(kind)
    found: Json = {}
    for key, raw in value.items():
        new = _value(rules[key], raw)
        if kind in _SAID or not _nothing(new):
            found[key] = new
    for old, twin in TWINS.items():
        if old in found and twin in rules and twin not in found:
            found[twin] = {"rgbColor": found[old]}
        elif "rgbColor" in found.get(twin, {}) and old in rules:
            found[old] = found[twin]["rgbColor"]
    return found


def _nothing(value: object) -> bool:
    return value is None or value in ("", []) or value == 0


def _value(rule: Json, raw: Any) -> Any:
    if "$ref" in rule:
        return kept(rule["$ref"], raw)
    if rule["type"] == "array" and "$ref" in rule["items"]:
        return [kept(rule["items"]["$ref"], one) for one in raw]
    if rule["type"] == "object" and "$ref" in rule.get("additionalProperties", {}):
        return {key: kept(rule["additionalProperties"]["$ref"], one) for key, one in raw.items()}
    if rule["type"] == "number" and rule["format"] == "float":
        return _single(raw)
    return raw


def _step(part: float) -> float:
    return _single(math.floor(min(max(part, 0), 1) * 255 + 1e-6) / 255)


def _single(number: float) -> float:
    """A number in single precision, with no more digits than that holds."""
    (near,) = struct.unpack("f", struct.pack("f", number))
    shortest = float(f"{near:.8g}")
    return int(shortest) if shortest == int(shortest) else shortest


def sent(value: Any) -> Any:
    """An answer without the sheetId 0 of ranges, which Google leaves out."""
    if isinstance(value, list):
        return [sent(one) for one in value]
    if not isinstance(value, dict):
        return value
    first = value.get("sheetId") == 0 and not value.keys() & {"index", "locationType"}
    return {
        key: below if key in ("values", "rowData") else sent(below)
        for key, below in value.items()
        if not (first and key == "sheetId")
    }
