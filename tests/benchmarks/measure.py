"""What a process takes: seconds by the clock and of the processor, and its peak of memory."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import NamedTuple

_ROOT = Path(__file__).resolve().parents[2]
_EVERY = 0.02  # seconds between looks at the memory that several processes hold
_TOLD = ("pandas", "numpy", "python-calamine", "openpyxl")


class Measured(NamedTuple):
    """One step.

    Attributes:
        name: of the step.
        wall: seconds by the clock.
        cpu: seconds of the processor.
        peak: largest resident memory of the process, and those that it starts, in MB.
    """

    name: str
    wall: float
    cpu: float
    peak: float


def measure(name: str, command: list[str], *, told: bool = False) -> Measured:
    """Run a command to its end as a process of its own.

    Args:
        name: of the step.
        command: program and arguments.
        told: whether it prints the seconds that count, those of a part of its work.

    Raises:
        RuntimeError: it failed.
    """
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as child:
        watch = Thread(target=_watch, args=(child.pid, together := [0.0]))
        watch.start()
        printed = child.stdout.read() if child.stdout else b""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        watch.join()
    wall = time.perf_counter() - started
    if child.returncode:
        raise RuntimeError(f"`{shlex.join(command)}` ended with exit code {child.returncode}")
    if told:
        wall = float(printed)
    peak = max(used.ru_maxrss / 1024, *together)
    return Measured(name, wall, used.ru_utime + used.ru_stime, peak)


def _watch(process: int, together: list[float]) -> None:
    """Keep the most that a process and its children held at once, in MB; Linux tells it."""
    while (children := _read(f"{process}/task/{process}/children")) is not None:
        held = (_read(f"{each}/statm") for each in (process, *children.split()))
        pages = sum(int(told.split()[1]) for told in held if told)
        together[0] = max(together[0], pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        time.sleep(_EVERY)


def _read(name: str) -> str | None:
    """What the system tells of a process, None where it is gone."""
    try:
        return Path("/proc", name).read_text(encoding="ascii")
    except OSError:
        return None


def machine() -> str:
    """Describe the computer and what runs on it, in one line."""
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    libraries = ", ".join(f"{name} {version(name)}" for name in _TOLD)
    return (
        f"{_processor()}, {cores} cores, {memory / 2**30:.0f} GB; {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
