"""A small table, what a run wants in it, and whether it stands there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sync.google.store import GoogleStore
from sync.plan import Highlight, Layout, OwnedColumn, Patch, Plan, Reasons
from sync.source import Reading
from sync.store import Receipt, Stale
from sync.table import Objects, Table
from tests.google.kit import People, store

NOW = pd.Timestamp("2026-11-22T09:00").as_unit("s")
LAYOUT = Layout(
    (
        OwnedColumn("id", "管家·编号", "id"),
        OwnedColumn("status", "管家·时效", choices=("正常", "已超时")),
        OwnedColumn("due", "管家·截止", "date"),
    ),
    (Highlight("status", "已超时", "FBE9E1", "B8431A", True),),
    ("owner",),
)
READING = Reading(now=NOW, layout=LAYOUT)
HEADER = ["商机编号", "客户名称", "阶段", "负责人", "金额"]
ROWS = 12

Wants = Callable[[Table], tuple[Patch, ...]]


def fill(people: People, *, keyed: bool = True, rows: int = ROWS) -> None:
    """Type the table: the customer tells the row, every second owner is blank."""
    people.type(0, 0, [HEADER if keyed else HEADER[1:]])
    body = [
        [f"A{n:02}", f"客户{n:02}", "初步沟通" if n % 3 else "合同签订", "小张" if n % 2 else "", n]
        for n in range(1, rows + 1)
    ]
    people.type(1, 0, body if keyed else [row[1:] for row in body])


def objects(values: list[Any]) -> Objects:
    made: Objects = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def patch(table: Table, column: str, wanted: Mapping[int, Any]) -> Patch:
    """A change of one column: row of the table → what shall stand there."""
    rows = np.array(sorted(wanted), dtype=np.int64)
    stands = (
        table.cells[column].to_numpy()[rows]
        if column in table.cells
        else objects([None] * len(rows))
    )
    before = objects([None if pd.isna(value) else value for value in stands])
    after = objects([wanted[row] for row in rows.tolist()])
    return Patch("test", column, rows, table.keys[rows], before, after, Reasons.blank(len(rows)))


def status_of(customer: object) -> str:
    """What a run wants in the status of a customer's row."""
    return f"时效 {customer}"


def wants(table: Table) -> tuple[Patch, ...]:
    """Each row's own status, and an owner where there is none; nothing where it stands already."""
    customers = table.frame["customer"].astype("str").fillna("").to_numpy()
    status = table.cells["status"].to_numpy() if "status" in table.cells else [None] * len(table)
    wanted = {
        row: status_of(customer)
        for row, customer in enumerate(customers)
        if customer and table.writable[row] and status[row] != status_of(customer)
    }
    owners = table.cells["owner"].to_numpy()
    free = {
        row: f"owner {customers[row]}"
        for row in range(len(table))
        if customers[row] and table.writable[row] and pd.isna(owners[row])
    }
    made = (patch(table, "status", wanted), patch(table, "owner", free))
    return tuple(one for one in made if len(one))


def run(one: GoogleStore, want: Wants = wants, attempts: int = 3) -> Receipt | None:
    """What the pipeline does: read, plan, apply, again where it is stale; None where nothing is."""
    with one:
        for _ in range(attempts):
            table = one.read()
            patches = want(table)
            if not patches:
                return None
            try:
                return one.apply(Plan(table.version, NOW, LAYOUT, patches, keys=table.keys))
            except Stale:
                continue
    return None


def quiet(people: People) -> Receipt | None:
    """A run that nobody disturbs."""
    people.server.crowd = None
    people.server.faults.clear()
    return run(store(people, READING))


def rows_by_customer(people: People) -> dict[str, dict[str, Any]]:
    """Customer → header → value, as people see the table."""
    found = people.look()
    header, *rows = found[next(n for n, row in enumerate(found) if "客户名称" in row) :]
    at = header.index("客户名称")
    return {
        str(row[at]): dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True))
        for row in rows
        if len(row) > at and row[at]
    }
