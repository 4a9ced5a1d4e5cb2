"""Writing cells: whatever form the sheet has, only what was read is replaced."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.excel.edits import NewColumn
from sync.store import Refused
from tests.excel.kit import (
    HEADER,
    MAIN,
    RELS,
    ROWS,
    attributes,
    cells,
    edit,
    find,
    part,
    patched,
    tree,
    values,
    workbook,
    worksheet,
)

OWNER = 1
NOTE = NewColumn("管家·时效")


def _written(source: bytes, before: Any, after: Any, row: int = 3) -> tuple[bytes, tuple[str, ...]]:
    result, done = patched(source, edit(cells(OWNER, [row], [before], [after])))
    return result, tuple(refusal.code for refusal in done.refused)


def _rows(cell: str) -> str:
    return HEADER + f'<row r="4"><c r="A4"/>{cell}</row>'


@pytest.mark.parametrize(
    ("cell", "before"),
    [
        ('<c r="B4" t="s"><v>1</v></c>', "小张"),
        ('<c r="B4" t="inlineStr"><is><t xml:space="preserve"> 小张 </t></is></c>', "小张"),
        ('<c r="B4" t="inlineStr"><is><r><t>小</t></r><r><t>张</t></r></is></c>', "小张"),
        ('<c r="B4" t="str"><v>A &amp; B</v></c>', "A & B"),
        ('<c r="B4" t="str"><v>line_x000D_\nend</v></c>', "line\nend"),
        ('<c r="B4"><v>12.5</v></c>', 12.5),
        ('<c r="B4"><v>1.0000000000000002E2</v></c>', 100),
        ('<c r="B4" t="b"><v>1</v></c>', True),
        ('<c r="B4" s="2"><v>46000</v></c>', pd.Timestamp(2025, 12, 9)),
        ('<c r="B4" s="2"><v>46000.5</v></c>', dt.datetime(2025, 12, 9, 12)),  # noqa: DTZ001
        ('<c r="B4" t="d"><v>2025-12-09T00:00:00</v></c>', pd.Timestamp(2025, 12, 9)),
        ('<c r="B4"/>', None),
        ('<c r="B4" t="s"/>', None),
        ('<c r="B4" t="n"><v></v></c>', None),
        ('<c r="B4" t="str"><v>  </v></c>', None),
        ("", None),
        ("<c/>", None),
    ],
)
def test_a_cell_that_holds_what_was_read_is_replaced(cell: str, before: Any) -> None:
    result, refused = _written(workbook(_rows(cell)), before, "小李")
    assert refused == ()
    assert values(result)[3][1] == "小李"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="B4" t="s"><v>0</v></c>', "store.changed"),
        ('<c r="B4"/>', "store.changed"),
        ("", "store.changed"),
        ('<c r="B4"><v>7</v></c>', "store.changed"),
        ('<c r="B4" t="str"><f>A4</f><v>小张</v></c>', "store.formula"),
        ('<c r="B4"><f t="shared" si="0"/><v>小张</v></c>', "store.formula"),
        ('<c r="B4" t="s" cm="1"><v>1</v></c>', "store.array"),
        ('<c r="B4" t="e" vm="1"><v>#VALUE!</v></c>', "store.array"),
    ],
)
def test_anything_else_is_refused_and_stays(cell: str, code: str) -> None:
    source = workbook(_rows(cell))
    result, refused = _written(source, "小张", "小李")
    assert refused == (code,)
    assert result == source


@pytest.mark.parametrize(
    ("rows", "tail", "code"),
    [
        (HEADER + ROWS, '<mergeCells><mergeCell ref="A4:B4"/></mergeCells>', "store.merged"),
        (
            HEADER + '<row r="4"><c r="A4"><f t="array" ref="A4:B5">1</f><v>1</v></c></row>',
            "",
            "store.array",
        ),
    ],
)
def test_cells_that_belong_to_others_are_refused(rows: str, tail: str, code: str) -> None:
    _, done = patched(workbook(rows, tail=tail), edit(cells(OWNER, [3], [None], ["小李"])))
    assert [refusal.code for refusal in done.refused] == [code]


def test_the_header_of_a_list_object_is_never_written() -> None:
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A3:B5">'
        '<tableColumns count="2"><tableColumn id="1" name="编号"/>'
        '<tableColumn id="2" name="负责人"/></tableColumns></table>'
    )
    tail = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    source = workbook(tail=tail, tables=[table])
    _, done = patched(source, edit(cells(OWNER, [2], ["负责人"], ["别的"])))
    assert [refusal.code for refusal in done.refused] == ["store.header"]


PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="4"><x:c r="A4"/></x:row>'
    "</x:sheetData></x:worksheet>"
)
COMMENTED = (
    '<sheetData><!-- <c r="B4"><v>1</v></c> --><row r="4"><c r="A4" t="str">'
    '<v><![CDATA[<c r="B4">]]></v></c></row></sheetData>'
)
CHINESE = '<sheetData><row r="4"><c r="A4" t="str"><v>中文</v></c></row></sheetData>'


@pytest.mark.parametrize(
    "sheet",
    [
        worksheet("<sheetData/>"),
        worksheet("<sheetData></sheetData>"),
        worksheet(f"<sheetData>{HEADER}</sheetData>"),
        worksheet(f'<sheetData>{HEADER}<row r="4"/></sheetData>'),
        worksheet("<sheetData><row/><row/><row/><row/></sheetData>"),
        worksheet('<sheetData><row r="9"/></sheetData>'),
        worksheet('<sheetData><row r="4"><c r="C4"/></row></sheetData>'),
        worksheet("<sheetData><row r='4'><c r='A4'/></row></sheetData>"),
        worksheet('<sheetData>\n <row r="4">\n  <c\n r="A4"><v>1</v></c>\n </row>\n</sheetData>'),
        worksheet('<sheetData><row r="4"><c/></row><row><c><v>2</v></c></row></sheetData>'),
        worksheet('<sheetData><row r="4"><c r="A4"/><extLst/></row></sheetData>'),
        worksheet(COMMENTED),
        worksheet(CHINESE, encoding="UTF-16"),
        worksheet(CHINESE, encoding="gb18030"),
        PREFIXED.encode(),
    ],
)
def test_every_form_of_a_sheet_takes_a_new_cell(sheet: bytes) -> None:
    result, done = patched(workbook(sheet=sheet), edit(cells(OWNER, [3], [None], ["小李"])))
    assert done.cells == 1
    cell = find(result, "//m:c[@r='B4']")[0]
    assert "".join(str(text) for text in cell.itertext()) == "小李"
    assert len(find(result, "//m:c[@r='B4']")) == 1


@pytest.mark.parametrize(
    "cell", ['<c r="A4"/>', '<c r="A4"><v>1</v></c>', '<c r="A4"><v>1</v></c >']
)
def test_a_new_cell_stands_before_what_else_a_row_holds(cell: str) -> None:
    """Extensions come last in a row (ECMA-376-1, 18.3.1.73)."""
    row = f'<sheetData><row r="4">{cell}<extLst><ext uri="x"/></extLst></row></sheetData>'
    result, _ = patched(workbook(sheet=worksheet(row)), edit(cells(OWNER, [3], [None], ["小李"])))
    (last,) = find(result, "//m:row[@r='4']/*[last()]")
    assert last.tag.endswith("extLst")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="5"/><row r="4"/>',
        '<row r="4"/><row r="4"/>',
        '<row r="0"/>',
        '<row r="4"><c r="B4"/><c r="A4"/></row>',
        '<row r="4"><c r="A5"/></row>',
        '<row r="4"><c r="ZZZ4"/></row>',
    ],
)
def test_rows_and_cells_out_of_order_are_refused(rows: str) -> None:
    with pytest.raises(Refused, match="out of order"):
        patched(workbook(rows), edit(cells(OWNER, [3], [None], ["小李"])))


def test_spans_are_dropped_and_untouched_rows_keep_their_bytes() -> None:
    result, _ = _written(workbook(), "小张", "小李")
    assert b'<row r="4"><c r="A4" t="s"><v>0</v></c>' in part(result)
    assert HEADER.encode() in part(result)


def test_text_stays_text() -> None:
    for text in ("=HYPERLINK(1)", "+1", " both sides ", "two\nlines", "_x0041_", "\x01\x0b", "<&>"):
        result, _ = _written(workbook(), "小张", text)
        assert find(result, "//m:c[@r='B4']/m:f") == []
        assert values(result)[3][1].replace("_x000B_", "\x0b") == text


@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_is_written_and_known_again(text: str) -> None:
    source = workbook()
    once, refused = _written(source, "小张", text)
    assert refused == ()
    again, refused = _written(once, text, "小张")
    assert refused == ()
    assert values(again)[3][1] == "小张"


def test_a_text_that_no_cell_can_hold_is_refused() -> None:
    _, refused = _written(workbook(), "小张", "长" * 32_768)
    assert refused == ("store.unwritable",)


@pytest.mark.parametrize(("settings_", "serial"), [("", "46000"), ('date1904="1"', "44538")])
def test_dates_are_serials_in_the_workbooks_own_calendar(settings_: str, serial: str) -> None:
    source = workbook(settings=f"<workbookPr {settings_}/>")
    result, _ = _written(source, "小张", pd.Timestamp(2025, 12, 9))
    assert find(result, "//m:c[@r='B4']/m:v")[0].text == serial
    assert values(result)[3][1] == dt.date(2025, 12, 9)


def test_dates_before_the_calendar_are_refused() -> None:
    _, refused = _written(workbook(), "小张", pd.Timestamp(1850, 1, 1))
    assert refused == ("store.unwritable",)


def test_a_cell_keeps_its_style_and_a_date_gets_one() -> None:
    source = workbook(_rows('<c r="B4" s="1" t="s"><v>1</v></c>'))
    text, _ = _written(source, "小张", "小李")
    assert attributes(text, "//m:c[@r='B4']/@s") == ["1"]
    day, _ = _written(source, "小张", pd.Timestamp(2025, 12, 9))
    style = int(attributes(day, "//m:c[@r='B4']/@s")[0])
    made = find(day, "//m:cellXfs/m:xf", "xl/styles.xml")[style]
    assert made.get("fontId") == "1"
    assert made.get("numFmtId") == "164"
    kept, _ = _written(workbook(_rows('<c r="B4" s="2"/>')), None, pd.Timestamp(2025, 12, 9))
    assert attributes(kept, "//m:c[@r='B4']/@s") == ["2"]


def test_blanking_keeps_the_style() -> None:
    source = workbook(_rows('<c r="B4" s="1" t="s"><v>1</v></c>'))
    result, done = patched(source, edit(cells(OWNER, [3], ["小张"], [None])))
    cell = find(result, "//m:c[@r='B4']")[0]
    assert (done.cells, cell.get("s"), len(cell)) == (1, "1", 0)


def test_blank_for_blank_writes_nothing() -> None:
    source = workbook()
    for row in (4, 20):
        result, done = patched(source, edit(cells(OWNER, [row], [None], [None])))
        assert (result, done.cells) == (source, 0)


def test_new_cells_take_the_format_of_their_row_or_column() -> None:
    head = '<cols><col min="2" max="2" width="9" style="1"/></cols>'
    source = workbook(HEADER + '<row r="4"/><row r="5" s="2" customFormat="1"/>', head=head)
    result, _ = patched(source, edit(cells(OWNER, [3, 4], [None, None], ["a", "b"])))
    assert attributes(result, "//m:c[@r='B4']/@s") == ["1"]
    assert attributes(result, "//m:c[@r='B5']/@s") == ["2"]


def test_a_stale_dimension_is_enlarged() -> None:
    source = workbook(head='<dimension ref="A1"/>')
    result, _ = patched(source, edit(cells(OWNER, [9], [None], ["x"])))
    assert tree(result)[0].get("ref") == "A1:B10"


def test_a_sheet_without_cell_data_is_refused() -> None:
    with pytest.raises(Refused, match="no cell data"):
        patched(workbook(sheet=f'<worksheet xmlns="{MAIN}"/>'), edit(cells(1, [3], [None], ["x"])))


def test_relations_of_the_sheet_survive() -> None:
    tail = f'<drawing xmlns:r="{RELS}" r:id="rId9"/>'
    result, _ = patched(workbook(tail=tail), edit(columns=[NOTE], owned_from=2))
    assert attributes(result, "//m:drawing/@r:id") == ["rId9"]
