"""The demo workbook: the table tab as a team keeps it, its statistics, and its lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from templates.starter.rulebook import Rulebook
from templates.starter.slips import Row
from templates.starter.statistics import draw_statistics
from templates.starter.vocabulary import Column, Vocabulary

HEADER_ROW = 2  # counted from 0: two rows of title stand above
_EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # a constant: the same demo is the same file
_BLUE, _PALE, _GRID = "#1F3864", "#DCE6F1", "#D0D5DB"


def write_workbook(path: Path, rows: Sequence[Row], words: Vocabulary, book: Rulebook) -> None:
    """Write the workbook; a file of that name is replaced.

    Args:
        path: of the .xlsx file.
        rows: the cells of the table by column key.
        words: columns, titles and lists in the team's language.
        book: the team and its stages.

    Raises:
        OSError: the file cannot be written.
    """
    font, size = words.font
    options = {"default_format_properties": {"font_name": font, "font_size": size}}
    with Workbook(str(path), options) as workbook:
        workbook.set_properties({"created": _EPOCH, "company": book.settings.team_name})
        table = workbook.add_worksheet(words.table)
        statistics = workbook.add_worksheet(words.statistics)
        lists = workbook.add_worksheet(words.lists)
        _Table(workbook, table, words, book).draw(rows)
        draw_statistics(workbook, statistics, rows, words, book)
        _draw_lists(workbook, lists, words, book)


class _Table:
    """Draws the table tab."""

    def __init__(
        self, workbook: Workbook, sheet: Worksheet, words: Vocabulary, book: Rulebook
    ) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._words = words
        self._book = book
        self._places = {column.key: place for place, column in enumerate(words.columns)}

    def draw(self, rows: Sequence[Row]) -> None:
        """Draw titles, header, rows, and what makes the table comfortable."""
        last = HEADER_ROW + len(rows)
        self._draw_head(rows, last)
        for place, column in enumerate(self._words.columns):
            look = self._look(column)
            self._sheet.set_column(place, place, column.width)
            for at, row in enumerate(rows, start=HEADER_ROW + 1):
                if column.key == "weighted":
                    self._draw_weighted(at, place, row, look)
                else:
                    _draw_value(self._sheet, at, place, row[column.key], look)
        self._sheet.autofilter(HEADER_ROW, 0, last, len(self._words.columns) - 1)
        self._sheet.freeze_panes(HEADER_ROW + 1, self._places["customer"] + 1)
        self._offer_lists(last)
        self._colour(last)
        self._pin_comments(rows)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(HEADER_ROW)

    def _draw_head(self, rows: Sequence[Row], last: int) -> None:
        sheet, words = self._sheet, self._words
        big = self._workbook.add_format({"bold": True, "font_size": 16, "font_color": _BLUE})
        grey = self._workbook.add_format({"font_color": "#7F7F7F"})
        head = self._workbook.add_format(
            {
                "bold": True,
                "bg_color": _PALE,
                "border": 1,
                "border_color": _GRID,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )
        sheet.set_row(0, 30)
        sheet.set_row(HEADER_ROW, 30)
        sheet.write_string(0, 0, words.title.format(team=self._book.settings.team_name), big)
        sheet.write_string(1, 0, words.hint, grey)
        for place, column in enumerate(words.columns):
            sheet.write_string(HEADER_ROW, place, column.header, head)
        total = self._workbook.add_format({"bold": True, "num_format": "#,##0"})
        for key, value in (("amount", _amount), ("weighted", _weighted)):
            place = self._places[key]
            first, end = (xl_rowcol_to_cell(row, place) for row in (HEADER_ROW + 1, last))
            figure = sum(value(row) or 0 for row in rows)
            sheet.write_formula(1, place, f"=SUBTOTAL(109,{first}:{end})", total, figure)

    def _look(self, column: Column) -> Any:
        properties: dict[str, Any] = {"border": 1, "border_color": _GRID, "valign": "vcenter"}
        if column.format:
            properties["num_format"] = column.format
        if column.key in ("phone", "id"):
            properties["num_format"] = "@"
        if column.key in ("stage", "outcome", "owner"):
            properties["align"] = "center"
        return self._workbook.add_format(properties)

    def _draw_weighted(self, at: int, place: int, row: Row, look: Any) -> None:
        """Write the team's own formula, with the value that it has."""
        amount = xl_rowcol_to_cell(at, self._places["amount"])
        probability = xl_rowcol_to_cell(at, self._places["probability"])
        value = _weighted(row)
        formula = f'=IFERROR({amount}*{probability},"")'
        self._sheet.write_formula(at, place, formula, look, "" if value is None else value)

    def _offer_lists(self, last: int) -> None:
        """Offer lists in the cells, without insisting on them; people type what they like."""
        for place, column in enumerate(_listed(self._words, self._book)):
            letter = xl_col_to_name(place)
            source = f"={self._words.lists}!${letter}$2:${letter}${len(column.choices) + 1}"
            at = self._places[column.key]
            self._sheet.data_validation(
                HEADER_ROW + 1,
                at,
                last + 200,
                at,
                {"validate": "list", "source": source, "error_type": "warning"},
            )
        at = self._places["amount"]
        self._sheet.data_validation(
            HEADER_ROW + 1,
            at,
            last + 200,
            at,
            {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "information"},
        )

    def _colour(self, last: int) -> None:
        """Add the team's own conditional formats."""
        words, first = self._words, HEADER_ROW + 2  # as people count rows
        outcome = f"${xl_col_to_name(self._places['outcome'])}{first}"
        closing = f"${xl_col_to_name(self._places['expected_close'])}{first}"
        green = self._workbook.add_format({"font_color": "#2E7D32"})
        pale = self._workbook.add_format({"font_color": "#9AA0A6"})
        orange = self._workbook.add_format({"font_color": "#C55A11", "bold": True})
        late = f'AND({outcome}="{words.outcomes["open"]}",ISNUMBER({closing}),{closing}<TODAY())'
        for key, formula, look in (
            ("outcome", f'{outcome}="{words.outcomes["won"]}"', green),
            ("outcome", f'{outcome}="{words.outcomes["lost"]}"', pale),
            ("expected_close", late, orange),
        ):
            place = self._places[key]
            self._sheet.conditional_format(
                HEADER_ROW + 1,
                place,
                last,
                place,
                {"type": "formula", "criteria": f"={formula}", "format": look},
            )
        place = self._places["probability"]
        bar = {"type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True}
        self._sheet.conditional_format(HEADER_ROW + 1, place, last, place, bar)

    def _pin_comments(self, rows: Sequence[Row]) -> None:
        """Pin a few remarks to the notes of the newest rows."""
        place = self._places["note"]
        for number, text in enumerate(self._words.comments):
            at = HEADER_ROW + max(len(rows) - 6 * number - 3, 1)
            author = self._book.settings.team[1 + number % 2].name
            self._sheet.write_comment(at, place, f"{author}:\n{text}", {"author": author})


def _amount(row: Row) -> float | None:
    """Return the amount as a formula sees it: nothing where it is text."""
    amount = row["amount"] or 0.0
    return amount if isinstance(amount, float) else None


def _weighted(row: Row) -> float | None:
    """Return amount by probability, None where the formula fails."""
    amount, probability = _amount(row), row["probability"]
    return amount * probability if amount is not None and isinstance(probability, float) else None


def _draw_value(sheet: Worksheet, row: int, place: int, value: Any, look: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, place, None, look)
        case str():
            sheet.write_string(row, place, value, look)
        case dt.date():
            sheet.write_datetime(row, place, value, look)
        case _:
            sheet.write_number(row, place, value, look)


def _listed(words: Vocabulary, book: Rulebook) -> list[Column]:
    """Return the columns with a list, the owners' own included."""
    people = tuple(member.name for member in book.settings.team if member.active)
    return [
        Column(column.key, column.header, column.width, choices=column.choices or people)
        for column in words.columns
        if column.choices or column.key == "owner"
    ]


def _draw_lists(workbook: Workbook, sheet: Worksheet, words: Vocabulary, book: Rulebook) -> None:
    head = workbook.add_format({"bold": True, "bg_color": _PALE})
    for place, column in enumerate(_listed(words, book)):
        sheet.set_column(place, place, 20)
        sheet.write_string(0, place, column.header.strip("*"), head)
        sheet.write_column(1, place, column.choices)
