"""What happened to the rows between two runs, from two snapshots; pure."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from jobs.history.codec import texts
from sync.table import Mask, Objects, Rows, Table

# Fields whose changes are events; the others are only carried along.
TRACKED = (
    "state", "stage", "owner", "amount", "expected_close", "closed", "decision_maker",
    "last_activity", "next_step_date", "paid",
)  # fmt: skip
# What a row is recognised by, and what is still told of it after it was removed.
CARRIED = (
    "customer", "name", "need", "product", "created", "stage_entered", "source", "loss_reason",
    "currency", "industry", "region", "customer_type",
)  # fmt: skip
# Columns of the snapshot itself: when a run first saw the row, when one no longer found it.
FIRST_SEEN, GONE = "first_seen", "gone"
_OWN = (FIRST_SEEN, GONE)
Source = Literal["team", "dealkeeper"]


def empty() -> pd.DataFrame:
    """Return the snapshot before the first run."""
    blank = pd.DataFrame({name: pd.Series(dtype="str") for name in _OWN})
    return blank.set_axis(pd.Index([], dtype=object, name="key"))


def nothing() -> pd.DataFrame:
    """Return no events, as `compare` returns them."""
    return _events(np.empty(0, dtype=object), "", None, None, "team")


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
    at = old.index.get_indexer(new.index)
    gone = old[GONE].notna().to_numpy()
    missed = ~gone
    missed[at[at >= 0]] = False
    there = np.flatnonzero(at >= 0)
    at, keys = at[there], new.index.to_numpy()[there]
    found = [
        _rows("created", np.delete(new.index.to_numpy(), there)),
        _rows("reappeared", keys[gone[at]]),
        _rows("removed", old.index.to_numpy()[missed]),
    ]
    for field in TRACKED:
        if field in new.columns and field in old.columns:
            before, after = _taken(old[field], at), _taken(new[field], there)
            found.append(changed(field, keys, before, after, "team"))
    return pd.concat(found, ignore_index=True)


def gone(known: pd.DataFrame, keys: Objects, now: pd.Timestamp) -> pd.DataFrame:
    """Return the rows that the table has no more, with what stood in them last.

    Args:
        known: (known keys × fields, first_seen, gone) the stored snapshot.
        keys: (rows) the keys of the table.
        now: the moment of the run, which is the first to miss those that were there at the last.

    Returns:
        (rows × key, gone, fields).
    """
    lost = known[~known.index.isin(keys)]
    moments = pd.to_datetime(lost[GONE], format="ISO8601").fillna(now).astype("datetime64[s]")
    fields = lost.drop(columns=list(_OWN)).assign(gone=moments)
    return fields.rename_axis("key").reset_index().astype({"key": "str"})


def changed(
    field: str, keys: Objects, before: pd.Series[Any], after: pd.Series[Any], source: Source
) -> pd.DataFrame:
    """Return events of the keys whose value differs.

    Args:
        field: the field.
        keys: of the rows.
        before: (rows) old values.
        after: (rows) new values.
        source: who changed them.
    """
    rows = np.flatnonzero(differing(before, after))
    old, new = texts(before.iloc[rows]), texts(after.iloc[rows])
    apart = old != new  # two numbers of different kinds may be one text
    return _events(keys[rows[apart]], field, old[apart], new[apart], source)


def differing(before: pd.Series[Any], after: pd.Series[Any]) -> Mask:
    """Return (rows) whether values may differ; columns of unlike kinds do in every row."""
    if type(before.dtype) is not type(after.dtype):
        return np.ones(len(before), dtype=bool)
    if isinstance(before.dtype, pd.CategoricalDtype) and isinstance(
        after.dtype, pd.CategoricalDtype
    ):
        place = after.cat.categories.get_indexer(before.cat.categories)
        known = np.append(np.where(place < 0, -2, place), -1)
        return np.asarray(known[before.cat.codes] != after.cat.codes.to_numpy())
    unequal = before.ne(after)
    blank = before.isna().to_numpy() & after.isna().to_numpy()
    return np.asarray(unequal.to_numpy(dtype=bool, na_value=True) & ~blank)


def merged(old: pd.DataFrame, new: pd.DataFrame, now: str) -> pd.DataFrame:
    """Return the snapshot after a run: rows that are gone keep their last content.

    Args:
        old: (known keys × fields, first_seen, gone) the stored snapshot.
        new: (present keys × fields) the table as it stands after the run.
        now: the moment of the run.

    Returns:
        (known keys × fields, first_seen, gone) sorted by key.
    """
    keys, ours, theirs = placed(old.index, new.index)
    lost = ours < 0
    columns: dict[str, Any] = {}
    for name in new.columns:
        columns[name] = _taken(new[name], ours)
        if lost.any() and name in old.columns:
            columns[name] = _filled(columns[name], _taken(old[name], theirs), lost)
    for name in old.columns.difference([*new.columns, *_OWN], sort=False):
        columns[name] = _taken(old[name], theirs)
    columns[FIRST_SEEN] = _filled(_taken(old[FIRST_SEEN], theirs), now, theirs < 0)
    gone = _taken(old[GONE], np.where(lost, theirs, -1))
    columns[GONE] = _filled(gone, now, lost & gone.isna().to_numpy())
    return pd.DataFrame({name: values.array for name, values in columns.items()}, index=keys)


class Places(NamedTuple):
    """The rows of two tables brought together by key.

    Attributes:
        keys: (rows) of both, each once, sorted.
        new: (rows) its place in the new table, -1 where it is gone.
        old: (rows) its place in the old one, -1 where it was not known.
    """

    keys: pd.Index[Any]
    new: Rows
    old: Rows


def placed(old: pd.Index[Any], new: pd.Index[Any]) -> Places:
    """Bring two tables together by their keys, which are unique in each.

    Args:
        old: keys that are known, sorted.
        new: keys that are there.
    """
    at = old.get_indexer(new)
    if len(old) == len(new) and (at >= 0).all():  # as nearly always; what is old is sorted
        place = np.arange(len(old))
        ours = np.empty_like(place)
        ours[at] = place
        return Places(old, ours, place)
    left = np.ones(len(old), dtype=bool)
    left[at[at >= 0]] = False
    lost = np.flatnonzero(left)
    keys = np.concatenate([new.to_numpy(dtype=object), old.to_numpy(dtype=object)[lost]])
    order = np.argsort(keys, kind="stable")
    ours = np.append(np.arange(len(new)), np.full(len(lost), -1))[order]
    index: pd.Index[Any] = pd.Index(keys[order], dtype=object, name="key")
    return Places(index, ours, np.append(at, lost)[order])


def _taken(values: pd.Series[Any], rows: Rows) -> pd.Series[Any]:
    """(n) the values of some rows, missing for -1."""
    return pd.Series(values.array.take(rows, allow_fill=True))


def _filled(values: pd.Series[Any], others: Any, where: Mask) -> pd.Series[Any]:
    """The values with others in their place in some rows; categories of both add up."""
    if not where.any():
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        whole = values.astype("str").mask(where, others.astype("str"))
        return whole.astype("category")
    return values.mask(where, others)


def _rows(field: str, keys: Objects) -> pd.DataFrame:
    return _events(keys, field, None, None, "team")


def _events(keys: Objects, field: str, before: Any, after: Any, source: Source) -> pd.DataFrame:
    made = {"key": keys, "field": field, "before": before, "after": after, "source": source}
    return pd.DataFrame(made, index=range(len(keys)), dtype=object)
