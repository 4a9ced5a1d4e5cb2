"""How the opportunities stood at a moment, told backwards from how they stand now."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rules.life.log import RETURNED, WENT, Log
from rules.money import exchanged
from rules.settings import STATES
from sync.table import Mask

_CLOSED = ("won", "lost", "invalid", "duplicate")
_MONEY = ("amount", "paid")
# Columns whose changes are events; the others are told as they are now.
TRACKED = frozenset({"stage", "owner", "amount", "expected_close", "last_activity", "paid"})


class Standing:
    """All known opportunities as they stood just before a moment.

    The sheet's own dates win over the history: what was created at or after the moment was not
    there yet, what was closed at or after it was still open. Fields that the history does not
    track are told as they are now.

    Args:
        rows: (rows × `state`, `created`, `closed`, `gone`, `rate` and columns) as they are now,
            amounts in the team's currency.
        log: what happened to them.
        moment: naive local time; None for now.
    """

    def __init__(self, rows: pd.DataFrame, log: Log, moment: pd.Timestamp | None = None) -> None:
        self._rows = rows
        self._log = log
        self._known: dict[str, pd.Series[Any]] = {}
        self.moment = moment

    def column(self, key: str) -> pd.Series[Any]:
        """Return (rows) a column as it was, of fields that are tracked."""
        if self.moment is None or key not in TRACKED:
            return self._rows[key]
        if key not in self._known:
            self._known[key] = self._before(key)
        return self._known[key]

    @cached_property
    def present(self) -> Mask:
        """(rows) which rows were in the table."""
        there = self._rows["gone"].isna().to_numpy(copy=True)
        if self.moment is None:
            return there
        moves = [(self._log.of(WENT), True), (self._log.of(RETURNED), False)]
        coming = np.full(len(there), np.datetime64("9999-12-31", "s"))
        # the first of a row's departures and returns tells how it was before
        for changes, was in moves:
            at = changes.first_from(self.moment)
            row, when = changes.row[at], changes.until[at]
            sooner = when < coming[row]
            coming[row[sooner]] = when[sooner]
            there[row[sooner]] = was
        return there & ~self._later("created")

    @cached_property
    def state(self) -> pd.Series[Any]:
        """(rows) the state of each, categorical over `STATES`."""
        now = self._rows["state"]
        if self.moment is None:
            return now
        changes = self._log.of("state")
        at = changes.first_from(self.moment)
        codes = now.cat.codes.to_numpy(copy=True)
        moved = changes.row[at]
        codes[moved] = pd.Categorical(changes.before.take(at), categories=list(STATES)).codes
        closed = now.isin(_CLOSED).to_numpy()
        # the last closing is dated by the sheet; an earlier one is known to the history alone
        still = closed & self._later("closed")
        untouched = np.ones(len(now), dtype=bool)
        untouched[moved] = False
        codes = np.where(still & untouched, STATES.index("open"), codes)
        known = closed & self._rows["closed"].notna().to_numpy() & ~still
        codes = np.where(known, now.cat.codes, codes)
        return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(STATES, dtype="str")))

    def _later(self, key: str) -> Mask:
        """(rows) whether a date lies at or after the moment; unknown ones do not."""
        return np.asarray(self._rows[key].to_numpy() >= np.datetime64(self.moment, "s"), dtype=bool)

    def _before(self, key: str) -> pd.Series[Any]:
        changes = self._log.of(key)
        now = self._rows[key]
        at = changes.first_from(self.moment) if self.moment is not None else None
        if at is None or not len(at):
            return now
        row, earlier = changes.row[at], changes.before.take(at)
        if key in _MONEY:
            earlier = exchanged(earlier, self._rows["rate"].iloc[row])
        if now.dtype == "str":
            words = now.to_numpy(dtype=object, copy=True)
            words[row] = earlier.fillna("").to_numpy(dtype=object)
            return pd.Series(pd.array(words, dtype="str"))
        values = now.array.copy()
        values[row] = earlier.array
        return pd.Series(values)
