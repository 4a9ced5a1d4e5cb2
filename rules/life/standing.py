"""How the opportunities stood at a moment, told backwards from how they stand now."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from rules.life.columns import Array, Columns, plain
from rules.life.log import RETURNED, WENT, Log
from rules.money import exchanged
from rules.settings import STATES
from sync.table import Mask, Rows

_NEVER = np.datetime64("9999-12-31", "s")
_OPEN = STATES.index("open")
# Places in `STATES` of the states that close.
_CLOSED = np.array([state not in ("open", "on_hold") for state in STATES])
_MONEY = ("amount", "paid")
# Columns whose changes are events; the others are told as they are now.
TRACKED = frozenset({"stage", "owner", "amount", "expected_close", "last_activity", "paid"})


class Standing:
    """All known opportunities as they stood just before a moment.

    The sheet's own dates win over the history: what was created at or after the moment was not
    there yet, what was closed at or after it was still open. Fields that the history does not
    track are told as they are now.

    Args:
        now: (rows × `state` as places in `STATES`, `created`, `closed`, `gone`, `rate` and columns)
            as they are now, amounts in the team's currency.
        log: what happened to them.
        moment: naive local time; None for now.
    """

    def __init__(self, now: Columns, log: Log, moment: pd.Timestamp | None = None) -> None:
        self._now = now
        self._log = log
        self._befores: dict[str, Array] = {}
        self._known: dict[str, Array] = {}
        self._turns: dict[str, Rows] = {}
        self.moment = moment

    def at(self, moment: pd.Timestamp) -> Standing:
        """Return how they stood just before another moment; both read the history once."""
        other = Standing(self._now, self._log, moment)
        other._befores = self._befores
        return other

    def __getitem__(self, key: str) -> Array:
        """Return (rows) a column as it was then, if it is tracked."""
        if self.moment is None or key not in TRACKED:
            return self._now[key]
        if key not in self._known:
            self._known[key] = self.told(key, self._now[key], self._before(key))
        return self._known[key]

    def told(self, field: str, now: Array, before: Array) -> Array:
        """Return (rows) what followed from a field then.

        Args:
            field: the field.
            now: (rows) what follows from it now.
            before: (changes of the field) what followed from its value before each.
        """
        at = self._turned(field)
        if not len(at):
            return now
        then = now.copy()
        then[self._log.of(field).row[at]] = before[at]
        return then

    @cached_property
    def present(self) -> Mask:
        """(rows) which rows were in the table."""
        there: Mask = np.isnat(self._now["gone"])
        if self.moment is None:
            return there
        coming = np.full(len(there), _NEVER)
        # the first of a row's departures and returns tells how it was before
        for field, was in ((WENT, True), (RETURNED, False)):
            changes, at = self._log.of(field), self._turned(field)
            row, when = changes.row[at], changes.until[at]
            sooner = when < coming[row]
            coming[row[sooner]] = when[sooner]
            there[row[sooner]] = was
        return there & ~self._later("created")

    @cached_property
    def state(self) -> Array:
        """(rows) the state of each, as its place in `STATES`."""
        now = self._now["state"]
        if self.moment is None:
            return now
        then = self.told("state", now, self._log.states)
        closed, later = _CLOSED[now], self._later("closed")
        # the last closing is dated by the sheet; an earlier one is known to the history alone
        untouched = np.ones(len(now), dtype=bool)
        untouched[self._log.of("state").row[self._turned("state")]] = False
        then = np.where(closed & later & untouched, _OPEN, then)
        known: Array = np.where(closed & ~later & ~np.isnat(self._now["closed"]), now, then)
        return known

    def _turned(self, field: str) -> Rows:
        """The first change of each row from the moment on, by its place in the log."""
        if self.moment is None:
            return np.empty(0, dtype=np.int64)
        if field not in self._turns:
            self._turns[field] = self._log.of(field).first_from(self.moment)
        return self._turns[field]

    def _later(self, key: str) -> Mask:
        """(rows) whether a date lies at or after the moment; unknown ones do not."""
        later: Mask = self._now[key] >= np.datetime64(self.moment, "s")
        return later

    def _before(self, field: str) -> Array:
        """(changes) the values before, as the column holds them, the same for all moments."""
        if field not in self._befores:
            changes = self._log.of(field)
            if field in _MONEY:
                rates = pd.Series(self._now["rate"][changes.row])
                self._befores[field] = plain(exchanged(changes.before, rates))
            elif changes.values.dtype == "str":
                self._befores[field] = changes.word_before
            else:
                self._befores[field] = plain(changes.before)
        return self._befores[field]
