"""The generated tab: grafted once, replaced in place, left alone while it says the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from sync.excel.edits import Patched, WorkbookEdit
from sync.excel.view import drawn_tab
from sync.links import KeyPlace
from sync.store import Refused
from sync.view import Cell, Chart, Choices, Link, Range, Rich, Run, Series, SheetView, Style
from tests.excel.kit import (
    MAIN,
    RELS,
    attributes,
    find,
    names_of,
    pack,
    part,
    patched,
    tree,
    values,
    workbook,
)

NAME = "管理汇总"
BOOK = "xl/workbook.xml"


def view(*figures: float, name: str = NAME, key: str = "summary", **options: Any) -> SheetView:
    """Return a tab with figures, a chart of them, a note, a link and a name."""
    cells = [
        Cell(0, 0, "赢单 <&>", Style(bold=True), note="定义"),
        Cell(0, 1, Rich((Run("a", bold=True), Run("b")))),
        Cell(1, 0, figures[0], Style(format="#,##0.0_w"), name="DK_Won"),
        Cell(2, 0, Link("甲-1", "商机", "甲-1")),
        *(Cell(4 + at, 3, figure) for at, figure in enumerate(figures)),
    ]
    area = Range(4, 3, 3 + len(figures), 3)
    chart = Chart("stacked", 6, 0, 300, 200, area, (Series("s", area, "1F5F99"),), "图")
    return SheetView(
        key, name, "zh", (80, 80, 80), (), tuple(cells), rows=9, columns=3, hidden_from=3,
        charts=options.pop("charts", (chart,)), repeat=(0, 1), **options,
    )  # fmt: skip


def _put(source: bytes, *shown: SheetView) -> tuple[bytes, Patched]:
    drawn = tuple(drawn_tab(each, {"商机": KeyPlace("A")}) for each in shown)
    return patched(source, WorkbookEdit(drawn=drawn))


def test_a_new_tab_goes_last_with_all_that_belongs_to_it() -> None:
    titles = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
        'docPropsVTypes"><HeadingPairs><vt:vector size="2" baseType="variant"><vt:variant>'
        "<vt:lpstr>Worksheets</vt:lpstr></vt:variant><vt:variant><vt:i4>1</vt:i4></vt:variant>"
        '</vt:vector></HeadingPairs><TitlesOfParts><vt:vector size="1" baseType="lpstr">'
        "<vt:lpstr>商机</vt:lpstr></vt:vector></TitlesOfParts></Properties>"
    )
    properties = (
        f'<Relationship Id="r" Type="{RELS}/extended-properties" Target="docProps/app.xml"/>'
    )
    rels = part(workbook(), "_rels/.rels").replace(b"</Rel", properties.encode() + b"</Rel")
    source = workbook(parts={"docProps/app.xml": titles, "_rels/.rels": rels})
    result, done = _put(source, view(3, 5))
    assert done.drawn
    assert attributes(result, "//m:sheet/@name", BOOK) == ["商机", NAME]
    assert attributes(result, "//m:sheet/@sheetId", BOOK) == ["1", "2"]
    assert [text.text for text in tree(result, "docProps/app.xml").iter() if text.text] == [
        "Worksheets", "2", "商机", NAME
    ]  # fmt: skip
    sheet = "xl/worksheets/sheetDK.xml"
    assert attributes(result, "//m:sheetView/@tabSelected", sheet) == []
    assert find(result, "//m:f", sheet)[0].text == (
        'HYPERLINK("#\'商机\'!A"&IFERROR(MATCH("甲-1",\'商机\'!$A:$A,0),1),"甲-1")'
    )
    assert part(result, "xl/charts/chartDK.xml")
    assert "定义".encode() in part(result, "xl/commentsDK.xml")
    names = {item.get("name"): item.text for item in find(result, "//m:definedName", BOOK)}
    assert names["DK_Won"] == f"{NAME}!$A$2"
    assert names["_xlnm.Print_Titles"] == f"{NAME}!$1:$2"


def test_what_says_the_same_is_left_alone() -> None:
    once, _ = _put(workbook(), view(3, 5))
    assert _put(once, view(3, 5)) == (once, Patched())
    later = view(3, 5)
    later = replace(later, cells=(*later.cells, Cell(8, 0, "09:00", volatile=True)))
    assert _put(once, later)[1].drawn  # a new cell is new content
    assert not _put(
        _put(once, later)[0],
        replace(later, cells=(*later.cells[:-1], replace(later.cells[-1], value="10:00"))),
    )[1].drawn


def test_a_replaced_tab_keeps_its_place_and_peoples_references() -> None:
    once, _ = _put(workbook(), view(3, 5))
    people = (
        part(once, BOOK)
        .replace(b"<definedNames>", b'<definedNames><definedName name="Mine">DK_Won</definedName>')
        .replace(f'name="{NAME}" sheetId="2"'.encode(), f'name="{NAME}" sheetId="7"'.encode())
    )  # fmt: skip
    once = _with(once, {BOOK: people})
    again, done = _put(once, view(8, 5, 1, charts=()))
    assert done.drawn
    assert attributes(again, "//m:sheet/@sheetId", BOOK) == ["1", "7"]
    assert attributes(again, "//m:sheet/@r:id", BOOK) == attributes(once, "//m:sheet/@r:id", BOOK)
    assert find(again, "//m:definedName[@name='Mine']", BOOK)[0].text == "DK_Won"
    assert not [name for name in names_of(again) if "chart" in name]
    assert find(again, "//m:c[@r='A2']/m:v", "xl/worksheets/sheetDK.xml")[0].text == "8"


def test_running_on_does_not_make_the_workbook_grow() -> None:
    first, _ = _put(workbook(), view(1, 2))
    second, _ = _put(first, view(2, 3))
    third, _ = _put(second, view(3, 4))
    assert names_of(third) == names_of(second) == names_of(first)
    assert part(third, "xl/styles.xml") == part(first, "xl/styles.xml")
    assert part(third, BOOK).count(b"definedName ") == part(first, BOOK).count(b"definedName ")


def test_a_tab_that_people_renamed_and_moved_is_still_ours() -> None:
    once, _ = _put(workbook(), view(1, 2))
    renamed = part(once, BOOK).replace(NAME.encode(), "老板看板".encode())
    again, _ = _put(_with(once, {BOOK: renamed}), view(5, 6))
    assert attributes(again, "//m:sheet/@name", BOOK) == ["商机", "老板看板"]
    names = {item.get("name"): item.text for item in find(again, "//m:definedName", BOOK)}
    assert names["DK_Won"] == "老板看板!$A$2"
    assert "老板看板".encode() in part(again, "xl/charts/chartDK.xml")


def test_names_of_figures_that_are_gone_are_dropped_and_the_teams_stay() -> None:
    names = '<definedNames><definedName name="DK_Theirs">商机!$A$1</definedName></definedNames>'
    once, _ = _put(workbook(names=names), view(1, 2))
    nameless = view(1, 2)
    cells = tuple(replace(cell, name="") for cell in nameless.cells)
    again, _ = _put(once, replace(nameless, cells=cells))
    known = attributes(again, "//m:definedName/@name", BOOK)
    assert "DK_Won" not in known
    assert "DK_Theirs" in known


def test_a_name_of_the_teams_own_is_never_taken() -> None:
    names = '<definedNames><definedName name="DK_Won">商机!$A$1</definedName></definedNames>'
    result, _ = _put(workbook(names=names), view(1, 2))
    assert find(result, "//m:definedName[@name='DK_Won']", BOOK)[0].text == "商机!$A$1"


def test_a_tab_of_the_team_is_not_touched() -> None:
    with pytest.raises(Refused, match="not ours"):
        _put(workbook(), view(1, name="商机"))


def test_a_locked_structure_takes_no_new_tab_but_a_replaced_one() -> None:
    locked = '<workbookProtection lockStructure="1"/>'
    with pytest.raises(Refused, match="structure of the workbook is protected"):
        _put(workbook(settings=locked), view(1))
    once, _ = _put(workbook(), view(1))
    later = part(once, BOOK).replace(b"<sheets>", locked.encode() + b"<sheets>")
    assert _put(_with(once, {BOOK: later}), view(2))[1].drawn


def test_strict_workbooks_get_a_strict_tab() -> None:
    strict_main = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    strict_rels = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    source = workbook()
    parts = {
        name: part(source, name)
        .replace(MAIN.encode(), strict_main.encode())
        .replace(RELS.encode(), strict_rels.encode())
        for name in names_of(source)
    }
    result, _ = _put(workbook(parts=parts), view(1, 2))
    assert MAIN.encode() not in part(result, "xl/worksheets/sheetDK.xml")
    assert b"purl.oclc.org/ooxml/drawingml/chart" in part(result, "xl/charts/chartDK.xml")
    assert MAIN.encode() not in part(result, "xl/styles.xml")
    assert strict_rels.encode() in part(result, "xl/worksheets/_rels/sheetDK.xml.rels")


def test_a_picture_that_others_use_too_survives_the_replacement() -> None:
    once, _ = _put(workbook(), view(1, 2))
    rels = part(once, "xl/worksheets/_rels/sheetDK.xml.rels").replace(
        b"</Relationships>",
        f'<Relationship Id="rId77" Type="{RELS}/image" Target="../media/x.png"/>'
        f'<Relationship Id="rId78" Type="{RELS}/image" Target="../media/y.png"/></Relationships>'
        .encode(),
    )  # fmt: skip
    other = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/image" Target="../media/x.png"/></Relationships>'
    )
    touched = _with(
        once,
        {
            "xl/worksheets/_rels/sheetDK.xml.rels": rels,
            "xl/worksheets/_rels/sheet1.xml.rels": other,
            "xl/media/x.png": b"x",
            "xl/media/y.png": b"y",
            "[Content_Types].xml": part(once, "[Content_Types].xml").replace(
                b"<Default", b'<Default Extension="png" ContentType="image/png"/><Default', 1
            ),
        },
    )
    again, _ = _put(touched, view(3, 4))
    assert "xl/media/x.png" in names_of(again)
    assert "xl/media/y.png" not in names_of(again)


def test_the_teams_sheet_is_not_touched() -> None:
    source = workbook()
    result, done = _put(source, view(1, 2))
    assert "xl/worksheets/sheet1.xml" not in done.changed
    assert values(result) == values(source)


def _with(data: bytes, parts: dict[str, bytes | str]) -> bytes:
    return pack({**{name: part(data, name) for name in names_of(data)}, **parts})


@pytest.mark.parametrize(("settings", "serial"), [("", "46000"), ('date1904="1"', "44538")])
def test_dates_on_the_tab_follow_the_calendar_of_the_workbook(settings: str, serial: str) -> None:
    dated = view(1)
    shown = replace(dated, cells=(*dated.cells, Cell(8, 0, dt.date(2025, 12, 9))))
    result, _ = _put(workbook(settings=f"<workbookPr {settings}/>"), shown)
    assert find(result, "//m:c[@r='A9']/m:v", "xl/worksheets/sheetDK.xml")[0].text == serial


def test_several_tabs_stand_side_by_side_and_share_no_part() -> None:
    once, done = _put(workbook(), view(3, 5), view(7, name="待复核", key="review"))
    assert done.drawn == (NAME, "待复核")
    again, done = _put(once, view(3, 5), view(8, name="待复核", key="review"))
    assert done.drawn == ("待复核",)
    assert names_of(again) == names_of(once)
    sheet, charts = "xl/worksheets/sheetDK.xml", [n for n in names_of(once) if "/charts/" in n]
    assert part(again, sheet) == part(once, sheet)
    assert len(charts) == 2


def test_a_tab_offers_answers_and_a_filter_that_go_with_its_rows() -> None:
    cells = Range(1, 0, 2, 0)
    offered = Choices(cells, ("是", "a,b", "否", *(f"改为 {n:0100}" for n in range(9))))
    asked = view(3, 5, choices=(offered,), filter=Range(0, 0, 2, 1), typed=(cells,))
    once, _ = _put(workbook(), asked)
    sheet = "xl/worksheets/sheetDK.xml"
    (offer,) = find(once, "//m:dataValidation", sheet)
    assert offer.get("sqref") == "A2:A3"
    assert offer[0].text == f'"是,否,改为 {0:0100},改为 {1:0100}"'
    assert attributes(once, "//m:autoFilter/@ref", sheet) == ["A1:B3"]
    known = "//m:definedName[@name='_xlnm._FilterDatabase']"
    assert find(once, known, BOOK)[0].get("localSheetId") == "1"
    again, _ = _put(once, view(3, 5))
    assert not find(again, known, BOOK)


def test_a_copy_that_people_made_of_our_tab_is_left_alone() -> None:
    once, _ = _put(workbook(), view(1, 2))
    listed = f'<sheet xmlns:r="{RELS}" name="副本" sheetId="9" r:id="rId99"/></sheets>'
    mark = '<definedName name="_dk_tab" localSheetId="2" hidden="1">"old summary"</definedName>'
    book = part(once, BOOK).decode().replace("</sheets>", listed)
    rels, sheet = "xl/_rels/workbook.xml.rels", "xl/worksheets/copy.xml"
    related = f'<Relationship Id="rId99" Type="{RELS}/worksheet" Target="worksheets/copy.xml"/>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    typed = f'<Override PartName="/{sheet}" ContentType="{kind}"/></Types>'
    types = "[Content_Types].xml"
    copied = _with(
        once,
        {
            BOOK: book.replace("</definedNames>", mark + "</definedNames>"),
            rels: part(once, rels).decode().replace("</Rel", related + "</Rel"),
            types: part(once, types).decode().replace("</Types>", typed),
            sheet: part(once, "xl/worksheets/sheet1.xml"),
        },
    )
    again, done = _put(copied, view(3, 4))
    assert done.drawn == (NAME,)
    assert part(again, sheet) == part(copied, sheet)
