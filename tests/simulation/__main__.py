"""`python -m tests.simulation`: many runs among people and faults, and what came of them."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import count, repeat

from tests.simulation.report import render
from tests.simulation.world import Figures, simulate

INTENSITIES = (0.0, 0.2, 0.5, 1.0, 2.0)
_TIMES = 10  # runs on one spreadsheet


def figures(
    runs: int, seed: int, intensities: tuple[float, ...], workers: int, *, is_whole: bool
) -> dict[float, Figures]:
    """Run so many times in all.

    Args:
        runs: among people and faults; each is followed by a quiet one.
        seed: of the first spreadsheet; the others follow.
        intensities: acts of people before each request, on average; each gets an equal part.
        workers: processes.
        is_whole: whether the whole job runs, or the plain one.

    Returns:
        Intensity → what was found.
    """
    seeds = count(seed)
    sheets = [
        (next(seeds), intensity)
        for _ in range(-(-runs // (_TIMES * len(intensities))))
        for intensity in intensities
    ]
    found = {intensity: Figures() for intensity in intensities}
    with ProcessPoolExecutor(workers) as pool:
        parts = pool.map(
            partial(simulate, is_whole=is_whole), *zip(*sheets, strict=True), repeat(_TIMES)
        )
        for (_, intensity), part in zip(sheets, parts, strict=True):
            found[intensity].add(part)
            done = sum(one.runs for one in found.values())
            print(f"\r{done} runs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def main() -> int:
    """Read the command line, run, print; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="among people and faults")
    parser.add_argument("--seed", type=int, default=0, help="of the first spreadsheet")
    parser.add_argument(
        "--intensity", type=float, nargs="+", default=INTENSITIES, metavar="ACTS",
        help="acts of people before each request, on average",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--whole", action="store_true", help="run all of the job: five times slower"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder  # locks of the runs
        intensities = tuple(given.intensity)
        found = figures(given.runs, given.seed, intensities, given.workers, is_whole=given.whole)
    print(render(found))
    return 1 if any(one.wrong or one.lost or one.doubled for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
