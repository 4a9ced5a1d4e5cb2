"""Workbooks made part by part, so that tests say exactly what stands in the package."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from lxml import etree

from sync.excel.edits import CellEdits, NewColumn, Patched, TabEdit, WorkbookEdit
from sync.excel.patch import patch_workbook
from sync.excel.verify import verify
from sync.grid import Area
from tests.tools.lint import lint

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TABLE = Area(2, 0, 4, 1)  # A3:B5
HEADER = (
    '<row r="3"><c r="A3" s="1" t="inlineStr"><is><t>编号</t></is></c>'
    '<c r="B3" s="1" t="inlineStr"><is><t>负责人</t></is></c></row>'
)
ROWS = (
    '<row r="4" spans="1:2"><c r="A4" t="s"><v>0</v></c><c r="B4" t="s"><v>1</v></c></row>'
    '<row r="5"><c r="A5" s="2"><v>45000</v></c><c r="B5" s="2"/></row>'
)
STYLES = f"""<styleSheet xmlns="{MAIN}">
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
</styleSheet>"""


def workbook(
    rows: str = HEADER + ROWS,
    *,
    sheet: str | bytes = "",
    head: str = "",
    tail: str = "",
    settings: str = "",
    names: str = "",
    shared: Sequence[str] = ("甲-1", "小张"),
    tables: Sequence[str] = (),
    parts: Mapping[str, str | bytes | None] | None = None,
) -> bytes:
    """Return a workbook of one tab 商机.

    Args:
        rows: what stands in sheetData.
        sheet: the whole worksheet part instead.
        head, tail: elements before and after sheetData.
        settings: elements of the workbook part before its sheets.
        names: elements of the workbook part after its sheets.
        shared: shared strings.
        tables: list object parts, referred to by the sheet as rId1, rId2, ...
        parts: further parts, or others in place of those made here; None leaves one out.
    """
    made: dict[str, str | bytes | None] = {
        "[Content_Types].xml": _content_types(len(tables)),
        "_rels/.rels": rels([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{settings}<sheets>'
        f'<sheet name="商机" sheetId="1" r:id="rId1"/></sheets>{names}</workbook>',
        "xl/_rels/workbook.xml.rels": rels(
            [
                ("worksheet", "worksheets/sheet1.xml"),
                ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"),
            ]
        ),
        "xl/worksheets/sheet1.xml": sheet
        or f'<worksheet xmlns="{MAIN}" xmlns:r="{RELS}">{head}<sheetData>{rows}</sheetData>'
        f"{tail}</worksheet>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
        + "".join(f"<si><t>{text}</t></si>" for text in shared)
        + "</sst>",
        "docProps/thumbnail.bin": b"\0\1\2 not ours",
    }
    for at, table in enumerate(tables, 1):
        made[f"xl/tables/table{at}.xml"] = table
    if tables:
        made["xl/worksheets/_rels/sheet1.xml.rels"] = rels(
            [("table", f"../tables/table{at}.xml") for at in range(1, len(tables) + 1)]
        )
    made.update(parts or {})
    return pack({name: content for name, content in made.items() if content is not None})


def pack(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a package of the given parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content)
    return out.getvalue()


def objects(*values: Any) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return a column of values."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def cells(
    column: int, rows: Sequence[int], before: Sequence[Any], after: Sequence[Any]
) -> CellEdits:
    """Return changes in a column; rows count from 0."""
    return CellEdits(column, np.array(rows, dtype=np.int64), objects(*before), objects(*after))


def edit(
    *changes: CellEdits,
    columns: Sequence[NewColumn] = (),
    area: Area = TABLE,
    **options: Any,
) -> WorkbookEdit:
    """Return changes on the tab 商机, whose table stands at A3:B5."""
    return WorkbookEdit((TabEdit("商机", area, tuple(columns), tuple(changes), **options),))


def patched(source: bytes, wanted: WorkbookEdit) -> tuple[bytes, Patched]:
    """Return a workbook as written, verified and linted; the source where nothing changed."""
    target = io.BytesIO()
    done = patch_workbook(source, wanted, target)
    if not done.changed:
        assert not target.getvalue()
        return source, done
    result = target.getvalue()
    verify(source, result, done.changed)
    assert not set(lint(result)) - set(lint(source))
    return result, done


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Return the content of a part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def names_of(data: bytes) -> list[str]:
    """Return the names of a package's members, in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def tree(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> etree._Element:
    """Return the tree of a part."""
    return etree.fromstring(part(data, name))


def find(data: bytes, path: str, name: str = "xl/worksheets/sheet1.xml") -> list[etree._Element]:
    """Return the elements at a path, whose steps are names in the main namespace (`m:`)."""
    found = tree(data, name).xpath(path, namespaces={"m": MAIN, "r": RELS})
    assert isinstance(found, list)
    return found  # type: ignore[return-value]


def attributes(data: bytes, path: str, name: str = "xl/worksheets/sheet1.xml") -> list[str]:
    """Return the attributes at a path."""
    return [str(found) for found in find(data, path, name)]


def worksheet(rows: str, *, head: str = "", tail: str = "", encoding: str = "") -> bytes:
    """Return a worksheet part with the given sheetData element."""
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    sheet = f'{declared}<worksheet xmlns="{MAIN}">{head}{rows}{tail}</worksheet>'
    return sheet.encode(encoding or "utf-8")


def values(data: bytes) -> list[list[Any]]:
    """Return the first tab's values as calamine reads them, from A1."""
    import python_calamine

    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        rows: list[list[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return rows


def rels(targets: Sequence[tuple[str, str]]) -> str:
    """Return a relationships part of (kind, target)."""
    body = "".join(
        f'<Relationship Id="rId{at}" Type="{RELS}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'


def _content_types(tables: int) -> str:
    overrides = {
        "xl/workbook.xml": "sheet.main",
        "xl/worksheets/sheet1.xml": "worksheet",
        "xl/styles.xml": "styles",
        "xl/sharedStrings.xml": "sharedStrings",
        **{f"xl/tables/table{at}.xml": "table" for at in range(1, tables + 1)},
    }
    body = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in overrides.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="bin" ContentType="application/octet-stream"/>{body}</Types>'
    )
