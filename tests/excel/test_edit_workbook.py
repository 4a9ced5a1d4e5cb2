"""Every kind of workbook through the production writer: nothing is lost."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from sync.store import StoreError
from tests.excel.kit import (
    HEADER,
    MAIN,
    RELS,
    ROWS,
    attributes,
    find,
    names_of,
    pack,
    part,
    values,
    workbook,
)
from tests.tools.edit_workbook import CHANGED, SUMMARY, edit_workbook, main
from tests.tools.lint import lint
from tests.tools.losses import losses

BOOK, SHEET, TYPES = "xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


def _replaced(name: str, *changes: tuple[str, str]) -> bytes:
    text = part(workbook(), name).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return workbook(parts={name: text})


def _strict() -> bytes:
    source = workbook()
    names = (
        (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            RELS,
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    parts = {name: part(source, name) for name in names_of(source)}
    for old, new in names:
        parts = {k: v.replace(old.encode(), new.encode()) for k, v in parts.items()}
    return pack(parts)


def _prefixed() -> bytes:
    sheet = re.sub(r"<(/?)(\w)", r"<\1x:\2", part(workbook(), SHEET).decode())
    book = re.sub(r"<(/?)(\w)", r"<\1x:\2", part(workbook(), BOOK).decode())
    styles = re.sub(r"<(/?)(\w)", r"<\1x:\2", part(workbook(), "xl/styles.xml").decode())
    parts = {SHEET: sheet, BOOK: book, "xl/styles.xml": styles}
    return workbook(parts={k: v.replace("xmlns=", "xmlns:x=") for k, v in parts.items()})


def _list_object() -> bytes:
    total = (
        '<row r="6"><c r="A6" t="str"><v>合计</v></c><c r="B6"><f>SUBTOTAL(103,B4:B5)</f></c></row>'
    )
    table = (
        f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A3:B6" totalsRowCount="1">'
        '<autoFilter ref="A3:B5"/><tableColumns count="2"><tableColumn id="1" name="编号" '
        'totalsRowLabel="合计"/><tableColumn id="2" name="负责人" totalsRowFunction="count">'
        "<calculatedColumnFormula>1</calculatedColumnFormula></tableColumn></tableColumns></table>"
    )
    tail = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    return workbook(HEADER + ROWS + total, tail=tail, tables=[table])


def _filtered() -> bytes:
    rows = HEADER + ROWS.replace('<row r="5"', '<row r="5" hidden="1" outlineLevel="1"')
    head = (
        '<sheetPr filterMode="1"><tabColor rgb="FFFF0000"/></sheetPr><sheetViews><sheetView '
        'tabSelected="1" workbookViewId="0"><pane ySplit="3" topLeftCell="A4" state="frozen"/>'
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" outlineLevelRow="1"/>'
    )
    tail = (
        '<autoFilter ref="A3:B5"><filterColumn colId="1"><filters blank="1"/></filterColumn>'
        '</autoFilter><dataValidations count="1"><dataValidation type="list" sqref="B4:B9">'
        '<formula1>"小张,小李"</formula1></dataValidation></dataValidations>'
    )
    return workbook(rows, head=head, tail=tail)


def _extended() -> bytes:
    """Slicers, timelines, a 2010 conditional format, a control, a chart of the newer kind."""
    head = '<sheetPr codeName="Sheet1"/><dimension ref="A1:XFD1048576"/>'
    tail = (
        '<drawing r:id="rId1"/><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006"><mc:Choice xmlns:x14="' + X14 + '" Requires="x14"><controls/>'
        "</mc:Choice></mc:AlternateContent><extLst>"
        '<ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"'
        f' xmlns:x14="{X14}"><x14:slicerList><x14:slicer r:id="rId2"/></x14:slicerList></ext>'
        f'<ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="{X14}">'
        '<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="dataBar" '
        'priority="3" id="{1}"/></x14:conditionalFormatting></x14:conditionalFormattings></ext>'
        "</extLst>"
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELS}/drawing" Target="../drawings/drawing1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELS}/slicer" Target="/xl/slicers/slicer1.xml"/>'
        "</Relationships>"
    )
    return workbook(
        head=head,
        tail=tail,
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": rels,
            "xl/drawings/drawing1.xml": "<a/>",
            "xl/slicers/slicer1.xml": "<a/>",
            "xl/cellimages.xml": "<a/>",
            "xl/calcChain.xml": "<a/>",
        },
    )


WORKBOOKS = {
    "plain": workbook(),
    "list object with a total row": _list_object(),
    "filtered, frozen, grouped": _filtered(),
    "slicers and other extensions": _extended(),
    "strict": _strict(),
    "prefixed": _prefixed(),
    "1904": workbook(settings='<workbookPr date1904="1"/>'),
    "UTF-16": workbook(sheet=part(workbook(), SHEET).decode().encode("utf-16")),
    "without references": workbook(re.sub(r' r="\w+"', "", HEADER + ROWS)),
    "with macros": _replaced(TYPES, ("sheet.main+xml", "sheet.macroEnabled.main+xml")),
    "only blank cells": workbook('<row r="4"><c r="B4" s="1"/></row>'),
    "no cells at all": workbook(""),
}


@pytest.mark.parametrize("source", WORKBOOKS.values(), ids=WORKBOOKS.keys())
def test_nothing_is_lost(source: bytes) -> None:
    result, done = edit_workbook(source)
    assert losses(source, result) == []
    assert not set(lint(result)) - set(lint(source))
    assert done.drawn
    assert names_of(result)[: len(names_of(source))] == names_of(source)
    assert part(result, "docProps/thumbnail.bin") == part(source, "docProps/thumbnail.bin")


@pytest.mark.parametrize("name", sorted(set(WORKBOOKS) - {"list object with a total row"}))
def test_nothing_is_lost_by_a_second_run(name: str) -> None:
    source = WORKBOOKS[name]
    result, _ = edit_workbook(source)
    again, _ = edit_workbook(result)
    assert losses(result, again) == []
    assert not set(lint(again)) - set(lint(source))


def test_a_dynamic_array_beside_the_table_is_part_of_the_used_range() -> None:
    array = '<c r="C4" cm="1"><f t="array" ref="C4:E5">x</f><v>1</v></c></row>'
    result, _ = edit_workbook(workbook(HEADER + ROWS.replace("</row>", array, 1)))
    assert attributes(result, "//m:f/@ref") == ["C4:E5"]
    assert find(result, "//m:c[@r='F4']")


def test_the_tool_answers_with_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, result = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    source.write_bytes(workbook())
    monkeypatch.setattr("sys.argv", ["edit_workbook", str(source), str(result)])
    assert main() == 0
    assert [row[2:] for row in values(result.read_bytes())][3][0] == "overdue"
    assert CHANGED in [value for row in values(result.read_bytes()) for value in row]
    assert SUMMARY in attributes(result.read_bytes(), "//m:sheet/@name", BOOK)
    result.unlink()
    source.write_bytes(workbook(tail='<sheetProtection sheet="1"/>'))
    assert main() == 4
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not result.exists()


@pytest.mark.parametrize("seed", range(8))
def test_damage_never_ends_in_a_traceback(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    for _ in range(10):
        source = chance.choice(list(WORKBOOKS.values()))
        try:
            edit_workbook(_damaged(source, chance))
        except StoreError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most damage may also do no harm


def _damaged(source: bytes, chance: random.Random) -> bytes:
    """Return a workbook with bytes flipped, or with attributes of one part made absurd."""
    if chance.random() < 0.3:
        data = bytearray(source)
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
    parts = {name: part(source, name) for name in names_of(source)}
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    places = [match.span(1) for match in re.finditer(rb'="([^"]*)"', parts[name])]
    start, end = chance.choice(places) if places else (0, 0)
    absurd = [b"", b"-1", b"A0", b"XFE1", b"1e999", b"99999999999999", b"<", b"\xff"]
    parts[name] = parts[name][:start] + chance.choice(absurd) + parts[name][end:]
    return pack(dict(parts))
