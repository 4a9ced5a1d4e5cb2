"""A1 notation: columns as letters, ranges as text, and back."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, NamedTuple

_PART: Final = r"\$?(?P<{0}col>[A-Za-z]{{1,3}})?\$?(?P<{0}row>[1-9][0-9]{{0,7}})?"
_A1: Final = re.compile(_PART.format("a") + "(?::" + _PART.format("b") + ")?")
_R1C1: Final = re.compile(r"[Rr](\d+)[Cc](\d+)(?::[Rr](\d+)[Cc](\d+))?")
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_CELL_LIKE: Final = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*|[Tt][Rr][Uu][Ee]")
LAST_COLUMN: Final = 18_278  # ZZZ, the widest that Sheets allows


class Bounds(NamedTuple):
    """Rows [top, bottom) and columns [left, right), counted from 0; None is unbounded."""

    top: int | None
    bottom: int | None
    left: int | None
    right: int | None


@cache
def letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def column(text: str) -> int:
    """The column, counted from 0, of its letters."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def split(text: str) -> tuple[str | None, str | None]:
    """A range's sheet title and the rest; each None where it is missing.

    Text without ``!`` comes back as the rest, unless it is quoted and so must be a title.
    """
    if text.startswith("'"):
        found = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if found:
            return found[1].replace("''", "'"), found[2]
    title, mark, rest = text.rpartition("!")
    return (title, rest) if mark else (None, text)


def bounds(text: str) -> Bounds | None:
    """The bounds of ``A1``, ``A1:B2``, ``A:B``, ``1:2``, ``A2:B`` or ``R1C1``, else None."""
    found = _R1C1.fullmatch(text)
    if found:
        top, left, bottom, right = (int(each) if each else None for each in found.groups())
        assert top is not None
        assert left is not None
        return _ordered(top - 1, bottom or top, left - 1, right or left)
    found = _A1.fullmatch(text)
    if not found or not text:
        return None
    if ":" not in text:
        if not (found["acol"] and found["arow"]):
            return None
        row, at = int(found["arow"]), column(found["acol"])
        return Bounds(row - 1, row, at, at + 1) if at < LAST_COLUMN else None
    if not (found["acol"] or found["arow"]) or not (found["bcol"] or found["brow"]):
        return None
    return _ordered(
        int(found["arow"]) - 1 if found["arow"] else None,
        int(found["brow"]) if found["brow"] else None,
        column(found["acol"]) if found["acol"] else None,
        column(found["bcol"]) + 1 if found["bcol"] else None,
    )


def _ordered(top: int | None, bottom: int | None, left: int | None, right: int | None) -> Bounds:
    if top is not None and bottom is not None and bottom <= top:
        top, bottom = bottom - 1, top + 1
    if left is not None and right is not None and right <= left:
        left, right = right - 1, left + 1
    return Bounds(top, bottom, left, right)


def quoted(title: str) -> str:
    """A sheet title as it stands before ``!``, quoted where it must be."""
    if _PLAIN.fullmatch(title) and not _CELL_LIKE.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def name(title: str, top: int, bottom: int, left: int, right: int) -> str:
    """The range as Google writes it: ``Sheet1!A1:B2``, one cell as ``Sheet1!A1``."""
    first = f"{letters(left)}{top + 1}"
    last = f"{letters(right - 1)}{bottom}"
    return f"{quoted(title)}!{first}" + ("" if first == last else f":{last}")


def from_grid_range(value: dict[str, Any]) -> Bounds:
    """The bounds of a GridRange."""
    return Bounds(
        value.get("startRowIndex"),
        value.get("endRowIndex"),
        value.get("startColumnIndex"),
        value.get("endColumnIndex"),
    )


def to_grid_range(sheet_id: int, span: Bounds) -> dict[str, Any]:
    """The GridRange of some bounds; what is unbounded is left out."""
    keys = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return {
        "sheetId": sheet_id,
        **{key: at for key, at in zip(keys, span, strict=True) if at is not None},
    }
