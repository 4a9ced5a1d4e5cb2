"""Whatever people do between two requests, no value ends in a wrong row or column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from jobs.identity import give_ids
from sync.plan import Patch
from sync.table import Table
from tests.google import kit
from tests.google.desk import READING, ROWS, fill, quiet, rows_by_customer, run, status_of, wants
from tests.google.kit import Act, People, Script, store
from tests.sheets_server.crowd import Crowd

# What people do, on a sheet whose columns are those of `desk.HEADER` and then ours.
ACTS: dict[str, Sequence[Act]] = {
    "sort": [kit.sorted_by(1)],
    "sort all but ours": [kit.sorted_by(1, last_column=4)],
    "insert a row": [kit.inserted("ROWS", 5)],
    "insert a row above": [kit.inserted("ROWS", 0)],
    "a new deal in between": [
        kit.inserted("ROWS", 3), kit.typed(3, 0, "N1", "新客户", "初步沟通"),
    ],
    "delete a row": [kit.deleted("ROWS", 3)],
    "move a row": [kit.moved("ROWS", 2, 9)],
    "insert a column": [kit.inserted("COLUMNS", 1)],
    "insert a column before the key": [kit.inserted("COLUMNS", 0)],
    "move a column": [kit.moved("COLUMNS", 1, 5)],
    "move the key": [kit.moved("COLUMNS", 0, 3)],
    "delete a column": [kit.deleted("COLUMNS", 4)],
    "delete our column": [kit.deleted("COLUMNS", 5)],
    "rename our header": [kit.typed(0, 5, "我们的时效")],
    "sort and insert": [kit.sorted_by(2), kit.inserted("ROWS", 2), kit.inserted("COLUMNS", 2)],
}  # fmt: skip
MOMENTS = {"after reading": 2, "between the writes": 3, "before a repair": 4}


def named(table: Table) -> tuple[Patch, ...]:
    """Ids for rows without one, and what else is wanted, as the planner makes it."""
    table, ids = give_ids(table, pd.DataFrame(), "管家·编号")
    return (*([ids] if ids is not None else []), *wants(table))


def check(people: People) -> None:
    """Every row has its own status, and an owner that is its own or was there."""
    rows = rows_by_customer(people)
    assert len(rows) >= ROWS - 1
    status = status_header(rows)
    for customer, row in rows.items():
        assert row[status] == status_of(customer)
        number = customer.removeprefix("客户")
        kept = "小张" if number != "新客户" and int(number) % 2 else None
        assert row["负责人"] == (kept or f"owner {customer}")


def status_header(rows: dict[str, dict[str, Any]]) -> str:
    """The header of our status, which people may have renamed."""
    headers = next(iter(rows.values()))
    return "管家·时效" if "管家·时效" in headers else "我们的时效"


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("known", [True, False], ids=["marked", "first run"])
def test_one_act(people: People, act: str, moment: str, known: bool) -> None:
    fill(people)
    if known:
        quiet(people)
        for customer in range(1, ROWS + 1):  # something to write again
            people.type(customer, 5, [[""]])
    acts = {MOMENTS[moment]: ACTS[act]}
    if moment == "before a repair":
        acts[3] = [kit.sorted_by(1)]
    people.server.crowd = Script(acts)
    run(store(people, READING))
    quiet(people)
    check(people)
    assert quiet(people) is None


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("act", ACTS)
def test_rows_that_get_their_first_id(people: People, act: str, moment: str) -> None:
    fill(people, keyed=False)
    acts = {MOMENTS[moment]: ACTS[act]}
    if moment == "before a repair":
        acts[3] = [kit.sorted_by(1)]
    people.server.crowd = Script(acts)
    run(store(people, READING), named)
    people.server.crowd = None
    seen = rows_by_customer(people)
    first = {customer: row.get("管家·编号") for customer, row in seen.items()}
    run(store(people, READING), named)
    rows = rows_by_customer(people)
    ids = [row["管家·编号"] for row in rows.values()]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    status = status_header(rows)
    assert all(row[status] == status_of(customer) for customer, row in rows.items())
    # an id that reached its row stays there
    assert all(rows[customer]["管家·编号"] == given for customer, given in first.items() if given)
    assert run(store(people, READING), named) is None


@pytest.mark.parametrize("column", [kit.moved("COLUMNS", 1, 4), kit.inserted("COLUMNS", 1)])
def test_ids_stay_where_columns_move_while_a_new_row_gets_its_own(
    people: People, column: kit.Act
) -> None:
    fill(people, keyed=False)
    run(store(people, READING), named)
    first = {name: row["管家·编号"] for name, row in rows_by_customer(people).items()}
    people.type(ROWS + 1, 0, [["新客户", "初步沟通"]])
    people.server.crowd = Script(
        {3: [column, kit.moved("ROWS", ROWS + 1, 4)], 4: [kit.sorted_by(0, down=False)]}
    )
    run(store(people, READING), named)
    people.server.crowd = None
    run(store(people, READING), named)
    rows = rows_by_customer(people)
    assert {name: rows[name]["管家·编号"] for name in first} == first
    assert rows["新客户"]["管家·编号"] not in {"", *first.values()}


def test_a_tab_that_is_renamed_meanwhile(people: People) -> None:
    fill(people)
    rename = {"properties": {"sheetId": 0, "title": "另名"}, "fields": "title"}
    people.server.crowd = Script({2: [{"updateSheetProperties": rename}]})
    run(store(people, READING))
    people.title = "另名"
    check(people)


def test_columns_that_go_meanwhile_are_no_refusal(people: People) -> None:
    fill(people)
    for _ in range(19):
        people.do(kit.deleted("COLUMNS", 7))
    people.server.crowd = Script({2: [kit.deleted("COLUMNS", 4), kit.deleted("COLUMNS", 4)]})
    run(store(people, READING))
    quiet(people)
    check(people)


@pytest.mark.parametrize("seed", range(12))
def test_a_crowd(people: People, seed: int) -> None:
    fill(people)
    ours = frozenset({"客户名称", "负责人", "管家·时效"})
    people.server.crowd = Crowd(seed, 0.8, key="商机编号", spared=ours)
    for _ in range(5):
        run(store(people, READING))
    quiet(people)
    rows = rows_by_customer(people)
    assert rows
    assert all(row["管家·时效"] == status_of(customer) for customer, row in rows.items())
