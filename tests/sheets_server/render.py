"""Cells as the values methods answer them: formatted, unformatted, or as typed."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.sheets_server.book import Sheet
from tests.sheets_server.entry import tidy
from tests.sheets_server.formulas.engine import Look
from tests.sheets_server.formulas.syntax import Call, FormulaError, parse
from tests.sheets_server.formulas.values import Error, Scalar
from tests.sheets_server.grid import Area, Cell, Formula
from tests.sheets_server.numbers import DATE_TYPES, automatic, formatted

Json = dict[str, Any]
Shown = str | int | float | bool

_NATURAL: Final = {
    "TODAY": {"type": "DATE"},
    "DATE": {"type": "DATE"},
    "NOW": {"type": "DATE_TIME"},
}


class Style(NamedTuple):
    """How values are wanted: valueRenderOption, dateTimeRenderOption and majorDimension."""

    value: str = "FORMATTED_VALUE"
    dates: str = "SERIAL_NUMBER"
    major: str = "ROWS"

    @staticmethod
    def of(asked: Json, prefix: str = "") -> Style:
        """The style that a request's parameters or body ask for.

        Args:
            asked: parameters or body.
            prefix: "response" where the answer to a write is meant.
        """
        names = ("valueRenderOption", "dateTimeRenderOption")
        if prefix:
            names = ("responseValueRenderOption", "responseDateTimeRenderOption")
        major = asked.get("majorDimension", "ROWS")
        return Style(
            asked.get(names[0], "FORMATTED_VALUE"),
            asked.get(names[1], "SERIAL_NUMBER"),
            "ROWS" if major == "DIMENSION_UNSPECIFIED" else major,
        )


def number_format(cell: Cell) -> Json:
    """A cell's NumberFormat, its own or the one its formula brings; empty if automatic."""
    own = cell.facets.get("userEnteredFormat", {}).get("numberFormat")
    if own:
        return dict(own)
    if isinstance(cell.entered, Formula):
        try:
            tree = parse(cell.entered)
        except FormulaError:
            return {}
        if isinstance(tree, Call):
            return dict(_NATURAL.get(tree.name, {}))
    return {}


def as_text(cell: Cell, value: Scalar) -> str:
    """A cell's value as people see it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    if isinstance(value, Error):
        return value.code
    shape = number_format(cell) if cell.facets or isinstance(cell.entered, Formula) else None
    if not shape:
        return automatic(value)
    return formatted(value, shape.get("type", "NUMBER"), shape.get("pattern", ""))


def shown(cell: Cell, value: Scalar, style: Style) -> Shown:
    """A cell's value in a style; blank is the empty text."""
    if style.value == "FORMATTED_VALUE":
        return as_text(cell, value)
    if style.value == "FORMULA" and isinstance(cell.entered, Formula):
        return cell.entered
    if value is None:
        return ""
    if isinstance(value, Error):
        return value.code
    if isinstance(value, int | float) and not isinstance(value, bool):
        if style.dates == "FORMATTED_STRING" and number_format(cell).get("type") in DATE_TYPES:
            return as_text(cell, value)
        return tidy(value)
    return value


def table(look: Look, sheet: Sheet, area: Area, style: Style) -> list[list[Shown]]:
    """An area's values, rows by rows or columns by columns, trailing blanks left out.

    Returns:
        Lists of values; the last list and each list's last value are not blank.
    """
    rows = []
    for at, row in enumerate(sheet.grid.block(area), area.top):
        values = [
            shown(
                cell,
                look.value(sheet, at, area.left + offset)
                if isinstance(cell.entered, Formula)
                else cell.entered,
                style,
            )
            for offset, cell in enumerate(row)
        ]
        rows.append(_trimmed(values))
    while rows and not rows[-1]:
        rows.pop()
    if style.major == "ROWS":
        return rows
    width = max(map(len, rows), default=0)
    return [_trimmed([row[at] if at < len(row) else "" for row in rows]) for at in range(width)]


def _trimmed(values: list[Shown]) -> list[Shown]:
    end = len(values)
    while end and values[end - 1] == "":
        end -= 1
    return values[:end]


def value_range(look: Look, sheet: Sheet, area: Area, style: Style) -> Json:
    """An area as a ValueRange."""
    answer: Json = {"range": sheet.name(area), "majorDimension": style.major}
    values = table(look, sheet, area, style)
    if values:
        answer["values"] = values
    return answer
