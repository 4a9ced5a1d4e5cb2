"""Cells by their distinct contents: the very values that calamine reads from the sheet itself."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.excel import contents, reader
from sync.excel.contents import contents_of
from sync.excel.refs import reference
from sync.grid import Grid
from sync.store import StoreError

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOLD, _DAY, _COLORED = 0, 1, 2
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fills count="3"><fill/><fill/><fill><patternFill '
    'patternType="solid"><fgColor rgb="FFFFFF00"/></patternFill></fill></fills><cellXfs count="3">'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="0" fillId="2"/></cellXfs></styleSheet>'
)
_TEXTS = ("甲公司", "", "TRUE", " x ", "A&amp;B")


def grid(rows: str, tail: str = "") -> Grid:
    """Read a workbook of one sheet with the given rows."""
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>'
    strings = "".join(f"<si><t>{text}</t></si>" for text in _TEXTS)
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_R}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(
            (("worksheet", "s.xml"), ("styles", "f.xml"), ("sharedStrings", "t.xml")), 1
        )
    )
    rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="xml" ContentType="{_TYPE}.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships {rels}><Relationship Id="r" Type="{_R}/officeDocument" '
            'Target="b.xml"/></Relationships>',
        )
        archive.writestr(
            "b.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_R}"><sheets><sheet name="S" sheetId="1" '
            'r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr("_rels/b.xml.rels", f"<Relationships {rels}>{links}</Relationships>")
        archive.writestr("s.xml", sheet)
        archive.writestr("f.xml", _STYLES)
        archive.writestr("t.xml", f'<sst xmlns="{_MAIN}">{strings}</sst>')
    return reader.grids_of("book.xlsx", target.getvalue())[0]


def shown(found: Grid) -> dict[str, Any]:
    """Everything that a grid tells; blank ends of rows say nothing."""
    cells = {
        (row, column): repr(value)
        for row, values in enumerate(found.rows)
        for column, value in enumerate(values)
        if value not in ("", None)
    }
    formulas = {column: rows.tolist() for column, rows in found.formulas.items()}
    return {
        "cells": cells, "formulas": formulas, "filled": found.filled.tolist(),
        "merged": found.merged, "filter": found.filter,
    }  # fmt: skip


def both(rows: str, tail: str = "") -> tuple[dict[str, Any] | str, dict[str, Any] | str]:
    """What is read by distinct contents, and what from the sheet as it is."""

    def read() -> dict[str, Any] | str:
        try:
            return shown(grid(rows, tail))
        except StoreError as error:
            return type(error).__name__

    with patch.object(contents, "_CHUNK", 200):
        ours = read()
    with patch.object(reader, "contents_of", lambda *_: None):
        return ours, read()


_NUMBERS = st.one_of(
    st.integers(0, 10**6).map(str),
    st.floats(-1e6, 1e6).map(repr),
    st.sampled_from(["007", "-1", "1E3", "45000.5", "+5", " 5", "NaN", "5 "]),
)
_STYLE = st.sampled_from(["", f' s="{_BOLD}"', f' s="{_DAY}"', f' s="{_COLORED}"'])
_FORMULA = st.sampled_from(["", "<f>A1*2</f>", '<f t="shared" si="0"/>', "<f>A&amp;B</f>"])
_PLAIN = st.tuples(_STYLE, st.sampled_from(["", ' t="n"']), _FORMULA, _NUMBERS).map(
    lambda part: f"{part[0]}{part[1]}>{part[2]}<v>{part[3]}</v></c>"
)
_SHARED = st.tuples(_STYLE, _FORMULA, st.integers(0, len(_TEXTS) - 1)).map(
    lambda part: f'{part[0]} t="s">{part[1]}<v>{part[2]}</v></c>'
)
_WORD = st.text("aZ1 甲;&", max_size=12).map(lambda word: word.replace("&", "&amp;"))
_TEXT = st.tuples(_STYLE, _FORMULA, _WORD).flatmap(
    lambda part: st.sampled_from([
        f'{part[0]} t="str">{part[1]}<v>{part[2]}</v></c>',
        f' t="str"{part[0]}>{part[1]}<v>{part[2]}</v></c>',
        f'{part[0]} t="inlineStr"><is><t xml:space="preserve">{part[2]}</t></is></c>',
        f'{part[0]} t="inlineStr"><is><r><rPr><b/></rPr><t>{part[2]}</t></r></is></c>',
    ])
)  # fmt: skip
_RARE = st.tuples(_STYLE, _FORMULA).flatmap(
    lambda part: st.sampled_from([
        f"{part[0]}/>", f"{part[0]} />", f"{part[0]}></c>", f"{part[0]}>{part[1]}</c>",
        f"{part[0]}>{part[1]}<v/></c>", f"{part[0]}>{part[1]}<v></v></c>",
        f'{part[0]} t="b">{part[1]}<v>1</v></c>', f'{part[0]} t="b">{part[1]}<v>0</v></c>',
        f'{part[0]} t="e">{part[1]}<v>#DIV/0!</v></c>', f'{part[0]} t="e"><v>#N/A</v></c>',
        f'{part[0]} t="d"><v>2026-01-05T00:00:00</v></c>',
        f'{part[0]} t="str">{part[1]}<v xml:space="preserve"> a </v></c>',
        f"{part[0]}>\n{part[1]}\n<v>5</v>\n</c>",
    ])
)  # fmt: skip
_CELL = st.one_of(_PLAIN, _SHARED, _TEXT, _RARE, st.none())


def _sheet(rows: Sequence[Sequence[str | None]]) -> str:
    return "".join(
        f'<row r="{at + 1}" spans="1:9">'
        + "".join(f'<c r="{reference(at, c)}"{cell}' for c, cell in enumerate(row) if cell)
        + "</row>"
        for at, row in enumerate(rows)
    )


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(_CELL, max_size=5), max_size=8))
def test_values_are_those_of_the_sheet_itself(rows: list[list[str | None]]) -> None:
    xml = _sheet(rows)
    assert contents_of(f"<worksheet><sheetData>{xml}</sheetData>".encode(), ()) is not None
    ours, theirs = both(
        xml, '<autoFilter ref="A1:C9"/><mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    )
    assert ours == theirs


UNUSUAL = {
    "no name": '<row r="1"><c><v>1</v></c></row>',
    "the name second": '<row r="1"><c s="0" r="A1"><v>1</v></c></row>',
    "single quotes": "<row r='1'><c r='A1'><v>1</v></c></row>",
    "lower case": '<row r="1"><c r="a1"><v>1</v></c></row>',
    "a comment": '<row r="1"><!-- <c r="A1"><v>1</v></c> --><c r="A1"><v>2</v></c></row>',
    "characters as they are": '<row r="1"><c r="A1" t="str"><v><![CDATA[<row>]]></v></c></row>',
    "a line break in a tag": '<row r="1"><c\nr="A1"><v>1</v></c></row>',
    "another attribute": '<row r="1"><c r="A1" cm="1"><v>1</v></c></row>',
    "a cell twice": '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "rows upside down": '<row r="2"><c r="A2"><v>1</v></c></row>'
    '<row r="1"><c r="A1"><v>2</v></c></row>',
    "an extension": '<row r="1"><c r="A1"><extLst/><v>1</v></c></row>',
    "another prefix": '<row r="1"><c r="A1"><v>1</v></c>'
    '<x:c xmlns:x="y" r="B1"><x:v>2</x:v></x:c></row>',
    "no row": '<c r="A1"><v>1</v></c>',
    "rows that end twice": '<row r="1"><c r="A1"><v>1</v></c></row></row>',
    "a far row": '<row r="1"><c r="A123456789"><v>1</v></c></row>',
    "row zero": '<row r="0"><c r="A0"><v>1</v></c></row>',
    "a long style": '<row r="1"><c r="A1" s="123456789"><v>1</v></c></row>',
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_spelling_is_left_to_calamine(name: str) -> None:
    xml = UNUSUAL[name]
    assert contents_of(f"<worksheet><sheetData>{xml}</sheetData>".encode(), ()) is None
    ours, theirs = both(xml)
    assert ours == theirs


@pytest.mark.parametrize(
    "xml",
    [
        "",
        '<row r="1"/>',
        '<row r="1" spans="1:3"></row><row r="3"/><row r="4"><c r="B4" s="2"/></row>',
        '<row r="2"><c r="XFD2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row>\n  <row r="2">\n <c r="A2"><v>1</v></c>\n</row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
    ],
)
def test_rows_of_every_shape(xml: str) -> None:
    ours, theirs = both(xml)
    assert ours == theirs


def test_many_contents() -> None:
    kinds = (("", ""), ("", ".5"), ("<f>A1</f>", ".25"))
    rows = [[f">{kind}<v>{at}{end}</v></c>" for kind, end in kinds] for at in range(3_000)]
    found = grid(_sheet(rows)).rows
    assert [found[at] for at in (0, 1_500, 2_999)] == [
        [at, at + 0.5, at + 0.25] for at in (0, 1_500, 2_999)
    ]
    assert found[10:12] == [[10, 10.5, 10.25], [11, 11.5, 11.25]]


def test_tabs_are_read_without_pandas() -> None:
    told = "import sys, sync.excel.ahead; print('pandas' in sys.modules)"
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", told], cwd=root, capture_output=True, text=True)
    assert found.stdout.strip() == "False", found.stderr
