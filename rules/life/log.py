"""The events of the history beside the rows that they happened to, field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rules.resolve import spellings
from rules.rule import Context
from rules.settings import STATES, Settings
from rules.worktime import Moments
from sync.fields import FIELDS, Kind
from sync.table import Mask, Rows

# Events that tell that a row came or went; they carry no values.
CAME, WENT, RETURNED = "created", "removed", "reappeared"


@dataclass(frozen=True, eq=False)
class Changes:
    """The changes of one field, by row, then by time.

    Attributes:
        row: (changes) position of the row that changed.
        since, until: (changes) datetime64[s]; it changed between these two moments.
    """

    row: Rows
    since: Moments
    until: Moments
    _before: Callable[[], pd.Series[Any]]
    _after: Callable[[], pd.Series[Any]]

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def before(self) -> pd.Series[Any]:
        """(changes) the values before, in the field's own dtype and the team's spelling."""
        return self._before()

    @cached_property
    def after(self) -> pd.Series[Any]:
        """(changes) the values after, likewise."""
        return self._after()

    def only(self, chosen: Mask) -> Changes:
        """Return some of the changes."""
        return Changes(
            self.row[chosen],
            self.since[chosen],
            self.until[chosen],
            lambda: self.before[chosen].reset_index(drop=True),
            lambda: self.after[chosen].reset_index(drop=True),
        )

    @property
    def last(self) -> Mask:
        """(changes) which is the last one of its row."""
        return _edge(self.row, 1)

    @property
    def first(self) -> Mask:
        """(changes) which is the first one of its row."""
        return _edge(self.row, -1)

    def first_from(self, moment: pd.Timestamp) -> Rows:
        """Return the positions of each row's first change at or after a moment.

        A change counts by the later end of its interval.
        """
        later = self.until >= np.datetime64(moment, "s")
        opens = later & (self.first | ~np.concatenate([[False], later[:-1]]))
        return np.flatnonzero(opens)


def _edge(row: Rows, step: int) -> Mask:
    """(changes) whether the neighbour in a direction belongs to another row."""
    if not len(row):
        return np.zeros(0, dtype=bool)
    differs = row[1:] != row[:-1]
    ends = [[True], differs] if step < 0 else [differs, [True]]
    return np.concatenate(ends)


class Log:
    """The events of the history, by field.

    Args:
        keys: (rows) the key of each row, "" where it has none or shares it with another.
        events: as in `rules.rule.Past`, by time; those of other keys are left out.
        settings: the team's spellings of stages and people.
    """

    def __init__(self, keys: pd.Series[Any], events: pd.DataFrame, settings: Settings) -> None:
        self._keys = keys
        self._events = events
        self._settings = settings
        self._known: dict[str, Changes] = {}

    def of(self, field: str) -> Changes:
        """Return the changes of a field."""
        if field not in self._known:
            self._known[field] = self._read(field)
        return self._known[field]

    @cached_property
    def states(self) -> Rows:
        """(changes of `state`) the state before each, as its place in `STATES`."""
        before = self.of("state").before
        codes = pd.Categorical(before, categories=list(STATES)).codes.astype(np.int64)
        return np.maximum(codes, STATES.index("open"))

    @cached_property
    def _rows(self) -> Rows:
        """(events) the row of each, -1 for none."""
        codes, distinct = pd.factorize(self._events["key"])
        index = pd.Index(self._keys)
        alone = np.flatnonzero(~index.duplicated() & (index != ""))
        place = index[alone].get_indexer(pd.Index(distinct))
        found = np.where(place < 0, -1, alone[place]) if len(alone) else np.full(len(place), -1)
        return np.append(found, -1)[codes]

    @cached_property
    def _fields(self) -> tuple[Rows, dict[str, int]]:
        codes, distinct = pd.factorize(self._events["field"])
        return codes, {str(name): at for at, name in enumerate(distinct)}

    def _read(self, field: str) -> Changes:
        codes, names = self._fields
        chosen = np.flatnonzero((codes == names.get(field, -2)) & (self._rows >= 0))
        rows = self._rows[chosen]
        order = np.argsort(rows, kind="stable")
        chosen = chosen[order]
        events = self._events
        return Changes(
            rows[order].astype(np.int64),
            events["since"].to_numpy(dtype="datetime64[s]")[chosen],
            events["until"].to_numpy(dtype="datetime64[s]")[chosen],
            lambda: self._typed(field, events["before"].take(chosen)),
            lambda: self._typed(field, events["after"].take(chosen)),
        )

    def _typed(self, field: str, texts: pd.Series[Any]) -> pd.Series[Any]:
        """(changes) stored texts as values, each distinct one read once."""
        codes, distinct = pd.factorize(texts)
        kind = FIELDS[field].kind if field in FIELDS else Kind.NAME
        if kind is Kind.DATE:
            read = pd.to_datetime(pd.Series(distinct, dtype="str"), format="ISO8601").astype(
                "datetime64[s]"
            )
            values: Any = read.array
        elif kind in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT):
            numbers = pd.to_numeric(pd.Series(distinct, dtype="object"))
            values = numbers.astype("Int64" if kind is Kind.MONEY else "float64").array
        else:
            known = spellings(self._settings, field)
            words = [known(str(word)) for word in distinct]
            values = pd.array(words, dtype="str")
        return pd.Series(values.take(codes, allow_fill=True))

    def rows_in(self, start: pd.Timestamp, until: pd.Timestamp, *, but: str) -> Rows:
        """Return the rows to which anything happened from a moment up to another, once each.

        Args:
            start: the first moment that counts.
            until: the first moment that counts no more.
            but: a field whose changes do not count.
        """
        ends = self._events["until"].to_numpy(dtype="datetime64[s]")
        codes, names = self._fields
        inside = (ends >= np.datetime64(start, "s")) & (ends < np.datetime64(until, "s"))
        found = self._rows[inside & (codes != names.get(but, -2))]
        return np.unique(found[found >= 0]).astype(np.int64)


def log_of(frame: pd.DataFrame, ctx: Context) -> Log:
    """Return the history of a table's rows; nobody knows whose the events of a shared key are.

    Args:
        frame: (rows × `key`).
        ctx: the past, the team's spellings.
    """
    keys = frame["key"].astype("str").fillna("")
    return Log(keys.mask(keys.duplicated(keep=False), ""), ctx.past.events, ctx.settings)
