"""Draw a generated tab with XlsxWriter: a small workbook whose first sheet is the tab.

Everything lives in parts that the sheet reaches (drawing, charts, notes, styles), so that it can be
grafted into the team's own workbook. Equal views give equal bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import unicodedata
from collections.abc import Mapping
from functools import partial
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_range, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from sync.excel.charts import insert_chart, spelled_out
from sync.excel.edits import DrawnTab
from sync.links import KeyPlace, literal, sought, tab_literal
from sync.view import Bars, Border, Cell, Choices, Link, Range, Rich, Run, SheetView, Spark, Style

ROW_HEIGHT = 22  # px, where the view says nothing else

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # a constant: equal views give equal bytes
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.45, "bottom": 0.5}  # inches
_A4 = 9
_BORDERS = {"thin": 1, "medium": 2, "thick": 5}
_GREY = "5B6775"
_NOTE_WIDTH, _NOTE_LINE = 300, 46  # px, and the half-width characters that fit into it at 9 pt
_FOOTER_LIMIT = 60  # characters of each part; Excel takes 255 for all with their codes
CELL_LIMIT, _LITERAL_LIMIT = 32_767, 255  # Excel's, for text in a cell and text in a formula


def drawn_tab(view: SheetView, key_places: Mapping[str, KeyPlace]) -> DrawnTab:
    """Return the change that writes a view, drawn only where its content is new.

    Args:
        view: the tab.
        key_places: as for `render`.
    """
    return DrawnTab(view.key, view.name, view.content_hash(), partial(_draw, view, key_places))


def _draw(view: SheetView, places: Mapping[str, KeyPlace], name: str, date1904: bool) -> bytes:
    """Draw the tab under the name, and with the calendar, that it has in the workbook."""
    return render(dataclasses.replace(view, name=name), places, date1904=date1904)


def render(view: SheetView, key_places: Mapping[str, KeyPlace], *, date1904: bool = False) -> bytes:
    """Draw a view as a complete workbook of one sheet.

    Args:
        view: the tab.
        key_places: tab name → where its keys stand; links to other tabs become plain text.
        date1904: whether the workbook that takes the tab counts days from 1904.

    Returns:
        The bytes of an .xlsx file; equal for equal arguments.
    """
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "date_1904": date1904}) as book:
        book.set_properties({"created": EPOCH})
        draw_sheet(book, view, key_places)
    return spelled_out(out.getvalue()) if view.charts else out.getvalue()


def draw_sheet(book: Workbook, view: SheetView, key_places: Mapping[str, KeyPlace]) -> Worksheet:
    """Draw a view as one more sheet of a new workbook.

    Args:
        book: that is being made.
        view: the tab.
        key_places: as for `render`.
    """
    sheet = book.add_worksheet(view.name)
    _lay_out(sheet, view)
    _set_up_print(sheet, view)
    pen = _Pen(book, sheet, view.fonts[0], key_places)
    for cell in view.cells:
        pen.write(cell)
    for bars in view.bars:
        sheet.conditional_format(*_corners(bars.cells), _data_bar(bars))
    for spark in view.sparks:
        sheet.add_sparkline(spark.row, spark.column, _sparkline(sheet, spark))
    for choices in view.choices:
        sheet.data_validation(*_corners(choices.cells), _dropdown(choices))
    if view.filter:
        sheet.autofilter(*_corners(view.filter))
    for chart in view.charts:
        insert_chart(book, sheet, chart, view.fonts[0])
    for cell in view.cells:
        if cell.name:
            place = Range(cell.row, cell.column, cell.row, cell.column)
            book.define_name(cell.name, f"={_reference(sheet, place)}")
    return sheet


def link_formula(link: Link, place: KeyPlace) -> str:
    """Return the formula that jumps to a key's row wherever sorting has put it.

    Without a key, or with one that is gone, it leads to the top of the tab.

    Args:
        link: text, tab and key.
        place: where the keys of that tab stand.

    Returns:
        `=HYPERLINK("#'tab'!A"&IFERROR(MATCH(key,'tab'!$A:$A,0),1),"text")`.
    """
    tab = tab_literal(link.sheet)
    row = "1"
    if link.key:
        key = sought(link.key, place, _LITERAL_LIMIT)
        row = f"IFERROR(MATCH({key},{tab}!${place.column}:${place.column},0),1)"
    target = literal(f"#{tab}!{place.column}", _LITERAL_LIMIT)
    return f"=HYPERLINK({target}&{row},{literal(link.text, _LITERAL_LIMIT)})"


class _Pen:
    """Writes cells, making each distinct look once."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, font: str, key_places: Mapping[str, KeyPlace]
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._font = font
        self._key_places = key_places
        self._formats: dict[Style | Run, Format] = {}

    def write(self, cell: Cell) -> None:
        """Write a cell and its note; text is always written as text."""
        sheet, row, column = self._sheet, cell.row, cell.column
        look = self._format(cell.style)
        match cell.value:
            case None:
                sheet.write_blank(row, column, None, look)
            case str(text):
                sheet.write_string(row, column, text[:CELL_LIMIT], look)
            case bool(flag):
                sheet.write_boolean(row, column, flag, look)
            case dt.date() as day:
                sheet.write_datetime(row, column, day, look)
            case Rich() as rich:
                self._write_rich(cell, [run for run in rich.runs if run.text])
            case Link() as link:
                self._write_link(cell, link)
            case number:
                sheet.write_number(row, column, number, look)
        if cell.note:
            sheet.write_comment(row, column, cell.note, _note(cell.note, self._font))

    def _write_rich(self, cell: Cell, runs: list[Run]) -> None:
        if len(runs) > 1:
            parts = [part for run in runs for part in (self._format(run), run.text)]
            self._sheet.write_rich_string(cell.row, cell.column, *parts, self._format(cell.style))
            return
        # XlsxWriter wants two stretches at least: a single one is the look of the cell
        run = runs[0] if runs else Run("")
        style = dataclasses.replace(cell.style, bold=run.bold, color=run.color, size=run.size)
        self.write(dataclasses.replace(cell, value=run.text or None, style=style, note=""))

    def _write_link(self, cell: Cell, link: Link) -> None:
        look = self._format(cell.style)
        place = self._key_places.get(link.sheet)
        if place is None:
            self._sheet.write_string(cell.row, cell.column, link.text[:CELL_LIMIT], look)
            return
        text = link.text[:_LITERAL_LIMIT]
        self._sheet.write_formula(cell.row, cell.column, link_formula(link, place), look, text)

    def _format(self, look: Style | Run) -> Format:
        if look not in self._formats:
            properties: dict[str, Any] = {
                "font_name": self._font,
                "font_size": look.size,
                "bold": look.bold,
                "font_color": f"#{look.color}",
            }
            if isinstance(look, Style):
                properties |= _cell_properties(look)
            self._formats[look] = self._book.add_format(properties)
        return self._formats[look]


def _cell_properties(style: Style) -> dict[str, Any]:
    """Return what a cell's look adds to that of its text, in XlsxWriter's words."""
    properties: dict[str, Any] = {
        "align": style.align,
        "valign": "vcenter",
        "num_format": style.format,
        "indent": style.indent,
        "underline": int(style.underline),
        "text_wrap": style.wrap,
    }
    if style.fill:
        properties["bg_color"] = f"#{style.fill}"
    for side in ("top", "bottom", "left", "right"):
        border: Border | None = getattr(style, side)
        if border:
            properties[side] = _BORDERS[border.weight]
            properties[f"{side}_color"] = f"#{border.color}"
    return properties


def _lay_out(sheet: Worksheet, view: SheetView) -> None:
    """Set sizes, hidden columns, frozen rows and what the window shows."""
    heights = dict(view.heights)
    for row in range(view.rows):
        sheet.set_row_pixels(row, heights.get(row, ROW_HEIGHT))
    for column, width in enumerate(view.widths[: view.hidden_from]):
        sheet.set_column_pixels(column, column, width)
    last = max((cell.column for cell in view.cells), default=0)
    if last >= view.hidden_from:
        sheet.set_column(view.hidden_from, last, 9, None, {"hidden": True})
    if view.freeze:
        sheet.freeze_panes(view.freeze, 0)
    sheet.hide_gridlines(2)
    sheet.hide_row_col_headers()
    sheet.set_tab_color(f"#{view.tab_color}")
    # a customer called 360 is a name: no warning triangle
    everything = Range(0, 0, max(view.rows, 1) - 1, max(view.columns, 1) - 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(*_corners(everything))})


def _set_up_print(sheet: Worksheet, view: SheetView) -> None:
    """Set A4 landscape, one page wide, with breaks, repeated rows and footer."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(**_MARGINS)
    if view.rows and view.columns:
        sheet.print_area(0, 0, view.rows - 1, view.columns - 1)
    if view.repeat != (0, 0):
        sheet.repeat_rows(*view.repeat)
    if view.breaks:
        sheet.set_h_pagebreaks(list(view.breaks))
    if any(view.footer):
        parts = zip("LCR", view.footer, strict=True)
        sheet.set_footer("".join(f"&{side}{_footer(text)}" for side, text in parts if text))


def _footer(text: str) -> str:
    """Return one part of a footer in Excel's codes: small and grey, `&` doubled."""
    codes = text[:_FOOTER_LIMIT].replace("&", "&&").replace("{pages}", "&N").replace("{page}", "&P")
    return f"&8&K{_GREY}{codes}"


def _dropdown(choices: Choices) -> dict[str, Any]:
    """Return a list of answers; Excel takes 255 characters of them, with commas between."""
    values = [value for value in choices.values if "," not in value]
    while len(",".join(values)) > _LITERAL_LIMIT:
        values.pop()
    return {"validate": "list", "source": values, "show_error": False}


def _data_bar(bars: Bars) -> dict[str, Any]:
    return {
        "type": "data_bar",
        "data_bar_2010": True,
        "bar_only": True,
        "bar_solid": True,
        "bar_no_border": True,
        "bar_color": f"#{bars.color}",
        "min_type": "num",
        "min_value": 0,
        "max_type": "num",
        "max_value": bars.maximum,
    }


def _sparkline(sheet: Worksheet, spark: Spark) -> dict[str, Any]:
    return {
        "type": "column",
        "range": _reference(sheet, spark.data),
        "series_color": f"#{spark.color}",
        "last_point": True,
        "last_color": f"#{spark.last_color}",
        "min": 0,
        "show_hidden": True,
    }


def _note(text: str, font: str) -> dict[str, Any]:
    """Return the options of a note that is as high as its text needs."""
    lines = sum(-(-max(half_widths(line), 1) // _NOTE_LINE) for line in text.split("\n"))
    return {
        "author": "",
        "width": _NOTE_WIDTH,
        "height": 16 * lines + 12,
        "font_name": font,
        "font_size": 9,
    }


def half_widths(text: str) -> int:
    """Return the width of text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _corners(cells: Range) -> tuple[int, int, int, int]:
    return cells.first_row, cells.first_column, cells.last_row, cells.last_column


def _reference(sheet: Worksheet, cells: Range) -> str:
    return f"{quote_sheetname(sheet.name)}!{xl_range_abs(*_corners(cells))}"
