"""Native charts of a generated tab.

Google takes a series' name from the cell above its numbers and texts in place of numbers from
cells, too, so charts need some cells more than their views have. What its API does not offer, gaps
between columns, grid lines and the ticks' look, stays as Google draws it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sync.google.ground import Ground, chart_id, is_chart_of
from sync.google.looks import FONTS, colour_style
from sync.google.marks import Request
from sync.say import Language
from sync.view import Cell, Chart, Range, Series, SheetView

_OFFSET = 2  # px between the cell's corner and the chart's
_PAPER = "FFFFFF"  # there is no transparency: what shall not be seen is white on white
_KINDS = {
    "stacked": ("COLUMN", "STACKED", "CENTER"),
    "clustered": ("COLUMN", "NOT_STACKED", "OUTSIDE_END"),
    "share": ("BAR", "PERCENT_STACKED", "CENTER"),
}
_NAMELESS = "\N{NO-BREAK SPACE}"  # what is not drawn has no word in the legend either
_LABEL = "#,##0;-#,##0;;"  # a zero has no room and says nothing
_TYPE = 9  # points


def chart_cells(view: SheetView) -> tuple[Cell, ...]:
    """Return the cells of a view with those that its charts need besides.

    Names stand above the numbers of their series, texts that replace numbers in columns of their
    own on the right; numbers have the format that the axis or the labels shall show.
    """
    cells = {(cell.row, cell.column): cell for cell in view.cells}
    for chart in view.charts:
        for series in chart.series:
            shape = _LABEL if series.labels and not series.custom_labels else chart.format
            for row in _rows(series.values):
                place = row, series.values.first_column
                if place in cells and cells[place].style.format == "General":
                    style = replace(cells[place].style, format=shape)
                    cells[place] = replace(cells[place], style=style)
        if _headed(view, chart):
            for series in chart.series:
                place = series.values.first_row - 1, series.values.first_column
                cells[place] = Cell(*place, series.name if series.color else _NAMELESS)
    for series, column in _labelled(view):
        for row, text in zip(_rows(series.values), series.custom_labels, strict=False):
            cells[row, column] = Cell(row, column, text)
    return tuple(cells.values())


def chart_requests(view: SheetView, ground: Ground) -> Iterator[Request]:
    """Return what adds, changes and takes away charts; one that stands is changed in place.

    Args:
        view: with the charts that are wanted.
        ground: the tab as it stands.
    """
    wanted = {
        chart_id(view.key, chart.key or str(at)): chart for at, chart in enumerate(view.charts)
    }
    for number in sorted(ground.charts):
        if is_chart_of(view.key, number) and number not in wanted:
            yield {"deleteEmbeddedObject": {"objectId": number}}
    for number, chart in wanted.items():
        spec = _spec(view, chart, ground)
        place = {"overlayPosition": _place(chart, ground)}
        if number in ground.charts:
            yield {"updateChartSpec": {"chartId": number, "spec": spec}}
            moved = {"objectId": number, "newPosition": place, "fields": "*"}
            yield {"updateEmbeddedObjectPosition": moved}
            continue
        frame = {"colorStyle": colour_style(_PAPER)}
        made = {"chartId": number, "spec": spec, "position": place, "border": frame}
        yield {"addChart": {"chart": made}}


def _rows(cells: Range) -> range:
    return range(cells.first_row, cells.last_row + 1)


def _headed(view: SheetView, chart: Chart) -> bool:
    """Whether there is room for a name above the numbers of each series."""
    taken = {(cell.row, cell.column) for cell in view.cells}
    ranges = [chart.categories, *(series.values for series in chart.series)]
    above = [(cells.first_row - 1, cells.first_column) for cells in ranges]
    return all(row >= 0 and (row, column) not in taken for row, column in above)


def _labelled(view: SheetView) -> Iterator[tuple[Series, int]]:
    """Each series with texts in place of numbers, and the column that they are put into."""
    column = max((cell.column for cell in view.cells), default=-1) + 1
    for chart in view.charts:
        for series in chart.series:
            if series.custom_labels:
                yield series, column
                column += 1


def _place(chart: Chart, ground: Ground) -> dict[str, Any]:
    corner = {"sheetId": ground.sheet, "rowIndex": chart.row, "columnIndex": chart.column}
    return {
        "anchorCell": corner,
        "offsetXPixels": _OFFSET,
        "offsetYPixels": _OFFSET,
        "widthPixels": chart.width,
        "heightPixels": chart.height,
    }


def _spec(view: SheetView, chart: Chart, ground: Ground) -> dict[str, Any]:
    bars, stacked, _ = _KINDS[chart.kind]
    combined = any(series.line for series in chart.series)
    up = int(_headed(view, chart))
    axis = "BOTTOM_AXIS" if chart.kind == "share" else "LEFT_AXIS"
    window = {"viewWindowMin": chart.minimum, "viewWindowMode": "EXPLICIT"}
    labels = {id(series): column for series, column in _labelled(view)}
    basic = {
        "chartType": "COMBO" if combined else bars,
        "stackedType": stacked,
        "legendPosition": "TOP_LEGEND" if chart.legend else "NO_LEGEND",
        "headerCount": up,
        "axis": [{"position": axis, "viewWindowOptions": window}],
        "domains": [{"domain": _source(chart.categories, up, ground)}],
        "series": [
            {
                "series": _source(series.values, up, ground),
                "targetAxis": axis,
                **({"type": "LINE" if series.line else "COLUMN"} if combined else {}),
                **_look(series),
                **_label(series, chart, labels.get(id(series)), up, ground, view.language),
            }
            for series in chart.series
        ],
    }
    return {
        "altText": chart.alt,
        "fontName": FONTS[view.language],
        "backgroundColorStyle": colour_style(_PAPER),
        "hiddenDimensionStrategy": "SHOW_ALL",
        "basicChart": basic,
    }


def _source(cells: Range, up: int, ground: Ground) -> dict[str, Any]:
    """Numbers with the cell of their name above."""
    taller = replace(cells, first_row=cells.first_row - up)
    return {"sourceRange": {"sources": [ground.range(taller)]}}


def _look(series: Series) -> dict[str, Any]:
    look: dict[str, Any] = {"colorStyle": colour_style(series.color or _PAPER)}
    if not series.line:
        return look
    kind = "MEDIUM_DASHED" if series.dashed else "SOLID"
    look["lineStyle"] = {
        "type": kind if series.color else "INVISIBLE",
        "width": max(1, round(series.width * 4 / 3)),  # points as px
    }
    if series.marker and series.color:
        look["pointStyle"] = {"shape": "CIRCLE", "size": series.marker}
    return look


def _label(
    series: Series, chart: Chart, column: int | None, up: int, ground: Ground, language: Language
) -> dict[str, Any]:
    if not series.labels:
        return {}
    label: dict[str, Any] = {
        "type": "DATA",
        "placement": "ABOVE" if series.line else _KINDS[chart.kind][2],
        "textFormat": {
            "fontFamily": FONTS[language],
            "fontSize": _TYPE,
            "foregroundColorStyle": colour_style(series.label_color),
        },
    }
    if column is not None:
        texts = replace(series.values, first_column=column, last_column=column)
        label |= {"type": "CUSTOM", "customLabelData": _source(texts, up, ground)}
    return {"dataLabel": label}
