"""What we last decided, what stands there, what we want: the whole table of cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jobs.coded import Coded
from jobs.threeway import Before, Wanted, compare, fill
from sync.plan import Reasons
from tests.jobs.tables import table


def cells(*values: Any) -> Coded:
    return Coded.of(np.array(values, dtype=object))


def wanted(value: Any, *, decided: bool = True) -> Wanted:
    return Wanted(
        cells(value),
        np.array([decided]),
        Reasons(np.array(["x.y"], dtype=object), pd.DataFrame(index=range(1))),
        np.array(["x"], dtype=object),
    )


@pytest.mark.parametrize(
    ("last", "stands", "want", "seen", "written", "kept"),
    [
        # last decided, what stands, what we want, key known → written?, kept as a person's word?
        (None, None, "正常", False, True, False),  # first run
        ("正常", "正常", "正常", True, False, False),  # nothing new
        ("正常", "正常", "已超时", True, True, False),  # our decision changed
        ("正常", "我在跟", "正常", True, False, True),  # a person wrote: stays
        ("正常", "我在跟", "已超时", True, True, False),  # ... until our decision changes
        ("正常", None, "正常", True, True, False),  # ... or they blank it
        ("正常", "正常", None, True, True, False),  # we want it blank now
        (None, "我在跟", None, True, False, True),  # a person wrote where we had nothing to say
        (
            None,
            "已超时",
            "正常",
            False,
            True,
            False,
        ),  # came along with a copied row: decided afresh
        ("正常", "已超时", "已超时", True, False, False),  # a person wrote what we want anyway
    ],
)
def test_owned_cell(
    last: str | None, stands: str | None, want: str | None, *, seen: bool, written: bool, kept: bool
) -> None:
    compared = compare(
        "status",
        wanted(want),
        table(["A"]),
        Before(cells(stands), cells(last), np.array([seen])),
    )
    assert bool(compared.patches) == written
    assert bool(len(compared.kept)) == kept
    assert compared.decided.cells()[0] == want
    if written:
        assert (compared.patches[0].before[0], compared.patches[0].after[0]) == (stands, want)


def test_an_undecided_row_is_left_alone_and_its_old_decision_remembered() -> None:
    compared = compare(
        "status",
        wanted("正常", decided=False),
        table(["A"]),
        Before(cells("已超时"), cells("已超时"), np.array([True])),
    )
    assert not compared.patches
    assert compared.decided.cells()[0] == "已超时"


def test_rows_with_a_repeated_key_are_never_written() -> None:
    both = Wanted(
        cells("正常", "正常"),
        np.array([True, True]),
        Reasons.blank(2),
        np.array(["x", "x"], dtype=object),
    )
    blank = cells(None, None)
    before = Before(blank, blank, np.array([False, False]))
    compared = compare("status", both, table(["A", "A"]), before)
    assert not compared.patches


@pytest.mark.parametrize(
    ("stands", "want", "written"),
    [
        (None, "销售甲", True),
        ("销售乙", "销售甲", False),
        ("公海", "销售甲", False),
        (None, None, False),
    ],
)
def test_a_team_cell_is_filled_only_where_it_is_blank(
    stands: str | None, want: str | None, *, written: bool
) -> None:
    assert bool(fill("owner", wanted(want), table(["A"], cells={"owner": [stands]}))) == written


@pytest.mark.parametrize(
    ("stands", "want", "shared", "written"),
    [
        ("小乙", "公海", False, True),
        (None, "公海", False, True),
        ("公海", "公海", False, False),  # it is there already
        ("小乙", None, False, False),  # nothing is blanked
        ("小乙", "公海", True, False),  # the cell is that of other rows too
    ],
)
def test_team_cell_that_the_rules_file_lets_replace(
    stands: str | None, want: str | None, *, shared: bool, written: bool
) -> None:
    given = table(["A"], cells={"owner": [stands]})
    columns = {"owner": replace(given.columns["owner"], shared=shared)}
    replacing = replace(wanted(want), replaces=np.array([True]))
    assert bool(fill("owner", replacing, replace(given, columns=columns))) == written
