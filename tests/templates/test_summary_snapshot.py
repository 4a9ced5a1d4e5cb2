"""The summary as text, pinned: one line a row, in both languages and at the extremes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from sync.view import Cell, Link, Rich, SheetView
from templates.summary.grid import Col
from tests.templates.extremes import view_of

PINNED = (
    ("zh", "history"), ("en", "history"), ("zh", "no_rows"), ("en", "no_rows"), ("zh", "one_row"),
    ("zh", "no_target"), ("zh", "fourteen_stages"), ("zh", "bare"),
)  # fmt: skip


@pytest.mark.parametrize(("language", "extreme"), PINNED)
def test_the_summary_reads_as_pinned(
    language: str, extreme: str, snapshot: SnapshotAssertion
) -> None:
    told = list(_told(view_of(language, extreme)))
    assert told == snapshot


def _told(view: SheetView) -> Iterator[str]:
    """The shown cells row by row, then charts and page breaks."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in view.cells:
        if cell.value is not None and cell.column < view.hidden_from:
            rows[cell.row].append(cell)
    for row, cells in sorted(rows.items()):
        parts = [f"{Col(cell.column).name} {_text(cell)}" for cell in cells]
        yield f"{row + 1:>3}  " + " | ".join(parts)
    for chart in view.charts:
        names = ", ".join(series.name for series in chart.series)
        yield f"{chart.kind} at {Col(chart.column).name}{chart.row + 1}: {names}"
        yield chart.alt
    yield f"breaks before {[row + 1 for row in view.breaks]}"


def _text(cell: Cell) -> str:
    value = cell.value
    match value:
        case Rich(runs=runs):
            text = "".join(run.text for run in runs)
        case Link(text=words, key=key):
            text = f"{words} → {key}"
        case dt.date():
            text = value.isoformat()
        case float():
            text = f"{value:.6g}"
        case _:
            text = str(value)
    return f"{text} ({len(cell.note.splitlines())} lines of note)" if cell.note else text
