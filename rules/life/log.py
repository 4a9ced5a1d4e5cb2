"""The events of the history beside the rows that they happened to, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rules.life.timeline import Coded, Numbers, Timeline
from rules.resolve import spellings
from rules.settings import STATES, Settings
from rules.worktime import Moments
from sync.fields import FIELDS, Kind
from sync.table import Mask, Objects, Rows, as_text

if TYPE_CHECKING:
    from rules.rule import Context

# Events that tell that a row came or went; they carry no values.
CAME, WENT, RETURNED = "created", "removed", "reappeared"


@dataclass(frozen=True, eq=False)
class Changes:
    """The changes of one field, by row, then by time.

    Attributes:
        row: (changes) position of the row that changed.
        since, until: (changes) datetime64[s]; it changed between these two moments.
        was, became: (changes) the number of the value before and after, -1 for none; the same
            number is the same value.
        values: (values) the distinct values in the field's own dtype and the team's spelling.
    """

    row: Numbers
    since: Moments
    until: Moments
    was: Numbers
    became: Numbers
    values: pd.Index[Any]

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def before(self) -> pd.Series[Any]:
        """(changes) the values before; words are categories."""
        return self._typed(self.was)

    @cached_property
    def after(self) -> pd.Series[Any]:
        """(changes) the values after; words are categories."""
        return self._typed(self.became)

    @property
    def word_before(self) -> Objects:
        """(changes) the words before, "" for none."""
        return self._words(self.was)

    @property
    def word_after(self) -> Objects:
        """(changes) the words after, "" for none."""
        return self._words(self.became)

    def _words(self, codes: Numbers) -> Objects:
        return np.append(self.values.to_numpy(dtype=object), "")[codes]

    def _typed(self, codes: Numbers) -> pd.Series[Any]:
        if self.values.dtype == "str":
            return pd.Series(pd.Categorical.from_codes(codes, categories=self.values))
        return pd.Series(self.values.array.take(codes, allow_fill=True))

    def only(self, chosen: Mask) -> Changes:
        """Return some of the changes."""
        return Changes(
            self.row[chosen],
            self.since[chosen],
            self.until[chosen],
            self.was[chosen],
            self.became[chosen],
            self.values,
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


def _edge(row: Numbers, step: int) -> Mask:
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
        timeline: the events; those of other keys are left out.
        settings: the team's spellings of stages and people.
    """

    def __init__(self, keys: pd.Series[Any], timeline: Timeline, settings: Settings) -> None:
        self._keys = keys
        self._events = timeline
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
        changes = self.of("state")
        places = np.append(pd.Index(STATES).get_indexer(changes.values), -1)
        found: Rows = np.maximum(places[changes.was], STATES.index("open"))
        return found

    @cached_property
    def _places(self) -> Numbers:
        """(keys of the events, then none) the row of each, -1 for none; of several the first."""
        words = self._events.keys[1]
        at = words.get_indexer(pd.Index(self._keys))
        known = np.flatnonzero((at >= 0) & (self._keys != "").to_numpy())[::-1]
        found = np.full(len(words) + 1, -1, dtype=np.int32)
        found[at[known]] = known
        return found

    def _read(self, field: str) -> Changes:
        events = self._events
        chosen = events.of(field)
        rows = self._places[events.keys[0][chosen]]
        order = np.argsort(rows, kind="stable")
        order = order[np.searchsorted(rows, 0, sorter=order) :]
        chosen = chosen[order]
        was, became, values = self._values(field, chosen)
        return Changes(rows[order], events.since[chosen], events.until[chosen], was, became, values)

    def _values(self, field: str, chosen: Rows) -> tuple[Numbers, Numbers, pd.Index[Any]]:
        """The numbers of the values before and after, and the values, each text read once."""
        (was, before), (became, after) = (
            _used(codes[chosen], texts)
            for codes, texts in (self._events.before, self._events.after)
        )
        read = self._typed(field, before.append(after))
        if read.dtype == "str":
            read = read.where(read != "")
        codes, values = pd.factorize(read, sort=True)
        codes = np.append(codes, -1).astype(np.int32)
        return (
            codes[was],
            codes[np.where(became < 0, -1, became + len(before))],
            values,
        )

    def _typed(self, field: str, texts: pd.Index[Any]) -> pd.Index[Any]:
        """(texts) stored texts as values."""
        kind = FIELDS[field].kind if field in FIELDS else Kind.NAME
        if kind is Kind.DATE:
            return pd.to_datetime(texts, format="ISO8601").as_unit("s")
        if kind in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT):
            numbers = pd.to_numeric(pd.Series(texts, dtype="object"))
            return pd.Index(numbers.astype("Int64" if kind is Kind.MONEY else "float64"))
        known = spellings(self._settings, field)
        return pd.Index([known(str(text)) for text in texts], dtype="str")

    def rows_in(self, start: pd.Timestamp, until: pd.Timestamp, *, but: str) -> Rows:
        """Return the rows to which anything happened from a moment up to another, once each.

        Args:
            start: the first moment that counts.
            until: the first moment that counts no more.
            but: a field whose changes do not count.
        """
        ends = self._events.until
        counts = (ends >= np.datetime64(start, "s")) & (ends < np.datetime64(until, "s"))
        counts[self._events.of(but)] = False
        found = np.zeros(len(self._keys) + 1, dtype=bool)
        found[self._places[self._events.keys[0][counts]]] = True
        return np.flatnonzero(found[:-1])


def _used(codes: Numbers, texts: pd.Index[Any]) -> Coded:
    """(changes) the number of each text among those that occur, and these."""
    there = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(texts)))
    number = np.full(len(texts) + 1, -1, dtype=np.int32)
    number[there] = np.arange(len(there))
    return number[codes], texts[there]


def log_of(frame: pd.DataFrame, ctx: Context) -> Log:
    """Return the history of a table's rows; nobody knows whose the events of a shared key are.

    Args:
        frame: (rows × `key`).
        ctx: the past, the team's spellings.
    """
    keys = as_text(frame["key"]).fillna("")
    return Log(keys.mask(keys.duplicated(keep=False), ""), ctx.past.timeline, ctx.settings)
