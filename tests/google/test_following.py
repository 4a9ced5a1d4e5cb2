"""Rows that get their first keys are followed through whatever people do between two looks."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from jobs.identity import give_ids
from sync.plan import Patch
from sync.table import Table
from tests.google import kit
from tests.google.desk import READING, ROWS, fill, quiet, rows_by_customer, run, status_of, wants
from tests.google.kit import Act, People, Script, store
from tests.sheets_server.faults import Fault

_VALUES = "*.values.batchUpdateByDataFilter"
_ID, _OWNER = "管家·编号", "负责人"
# With rows 1 to 12 on rows 2 to 13, a new row behind them hits the last one when one is inserted.
STRANGER = [kit.inserted("ROWS", ROWS), kit.typed(ROWS, 0, "新乙", "初步沟通")]


def named(table: Table) -> tuple[Patch, ...]:
    """Ids for rows without one, and what else is wanted, as the planner makes it."""
    table, ids = give_ids(table, pd.DataFrame(), _ID)
    return (*([ids] if ids is not None else []), *wants(table))


def ids(people: People) -> dict[str, str]:
    """Customer → id."""
    return {name: row.get(_ID, "") for name, row in rows_by_customer(people).items()}


@pytest.fixture
def first(people: People) -> dict[str, str]:
    """A table whose rows have ids of ours, and a row behind them that has none; customer → id."""
    fill(people, keyed=False)
    run(store(people, READING), named)
    found = ids(people)
    people.type(ROWS + 1, 0, [["新甲", "初步沟通"]])
    return found


# Number of a request → what people do before it; the third writes, the others put right.
ACTS: dict[str, dict[int, Sequence[Act]]] = {
    "a key that is put back lands in a new row, twice": {
        3: STRANGER,
        4: [kit.moved("ROWS", ROWS, ROWS + 2)],
        5: [kit.sorted_by(0, down=False)],
        6: [kit.sorted_by(0)],
    },
    "the row that is hit says something else by then": {
        3: [kit.typed(ROWS, 1, "深度跟进"), *STRANGER],
    },
    "the row that is hit says something else when it is hit again": {
        3: STRANGER,
        4: [kit.typed(ROWS + 1, 1, "深度跟进"), kit.moved("ROWS", ROWS + 1, 3)],
        5: [kit.typed(3, 1, "方案定制"), kit.moved("ROWS", 3, 8)],
    },
    "keys that are put back land in rows that say nothing": {
        3: [kit.moved("ROWS", ROWS + 1, 2)],
        4: [kit.inserted("ROWS", 2), kit.inserted("ROWS", 2), kit.inserted("ROWS", 5)],
        5: [kit.inserted("ROWS", 2)],
    },
}  # fmt: skip


@pytest.mark.parametrize("acts", ACTS)
def test_an_id_stays_with_its_row(people: People, first: dict[str, str], acts: str) -> None:
    people.server.crowd = Script(ACTS[acts])
    run(store(people, READING), named)
    people.server.crowd = None
    told = {key: one for key, one in ids(people).items() if one}
    assert {key: told[key] for key in first} == first
    assert len(set(told.values())) == len(told)
    assert len([row for row in people.look() if any(row)]) == 1 + len(rows_by_customer(people))
    run(store(people, READING), named)
    later = ids(people)
    assert {key: later[key] for key in told} == told
    assert len(set(later.values()) - {""}) == len(later)


@pytest.mark.parametrize("keyed", [True, False])
def test_what_a_lost_write_hit_is_put_back_wherever_it_is_by_then(
    people: People, keyed: bool
) -> None:
    fill(people, keyed=keyed)
    people.server.crowd = Script({3: [kit.moved("ROWS", 2, 9)], 4: [kit.sorted_by(1, down=False)]})
    people.server.faults.add(Fault(landed=True, methods=_VALUES))
    run(store(people, READING), named)
    for customer, row in rows_by_customer(people).items():
        even = int(customer.removeprefix("客户")) % 2 == 0
        assert row[_OWNER] == (f"owner {customer}" if even else "小张")
        assert row["管家·时效"] == status_of(customer)


def test_what_a_person_types_while_things_are_put_right_stays(people: People) -> None:
    fill(people)
    # other rows go astray; before they are put right somebody types an owner that we gave, too
    people.server.crowd = Script(
        {3: [kit.moved("ROWS", 5, 9)], 4: [kit.typed(2, 3, "owner 客户04")]}
    )
    receipt = run(store(people, READING))
    assert receipt is not None
    assert [(one.key, one.column, one.code) for one in receipt.refused] == [
        ("A02", "owner", "store.changed")
    ]
    quiet(people)
    assert rows_by_customer(people)["客户02"][_OWNER] == "owner 客户04"


def test_a_row_that_appears_and_is_hit_gets_back_what_was_typed_into_it(people: People) -> None:
    fill(people)
    people.server.crowd = Script(
        {
            3: [kit.inserted("ROWS", 1), kit.typed(1, 0, "N1", "客户99", "初步沟通", "人")],
            4: [kit.moved("ROWS", 1, 4)],
            5: [kit.moved("ROWS", 3, 8)],
        }
    )
    run(store(people, READING))
    assert rows_by_customer(people)["客户99"][_OWNER] == "人"


def test_what_a_row_without_a_key_holds_is_put_back(people: People) -> None:
    fill(people)
    people.type(ROWS + 1, 0, [["", "客户99", "初步沟通", "人"]])
    people.server.crowd = Script({3: [kit.moved("ROWS", ROWS + 1, 2)], 4: [kit.sorted_by(1)]})
    run(store(people, READING))
    owners = {name: row[_OWNER] for name, row in rows_by_customer(people).items()}
    assert owners["客户99"] == "人"
    assert owners["客户02"] == "owner 客户02"


def test_what_was_hit_is_put_back_though_rows_go_at_the_end_of_the_sheet(people: People) -> None:
    fill(people)
    people.do({"deleteDimension": {"range": {
        "sheetId": 0, "dimension": "ROWS", "startIndex": ROWS + 1, "endIndex": 100,
    }}})  # fmt: skip
    people.server.crowd = Script({3: [kit.moved("ROWS", 2, ROWS + 1)], 4: [kit.deleted("ROWS", 1)]})
    run(store(people, READING))
    rows = rows_by_customer(people)
    assert len(rows) == ROWS - 1
    assert all(row["管家·时效"] == status_of(name) for name, row in rows.items())
    assert rows["客户03"][_OWNER] == "小张"
