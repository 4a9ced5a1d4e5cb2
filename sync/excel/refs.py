"""Cell references: letters and numbers as people write them, counted from 0 as code wants them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from sync.grid import Area

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384  # what a tab of Excel holds

_REFERENCE = re.compile(r"\$?([A-Za-z]{0,3})\$?([0-9]{0,7})")


@cache
def letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is `A`, 26 is `AA`."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


@cache
def column_number(name: str) -> int:
    """Return the column, counted from 0, of its letters."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def reference(row: int, column: int) -> str:
    """Return the name of a cell, `A1` for row 0 and column 0."""
    return f"{letters(column)}{row + 1}"


def quoted_sheet(name: str) -> str:
    """Return a tab's name as formulas write it."""
    return "'" + name.replace("'", "''") + "'"


def parse_area(text: str) -> Area | None:
    """Read a range such as `A1`, `$A$1:B2`, `A:C` or `1:3`.

    Args:
        text: the range, without a tab's name.

    Returns:
        The area, or None where the text is not a range.
    """
    first, _, last = text.strip().partition(":")
    start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
    if not start or not end or not first or (not last and not all(start.groups())):
        return None
    area = Area(
        int(start[2]) - 1 if start[2] else 0,
        column_number(start[1]) if start[1] else 0,
        int(end[2]) - 1 if end[2] else MAX_ROWS - 1,
        column_number(end[1]) if end[1] else MAX_COLUMNS - 1,
    )
    ordered = area.first_row <= area.last_row and area.first_column <= area.last_column
    return area if ordered and area.first_row >= 0 else None


def parse_areas(text: str) -> list[Area]:
    """Read a list of ranges separated by blanks; what is not a range is left out."""
    return [area for part in text.split() if (area := parse_area(part)) is not None]


def format_area(area: Area, *, absolute: bool = False) -> str:
    """Return a range as text: `A1:B2`, `A1` for a single cell, `$A$1:$B$2` when absolute."""
    mark = "$" if absolute else ""
    first, last = (
        f"{mark}{letters(column)}{mark}{row + 1}"
        for row, column in (
            (area.first_row, area.first_column),
            (area.last_row, area.last_column),
        )
    )
    return first if first == last and not absolute else f"{first}:{last}"


def overlap(one: Area, other: Area) -> bool:
    """Tell whether two areas share a cell."""
    return (
        one.first_row <= other.last_row
        and other.first_row <= one.last_row
        and one.first_column <= other.last_column
        and other.first_column <= one.last_column
    )


def around(areas: Iterable[Area]) -> Area:
    """Return the smallest area that holds all of at least one area."""
    first_rows, first_columns, last_rows, last_columns = zip(*areas, strict=True)
    return Area(min(first_rows), min(first_columns), max(last_rows), max(last_columns))


def names_up_to(column: int) -> bytes:
    """Return a pattern of the names of all columns up to one, counted from 0."""
    last = letters(column)
    choices = [f"[A-Z]{{1,{len(last) - 1}}}"] if len(last) > 1 else []
    for at, letter in enumerate(last):
        if letter > "A":
            choices.append(f"{last[:at]}[A-{chr(ord(letter) - 1)}][A-Z]{{{len(last) - at - 1}}}")
    return "|".join([*choices, last]).encode()
