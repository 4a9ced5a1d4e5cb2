"""Ids that several rows have: which row keeps it is asked, and carried out as answered.

An id column of ours settles that by itself (`jobs.identity`); a team's own is written to only where
the supervisor said so, and only in the rows that give the id up.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from jobs.identity import copies, new_ids
from jobs.threeway import standing as cells_of
from rules.questions import Question, fingerprint, standing
from sync.plan import Patch, Reasons
from sync.say import Reason
from sync.table import Rows, Table, as_text, column

REPEATED = Reason(
    "review.repeated_id",
    "{count} rows have the id {key} ({customers:list}); nothing is written to them until each has "
    "its own",
    "{count} 行的编号都是 {key}（{customers:list}）；在编号唯一之前不会写入这些行",
)
GAVE_UP = Reason(
    "review.gave_up_id",
    "the supervisor left the id `{original}` to {kept}",
    "主管确定编号「{original}」归 {kept}",
)
REASONS = (REPEATED, GAVE_UP)
_LETTERS = string.ascii_uppercase[1:]  # the row that keeps its id would be A


@dataclass(frozen=True, slots=True, eq=False)
class _Repeat:
    """An id with the rows that have it, in their order, and what each is called."""

    key: str
    rows: Rows
    names: tuple[str, ...]

    @property
    def compared(self) -> str:
        """What an answer rests on: the same rows, whatever their order."""
        return fingerprint(*sorted(self.names))


def repeated_ids(table: Table, snapshot: pd.DataFrame) -> Iterator[Question]:
    """Ask which row keeps an id that several have, one question an id.

    Args:
        table: as read, ids given.
        snapshot: (known keys × fields) what the history knows; the row that fits it best, else the
            first one, is proposed.
    """
    repeats = _repeats(table)
    copied = copies(table, snapshot) if repeats else np.zeros(0, dtype=bool)
    customers = as_text(column(table.frame, "customer")).fillna("")
    for repeat in repeats:
        best = int(np.argmin(copied[repeat.rows]))
        told = tuple(sorted({*customers[repeat.rows]} - {""}))
        yield Question(
            topic="id",
            about=(repeat.key,),
            compared=repeat.compared,
            keys=(repeat.key,),
            reason=REPEATED.code,
            facts={"count": len(repeat.rows), "key": repeat.key, "customers": told},
            proposal=repeat.names[best],
            others=(*repeat.names[:best], *repeat.names[best + 1 :]),
        )


def settle(
    table: Table, snapshot: pd.DataFrame, answers: pd.DataFrame
) -> tuple[Table, Patch | None]:
    """Give the rows that lost their id by an answer another one: the old one with a letter.

    An answer about other rows than those that have the id now means nothing.

    Args:
        table: as read, ids given.
        snapshot: (known keys × fields) what the history knows; its keys are taken.
        answers: as `rules.questions.empty_answers`.

    Returns:
        The table with these keys, and the patch that writes them (None without any).
    """
    said = {answer.about[0]: answer for answer in standing(answers, "id") if answer.value}
    repeats = {repeat.key: repeat for repeat in _repeats(table)} if said else {}
    taken = {*map(str, snapshot.index), *table.keys}
    given: list[tuple[int, str, str, str]] = []
    for key in repeats.keys() & said.keys():
        repeat, answer = repeats[key], said[key]
        if answer.compared != repeat.compared or answer.value not in repeat.names:
            continue
        losers = [
            int(row) for row, name in zip(repeat.rows, repeat.names, strict=True)
            if name != answer.value
        ]  # fmt: skip
        news = _new(key, len(losers), taken)
        given += [(row, new, key, answer.value) for row, new in zip(losers, news, strict=True)]
    if not given:
        return table, None
    told = pd.DataFrame(sorted(given), columns=["row", "new", "original", "kept"])
    rows, new = told["row"].to_numpy(), told["new"].to_numpy(dtype=object)
    keys = table.keys.copy()
    keys[rows] = new
    writable = table.writable | (~pd.Series(keys).duplicated(keep=False).to_numpy() & (keys != ""))
    before = cells_of(table, "id").cells(rows)
    codes = np.full(len(rows), GAVE_UP.code, dtype=object)
    reasons = Reasons(codes, told[["original", "kept"]])
    patch = Patch("review", "id", rows, new, before, new, reasons)
    return replace(table, keys=keys, writable=writable), patch


def _repeats(table: Table) -> list[_Repeat]:
    """The ids that several rows have, by id."""
    keys = pd.Series(table.keys, dtype=object)
    again = np.flatnonzero(keys.ne("") & keys.duplicated(keep=False))
    if not len(again):
        return []
    parts = [
        as_text(column(table.frame, field).iloc[again]).fillna("") for field in ("customer", "name")
    ]
    called = [" · ".join(filter(None, pair)) for pair in zip(*parts, strict=True)]
    found = []
    for key, places in pd.Series(range(len(again))).groupby(keys[again].to_numpy()):
        at = places.to_numpy()
        found.append(
            _Repeat(str(key), again[at], _told_apart([called[p] for p in at], again[at], table))
        )
    return found


def _told_apart(names: Sequence[str], rows: Rows, table: Table) -> tuple[str, ...]:
    """The names of rows; those that are equal or blank say where the row stands as well."""
    return tuple(
        name if name and names.count(name) == 1
        else f"{name} ({table.sheets[row]}!{table.numbers[row]})".strip()
        for name, row in zip(names, rows, strict=True)
    )  # fmt: skip


def _new(key: str, count: int, taken: set[str]) -> list[str]:
    """Return ids that nobody has, and note them."""
    made = [f"{key}-{letter}" for letter in _LETTERS if f"{key}-{letter}" not in taken][:count]
    made += new_ids(count - len(made), key, frozenset({*taken, *made}))
    taken.update(made)
    return made
