"""Links that find the row of a key wherever sorting has put it: what all formulas share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where the keys of a tab stand.

    Attributes:
        column: letter of the key column.
        numeric: whether keys are numbers in the cells.
    """

    column: str
    numeric: bool = False


def literal(text: str, limit: int) -> str:
    """Quote text for a formula, cut to a number of characters; nothing in it is ever evaluated."""
    return '"' + text[:limit].replace('"', '""') + '"'


def tab_literal(name: str) -> str:
    """Quote the name of a tab for a reference."""
    return "'" + name.replace("'", "''") + "'"


def sought(key: str, place: KeyPlace, limit: int) -> str:
    """Return a key as MATCH looks for it: a number where keys are numbers, else exactly the text.

    Args:
        key: of a row.
        place: where the keys stand.
        limit: characters that a text in a formula can have.
    """
    if place.numeric and _NUMBER.fullmatch(key):
        return key
    # MATCH takes ~ * ? in a text for wildcards
    return literal(re.sub(r"([~*?])", r"~\1", key), limit)


def mostly_numbers(cells: Sequence[Any]) -> bool:
    """Return whether more than half of the filled cells are numbers."""
    filled = [cell for cell in cells if cell not in ("", None)]
    numbers = sum(isinstance(cell, (int, float)) for cell in filled)
    return 2 * numbers > len(filled)
