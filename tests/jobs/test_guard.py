"""A run that would change too much of a column is named, with its share and its limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from jobs.guard import Limits, excesses
from sync.plan import Layout, OwnedColumn, Patch, Plan, Reasons
from tests.jobs.tables import table

LAYOUT = Layout(columns=(OwnedColumn("status", "管家·时效"),), fillable=("owner",))


def plan(column: str, before: list[Any]) -> Plan:
    rows = np.arange(len(before))
    patch = Patch(
        "x",
        column,
        rows,
        rows.astype(str).astype(object),
        np.array(before, dtype=object),
        np.full(len(rows), "new", dtype=object),
        Reasons.blank(len(rows)),
    )
    return Plan("v1", pd.Timestamp("2026-11-22"), LAYOUT, (patch,))


@pytest.mark.parametrize(
    ("column", "changed", "filled", "rows", "refused"),
    [
        ("status", 40, 60, 100, False),  # exactly the limit
        ("status", 41, 0, 100, True),
        ("owner", 5, 0, 100, False),
        ("owner", 6, 0, 100, True),
        ("owner", 0, 100, 100, False),  # filling blanks does not count
        ("status", 40, 0, 49, False),  # too few rows to speak of a share
    ],
)
def test_share_of_existing_values_that_change(
    column: str, changed: int, filled: int, rows: int, *, refused: bool
) -> None:
    whole = table([f"K{n}" for n in range(rows)])
    found = excesses(plan(column, ["old"] * changed + [None] * filled), whole, Limits())
    assert bool(found) == refused
    if found:
        assert found[0].changed == changed
        assert str(changed) in found[0].say("zh")
        assert f"{found[0].limit:.0%}" in found[0].say("en")
