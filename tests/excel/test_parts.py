"""Parts are found through relationships, however their targets are spelled."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sync.excel.package import Package
from sync.excel.parts import Parts
from sync.store import Refused, Unreachable
from tests.excel.kit import RELS, cells, edit, pack, part, patched, workbook

SHEET = "xl/worksheets/sheet1.xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"


@pytest.mark.parametrize(
    "target",
    [
        "worksheets/sheet1.xml",
        "/xl/worksheets/sheet1.xml",
        "/XL/Worksheets/Sheet1.xml",
        "..\\xl\\worksheets\\sheet1.xml",
        "./worksheets/../worksheets/sheet1.xml",
        "worksheets/sheet%31.xml",
    ],
)
def test_targets_of_every_spelling(target: str) -> None:
    rels = part(workbook(), BOOK_RELS).replace(b"worksheets/sheet1.xml", target.encode())
    result, done = patched(
        workbook(parts={BOOK_RELS: rels}), edit(cells(1, [3], ["小张"], ["小李"]))
    )
    assert done.cells == 1
    assert "小李".encode() in part(result)


def test_a_workbook_that_lies_elsewhere_with_odd_names() -> None:
    source = workbook()
    moved = {
        "[content_types].xml": part(source, "[Content_Types].xml").replace(b"/xl/", b"/Buch/"),
        "_rels/.RELS": part(source, "_rels/.rels").replace(b'"xl/', b'"/buch/'),
        "Buch/workbook.xml": part(source, "xl/workbook.xml"),
        "Buch/_rels/workbook.xml.rels": part(source, BOOK_RELS),
        "Buch/worksheets/SHEET1.xml": part(source, SHEET),
        "Buch/styles.xml": part(source, "xl/styles.xml"),
        "Buch/sharedStrings.xml": part(source, "xl/sharedStrings.xml"),
    }
    result, done = patched(pack(moved), edit(cells(1, [3], ["小张"], ["小李"])))
    assert done.changed == {"buch/worksheets/sheet1.xml"}
    assert "小李".encode() in part(result, "Buch/worksheets/SHEET1.xml")


def test_entities_and_document_types_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]>'
    for name in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
        hostile = workbook(parts={name: bomb + part(workbook(), name)})
        with pytest.raises(Refused, match="document type"):
            patched(hostile, edit(cells(1, [3], ["小张"], ["小李"])))


def test_a_signed_workbook_is_refused() -> None:
    signed = part(workbook(), "_rels/.rels").replace(
        b"</Rel", f'<Relationship Id="s" Type="{RELS}/origin" Target="x"/></Rel'.encode()
    )
    with pytest.raises(Refused, match="signed"):
        patched(workbook(parts={"_rels/.rels": signed}), edit())


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"xl/styles.xml": b"<styleSheet"}, "not well-formed"),
        ({"xl/workbook.xml": None}, "not a whole"),
        ({SHEET: None}, "no part"),
        ({SHEET: b"<worksheet><sheetData>"}, "ends in the middle"),
    ],
)
def test_damaged_parts_are_named(parts: dict[str, bytes | None], why: str) -> None:
    with pytest.raises(Unreachable, match=why):
        patched(workbook(parts=parts), edit(cells(1, [3], ["小张"], ["小李"])))


def test_damaged_numbers_are_named() -> None:
    table = b'<dxfs count="1"><dxf/></dxfs></styleSheet>'
    styles = part(workbook(), "xl/styles.xml").replace(b'numFmtId="14"', b'numFmtId="many"')
    source = workbook(parts={"xl/styles.xml": styles.replace(b"</styleSheet>", table)})
    with pytest.raises(Unreachable, match="numFmtId='many'"):
        patched(source, edit(cells(1, [4], [None], [pd.Timestamp(2026, 1, 1)])))


def test_nothing_to_change_reads_as_little_as_it_needs() -> None:
    parts = Parts(Package(workbook()))
    assert parts.changes() == ({}, set())
    assert parts.content_type("XL/styles.xml").endswith("styles+xml")
    assert parts.content_type("docProps/thumbnail.bin") == "application/octet-stream"


def test_unknown_tabs_are_told() -> None:
    wanted = edit(cells(1, [3], ["小张"], ["小李"]))
    other = replace(wanted, tabs=(replace(wanted.tabs[0], sheet="没有"),))
    with pytest.raises(Refused, match="no worksheet 没有"):
        patched(workbook(), other)
