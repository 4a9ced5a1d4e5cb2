"""An unchanged spreadsheet needs no run; whatever might matter starts one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from jobs import others, pipeline, unchanged
from jobs.cli.session import Session
from sync.excel.ahead import ReadAhead
from sync.excel.store import ExcelStore
from sync.source import Reading
from sync.table import Table
from tests.cli import kit
from tests.cli.kit import BOOK, NOW, RULES, dealkeeper

SOON = "2026-11-22T11:30"
NEXT_DAY = "2026-11-23T00:00"
SHORT = "so it was not read again"
SUMMARY = "{excel: managers.xlsx}"


@pytest.fixture
def done(folder: Path) -> Path:
    """The folder of a small workbook after one run."""
    kit.small(folder, summary=SUMMARY)
    assert dealkeeper("run", folder / RULES, "--yes", "--now", NOW).code == 0
    return folder


def ran(folder: Path, now: str = SOON, *args: str) -> bool:
    """Run, and return whether everything was read again."""
    answer = dealkeeper("run", folder / RULES, "--now", now, *args)
    assert answer.code == 0, answer.said
    return SHORT not in answer.out


def runs(folder: Path) -> int:
    """How many runs the history lists."""
    session = Session.open(folder / RULES, pd.Timestamp(NOW))
    return len(session.history.runs(None))


def test_nothing_is_read_where_nothing_has_changed(done: Path) -> None:
    before, known = kit.listing(done), runs(done)
    for now in (NOW, SOON, "2026-11-22T23:59"):
        assert not ran(done, now)
    assert kit.listing(done) == before
    assert runs(done) == known


def test_it_tells_what_a_whole_run_would_tell(done: Path) -> None:
    short = dealkeeper("run", done / RULES, "--now", NOW).out
    whole = dealkeeper("run", done / RULES, "--now", NOW, "--force").out
    assert SHORT in short
    *told, blank, _ = short.splitlines()
    assert not blank
    named = [line.replace(str(done.resolve()) + "/", "") for line in told]
    assert named == whole.splitlines()


def test_it_loads_nothing_heavy(done: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = {args!r}\n"
        "from jobs.cli import main\n"
        "try: main()\n"
        "finally: print([m for m in ('pandas', 'numpy', 'pydantic') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code.format(args=["run", str(done / RULES), "--now", SOON])],
        capture_output=True, text=True, check=True, env=os.environ, timeout=60,
    )  # fmt: skip
    assert SHORT in told.stdout
    assert told.stdout.splitlines()[-1] == "[]"


def _type(folder: Path) -> None:
    kit.edit(folder / BOOK, {("D-001", "Owner"): "Bob"})


def _type_ours(folder: Path) -> None:
    kit.edit(folder / BOOK, {("D-001", "DK status"): "mine"})


def _save_again(folder: Path) -> None:
    openpyxl.load_workbook(folder / BOOK).save(folder / BOOK)


def _retype_rules(folder: Path) -> None:
    kit.retype(folder / RULES, "limit: 10 days", "limit: 11 days")


def _comment(folder: Path) -> None:
    kit.retype(folder / RULES, "version: 1", "version: 1  # reviewed")


def _lose_summary(folder: Path) -> None:
    (folder / "managers.xlsx").unlink()


def _type_in_summary(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "managers.xlsx")
    book.create_sheet("Notes")
    book.save(folder / "managers.xlsx")


def _lose_history(folder: Path) -> None:
    for path in (folder / "state").rglob("history.sqlite*"):
        path.unlink()


def _note(folder: Path) -> None:
    """Anything that another command writes down comes after the run."""
    from jobs.history import Deed

    session = Session.open(folder / RULES, pd.Timestamp(SOON))
    session.history.note(Deed("reattach", session.now, "", "", session.rules_file.hash, {}))


CHANGES = (
    _type, _type_ours, _save_again, _retype_rules, _comment, _lose_summary, _type_in_summary,
    _lose_history, _note,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_whatever_changed_is_looked_at(done: Path, change: Callable[[Path], None]) -> None:
    assert not ran(done)
    change(done)
    assert ran(done, SOON, "--yes")
    assert not ran(done)


@pytest.mark.parametrize("now", ["2026-11-22T08:59", NEXT_DAY, "2026-12-01"])
def test_another_time_is_looked_at(done: Path, now: str) -> None:
    assert ran(done, now)


def test_the_end_of_a_clock_is_looked_at(folder: Path) -> None:
    rows = [kit.deal(1, **{"Stage since": pd.Timestamp("2026-11-12T15:00")})]
    kit.write_deals(folder / BOOK, rows)
    kit.write_rules(folder)
    assert dealkeeper("run", folder / RULES, "--yes", "--now", NOW).code == 0
    assert not ran(folder, "2026-11-22T15:00")
    assert kit.by_id(folder / BOOK, "DK status") == {"D-001": "Due soon"}
    assert ran(folder, "2026-11-22T15:00:01")
    assert kit.by_id(folder / BOOK, "DK status") == {"D-001": "Overdue"}


def test_force_runs_all_the_same(done: Path) -> None:
    assert ran(done, SOON, "--force")


def test_somebody_who_has_it_open_is_waited_for(done: Path) -> None:
    (done / f"~${BOOK}").write_bytes(b"\x03Ann" + b" " * 162)
    kit.check(dealkeeper("run", done / RULES, "--now", SOON), 5, "open elsewhere (Ann)")


def test_a_conflict_copy_is_told(done: Path) -> None:
    (done / "deals (conflicted copy).xlsx").write_bytes((done / BOOK).read_bytes())
    kit.check(dealkeeper("run", done / RULES, "--now", SOON), 5, "conflict copy")


def test_a_restore_is_followed_by_a_run(done: Path) -> None:
    assert dealkeeper("restore", "--pristine", "--yes", done / RULES, "--now", SOON).code == 0
    assert ran(done, SOON, "--yes")


def test_another_release_looks_again(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "program", lambda: "another")
    assert ran(done)


def test_a_cell_that_was_refused_is_tried_again(folder: Path) -> None:
    kit.small(folder)
    assert dealkeeper("run", folder / RULES, "--yes", "--now", NOW).code == 0
    kit.edit(folder / BOOK, {("D-001", "DK status"): '="x"'})
    kit.retype(folder / RULES, "limit: 10 days", "limit: 30 days")
    assert ran(folder)
    assert ran(folder)


def test_a_rule_that_failed_runs_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rules.stage_sla import StageSla

    def fail(*_: object) -> None:
        raise RuntimeError("no")

    kit.small(folder)
    with monkeypatch.context() as patch:
        patch.setattr(StageSla, "decide", fail)
        assert dealkeeper("run", folder / RULES, "--yes", "--now", NOW).code == 0
    assert ran(folder)
    assert not ran(folder)


def test_a_wrong_rules_file_is_told(done: Path) -> None:
    (done / RULES).write_text("version: [", encoding="utf-8")
    assert dealkeeper("run", done / RULES, "--now", SOON).code == 2


def test_a_scheduled_job_counts_as_done(done: Path) -> None:
    with (done / RULES).open("a", encoding="utf-8") as rules:
        rules.write("jobs: [{name: hourly, every: 60 minutes}]\n")
    assert ran(done, NOW)
    known = runs(done)
    assert dealkeeper("serve", done / RULES, "--now", SOON).code == 0
    session = Session.open(done / RULES, pd.Timestamp(SOON))
    assert session.history.job_successes() == {"hourly": pd.Timestamp(SOON)}
    assert runs(done) == known


STANZAS = {
    "quality": ("use: quality", "use: stage_sla, start: stage_entered"),
    "filled": (
        "use: dedupe",
        "use: assign_owner, mode: fill",
        "use: stage_sla, start: first_seen",
        "use: kpi",
    ),
    "suggested": ("use: dedupe", "use: assign_owner", "use: stage_sla, follow_up: 3 workdays"),
}


@pytest.mark.parametrize("rules", STANZAS)
def test_a_run_in_its_place_would_write_nothing(folder: Path, rules: str) -> None:
    """The promise behind it: until the noted moment a whole run finds nothing to do."""
    stanzas = "\n".join(f"  - {{{stanza}}}" for stanza in STANZAS[rules])
    rows = [
        kit.deal(number, Owner="" if number % 3 else "Ann", Customer=f"Customer {number % 5}",
                 **{"Stage since": pd.Timestamp(f"2026-11-1{number % 10}T{number % 24:02}:20")})
        for number in range(1, 40)
    ]  # fmt: skip
    kit.write_deals(folder / BOOK, rows)
    kit.write_rules(folder, rules=stanzas, summary="true")
    now = pd.Timestamp(NOW)
    for _ in range(4):
        session = Session.open(folder / RULES, now)
        with session.writing() as store:
            pipeline.run(store, session.rules_file, session.history, session.now)
        last = unchanged.unchanged(folder / RULES, now)
        assert last is not None
        end = pd.Timestamp(last.until)
        session = Session.open(folder / RULES, end - pd.Timedelta(seconds=1))
        prepared = pipeline.prepare(
            session.store(), session.rules_file, session.history, session.now
        )
        assert not pipeline.pending(prepared)
        now = end


def test_a_workbook_is_read_while_the_rest_is_loaded(done: Path) -> None:
    ahead = ReadAhead(done / BOOK)
    table = _store(done, ahead).read()
    again = _store(done, None).read()
    pd.testing.assert_frame_equal(table.frame, again.frame)
    assert table.version == again.version


def test_nothing_is_read_either_where_the_history_has_an_address(folder: Path) -> None:
    kit.small(folder)
    kit.retype(folder / RULES, "state: state", f"state: sqlite:///{folder / 'elsewhere.sqlite'}")
    assert ran(folder, NOW, "--yes")
    assert (folder / "elsewhere.sqlite").exists()
    assert not ran(folder)
    kit.edit(folder / BOOK, {("D-001", "Owner"): "Zoe"})
    assert ran(folder)


@pytest.mark.parametrize("program", ["/no/such/program", shutil.which("false") or "false"])
def test_a_workbook_that_nobody_could_read_ahead_is_read_all_the_same(
    done: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", program)
        ahead = ReadAhead(done / BOOK)
    assert len(_store(done, ahead).read())


def test_a_workbook_that_nobody_asks_for_is_read_no_longer(done: Path) -> None:
    with ReadAhead(done / BOOK) as ahead:
        pass
    assert ahead.take("any") is None


def test_what_was_read_too_early_is_read_again(done: Path) -> None:
    ahead = ReadAhead(done / BOOK)
    kit.edit(done / BOOK, {("D-001", "Owner"): "Zoe"})
    assert _store(done, ahead).read().frame["owner"].tolist()[0] == "Zoe"


def test_what_cannot_be_read_ahead_is_told_when_it_is_asked_for(done: Path) -> None:
    (done / BOOK).write_bytes(b"PK broken")
    kit.check(dealkeeper("run", done / RULES, "--now", SOON), 5, BOOK)


def _store(folder: Path, ahead: ReadAhead | None) -> ExcelStore:
    reading = Reading(pd.Timestamp(NOW).as_unit("s"))
    return ExcelStore(folder / BOOK, reading, ahead=ahead)


def test_another_workbook_that_changes_while_it_is_read_is_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was hashed is what was read."""
    kit.small(folder)
    kit.write_deals(folder / "east.xlsx", [kit.deal(90)])
    kit.retype(folder / RULES, f"excel: {BOOK}", f"others: [{{excel: east.xlsx}}], excel: {BOOK}")
    read = others.with_others

    def with_others(*args: Any) -> Table:
        table = read(*args)
        kit.write_deals(folder / "east.xlsx", [kit.deal(91)])
        return table

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "with_others", with_others)
        assert dealkeeper("run", folder / RULES, "--yes", "--now", NOW).code == 0
    assert ran(folder)
    assert not ran(folder)
    kit.write_deals(folder / "east.xlsx", [kit.deal(92)])
    assert ran(folder)
