"""Workbook files as grids: what is read, and the sentence for what cannot be."""

from __future__ import annotations

import datetime as dt
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.table import Table as ListObject

from sync.excel.reader import read_grids
from sync.grid import Area, Grid
from sync.reading import read_table
from sync.source import Reading
from sync.store import StoreError, Unreachable

NOW = pd.Timestamp("2026-01-10 09:00")
SHARED = Path(os.environ.get("DEALKEEPER_SHARED", Path(__file__).parents[3] / "shared")) / "data"


@pytest.fixture
def book() -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "商机"
    rows: list[list[Any]] = [
        ["商机编号", "客户", "阶段", "金额", "创建日期"],
        ["A1", "甲", "线索", 12.5, dt.date(2025, 9, 5)],
        ["A2", "乙", "线索", "=D2*2", dt.datetime(2025, 9, 5, 14, 30)],  # noqa: DTZ001
        ["A3", "=TRIM(B2)", True, 3, "9月5日"],
    ]
    for row in rows:
        sheet.append(row)
    return made


def saved(book: openpyxl.Workbook, folder: Path) -> Path:
    path = folder / "商机表.xlsx"
    book.save(path)
    return path


def first(path: Path) -> Grid:
    return read_grids(path)[0][0]


def rewrite(path: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """Change one member of a package."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[member] = change(parts[member])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_values_and_formulas(book: openpyxl.Workbook, tmp_path: Path) -> None:
    grid = first(saved(book, tmp_path))
    assert (grid.name, grid.visible) == ("商机", True)
    assert grid.rows[1] == ["A1", "甲", "线索", 12.5, dt.date(2025, 9, 5)]
    assert grid.rows[2][4] == dt.datetime(2025, 9, 5, 14, 30)  # noqa: DTZ001
    assert {column: rows.tolist() for column, rows in grid.formulas.items()} == {3: [2], 1: [3]}


def test_the_version_is_of_the_content(book: openpyxl.Workbook, tmp_path: Path) -> None:
    path = saved(book, tmp_path)
    before = read_grids(path)[1]
    path.rename(tmp_path / "neu.xlsx")
    assert read_grids(tmp_path / "neu.xlsx")[1] == before
    book["商机"]["A2"] = "A9"
    assert read_grids(saved(book, tmp_path))[1] != before


def test_merges_list_objects_filters_and_hidden_tabs(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    sheet = book["商机"]
    sheet.merge_cells("C2:C3")
    sheet.add_table(ListObject(displayName="Deals", ref="A1:E4"))
    other = book.create_sheet("旧")
    other.append(["客户"])
    other.sheet_state = "hidden"
    other.auto_filter.ref = "A1:C9"
    grids, _ = read_grids(saved(book, tmp_path))
    assert grids[0].merged == (Area(1, 2, 2, 2),)
    assert grids[0].tables == (Area(0, 0, 3, 4),)
    assert grids[0].filter is None
    assert (grids[1].filter, grids[1].visible) == (Area(0, 0, 8, 2), False)


def test_the_total_row_of_a_list_object_is_not_in_it(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    table = ListObject(displayName="Deals", ref="A1:E4", totalsRowCount=1)
    book["商机"].add_table(table)
    assert first(saved(book, tmp_path)).tables == (Area(0, 0, 2, 4),)


def test_errors_are_shown_as_they_stand(book: openpyxl.Workbook, tmp_path: Path) -> None:
    book["商机"]["D4"] = "#DIV/0!"
    grid = first(saved(book, tmp_path))
    assert grid.rows[3][3] == "#DIV/0!"
    table, _ = read_table([grid], Reading(NOW), "v")
    assert [finding.code for finding in table.findings] == ["reading.error_cell"]


@pytest.mark.parametrize(("fill", "rows"), [("FFFFC000", [0, 2]), ("FFFFFFFF", [])])
def test_fill_colours(fill: str, rows: list[int], book: openpyxl.Workbook, tmp_path: Path) -> None:
    for cell in ("A1", "B1", "C3"):
        book["商机"][cell].fill = PatternFill("solid", fgColor=fill)
    assert first(saved(book, tmp_path)).filled.tolist() == rows


def test_dates_counted_from_1904(book: openpyxl.Workbook, tmp_path: Path) -> None:
    book.epoch = CALENDAR_MAC_1904
    assert first(saved(book, tmp_path)).rows[1][4] == dt.date(2025, 9, 5)


def test_prefixes_utf_16_and_cells_without_names(book: openpyxl.Workbook, tmp_path: Path) -> None:
    path = saved(book, tmp_path)
    expected = first(path)

    def prefixed(xml: bytes) -> bytes:
        named = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml)
        return named.replace(b"xmlns=", b"xmlns:x=")

    rewrite(path, "xl/worksheets/sheet1.xml", prefixed)
    grid = first(path)
    assert list(grid.rows) == list(expected.rows)
    assert {c: r.tolist() for c, r in grid.formulas.items()} == {3: [2], 1: [3]}

    path = saved(book, tmp_path)
    rewrite(
        path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb'(<(?:c|row)) r="\w+"', rb"\1", xml)
    )
    assert {c: r.tolist() for c, r in first(path).formulas.items()} == {3: [2], 1: [3]}


def test_a_stray_cell_far_away_is_told_not_allocated(
    book: openpyxl.Workbook, tmp_path: Path
) -> None:
    book["商机"]["XFD1048576"] = 1
    with pytest.raises(Unreachable, match="reaches to row 1,048,576 and column 16,384"):
        read_grids(saved(book, tmp_path))


def test_a_format_far_away_is_no_matter(book: openpyxl.Workbook, tmp_path: Path) -> None:
    book["商机"]["XFD1048576"].number_format = "0.00"
    assert len(first(saved(book, tmp_path)).rows) == 4


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "not an Excel workbook; open it and save it as .xlsx"),
        (OLE + bytes(600), "old format"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(600), "protected by a password"),
        (b"PK\3\4" + bytes(40), "not a whole .xlsx workbook"),
    ],
)
def test_what_is_no_workbook(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "商机表.xlsx"
    path.write_bytes(data)
    with pytest.raises(Unreachable, match=says) as caught:
        read_grids(path)
    assert caught.value.zh


def test_a_truncated_workbook(book: openpyxl.Workbook, tmp_path: Path) -> None:
    path = saved(book, tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(Unreachable, match="truncated"):
        read_grids(path)


def test_a_missing_file_names_the_nearest(book: openpyxl.Workbook, tmp_path: Path) -> None:
    saved(book, tmp_path)
    with pytest.raises(Unreachable, match=r"did you mean `商机表\.xlsx`"):
        read_grids(tmp_path / "商机表2.xlsx")
    with pytest.raises(Unreachable, match="there is no file"):
        read_grids(tmp_path / "nowhere" / "x.xlsx")
    with pytest.raises(Unreachable, match="cannot be read"):
        read_grids(tmp_path)


def _shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"public data {name} is not beside the checkout")
    return path


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "rows", "key", "sheet"),
    [
        ("maven_sales_pipeline.xlsx", 8800, "opportunity_id", "sales_pipeline"),
        ("ayusophia_Sales_Pipeline.xlsx", 9994, "index", "Sales Pipeline"),
        ("rupani_CRM_Data.xlsx", 123, None, "Sheet1"),
    ],
)
def test_real_files(name: str, rows: int, key: str | None, sheet: str) -> None:
    grids, version = read_grids(_shared(f"opportunities/{name}"))
    table, places = read_table(grids, Reading(NOW), version)
    assert (len(table), places.sheets[0].name) == (rows, sheet)
    assert (table.columns["id"].header if "id" in table.columns else None) == key
    assert table.writable.all() == (key is not None)


@pytest.mark.shared
@pytest.mark.slow
def test_no_workbook_of_the_corpus_crashes_the_reader() -> None:
    read = 0
    for path in sorted(_shared("workbooks").rglob("*.xls[xm]")):
        try:
            grids, version = read_grids(path)
            read += 1
            read_table(grids, Reading(NOW), version)
        except StoreError:
            continue
    assert read > 300
