"""Columns of ours stand beside the table, inside its filter and its list object."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sync.excel.edits import Mark, NewColumn
from sync.store import Refused
from tests.excel.kit import (
    HEADER,
    MAIN,
    RELS,
    ROWS,
    TABLE,
    attributes,
    cells,
    edit,
    find,
    part,
    patched,
    tree,
    values,
    workbook,
)

STATUS, DUE = NewColumn("管家·时效", "text", 12, ("正常", "已超时")), NewColumn("管家·到期", "date")
FILTER = (
    '<autoFilter ref="A3:B5"><filterColumn colId="1"><filters><filter val="小张"/></filters>'
    '</filterColumn><sortState ref="A4:B5"><sortCondition ref="B4:B5"/></sortState></autoFilter>'
)
FILTER_NAME = (
    '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'
    "商机!$A$3:$B$5</definedName></definedNames>"
)


def _added(source: bytes, *columns: NewColumn, **options: Any) -> bytes:
    changes = cells(2, [3, 4], [None, None], ["正常", "已超时"])
    result, done = patched(
        source, edit(changes, columns=columns or (STATUS, DUE), owned_from=2, **options)
    )
    assert done.refused == ()
    return result


def _table(inner: str = "", attributes_: str = "") -> str:
    return (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A3:B5"{attributes_}>'
        '<autoFilter ref="A3:B5"/><tableColumns count="2"><tableColumn id="1" name="编号"/>'
        f'<tableColumn id="7" name="负责人">{inner}</tableColumn></tableColumns></table>'
    )


def _with_table(table: str, rows: str = HEADER + ROWS, **options: Any) -> bytes:
    tail = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    return workbook(rows, tail=tail, tables=[table], **options)


def test_header_values_look_and_width() -> None:
    result = _added(workbook())
    assert values(result)[2][2:] == ["管家·时效", "管家·到期"]
    assert [row[2] for row in values(result)[3:]] == ["正常", "已超时"]
    assert attributes(result, "//m:c[@r='C3']/@s") == ["1"]  # the look of the header beside it
    assert attributes(result, "//m:col/@width") == ["12", "14"]


def test_cells_take_the_look_of_the_team_cell_beside_them_without_its_number_format() -> None:
    result = _added(workbook())
    text, day = find(result, "//m:c[@r='C4']")[0], find(result, "//m:c[@r='C5']")[0]
    assert text.get("s") is None
    formats = find(result, "//m:cellXfs/m:xf", "xl/styles.xml")
    assert formats[int(day.get("s", "0"))].get("numFmtId") == "0"  # the neighbour shows a date


def test_blank_cells_look_like_the_team_cell_beside_them_too() -> None:
    rows = HEADER + ROWS.replace('r="B4"', 'r="B4" s="1"')
    result, done = patched(workbook(rows), edit(columns=[STATUS], owned_from=2))
    assert done.cells == 0
    assert attributes(result, "//m:c[@r='C4']/@s") == ["1"]
    again, done = patched(
        result,
        edit(cells(2, [3], [None], ["正常"]), area=TABLE._replace(last_column=2), owned_from=2),
    )
    assert done.cells == 1
    assert attributes(again, "//m:c[@r='C4']/@s") == ["1"]


def test_a_moment_shows_its_time() -> None:
    moments = [pd.Timestamp(2026, 1, 2), pd.Timestamp(2026, 1, 2, 9, 30)]
    result, _ = patched(
        workbook(), edit(cells(2, [3, 4], [None, None], moments), columns=[DUE], owned_from=2)
    )
    codes = attributes(result, "//m:numFmt/@formatCode", "xl/styles.xml")
    assert codes == ["yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm"]
    assert [value.hour for value in (row[2] for row in values(result)[4:])] == [9]


def test_widths_are_cut_out_of_an_entry_for_many_columns() -> None:
    head = '<cols><col min="1" max="16384" width="9" style="1" hidden="1"/></cols>'
    result = _added(workbook(head=head))
    entries = [
        (col.get("min"), col.get("max"), col.get("hidden")) for col in find(result, "//m:col")
    ]
    assert entries == [
        ("1", "2", "1"), ("3", "3", None), ("4", "4", None), ("5", "16384", "1")
    ]  # fmt: skip


def test_the_filter_reaches_over_them_and_keeps_its_state() -> None:
    result = _added(workbook(tail=FILTER, names=FILTER_NAME))
    assert attributes(result, "//m:autoFilter/@ref") == ["A3:D5"]
    assert attributes(result, "//m:sortState/@ref") == ["A4:D5"]
    assert attributes(result, "//m:filter/@val") == ["小张"]
    assert find(result, "//m:definedName", "xl/workbook.xml")[0].text == "商机!$A$3:$D$5"


def test_a_filter_of_another_table_stays() -> None:
    result = _added(workbook(tail='<autoFilter ref="A1:B2"/>', names=FILTER_NAME))
    assert attributes(result, "//m:autoFilter/@ref") == ["A1:B2"]
    assert find(result, "//m:definedName", "xl/workbook.xml")[0].text == "商机!$A$3:$B$5"


def test_the_list_object_takes_them_in() -> None:
    table = _table("<calculatedColumnFormula>1+1</calculatedColumnFormula>")
    result = _added(_with_table(table))
    name = "xl/tables/table1.xml"
    assert tree(result, name).get("ref") == "A3:D5"
    assert attributes(result, "//m:autoFilter/@ref", name) == ["A3:D5"]
    assert attributes(result, "//m:tableColumns/@count", name) == ["4"]
    assert attributes(result, "//m:tableColumn/@id", name) == ["1", "7", "8", "9"]
    assert len(find(result, "//m:calculatedColumnFormula", name)) == 1


def test_a_total_row_stays_part_of_the_list_object() -> None:
    table = _table(attributes_=' totalsRowCount="1"').replace(
        '<autoFilter ref="A3:B5"', '<autoFilter ref="A3:B4"'
    )
    result, done = patched(
        _with_table(table),
        edit(
            cells(2, [3], [None], ["正常"]),
            columns=[STATUS],
            area=TABLE._replace(last_row=3),
            owned_from=2,
        ),
    )
    assert done.cells == 1
    assert tree(result, "xl/tables/table1.xml").get("ref") == "A3:C5"
    assert attributes(result, "//m:autoFilter/@ref", "xl/tables/table1.xml") == ["A3:C4"]


def test_names_with_line_breaks_are_escaped_in_the_list_object() -> None:
    result = _added(_with_table(_table()), NewColumn("DK\nstatus"))
    names = attributes(result, "//m:tableColumn/@name", "xl/tables/table1.xml")
    assert names[-1] == "DK_x000A_status"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (_with_table(_table(), parts={}), "already has a column"),
        (_with_table(_table(attributes_=' tableType="queryTable"')), "filled by a query"),
        (workbook(HEADER + ROWS.replace("</row>", '<c r="D4"><v>1</v></c></row>', 1)), "D4"),
        (workbook(HEADER + '<row r="4"><c r="C4"><f>1</f></c></row>'), "C4"),
        (workbook(tail='<mergeCells><mergeCell ref="C4:C5"/></mergeCells>'), "C4:C5"),
        (workbook(tail='<sheetProtection sheet="1"/>'), "is protected"),
        (_with_table(_table().replace("A3:B5", "D3:E5")), "stands directly beside"),
    ],
)
def test_what_stands_in_the_way_is_told(source: bytes, why: str) -> None:
    header = "负责人" if why.startswith("already") else "管家·时效"
    with pytest.raises(Refused, match=why) as refused:
        _added(source, NewColumn(header), DUE)
    assert refused.value.say("zh") != refused.value.say("en")


def test_blank_cells_with_a_format_are_free() -> None:
    rows = HEADER + '<row r="4"><c r="A4"/><c r="C4" s="1"/><c r="F4"><v>9</v></c></row>'
    result = _added(workbook(rows))
    assert attributes(result, "//m:c[@r='C4']/@s") == ["1"]
    assert values(result)[3][5] == 9


def test_there_must_be_room() -> None:
    with pytest.raises(Refused, match="no room"):
        patched(workbook(), edit(columns=[STATUS], area=TABLE._replace(last_column=16_383)))


def test_choices_are_offered_and_the_teams_own_lists_stay() -> None:
    result = _added(workbook())
    rule = find(result, "//m:dataValidation")[0]
    assert (rule.get("sqref"), rule[0].text) == ("C4:C5", '"正常,已超时"')
    team = (
        '<dataValidations count="1"><dataValidation type="list" sqref="A4:Z9">'
        "<formula1>Sheet9!$A$1:$A$9</formula1></dataValidation></dataValidations>"
    )
    kept = _added(workbook(tail=team))
    assert attributes(kept, "//m:dataValidation/@sqref") == ["A4:Z9"]


def test_elements_come_in_the_order_of_the_schema() -> None:
    tail = (
        f"{FILTER}<phoneticPr fontId='0'/><hyperlinks><hyperlink ref='A4' location='A1'/>"
        "</hyperlinks><pageMargins left='1' right='1' top='1' bottom='1' header='1' footer='1'/>"
        '<extLst><ext uri="{x}"/></extLst>'
    )
    mark = Mark(2, "已超时", TABLE._replace(first_row=3), "FDE7E9")
    result = _added(
        workbook(tail=tail, head='<sheetViews><sheetView workbookViewId="0"/></sheetViews>'),
        marks=(mark,),
    )
    names = [element.tag.rpartition("}")[2] for element in tree(result)]
    assert names == [
        "sheetViews", "cols", "sheetData", "autoFilter", "phoneticPr", "conditionalFormatting",
        "dataValidations", "hyperlinks", "pageMargins", "extLst",
    ]  # fmt: skip


def test_a_second_write_leaves_the_frame_as_it_is() -> None:
    once = _added(workbook(tail=FILTER))
    again, done = patched(
        once,
        edit(cells(2, [3], ["正常"], ["已超时"]), area=TABLE._replace(last_column=3), owned_from=2),
    )
    assert done.changed == {"xl/worksheets/sheet1.xml"}
    assert part(again).partition(b"<sheetData>")[0] == part(once).partition(b"<sheetData>")[0]
    assert part(again).partition(b"</sheetData>")[2] == part(once).partition(b"</sheetData>")[2]


def test_a_workbook_without_styles_gets_some() -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Target="worksheets/sheet1.xml" Type="{RELS}/worksheet"/>'
        "</Relationships>"
    )
    source = workbook(
        HEADER.replace(' s="1"', ""),
        parts={"xl/_rels/workbook.xml.rels": rels, "xl/styles.xml": None},
    )
    result, _ = patched(
        source, edit(cells(2, [3], [None], [pd.Timestamp(2026, 1, 2)]), columns=[DUE])
    )
    assert values(result)[3][2].isoformat() == "2026-01-02"


def test_a_filter_that_people_set_anew_without_our_columns_reaches_over_them_again() -> None:
    once = _added(workbook(tail=FILTER, names=FILTER_NAME))
    parts = {
        "xl/worksheets/sheet1.xml": part(once).replace(b'"A3:D5"', b'"A3:B5"'),
        "xl/workbook.xml": part(once, "xl/workbook.xml").replace(b"$D$5", b"$B$5"),
    }
    wanted = edit(area=TABLE._replace(last_column=3), owned_from=2)
    result, _ = patched(workbook(parts=parts), wanted)
    assert attributes(result, "//m:autoFilter/@ref") == ["A3:D5"]
    assert find(result, "//m:definedName", "xl/workbook.xml")[0].text == "商机!$A$3:$D$5"
