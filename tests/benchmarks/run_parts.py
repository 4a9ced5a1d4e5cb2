"""Parts of our work that no command does by itself, each a process of its own.

    python -m tests.benchmarks.run_parts (write | edit | touch | age) FOLDER

`write` prints the processor's seconds for writing alone: without the start of Python, the reading
that every run does anyway, and the disk's time to make it last. `edit` and `touch` stand for the
team, `age` for a year of half-hourly runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from config.load import load
from jobs.cli import uncollected
from jobs.history import database, log, schema, states
from jobs.history.codec import moment
from jobs.state import state_of
from sync.excel.store import ExcelStore
from sync.plan import Layout, OwnedColumn, Patch, Plan, Reasons
from tests.benchmarks.files import BESIDE, NOW, RULES, WORKBOOK
from tests.benchmarks.year import year

_ONE_IN = 50
_EVENTS = 10  # of each deal in a year
_NOW = pd.Timestamp(NOW).as_unit("s")


def write(folder: Path) -> None:
    """Fill four columns of our own, into a copy."""
    layout = Layout(tuple(OwnedColumn(key, f"DK {key}") for key in BESIDE))
    store = _store(folder, layout)
    table = store.read()
    rows = np.arange(len(table), dtype=np.int64)
    blank = np.full(len(rows), None, dtype=object)
    texts = np.array([f"value {row % 100}" for row in rows.tolist()], dtype=object)
    patches = tuple(
        Patch("write", key, rows, table.keys, blank, texts, Reasons.blank(len(rows)))
        for key in BESIDE
    )
    started = time.process_time()
    store.save_copy(Plan(table.version, _NOW, layout, patches), folder / "written.xlsx")
    print(time.process_time() - started)


def edit(folder: Path) -> None:
    """Put one deal in fifty into another stage."""
    _reword(folder, "stage", lambda stage: "Negotiation" if stage == "Contract" else "Contract")


def touch(folder: Path) -> None:
    """Word the next step of one deal in fifty otherwise, where it has one: no rule minds."""
    _reword(folder, "next_step", lambda step: f"{step}!")


def age(folder: Path) -> None:
    """Let the history know all deals for a year, in which ten things happened to each."""
    rules_file = load(folder / RULES, "en")
    state = state_of(rules_file.id, rules_file.state, folder)
    with schema.work(schema.open_engine(state.url)) as db:
        known = database.snapshot(states.Reader(db))
        past = year(list(known.index), rules_file.settings, _NOW, _EVENTS * len(known))
        seen = known.assign(first_seen=moment(past.seen["first_seen"].min()))
        states.replace_frame(db, database.SNAPSHOT, seen, known)
        happened = past.events.astype({"key": "str"}).assign(source="team", run_id=1)
        for start in range(0, len(happened), log.SEGMENT):
            log.append(db, database.EVENTS, "", happened.iloc[start : start + log.SEGMENT])


def _reword(folder: Path, field: str, change: Callable[[str], str]) -> None:
    layout = Layout(fillable=(field,))
    with _store(folder, layout) as store:
        table = store.read()
        said = np.flatnonzero(table.frame[field].notna())
        rows = said[said % _ONE_IN == 0]
        before = table.cells[field].to_numpy(dtype=object)[rows]
        after = np.array([change(value) for value in before], dtype=object)
        reasons = Reasons.blank(len(rows))
        patch = Patch("team", field, rows, table.keys[rows], before, after, reasons)
        store.apply(Plan(table.version, _NOW, layout, (patch,)))


def _store(folder: Path, layout: Layout) -> ExcelStore:
    reading = replace(load(folder / RULES, "en").reading(_NOW), layout=layout)
    return ExcelStore(folder / WORKBOOK, reading)


if __name__ == "__main__":
    parts = {"write": write, "edit": edit, "touch": touch, "age": age}
    with uncollected():  # as in every command
        parts[sys.argv[1]](Path(sys.argv[2]))
