"""Native charts of the generated tab, drawn with XlsxWriter.

Colours, gaps and type are those of the summary's visual specification: no title, no border, legend
on top, 9 pt grey text, a hairline grid behind the value axis only.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from sync.view import Chart, Range, Series

_TEXT = "#5B6775"
_GRID = "#E3E7EC"
_RULE = "#8A96A3"
_OFFSET = 2  # px between the cell's corner and the chart's
_TYPES = {
    "stacked": {"type": "column", "subtype": "stacked"},
    "clustered": {"type": "column"},
    "share": {"type": "bar", "subtype": "percent_stacked"},
}
_OVERLAP = {"stacked": 100, "clustered": 0, "share": 100}
# What XlsxWriter leaves out, and readers take for one thing or the other: labels show the value
# alone, lines go straight from point to point.
_LABELS = re.compile(rb'<c:showVal val="1"/>')
_SPELLED = (
    b'<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
    b'<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)
_LINES = re.compile(rb"<c:lineChart>.*?</c:lineChart>", re.DOTALL)
_LABELS_AT = {"stacked": "center", "clustered": "outside_end", "share": "center"}


def insert_chart(book: Workbook, sheet: Worksheet, chart: Chart, font: str) -> None:
    """Draw one chart on the sheet that also holds its data.

    Args:
        book: the workbook being written.
        sheet: the generated tab.
        chart: what to draw; line series lie over the columns and share their axes.
        font: name of the typeface.
    """
    text = {"name": font, "size": 9, "color": _TEXT}
    bars = [series for series in chart.series if not series.line]
    lines = [series for series in chart.series if series.line]
    drawn = book.add_chart(_TYPES[chart.kind])
    for series in bars:
        drawn.add_series(_bar(sheet.name, chart, series, text))
    if lines:
        over = book.add_chart({"type": "line"})
        for series in lines:
            over.add_series(_line(sheet.name, chart, series, text))
        drawn.combine(over)
    _dress(drawn, chart, text)
    hidden = [at for at, series in enumerate([*bars, *lines]) if not series.color]
    drawn.set_legend(
        {"position": "top", "font": text, "delete_series": hidden}
        if chart.legend
        else {"none": True}
    )
    sheet.insert_chart(
        chart.row,
        chart.column,
        drawn,
        {
            "x_offset": _OFFSET,
            "y_offset": _OFFSET,
            "object_position": 2,  # move with the cells, keep the size
            "description": chart.alt,
        },
    )


def spelled_out(workbook: bytes) -> bytes:
    """Return a drawn workbook whose charts also say what they do not show."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            part = source.read(member)
            if member.filename.startswith("xl/charts/"):
                part = _LINES.sub(_straight, _LABELS.sub(_SPELLED, part))
            target.writestr(member, part)
    return out.getvalue()


def _straight(lines: re.Match[bytes]) -> bytes:
    return lines[0].replace(b"</c:ser>", b'<c:smooth val="0"/></c:ser>')


def plain(text: str) -> str:
    """Return text that XlsxWriter cannot take for a formula."""
    return f" {text}" if text.startswith("=") else text


def _dress(drawn: Any, chart: Chart, text: dict[str, Any]) -> None:
    """Set axes, grid, size and ground."""
    ticks = {"num_font": text, "major_tick_mark": "none", "minor_tick_mark": "none"}
    across = chart.kind == "share"
    points = ticks | {
        "line": {"none": True} if across else {"color": _RULE, "width": 0.75},
        "label_position": "low",
        "reverse": across,  # the first category on top
        "major_gridlines": {"visible": False},
    }
    values = ticks | {
        "num_format": chart.format,
        "min": chart.minimum,
        "line": {"none": True},
        "major_gridlines": {"visible": chart.axis, "line": {"color": _GRID, "width": 0.75}},
        "visible": chart.axis,
    }
    drawn.set_x_axis(values if across else points)
    drawn.set_y_axis(points if across else values)
    drawn.set_title({"none": True})
    drawn.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    drawn.set_plotarea({"border": {"none": True}, "fill": {"none": True}})
    drawn.set_size({"width": chart.width, "height": chart.height})
    drawn.show_hidden_data()


def _bar(sheet: str, chart: Chart, series: Series, text: dict[str, Any]) -> dict[str, Any]:
    visible = {"color": f"#{series.color}"} if series.color else {"none": True}
    edge = {"color": "#FFFFFF", "width": 1} if chart.kind == "share" else {"none": True}
    return _series(sheet, chart, series) | {
        "fill": visible,
        "border": edge if series.color else {"none": True},
        "gap": chart.gap,
        "overlap": _OVERLAP[chart.kind],
        "data_labels": _labels(series, text, _LABELS_AT[chart.kind]),
    }


def _line(sheet: str, chart: Chart, series: Series, text: dict[str, Any]) -> dict[str, Any]:
    color = f"#{series.color}"
    dash = {"dash_type": "dash"} if series.dashed else {}
    marker: dict[str, Any] = {"type": "none"}
    if series.marker and series.color:
        ink = {"color": color}
        marker = {"type": "circle", "size": series.marker, "fill": ink, "border": ink}
    drawn = {"color": color, "width": series.width, **dash} if series.color else {"none": True}
    return _series(sheet, chart, series) | {
        "line": drawn,
        "marker": marker,
        "data_labels": _labels(series, text, "above"),
    }


def _series(sheet: str, chart: Chart, series: Series) -> dict[str, Any]:
    return {
        "name": plain(series.name),
        "categories": _place(sheet, chart.categories),
        "values": _place(sheet, series.values),
    }


def _labels(series: Series, text: dict[str, Any], position: str) -> dict[str, Any] | None:
    if not series.labels:
        return None
    labels: dict[str, Any] = {
        "value": True,
        "position": position,
        "num_format": "#,##0;-#,##0;;",  # a zero has no room and says nothing
        "font": text | {"color": f"#{series.label_color}"},
    }
    if series.custom_labels:
        labels["custom"] = [
            {"value": plain(label)} if label else {"delete": True} for label in series.custom_labels
        ]
    return labels


def _place(sheet: str, cells: Range) -> list[Any]:
    return [sheet, cells.first_row, cells.first_column, cells.last_row, cells.last_column]
