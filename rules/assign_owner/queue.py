"""The rows that need an owner, in the order in which they get one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.assign_owner.people import Line, Pool, Roster
from rules.dedupe.customers import customer_keys
from rules.resolve import fold
from rules.rule import Context
from rules.when import matches
from sync.table import Mask, Rows

# Where a blank date stands among dates: behind all.
_LAST = pd.Timestamp("9999-12-31").as_unit("s")


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """Rows to assign, first to last; every list has one entry a row.

    Attributes:
        rows: positions in the table.
        keys: their keys.
        customers: one word for each customer, None where blank.
        masters: key of the row that each repeats, None where it repeats none.
        weights: what each adds to its owner's load.
        before: place of the person whom an earlier run chose, None where nobody was.
    """

    rows: Rows
    keys: list[str]
    customers: list[str | None]
    masters: list[str | None]
    weights: list[int]
    before: list[int | None]


def folded(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return (rows, str) texts folded for comparison, missing where blank."""
    codes, distinct = pd.factorize(values.astype("str"))
    words = pd.array([*(fold(str(text)) or None for text in distinct), None], dtype="str")
    return pd.Series(words.take(codes), index=values.index)


def enqueue(
    frame: pd.DataFrame,
    masters: pd.Series[Any],
    priority: Sequence[str],
    weights: pd.Series[Any],
    given: pd.DataFrame,
    roster: Roster,
) -> Queue:
    """Find the open rows without an owner whose key is theirs alone, and put them in order.

    Rows that repeat another row of the queue wait until that one has its owner.

    Args:
        frame: (rows × key, state, owner, customer, created, priority).
        masters: (rows) key of the row that each repeats.
        priority: fields whose high values come first.
        weights: (rows) load.
        given: (assignments × owner, at), by key: whom an earlier run chose.
        roster: the team.
    """
    keys = frame["key"].fillna("")
    wanted = (frame["state"] == "open") & frame["owner"].isna()
    wanted &= (keys != "") & ~keys.duplicated(keep=False)
    todo = frame.assign(master=masters, weight=weights)[wanted]
    waits = todo["master"].isin(todo["key"]).to_numpy(dtype=bool)
    earlier = given.reindex(todo["key"])
    rows = todo.index.to_numpy()
    order = in_order(todo, priority, earlier["at"], waits)
    todo = todo.iloc[order]
    names = earlier["owner"].iloc[order]
    return Queue(
        rows[order],
        list(todo["key"]),
        _texts(customer_keys(todo["customer"])),
        _texts(todo["master"]),
        [int(weight) for weight in todo["weight"]],
        [roster.place.get(str(name)) for name in names],
    )


def in_order(
    todo: pd.DataFrame, priority: Sequence[str], chosen: pd.Series[Any], waits: Mask
) -> Rows:
    """Return the order in which rows are given to somebody.

    What earlier runs chose comes first, in the order of those runs, so that it is chosen again for
    the same reasons. Then high values (texts by the alphabet), old before new, by key.

    Args:
        todo: (rows × key, created and the fields of `priority`).
        priority: fields whose high values come first; a later one counts where earlier are equal.
        chosen: (rows) datetime64[s], when an earlier run chose somebody, NaT where none did.
        waits: (rows) which rows come after all others.
    """
    places = pd.factorize(todo["key"], sort=True)[0]
    created, before = (dates.fillna(_LAST).to_numpy() for dates in (todo["created"], chosen))
    ranks = [_rank(todo[field]) for field in reversed(priority)]
    return np.lexsort((places, created, *ranks, before, waits))


def _rank(values: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    if pd.api.types.is_numeric_dtype(values.dtype):
        return -values.to_numpy(dtype=float, na_value=-np.inf)
    places = pd.factorize(values.astype("str"), sort=True)[0]
    return np.where(places < 0, np.inf, places)


def _texts(values: pd.Series[Any]) -> list[str | None]:
    return [text if isinstance(text, str) else None for text in values]


def pools_of(
    todo: pd.DataFrame,
    lines: Sequence[Line],
    match: Sequence[tuple[str, ...]],
    ctx: Context,
    roster: Roster,
) -> tuple[list[int], list[Pool | None]]:
    """Find the line of each row and the people who may have it; gates run once per kind of row.

    Args:
        todo: (rows × fields) in the order of the queue.
        lines: assignment lines.
        match: per line, what people must cover of a row.
        ctx: for conditions on dates.
        roster: the team.

    Returns:
        (rows) the line's place, -1 for none, and (rows) the pool, None for none.
    """
    line_of = np.full(len(todo), -1)
    for place, line in enumerate(lines):
        free = np.flatnonzero(line_of < 0)
        line_of[free[matches(line.when, todo.iloc[free], ctx)]] = place
    covered = dict.fromkeys(name for names in match for name in names)
    texts = {name: folded(todo[name]).fillna("") for name in covered}
    kinds = pd.DataFrame({**texts, "line": line_of}, index=todo.index)
    numbers = kinds.groupby(list(kinds.columns), sort=False).ngroup()
    pools: list[Pool | None] = []
    for row in kinds.drop_duplicates().to_dict("records"):
        place = row["line"]
        values = {name: row[name] for name in match[place]}
        pools.append(roster.pool(lines[place], values) if place >= 0 else None)
    return line_of.tolist(), [pools[number] for number in numbers]
