"""The installed command in a process of its own: pipes, terminals, signals."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.kit import BOOK, NOW, RULES, sha, small

COMMAND = Path(sys.executable).with_name("dealkeeper")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not COMMAND.exists(), reason="the dealkeeper command is not installed"),
]
SECONDS = 60


def call(folder: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [COMMAND, *args], cwd=folder, env=os.environ | environment, capture_output=True,
        stdin=subprocess.DEVNULL, timeout=SECONDS, check=False,
    )  # fmt: skip


def at_a_terminal(folder: Path, answer: str | None, *args: str) -> tuple[int, str]:
    """Run a command at a terminal; answer its question, or interrupt it there."""
    pty = pytest.importorskip("pty")
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - the other process
        os.chdir(folder)
        terminal_like = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
        os.execve(COMMAND, [str(COMMAND), *args], terminal_like)  # noqa: S606 - no shell is wanted
    said, until = b"", time.monotonic() + SECONDS
    asked = False
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the process has ended
            break
        if not part:
            break
        said += part
        if not asked and b"[y/N]" in said:
            asked = True
            time.sleep(0.3)  # an interrupt that comes before it waits would be missed
            os.write(terminal, f"{answer}\n".encode() if answer else b"\x03")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said.decode()


def test_a_pipe_gets_plain_text_whatever_the_locale(folder: Path) -> None:
    small(folder, summary="{sheet: Summary}")
    for environment in ({"LANG": "C"}, {"LANG": "zh_CN.UTF-8", "TERM": "xterm-256color"}):
        done = call(folder, "plan", "--now", NOW, **environment)
        assert (done.returncode, done.stderr) == (0, b"")
        text = done.stdout.decode("utf-8")
        assert "“Lead” since 2026-11-02" in text
        assert not re.search(r"\x1b|[\u2500-\u259f]|[ \t]+$", text, re.MULTILINE)


def test_a_reader_that_stops_reading_is_no_failure(folder: Path) -> None:
    small(folder, rows=60)
    with subprocess.Popen(
        [COMMAND, "plan", "--now", NOW, "--all"], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.wait(SECONDS)
    assert b"Traceback" not in said


@pytest.mark.parametrize(
    ("answer", "code", "written"),
    [("y", 0, True), ("n", 4, False), (None, 130, False)],
    ids=["yes", "no", "interrupt"],
)
def test_the_first_run_asks(folder: Path, answer: str | None, code: int, written: bool) -> None:
    book = small(folder)
    before = sha(book)
    ended, said = at_a_terminal(folder, answer, "run", "--now", NOW)
    assert ended == code, said
    assert "A pristine copy goes to" in said
    assert "Traceback" not in said
    assert (sha(book) != before) is written
    assert sorted(path.name for path in folder.glob("*.xlsx")) == [BOOK]


def test_serve_stops_cleanly(folder: Path) -> None:
    small(folder)
    with (folder / RULES).open("a") as file:
        file.write("jobs: [{every: 30 minutes}]\n")
    assert call(folder, "run", "--now", NOW, "--yes").returncode == 0
    with subprocess.Popen([COMMAND, "serve"], cwd=folder, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert b"serving dealkeeper.yaml" in first
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(SECONDS) == 0
    assert b"stopping" in rest


def _during(folder: Path, ready: Callable[[], bool], *args: str) -> tuple[int, bytes]:
    """Interrupt a command as soon as something is so."""
    with subprocess.Popen(
        [COMMAND, *args], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        until = time.monotonic() + SECONDS
        while not ready() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        return process.wait(SECONDS), said


def test_an_interrupted_run_leaves_the_workbook_whole(folder: Path) -> None:
    book = small(folder, rows=3000)
    before = sha(book)
    history = folder / "state" / "kit" / "history.sqlite"
    code, said = _during(folder, history.exists, "run", "--now", NOW, "--yes")
    assert code == 130
    assert b"Traceback" not in said
    assert sha(book) == before
    assert {path.name for path in folder.iterdir()} == {BOOK, RULES, "state"}
    assert call(folder, "run", "--now", NOW, "--yes").returncode == 0
