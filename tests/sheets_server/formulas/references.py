"""References inside formulas, rewritten when cells move."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tests.sheets_server import a1
from tests.sheets_server.formulas.syntax import REFERENCE
from tests.sheets_server.grid import Cell, Formula
from tests.sheets_server.shifts import Change

_TEXT_OR_REFERENCE: Final = re.compile(rf'"(?:[^"]|"")*"|(?<![\w.!\'#]){REFERENCE}')
_CORNER: Final = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)(\d+)?")

Rewrite = Callable[[str | None, str], str]


def rewritten(formula: str, rewrite: Rewrite) -> str:
    """A formula with each reference replaced; text in quotes stays.

    Args:
        formula: with its ``=``.
        rewrite: gets a reference's sheet title (None for its own sheet) and its A1 text, and gives
            the new A1 text, or ``#REF!``.
    """

    def each(found: re.Match[str]) -> str:
        if not found["ref"]:
            return found[0]
        title = found["sheet"].strip("'").replace("''", "'") if found["sheet"] else None
        new = rewrite(title, found["ref"])
        return new if new == "#REF!" or not found["sheet"] else f"{found['sheet']}!{new}"

    return _TEXT_OR_REFERENCE.sub(each, formula)


def changed(reference: str, dimension: str, change: Change) -> str:
    """A reference after lines were inserted, deleted or moved."""
    span = a1.bounds(reference.replace("$", ""))
    if span is None:
        return reference
    rows = dimension == "ROWS"
    start, end = (span.top, span.bottom) if rows else (span.left, span.right)
    if start is None:
        return reference
    left = change.interval(start, end if end is not None else start + 1)
    if left is None:
        return "#REF!"
    new = span._replace(top=left[0], bottom=left[1])
    return written(reference, new if rows else span._replace(left=left[0], right=left[1]))


def written(reference: str, span: a1.Bounds) -> str:
    """A reference with other bounds, its ``$`` signs where they were."""
    corners = reference.split(":")
    tops = (span.top, None if span.bottom is None else span.bottom - 1)
    lefts = (span.left, None if span.right is None else span.right - 1)
    return ":".join(
        _corner(corner, None if row is None else row + 1, column)
        for corner, row, column in zip(corners, tops, lefts, strict=False)
    )


def _corner(corner: str, row: int | None, column: int | None) -> str:
    found = _CORNER.fullmatch(corner)
    assert found is not None
    letters, digits = found[2] or "", found[4] or ""
    if row is not None and digits:
        digits = str(row)
    if column is not None and letters:
        letters = a1.letters(column)
    return f"{found[1]}{letters}{found[3]}{digits}"


def carried(reference: str, down: int, right: int) -> str:
    """A reference as a copy of its formula sees it: relative parts go along, ``$`` parts stay."""
    corners = []
    for corner in reference.split(":"):
        found = _CORNER.fullmatch(corner)
        assert found is not None
        letters, digits = found[2] or "", found[4] or ""
        rows_fixed = found[3] or (found[1] and not letters)
        row = int(digits) + (0 if rows_fixed else down) if digits else None
        column = a1.column(letters) + (0 if found[1] else right) if letters else None
        if (row is not None and row < 1) or (column is not None and column < 0):
            return "#REF!"
        corners.append(_corner(corner, row, column))
    return ":".join(corners)


def carried_cell(cell: Cell, down: int, right: int) -> Cell:
    """A cell as a copy elsewhere has it: its formula's relative references go along."""
    if not isinstance(cell.entered, Formula) or not (down or right):
        return cell
    text = rewritten(cell.entered, lambda _, reference: carried(reference, down, right))
    return Cell(Formula(text), cell.facets)
