"""The demo team's own statistics tab: formulas over the table, and their chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from templates.starter.customers import sellers
from templates.starter.rulebook import Rulebook
from templates.starter.slips import Row
from templates.starter.vocabulary import Vocabulary

_MONTHS = 12


def draw_statistics(
    workbook: Workbook, sheet: Worksheet, rows: Sequence[Row], words: Vocabulary, book: Rulebook
) -> None:
    """Draw open deals by stage and by owner, won deals by month, and a chart of each.

    The formulas carry the values that they have, for readers that do not compute.

    Args:
        workbook: the workbook being written.
        sheet: the statistics tab.
        rows: cells of the table by column key.
        words: titles in the team's language.
        book: stages, people, and the moment.
    """
    _Statistics(workbook, sheet, rows, words).draw(book)


class _Statistics:
    """Draws the blocks of the tab side by side."""

    def __init__(
        self, workbook: Workbook, sheet: Worksheet, rows: Sequence[Row], words: Vocabulary
    ) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._rows = rows
        self._words = words
        letters = {column.key: xl_col_to_name(at) for at, column in enumerate(words.columns)}
        self._cells = {key: f"{words.table}!${at}:${at}" for key, at in letters.items()}
        self._bold = workbook.add_format({"bold": True})
        self._head = workbook.add_format({"bold": True, "bg_color": "#DCE6F1", "align": "center"})
        self._number = workbook.add_format({"num_format": "#,##0"})
        self._month = workbook.add_format(
            {"num_format": words.labels["month_format"], "align": "left"}
        )

    def draw(self, book: Rulebook) -> None:
        """Draw all blocks and charts."""
        stages = [stage.name for stage in book.settings.stages]
        people = [member.name for member in sellers(book.settings)]
        self._sheet.set_column(0, 10, 17)
        self._block(0, "stage", stages)
        self._block(4, "owner", people)
        months = _months(book.now.date())
        self._months(8, months)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 1)
        below = 4 + max(len(stages), len(people), _MONTHS) + 1
        self._chart("bar", "by_stage", 0, 2, len(stages), (below, 0))
        self._chart("column", "by_month", 8, 10, len(months), (below, 5))

    def _block(self, left: int, key: str, names: Sequence[str]) -> None:
        """Draw count and amount of open deals per stage or owner, with totals."""
        self._heading(left, f"by_{key}", (key, "count", "amount"))
        open_word = self._words.outcomes["open"]
        figures = []
        for at, name in enumerate(names, start=2):
            self._sheet.write_string(at, left, name)
            this = xl_rowcol_to_cell(at, left, col_abs=True)
            conditions = f'{self._cells[key]},{this},{self._cells["outcome"]},"{open_word}"'
            meant = [row for row in self._rows if (row[key], row["outcome"]) == (name, open_word)]
            figures.append(self._figures(at, left + 1, conditions, meant))
        self._totals(2 + len(names), left, figures)

    def _months(self, left: int, months: Sequence[dt.date]) -> None:
        """Draw count and amount of won deals per month, with totals."""
        self._heading(left, "by_month", ("month", "count", "amount"))
        won = self._words.outcomes["won"]
        decided = [row for row in self._rows if row["outcome"] == won]
        figures = []
        for at, (first, after) in enumerate(zip(months, _following(months), strict=True), start=2):
            self._sheet.write_datetime(at, left, first, self._month)
            this = xl_rowcol_to_cell(at, left, col_abs=True)
            closed = self._cells["closed"]
            conditions = (
                f'{self._cells["outcome"]},"{won}",'
                f'{closed},">="&{this},{closed},"<"&EDATE({this},1)'
            )
            meant = [row for row in decided if first <= _closed(row) < after]
            figures.append(self._figures(at, left + 1, conditions, meant))
        self._totals(2 + len(months), left, figures)

    def _heading(self, left: int, title: str, keys: Sequence[str]) -> None:
        self._sheet.write_string(0, left, self._words.labels[title], self._bold)
        for at, key in enumerate(keys):
            self._sheet.write_string(1, left + at, self._words.labels[key], self._head)

    def _figures(
        self, at: int, place: int, conditions: str, meant: Sequence[Row]
    ) -> tuple[int, float]:
        """Write COUNTIFS and SUMIFS with the values that they have, and return these."""
        amounts = [row["amount"] for row in meant]
        count, total = len(amounts), sum(found for found in amounts if isinstance(found, float))
        sheet, cells = self._sheet, self._cells["amount"]
        sheet.write_formula(at, place, f"=COUNTIFS({conditions})", self._number, count)
        sheet.write_formula(at, place + 1, f"=SUMIFS({cells},{conditions})", self._number, total)
        return count, total

    def _totals(self, at: int, left: int, figures: Sequence[tuple[int, float]]) -> None:
        bold = self._workbook.add_format({"bold": True, "num_format": "#,##0", "top": 1})
        self._sheet.write_string(at, left, self._words.labels["total"], bold)
        for place, column in enumerate(zip(*figures, strict=True), start=left + 1):
            first, last = xl_rowcol_to_cell(2, place), xl_rowcol_to_cell(at - 1, place)
            self._sheet.write_formula(at, place, f"=SUM({first}:{last})", bold, sum(column))

    def _chart(
        self, kind: str, title: str, names: int, values: int, count: int, place: tuple[int, int]
    ) -> None:
        chart: Any = self._workbook.add_chart({"type": kind})
        tab = self._sheet.name
        chart.add_series(
            {
                "name": self._words.labels["amount"],
                "categories": [tab, 2, names, 1 + count, names],
                "values": [tab, 2, values, 1 + count, values],
                "fill": {"color": "#5B9BD5"},
                "gap": 60,
            }
        )
        chart.set_title({"name": self._words.labels[title], "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_size({"width": 560, "height": 300})
        chart.set_x_axis({"num_format": self._words.labels["month_format"]})
        if kind == "bar":
            chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": False}})
            chart.set_y_axis({"reverse": True})
        self._sheet.insert_chart(*place, chart)


def _closed(row: Row) -> dt.date:
    """Return the day on which a deal was closed, the first of all days where nobody noted it."""
    closed = row["closed"]
    return closed if isinstance(closed, dt.date) else dt.date.min


def _months(today: dt.date) -> list[dt.date]:
    """Return the firsts of the last twelve months, this one included."""
    last = today.year * 12 + today.month - 1
    return [dt.date(m // 12, m % 12 + 1, 1) for m in range(last - _MONTHS + 1, last + 1)]


def _following(months: Sequence[dt.date]) -> list[dt.date]:
    return [dt.date(m.year + m.month // 12, m.month % 12 + 1, 1) for m in months]
