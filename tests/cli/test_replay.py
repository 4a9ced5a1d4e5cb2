"""`dealkeeper replay`: changed rules on the past, beside those in force; nothing is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from jobs.cli.session import Session
from jobs.pipeline import decide
from jobs.replay import PastStates
from tests.cli.kit import RULES, check, day, dealkeeper, edit, retype, small

NEW = "new.yaml"
ASSIGN = """\
  - {use: stage_sla, start: stage_entered, escalate_after: null}
  - use: assign_owner
    sticky: false
    assign: [{method: fixed, to: [Ann]}]"""


def ran(folder: Path, now: str) -> None:
    answer = dealkeeper("run", folder / RULES, "--yes", "--now", now)
    assert answer.code == 0, answer.said


@pytest.fixture
def lived(folder: Path) -> Path:
    """Six deals; the first had no owner for two days, the second moved on, the third went."""
    book = small(folder, rows=6, rules=ASSIGN)
    edit(book, {("D-001", "Owner"): None, ("D-002", "Stage since"): day(2)})
    ran(folder, "2026-11-10T09:00")
    edit(book, {("D-001", "Owner"): "Bob", ("D-002", "Stage"): "Offer",
                ("D-002", "Stage since"): day(11), ("D-004", "Amount"): 9})  # fmt: skip
    ran(folder, "2026-11-12T09:00")
    shutil.copy(folder / RULES, folder / NEW)
    return folder


def told(*args: object) -> list[str]:
    answer = dealkeeper("replay", "--rules", NEW, "--now", "2026-11-20T09:00", *args)
    assert answer.code == 0, answer.said
    return [" ".join(line.split()) for line in answer.out.splitlines()]


def test_the_same_rules_make_no_difference(lived: Path) -> None:
    lines = told("--from", "2026-11-10", "--to", "2026-11-20")
    assert lines[0].startswith("10 moments from 2026-11-10 23:59 to 2026-11-19 23:59")
    assert any(line.startswith("All") and line.endswith("=") for line in lines)
    assert not any(line.split()[-1][0] in "+-" for line in lines if line)


def test_a_tighter_limit_breaches_more(lived: Path) -> None:
    retype(lived / NEW, "limit: 10 days", "limit: 2 days")
    lines = told("--from", "2026-11-11", "--to", "2026-11-11")
    late = {line.split()[0]: line.split()[1:] for line in lines if len(line.split()) == 4}
    # in Lead on that evening: D-001, D-004 and D-005 since the 2nd, 5th and 6th; D-002, whose date
    # was overwritten on the 12th, since the first run as far as anybody knows
    assert late["Lead"] == ["0", "3", "+3"]


def test_another_owner_is_given(lived: Path) -> None:
    retype(lived / NEW, "to: [Ann]", "to: [Bob]")
    lines = told("--from", "2026-11-11", "--to", "2026-11-11")
    given = lines.index(next(line for line in lines if line.startswith("Given to")))
    assert lines[given + 1 : given + 3] == ["Ann 1 0 -1", "Bob 0 1 +1"]
    load = lines.index(next(line for line in lines if line.startswith("Open at the end")))
    assert lines[load + 1 : load + 3] == ["Bob 3 4 +1", "Ann 3 2 -1"]


def test_what_the_history_cannot_tell_is_said(lived: Path) -> None:
    lines = told("--from", "2026-11-01", "--to", "2026-11-12", "--every", "1 week")
    assert lines[0].startswith("2 moments")
    assert any(line.startswith("The first run was on 2026-11-10 09:00") for line in lines)
    assert any("Told as they are now" in line and "Stage since" in line for line in lines)


def test_nothing_is_written(lived: Path) -> None:
    before = (lived / "deals.xlsx").read_bytes()
    told("--from", "2026-11-10")
    assert (lived / "deals.xlsx").read_bytes() == before
    assert dealkeeper("history", RULES).out.count(" run ") == 2


def test_the_table_of_a_moment(lived: Path) -> None:
    session = Session.open(lived / RULES, pd.Timestamp("2026-11-20T09:00"))
    with session.reading() as store:
        prepared = decide(store, session.rules_file, session.history, session.now)
    states = PastStates(prepared, session.rules_file.settings)
    then = states.table(pd.Timestamp("2026-11-11 12:00")).set_index("key")
    assert then["owner"].isna()["D-001"]
    assert then.loc["D-002", "stage"] == "Lead"
    assert then.loc["D-004", "amount"] == 400_000
    now = states.table(pd.Timestamp("2026-11-13")).set_index("key")
    assert now.loc["D-001", "owner"] == "Bob"
    assert (now.loc["D-002", "stage"], now.loc["D-004", "amount"]) == ("Offer", 900)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--from", "2027-01-01", "--rules", NEW], "expected --from in the past"),
        (["--from", "2026-11-10", "--every", "1 minute", "--rules", NEW], "an interval such as 1d"),
    ],
)
def test_what_cannot_be_replayed(lived: Path, args: list[str], says: str) -> None:
    answer = dealkeeper("replay", *args, "--now", "2026-11-20T09:00")
    assert answer.code == 2
    assert says in answer.err


def test_a_rules_file_that_is_wrong_is_told_where(lived: Path) -> None:
    retype(lived / NEW, "method: fixed", "method: fixd")
    check(dealkeeper("replay", "--from", "2026-11-10", "--rules", NEW), 2, "new.yaml:")
