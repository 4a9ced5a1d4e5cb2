"""Our columns on a Google Sheet: added, marked, found again; and what is left alone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sync.plan import Highlight, Layout, Plan
from sync.source import Reading
from tests.google import kit
from tests.google.desk import (
    HEADER,
    LAYOUT,
    NOW,
    READING,
    fill,
    patch,
    quiet,
    rows_by_customer,
    run,
    status_of,
    wants,
)
from tests.google.kit import People, calls, store


def ours(people: People) -> list[str]:
    return [text for text in people.look()[0] if text.startswith("管家")]


def formula(row: int, column: int, text: str) -> kit.Act:
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    cells = [{"values": [{"userEnteredValue": {"formulaValue": text}}]}]
    return {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}


def test_columns_are_inserted_so_that_what_stands_beside_the_table_moves(people: People) -> None:
    fill(people)
    people.type(0, 6, [["旁注"], ["=E2*2"]])
    quiet(people)
    rows = people.look(rendered="FORMULA")
    assert rows[0] == [*HEADER, "管家·时效", "管家·截止", "", "旁注"]
    assert rows[1][8] == "=E2*2"


def test_a_table_that_ends_with_the_grid_gets_columns(people: People) -> None:
    fill(people)
    for _ in range(21):
        people.do(kit.deleted("COLUMNS", 5))
    quiet(people)
    assert ours(people) == ["管家·时效", "管家·截止"]
    assert quiet(people) is None


def test_a_deleted_column_is_made_again(people: People) -> None:
    fill(people)
    quiet(people)
    people.do(kit.deleted("COLUMNS", 5))
    quiet(people)
    assert sorted(ours(people)) == ["管家·截止", "管家·时效"]
    assert len(people.sheet()["conditionalFormats"]) == 1
    rows = rows_by_customer(people)
    assert all(row["管家·时效"] == status_of(customer) for customer, row in rows.items())


def test_a_renamed_and_moved_column_is_found_again_and_keeps_its_name(people: People) -> None:
    fill(people)
    quiet(people)
    people.do(kit.typed(0, 5, "状态说明"), kit.moved("COLUMNS", 5, 1))
    people.type(1, 1, [[""]])
    quiet(people)
    assert people.look()[0][:2] == ["商机编号", "状态说明"]
    assert rows_by_customer(people)["客户01"]["状态说明"] == status_of("客户01")
    assert ours(people) == ["管家·截止"]


def test_a_header_that_was_cleared_is_written_again(people: People) -> None:
    fill(people)
    quiet(people)
    people.type(0, 5, [[""], [""]])
    quiet(people)
    assert ours(people) == ["管家·时效", "管家·截止"]


def test_a_copy_of_our_column_is_the_teams(people: People) -> None:
    fill(people)
    quiet(people)
    source = {"sheetId": 0, "startColumnIndex": 5, "endColumnIndex": 6}
    people.do(
        kit.inserted("COLUMNS", 1),
        {
            "copyPaste": {
                "source": {**source, "startColumnIndex": 6, "endColumnIndex": 7},
                "destination": {**source, "startColumnIndex": 1, "endColumnIndex": 2},
                "pasteType": "PASTE_VALUES",
            }
        },
    )
    people.type(1, 6, [[""]])
    quiet(people)
    rows = people.look()
    assert rows[0][1] == rows[0][6] == "管家·时效"
    assert rows[1][6] == status_of("客户01")


def test_a_formula_is_never_overwritten(people: People) -> None:
    fill(people)
    quiet(people)
    people.do(formula(1, 5, '=IF(TRUE,"算出的","")'), formula(2, 3, '=""'))
    receipt = quiet(people)
    assert receipt is not None
    assert {(one.key, one.column, one.code) for one in receipt.refused} == {
        ("A01", "status", "store.formula"), ("A02", "owner", "store.formula"),
    }  # fmt: skip
    rows = people.look(rendered="FORMULA")
    assert rows[1][5] == '=IF(TRUE,"算出的","")'
    assert rows[2][3] == '=""'


def test_merged_cells_are_read_down_and_not_written(people: People) -> None:
    fill(people)
    area = {
        "sheetId": 0, "startRowIndex": 1, "endRowIndex": 4,
        "startColumnIndex": 3, "endColumnIndex": 4,
    }  # fmt: skip
    people.do({"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}})
    table = store(people, READING).read()
    assert list(table.frame["owner"].astype("str")[:3]) == ["小张"] * 3
    quiet(people)
    assert "owner 客户02" not in str(people.look())


def test_highlights_are_made_once_and_the_teams_come_first(people: People) -> None:
    fill(people)
    place = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 5, "endColumnIndex": 2}
    team = {
        "ranges": [place],
        "booleanRule": {
            "condition": {"type": "NOT_BLANK"},
            "format": {"backgroundColor": {"red": 1}},
        },
    }
    people.do({"addConditionalFormatRule": {"rule": team, "index": 0}})
    quiet(people)
    first = people.sheet()["conditionalFormats"]
    formulas = [
        rule["booleanRule"]["condition"].get("values", [{}])[0].get("userEnteredValue")
        for rule in first
    ]
    assert formulas == [None, '=EXACT($F2;"已超时")']
    people.type(1, 5, [[""]])
    quiet(people)
    assert people.sheet()["conditionalFormats"] == first


def test_another_colour_replaces_ours_alone(people: People) -> None:
    fill(people)
    quiet(people)
    other = Layout(LAYOUT.columns, (Highlight("status", "已超时", "0000FF"),), LAYOUT.fillable)
    people.type(1, 5, [[""]])
    one = store(people, Reading(now=NOW, layout=other))
    table = one.read()
    one.apply(Plan(table.version, NOW, other, wants(table), keys=table.keys))
    [rule] = people.sheet()["conditionalFormats"]
    assert rule["booleanRule"]["format"]["backgroundColor"] == {"blue": 1}


def test_a_rule_that_people_add_just_then_is_not_lost(people: People) -> None:
    fill(people)
    quiet(people)
    place = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 5, "endColumnIndex": 2}
    condition = {"type": "NOT_BLANK"}
    team = {"condition": condition, "format": {"textFormat": {"italic": True}}}
    add = {"rule": {"ranges": [place], "booleanRule": team}, "index": 0}
    people.server.crowd = kit.Script({2: [{"addConditionalFormatRule": add}]})
    other = Layout(LAYOUT.columns, (Highlight("status", "已超时", "0000FF"),), LAYOUT.fillable)
    people.type(1, 5, [[""]])
    one = store(people, Reading(now=NOW, layout=other))
    table = one.read()
    one.apply(Plan(table.version, NOW, other, wants(table), keys=table.keys))
    kinds = [r["booleanRule"]["condition"]["type"] for r in people.sheet()["conditionalFormats"]]
    assert kinds.count("NOT_BLANK") == 1


def test_the_filter_takes_our_columns_along_and_keeps_its_criteria(people: People) -> None:
    fill(people)
    place = {"sheetId": 0, "endRowIndex": 13, "endColumnIndex": 5, "startRowIndex": 0,
             "startColumnIndex": 0}  # fmt: skip
    criteria = {"2": {"hiddenValues": ["合同签订"]}}
    people.do({"setBasicFilter": {"filter": {"range": place, "criteria": criteria}}})
    quiet(people)
    found = people.sheet()["basicFilter"]
    assert found["range"]["endColumnIndex"] == 7
    assert found["criteria"] == criteria
    before = people.sheet()
    people.type(1, 5, [[""]])
    quiet(people)
    assert people.sheet()["basicFilter"] == before["basicFilter"]


def test_only_our_columns_warn_and_nobody_is_locked_out(people: People) -> None:
    fill(people)
    quiet(people)
    protected = people.sheet()["protectedRanges"]
    assert [one["range"]["startColumnIndex"] for one in protected] == [5, 6]
    assert all(one["warningOnly"] for one in protected)


def test_dates_are_days_of_the_spreadsheets_own_zone(people: People) -> None:
    people.book.properties["timeZone"] = "America/New_York"
    fill(people)
    one = store(people, READING)
    table = one.read()
    assert table.zone == "America/New_York"
    due = pd.Timestamp("2026-12-01T18:30").as_unit("s")
    patches = (patch(table, "due", {0: due}),)
    one.apply(Plan(table.version, NOW, LAYOUT, patches, keys=table.keys))
    assert people.look(rendered="FORMATTED_VALUE")[1][6] == "2026-12-01 18:30"
    again = store(people, READING).read()
    assert again.cells["due"].iloc[0] == due


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "zh_CN"])
def test_numbers_do_not_depend_on_the_locale(people: People, locale: str) -> None:
    people.book.properties["locale"] = locale
    fill(people)
    people.ask(
        "/values:batchUpdate",
        {"valueInputOption": "RAW", "data": [{"range": "商机!E2", "values": [[1234.5]]}]},
    )
    assert store(people, READING).read().frame["amount"].iloc[0] == 123450


def test_duplicate_and_blank_headers_and_trailing_blanks(people: People) -> None:
    people.type(0, 0, [["商机编号", "客户名称", "", "备注", "备注", "阶段"]])
    people.type(1, 0, [["A1", "甲公司", "x"], ["A2", "乙公司", "", "n"], ["A3", "丙公司"]])
    people.type(90, 0, [[" "]])
    table = store(people, READING).read()
    assert list(table.keys) == ["A1", "A2", "A3"]


def test_several_tabs_of_one_table(people: People) -> None:
    fill(people)
    people.do({"addSheet": {"properties": {"sheetId": 7, "title": "商机二"}}})
    people.type(0, 0, [["商机编号", "负责人", "客户名称"], ["B1", "", "客户B1"]], sheet=7)
    reading = Reading(now=NOW, layout=LAYOUT, sheets=("商机*",))
    assert run(store(people, reading)) is not None
    assert people.look("商机二")[1][:4] == ["B1", "owner 客户B1", "客户B1", status_of("客户B1")]
    assert run(store(people, reading)) is None


def test_what_people_typed_in_our_column_since_stays(people: People) -> None:
    fill(people)
    quiet(people)
    people.type(1, 5, [[""]])
    one = store(people, READING)
    table = one.read()
    people.type(1, 5, [["人写的"]])
    receipt = one.apply(Plan(table.version, NOW, LAYOUT, wants(table), keys=table.keys))
    assert [(refusal.key, refusal.code) for refusal in receipt.refused] == [
        ("A01", "store.changed")
    ]
    assert people.look()[1][5] == "人写的"


def _wanted(rows: int) -> Any:
    return [[f"A{n}", f"客户{n}", "初步沟通", "小张", n] for n in range(rows)]


@pytest.mark.parametrize("rows", [1_000, pytest.param(50_000, marks=pytest.mark.slow)])
def test_requests_of_a_run(people: People, rows: int) -> None:
    people.do({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": rows}})
    people.type(0, 0, [HEADER, *_wanted(rows)])
    while quiet(people):  # a first run of many rows takes several writes
        pass
    people.server.log.clear()
    assert quiet(people) is None
    assert calls(people.server) == (1, 0)
    people.type(rows // 2, 5, [[""], [""], [""]])
    people.type(rows, 5, [[""]])
    people.server.log.clear()
    receipt = quiet(people)
    assert receipt is not None
    assert (receipt.written, receipt.refused) == (4, ())
    assert calls(people.server) == (1, 2)
    assert receipt.version == store(people, READING).read().version
