"""Generated tabs on Google Sheets: the same grid as in Excel, drawn in place."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
from typing import Any, Literal

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from sync.excel.view import render
from sync.google.cell import serial
from sync.google.contents import entered, link_formula
from sync.google.ground import Ground, TabPlace, chart_id, name_id
from sync.google.looks import areas, number_format
from sync.google.view import requests, shown
from sync.links import KeyPlace
from sync.view import (
    Bars,
    Border,
    Cell,
    Chart,
    Choices,
    Link,
    Range,
    Rich,
    Run,
    Series,
    SheetView,
    Style,
    Value,
)
from templates.summary import build
from tests.google.kit import People
from tests.templates.summary_data import make, team
from tests.tools.google_tab import TAB, put, sparkline, tab

Json = dict[str, Any]
LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")
PLACES = {"商机": TabPlace(0, KeyPlace("A"))}
FIGURES = Range(1, 4, 3, 4)


def view(*cells: Cell, **more: Any) -> SheetView:
    given: dict[str, Any] = {
        "key": "summary", "name": "管理汇总", "language": "zh", "widths": (16, 92, 58, 20),
        "heights": ((1, 34),), "cells": cells, "rows": 6, "columns": 4, "hidden_from": 4,
    }  # fmt: skip
    return SheetView(**(given | more))


def charted(*figures: float, keys: tuple[str, ...] = ("one", "two")) -> SheetView:
    cells = [Cell(1 + at, 4, figure) for at, figure in enumerate(figures)]
    place = Range(1, 4, len(figures), 4)
    series = Series("赢单", place, "1F5F99", labels=True, label_color="FFFFFF")
    over = Series("合计", place, "", line=True, labels=True, custom_labels=("甲", "乙", "丙"))
    charts = [
        Chart("stacked", 2, 1, 300, 200, place, (series, over), "一句话", minimum=80, key=key)
        for key in keys
    ]
    return view(*cells, charts=tuple(charts))


def again(people: People, drawn: SheetView) -> list[Json]:
    """Draw over what stands there, as the store does."""
    told = people.ask("", verb="get")
    sheet = next(one for one in told["sheets"] if one["properties"]["sheetId"] == TAB)
    grid = sheet["properties"]["gridProperties"]
    (guarded,) = sheet["protectedRanges"]
    stands = Ground(
        TAB,
        grid["rowCount"],
        grid["columnCount"],
        frozenset(chart["chartId"] for chart in sheet.get("charts", ())),
        guarded["protectedRangeId"],
        "basicFilter" in sheet,
        {one["namedRangeId"]: one["name"] for one in told.get("namedRanges", ())},
        PLACES,
    )
    made = requests(drawn, stands)
    people.do(*made)
    return made


def cells_of(sheet: Json) -> dict[tuple[int, int], Json]:
    rows = sheet["data"][0].get("rowData", ())
    return {
        (at, column): cell
        for at, row in enumerate(rows)
        for column, cell in enumerate(row.get("values", ()))
    }


def value_of(cell: Json) -> Any:
    return next(iter(cell.get("effectiveValue", {}).values()), None)


def kinds(made: list[Json]) -> set[str]:
    return {name for request in made for name in request}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rows", [0, 1, 322])
@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_both_programs_show_the_same(
    people: People, language: Literal["zh", "en"], rows: int
) -> None:
    drawn = build(make(team(language), rows=rows))
    put(people, drawn, places=PLACES)
    sheet = tab(people)
    google = cells_of(sheet)
    data = render(drawn, {"商机": KeyPlace("A")})
    excel = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    page = excel.worksheets[0]
    for cell in drawn.cells:
        found = google.get((cell.row, cell.column), {})
        stands = page.cell(cell.row + 1, cell.column + 1)
        wanted = stands.value
        if isinstance(wanted, dt.datetime):
            wanted = serial(wanted)
        bars = next((one for one in drawn.bars if cell in one.cells), None)
        if bars and wanted is not None:
            length, options = sparkline(found["userEnteredValue"]["formulaValue"])
            assert float(length) / float(options["max"]) == pytest.approx(
                float(str(wanted)) / bars.maximum, abs=1e-4
            )
        else:
            assert value_of(found) == pytest.approx(wanted)
        assert found.get("note", "") == (stands.comment.text if stands.comment else "")
    assert len(sheet.get("charts", ())) == len(drawn.charts)
    _same_sizes(sheet, drawn)
    names = people.ask("", verb="get").get("namedRanges", [])
    assert {(one["name"], _corner(one["range"])) for one in names} == {
        (name, place.attr_text.rpartition("!")[2])
        for name, place in excel.defined_names.items()
        if name.startswith("DK_")
    }
    # values are read back as they will be compared
    people_see = people.look(drawn.name)
    assert [row[: drawn.hidden_from] for row in people_see] == [
        row[: drawn.hidden_from] for row in shown(drawn)
    ]


def _same_sizes(sheet: Json, drawn: SheetView) -> None:
    (grid,) = sheet["data"]
    heights = dict(drawn.heights)
    for row in range(drawn.rows):
        assert grid["rowMetadata"][row]["pixelSize"] == heights.get(row, 22)
    for column, width in enumerate(drawn.widths):
        assert grid["columnMetadata"][column]["pixelSize"] == width
    assert all(
        told.get("hiddenByUser", False) == (column >= drawn.hidden_from)
        for column, told in enumerate(grid["columnMetadata"])
    )


def _corner(cells: Json) -> str:
    return f"${get_column_letter(cells['endColumnIndex'])}${cells['endRowIndex']}"


def test_a_drawing_is_small(people: People) -> None:
    drawn = build(make(team("zh", people=40), rows=700))
    assert len(json.dumps(put(people, drawn))) < 400_000
    wide = view(
        *(
            Cell(
                row, column, f"单元格 {row} {column}" if column % 2 else row * column / 7,
                Style(
                    format="#,##0.0" if column % 3 else "0%", bottom=Border("thin", "E3E7EC"),
                    color="B8431A" if (row * 7 + column) % 31 == 0 else "1F2933",
                ),
            )
            for row in range(300)
            for column in range(40)
        ),
        rows=300, columns=40, hidden_from=40, widths=(60,) * 40,
    )  # fmt: skip
    assert len(json.dumps(requests(wide, Ground(TAB)))) < 1_500_000


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, {}),
        ("", {}),
        (3.5, {"numberValue": 3.5}),
        (True, {"boolValue": True}),
        (dt.date(2026, 11, 22), {"numberValue": 46348}),
        (dt.datetime(2026, 11, 22, 12, 0), {"numberValue": 46348.5}),  # noqa: DTZ001 naive
        ("=1+1", {"stringValue": "=1+1"}),
        ("12", {"stringValue": "12"}),
        (Rich((Run("=1"), Run("+1"))), {"stringValue": "=1+1"}),
        (Rich(()), {}),
        (Link("=1+1", "elsewhere", "7"), {"stringValue": "=1+1"}),
        ("长" * 60_000, {"stringValue": "长" * 50_000}),
    ],
)
def test_values_keep_their_kind_and_text_is_never_a_formula(value: Value, written: Json) -> None:
    assert entered(value, None, PLACES) == written


@pytest.mark.parametrize(
    ("link", "place", "formula"),
    [
        (
            Link("恒产", "商机", "SJ-1"),
            TabPlace(0, KeyPlace("A")),
            """=HYPERLINK("#gid=0&range=A"&IFERROR(MATCH("SJ-1";'商机'!$A:$A;0);1);"恒产")""",
        ),
        (
            Link('The "Big" one', "Bob's", "215"),
            TabPlace(9, KeyPlace("B", numeric=True)),
            (
                "=HYPERLINK(\"#gid=9&range=B\"&IFERROR(MATCH(215;'Bob''s'!$B:$B;0);1);"
                '"The ""Big"" one")'
            ),
        ),
        (
            Link("=SUM(A1)", "商机", '2"&1*?~'),
            TabPlace(0, KeyPlace("A", numeric=True)),
            (
                """=HYPERLINK("#gid=0&range=A"&IFERROR(MATCH("2""&1~*~?~~";'商机'!$A:$A;0);1);"""
                '"=SUM(A1)")'
            ),
        ),
        (
            Link("其余 16 条", "商机"),
            TabPlace(0, KeyPlace("A")),
            '=HYPERLINK("#gid=0&range=A"&1;"其余 16 条")',
        ),
    ],
)
def test_links_find_their_row_by_key(
    people: People, link: Link, place: TabPlace, formula: str
) -> None:
    assert link_formula(link, place) == formula
    put(people, view(Cell(0, 1, link)), places={link.sheet: place})
    assert value_of(cells_of(tab(people))[0, 1]) == link.text


@pytest.mark.parametrize("key", ["SJ-1", "a*b", "~?", "12", 'say "x"'])
def test_a_link_finds_its_key_and_no_other(people: People, key: str) -> None:
    people.type(0, 0, [["编号"], ["azb"], ["~x"], ["xx"], ["'" + key]])
    formula = link_formula(Link("甲", "商机", key), PLACES["商机"])
    row = formula.removeprefix('=HYPERLINK("#gid=0&range=A"&').removesuffix(';"甲")')
    put(people, view(Cell(0, 1, "x")))
    start = {"sheetId": TAB, "rowIndex": 0, "columnIndex": 0}
    cells = [{"values": [{"userEnteredValue": {"formulaValue": f"={row}"}}]}]
    people.do({"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}})
    assert people.look("管理汇总")[0][0] == 5


@pytest.mark.parametrize(
    ("given", "kind", "pattern", "freed"),
    [
        ("General", None, None, False),
        ("@_w", "TEXT", None, True),
        ("#,##0", "NUMBER", "#,##0", False),
        ('#,##0.0_w;-#,##0.0_w;"–"_w', "NUMBER", '#,##0.0;-#,##0.0;"–"', True),
        ("0.0%", "PERCENT", "0.0%", False),
        ('"▲ "0.0%;"▼ "0.0%', "PERCENT", '"▲ "0.0%;"▼ "0.0%', False),
        ('"▲ "0.0" 百分点"', "NUMBER", '"▲ "0.0" 百分点"', False),
        ('"days: "0', "NUMBER", '"days: "0', False),
        ("m月d日", "DATE", 'm"月"d"日"', False),
        ("d mmm", "DATE", "d mmm", False),
        ("yyyy-mm-dd hh:mm", "DATE_TIME", "yyyy-mm-dd hh:mm", False),
        ("hh:mm", "TIME", "hh:mm", False),
        ('[>=999.5]">999×";0"×"', "NUMBER", '[>=999.5]">999×";0"×"', False),
        (r"0\x", "NUMBER", r"0\x", False),
    ],
)
def test_number_formats(given: str, kind: str | None, pattern: str | None, freed: bool) -> None:
    form = {"type": kind} | ({"pattern": pattern} if pattern else {}) if kind else None
    assert number_format(given) == (form, freed)


def test_looks(people: People) -> None:
    style = Style(
        size=8.5, bold=True, color="8A5A00", fill="FCF2DA", align="right", indent=1,
        format='0.0_w;"–"_w', underline=True, wrap=True,
        top=Border("medium", "1F5F99"), right=Border("thick", "FFFFFF"),
    )  # fmt: skip
    rich = Rich((Run("本月", bold=True), Run("😀", color="B8431A"), Run("末", size=11)))
    put(people, view(Cell(0, 1, 1.25, style), Cell(1, 2, rich)))
    cells = cells_of(tab(people))
    look = cells[0, 1]["userEnteredFormat"]
    assert look["textFormat"]["fontSize"] == 9
    assert look["textFormat"]["fontFamily"] == "Noto Sans SC"
    assert look["textFormat"]["bold"]
    assert look["textFormat"]["underline"]
    assert look["padding"] == {"top": 2, "right": 20, "bottom": 2, "left": 3}
    assert look["wrapStrategy"] == "WRAP"
    assert look["horizontalAlignment"] == "RIGHT"
    assert (look["borders"]["top"]["style"], look["borders"]["right"]["style"]) == (
        "SOLID_MEDIUM", "SOLID_THICK"
    )  # fmt: skip
    assert cells[0, 1]["formattedValue"] == "1.3"
    runs = cells[1, 2]["textFormatRuns"]
    assert [run.get("startIndex", 0) for run in runs] == [0, 2, 4]
    assert cells[0, 0]["userEnteredFormat"]["textFormat"]["fontFamily"] == "Noto Sans SC"


def test_what_an_earlier_version_left_is_taken_away(people: People) -> None:
    long = [Cell(row, 1, row, Style(bold=True, fill="FCF2DA"), note="口径") for row in range(20)]
    choices = (Choices(Range(0, 2, 3, 2), ("是", "否")),)
    put(people, view(*long, rows=20, choices=choices, filter=Range(0, 0, 3, 3)))
    people.type(10, 3, [["随手"]], TAB)
    span = {"sheetId": TAB, "startRowIndex": 0, "endRowIndex": 2}
    merged = {**span, "startColumnIndex": 1, "endColumnIndex": 3}
    people.do({"mergeCells": {"range": merged, "mergeType": "MERGE_ALL"}})
    again(people, view(Cell(0, 1, "新"), Cell(1, 1, "的")))
    sheet = tab(people)
    left = {place for place, cell in cells_of(sheet).items() if set(cell) - _BLANK}
    assert left == {(0, 1), (1, 1)}
    looks = [cell["userEnteredFormat"] for cell in cells_of(sheet).values()]
    assert all(look == looks[0] for look in looks)
    assert "merges" not in sheet
    assert "basicFilter" not in sheet
    assert sheet["properties"]["gridProperties"]["rowCount"] == 20


_BLANK = {"userEnteredFormat", "effectiveFormat"}


def test_peoples_references_stay_whole(people: People) -> None:
    people.type(0, 0, [["=DK_Won*2", "='管理汇总'!B3*2"]])
    put(people, view(Cell(2, 1, 3, name="DK_Won")))
    assert people.look() == [[6, 6]]
    again(people, view(Cell(2, 1, 5), Cell(3, 1, 4, name="DK_Won")))
    assert people.look() == [[8, 10]]


def test_names(people: People) -> None:
    people.do({
        "addNamedRange": {"namedRange": {"name": "dk_open", "range": {"sheetId": 0}}}
    })  # fmt: skip
    theirs = people.ask("", verb="get")["namedRanges"][0]
    named = [Cell(at, 1, 1, name=name) for at, name in enumerate(("DK_Won", "DK_Open", "DK_New"))]
    put(people, view(*named), names={theirs["namedRangeId"]: "dk_open"})
    renamed = {"namedRangeId": name_id("summary", "DK_Won"), "name": "Erfolg"}
    people.do({"updateNamedRange": {"namedRange": renamed, "fields": "name"}})
    again(people, view(Cell(3, 2, 1, name="DK_Won")))
    found = {one["name"]: one for one in people.ask("", verb="get")["namedRanges"]}
    assert set(found) == {"dk_open", "Erfolg"}
    assert _corner(found["Erfolg"]["range"]) == "$C$4"
    assert found["dk_open"]["range"] == theirs["range"]


def test_charts_are_changed_in_place(people: People) -> None:
    people.do({"addSheet": {"properties": {"sheetId": 8, "title": "图"}}})
    put(people, charted(1, 2, 3))
    theirs = {"basicChart": {"chartType": "LINE"}}
    place = {"overlayPosition": {"anchorCell": {"sheetId": TAB}}}
    (reply,) = people.do({"addChart": {"chart": {"spec": theirs, "position": place}}})
    one, two = chart_id("summary", "one"), chart_id("summary", "two")
    made = again(people, charted(4, 5, 6))
    assert not kinds(made) & {"addChart", "deleteEmbeddedObject", "addProtectedRange"}
    made = again(people, charted(4, 5, 6, keys=("two",)))
    left = {chart["chartId"] for chart in tab(people)["charts"]}
    assert left == {two, reply["addChart"]["chart"]["chartId"]}
    assert one not in left


def test_a_chart_says_what_the_view_says(people: People) -> None:
    put(people, charted(1, 2, 3, keys=("one",)))
    sheet = tab(people)
    (chart,) = sheet["charts"]
    spec = chart["spec"]
    assert spec["altText"] == "一句话"
    assert spec["hiddenDimensionStrategy"] == "SHOW_ALL"
    basic = spec["basicChart"]
    assert (basic["chartType"], basic["stackedType"]) == ("COMBO", "STACKED")
    window = basic["axis"][0]["viewWindowOptions"]
    assert (window["viewWindowMin"], window["viewWindowMode"]) == (80, "EXPLICIT")
    columns, line = basic["series"]
    assert (columns["type"], columns["dataLabel"]["type"]) == ("COLUMN", "DATA")
    assert (line["type"], line["lineStyle"]["type"]) == ("LINE", "INVISIBLE")
    (texts,) = line["dataLabel"]["customLabelData"]["sourceRange"]["sources"]
    (values,) = line["series"]["sourceRange"]["sources"]
    assert texts["endRowIndex"] - texts["startRowIndex"] == 4 == values["endRowIndex"]
    cells = cells_of(sheet)
    column = texts["startColumnIndex"]
    assert [value_of(cells[row, column]) for row in (1, 2, 3)] == ["甲", "乙", "丙"]
    overlay = chart["position"]["overlayPosition"]
    assert (overlay["widthPixels"], overlay["heightPixels"]) == (300, 200)
    assert all(told.get("hiddenByUser") for told in sheet["data"][0]["columnMetadata"][4:])


def test_people_are_warned_but_where_they_shall_type(people: People) -> None:
    answers = Range(1, 2, 3, 2)
    asked = view(
        Cell(1, 2, "是"), typed=(answers,), choices=(Choices(answers, ("是", "否")),),
        filter=Range(0, 0, 3, 3), freeze=1,
    )  # fmt: skip
    put(people, asked)
    again(people, asked)
    sheet = tab(people)
    (guarded,) = sheet["protectedRanges"]
    assert guarded["warningOnly"]
    (free,) = guarded["unprotectedRanges"]
    assert (free["startRowIndex"], free["endRowIndex"]) == (1, 4)
    rule = cells_of(sheet)[2, 2]["dataValidation"]
    assert [one["userEnteredValue"] for one in rule["condition"]["values"]] == ["是", "否"]
    assert "strict" not in rule
    assert sheet["basicFilter"]["range"]["endRowIndex"] == 4
    grid = sheet["properties"]["gridProperties"]
    assert (grid["frozenRowCount"], grid["hideGridlines"]) == (1, True)


def test_areas_cover_each_cell_once() -> None:
    one, two = Style(bold=True), Style(fill="FCF2DA")
    looks = {(row, column): one for row in range(4) for column in range(3)}
    looks |= {(1, 1): two, (2, 1): two, (6, 0): one, (6, 2): one}
    found = list(areas(looks))
    covered = {
        (row, column): style
        for area, style in found
        for row in range(area.first_row, area.last_row + 1)
        for column in range(area.first_column, area.last_column + 1)
    }
    assert covered == looks
    assert len(found) == 7


def test_bars_stop_at_their_cell() -> None:
    bars = Bars(FIGURES, 4, "6BA3D6")
    lengths = [sparkline(entered(value, bars)["formulaValue"])[0] for value in (-1, 0, 1, 9)]
    assert lengths == ["0", "0", "2500", "10000"]


def test_a_volatile_cell_alone_is_no_change() -> None:
    early = view(Cell(0, 0, "09:00", volatile=True))
    late = dataclasses.replace(early, cells=(Cell(0, 0, "10:00", volatile=True),))
    assert early.content_hash() == late.content_hash()
