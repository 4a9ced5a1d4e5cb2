"""Tables: grey headers, hairlines, numbers right with their bars beside them, a bold total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.view import Border, Link, Rich, Run, Value
from templates.summary import palette
from templates.summary.grid import Canvas, Col, hairline, rule
from templates.summary.scene import MOST_TIMES, percent

COUNT, RATE, DAYS = "#,##0", "0%", "#,##0"
FINDINGS = '#,##0;-#,##0;"–"'
TITLE, PANEL, BODY, GAP = 30, 26, 22, 12  # px
HEADER = BODY


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        at: where it stands.
        header: its title, without brackets.
        values: one per row; None in a number column is shown as "–".
        format: number format; "" makes it a text column.
        until: last column that its text may run over.
        total: in the total row, where there is one; "" for nothing, None for "–".
        bar: colour of the bars in the column to its right, "" for none.
        maximum: of the bars, where it is not the largest value (1 for rates).
        barred: number of leading rows that have bars, where sums follow that would dwarf them.
        indent: of its text.
        note: of its header.
        notes: one per row, "" for none.
        colors: text colour per row, "" for the usual one.
        strong: whether the text is bold, per row.
    """

    at: int
    header: str
    values: Sequence[Value]
    format: str = ""
    until: int | None = None
    total: Value = ""
    bar: str = ""
    maximum: float | None = None
    barred: int | None = None
    indent: int = 0
    note: str = ""
    notes: Sequence[str] = ()
    colors: Sequence[str] = ()
    strong: Sequence[bool] = ()


def amount(pattern: str) -> str:
    """Return the format of an amount, a dash for zero."""
    return f'{pattern};-{pattern};"–"'


def beside_bar(number_format: str) -> str:
    """Return a number format that keeps its distance from the bar on its right."""
    return ";".join(f"{section}_w" for section in number_format.split(";"))


def section_title(canvas: Canvas, row: int, number: int, text: str, aside: str) -> None:
    """Place a section's title with the rule under it, over the whole width."""
    _two_tone(canvas, row, Col.B, f"{number}  ", text, aside)
    canvas.edge(row, Col.B, Col.R, Border("thin", palette.TEXT))
    canvas.heights[row] = TITLE


def half_title(canvas: Canvas, row: int, first: int, number: int, text: str, aside: str) -> None:
    """Place the title of a section that takes half of the width."""
    _two_tone(canvas, row, first, f"{number}  ", text, aside)
    canvas.edge(row, first, first + 7, Border("thin", palette.TEXT))
    canvas.heights[row] = TITLE


def panel_title(
    canvas: Canvas, row: int, first: int, text: str, aside: str, note: str = ""
) -> None:
    """Place the title of a panel within a section."""
    size = canvas.style(10).size
    runs = (
        Run(text, bold=True, size=size),
        Run(f"  {aside}", color=palette.GREY, size=canvas.style(8.5).size),
    )
    canvas.put(row, first, Rich(runs), canvas.style(10), note)
    canvas.heights[row] = PANEL


def _two_tone(canvas: Canvas, row: int, first: int, number: str, text: str, aside: str) -> None:
    size = canvas.style(12).size
    runs = (
        Run(number, bold=True, color=palette.BLUE, size=size),
        Run(text, bold=True, size=size),
        Run(f"   {aside}", color=palette.GREY, size=canvas.style(9).size),
    )
    canvas.put(row, first, Rich(runs), canvas.style(12))


def sentence(canvas: Canvas, row: int, first: int, last: int, text: str, note: str = "") -> None:
    """Place a grey sentence, in place of a table or under one."""
    canvas.text(row, first, last, text, canvas.style(8.5, color=palette.GREY), note)


def group_titles(canvas: Canvas, row: int, titles: Sequence[tuple[int, str]]) -> None:
    """Place the small blue titles over groups of columns."""
    for at, text in titles:
        canvas.put(row, at, text, canvas.style(8.5, bold=True, color=palette.BLUE))


def draw(
    canvas: Canvas, row: int, columns: Sequence[Column], first: int, last: int, *, total: bool
) -> int:
    """Place a table.

    Args:
        canvas: where to.
        row: of its header.
        columns: from left to right, with equally many values each.
        first: column in which its lines begin.
        last: column in which they end.
        total: whether a total row follows.

    Returns:
        The row after it.
    """
    size = len(columns[0].values)
    end = row + size + total
    for column in columns:
        _header(canvas, row, column)
        for at, value in enumerate(column.values):
            _body(canvas, row + 1 + at, column, at, value)
        if total and column.total != "":
            _put(canvas, end, column, column.total, bold=True, color=palette.TEXT)
        if column.bar:
            whole = column.values[: column.barred]
            lengths = [value if isinstance(value, (int, float)) else 0 for value in whole]
            canvas.bar(row + 1, column.at + 1, lengths, column.bar, column.maximum)
    canvas.edge(row, first, last, rule())
    for at in range(row + 1, row + 1 + size):
        canvas.edge(at, first, last, hairline())
    if total:
        canvas.edge(end, first, last, rule(), "top")
    return end + 1


def _header(canvas: Canvas, row: int, column: Column) -> None:
    style = canvas.style(
        8.5,
        color=palette.GREY,
        align="right" if column.format else "left",
        indent=column.indent,
        format="@_w" if column.bar else "General",
    )
    canvas.put(row, column.at, column.header, style, column.note)


def _body(canvas: Canvas, row: int, column: Column, at: int, value: Value) -> None:
    color = column.colors[at] if column.colors else ""
    note = column.notes[at] if column.notes else ""
    bold = bool(column.strong) and column.strong[at]
    _put(canvas, row, column, value, bold=bold, color=color or palette.TEXT, note=note)


def _put(
    canvas: Canvas, row: int, column: Column, value: Value, *, bold: bool, color: str,
    note: str = "",
) -> None:  # fmt: skip
    if column.format:
        shape = beside_bar(column.format) if column.bar else column.format
        if value is None:
            value = "–"
        elif column.format == RATE and isinstance(value, (int, float)) and value >= MOST_TIMES:
            value = percent(value)
        if isinstance(value, str):
            shape = "@_w" if column.bar else "@"
        style = canvas.style(bold=bold, color=color, align="right", format=shape)
        canvas.put(row, column.at, value, style, note)
    elif isinstance(value, (str, Link)):
        linked = isinstance(value, Link)
        style = canvas.style(
            bold=bold,
            color=palette.BLUE if linked else color,
            underline=linked,
            indent=column.indent,
        )
        last = column.at if column.until is None else column.until
        canvas.text(row, column.at, last, value, style, note)
