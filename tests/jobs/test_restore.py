"""A restored workbook meets the history of its time: the next plan is the one of that moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jobs.history import History, RunLine
from jobs.history.rewind import KEPT, point
from tests.cli.kit import (
    BOOK,
    CLOCK,
    RULES,
    Answer,
    by_id,
    dealkeeper,
    edit,
    plan_of,
    retype,
    sha,
    small,
)

FIRST, SECOND, THIRD, LAST = (f"2026-11-{day}T09:00" for day in ("12", "16", "20", "24"))
FILL = CLOCK + "\n  - {use: assign_owner, mode: fill, assign: [{method: round_robin}]}"
STATUS = "DK status"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small workbook with its rules file, in a home of its own."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    place = tmp_path / "team"
    place.mkdir()
    small(place)
    return place


def answered(folder: Path, command: str, now: str, *args: object, code: int = 0) -> Answer:
    answer = dealkeeper(command, *args, "--rules", folder / RULES, "--now", now)
    assert answer.code == code, answer.said
    return answer


def run(folder: Path, now: str) -> None:
    answered(folder, "run", now, "--yes")


def restore(folder: Path, *which: str, now: str = LAST) -> Answer:
    return answered(folder, "restore", now, *which, "--yes")


def stamp(now: str) -> str:
    return pd.Timestamp(now).strftime("%Y%m%dT%H%M%S")


def planned(folder: Path, now: str) -> dict[str, Any]:
    return plan_of(folder, "--now", now)


def history(folder: Path) -> History:
    return History(f"sqlite:///{folder / 'state' / 'kit' / 'history.sqlite'}", "kit")


def test_run_restore_run_ends_where_the_first_run_did(folder: Path) -> None:
    book = folder / BOOK
    untouched, before = sha(book), planned(folder, FIRST)
    run(folder, FIRST)
    first = sha(book)
    restore(folder, "--pristine")
    assert sha(book) == untouched
    assert planned(folder, FIRST) == before
    assert not history(folder).has_runs()  # so the next run asks again
    answered(folder, "run", FIRST, code=4)
    run(folder, FIRST)
    assert sha(book) == first


def test_values_of_ours_that_came_back_are_not_taken_for_peoples(folder: Path) -> None:
    book = folder / BOOK
    run(folder, FIRST)
    edit(book, {("D-001", STATUS): "called him"})
    before, cells = planned(folder, SECOND), by_id(book, STATUS)
    run(folder, SECOND)
    second = by_id(book, STATUS)
    run(folder, THIRD)
    assert len({tuple(values.items()) for values in (cells, second, by_id(book, STATUS))}) == 3
    restore(folder, stamp(SECOND))
    assert by_id(book, STATUS) == cells
    assert planned(folder, SECOND) == before
    run(folder, THIRD)
    assert by_id(book, STATUS)["D-002"] == "Overdue"


def test_a_persons_word_in_a_backup_is_still_a_persons_word(folder: Path) -> None:
    book = folder / BOOK
    run(folder, FIRST)
    edit(book, {("D-003", STATUS): "mine", ("D-003", "Amount"): 5})
    run(folder, SECOND)
    run(folder, THIRD)
    restore(folder, stamp(SECOND))
    run(folder, SECOND)
    assert by_id(book, STATUS)["D-003"] == "mine"


def test_rotation_and_events_start_again_from_that_moment(folder: Path) -> None:
    small(folder, rules=FILL)
    book = folder / BOOK
    edit(book, {(f"D-00{n}", "Owner"): None for n in (2, 4)})
    run(folder, FIRST)
    edit(book, {("D-006", "Owner"): None, ("D-001", "Stage"): "Offer"})
    run(folder, SECOND)
    known = history(folder)
    owners, events = by_id(book, "Owner"), known.events("D-001")
    memory, given = known.memory(), known.past().assignments
    assert [event.after for event in events] == ["Offer"]
    restore(folder, stamp(SECOND))
    assert known.events("D-001") == []
    assert known.memory() != memory
    run(folder, SECOND)
    assert by_id(book, "Owner") == owners
    assert known.events("D-001") == events
    assert known.memory() == memory
    pd.testing.assert_frame_equal(known.past().assignments, given)


def test_a_restore_can_be_restored(folder: Path) -> None:
    book = folder / BOOK
    run(folder, FIRST)
    run(folder, SECOND)
    second, before = sha(book), planned(folder, THIRD)
    restore(folder, "--pristine", now=THIRD)
    restore(folder, stamp(THIRD))
    assert sha(book) == second
    assert planned(folder, THIRD) == before
    lines = history(folder).runs()
    assert [(line.kind, line.undone) for line in lines] == [
        ("restore", False), ("restore", True), ("run", False), ("run", False),
    ]  # fmt: skip


def test_a_restore_that_was_killed_half_way_is_finished_by_the_next_one(folder: Path) -> None:
    book, state = folder / BOOK, folder / "state" / "kit" / "backups"
    before = planned(folder, FIRST)
    run(folder, FIRST)
    book.write_bytes((state / "pristine.xlsx").read_bytes())
    told = restore(folder, "--pristine")
    assert "nothing to restore" in told.out
    assert "run 1" in told.out
    assert planned(folder, FIRST) == before
    assert "run" not in restore(folder, "--pristine").out.replace("nothing to restore", "")


def test_a_backup_of_a_run_that_was_never_recorded(folder: Path) -> None:
    """The run was killed between writing and remembering; the next one finished its work."""
    book, database = folder / BOOK, folder / "state" / "kit" / "history.sqlite"
    run(folder, FIRST)
    remembered = database.read_bytes()
    cells = by_id(book, STATUS)
    run(folder, SECOND)
    database.write_bytes(remembered)
    run(folder, SECOND)
    restore(folder, stamp(SECOND))
    assert by_id(book, STATUS) == cells
    assert not [d for d in planned(folder, SECOND)["findings"] if d["code"] == "threeway.kept"]


def test_a_workbook_that_is_gone_comes_back(folder: Path) -> None:
    book = folder / BOOK
    untouched = sha(book)
    run(folder, FIRST)
    book.unlink()
    restore(folder, "--pristine")
    assert sha(book) == untouched


def test_the_list_and_what_is_wrong_with_a_choice(folder: Path) -> None:
    assert "no backup yet" in answered(folder, "restore", FIRST).out
    run(folder, FIRST)
    run(folder, SECOND)
    listed = answered(folder, "restore", LAST).out
    assert listed == answered(folder, "restore", LAST, "--list").out
    assert [line.split()[0] for line in listed.splitlines()[1:4]][2] == "pristine"
    assert "before run 2" in listed
    assert stamp(FIRST) in answered(folder, "restore", LAST, "1999", code=2).said
    assert "several" in answered(folder, "restore", LAST, "202611", code=2).said
    assert "either" in answered(folder, "restore", LAST, "x", "--pristine", code=2).said
    retype(folder / RULES, "language: en", "language: zh")
    assert "第 2 次运行之前" in answered(folder, "restore", LAST).out


def test_nothing_is_restored_without_a_yes_or_from_damage_or_under_an_open_workbook(
    folder: Path,
) -> None:
    book, state = folder / BOOK, folder / "state" / "kit" / "backups"
    run(folder, FIRST)
    run(folder, SECOND)
    before = sha(book)
    assert "--yes" in answered(folder, "restore", LAST, "--pristine", code=4).err
    lock = book.with_name(f"~${book.name}")
    lock.write_bytes(b"")
    answered(folder, "restore", LAST, "--pristine", "--yes", code=5)
    lock.unlink()
    pristine = state / "pristine.xlsx"
    pristine.write_bytes(pristine.read_bytes()[:-300])
    (rolling,) = state.glob(f"{stamp(SECOND)}*")
    rolling.write_bytes((state / "pristine.xlsx").read_bytes())
    for which in ("--pristine", stamp(SECOND)):
        assert "damaged" in answered(folder, "restore", LAST, which, "--yes", code=5).err
    assert "damaged" in answered(folder, "restore", LAST).out
    assert sha(book) == before
    assert len(history(folder).runs()) == 2


def test_a_conflict_copy_does_not_bar_the_way_back(folder: Path) -> None:
    run(folder, FIRST)
    copy = folder / "deals (Ann's conflicted copy).xlsx"
    copy.write_bytes((folder / BOOK).read_bytes())
    assert copy.name in answered(folder, "run", SECOND, code=5).err
    restore(folder, "--pristine")


def test_only_as_many_states_are_kept_as_there_are_backups(folder: Path) -> None:
    for day in range(10, 20):
        run(folder, f"2026-11-{day}T09:00")
    database = folder / "state" / "kit" / "history.sqlite"
    with closing(sqlite3.connect(database)) as db:
        (count,) = db.execute("select count(distinct run_id) from kept").fetchone()
    assert count == KEPT


def line(number: int, before: str, after: str, day: int, **more: Any) -> RunLine:
    now = pd.Timestamp(2026, 11, day)
    return RunLine(number, more.pop("kind", "run"), now, before, after, "rules", {}, **more)


@pytest.mark.parametrize(
    ("lines", "version", "taken", "expected"),
    [
        ([], "a", None, None),
        ([line(1, "a", "b", 1)], "a", "2026-11-01T00:00:00", 1),
        ([line(1, "a", "b", 1)], "b", "2026-11-02T00:00:00", None),  # it stands so already
        ([line(1, "a", "b", 1), line(2, "b", "b", 2)], "b", "2026-11-02T00:00:00", None),
        ([line(1, "a", "b", 1), line(2, "x", "c", 2)], "b", "2026-11-02T00:00:00", 2),
        ([line(1, "a", "b", 1), line(2, "b", "a", 2)], "a", "2026-11-01T00:00:00", None),
        ([line(1, "a", "b", 1), line(2, "a", "c", 2)], "a", "2026-11-02T00:00:00", 2),
        ([line(1, "a", "b", 1, undone=True), line(2, "b", "a", 2, kind="x")], "a", None, None),
        ([line(1, "a", "b", 1), line(2, "y", "c", 3)], "?", "2026-11-02T00:00:00", 2),  # unknown
        ([line(1, "a", "b", 1)], "?", "2026-11-02T00:00:00", None),
        ([line(1, "a", "b", 1)], "?", None, 1),  # the pristine copy, taken by a run that was killed
    ],
)  # fmt: skip
def test_the_run_before_which_the_workbook_held_a_content(
    lines: list[RunLine], version: str, taken: str | None, expected: int | None
) -> None:
    assert point(lines[::-1], version, taken) == expected
