"""When the system says no, the program itself fails, or somebody interrupts it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.kit import BOOK, NOW, RULES, Answer, check, dealkeeper, listing

ROOT = Path(__file__).parents[2]


def fails(number: int) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise OSError(number, os.strerror(number))

    return fail


# What the system refuses while the workbook is written, and by which call.
REFUSALS = {
    "disk full": (errno.ENOSPC, "os.fsync"),
    "read-only folder": (errno.EROFS, "tempfile.mkstemp"),
    "no permission": (errno.EACCES, "tempfile.mkstemp"),
    "held open by another program": (errno.EPERM, "pathlib.Path.replace"),
}


@pytest.mark.parametrize("again", [False, True], ids=["first run", "later run"])
@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_written_leaves_the_workbook(
    team: Path, name: str, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, call = REFUSALS[name]
    if again:
        assert dealkeeper("run", "--now", NOW, "--yes").code == 0
    now = "2026-11-29T09:00" if again else NOW
    before = listing(team)
    with monkeypatch.context() as patch:
        patch.setattr(call, fails(number))
        answer = dealkeeper("run", "--now", now, "--yes")
    check(answer, 5, os.strerror(number))
    assert "unchanged" in answer.err
    assert listing(team) == before
    assert not list((team / "state").rglob("*.part"))
    # and it can simply be tried again
    assert dealkeeper("run", "--now", now, "--yes").code == 0
    assert listing(team) != before


def test_a_disk_that_is_really_full(team: Path) -> None:
    before = listing(team)
    limit = (team / BOOK).stat().st_size // 2
    program = (
        "import resource, sys; from jobs.cli import main; from jobs import history;"
        "from sync.excel import files; whole = files.replace_file\n"
        "def narrow(*a):\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "    return whole(*a)\n"
        "import sync.excel.store as store; store.replace_file = narrow\n"
        f"main(['run', '--now', '{NOW}', '--yes'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=team, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )  # fmt: skip
    check(Answer(done.returncode, done.stdout, done.stderr), 5, os.strerror(errno.EFBIG))
    assert listing(team) == before


def test_serve_wants_a_first_run_by_hand(team: Path) -> None:
    with (team / RULES).open("a") as file:
        file.write("jobs: [{every: 30 minutes}]\n")
    check(dealkeeper("serve", "--now", NOW), 4, "run `dealkeeper run` once by hand first")
    assert dealkeeper("run", "--now", NOW, "--yes").code == 0
    assert dealkeeper("serve", "--now", NOW).code == 0


def test_a_plan_that_cannot_be_saved(team: Path) -> None:
    check(dealkeeper("plan", "--now", NOW, "--json", "nowhere/plan.json"), 5, "nowhere/plan.json")


def test_what_nobody_expected_names_the_log_file(
    team: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody expected this")

    monkeypatch.setattr("jobs.pipeline.prepare", crash)
    before = listing(team)
    answer = dealkeeper("run", "--now", NOW, "--yes")
    check(answer, 3, "nobody expected this")
    place = Path(answer.err.splitlines()[-1].partition(": ")[2])
    assert place.is_relative_to(home)
    assert "in crash" in place.read_text("utf-8"), "the details are in the log"
    assert listing(team) == before


def test_an_interrupt_answers_130(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jobs.pipeline.prepare", interrupt)
    before = listing(team)
    answer = dealkeeper("run", "--now", NOW, "--yes")
    assert answer.code == 130
    assert "Traceback" not in answer.said
    assert listing(team) == before
