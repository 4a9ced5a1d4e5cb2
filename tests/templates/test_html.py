"""The HTML page: complete in itself, escaped, readable without a mouse, true to its numbers."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.view import (
    Bars,
    Border,
    Cell,
    Chart,
    Link,
    Range,
    Rich,
    Run,
    Series,
    SheetView,
    Spark,
    Style,
)
from templates.html import page
from templates.html.charts import POINTS, draw, ticks
from templates.html.formats import shown
from templates.summary import build, palette
from templates.summary.grid import measure
from tests.templates.extremes import EXTREMES, LANGUAGES, Language, input_of

MAILABLE = 500_000  # bytes
VOID = {"meta", "col", "rect", "path", "circle"}
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}</style>"


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        (1234.56, "#,##0", "1,235"),
        (0.5, "#,##0", "1"),
        (-1234.5, "#,##0.0", "-1,234.5"),
        (2.5, "0", "3"),
        (-0.2, "#,##0", "0"),
        (0, '#,##0.0;-#,##0.0;"–"', "–"),
        (-3.25, '#,##0.0;-#,##0.0;"–"', "-3.3"),
        (0.125, "0%", "13%"),
        (0.1254, "0.0%", "12.5%"),
        (0.242, '"▲ "0.0%;"▼ "0.0%;"= "0.0%', "▲ 24.2%"),
        (-0.242, '"▲ "0.0%;"▼ "0.0%;"= "0.0%', "▼ 24.2%"),
        (0.0, '"▲ "0.0%;"▼ "0.0%;"= "0.0%', "= 0.0%"),
        (15.0, '"▲ "0.#" 天";"▼ "0.#" 天"', "▲ 15 天"),
        (15.5, '"▲ "0.#" 天";"▼ "0.#" 天"', "▲ 15.5 天"),
        (71, '0"天"', "71天"),
        (12, "#,##0_w", "12"),
        (12, "General", "12"),
        (0.1, "General", "0.1"),
        (float("nan"), "0", ""),
        (True, "General", "yes"),
        (0, "#,##0;-#,##0;;", ""),
        (dt.date(2026, 11, 9), 'm"月"d"日"', "11月9日"),
        (dt.date(2026, 11, 9), "d mmm", "9 Nov"),
        (dt.date(2026, 11, 9), "yyyy-mm-dd", "2026-11-09"),
        (dt.date(2026, 11, 9), "General", "2026-11-09"),
        ("=1+1", "0.00", "=1+1"),
    ],
)
def test_values_are_written_as_a_cell_shows_them(value: Any, pattern: str, expected: str) -> None:
    assert shown(value, pattern) == expected


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_reads_back_within_half_a_digit(value: float, decimals: int) -> None:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    back = float(shown(value, pattern).replace(",", ""))
    assert abs(back - value) <= 0.5 * 10**-decimals + 1e-9 * abs(value)


class _Reader(HTMLParser):
    """Collects what a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.text.append(data)


def read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("extreme", EXTREMES)
def test_the_page_is_complete_in_itself(language: Language, extreme: str) -> None:
    view = build(input_of(language, extreme))
    text = page(view)
    found = read(text)
    assert text == page(view)
    assert len(text.encode()) < MAILABLE
    assert not {"script", "img", "link", "iframe", "object", "a"} & set(found.tags)
    assert not {"src", "href", "onclick"} & {name for _, name, _ in found.attributes}
    assert "url(" not in text
    assert ("html", "lang", "zh-Hans" if language == "zh" else "en") in found.attributes
    assert found.tags.count("h1") == 1
    assert found.tags.count("svg") == len(view.charts) + len(view.sparks)
    assert found.tags.count("tbody") == len(view.breaks) + 1
    assert found.tags.count("tr") == view.rows
    notes = [cell for cell in view.cells if cell.note and cell.column < view.columns]
    focusable = [name for tag, name, _ in found.attributes if (tag, name) == ("span", "tabindex")]
    assert len(focusable) == len(notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_fills_the_grid(language: Language) -> None:
    view = build(input_of(language, "usual"))
    for row in re.findall(r"<tr .*?</tr>", page(view), re.DOTALL):
        spans = re.findall(r"<t[dh] class=[^>]*?(?:colspan=\"(\d+)\")?>", row)
        assert sum(int(span or 1) for span in spans) == view.columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_said(language: Language) -> None:
    view = build(input_of(language, "usual"))
    said = "".join(read(page(view)).text)
    for cell in view.cells:
        if isinstance(cell.value, str) and cell.column < view.hidden_from:
            assert cell.value in said
        if isinstance(cell.value, Rich):
            assert "".join(run.text for run in cell.value.runs) in said


def small(*cells: Cell, **more: Any) -> SheetView:
    """A tab of three columns, the fourth hidden."""
    base = SheetView(
        key="x", name="X", language="en", widths=(80, 80, 80), heights=((0, 30),), cells=cells,
        rows=4, columns=3, hidden_from=3,
    )  # fmt: skip
    return dataclasses.replace(base, **more)


@pytest.mark.parametrize(
    "value", [HOSTILE, Link(HOSTILE, HOSTILE, HOSTILE), Rich((Run(HOSTILE), Run(HOSTILE)))]
)
def test_text_from_cells_stays_text(value: Any) -> None:
    series = (Series(HOSTILE, Range(1, 3, 2, 3), "1F5F99", line=True, labels=True,
                     custom_labels=(HOSTILE, HOSTILE)),)  # fmt: skip
    chart = Chart("stacked", 1, 0, 240, 120, Range(1, 4, 2, 4), series, alt=HOSTILE)
    data = [Cell(row, 3, row) for row in (1, 2)] + [Cell(row, 4, HOSTILE) for row in (1, 2)]
    view = small(Cell(0, 0, value, note=HOSTILE), *data, charts=(chart,), name=HOSTILE,
                 footer=(HOSTILE, "", HOSTILE))  # fmt: skip
    text = page(view)
    found = read(text)
    assert "script" not in found.tags
    assert text.count("</style>") == 1
    assert HOSTILE in "".join(found.text)


def test_bars_are_as_long_as_their_numbers_and_hide_them() -> None:
    cells = [Cell(row, 1, value) for row, value in enumerate((5, 10, None, 40))]
    text = page(small(*cells, bars=(Bars(Range(0, 1, 3, 1), 20, "6BA3D6"),)))
    assert re.findall(r"<i style=\"width:([\d.]+)%;background:#6BA3D6\">", text) == [
        "25.0", "50.0", "100.0",
    ]  # fmt: skip
    assert not {"5", "10", "40"} & {word.strip() for word in read(text).text}


def test_sparks_start_at_zero_and_the_last_one_stands_out() -> None:
    data = [Cell(row, 3, value) for row, value in enumerate((0, 13, 26))]
    text = page(small(*data, sparks=(Spark(0, 1, Range(0, 3, 2, 3)),)))
    heights = re.findall(r"<rect [^>]*height=\"([\d.]+)\" fill=\"#(\w+)\"", text)
    assert heights == [("0.0", "C6CFD8"), ("13.0", "C6CFD8"), ("26.0", "1F5F99")]


def test_column_headers_and_sections_are_told_by_their_looks() -> None:
    section = Rich((Run("1 ", bold=True, size=12), Run("Section", bold=True, size=12)))
    ruled = Style(bottom=Border("thin", palette.RULE))
    found = read(
        page(
            small(
                Cell(0, 0, "Title", Style(size=18, bold=True)),
                Cell(1, 0, section),
                Cell(2, 0, "Owner", ruled),
                Cell(3, 0, 568, Style(size=18, bold=True)),
            )
        )
    )  # fmt: skip
    assert [tag for tag in found.tags if tag in ("h1", "h2", "th")] == ["h1", "h2", "th"]


@given(st.floats(-1e9, 1e9), st.floats(0.01, 1e9))
def test_ticks_enclose_what_they_measure_in_few_steps(low: float, span: float) -> None:
    found = ticks(low, low + span)
    slack = (found[1] - found[0]) * 0.01
    assert found[0] <= low + slack
    assert found[-1] >= low + span - slack
    assert 2 <= len(found) <= 8


KINDS = st.sampled_from(["stacked", "clustered", "share"])
COLUMNS = st.integers(1, 12).flatmap(
    lambda points: st.lists(
        st.lists(st.floats(-1e9, 1e9) | st.none(), min_size=points, max_size=points),
        min_size=1,
        max_size=4,
    )
)


@given(KINDS, COLUMNS, st.booleans(), st.floats(0, 1e6))
def test_everything_is_drawn_inside_the_chart(
    kind: Any, columns: list[list[float | None]], line: bool, minimum: float
) -> None:
    places = [Range(0, at, len(columns[0]) - 1, at) for at in range(len(columns))]
    series = tuple(
        Series(f"s{at}", place, "1F5F99", line=line and kind != "share" and at == 0, marker=4)
        for at, place in enumerate(places)
    )
    chart = Chart(kind, 0, 0, 596, 216, Range(0, 9, 0, 9), series, "alt", minimum=minimum)
    drawing = draw(
        chart,
        lambda place: columns[place.first_column],
        lambda _: [f"p{at}" for at in range(len(columns[0]))],
        "en",
    )
    for box in drawing.boxes:
        assert box.width >= 0
        assert box.height >= 0
        assert -0.2 <= box.x <= box.x + box.width <= 596.2
        assert -0.2 <= box.y <= box.y + box.height <= 216.2
    for dot in drawing.dots:
        assert 0 <= dot.x <= 596
        assert 0 <= dot.y <= 216


def test_stacked_columns_have_the_heights_of_their_numbers() -> None:
    values = {0: [10.0, 0.0], 1: [30.0, 20.0]}
    series = tuple(
        Series(name, Range(0, at, 1, at), color)
        for at, (name, color) in enumerate([("won", "1F5F99"), ("open", "DDE3EA")])
    )
    chart = Chart("stacked", 0, 0, 400, 200, Range(0, 9, 1, 9), series, "alt", legend=False)
    drawing = draw(chart, lambda at: values[at.first_column], lambda _: ["a", "b"], "en")
    won, first, second = drawing.boxes
    assert first.height == pytest.approx(3 * won.height, abs=0.3)
    assert second.height == pytest.approx(2 * won.height, abs=0.3)
    assert first.y + first.height == pytest.approx(won.y, abs=0.2)


@pytest.mark.parametrize("kind", ["share", "stacked"])
def test_long_categories_are_cut_to_their_room(kind: Any) -> None:
    series = (Series("won", Range(0, 0, 1, 0), "1F5F99"),)
    chart = Chart(kind, 0, 0, 596, 154, Range(0, 9, 1, 9), series, "alt", legend=False)
    drawing = draw(chart, lambda _: [1.0, 2.0], lambda _: ["阶段" * 60, "短"], "zh")
    long = next(label for label in drawing.labels if "阶段" in label.text)
    assert long.text.endswith("…")
    width = measure(long.text, POINTS, "zh")
    left = long.x - (width if long.anchor == "end" else width / 2)
    assert left >= -1
    assert any(label.text == "短" for label in drawing.labels)
