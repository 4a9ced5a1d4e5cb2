from __future__ import annotations

import dataclasses
import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from rules.kpi import Figure
from rules.rule import Past
from sync.excel.view import render
from sync.links import KeyPlace
from sync.table import Finding
from sync.view import Cell, Link, Rich, SheetView
from templates.summary import build
from templates.summary.build import PAGE, page_breaks
from templates.summary.grid import WIDTHS, Col, cut, measure
from templates.summary.units import choose_unit
from tests.templates.extremes import LANGUAGES, VIEWS, Language, input_of, view_of
from tests.templates.summary_data import NOW, history, make, rows_of, team

NAMES = {
    "DK_Won", "DK_WinRate", "DK_Open", "DK_Weighted", "DK_Coverage", "DK_New", "DK_Cycle", "DK_SLA",
}  # fmt: skip


@pytest.fixture(params=VIEWS, ids="-".join)
def view(request: pytest.FixtureRequest) -> SheetView:
    return view_of(*request.param)


def _formatted(value: float, pattern: str) -> str:
    """Write a number as a spreadsheet does, for the formats that the page uses."""
    sections = pattern.split(";")
    at = 0 if value > 0 or len(sections) == 1 else 1 if value < 0 else len(sections) - 1
    section = sections[at]
    if section.startswith("["):
        section = sections[0].partition("]")[2] if value >= 999.5 else sections[1]
    pad = " " * len(re.findall(r"_.", section))
    section = re.sub(r"_.", "", section)
    text = "".join(re.findall(r'"([^"]*)"', section))
    digits = re.sub(r'"[^"]*"', "", section).strip()
    if not digits:
        return text + pad
    number = abs(value) * (100 if digits.endswith("%") else 1)
    decimals = len(digits.rstrip("%").partition(".")[2])
    shown = f"{number:,.{decimals}f}" if "," in digits else f"{number:.{decimals}f}"
    return text + shown + "%" * digits.endswith("%") + pad


def _text(cell: Cell) -> str:
    match cell.value:
        case str(text):
            return text
        case Link(text=text):
            return text
        case Rich(runs=runs):
            return "".join(run.text for run in runs)
    return ""


def _shown(view: SheetView) -> Iterator[Cell]:
    for cell in view.cells:
        if cell.column < view.hidden_from and cell.value is not None:
            yield cell


def _bar_cells(view: SheetView) -> set[tuple[int, int]]:
    return {
        (row, bars.cells.first_column)
        for bars in view.bars
        for row in range(bars.cells.first_row, bars.cells.last_row + 1)
    }


def test_every_number_fits_its_column(view: SheetView) -> None:
    bars = _bar_cells(view)
    for cell in _shown(view):
        if isinstance(cell.value, (int, float)) and (cell.row, cell.column) not in bars:
            text = _formatted(float(cell.value), cell.style.format)
            room = WIDTHS[cell.column] - 9 * cell.style.indent - 3
            width = measure(text, cell.style.size, view.language, bold=cell.style.bold) / 1.06
            assert width <= room, f"{text} in {Col(cell.column).name}{cell.row + 1}"


def test_no_text_runs_into_its_neighbour(view: SheetView) -> None:
    taken = {(cell.row, cell.column) for cell in _shown(view)}
    for cell in _shown(view):
        if not _text(cell) or cell.style.align == "right":
            continue
        end = cell.column + 1
        while end < view.columns and (cell.row, end) not in taken:
            end += 1
        size = cell.style.size if not isinstance(cell.value, Rich) else 9
        width = measure(_text(cell), size, view.language) / 1.06
        room = sum(WIDTHS[cell.column : end]) - 9 * cell.style.indent
        assert width <= room, f"{_text(cell)!r} in {Col(cell.column).name}{cell.row + 1}"


def test_what_was_cut_stands_in_full_in_the_note(view: SheetView) -> None:
    for cell in _shown(view):
        text = _text(cell)
        if text.endswith("…"):
            assert cell.note.startswith(text[:-1].rstrip()), text
            assert len(cell.note) > len(text) - 1


def test_chinese_has_full_width_punctuation(view: SheetView) -> None:
    own = re.compile(r"[\u4e00-\u9fff][,:;()]|[,:;()][\u4e00-\u9fff]")
    for cell in _shown(view):
        for text in (_text(cell), cell.note):
            assert not own.search(text.split("\n")[-1]), text
    assert view.language == "zh" or not any(
        re.search(r"[，：；（）]", _text(cell)) for cell in _shown(view)
    )


def test_pages_end_before_sections_and_hold_them(view: SheetView) -> None:
    heights = dict(view.heights)
    edges = [0, *view.breaks, view.rows]
    for at, (start, end) in enumerate(itertools.pairwise(edges)):
        size = sum(heights.get(row, 22) for row in range(start, end))
        assert size + (60 if at else 0) <= PAGE
    titles = {cell.row for cell in _shown(view) if cell.style.size >= 12 and cell.row > 8}
    assert set(view.breaks) <= titles
    assert len(view.breaks) <= 4


def test_tiles_carry_their_names_and_nothing_stands_outside_the_grid(view: SheetView) -> None:
    assert {cell.name for cell in view.cells if cell.name} == NAMES
    assert len([cell for cell in view.cells if cell.name]) == len(NAMES)
    assert all(cell.column != Col.S and cell.column != Col.A for cell in _shown(view))
    assert {(cell.row, cell.column) for cell in view.cells if cell.column == Col.J} <= {
        (cell.row, Col.J) for cell in view.cells if cell.value is None or cell.column == Col.J
    }
    assert len({(cell.row, cell.column) for cell in view.cells}) == len(view.cells)


def test_bars_leave_room_and_zero_has_none(view: SheetView) -> None:
    cells = {(cell.row, cell.column): cell.value for cell in view.cells}
    for bars in view.bars:
        for row in range(bars.cells.first_row, bars.cells.last_row + 1):
            value = cells.get((row, bars.cells.first_column))
            assert value is None or 0 < float(value) <= bars.maximum * 0.92 + 1e-9  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:.* extension is not supported")  # sparklines, data bars
@pytest.mark.parametrize(("language", "extreme"), [("zh", "usual"), ("en", "no_rows")])
def test_the_workbook_drawn_from_it_opens(language: Language, extreme: str) -> None:
    view = view_of(language, extreme)
    drawn = render(view, {"商机": KeyPlace("A"), "Opportunities": KeyPlace("A")})
    book = openpyxl.load_workbook(io.BytesIO(drawn))
    assert book.sheetnames == [view.name]
    assert set(book.defined_names) >= NAMES


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_of_the_run_are_no_change(language: Language) -> None:
    given = input_of(language, "usual")
    later = dataclasses.replace(
        given, now=given.now + pd.Timedelta(hours=2), next_run=pd.Timestamp("2026-11-24 09:00")
    )
    assert build(later).content_hash() == build(given).content_hash()
    assert build(given) == view_of(language, "usual")


def test_tiles_show_the_figures_in_the_unit_of_the_page() -> None:
    view, figures = view_of("zh", "usual"), input_of("zh", "usual").result.figures["kpi"]["figures"]
    named = {cell.name: cell.value for cell in view.cells if cell.name}
    assert named["DK_Won"] == figures["won"].value / 1_000_000
    assert named["DK_Open"] == figures["open"].value / 1_000_000
    assert named["DK_WinRate"] == figures["win_rate"].value
    assert named["DK_SLA"] == figures["sla"].value


def test_sums_of_the_tables_are_the_tiles() -> None:
    view = view_of("zh", "usual")
    named = {cell.name: cell.value for cell in view.cells if cell.name}
    totals = {
        (_text(cell), other.column): other.value
        for cell in view.cells
        if _text(cell) in ("在途合计", "团队")
        for other in view.cells
        if other.row == cell.row and isinstance(other.value, (int, float))
    }
    assert totals["在途合计", Col.E] == named["DK_Open"]
    assert totals["团队", Col.K] == named["DK_Open"]
    assert totals["团队", Col.C] == named["DK_Won"]
    assert totals["团队", Col.E] == named["DK_WinRate"]


def test_notes_tell_definition_parts_period_and_previous_value() -> None:
    note = next(cell.note for cell in view_of("zh", "usual").cells if cell.value == "赢单率")
    for part in ("定义：", "分子：", "分母：", "期间：2026-11-01 至 2026-11-20", "2026-10-01"):
        assert part in note


def test_attention_lists_the_gravest_by_quota_and_links_to_their_rows() -> None:
    view, given = view_of("zh", "usual"), input_of("zh", "usual")
    links = {c.row: c.value for c in view.cells if isinstance(c.value, Link) and c.column == Col.D}
    marks = [_text(c)[0] for c in view.cells if c.column == Col.B and c.row in links]
    assert "".join(marks) == "■■■■■▲▲▲○"
    amounts = [c.value for c in view.cells if c.column == Col.L and c.row in links]
    assert amounts[:5] == sorted(amounts[:5], reverse=True)  # type: ignore[type-var]
    frame = given.result.frame.set_index("key")
    for link in links.values():
        assert str(frame.loc[link.key, "name"]).startswith(link.text.rstrip("…"))
        assert link.sheet == "商机"


def test_places_left_free_go_to_the_graver_levels() -> None:
    settings = team("zh")
    frame = rows_of(settings, 60).assign(owner=pd.Series([None] * 60, dtype="str"))
    view = build(make(settings, frame=frame, uses=("kpi",)))
    marks = [_text(c)[:1] for c in view.cells if c.column == Col.B and c.row < 24]
    assert marks.count("○") == 9


@pytest.mark.parametrize(("findings", "lines"), [(0, 0), (1, 1), (3, 3), (5, 3)])
def test_warnings_are_at_most_three_lines(findings: int, lines: int) -> None:
    found = tuple(
        Finding("chain", "chain.crashed", "error", facts={"stanza": str(n), "error": "X"})
        for n in range(findings)
    )
    from rules.chain import REASONS

    given = make(team("zh"), rows=5, findings=found)
    view = build(dataclasses.replace(given, catalogue={r.code: r for r in REASONS}))
    shown = [_text(cell) for cell in view.cells if _text(cell).startswith("△")]
    assert len(shown) == lines
    assert [text for text in shown if "另有" in text] == ([shown[-1]] if findings > lines else [])


def test_without_a_target_nothing_speaks_of_one() -> None:
    view = view_of("zh", "no_target")
    text = " ".join(map(_text, view.cells))
    assert "未设目标" in text
    assert "达成率" not in text
    assert "目标" not in {series.name for chart in view.charts for series in chart.series}


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "协作响应：进入新阶段后 "), ("en", "handlers turn to a new stage")],
)
def test_the_response_of_handlers_is_told_where_there_are_any(
    language: Language, told: str
) -> None:
    settings = team(language)
    frame = rows_of(settings, 322)
    uses = ("assign_handler", "stage_sla", "kpi")
    named = build(make(settings, frame=frame, past=history(frame, settings), uses=uses))
    assert [text for text in map(_text, named.cells) if told in text]
    plain = build(make(settings, frame=frame, past=history(frame, settings), uses=uses[1:]))
    assert not [text for text in map(_text, plain.cells) if told in text]


def test_an_empty_table_keeps_its_sections() -> None:
    view = view_of("zh", "no_rows")
    texts = [_text(cell) for cell in view.cells]
    assert texts.count("暂无商机。") >= 6
    assert not view.charts
    assert {cell.value for cell in view.cells if cell.name} == {"–"}


def test_beyond_fifteen_owners_the_rest_is_one_row() -> None:
    view = view_of("zh", "forty_owners")
    owners = input_of("zh", "forty_owners").result.figures["kpi"]["owners"]["owner"]
    assert f"其余 {(owners != '').sum() - 15} 人" in {_text(cell) for cell in view.cells}


@pytest.mark.parametrize(
    ("largest", "language", "label", "digits"),
    [
        (99_999_00, "zh", "元", "99,999"),
        (100_000_00, "zh", "万元", "10.0"),
        (99_999_400_00, "zh", "万元", "9,999.9"),
        (99_999_500_00, "zh", "万元", "10,000"),
        (10**11, "zh", "亿元", "10.00"),
        (999_999_999_999_00, "zh", "亿元", "10,000"),
        (99_999_00, "en", "CNY", "99,999"),
        (68_345_000_00, "en", "CNY thousand", "68,345"),
        (123_456_789_00, "en", "CNY million", "123.46"),
    ],
)
def test_the_unit_keeps_the_largest_amount_short(
    largest: int, language: Language, label: str, digits: str
) -> None:
    unit = choose_unit(largest, language, "CNY")
    assert (unit.label, unit.digits(largest)) == (label, digits)
    assert len(unit.digits(largest)) <= 7


def test_amounts_are_rounded_half_up() -> None:
    unit = choose_unit(500_000_00, "zh", "CNY")
    assert unit.digits(125_500_00) == "12.6"
    assert unit.digits(-125_500_00) == "-12.6"


@pytest.mark.parametrize(
    ("text", "room", "short"),
    [("短", 60, "短"), ("一二三四五六", 50, "一二三…"), ("Unassigned", 30, "Un…"), ("", 10, "")],
)
def test_text_is_cut_to_its_room(text: str, room: float, short: str) -> None:
    assert cut(text, room, 9, "zh") == short


def test_a_page_breaks_only_where_it_must() -> None:
    assert page_breaks({}, 20, [2, 5, 8, 11, 14, 17]) == ()
    assert page_breaks({}, 60, [2, 10, 30, 36, 42, 50]) == (30,)


def test_the_gap_before_a_section_closes_where_it_begins_a_page() -> None:
    view = build(input_of("en", "usual"))
    heights = dict(view.heights)
    assert view.breaks
    assert {heights[row - 1] for row in view.breaks} == {2}
    assert [height for height in heights.values() if height == 12]


def test_a_large_table_is_laid_out_quickly() -> None:
    given = make(team("zh", people=40), rows=20_000, uses=("stage_sla", "kpi"))
    begun = pd.Timestamp.now()
    build(given)
    assert (pd.Timestamp.now() - begun).total_seconds() < 3


def test_a_change_that_is_worse_says_so_in_words() -> None:
    given = input_of("zh", "usual")
    kpi: dict[str, Any] = dict(given.result.figures["kpi"])
    worse = Figure("won", "money", 100, 100, definition="won", previous=200)
    longer = Figure("cycle", "days", 30.0, 30.0, count=3, definition="cycle", previous=20.0)
    kpi["figures"] = {**kpi["figures"], "won": worse, "cycle": longer}
    result = dataclasses.replace(given.result, figures={**given.result.figures, "kpi": kpi})
    view = build(dataclasses.replace(given, result=result))
    place = {cell.name: cell for cell in view.cells if cell.name}
    cells = {(cell.row, cell.column): cell for cell in view.cells}
    for name, change in (("DK_Won", -0.5), ("DK_Cycle", 10.0)):
        row, column = place[name].row + 1, place[name].column
        assert cells[row, column].value == change
        assert cells[row, column].style.color == "B8431A"
        assert cells[row, column + 1].value == "变差"
    assert np.isclose(float(place["DK_Won"].value), 100 / 1_000_000)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_run_says_what_the_first_one_said(language: Language) -> None:
    settings = team(language)
    frame = rows_of(settings, 60)
    seen = pd.DataFrame({"key": frame["key"], "first_seen": NOW})
    again = make(settings, frame=frame, past=Past(seen=seen))
    assert build(again).content_hash() == build(make(settings, frame=frame)).content_hash()


def test_the_waterfall_stands_on_levels_that_add_up() -> None:
    given = input_of("zh", "history")
    view, kpi = view_of("zh", "history"), given.result.figures["kpi"]
    table = kpi["waterfall"].set_index("movement")["amount"]
    assert table.drop("end").sum() == table["end"] == kpi["figures"]["open"].value
    chart = next(c for c in view.charts if not c.axis and c.kind == "stacked")
    cells = {(c.row, c.column): c.value for c in view.cells}
    values = [
        [cells[row, series.values.first_column] for series in chart.series[:4]]
        for row in range(chart.categories.first_row, chart.categories.last_row + 1)
    ]
    tops = [sum(map(float, parts)) for parts in values]  # type: ignore[arg-type]
    assert np.isclose(tops[0] * 1_000_000, table["start"])
    assert np.isclose(tops[-1] * 1_000_000, table["end"])
    assert chart.minimum <= 0.8 * min(float(parts[0]) for parts in values[1:-1])  # type: ignore[arg-type]
    texts = " ".join(_text(cell) for cell in view.cells)
    assert ("纵轴自" in texts) is (chart.minimum > 0)


def test_amounts_of_other_currencies_stand_at_their_rate() -> None:
    """The list, its sum and every figure are in one currency; without a rate nothing is shown."""
    view, given = view_of("zh", "currencies"), input_of("zh", "currencies")
    frame = given.result.frame.set_index("key")
    worth = {"USD": 7.1, "CNY": 1.0, None: 1.0}
    shown = {
        cell.value.key: next(
            other.value for other in view.cells if (other.row, other.column) == (cell.row, Col.L)
        )
        for cell in view.cells
        if isinstance(cell.value, Link) and cell.value.key and cell.column == Col.D
    }
    codes = frame["currency"].astype(object).where(frame["currency"].notna(), None)
    assert "USD" in {codes[key] for key in shown}
    for key, amount in shown.items():
        expected = int(frame["amount"][key]) / 1_000_000 * worth[codes[key]]
        assert amount == pytest.approx(expected)
    late = frame[frame["status"].isin(["已升级"]) & (codes != "EUR")]
    total = (late["amount"].astype("float64") * [worth[codes[key]] for key in late.index]).sum()
    conclusion = next(_text(cell) for cell in view.cells if isinstance(cell.value, Rich))
    assert f"合计 {total / 1_000_000:,.0f} 万" in conclusion
    texts = {_text(cell) for cell in view.cells}
    assert {"币种折算", "1 USD = 7.1 CNY"} <= texts
    assert any("EUR" in text and text.startswith("△") for text in texts)


def test_a_bar_carries_its_number_where_there_is_room() -> None:
    view = view_of("zh", "fourteen_stages")
    chart = next(chart for chart in view.charts if chart.kind == "share")
    values = {(cell.row, cell.column): cell.value for cell in view.cells}
    rows = range(chart.categories.first_row, chart.categories.last_row + 1)
    parts = [
        [float(str(values[row, series.values.first_column])) for series in chart.series]
        for row in rows
    ]
    for at, part in enumerate(parts):
        for series, value in zip(chart.series, part, strict=True):
            assert bool(series.custom_labels[at]) == (value / sum(part) > 12 / 430)


def test_what_is_due_is_not_nothing_where_nobody_knows() -> None:
    conclusion = next(_text(c) for c in view_of("zh", "bare").cells if isinstance(c.value, Rich))
    assert "预计成交" not in conclusion


def test_who_has_not_updated_is_told_with_the_rows() -> None:
    settings = team("zh")
    frame = rows_of(settings, 60)
    mine = frame["owner"] == settings.team[0].name
    quiet = mine & frame["closed"].isna()
    long_ago = pd.Timestamp("2026-09-01")
    for field in ("created", "stage_entered", "last_activity"):
        frame[field] = frame[field].mask(mine, long_ago)
    given = make(settings, frame=frame)
    told = next(cell for cell in build(given).cells if _text(cell).startswith("本期没有更新："))
    assert settings.team[0].name in _text(told)
    shown = [key for key in frame.loc[quiet, "key"] if key in told.note]
    assert len(shown) == min(quiet.sum(), 8) > 0
    assert "最近跟进 2026-09-01" in told.note
