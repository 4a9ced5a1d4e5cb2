"""Kill runs at random moments and look at what they leave; a program of its own, for its forks.

`python -m tests.excel.killing FOLDER KILLS SEED` wants a folder with a small workbook and its rules
file, and prints what happened as JSON. Modules are loaded once; every run is a fork.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine

from jobs import pipeline
from jobs.cli.session import Session
from tests.cli.kit import BOOK, RULES

FIRST, SECOND = (pd.Timestamp(f"2026-11-{day}T09:00").as_unit("s") for day in ("12", "20"))
WRITE = b"w"


def run(folder: Path, now: pd.Timestamp, step: Callable[[str], None] = lambda _: None) -> None:
    session = Session.open(folder / RULES, now)
    with session.writing() as store:
        pipeline.run(store, session.rules_file, session.history, now, step=step)


def forked(work: Callable[[], None]) -> int:
    """Start some work in a fork; its exit code is 0 where nothing was raised."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def finished(work: Callable[[], None]) -> float:
    """Do some work in a fork to its end, and return the seconds that it took."""
    started = time.monotonic()
    _, status = os.waitpid(forked(work), 0)
    assert os.waitstatus_to_exitcode(status) == 0, "a run that nobody killed failed"
    return time.monotonic() - started


class Killer:
    """Kills the second run of a folder that has seen a first one."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.start = folder.with_name("start")
        self.random = random.Random(seed)  # noqa: S311 - moments, not secrets
        self.found: Counter[str] = Counter()
        self.whole: set[bytes] = set()
        finished(lambda: run(folder, FIRST))
        shutil.copytree(folder, self.start)
        self.old = self.book()
        self.files = self.beside()
        self.total = finished(lambda: run(folder, SECOND))
        self.writing = self.length_of_writing()
        self.new = self.book()
        assert self.new != self.old

    def book(self) -> bytes:
        return (self.folder / BOOK).read_bytes()

    def beside(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def reset(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.start, self.folder)

    def announced(self) -> tuple[int, int]:
        """Start the second run; a byte comes through the pipe when it begins to write."""
        reader, writer = os.pipe()

        def tell(step: str) -> None:
            if step == "write":
                os.write(writer, WRITE)

        pid = forked(lambda: run(self.folder, SECOND, tell))
        os.close(writer)
        return pid, reader

    def length_of_writing(self) -> float:
        self.reset()
        pid, reader = self.announced()
        assert os.read(reader, 1) == WRITE
        started = time.monotonic()
        os.waitpid(pid, 0)
        os.close(reader)
        return time.monotonic() - started

    def attempt(self) -> None:
        """Kill a run, look at what it left, and let the next one finish."""
        self.reset()
        pid, reader = self.announced()
        if self.random.random() < 0.8:  # most of them while it writes
            os.read(reader, 1)
            time.sleep(self.random.uniform(0, 1.1 * self.writing))
        else:
            time.sleep(self.random.uniform(0, self.total))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(reader)
        if not os.WIFSIGNALED(status):
            self.found["in time"] += 1
            return
        self.found["killed"] += 1
        book = self.book()
        self.found["old" if book == self.old else "new" if book == self.new else "other"] += 1
        self.open(book)
        if self.beside() != self.files:
            self.found["left behind"] += 1
        finished(lambda: run(self.folder, SECOND))
        self.found["not finished"] += self.book() != self.new
        self.found["not swept"] += self.beside() != self.files
        backups = self.folder / "state" / "kit" / "backups"
        self.found["not swept"] += any(backups.glob("*.part"))

    def open(self, book: bytes) -> None:
        """Open a workbook as others would; the same bytes only once."""
        if book not in self.whole:
            with zipfile.ZipFile(io.BytesIO(book)) as archive:
                assert archive.testzip() is None
            with python_calamine.load_workbook(io.BytesIO(book)) as opened:
                assert opened.get_sheet_by_index(0).to_python()
            self.whole.add(book)


def main(folder: str, kills: str, seed: str) -> None:
    killer = Killer(Path(folder), int(seed))
    while killer.found["killed"] < int(kills):
        killer.attempt()
    told: dict[str, Any] = {**killer.found, "seconds of writing": killer.writing}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
