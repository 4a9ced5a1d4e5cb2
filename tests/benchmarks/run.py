"""Times whole runs on large workbooks, next to other programs' work in the same minutes.

    python -m tests.benchmarks.run [--rows 20000 100000] [--cells clean dirty]
                                   [--json FILE] [--markdown]

Every step is a process of its own, so that its seconds and its peak memory are those that a user
sees. Seconds differ from machine to machine; ratios hardly do. The measure of a run is the bare
reading of the same cells by calamine; that of writing is openpyxl's loading and saving. Needs a
Unix system.
"""

from __future__ import annotations

import argparse
import compileall
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.files import CELLS, NOW, RULES, WORKBOOK
from tests.benchmarks.measure import Measured, machine, measure
from tests.benchmarks.targets import (
    AGED,
    FIRST,
    HELP,
    NOTHING,
    OPENPYXL,
    READ,
    SOME,
    UNCHANGED,
    WRITE,
    Sheet,
    growth,
    markdown,
    plain,
)  # fmt: skip

_PACKAGES = ("config", "jobs", "rules", "sync", "templates")
_VERSION = 3  # counts up when the generator changes: cached files are made anew
_PRODUCT = "from jobs.cli import main; main()"
_OPENPYXL_UP_TO = 20_000  # rows; beyond, it takes minutes


def sheet(rows: int, cells: str) -> Sheet:
    """Measure every step on a workbook of some size.

    Args:
        rows: of the workbook.
        cells: `clean` or `dirty`.
    """
    source = Path(tempfile.gettempdir()) / f"dealkeeper-benchmark-{_VERSION}-{rows}-{cells}"
    if not (source / RULES).exists():
        made = [str(source), "--rows", str(rows), "--cells", cells]
        measure("generate", [sys.executable, "-m", "tests.benchmarks.generate", *made])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (WORKBOOK, RULES):
            shutil.copy(source / file, folder / file)
        return Sheet(rows, cells, tuple(_steps(folder, rows)))


def _steps(folder: Path, rows: int) -> Iterator[Measured]:
    others = [sys.executable, "-m", "tests.benchmarks.others"]
    parts = [sys.executable, "-m", "tests.benchmarks.run_parts"]
    run = [sys.executable, "-c", _PRODUCT, "run", str(folder / RULES), "--now", NOW]
    yield measure(READ, [*others, "calamine", str(folder)])
    if rows <= _OPENPYXL_UP_TO:
        yield measure(OPENPYXL, [*others, "openpyxl", str(folder)], told=True)
    yield measure(WRITE, [*parts, "write", str(folder)], told=True)
    yield measure(FIRST, [*run, "--yes"])
    yield measure(UNCHANGED, run)
    measure("touch", [*parts, "touch", str(folder)])
    yield measure(NOTHING, run)
    measure("edit", [*parts, "edit", str(folder)])
    yield measure(SOME, run)
    measure("age", [*parts, "age", str(folder)])
    measure("edit", [*parts, "edit", str(folder)])
    yield measure(AGED, run)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=(20_000, 100_000))
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=CELLS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--markdown", action="store_true")
    wanted = parser.parse_args()
    render = markdown if wanted.markdown else plain
    for package in _PACKAGES:  # as installers do: some environments forbid Python to keep it
        compileall.compile_dir(Path(__file__).parents[2] / package, quiet=1)
    print(machine(), "\n", sep="")
    sheets = [Sheet(0, "", (measure(HELP, [sys.executable, "-c", _PRODUCT, "--help"]),))]
    print(render(sheets[0]))
    for cells in wanted.cells:
        for rows in wanted.rows:
            sheets.append(sheet(rows, cells))
            print(render(sheets[-1]), flush=True)
    print(growth(sheets))
    if wanted.json:
        found = {"machine": machine(), "sheets": [one.figures() for one in sheets]}
        wanted.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
