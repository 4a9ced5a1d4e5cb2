"""What happened to the rows between two runs, from two snapshots; pure."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from jobs.history.codec import texts
from sync.table import Objects, Table

# Fields whose changes are events; the others are only carried along.
TRACKED = (
    "state", "stage", "owner", "amount", "expected_close", "closed", "decision_maker",
    "last_activity", "next_step_date", "paid",
)  # fmt: skip
# What a row is recognised by, and what is still told of it after it was removed.
CARRIED = (
    "customer", "name", "need", "product", "created", "source", "loss_reason", "currency",
    "industry", "region", "customer_type",
)  # fmt: skip
# Columns of the snapshot itself: when a run first saw the row, when one no longer found it.
FIRST_SEEN, GONE = "first_seen", "gone"
_OWN = (FIRST_SEEN, GONE)
Source = Literal["team", "dealkeeper"]


def empty() -> pd.DataFrame:
    """Return the snapshot before the first run."""
    blank = pd.DataFrame({name: pd.Series(dtype="str") for name in _OWN})
    return blank.set_axis(pd.Index([], dtype=object, name="key"))


def as_read(resolved: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return (writable keys × fields of the snapshot) a table as people left it.

    Args:
        resolved: (rows × columns) the table in the team's names, before any decision.
        table: with the keys of the rows.
    """
    rows = np.flatnonzero(table.writable)
    names = [name for name in (*TRACKED, *CARRIED) if name in resolved.columns]
    return resolved[names].iloc[rows].set_axis(pd.Index(table.keys[rows], dtype=object, name="key"))


def compare(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Find what people did since the last run.

    A column that one of the two lacks says nothing: a renamed header is no change of a thousand
    deals.

    Args:
        old: (known keys × fields, first_seen, gone) the stored snapshot.
        new: (present keys × fields) the table as it was read.

    Returns:
        (events × key, field, before, after, source), rows that came or went first.
    """
    present = old[old[GONE].isna()]
    returned = new.index.intersection(old.index[old[GONE].notna()], sort=False)
    found = [
        _rows("created", new.index.difference(old.index, sort=False)),
        _rows("reappeared", returned),
        _rows("removed", present.index.difference(new.index, sort=False)),
    ]
    both = new.index.intersection(old.index, sort=False)
    known = [field for field in TRACKED if field in new.columns and field in old.columns]
    before, after = old.loc[both, known], new.loc[both, known]
    found += [changed(field, before[field], after[field], "team") for field in known]
    return pd.concat(found, ignore_index=True)


def changed(
    field: str, before: pd.Series[Any], after: pd.Series[Any], source: Source
) -> pd.DataFrame:
    """Return events of the keys whose value differs.

    Args:
        field: the field.
        before: (keys) old values.
        after: (keys) new values, with the same index.
        source: who changed them.
    """
    old, new = texts(before), texts(after)
    rows = np.flatnonzero(old != new)
    keys = before.index.to_numpy()[rows]
    return _events(keys, field, old[rows], new[rows], source)


def merged(old: pd.DataFrame, new: pd.DataFrame, now: str) -> pd.DataFrame:
    """Return the snapshot after a run: rows that are gone keep their last content.

    Args:
        old: (known keys × fields, first_seen, gone) the stored snapshot.
        new: (present keys × fields) the table as it stands after the run.
        now: the moment of the run.

    Returns:
        (known keys × fields, first_seen, gone) sorted by key.
    """
    carried = [name for name in old.columns if name not in new.columns and name not in _OWN]
    kept = new.join(old[[*carried, FIRST_SEEN]])
    first = kept[FIRST_SEEN].fillna(now).astype("str")
    kept[FIRST_SEEN], kept[GONE] = first, pd.array([None] * len(kept), dtype="str")
    lost = old.loc[old.index.difference(new.index, sort=False)]
    lost = lost.assign(**{GONE: lost[GONE].fillna(now).astype("str")})
    whole = pd.concat([kept, lost]) if len(lost) else kept
    # categories of two tables do not add up by themselves
    names = new.select_dtypes("category").columns
    return (
        whole.astype(dict.fromkeys(names, "str"))
        .astype(dict.fromkeys(names, "category"))
        .sort_index()
    )


def _rows(field: str, keys: pd.Index[Any]) -> pd.DataFrame:
    return _events(keys.to_numpy(), field, None, None, "team")


def _events(keys: Objects, field: str, before: Any, after: Any, source: Source) -> pd.DataFrame:
    made = {"key": keys, "field": field, "before": before, "after": after, "source": source}
    return pd.DataFrame(made, index=range(len(keys)), dtype=object)
