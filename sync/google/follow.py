"""Which row is which between two looks at a tab whose rows are getting their first keys.

A key that we send may land in a wrong row, so it proves nothing until the run is over. What was
known of a row at the look before does: its key, if we never sent it; else everything that it said;
else what it alone said then and alone says now. So a row is followed through whatever people do
between two looks, and what it was hit by is put right wherever it stands.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sync.google.seen import Said, Seen, proving
from sync.table import Objects, Rows


def followed(now: Seen, earlier: Seen, loose: Set[str]) -> Seen:
    """Return a look at a tab with the labels that its rows had at the look before.

    A row that was not there gets a label of its own; one that says nothing has none.

    Args:
        now: the tab.
        earlier: the same tab at the look before.
        loose: keys that prove nothing, having been sent.
    """
    turn = earlier.turn + 1
    if now.said is None or earlier.said is None:
        return replace(now, turn=turn)
    match: Rows = np.full(len(now.labels), -1, dtype=np.int64)
    _pair(match, proving(now.keys, loose), proving(earlier.keys, loose))
    _pair(match, now.said.contents, earlier.said.contents)
    _pair_alike(match, now.said, earlier.said)
    labels: Objects = np.full(len(match), "", dtype=object)
    new = (match < 0) & (now.said.contents != "")
    labels[new] = [f"new {turn} {row}" for row in np.flatnonzero(new)]
    labels[match >= 0] = earlier.labels[match[match >= 0]]
    return replace(now, labels=labels, turn=turn)


def _pair(match: Rows, here: Objects, there: Objects) -> None:
    """Match free rows of the same text, those of equal ones in their order; "" matches nothing."""
    now = np.flatnonzero((match < 0) & (here != ""))
    before = np.setdiff1d(np.flatnonzero(there != ""), match)
    at = _numbered(there[before]).get_indexer(_numbered(here[now]))
    match[now[at >= 0]] = before[at[at >= 0]]


def _numbered(texts: Objects) -> pd.Index[Any]:
    """Each text with how many equal ones stand above it."""
    column = pd.Series(texts, dtype=object)
    return pd.Index(column + " " + column.groupby(column).cumcount().astype("str"))


def _pair_alike(match: Rows, now: Said, earlier: Said) -> None:
    """Match free rows by cells that one row alone says in both looks, the most alike first."""
    free = np.flatnonzero((match < 0) & (now.contents != ""))
    gone = np.setdiff1d(np.flatnonzero(earlier.contents != ""), match)
    if not len(free) or not len(gone):
        return
    here = _lone(now).rename(columns={"row": "now"})
    there = _lone(earlier).rename(columns={"row": "earlier"})
    shared = here[here["now"].isin(free)].merge(there[there["earlier"].isin(gone)], on="cell")
    pairs = shared.groupby(["now", "earlier"]).size().sort_values(ascending=False, kind="stable")
    best = pairs.reset_index()[["now", "earlier"]].drop_duplicates("now").drop_duplicates("earlier")
    match[best["now"].to_numpy()] = best["earlier"].to_numpy()


def _lone(said: Said) -> pd.DataFrame:
    """The cells that no other row says: (cells × cell, row)."""
    cells = pd.DataFrame({"cell": said.hashes, "row": said.rows}).drop_duplicates()
    return cells[~cells["cell"].duplicated(keep=False)]
