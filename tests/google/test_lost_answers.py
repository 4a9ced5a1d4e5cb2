"""Answers that are lost, requests that fail, programs that die: nothing is doubled."""

from __future__ import annotations

import pytest

from sync.google.client import SheetsClient
from sync.google.store import GoogleStore
from sync.plan import Plan
from sync.store import Busy, Stale, Unreachable
from tests.google import kit
from tests.google.desk import (
    LAYOUT,
    NOW,
    READING,
    fill,
    quiet,
    rows_by_customer,
    run,
    status_of,
    wants,
)
from tests.google.kit import People, Script, store
from tests.sheets_server.faults import Fault

_BATCH, _VALUES = "sheets.spreadsheets.batchUpdate", "*.values.batchUpdateByDataFilter"


def check(people: People) -> None:
    """Each column of ours stands once, each row holds its own."""
    header = people.look()[0]
    assert header[5:] == ["管家·时效", "管家·截止"]
    rows = rows_by_customer(people)
    assert all(row["管家·时效"] == status_of(customer) for customer, row in rows.items())
    sheet = people.sheet()
    assert len(sheet["conditionalFormats"]) == 1
    assert len(sheet["protectedRanges"]) == 2


@pytest.mark.parametrize("kind", ["status", "reset"])
@pytest.mark.parametrize("landed", [True, False])
@pytest.mark.parametrize("method", [_BATCH, _VALUES])
@pytest.mark.parametrize("times", [1, 2])
def test_a_write_without_an_answer_is_looked_up(
    people: People, method: str, kind: str, landed: bool, times: int
) -> None:
    fill(people)
    people.server.faults.add(Fault(kind, landed=landed, methods=method, times=times))
    receipt = run(store(people, READING))
    assert receipt is not None
    assert receipt.refused == ()
    check(people)
    assert quiet(people) is None


def test_a_lost_answer_and_a_sort_at_once(people: People) -> None:
    fill(people)
    people.server.crowd = Script({3: [kit.sorted_by(1)], 4: [kit.sorted_by(2)]})
    people.server.faults.add(Fault(landed=True, methods=_VALUES))
    run(store(people, READING))
    quiet(people)
    check(people)


@pytest.mark.parametrize("method", [_BATCH, _VALUES])
def test_a_write_that_never_lands_says_so(people: People, method: str) -> None:
    fill(people)
    before = people.look()
    people.server.faults.add(Fault(methods=method, times=None))
    with pytest.raises(Unreachable, match="nothing was written"):
        run(store(people, READING))
    people.server.faults.clear()
    assert [row[:5] for row in people.look()] == before
    quiet(people)
    check(people)


class Dying(SheetsClient):
    """A program that is killed when it sends its last request, before or after it lands."""

    last = 0
    landing = False

    def ask(self, *args: object, **more: object) -> bytes:
        type(self).last -= 1
        if self.last == 0 and not self.landing:
            raise KeyboardInterrupt
        answer = super().ask(*args, **more)  # type: ignore[arg-type]
        if self.last == 0:
            raise KeyboardInterrupt
        return answer


@pytest.mark.parametrize("landing", [True, False])
@pytest.mark.parametrize("last", [1, 2, 3])
def test_a_restart_after_a_crash_doubles_nothing(people: People, last: int, landing: bool) -> None:
    fill(people)
    client = kit.client(people.server, people.id, kind=Dying)
    Dying.last, Dying.landing = last, landing
    with pytest.raises(KeyboardInterrupt):
        run(GoogleStore(client, READING))
    quiet(people)
    check(people)
    assert quiet(people) is None


def test_two_machines_do_not_write_at_once(people: People) -> None:
    fill(people)
    here = store(people, READING, holder="here", clock=lambda: 1000.0)
    there = store(people, READING, holder="there", clock=lambda: 1001.0)
    mine, theirs = here.read(), there.read()
    here.apply(Plan(mine.version, NOW, LAYOUT, wants(mine), keys=mine.keys))
    before = people.look()
    with pytest.raises(Stale):
        there.apply(Plan(theirs.version, NOW, LAYOUT, wants(theirs), keys=theirs.keys))
    assert people.look() == before


def test_the_lock_of_another_machine_is_waited_for(people: People) -> None:
    fill(people)
    moment = [1000.0]
    run(store(people, READING, holder="here", clock=lambda: moment[0]))
    people.type(1, 5, [[""]])
    with pytest.raises(Busy, match="here"):
        run(store(people, READING, holder="there", clock=lambda: moment[0]))

    def sleep(seconds: float) -> None:
        moment[0] += seconds

    patient = store(people, READING, holder="there", wait=60, clock=lambda: moment[0], sleep=sleep)
    assert run(patient) is not None
    assert moment[0] > 1000
    check(people)


def test_a_lock_that_was_left_behind_runs_out(people: People) -> None:
    fill(people)
    run(store(people, READING, holder="here", clock=lambda: 1000.0))
    people.type(1, 5, [[""]])
    assert run(store(people, READING, holder="there", clock=lambda: 1031.0)) is not None
    check(people)


def test_the_same_machine_needs_not_wait(people: People) -> None:
    fill(people)
    quiet(people)
    people.type(1, 5, [[""]])
    assert quiet(people) is not None
    check(people)
