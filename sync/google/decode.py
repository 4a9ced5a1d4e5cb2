"""Google's answers as plain values: each cell is made one value while the JSON is read.

A million cells as nested mappings would take half a gigabyte; as values they take a tenth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sync.table import Rows

# Google's names of errors, as people see them in the cell.
_ERRORS = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "#GETTING_DATA",
}


class _Formula(NamedTuple):
    """What a formula shows."""

    value: Any


def decode(body: bytes) -> Any:
    """Return an answer's JSON, with every cell of grid data as its value.

    Numbers, text and truth values are themselves, errors their text, blank cells empty mappings,
    formulas what they show; `cells` takes them apart.
    """
    return json.loads(body, object_hook=_hook)


def _hook(found: dict[str, Any]) -> Any:
    if "stringValue" in found:
        return found["stringValue"]
    if "numberValue" in found:
        return found["numberValue"]
    if "effectiveValue" in found or "userEnteredValue" in found:
        entered = found.get("userEnteredValue")
        if isinstance(entered, str):  # the value of a condition, no cell
            return found
        shown = found.get("effectiveValue", "")
        return _Formula(shown) if entered else shown
    if "boolValue" in found:
        return found["boolValue"]
    if "errorValue" in found:
        return _ERRORS.get(found["errorValue"].get("type"), "#ERROR!")
    return found


def cells(
    grids: Sequence[Mapping[str, Any]],
) -> tuple[list[list[Any]], dict[int, Rows]]:
    """Return the rows of a tab from A1, and column → ascending rows with a formula.

    Args:
        grids: decoded `GridData` of the tab, one for each range that was asked for.

    Returns:
        Rows without trailing blanks; "" where a cell is blank.
    """
    rows: list[list[Any]] = []
    formulas: dict[int, list[int]] = {}
    for grid in grids:
        left, top = grid.get("startColumn", 0), grid.get("startRow", 0)
        for at, data in enumerate(grid.get("rowData", ()), start=top):
            values = data.get("values", ())
            if not values:
                continue
            while len(rows) <= at:
                rows.append([])
            row = rows[at]
            row.extend([""] * (left - len(row)))
            row[left : left + len(values)] = [
                _plain(value, at, column, formulas) for column, value in enumerate(values, left)
            ]
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows, {column: np.array(at, dtype=np.int64) for column, at in formulas.items()}


def _plain(value: Any, row: int, column: int, formulas: dict[int, list[int]]) -> Any:
    if type(value) is dict:
        return ""
    if type(value) is _Formula:
        formulas.setdefault(column, []).append(row)
        return _plain(value.value, row, column, {})
    return value
