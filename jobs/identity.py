"""Give rows without a key an id of ours, once, so that a row is its key and never its number."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd

from sync.plan import Layout, Patch, Reasons
from sync.say import Reason
from sync.table import Mask, Table, as_text, column

# Letters and digits that cannot be mistaken for each other.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
_SIGNS = "23456789" + _LETTERS
ID_LENGTH = 6
# A copied row differs from the original in some of these at least.
FINGERPRINT = ("customer", "name", "need", "product", "created", "amount")

GIVEN = Reason("identity.given", "the row had no id of its own", "该行原本没有编号")
COPIED = Reason(
    "identity.copied",
    "the row was copied from `{original}` and got an id of its own",
    "该行由「{original}」复制而来，已另给编号",
)
REASONS = (GIVEN, COPIED)


def new_ids(count: int, seed: str, taken: frozenset[str]) -> list[str]:
    """Return `count` ids that end in a letter, so that dragging a cell down does not count up.

    The same seed gives the same ids: what `plan` showed is what `run` writes.

    Args:
        count: how many.
        seed: the version of the spreadsheet that they are made for.
        taken: ids that are already in use.
    """
    made: list[str] = []
    used = set(taken)
    turn = 0
    while len(made) < count:
        number = int.from_bytes(hashlib.sha256(f"{seed}/{turn}".encode()).digest()[:8])
        turn += 1
        number, last = divmod(number, len(_LETTERS))
        body = ""
        for _ in range(ID_LENGTH - 1):
            number, sign = divmod(number, len(_SIGNS))
            body += _SIGNS[sign]
        candidate = body + _LETTERS[last]
        if candidate not in used:
            used.add(candidate)
            made.append(candidate)
    return made


def header_in(layout: Layout) -> str:
    """Return the header of the id column that is ours, "" where the layout has none."""
    return next((owned.header for owned in layout.columns if owned.key == "id"), "")


def is_ours(table: Table, header: str) -> bool:
    """Return whether the id column is ours, or is about to be added.

    Args:
        table: as read.
        header: of the id column that is ours, "" where the rules file wants none.
    """
    return bool(header) and ("id" not in table.columns or table.columns["id"].header == header)


def give_ids(table: Table, snapshot: pd.DataFrame, header: str) -> tuple[Table, Patch | None]:
    """Give ids to rows that need one, where the id column is ours or is about to be added.

    That is: rows without an id, and rows copied from another (of equal ids, the row that fits what
    the history knows keeps it). A team's own id column is never filled: its blank and repeated keys
    are findings, and nothing is written to those rows.

    Args:
        table: as read.
        snapshot: (known keys × fields) what the history knows of each key; the index is the key.
        header: of the id column that is ours, "" where the rules file wants none.

    Returns:
        The table with complete keys, and the patch that writes the new ones (None without any).
    """
    if not is_ours(table, header):
        return table, None
    copied = copies(table, snapshot)
    rows = np.flatnonzero((table.keys == "") | copied)
    if len(rows) == 0:
        return table, None
    known = frozenset(str(key) for key in snapshot.index)
    taken = known | frozenset(key for key in table.keys if key)
    given = np.array(new_ids(len(rows), table.version, taken), dtype=object)
    keys, writable = table.keys.copy(), table.writable.copy()
    before = keys[rows]
    before[before == ""] = None
    keys[rows], writable[rows] = given, True
    # the original of a copied row is unique again
    writable |= ~pd.Series(keys).duplicated(keep=False).to_numpy()
    codes = np.where(copied[rows], COPIED.code, GIVEN.code).astype(object)
    facts = pd.DataFrame({"original": pd.Series(before, dtype=object)})
    patch = Patch("identity", "id", rows, given, before, given, Reasons(codes, facts))
    findings = tuple(f for f in table.findings if f.code not in _SETTLED)
    return replace(table, keys=keys, writable=writable, findings=findings), patch


# Findings about keys that an id column of ours settles by itself.
_SETTLED = ("reading.blank_key", "reading.repeated_key")


def copies(table: Table, snapshot: pd.DataFrame) -> Mask:
    """Return (rows) whether a row carries the id of another that has the better claim to it.

    Args:
        table: as read.
        snapshot: (known keys × fields) what the history knows of each key; the index is the key.
    """
    keys = pd.Series(table.keys)
    repeated = keys.ne("") & keys.duplicated(keep=False)
    if not repeated.any():
        return np.zeros(len(table), dtype=bool)
    fits = np.zeros(len(table))
    for field in FINGERPRINT:
        if field in snapshot.columns and field in table.frame.columns:
            known = keys.map(snapshot[field].astype("str"))
            fits += (as_text(column(table.frame, field)) == known).to_numpy(dtype=bool)
    order = pd.DataFrame({"key": keys, "fits": -fits}).sort_values(["key", "fits"], kind="stable")
    first = order.index[~order["key"].duplicated()]
    copied = repeated.to_numpy(dtype=bool).copy()
    copied[first] = False
    return copied
