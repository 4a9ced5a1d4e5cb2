"""Times whole runs on a large workbook, next to floors measured on the same machine.

    python -m tests.benchmarks.run [--rows 100000] [--compare COMMAND ...]

Every step is a process of its own, so that its seconds and its peak memory are those that a user
sees. Seconds differ from machine to machine; the ratios to the floors hardly do. The floors are
what no program can do without: reading the cells (calamine), and inflating and deflating the
package. A command to compare with is any shell command; `{workbook}` and `{rules}` in it stand for
the files. Needs a Unix system.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.files import NOW, RULES, WORKBOOK

_ROOT = Path(__file__).resolve().parents[2]
_VERSION = 2  # counts up when the generator changes: cached files are made anew
_READ = """
import sys, python_calamine
with python_calamine.load_workbook(sys.argv[1]) as book:
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
"""
_COPY = """
import io, sys, zipfile
target = zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED, compresslevel=4)
with zipfile.ZipFile(sys.argv[1]) as source:
    for name in source.namelist():
        target.writestr(name, source.read(name))
"""
_PRODUCT = "from jobs.cli import main; main()"


class Measured(NamedTuple):
    """What a process took: seconds by the clock and of the processor, peak memory in MB."""

    name: str
    wall: float
    cpu: float
    peak: float


def measure(name: str, command: list[str]) -> Measured:
    """Run a command to its end, its output thrown away.

    Args:
        name: of the step.
        command: program and arguments.

    Raises:
        RuntimeError: it failed.
    """
    started = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    child = os.posix_spawnp(command[0], command, environment, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    if status:
        raise RuntimeError(f"`{shlex.join(command)}` ended with exit code {status >> 8}")
    return Measured(name, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def floors(folder: Path) -> Iterator[Measured]:
    """Measure what every program that works on the workbook in a folder has to do."""
    workbook = str(folder / WORKBOOK)
    yield measure("floor: read the cells", [sys.executable, "-c", _READ, workbook])
    yield measure("floor: inflate and deflate", [sys.executable, "-c", _COPY, workbook])


def runs(folder: Path, compare: Sequence[str]) -> Iterator[Measured]:
    """Measure every kind of run on the files in a folder, then further shell commands."""
    workbook, rules = str(folder / WORKBOOK), str(folder / RULES)
    product = [sys.executable, "-c", _PRODUCT]
    part = [sys.executable, "-m", "tests.benchmarks.run_parts"]
    rest = [rules, "--now", NOW]
    yield measure("read the table", [*part, "table", rules])
    yield measure("plan", [*product, "plan", *rest])
    yield measure("first run", [*product, "run", "--yes", *rest])
    yield measure("second run, nothing new", [*product, "run", *rest])
    measure("edit", [*part, "edit", rules])
    yield measure("run with 1 % of the rows changed", [*product, "run", *rest])
    for command in compare:
        shell = command.format(workbook=shlex.quote(workbook), rules=shlex.quote(rules))
        yield measure(command, ["sh", "-c", shell])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--compare", nargs="*", default=(), metavar="COMMAND")
    wanted = parser.parse_args()
    source = Path(tempfile.gettempdir()) / f"dealkeeper-benchmark-{_VERSION}-{wanted.rows}"
    if not (source / RULES).exists():
        make = ["-m", "tests.benchmarks.generate", str(source), "--rows", str(wanted.rows)]
        measure("generate", [sys.executable, *make])
    print(f"{wanted.rows:,} rows, {os.cpu_count()} cores; × is in seconds of the processor")
    print(f"{'':34}{'seconds':>8}{'CPU':>7}{'MB':>6}{'× reading':>11}{'× zip':>7}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (WORKBOOK, RULES):
            shutil.copy(source / file, folder / file)
        reading, packing = floors(folder)
        for found in (reading, packing, *runs(folder, wanted.compare)):
            print(
                f"{found.name[:33]:34}{found.wall:8.1f}{found.cpu:7.1f}{found.peak:6.0f}"
                f"{found.cpu / reading.cpu:11.1f}{found.cpu / packing.cpu:7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
