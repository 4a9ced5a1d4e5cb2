"""Charts as shapes of an inline SVG: drawn from the same `Chart` as the native ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sync.say import Language
from sync.view import Chart, Range, Series, Spark
from templates.html.formats import shown
from templates.summary import palette
from templates.summary.grid import cut, measure

POINTS = 9  # size of all text of a chart
Numbers = Callable[[Range], Sequence[float | None]]
Labels = Callable[[Range], Sequence[str]]

_LEGEND, _FOOT, _HEAD, _SIDE = 26, 22, 14, 8  # px: names above, categories below, room for labels
_TICKS = 5
_MOST_LABEL = 0.35  # of the width, for category names beside bars
_LEAST_LABEL = 60  # px that a category below columns may always have
_PX = 96 / 72
_INK = f"#{palette.GREY}"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, px."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line as an SVG path, px."""

    path: str
    color: str
    width: float = 1
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A round marker, px."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Label:
    """Text at a point, px; the anchor is SVG's: start, middle or end."""

    x: float
    y: float
    text: str
    color: str = _INK
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The shapes of one chart, in the order in which they are drawn."""

    width: float
    height: float
    alt: str
    grid: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def draw(chart: Chart, numbers: Numbers, labels: Labels, language: Language) -> Drawing:
    """Draw a chart.

    Args:
        chart: what to draw.
        numbers: gives the numbers of a range of the same tab, None where blank.
        labels: gives the texts that the cells of a range show.
        language: decides how wide text is.
    """
    drawing = Drawing(chart.width, chart.height, chart.alt)
    if chart.legend:
        _place_legend(drawing, chart, language)
    names = labels(chart.categories)
    data = [(series, [value or 0.0 for value in numbers(series.values)]) for series in chart.series]
    if chart.kind == "share":
        _place_shares(drawing, chart, names, data, language)
    else:
        lines = [(each, numbers(each.values)) for each in chart.series if each.line]
        bars = [(each, values) for each, values in data if not each.line]
        _Columns(drawing, chart, language, len(names), bars, lines).place(names)
    return drawing


def spark(values: Sequence[float | None], given: Spark, width: float, height: float) -> Drawing:
    """Draw the small columns of one cell; the last one stands out."""
    drawing = Drawing(width, height, "")
    most = max((value or 0.0 for value in values), default=0.0)
    step = width / max(len(values), 1)
    for at, value in enumerate(values):
        tall = height * max(value or 0.0, 0.0) / most if most > 0 else 0
        color = given.last_color if at == len(values) - 1 else given.color
        drawing.boxes.append(
            Box(_r(at * step), _r(height - tall), _r(step * 0.75), _r(tall), f"#{color}")
        )
    return drawing


def ticks(low: float, high: float, most: int = _TICKS) -> list[float]:
    """Return the round numbers from `low` up to the first that is not below `high`."""
    span = max(high - low, 1e-9)
    rough = span / most
    power = 10 ** math.floor(math.log10(rough))
    step = next(step for factor in (1, 2, 2.5, 5, 10) if (step := factor * power) >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    count = math.ceil((high - first * step) / step - 1e-9)
    return [(first + at) * step for at in range(max(count, 1) + 1)]


class _Columns:
    """Stacked or clustered columns with lines over them, on one value axis."""

    def __init__(
        self,
        drawing: Drawing,
        chart: Chart,
        language: Language,
        points: int,
        bars: Sequence[tuple[Series, Sequence[float]]],
        lines: Sequence[tuple[Series, Sequence[float | None]]],
    ) -> None:
        self._drawing, self._chart = drawing, chart
        self._language: Language = language
        self._points, self._bars, self._lines = max(points, 1), bars, lines
        low, high = self._reach()
        self._ticks = ticks(low, high)
        self._low = self._ticks[0] if chart.axis else low
        self._high = self._ticks[-1] if chart.axis else high
        self._texts = [shown(value, chart.format) for value in self._ticks]
        widest = max(measure(text, POINTS, language) for text in self._texts)
        self._left = widest + _SIDE if chart.axis else _SIDE
        self._top = (_LEGEND if chart.legend else _SIDE) + _HEAD
        self._bottom = chart.height - _FOOT
        self._slot = (chart.width - self._left - _SIDE) / self._points

    def place(self, names: Sequence[str]) -> None:
        """Place grid, columns, lines and the names below."""
        if self._chart.axis:
            for value, text in zip(self._ticks, self._texts, strict=True):
                y = self._y(value)
                self._drawing.grid.append(self._rule(y, palette.HAIRLINE))
                self._drawing.labels.append(Label(_r(self._left - 6), _r(y + 4), text, _INK, "end"))
        (self._stack if self._chart.kind == "stacked" else self._cluster)()
        self._drawing.lines.append(self._rule(self._y(max(self._low, 0.0)), palette.RULE))
        for series, values in self._lines:
            self._line(series, values)
        self._names(names)

    def _reach(self) -> tuple[float, float]:
        """The least and the largest number that must find room."""
        columns = [values for _, values in self._bars]
        flat = [value for values in columns for value in values]
        over = [value for _, values in self._lines for value in values if value is not None]
        if self._chart.kind == "stacked" and columns:
            flat = [sum(max(v, 0.0) for v in point) for point in zip(*columns, strict=True)]
            flat += [sum(min(v, 0.0) for v in point) for point in zip(*columns, strict=True)]
        least = min([self._chart.minimum, *flat, *over]) if flat else self._chart.minimum
        low = self._chart.minimum if least >= 0 else least
        high = max([*flat, *over], default=0.0)
        return low, high if high > low else low + 1

    def _x(self, point: int) -> float:
        return self._left + (point + 0.5) * self._slot

    def _y(self, value: float) -> float:
        share = (min(max(value, self._low), self._high) - self._low) / (self._high - self._low)
        return self._bottom - share * (self._bottom - self._top)

    def _rule(self, y: float, color: str) -> Line:
        right = self._chart.width - _SIDE
        return Line(f"M{_r(self._left)} {_r(y)}H{_r(right)}", f"#{color}")

    def _column(self, x: float, width: float, start: float, end: float, color: str) -> None:
        top, foot = sorted((self._y(start), self._y(end)))
        if color and foot > top:
            box = Box(_r(x), _r(top), _r(width), _r(foot - top), f"#{color}")
            self._drawing.boxes.append(box)

    def _stack(self) -> None:
        width = self._slot / (1 + self._chart.gap / 100)
        for point in range(self._points):
            up = down = 0.0
            for series, values in self._bars:
                value = values[point]
                start = up if value >= 0 else down
                self._column(self._x(point) - width / 2, width, start, start + value, series.color)
                up, down = (start + value, down) if value >= 0 else (up, start + value)

    def _cluster(self) -> None:
        count = max(len(self._bars), 1)
        width = self._slot / (count + self._chart.gap / 100)
        for place, (series, values) in enumerate(self._bars):
            for point in range(self._points):
                x = self._x(point) + (place - count / 2) * width
                self._column(x, width, max(self._low, 0.0), values[point], series.color)

    def _line(self, series: Series, values: Sequence[float | None]) -> None:
        path, pen = [], "M"
        for point, value in enumerate(values):
            if value is None:
                pen = "M"
                continue
            x, y = self._x(point), self._y(value)
            path.append(f"{pen}{_r(x)} {_r(y)}")
            pen = "L"
            if series.color and series.marker:
                dot = Dot(_r(x), _r(y), series.marker / 2 * _PX, f"#{series.color}")
                self._drawing.dots.append(dot)
            if series.labels and (text := _label(series, point, value)):
                color = f"#{series.label_color}"
                self._drawing.labels.append(Label(_r(x), _r(y - 5), text, color))
        if series.color:
            self._drawing.lines.append(
                Line("".join(path), f"#{series.color}", series.width * _PX, series.dashed)
            )

    def _names(self, names: Sequence[str]) -> None:
        """Write the categories, cutting long ones and leaving some out where they would touch."""
        most = max(self._slot, _LEAST_LABEL)
        names = [cut(name, most, POINTS, self._language) for name in names]
        widest = max((measure(name, POINTS, self._language) for name in names), default=0)
        every = max(1, math.ceil((widest + 4) / self._slot))
        for point in range(0, len(names), every):
            label = Label(_r(self._x(point)), self._chart.height - 6, names[point])
            self._drawing.labels.append(label)


def _place_shares(
    drawing: Drawing,
    chart: Chart,
    names: Sequence[str],
    data: Sequence[tuple[Series, Sequence[float]]],
    language: Language,
) -> None:
    """Place bars that fill the width, the first category on top."""
    widest = max((measure(name, POINTS, language) for name in names), default=0)
    left = min(widest, chart.width * _MOST_LABEL) + 2 * _SIDE
    names = [cut(name, left - 6, POINTS, language) for name in names]
    top = _LEGEND if chart.legend else _SIDE
    room = chart.width - left - _SIDE
    slot = (chart.height - top - _SIDE) / max(len(names), 1)
    height = slot / (1 + chart.gap / 100)
    for point, name in enumerate(names):
        middle = top + (point + 0.5) * slot
        drawing.labels.append(Label(_r(left - 6), _r(middle + 4), name, _INK, "end"))
        total = sum(max(values[point], 0.0) for _, values in data)
        x = left
        for series, values in data:
            width = room * max(values[point], 0.0) / total if total else 0.0
            if not width:
                continue
            fill = f"#{series.color}"
            y = middle - height / 2
            drawing.boxes.append(Box(_r(x), _r(y), _r(width), _r(height), fill, edge=True))
            text = _label(series, point, values[point]) if series.labels else ""
            if text and measure(text, POINTS, language) + 2 < width:
                color = f"#{series.label_color}"
                drawing.labels.append(Label(_r(x + width / 2), _r(middle + 4), text, color))
            x += width


def _label(series: Series, point: int, value: float) -> str:
    if series.custom_labels:
        return series.custom_labels[point] if point < len(series.custom_labels) else ""
    return shown(value, "#,##0;-#,##0;;")  # a zero has no room and says nothing


def _place_legend(drawing: Drawing, chart: Chart, language: Language) -> None:
    """Name the visible series in one line above the chart."""
    visible = [series for series in chart.series if series.color]
    mark, gap = 14, 16
    widths = [mark + measure(series.name, POINTS, language) + gap for series in visible]
    x = (chart.width - sum(widths) + gap) / 2
    for series, width in zip(visible, widths, strict=True):
        color = f"#{series.color}"
        if series.line:
            path = f"M{_r(x - 4)} 13H{_r(x + 9)}"
            drawing.lines.append(Line(path, color, series.width * _PX, series.dashed))
            if series.marker:
                drawing.dots.append(Dot(_r(x + 2.5), 13, series.marker / 2 * _PX, color))
        else:
            drawing.boxes.append(Box(_r(x), 8.5, 9, 9, color))
        drawing.labels.append(Label(_r(x + mark), 17, series.name, _INK, "start"))
        x += width


def _r(number: float) -> float:
    """Return px to a tenth, which is as fine as anybody sees."""
    return round(number, 1)
