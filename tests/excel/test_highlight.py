"""Highlights: ours are known again, come after the team's, and are written only once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.excel.edits import Mark
from sync.grid import Area
from tests.excel.kit import attributes, edit, find, part, patched, workbook

AREA = Area(3, 0, 4, 2)
OVERDUE = Mark(2, "已超时", AREA, "FDE7E9", "B42318", bold=True)
SOON = Mark(2, 'so"on', AREA, "FFF4CE")
TEAM = (
    '<conditionalFormatting sqref="A1:B9"><cfRule type="expression" priority="4">'
    '<formula>$C4="已超时"</formula></cfRule></conditionalFormatting>'
)
EXTENSION = (
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    "<x14:conditionalFormattings><x14:conditionalFormatting>"
    '<x14:cfRule type="dataBar" priority="11" id="{1}"/>'
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
)


def _marked(source: bytes, *marks: Mark) -> bytes:
    return patched(source, edit(marks=marks))[0]


def test_they_are_driven_by_the_status_column() -> None:
    result = _marked(workbook(), OVERDUE, SOON)
    assert attributes(result, "//m:conditionalFormatting/@sqref") == ["A4:C5", "A4:C5"]
    formulas = [formula.text for formula in find(result, "//m:cfRule/m:formula")]
    assert formulas == ['EXACT($C4,"已超时")', 'EXACT($C4,"so""on")']
    looks = "xl/styles.xml"
    assert attributes(result, "//m:dxf//m:bgColor/@rgb", looks) == ["FFFDE7E9", "FFFFF4CE"]
    assert attributes(result, "//m:dxf/m:font/m:color/@rgb", looks) == ["FFB42318"]


def test_the_teams_own_come_first_those_of_the_extension_too() -> None:
    result = _marked(workbook(tail=TEAM + EXTENSION), OVERDUE, SOON)
    assert attributes(result, "//m:cfRule/@priority") == ["4", "12", "13"]


def test_the_second_time_nothing_is_written() -> None:
    once = _marked(workbook(tail=TEAM), OVERDUE, SOON)
    assert _marked(once, OVERDUE, SOON) == once


@pytest.mark.parametrize(
    "wanted",
    [
        (replace(OVERDUE, fill="FF0000"), SOON),
        (replace(OVERDUE, bold=False), SOON),
        (
            replace(OVERDUE, area=AREA._replace(last_row=9)),
            replace(SOON, area=AREA._replace(last_row=9)),
        ),
        (SOON, OVERDUE),
        (OVERDUE,),
        (),
    ],
)
def test_a_change_replaces_ours_and_only_ours(wanted: tuple[Mark, ...]) -> None:
    once = _marked(workbook(tail=TEAM), OVERDUE, SOON)
    again = _marked(once, *wanted)
    assert again != once
    assert len(find(again, "//m:cfRule")) == 1 + len(wanted)
    assert attributes(again, "//m:cfRule/@priority")[0] == "4"
    assert _marked(again, *wanted) == again


def test_reaching_further_down_does_no_harm() -> None:
    once = _marked(workbook(), replace(OVERDUE, area=AREA._replace(last_row=99)))
    assert _marked(once, OVERDUE) == once


def test_ranges_split_by_pasting_are_mended() -> None:
    once = _marked(workbook(), OVERDUE)
    sheet = "xl/worksheets/sheet1.xml"
    broken = workbook(parts={sheet: _split(once), "xl/styles.xml": part(once, "xl/styles.xml")})
    assert attributes(_marked(broken, OVERDUE), "//m:conditionalFormatting/@sqref") == ["A4:C5"]


def _split(data: bytes) -> bytes:
    return part(data, "xl/worksheets/sheet1.xml").replace(b'"A4:C5"', b'"A4:C4 A5:C5"')
