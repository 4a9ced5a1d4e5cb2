"""The generated tab as XlsxWriter draws it: what stands in the parts of the small workbook."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

import pytest
from lxml import etree

from sync.excel.view import link_formula, render
from sync.links import KeyPlace
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
    Value,
)

PLACES = {"商机": KeyPlace("A"), "Deals": KeyPlace("B", numeric=True)}
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def view(*cells: Cell, **more: Any) -> SheetView:
    given: dict[str, Any] = {
        "key": "summary", "name": "管理汇总", "language": "zh", "widths": (16, 92, 58, 20),
        "heights": ((1, 34),), "cells": cells, "rows": 6, "columns": 4, "hidden_from": 4,
    }  # fmt: skip
    return SheetView(**(given | more))


def parts(drawn: SheetView) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(render(drawn, PLACES))) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def sheet_of(drawn: SheetView) -> str:
    return parts(drawn)["xl/worksheets/sheet1.xml"]


def texts(xml: str) -> list[str]:
    strings = etree.fromstring(xml.encode()).findall("m:si", NS)
    return ["".join(str(text) for text in node.itertext()) for node in strings]


def test_equal_views_give_equal_bytes() -> None:
    drawn = view(Cell(0, 1, "汇总", note="口径"), Cell(1, 1, 3.5, name="DK_Won"))
    assert render(drawn, PLACES) == render(drawn, PLACES)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, r'<c r="B1" s="\d+"/>'),
        (3.5, r'<c r="B1" s="\d+"><v>3.5</v></c>'),
        (True, r'<c r="B1" s="\d+" t="b"><v>1</v></c>'),
        (dt.date(2026, 11, 22), r'<c r="B1" s="\d+"><v>46348</v></c>'),
        ("=1+1", r'<c r="B1" s="\d+" t="s"><v>0</v></c>'),
        (Rich((Run("=1+1", bold=True),)), r'<c r="B1" s="\d+" t="s"><v>0</v></c>'),
        (Rich(()), r'<c r="B1" s="\d+"/>'),
        (Link("=1+1", "elsewhere", "7"), r'<c r="B1" s="\d+" t="s"><v>0</v></c>'),
    ],
)
def test_values_keep_their_kind_and_text_is_never_a_formula(value: Value, written: str) -> None:
    drawn = sheet_of(view(Cell(0, 1, value)))
    assert re.search(written, drawn)
    assert "<f>" not in drawn


@pytest.mark.parametrize(
    ("link", "formula"),
    [
        (
            Link("恒产", "商机", "SJ-1"),
            """=HYPERLINK("#'商机'!A"&IFERROR(MATCH("SJ-1",'商机'!$A:$A,0),1),"恒产")""",
        ),
        (
            Link('The "Big" one', "Deals", "215"),
            """=HYPERLINK("#'Deals'!B"&IFERROR(MATCH(215,'Deals'!$B:$B,0),1),"The ""Big"" one")""",
        ),
        (
            Link("=SUM(A1)", "Deals", '2"&1'),
            """=HYPERLINK("#'Deals'!B"&IFERROR(MATCH("2""&1",'Deals'!$B:$B,0),1),"=SUM(A1)")""",
        ),
        (
            Link("wild", "商机", "A*?~"),
            """=HYPERLINK("#'商机'!A"&IFERROR(MATCH("A~*~?~~",'商机'!$A:$A,0),1),"wild")""",
        ),
        (Link("其余 16 条", "商机"), """=HYPERLINK("#'商机'!A"&1,"其余 16 条")"""),
    ],
)
def test_links_find_their_row_by_key(link: Link, formula: str) -> None:
    assert link_formula(link, PLACES[link.sheet]) == formula


def test_a_tab_with_an_apostrophe_is_quoted() -> None:
    formula = link_formula(Link("x", "Bob's", "7"), KeyPlace("C"))
    assert formula == """=HYPERLINK("#'Bob''s'!C"&IFERROR(MATCH("7",'Bob''s'!$C:$C,0),1),"x")"""


def test_a_link_carries_its_text_as_cached_value() -> None:
    drawn = etree.fromstring(sheet_of(view(Cell(0, 1, Link("恒产", "商机", "SJ-1")))).encode())
    (cell,) = drawn.findall(".//m:c", NS)
    assert cell.get("t") == "str"
    assert cell.findtext("m:v", namespaces=NS) == "恒产"


def test_very_long_texts_stay_within_excels_limits() -> None:
    assert len(link_formula(Link("长" * 400, "商机", "k" * 400), KeyPlace("A"))) < 8192 // 4
    drawn = parts(view(Cell(0, 1, "x" * 40_000)))
    assert len(texts(drawn["xl/sharedStrings.xml"])[0]) == 32_767


def test_rich_text_keeps_each_look() -> None:
    rich = Rich((Run("本月已赢 "), Run(""), Run("751.0 万", bold=True, color="B8431A", size=11)))
    strings = parts(view(Cell(0, 1, rich)))["xl/sharedStrings.xml"]
    assert texts(strings) == ["本月已赢 751.0 万"]
    assert strings.count("<r>") == 2
    assert 'rgb="FFB8431A"' in strings
    assert "Microsoft YaHei" in strings


def test_a_style_is_made_once_and_completely() -> None:
    style = Style(
        size=12, bold=True, color="8A5A00", fill="FCF2DA", align="right", indent=1,
        format='0.0_w;-0.0_w;"–"_w', underline=True, wrap=True,
        top=Border("medium", "1F5F99"), right=Border("thick", "FFFFFF"),
    )  # fmt: skip
    styles = parts(view(Cell(0, 1, 1.0, style), Cell(1, 1, 2.0, style)))["xl/styles.xml"]
    assert styles.count('name val="Microsoft YaHei"') == 1
    for expected in (
        '<sz val="12"/>', "<b/>", "<u/>", 'rgb="FF8A5A00"', 'rgb="FFFCF2DA"',
        '<top style="medium">', '<right style="thick">', 'wrapText="1"', "0.0_w;-0.0_w;",
    ):  # fmt: skip
        assert expected in styles


def test_the_tab_is_laid_out_for_screen_and_paper() -> None:
    drawn = parts(
        view(
            Cell(0, 1, "标题"),
            Cell(3, 6, 1.0),
            freeze=3,
            repeat=(1, 3),
            breaks=(4,),
            footer=("R&D", "{page} / {pages}", "2026-11-20"),
        )
    )
    sheet = drawn["xl/worksheets/sheet1.xml"]
    for expected in (
        'showGridLines="0"', 'showRowColHeaders="0"', 'ySplit="3"', '<tabColor rgb="FF1F5F99"/>',
        '<row r="2" spans="2:7" ht="25.5"', '<row r="3" spans="2:7" ht="16.5"',
        '<col min="2" max="2" width="13.140625"', '<col min="5" max="7" width="9.7',
        'fitToHeight="0"', 'orientation="landscape"', 'paperSize="9"', '<brk id="4"',
        "&amp;L&amp;8&amp;K5B6775R&amp;&amp;D", "&amp;K5B6775&amp;P / &amp;N",
        "&amp;K5B67752026-11-20",
    ):  # fmt: skip
        assert expected in sheet, expected
    names = drawn["xl/workbook.xml"]
    assert "管理汇总!$2:$4" in names
    assert "管理汇总!$A$1:$D$6" in names


def test_figures_have_names_and_notes_their_size() -> None:
    drawn = parts(
        view(Cell(2, 1, 751.0, name="DK_Won", note="已赢\n" + "很长的口径" * 20), Cell(3, 1, "x"))
    )
    assert '<definedName name="DK_Won">管理汇总!$B$3</definedName>' in drawn["xl/workbook.xml"]
    assert "<authors><author></author></authors>" in drawn["xl/comments1.xml"]
    # 2 + 200 half-width characters: one line, then five
    assert "height:81pt" in drawn["xl/drawings/vmlDrawing1.vml"]


def test_bars_show_no_number_and_start_at_zero() -> None:
    sheet = sheet_of(view(Cell(1, 1, 4.0), bars=(Bars(Range(1, 1, 4, 1), 12.5, "6BA3D6"),)))
    assert 'sqref="B2:B5"' in sheet
    assert '<cfvo type="num" val="12.5"/>' in sheet
    assert 'showValue="0"' in sheet
    assert 'gradient="0"' in sheet
    assert "<xm:f>0</xm:f>" in sheet


def test_sparklines_are_columns_with_a_strong_end() -> None:
    sheet = sheet_of(view(Cell(1, 5, 4.0), sparks=(Spark(1, 2, Range(1, 5, 4, 5)),)))
    for expected in (
        'type="column"', 'manualMin="0"', 'minAxisType="custom"', 'last="1"',
        'displayHidden="1"', "<xm:f>管理汇总!F2:F5</xm:f>", "<xm:sqref>C2</xm:sqref>",
    ):  # fmt: skip
        assert expected in sheet, expected


def chart(kind: Any, *series: Series, **more: Any) -> Chart:
    return Chart(kind, 0, 1, 596, 220, Range(0, 4, 2, 4), series, "每月预测对目标", **more)


def data(*names: str) -> tuple[Cell, ...]:
    labels = tuple(Cell(row, 4, label) for row, label in enumerate(("9 月", "10 月", "11 月")))
    numbers = tuple(
        Cell(row, 5 + at, 100.0 * row + at) for at in range(len(names)) for row in range(3)
    )
    return labels + numbers


def column(at: int) -> Range:
    return Range(0, 5 + at, 2, 5 + at)


def test_columns_with_a_dashed_target_over_them() -> None:
    drawn = parts(
        view(
            *data("won", "target"),
            charts=(
                chart(
                    "stacked",
                    Series("=已赢", column(0), "1F5F99"),
                    Series("目标", column(1), "1F2933", line=True, dashed=True),
                ),
            ),
        )
    )
    xml = drawn["xl/charts/chart1.xml"]
    for expected in (
        '<c:grouping val="stacked"/>', '<c:overlap val="100"/>', '<c:gapWidth val="60"/>',
        '<a:prstDash val="dash"/>', "<c:lineChart>", '<c:legendPos val="t"/>',
        '<c:autoTitleDeleted val="1"/>', '<a:srgbClr val="E3E7EC"/>', 'typeface="Microsoft YaHei"',
        "<c:f>管理汇总!$F$1:$F$3</c:f>", "<c:v> =已赢</c:v>",
    ):  # fmt: skip
        assert expected in xml, expected
    assert "plotVisOnly" not in xml  # hidden columns are drawn
    assert 'descr="每月预测对目标"' in drawn["xl/drawings/drawing1.xml"]


def test_a_waterfall_stands_on_nothing_and_is_labelled_by_hand() -> None:
    xml = parts(
        view(
            *data("base", "up", "label"),
            charts=(
                chart(
                    "stacked",
                    Series("", column(0), ""),
                    Series("新增", column(1), "6BA3D6"),
                    Series(
                        "", column(2), "", line=True, labels=True, custom_labels=("1", "+2", "−3")
                    ),
                    axis=False,
                    minimum=5000,
                    gap=35,
                ),
            ),
        )
    )["xl/charts/chart1.xml"]
    assert xml.count("<c:legendEntry>") == 2
    assert xml.count("<a:noFill/>") >= 2
    assert "<a:t>+2</a:t>" in xml
    for silent in ("LegendKey", "CatName", "SerName", "Percent", "BubbleSize"):
        assert xml.count(f'<c:show{silent} val="0"/>') == xml.count('<c:showVal val="1"/>') == 4
    assert xml.count('<c:smooth val="0"/>') == xml.count("<c:lineChart>") == 1
    assert '<c:min val="5000"/>' in xml
    assert "<c:majorGridlines>" not in xml


def test_shares_run_from_the_top_down() -> None:
    xml = parts(
        view(
            *data("advanced", "lost"),
            charts=(
                chart(
                    "share",
                    Series("前进", column(0), "1F5F99", labels=True, label_color="FFFFFF"),
                    Series("丢单", column(1), "E9A283", labels=True),
                    axis=False,
                    legend=False,
                ),
            ),
        )
    )["xl/charts/chart1.xml"]
    category = xml[xml.index("<c:catAx>") : xml.index("</c:catAx>")]
    assert '<c:barDir val="bar"/>' in xml
    assert '<c:grouping val="percentStacked"/>' in xml
    assert '<c:orientation val="maxMin"/>' in category
    assert "<c:legend>" not in xml
    assert '<a:srgbClr val="FFFFFF"/>' in xml
