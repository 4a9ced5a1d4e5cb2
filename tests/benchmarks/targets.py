"""What the benchmark's figures shall be, and its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.benchmarks.measure import Measured

HELP = "dealkeeper --help"
READ = "calamine: read the cells"
OPENPYXL = "openpyxl: load, fill 4 columns, save"
WRITE = "fill 4 columns, save"
FIRST = "first run"
UNCHANGED = "run, file unchanged"
NOTHING = "run, changed, nothing to write"
SOME = "run, 2 % of rows changed"
AGED = "the same with a year of history"
_LARGE, _SMALL = 100_000, 20_000
_MEMORY = 2.5  # × the reading's, every run
# step → (rows, × what, most)
_TARGETS = {
    FIRST: (_LARGE, READ, 15.0),
    UNCHANGED: (_LARGE, READ, 0.8),
    NOTHING: (_LARGE, READ, 3.0),
    SOME: (_LARGE, READ, 5.0),
    AGED: (_LARGE, READ, 5.0),
    WRITE: (_SMALL, OPENPYXL, 0.06),
}
_HELP_CPU = 0.2  # seconds
_COLUMNS = ("", "seconds", "CPU", "MB", "×", "× MB", "target", "")


class Judged(NamedTuple):
    """A step beside what it is compared with; None where nothing is wanted of it.

    Attributes:
        step: as measured.
        ratio: of the seconds to those of the step that it is compared with.
        memory: ratio of the peaks.
        target: what is wanted, in words.
        met: whether it is so.
    """

    step: Measured
    ratio: float | None
    memory: float | None
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All steps on one workbook.

    Attributes:
        rows: of the workbook, 0 for none.
        cells: `clean` or `dirty`.
        steps: as measured.
    """

    rows: int
    cells: str
    steps: tuple[Measured, ...]

    @property
    def title(self) -> str:
        """What the steps were measured on."""
        return f"{self.rows:,} rows, {self.cells} cells" if self.rows else "no workbook"

    def judged(self) -> list[Judged]:
        """Compare every step with its measure and its target."""
        by_name = {step.name: step for step in self.steps}
        return [_judged(step, by_name, self.rows) for step in self.steps]

    def figures(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        steps = [
            {**one.step._asdict(), **{k: v for k, v in one._asdict().items() if k != "step"}}
            for one in self.judged()
        ]
        return {"rows": self.rows, "cells": self.cells, "steps": steps}


def _judged(step: Measured, by_name: dict[str, Measured], rows: int) -> Judged:
    if step.name == HELP:
        return Judged(step, None, None, f"CPU ≤ {_HELP_CPU}", step.cpu <= _HELP_CPU)
    at, what, most = _TARGETS.get(step.name, (0, READ, 0.0))
    base = by_name.get(what)
    if base is None or step.name in (READ, OPENPYXL):
        return Judged(step, None, None)
    ratio = step.wall / base.wall
    if what != READ:
        wanted = rows == at
        return Judged(step, ratio, None, f"≤ {most:g} ×" if wanted else "",
                      ratio <= most if wanted else None)  # fmt: skip
    memory = step.peak / base.peak
    if rows != at:
        return Judged(step, ratio, memory)
    met = ratio <= most and memory <= _MEMORY
    return Judged(step, ratio, memory, f"≤ {most:g} ×, ≤ {_MEMORY:g} × MB", met)


def plain(sheet: Sheet) -> str:
    """Return the table of one workbook for a terminal."""
    rows = [(sheet.title, *_COLUMNS[1:]), *map(_cells, sheet.judged())]
    return "\n".join(
        f"{name:38}{wall:>8}{cpu:>7}{peak:>6}{ratio:>8}{memory:>7}  {target} {met}".rstrip()
        for name, wall, cpu, peak, ratio, memory, target, met in rows
    ) + "\n"  # fmt: skip


def markdown(sheet: Sheet) -> str:
    """Return the table of one workbook for a page."""
    head: Iterable[Sequence[str]] = [(sheet.title, *_COLUMNS[1:]), ["---"] * len(_COLUMNS)]
    lines = [*head, *map(_cells, sheet.judged())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def growth(sheets: Sequence[Sheet]) -> str:
    """Return the line that compares the seconds of the largest workbook with the smaller ones."""
    found = []
    for small in sheets:
        for large in sheets:
            if small.cells != large.cells or not 0 < small.rows < large.rows:
                continue
            walls = {step.name: step.wall for step in small.steps}
            ratios = [
                f"{step.name} {step.wall / walls[step.name]:.1f}"
                for step in large.steps
                if step.name in walls
            ]
            found.append(f"{large.title} ÷ {small.rows:,}: {', '.join(ratios)}")
    return "\n".join(found)


def _cells(one: Judged) -> tuple[str, ...]:
    step = one.step
    return (
        step.name,
        f"{step.wall:.2f}",
        f"{step.cpu:.2f}",
        f"{step.peak:.0f}",
        "" if one.ratio is None else f"{one.ratio:.2f}",
        "" if one.memory is None else f"{one.memory:.2f}",
        one.target,
        "" if one.met is None else "met" if one.met else "missed",
    )
