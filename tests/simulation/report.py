"""The figures of a simulation as a Markdown table."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from tests.simulation.world import Figures

_HEADER = (
    "acts per request", "runs", "acts", "faults", "gave up", "wrong rows at once", "healed",
    "wrong after", "lost", "unseen", "doubled", "requests p50", "max",
)  # fmt: skip
_SHOWN = 40  # sentences about what is wrong


def render(found: Mapping[float, Figures]) -> str:
    """Return the table, and what is wrong.

    Args:
        found: intensity → figures.
    """
    total = Figures()
    for part in found.values():
        total.add(part)
    rows = [_HEADER, ("---:",) * len(_HEADER)]
    rows += [_row(f"{intensity:g}", part) for intensity, part in found.items()]
    rows += [_row("all", total)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    calls = ", ".join(
        f"{reads} read {writes} written: {times}"
        for (reads, writes), times in sorted(total.quiet.items())
    )
    return "\n".join([*lines, "", f"Requests of the quiet runs: {calls}", *total.details[:_SHOWN]])


def _row(name: str, part: Figures) -> tuple[str, ...]:
    figures = (
        part.runs, part.acts, part.met, part.unfinished, part.at_once, part.healed, part.wrong,
        part.lost, part.unseen, part.doubled, median(part.calls), max(part.calls),
    )  # fmt: skip
    return (name, *(f"{figure:g}" for figure in figures))
