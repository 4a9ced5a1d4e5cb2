"""The two jobs that the simulation runs: the product's whole one, and a plain one.

The plain one decides the same without rules, history and the rest that has nothing to do with the
spreadsheet, and so takes a fifth of the time; reading, the protocol of writing, ids and a generated
tab with its chart are the product's own in both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from config.load import RulesFile
from jobs import pipeline
from jobs.history import History
from jobs.identity import give_ids, header_in
from sync.google.cell import wire
from sync.google.store import GoogleStore
from sync.plan import Patch, Plan
from sync.store import Receipt, Stale
from sync.table import Table
from sync.view import Cell, Chart, Range, Series, SheetView, Value
from tests.google.desk import patch
from tests.simulation import team

Job = Callable[[GoogleStore, RulesFile, History, pd.Timestamp], object]


def whole(store: GoogleStore, rules: RulesFile, history: History, now: pd.Timestamp) -> None:
    """Everything that `dealkeeper run` does behind its command line."""
    pipeline.run(store, rules, history, now)


def plain(
    store: GoogleStore, rules: RulesFile, history: History, now: pd.Timestamp
) -> Receipt | None:
    """Read, decide by a few lines, write; again where the spreadsheet changed."""
    for attempt in range(pipeline.ATTEMPTS):
        table = store.read()
        table, ids = give_ids(table, pd.DataFrame(), header_in(rules.layout))
        patches = tuple(one for one in (ids, *_decided(table, now)) if one is not None and len(one))
        view = _view(table, now)
        standing = table.tabs.get("summary")
        fresh = standing is None or standing.content != view.content_hash()
        if not patches and not fresh:
            return None
        tabs = (view,) if fresh else ()
        plan = Plan(table.version, now, rules.layout, patches, keys=table.keys, tabs=tabs)
        try:
            return store.apply(plan)
        except Stale:
            if attempt == pipeline.ATTEMPTS - 1:
                raise
    return None


def _decided(table: Table, now: pd.Timestamp) -> list[Patch]:
    """Status, due date and, where there is none, owner."""
    cells = {
        name: table.cells[name].tolist() if name in table.cells else [None] * len(table)
        for name in ("owner", "status", "due")
    }
    stages, regions = (table.frame[name].astype("str") for name in ("stage", "region"))
    wanted: dict[str, dict[int, Any]] = {"status": {}, "due": {}, "owner": {}}
    entered = table.frame["stage_entered"]
    for row in np.flatnonzero(table.writable).tolist():
        limit, since = team.LIMITS.get(stages[row]), entered[row]
        due = since + pd.Timedelta(days=limit) if limit and pd.notna(since) else None
        status = None if due is None else team.OVERDUE if now > due else "正常"
        owner = team.OWNERS.get(regions[row])
        for name, value in (("due", due), ("status", status)):
            if wire(cells[name][row]) != wire(value):
                wanted[name][row] = value
        if owner and wire(cells["owner"][row]) == "":
            wanted["owner"][row] = owner
    return [patch(table, name, rows) for name, rows in wanted.items()]


def _view(table: Table, now: pd.Timestamp) -> SheetView:
    """A tab with a chart, which changes every day and with every row."""
    figures: tuple[Value, ...] = (str(now.date()), len(table))
    area = Range(0, 0, 0, 0), Range(0, 1, 0, 1)
    chart = Chart(
        "clustered", 2, 0, 300, 200, area[0], (Series("rows", area[1], "1F5F99"),), "rows",
        key="rows",
    )  # fmt: skip
    cells = tuple(Cell(0, column, value) for column, value in enumerate(figures))
    return SheetView("summary", "管家·汇总", "zh", (90, 90), (), cells, 12, 4, 4, charts=(chart,))
