"""Whole runs on unusual workbooks: nothing is lost, and the second run is quiet."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from sync.excel.edits import NewColumn
from sync.excel.reader import read_grids
from sync.store import Receipt, Refused
from tests.excel.fixtures.deals import BOOK, SHEET, TYPES, deals, rows, spliced
from tests.excel.fixtures.unusual import unusual
from tests.excel.kit import (
    HEADER,
    ROWS,
    attributes,
    cells,
    edit,
    find,
    part,
    patched,
    workbook,
)
from tests.excel.test_store import patch, plan, run, store
from tests.excel.test_summary_tab import view
from tests.tools.edit_workbook import CHANGED, edit_workbook
from tests.tools.lint import lint
from tests.tools.losses import losses

UNUSUAL = unusual()
LOCKED = {"a protected sheet": "the tab 商机 is protected", "a protected structure": "structure"}
OPEN = sorted(UNUSUAL.keys() - LOCKED.keys())
STATUS, DUE = ["已超时", "正常"], pd.Timestamp(2026, 12, 1)
_OURS = re.compile(
    r"(xl|buch)/(workbook\.xml|_rels/workbook\.xml\.rels|styles\.xml|worksheets/sheet1\.xml|tables/.*)"
    r"|\[content_types\]\.xml|docprops/app\.xml"
)
VALIDATOR = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "商机表.xlsx"


def members(data: bytes) -> dict[str, tuple[bytes, int]]:
    """Return folded name → (packed bytes, checksum) of a package's members."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for item in archive.infolist():
            start = item.header_offset + 26
            name, extra = (
                int.from_bytes(data[start + at : start + at + 2], "little") for at in (0, 2)
            )
            start += 4 + name + extra
            found[item.filename.lower()] = (data[start : start + item.compress_size], item.CRC)
    return found


def team_values(path: Path) -> list[list[object]]:
    """Return the first six columns of the opportunities as they are read."""
    return [row[:6] for row in read_grids(path)[0][0].rows[: len(rows()) + 1]]


@pytest.mark.parametrize("name", OPEN)
def test_a_run_loses_nothing_and_a_second_one_is_quiet(name: str, path: Path) -> None:
    source = UNUSUAL[name]()
    path.write_bytes(source)
    before = team_values(path)
    assert before[1][:2] == ["甲-1", "客户1"]
    receipt = run(path, view(1, 2))
    assert (receipt.written, receipt.refused, receipt.tabs) == (12, (), ("管理汇总",))
    result = path.read_bytes()
    assert losses(source, result) == []
    assert not set(lint(result)) - set(lint(source))
    old, new = members(source), members(result)
    for member in old:
        assert _OURS.fullmatch(member) or new[member] == old[member], f"{member} is not ours"
    assert team_values(path) == before
    with store(path) as opened:
        table = opened.read()
    assert table.cells["status"].tolist() == STATUS * 3
    assert table.frame["created"].tolist() == [pd.Timestamp(row[5]) for row in rows()]
    assert {pd.Timestamp(str(value)) for value in table.cells["due"]} == {DUE}
    again = run(path, view(1, 2))
    assert (again.written, again.tabs) == (0, ())
    assert path.read_bytes() == result
    assert run(path, view(3, 4)).tabs
    assert losses(source, path.read_bytes()) == []


@pytest.mark.parametrize("name", OPEN)
def test_edits_anywhere_may_follow_each_other(name: str) -> None:
    source = UNUSUAL[name]()
    first, _ = edit_workbook(source)
    for before, after in ((source, first), (first, _again(first))):
        assert losses(before, after) == []
        assert not set(lint(after)) - set(lint(source))


def _again(data: bytes) -> bytes:
    """Return a workbook edited once more; a list object takes no column of a name that it has."""
    try:
        return edit_workbook(data)[0]
    except Refused as refused:
        assert "already has a column" in str(refused)  # noqa: PT017 - the rest may also succeed
        return data


@pytest.mark.parametrize("name", LOCKED)
def test_what_is_locked_is_refused_and_untouched(name: str, path: Path) -> None:
    source = UNUSUAL[name]()
    path.write_bytes(source)
    with pytest.raises(Refused, match=LOCKED[name]) as refused:
        run(path, view(1, 2))
    assert refused.value.zh
    assert path.read_bytes() == source


def test_a_locked_structure_is_no_matter_without_a_summary(path: Path) -> None:
    path.write_bytes(UNUSUAL["a protected structure"]())
    assert run(path).written == 12


@pytest.mark.skipif(not VALIDATOR, reason="no Open XML SDK validator (OOXML_VALIDATOR)")
@pytest.mark.slow
@pytest.mark.parametrize("name", OPEN)
def test_the_sdk_finds_no_new_error(name: str, path: Path) -> None:
    path.write_bytes(UNUSUAL[name]())
    before = _errors(path)
    run(path, view(1, 2))
    assert _errors(path) - before == set()


def _errors(path: Path) -> set[str]:
    told = subprocess.run([str(VALIDATOR), str(path)], capture_output=True, check=False).stdout
    return {f"{error['path']}: {error['description']}" for error in json.loads(told)["errors"]}


def written(name: str, path: Path) -> bytes:
    """Return an unusual workbook after a run."""
    path.write_bytes(UNUSUAL[name]())
    run(path, view(1, 2))
    return path.read_bytes()


def test_a_list_object_takes_our_columns_and_keeps_its_total(path: Path) -> None:
    data = written("a list object with a total row", path)
    table = "xl/tables/table1.xml"
    assert attributes(data, "/m:table/@ref", table) == ["A1:H8"]
    assert attributes(data, "//m:autoFilter/@ref", table) == ["A1:H7"]
    assert attributes(data, "//m:tableColumn/@name", table)[6:] == ["管家·时效", "管家·到期"]
    assert attributes(data, "//@totalsRowFunction", table) == ["sum"]
    assert load_workbook(path)["商机"]["A8"].value == "合计"
    assert load_workbook(path)["商机"]["G8"].value is None


def test_a_calculated_column_keeps_its_formula(path: Path) -> None:
    data = written("a list object with a calculated column", path)
    assert find(data, "//m:calculatedColumnFormula", "xl/tables/table1.xml")
    assert len(find(data, "//m:c[starts-with(@r, 'G')]/m:f")) == len(rows())


def test_a_filter_keeps_what_it_hides_and_how_it_sorts(path: Path) -> None:
    data = written("a filter with hidden rows and its sorting", path)
    assert attributes(data, "//m:autoFilter/@ref") == ["A1:H7"]
    assert attributes(data, "//m:filterColumn/@colId") == ["3"]
    assert attributes(data, "//m:sortState/@ref") == ["A2:H7"]
    assert attributes(data, "//m:row[@hidden='1']/@r") == ["3", "5", "7"]
    names = find(data, "//m:definedName[@name='_xlnm._FilterDatabase']", BOOK)
    assert [name.text for name in names] == ["商机!$A$1:$H$7"]


def test_spills_stay_dynamic(path: Path) -> None:
    data = written("dynamic arrays that spill", path)
    assert attributes(data, "//m:c/@cm") == ["1"]
    assert part(data, "xl/metadata.xml")


def test_macros_stay_macros(path: Path) -> None:
    data = written("macros", path)
    assert b"macroEnabled.main" in part(data, TYPES)
    assert part(data, "xl/vbaProject.bin") == bytes(range(256)) * 8


def test_an_owner_is_filled_under_a_list_of_choices(path: Path) -> None:
    path.write_bytes(UNUSUAL["lists of choices"]())
    with store(path) as opened:
        table = opened.read()
        owners = [owner or "小李" for owner in table.cells["owner"]]
        assert opened.apply(plan(table, patch(table, "owner", owners))).written == 3
    assert [row[3] for row in team_values(path)[1:]] == [
        "小李",
        "小李",
        "小李",
        "小李",
        "小李",
        "小李",
    ]
    assert attributes(path.read_bytes(), "//m:dataValidation/@sqref")[0] == "D2:D501"


def test_formulas_of_people_in_an_owned_column_are_kept_and_reported(path: Path) -> None:
    path.write_bytes(deals())
    run(path)
    cell = '<c r="G4"'
    text = part(path.read_bytes(), SHEET).decode()
    start = text.index(cell)
    old = text[start : text.index("</c>", start) + 4]
    formula = '<c r="G4"><f>IF(1,"我自己的","")</f><v>我自己的</v></c>'.replace(
        "<c ", '<c t="str" '
    )
    path.write_bytes(spliced(path.read_bytes(), SHEET, (old, formula)))
    receipt = _statuses(path, "正常", "已超时")
    assert [(item.key, item.code) for item in receipt.refused] == [("甲-3", "store.formula")]
    assert load_workbook(path)["商机"]["G4"].value == '=IF(1,"我自己的","")'


def _statuses(path: Path, *values: str) -> Receipt:
    with store(path) as opened:
        table = opened.read()
        return opened.apply(plan(table, patch(table, "status", list(values) * 3)))


def test_peoples_references_to_the_summary_survive_each_rewrite(path: Path) -> None:
    path.write_bytes(deals())
    run(path, view(1, 2))
    names = "<definedNames>"
    own = '<definedName name="赢单数">管理汇总!$A$2</definedName>'
    data = spliced(path.read_bytes(), BOOK, (names, names + own))
    added = '<c r="J2"><f>DK_Won*2</f><v>2</v></c><c r="K2"><f>管理汇总!$A$2</f><v>1</v></c></row>'
    row = re.search(r'<row r="2".*?</row>', part(data, SHEET).decode(), re.DOTALL)
    assert row
    data = spliced(data, SHEET, (row[0], row[0].replace("</row>", added)))
    path.write_bytes(data)
    before = attributes(data, "//m:sheet/@sheetId", BOOK)
    for figures in ((3, 4), (5, 6, 7)):
        assert run(path, view(*figures)).tabs
        book = load_workbook(path)
        assert book["商机"]["J2"].value == "=DK_Won*2"
        assert book["商机"]["K2"].value == "=管理汇总!$A$2"
        assert book.defined_names["赢单数"].attr_text == "管理汇总!$A$2"
        assert "DK_Won" in book.defined_names
        assert book["管理汇总"]["A2"].value == figures[0]
        assert attributes(path.read_bytes(), "//m:sheet/@sheetId", BOOK) == before


def test_a_plain_value_is_changed_where_it_stands() -> None:
    make: Callable[[], bytes] = UNUSUAL["parts in UTF-16"]
    result, _ = edit_workbook(make())
    assert CHANGED.encode() in part(result, SHEET)


def test_cells_beside_a_format_that_is_not_there_get_none() -> None:
    rows = HEADER + ROWS.replace('r="B4"', 'r="B4" s="99"')
    wanted = edit(cells(2, [3], [None], ["ok"]), columns=[NewColumn("DK status")], owned_from=2)
    result, _ = patched(workbook(rows), wanted)
    assert attributes(result, "//m:c[@r='B4']/@s") == ["99"]
    assert attributes(result, "//m:c[@r='C4']/@s") == []
