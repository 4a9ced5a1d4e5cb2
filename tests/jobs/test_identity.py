"""Rows get ids once; a copied row gets one of its own; a team's own ids are never touched."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from jobs.identity import COPIED, GIVEN, ID_LENGTH, give_ids, new_ids
from tests.jobs.tables import table

NOTHING = pd.DataFrame()
OURS = "id"  # what the header of our column says in these tables


@given(st.integers(1, 300), st.text(max_size=8))
def test_ids_are_distinct_end_in_a_letter_and_repeat_for_the_same_version(
    count: int, seed: str
) -> None:
    made = new_ids(count, seed, frozenset())
    assert len(set(made)) == count
    assert all(len(key) == ID_LENGTH and key[-1].isalpha() for key in made)
    assert made == new_ids(count, seed, frozenset())


def test_ids_in_use_are_avoided() -> None:
    taken = frozenset(new_ids(50, "v1", frozenset()))
    assert not taken & set(new_ids(50, "v1", taken))


def test_a_table_without_an_id_column_gets_ids_for_every_row() -> None:
    given_table, patch = give_ids(table(["", "", ""], customer=["甲", "乙", "丙"]), NOTHING, OURS)
    assert patch is not None
    assert list(patch.rows) == [0, 1, 2]
    assert set(patch.reasons.codes) == {GIVEN.code}
    assert list(given_table.keys) == list(patch.after)
    assert given_table.writable.all()


def test_blank_keys_of_the_teams_own_column_are_left_alone() -> None:
    before = table(["A", "", "A"], id=["A", None, "A"])
    after, patch = give_ids(before, NOTHING, OURS)
    assert patch is None
    assert after is before
    assert list(after.writable) == [False, False, False]


def test_a_new_row_under_our_id_column_gets_an_id() -> None:
    before = table(["K1A", "", "K2B"], cells={"id": ["K1A", None, "K2B"]})
    after, patch = give_ids(before, NOTHING, OURS)
    assert patch is not None
    assert list(patch.rows) == [1]
    assert list(after.keys[[0, 2]]) == ["K1A", "K2B"]


def test_the_row_known_to_history_keeps_the_id_and_its_copy_gets_a_new_one() -> None:
    before = table(
        ["K1A", "K1A"],
        cells={"id": ["K1A", "K1A"]},
        customer=["新客户", "老客户"],
    )
    snapshot = pd.DataFrame({"customer": ["老客户"]}, index=["K1A"])
    after, patch = give_ids(before, snapshot, OURS)
    assert patch is not None
    assert list(patch.rows) == [0]
    assert patch.before[0] == "K1A"
    assert patch.reasons.codes[0] == COPIED.code
    assert after.keys[1] == "K1A"
    assert after.writable.all()
