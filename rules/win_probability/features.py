"""What is known of a deal before its outcome, as columns to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rules.rule import Context
from sync.table import Mask, as_text, column

USUAL = (
    "industry", "region", "size", "customer_type", "product", "source", "owner", "title",
    "urgency", "amount", "budget",
)  # fmt: skip
# Known only after the outcome, or filled in on the way to it.
AFTERWARDS = frozenset(
    {
        "outcome", "state", "stage", "stage_entered", "closed", "loss_reason", "paid",
        "satisfaction", "probability", "last_activity", "follow_ups", "next_step",
        "next_step_date", "expected_close", "note", "snooze", "snooze_reason", "handler",
    }
)  # fmt: skip
# A field that is blank so much more often on one outcome than on the other was filled in for it.
_GAP = 0.2


def closed_deals(frame: pd.DataFrame, fields: Sequence[str], ctx: Context) -> pd.DataFrame:
    """Return what was won and lost, here and in the archive, oldest first.

    Args:
        frame: (rows × `key`, `state`, `closed`, `created`, `duplicate_of` and the fields).
        fields: what to learn from.
        ctx: the archive.

    Returns:
        (closed deals × fields, `won`, `when`), each once; those without any date are left out.
    """
    archive = ctx.archive
    parts = [frame]
    if len(archive):
        parts.append(archive[~archive["key"].isin(frame["key"][frame["key"] != ""])])
    found = pd.concat([_closed(part.reset_index(drop=True), fields) for part in parts])
    # the order of rows must not matter, not even that of sums
    order = ["when", "key", *fields]
    return found.sort_values(order, kind="stable", ignore_index=True).drop(columns="key")


def _closed(part: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    state = as_text(column(part, "state"))
    when = column(part, "closed").fillna(column(part, "created"))
    known = state.isin(["won", "lost"]) & when.notna() & column(part, "duplicate_of").isna()
    found = features(part, fields).assign(key=part["key"], won=state == "won", when=when)
    return found[known]


def features(frame: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """Return (rows × fields) words as text, "" for blank, and numbers as logarithms, NaN for none.

    Amounts vary by orders of magnitude; one of zero or less stands for none.

    Args:
        frame: (rows × columns); fields that it lacks are blank.
        fields: what to learn from.
    """
    found = {}
    for key in fields:
        values = column(frame, key)
        if pd.api.types.is_numeric_dtype(values.dtype):
            numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
            logs = np.log(np.where(numbers > 0, numbers, np.nan))
            found[key] = pd.Series(logs, index=frame.index)
        else:
            found[key] = values.astype("str").fillna("").astype(object)
    return pd.DataFrame(found, index=frame.index)


def known(values: pd.Series[Any]) -> Mask:
    """Return (rows) where a feature has a value."""
    blank = values == "" if values.dtype == object else values.isna()
    return ~np.asarray(blank, dtype=bool)


def usable(closed: pd.DataFrame, fields: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Choose what to learn from.

    Args:
        closed: (closed deals × fields, `won`).
        fields: what may be used.

    Returns:
        The fields that tell deals apart, and those that were filled in only after the outcome.
    """
    won = closed["won"].to_numpy()
    kept, afterwards = [], []
    for key in fields:
        there = known(closed[key])
        if abs(there[won].mean() - there[~won].mean()) > _GAP:
            afterwards.append(key)
        elif there.any() and closed[key].nunique() > 1:
            kept.append(key)
    return kept, tuple(afterwards)
