"""One generated tab as one file: no script, nothing fetched, text from cells always escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from sync.view import Bars, Cell, Chart, Link, Range, Rich, SheetView, Spark, Style
from templates.html.charts import Drawing, draw, spark
from templates.html.formats import shown
from templates.html.looks import Looks
from templates.summary import palette

ROW_HEIGHT = 22  # px, where the view says nothing else

_LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_PRINTED = (297 / 25.4 - 2 * 0.4) * 96  # px between the margins of A4 landscape
_TITLE, _HEADING = 17, 12  # pt of bold text that is a heading of the first or second level
_SPARK_HEIGHT = 26  # px

Role = Literal["", "h1", "h2", "th"]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of the page, or several blank ones of one look side by side.

    Attributes:
        look: class of its looks.
        span: number of columns.
        runs: stretches of text with the class of each, "" for that of the cell.
        note: shown when the text is pointed at or reached by the keyboard.
        role: heading of the first or second level, header of a column, or nothing of these.
        late: whether it stands in the right half, where notes open to the left.
        bar: length of a bar in percent of the cell, None for none.
        fill: colour of the bar.
        chart: a chart whose top left corner is here.
        spark: small columns in the cell.
    """

    look: str
    span: int = 1
    runs: tuple[tuple[str, str], ...] = ()
    note: str = ""
    role: Role = ""
    late: bool = False
    bar: float | None = None
    fill: str = ""
    chart: Drawing | None = None
    spark: Drawing | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing but the ground is drawn."""
        return not self.runs and self.bar is None and self.chart is None and self.spark is None


@dataclass(frozen=True, slots=True)
class Line:
    """A row: height in px, and its boxes from left to right."""

    height: int
    boxes: tuple[Box, ...]


def page(view: SheetView) -> str:
    """Return a generated tab as a self-contained HTML page.

    What stands in hidden columns is drawn by charts only. Links into the spreadsheet become plain
    text: from a mail they would lead nowhere.

    Args:
        view: the tab.
    """
    sheet = _Sheet(view)
    lines = [sheet.line(row) for row in range(view.rows)]
    ends = [view.repeat[1] + 1 if view.repeat != (0, 0) else 0, *view.breaks, view.rows]
    return _template().render(
        view=view,
        lang=_LANGUAGES[view.language],
        fonts=",".join(f'"{font}"' for font in view.fonts),
        widths=view.widths[: view.columns],
        width=sum(view.widths[: view.columns]),
        zoom=round(_PRINTED / max(sum(view.widths[: view.columns]), 1), 4),
        looks=sheet.looks.rules(),
        head=lines[: ends[0]],
        pages=[lines[first:end] for first, end in pairwise(ends) if end > first],
    )


@cache
def _template() -> Template:
    found = Environment(
        loader=PackageLoader("templates.html", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return found.get_template("page.html.j2")


class _Sheet:
    """The cells of a view by place, and what is drawn in them."""

    def __init__(self, view: SheetView) -> None:
        self.looks = Looks()
        self._view = view
        self._cells: Mapping[Place, Cell] = {(cell.row, cell.column): cell for cell in view.cells}
        self._charts: Mapping[Place, Chart] = {
            (each.row, each.column): each for each in view.charts
        }
        self._sparks: Mapping[Place, Spark] = {
            (each.row, each.column): each for each in view.sparks
        }
        self._heights = dict(view.heights)

    def line(self, row: int) -> Line:
        """Return a row of the page; blank neighbours of one look are one box."""
        boxes: list[Box] = []
        each = (self._box((row, column)) for column in range(self._view.columns))
        for plain, group in groupby(each, key=lambda box: box.look if box.blank else None):
            found = list(group)
            if plain is None:
                boxes.extend(found)
            else:
                boxes.append(Box(plain, span=len(found)))
        return Line(self._heights.get(row, ROW_HEIGHT), tuple(boxes))

    def _box(self, place: Place) -> Box:
        cell = self._cells.get(place) or Cell(*place, None)
        # a link that leads nowhere from here does not look like one
        style = replace(cell.style, underline=False) if _is_link(cell) else cell.style
        look = self.looks.of(style)
        late = place[1] >= self._view.columns / 2
        chart, small = self._charts.get(place), self._sparks.get(place)
        drawn = draw(chart, self._numbers, self._labels, self._view.language) if chart else None
        columns = None
        if small:
            width = self._view.widths[place[1]] - 10
            columns = spark(self._numbers(small.data), small, width, _SPARK_HEIGHT)
        bars = next((each for each in self._view.bars if cell in each.cells), None)
        if bars is not None:
            return Box(look, bar=_length(cell, bars), fill=bars.color, chart=drawn, spark=columns)
        runs = self._runs(cell)
        note = cell.note if runs else ""
        role = _role(cell, runs)
        return Box(look, runs=runs, note=note, role=role, late=late, chart=drawn, spark=columns)

    def _runs(self, cell: Cell) -> tuple[tuple[str, str], ...]:
        match cell.value:
            case None:
                return ()
            case Rich(runs):
                return tuple((run.text, self.looks.of_run(run)) for run in runs if run.text)
            case Link(text):
                return ((text, ""),)
            case value:
                text = shown(value, cell.style.format, self._view.language)
                return ((text, ""),) if text else ()

    def _numbers(self, place: Range) -> list[float | None]:
        """Return the numbers of a range, None where there is none."""
        values = [cell.value if cell else None for cell in self._within(place)]
        return [float(value) if isinstance(value, int | float) else None for value in values]

    def _labels(self, place: Range) -> list[str]:
        """Return the texts that the cells of a range show."""
        cells = self._within(place)
        return ["".join(text for text, _ in self._runs(cell)) if cell else "" for cell in cells]

    def _within(self, place: Range) -> Sequence[Cell | None]:
        return [
            self._cells.get((row, column))
            for row in range(place.first_row, place.last_row + 1)
            for column in range(place.first_column, place.last_column + 1)
        ]


def _is_link(cell: Cell) -> bool:
    return isinstance(cell.value, Link)


def _length(cell: Cell, bars: Bars) -> float | None:
    """Return the length of a cell's bar in percent, None where there is none."""
    if not isinstance(cell.value, int | float) or cell.value <= 0 or bars.maximum <= 0:
        return None
    return round(min(cell.value / bars.maximum, 1.0) * 100, 1)


def _role(cell: Cell, runs: tuple[tuple[str, str], ...]) -> Role:
    """Tell headings and column headers by their looks, for those who hear the page."""
    if not isinstance(cell.value, str | Rich):
        return ""
    if not any(letter.isalpha() for text, _ in runs for letter in text):
        return ""
    style: Style = cell.style
    size, bold = style.size, style.bold
    if isinstance(cell.value, Rich) and cell.value.runs:
        size, bold = cell.value.runs[0].size, cell.value.runs[0].bold
    if bold and size >= _HEADING:
        return "h1" if size >= _TITLE else "h2"
    ruled = style.bottom is not None and style.bottom.color == palette.RULE
    return "th" if ruled and not bold else ""
