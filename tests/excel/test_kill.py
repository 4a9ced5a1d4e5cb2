"""Runs that are killed, starved or kept out: the workbook is the old one or the new one, whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.excel.files import replace_file, version_of
from sync.store import Unreachable
from tests.cli.kit import BOOK, RULES, by_id, retype, sha, small

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX systems"),
]
ROOT = Path(__file__).parents[2]
NOW = "2026-11-22T09:00"
SUMMARY = "{sheet: Summary}"


@pytest.fixture
def team() -> Iterator[Path]:
    """A folder that other users may enter, with a workbook in it that nothing was run on."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "team"
        for path in (Path(place), folder, Path(place) / "home"):
            path.mkdir(exist_ok=True)
            path.chmod(0o777)
        small(folder)
        yield folder


def environment(folder: Path) -> dict[str, str]:
    home = str(folder.parent / "home")
    own = {"HOME": home, "LANG": "en_US.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "LC"))
    }
    return kept | own


def start(folder: Path, *command: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment(folder), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def start_run(folder: Path, **options: Any) -> subprocess.Popen[str]:
    script = "from jobs.cli import main; main()"
    arguments = ("run", str(folder / RULES), "--yes", "--now", NOW)
    return start(folder, "-c", script, *arguments, **options)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return its exit code and what it told; never a traceback."""
    _, told = process.communicate(timeout=300)
    assert "Traceback" not in told
    return process.returncode, told


def beside(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_killed_at_any_moment_the_workbook_is_whole_and_the_next_run_finishes(team: Path) -> None:
    small(team, rows=30, summary=SUMMARY)
    process = start(team, "-m", "tests.excel.killing", str(team), "300", "20261122")
    out, told = process.communicate(timeout=1500)
    assert process.returncode == 0, told
    found = json.loads(out)
    assert found["killed"] >= 300
    assert found["old"] + found["new"] == found["killed"]
    assert min(found["old"], found["new"]) >= 20, found  # the moments lie on both sides
    assert (found["not finished"], found["not swept"]) == (0, 0)


def full_at(size: int) -> Callable[[], None]:
    """No file may grow beyond a size, as on a disk that is full."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        (lambda size: 20_000, "the history"),  # not even the history can be made
        (lambda size: size // 2, "no backup"),
        (lambda size: size + 50, "cannot be written"),  # a backup, but not the longer new file
    ],
)
def test_a_full_disk(team: Path, room: Callable[[int], int], sentence: str) -> None:
    book = team / BOOK
    with zipfile.ZipFile(book, "a") as archive:  # longer than the history will be
        archive.writestr("docProps/attachment.bin", os.urandom(4_000_000))
    before, files = sha(book), beside(team)
    starved = start_run(team, preexec_fn=full_at(room(book.stat().st_size)))
    code, told = ended(starved)
    assert code == 5, told
    assert sentence in told
    assert len(told.strip().splitlines()) == 1
    assert sha(book) == before
    assert beside(team) - files <= {"state"}
    assert not list(team.glob("state/*/backups/*.part"))
    assert ended(start_run(team))[0] == 0
    assert set(by_id(book, "DK status").values()) == {"OK", "Overdue"}


# Root may write everywhere: a first run loads what is needed, the second one is nobody's.
_AS_NOBODY = """
import os, sys
from jobs.cli import main

def run(rules):
    try:
        main(["run", rules, "--yes", "--now", "2026-11-22T09:00"])
    except SystemExit as ended:
        return ended.code

assert run(sys.argv[1]) == 0
if os.geteuid() == 0:
    os.environ["XDG_STATE_HOME"] = sys.argv[3]
    os.setgid(65534), os.setuid(65534)
sys.exit(run(sys.argv[2]))
"""


def test_a_folder_that_cannot_be_written(team: Path) -> None:
    book, other, state = team / BOOK, team.with_name("other"), team.parent / "nobody"
    shutil.copytree(team, other)
    state.mkdir()
    state.chmod(0o777)
    retype(team / RULES, "state: state", f"state: {state}")
    book.chmod(0o666)
    team.chmod(0o555)
    before, files = sha(book), beside(team)
    process = start(team, "-c", _AS_NOBODY, str(other / RULES), str(team / RULES), str(state))
    code, told = ended(process)
    team.chmod(0o777)
    assert code == 5, told
    assert "Permission denied; the workbook is unchanged" in told
    assert len(told.strip().splitlines()) == 1
    assert (sha(book), beside(team)) == (before, files)


def test_a_replacement_that_fails(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where somebody may hold the file without showing it."""
    book = team / BOOK
    before, files = book.read_bytes(), beside(team)

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(Unreachable, match="the workbook is unchanged"):
        replace_file(book, b"new", version_of(before), lambda _: None)
    assert (book.read_bytes(), beside(team)) == (before, files)


@pytest.mark.parametrize(("wait", "codes"), [("2 minutes", {0}), ("0 minutes", {0, 5})])
def test_runs_at_the_same_time_do_not_meet(team: Path, wait: str, codes: set[int]) -> None:
    retype(team / RULES, "wait: 0 minutes", f"wait: {wait}")
    alone = team.with_name("alone")
    shutil.copytree(team, alone)
    assert ended(start_run(alone))[0] == 0
    answers = [ended(process) for process in [start_run(team) for _ in range(4)]]
    assert {code for code, _ in answers} <= codes, answers
    assert 0 in {code for code, _ in answers}
    assert all("another run" in told for code, told in answers if code)
    assert sha(team / BOOK) == sha(alone / BOOK)
    assert ended(start_run(team))[0] == 0
    assert sha(team / BOOK) == sha(alone / BOOK)


def test_a_lock_lasts_as_long_as_its_holder(team: Path) -> None:
    hold = (
        "import sys, pathlib, pandas; from jobs.cli.session import Session;"
        "s = Session.open(pathlib.Path(sys.argv[1]), pandas.Timestamp('2026-11-22'));"
        "held = s.writing(); held.__enter__(); print('held', flush=True); input()"
    )
    holder = start(team, "-c", hold, str(team / RULES))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    code, told = ended(start_run(team))
    assert (code, "another run" in told) == (5, True)
    holder.kill()
    holder.communicate()
    assert ended(start_run(team))[0] == 0
