"""Draw a generated tab on Google Sheets, in place: people's references to its cells stay whole.

Everything goes into one batch. Looks come first and values after them, since a cell that gets a
look loses that of stretches of its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sync.google.charts import chart_cells, chart_requests
from sync.google.contents import contents, entered
from sync.google.ground import Ground
from sync.google.looks import areas, cell_format, colour_style
from sync.google.marks import Request
from sync.google.names import name_requests, protection_request
from sync.view import Cell, Choices, SheetView, Style

ROW_HEIGHT = 22  # px, where the view says nothing else

_PLAIN = Style()
_CONTENT = "userEnteredValue,note,textFormatRuns"


def requests(view: SheetView, ground: Ground) -> list[Request]:
    """Return what makes a tab show a view.

    Args:
        view: what it shall show.
        ground: the tab as it stands.

    Returns:
        Requests in their order; what an earlier version left is taken away.
    """
    cells = chart_cells(view)
    rows = max([view.rows, view.freeze + 1, ground.rows, *(cell.row + 1 for cell in cells)])
    columns = max([view.columns, ground.columns, *(cell.column + 1 for cell in cells)])
    return [
        *_grid(view, ground, rows, columns),
        *_lines(view, ground, rows, cells),
        *_painted(view, ground, cells),
        *_written(view, ground, cells),
        *(_dropdown(choices, ground) for choices in view.choices),
        *_filter(view, ground),
        *chart_requests(view, ground),
        *name_requests(view, ground),
        protection_request(view, ground),
    ]


def shown(view: SheetView) -> list[list[Any]]:
    """Return the values of a view's cells from A1, as they are read back."""
    rows: list[list[Any]] = []
    for cell in sorted(chart_cells(view), key=lambda one: (one.row, one.column)):
        if any(cell in bars.cells for bars in view.bars):
            continue  # a drawing has no value
        value = next(iter(entered(cell.value).values()), "")
        if value != "":
            rows.extend([] for _ in range(cell.row + 1 - len(rows)))
            rows[cell.row].extend([""] * (cell.column - len(rows[cell.row])))
            rows[cell.row].append(value)
    return rows


def _grid(view: SheetView, ground: Ground, rows: int, columns: int) -> Iterator[Request]:
    """Size, frozen rows and colour of the tab; the grid never shrinks under people's references."""
    grid = {
        "rowCount": rows,
        "columnCount": columns,
        "frozenRowCount": view.freeze,
        "hideGridlines": True,
    }
    fields = ("tabColorStyle", *(f"gridProperties.{name}" for name in grid))
    properties = {
        "sheetId": ground.sheet,
        "gridProperties": grid,
        "tabColorStyle": colour_style(view.tab_color),
    }
    yield {"updateSheetProperties": {"properties": properties, "fields": ",".join(fields)}}
    if ground.rows:
        # a merge of people's would swallow what is written into it
        yield {"unmergeCells": {"range": {"sheetId": ground.sheet}}}


def _lines(view: SheetView, ground: Ground, rows: int, cells: Sequence[Cell]) -> Iterator[Request]:
    """Heights and widths; the columns of chart data are hidden."""
    given = dict(view.heights)
    yield from _sizes("ROWS", [given.get(row, ROW_HEIGHT) for row in range(rows)], ground)
    yield from _sizes("COLUMNS", view.widths[: view.hidden_from], ground)
    last = max((cell.column for cell in cells), default=0)
    if last >= view.hidden_from:
        hidden = {
            "range": ground.lines("COLUMNS", view.hidden_from, last),
            "properties": {"hiddenByUser": True},
            "fields": "hiddenByUser",
        }
        yield {"updateDimensionProperties": hidden}


def _sizes(dimension: str, sizes: Sequence[int], ground: Ground) -> Iterator[Request]:
    """Sizes in px from the first line on, one request for neighbours of the same."""
    first = 0
    for size, group in groupby(sizes):
        last = first + len(list(group)) - 1
        sized = {
            "range": ground.lines(dimension, first, last),
            "properties": {"pixelSize": size, "hiddenByUser": False},
            "fields": "pixelSize,hiddenByUser",
        }
        yield {"updateDimensionProperties": sized}
        first = last + 1


def _painted(view: SheetView, ground: Ground, cells: Sequence[Cell]) -> Iterator[Request]:
    """Blank the whole tab, then the looks that are not plain, by rectangles."""
    blank = {"userEnteredFormat": cell_format(_PLAIN, view.language)}
    everywhere = {
        "range": {"sheetId": ground.sheet},
        "cell": blank,
        "fields": f"userEnteredFormat,dataValidation,{_CONTENT}",
    }
    yield {"repeatCell": everywhere}
    looks = {(cell.row, cell.column): cell.style for cell in cells if cell.style != _PLAIN}
    for area, style in areas(looks):
        painted = {
            "range": ground.range(area),
            "cell": {"userEnteredFormat": cell_format(style, view.language)},
            "fields": "userEnteredFormat",
        }
        yield {"repeatCell": painted}


def _written(view: SheetView, ground: Ground, cells: Sequence[Cell]) -> Iterator[Request]:
    """Values, notes and the looks of stretches of text, from A1 on."""
    found = contents(view, cells, ground.places)
    if not found:
        return
    rows: list[dict[str, Any]] = [{} for _ in range(max(row for row, _ in found) + 1)]
    for (row, column), cell in sorted(found.items(), key=lambda item: item[0]):
        values = rows[row].setdefault("values", [])
        values.extend({} for _ in range(column - len(values)))
        values.append(cell)
    start = {"sheetId": ground.sheet, "rowIndex": 0, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": rows, "fields": _CONTENT}}


def _dropdown(choices: Choices, ground: Ground) -> Request:
    values = [{"userEnteredValue": value} for value in choices.values]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "showCustomUi": True}
    return {"setDataValidation": {"range": ground.range(choices.cells), "rule": rule}}


def _filter(view: SheetView, ground: Ground) -> Iterator[Request]:
    """The filter of the view as new; what people hid with the last one is seen again."""
    if ground.filtered:
        yield {"clearBasicFilter": {"sheetId": ground.sheet}}
    if view.filter:
        yield {"setBasicFilter": {"filter": {"range": ground.range(view.filter)}}}
