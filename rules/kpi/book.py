"""Everything that figures are computed from, made once and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from rules.kpi.deals import chances, deals, level_of, within
from rules.kpi.figures import Counted
from rules.kpi.handlers import in_charge
from rules.life import Array, Columns, Log, Standing, Touches, mapped, stays, touches
from rules.period import Window
from rules.rule import Context
from rules.settings import STATES
from rules.worktime import Floats, Moments
from sync.table import Mask, Objects, Rows

if TYPE_CHECKING:
    from rules.kpi import Kpi

T = TypeVar("T")
Count = Callable[["Book", Window], Counted]

_WAITING = [STATES.index(state) for state in ("open", "on_hold")]


class Book:
    """The opportunities with their history, and the definitions in force.

    Args:
        frame: (rows × `key` and `READS`), resolved, decisions of the earlier rules applied.
        ctx: the moment, the team, the past.
        options: the stanza of the KPI rule, which says what figures mean.
    """

    def __init__(self, frame: pd.DataFrame, ctx: Context, options: Kpi) -> None:
        found = deals(frame, ctx)
        self.ctx = ctx
        self.options = options
        self.size = found.size  # rows of the table; the archive's and the history's come after them
        self.log: Log = found.log
        self._shown: Log = found.shown
        self.col = Columns(found.rows)  # all opportunities as they stand now, see `Deals`
        self._kept: dict[tuple[Any, Window | None], Any] = {}
        self._open: dict[pd.Timestamp, Mask] = {}
        self._first: dict[str, pd.Timestamp | None] = {}
        self._standings: dict[pd.Timestamp, Standing] = {}

    @property
    def rows(self) -> pd.DataFrame:
        """(rows × columns) all opportunities as they stand now, see `Deals`."""
        return self.col.frame

    @cached_property
    def now(self) -> Standing:
        """How they stand now."""
        return Standing(self.col, self.log)

    def at(self, moment: pd.Timestamp) -> Standing:
        """Return how they stood just before a moment; now where that has not come."""
        if moment > self.ctx.now:
            return self.now
        if moment not in self._standings:
            self._standings[moment] = self.now.at(moment)
        return self._standings[moment]

    def once(self, work: Callable[[Book, Window], T], window: Window) -> T:
        """Return what some work gives for a window; several figures need the same."""
        if (work, window) not in self._kept:
            self._kept[work, window] = work(self, window)
        found: T = self._kept[work, window]
        return found

    def always(self, work: Callable[[Book], T]) -> T:
        """Return what some work gives that is the same for every window."""
        if (work, None) not in self._kept:
            self._kept[work, None] = work(self)
        found: T = self._kept[work, None]
        return found

    def open_at(self, standing: Standing) -> Mask:
        """Return (rows) which were open: neither closed, gone, nor a certain duplicate."""
        if standing.moment is None:
            is_open: Mask = self.col["open"]
            return is_open
        if standing.moment not in self._open:
            # what waits in the archive without an outcome was never worked on
            dead = self.col["archived"] & np.isin(self.col["state"], _WAITING)
            waiting = np.isin(standing.state, _WAITING)
            there = waiting & standing.present & ~(self.col["duplicate"] | dead)
            self._open[standing.moment] = there
        return self._open[standing.moment]

    def chance(self, standing: Standing) -> Floats:
        """Return (rows) the probability of each: its own, else that of the stage it was in."""
        own = self.col["own_probability"]
        staged = standing.told("stage", self.col["probability"], self._chances)
        found: Floats = np.where(np.isnan(own), staged, own)
        return found

    @cached_property
    def _chances(self) -> Array:
        """(changes of stage) the probability of the stage before each."""
        return chances(self.log.of("stage").before, self.ctx.settings)

    @cached_property
    def known_since(self) -> pd.Timestamp | None:
        """Since when the history has watched, None where it has not yet."""
        seen = self.ctx.past.seen["first_seen"]
        return None if seen.empty or seen.isna().all() else pd.Timestamp(seen.min())

    def first_day(self, key: str) -> pd.Timestamp | None:
        """Return the first date of a column, None where it is blank."""
        if key not in self._first:
            dates = self.col[key]
            known = dates[~np.isnat(dates)]
            self._first[key] = pd.Timestamp(known.min()) if len(known) else None
        return self._first[key]

    def watched(self, moment: pd.Timestamp) -> bool:
        """Return whether the history watched from a moment on."""
        return self.known_since is not None and self.known_since <= moment

    def told(self, column: str, moment: pd.Timestamp) -> bool:
        """Return whether it is known what stood in one of our columns just before a moment."""
        written = self._shown.of(column).until < np.datetime64(moment, "s")
        return moment > self.ctx.now or bool(written.any())

    def levels(self, standing: Standing) -> tuple[Rows, Objects]:
        """Return (rows) the number of each one's SLA level, and (levels) their codes."""
        if standing.moment is None:
            return self.col.groups("level")
        codes, words = self._stood("status", standing.moment)
        return codes, np.array([level_of(str(word)) for word in words], dtype=object)

    def flagged(self, standing: Standing) -> Mask:
        """Return (rows) which opportunities carried a risk flag."""
        if standing.moment is None:
            flags: Mask = self.col["risk"]
            return flags
        codes, words = self._stood("risk", standing.moment)
        found: Mask = (words != "")[codes]
        return found

    def _stood(self, column: str, moment: pd.Timestamp) -> tuple[Rows, Objects]:
        """(rows) the number of what stood in one of our columns, and (numbers) its words."""
        changes = self._shown.of(column)
        early = changes.until < np.datetime64(moment, "s")
        # by row, then by time: the last early one is followed by a late one or by another row
        last = np.flatnonzero(early & (changes.last | ~np.append(early[1:], False)))
        nothing = len(changes.values)
        found = np.full(len(self.col), nothing, dtype=np.int64)
        found[changes.row[last]] = np.where(changes.became < 0, nothing, changes.became)[last]
        return found, np.append(changes.values.to_numpy(dtype=object), "")

    @cached_property
    def stays(self) -> Columns:
        """(stays × columns) every known stay in a stage, see `rules.life.stays`, and its `place`.

        The place is that of the stage in the process, missing for other words.
        """
        found = stays(self.rows, self.log, list(self.ctx.settings.stage_order))
        return Columns(found.assign(place=self.place(found["stage"])))

    def in_charge(self, stays: Rows) -> tuple[Objects, Moments]:
        """Return who handled some stays in the end, "" for nobody, and from when on."""
        rows, since, left = (self.stays[key][stays] for key in ("row", "until", "left"))
        written = self._shown.of("current_handler")
        decided = self.col["decided_handler"], np.datetime64(self.ctx.now, "s")
        return in_charge(rows, since, left, written, decided, self.col["handler"])

    @cached_property
    def touches(self) -> Touches:
        """Every known activity."""
        return touches(self.rows, self.log)

    def place(self, stages: pd.Series[Any]) -> Floats:
        """Return (n) the place of each stage in the process, missing for other words."""
        return mapped(stages, self.ctx.settings.stage_order)

    def entered(self, window: Window) -> Mask:
        """Return (stays) which began in a window.

        Of the time before the history watched only what was created in the window is known
        wholly: of older deals, those that have moved on since would be missing.
        """
        start = np.datetime64(window.start, "s")
        watched = np.datetime64(self.known_since or "NaT", "s")
        vague = self.stays.among("source", ("first_seen", "passed"))
        before = ~(self.stays["until"] >= watched) | vague
        old = ~(self.col["created"][self.stays["row"]] >= start)
        return np.asarray(within(self.stays["until"], window) & ~(before & old), dtype=bool)

    @cached_property
    def due(self) -> Moments:
        """(stays) when the limit of the stage ran out, NaT where it has none or nobody knows."""
        begun, places = self.stays["until"], self.stays["place"]
        timed = ~self.stays.among("source", ("passed",))
        found = np.full(len(self.stays), np.datetime64("NaT", "s"))
        for place, stage in enumerate(self.ctx.settings.stages):
            if stage.limit and not stage.pause:
                there = np.flatnonzero((places == place) & timed)
                found[there] = self.ctx.worktime.due(begun[there], stage.limit)
        return found

    def hours(self, starts: Moments, ends: Moments) -> Floats:
        """Return (n) working hours between moments, never less than 0; missing where unknown."""
        return np.maximum(self.ctx.worktime.elapsed(starts, ends, "workhours"), 0)

    def spent(self, starts: Moments, ends: Moments) -> Floats:
        """Return (n) days or workdays between moments, as the definition of dwell says."""
        if self.options.dwell == "workdays":
            return self.ctx.worktime.elapsed(starts, ends, "workdays")
        days: Floats = (ends - starts) / np.timedelta64(1, "D")
        return days

    def day(self, window: Window) -> pd.Timestamp:
        """Return the last day of a window that has come."""
        return min(window.last, self.ctx.now.normalize())
