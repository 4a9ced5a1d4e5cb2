"""Everything that figures are computed from, made once and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rules.kpi.deals import Deals, deals, within
from rules.kpi.figures import Counted
from rules.life import Log, Standing, Touches, stays, touches
from rules.period import Window
from rules.rule import Context
from rules.worktime import Floats, Moments
from sync.table import Mask

if TYPE_CHECKING:
    from rules.kpi import Kpi

Count = Callable[["Book", Window], Counted]


class Book:
    """The opportunities with their history, and the definitions in force.

    Args:
        frame: (rows × `key` and `READS`), resolved, decisions of the earlier rules applied.
        ctx: the moment, the team, the past.
        options: the stanza of the KPI rule, which says what figures mean.
    """

    def __init__(self, frame: pd.DataFrame, ctx: Context, options: Kpi) -> None:
        self.ctx = ctx
        self.options = options
        self._standings: dict[pd.Timestamp, Standing] = {}
        self._counted: dict[tuple[Count, Window], Counted] = {}
        self._deals: Deals = deals(frame, ctx)

    @property
    def rows(self) -> pd.DataFrame:
        """(rows × columns) all opportunities as they stand now, see `Deals`."""
        return self._deals.rows

    @property
    def size(self) -> int:
        """Number of rows of the table; those of the archive and the history come after them."""
        return self._deals.size

    @property
    def log(self) -> Log:
        """What happened to them."""
        return self._deals.log

    @cached_property
    def now(self) -> Standing:
        """How they stand now."""
        return Standing(self.rows, self.log)

    def at(self, moment: pd.Timestamp) -> Standing:
        """Return how they stood just before a moment; now where that has not come."""
        if moment > self.ctx.now:
            return self.now
        if moment not in self._standings:
            self._standings[moment] = Standing(self.rows, self.log, moment)
        return self._standings[moment]

    def counted(self, count: Count, window: Window) -> Counted:
        """Return what is counted in a window; several KPIs count the same."""
        if (count, window) not in self._counted:
            self._counted[count, window] = count(self, window)
        return self._counted[count, window]

    def open_at(self, standing: Standing) -> Any:
        """Return (rows) which were open: neither closed, gone, nor a certain duplicate."""
        if standing.moment is None:
            return self.rows["open"].to_numpy()
        # what waits in the archive without an outcome was never worked on
        dead = self.rows["archived"] & self.rows["state"].isin(["open", "on_hold"])
        kept = ~(self.rows["duplicate"] | dead).to_numpy()
        is_open = standing.state.isin(["open", "on_hold"]).to_numpy()
        return kept & is_open & standing.present

    @cached_property
    def known_since(self) -> pd.Timestamp | None:
        """Since when the history has watched, None where it has not yet."""
        seen = self.ctx.past.seen["first_seen"]
        return None if seen.empty or seen.isna().all() else pd.Timestamp(seen.min())

    @cached_property
    def stays(self) -> pd.DataFrame:
        """(stays × columns) every known stay in a stage, see `rules.life.stays`."""
        return stays(self.rows, self.log)

    def place(self, stages: pd.Series[Any]) -> Any:
        """Return (n, float64) the place of each stage in the process, missing for other words."""
        order = pd.Series(self.ctx.settings.stage_order, dtype="float64")
        return stages.map(order).to_numpy(dtype=np.float64)

    @cached_property
    def touches(self) -> Touches:
        """Every known activity."""
        return touches(self.rows, self.log)

    def watched(self, window: Window) -> bool:
        """Return whether the history watched from the first day of a window on."""
        return self.known_since is not None and self.known_since <= window.start

    def entered(self, window: Window) -> Mask:
        """Return (stays) which began in a window: the whole time in which they may have begun."""
        began = within(self.stays["until"], window)
        vague = (self.stays["source"] == "first_seen").to_numpy()
        return began & (~vague | (self.stays["since"] >= window.start).to_numpy())

    def due(self, stays: pd.DataFrame) -> Moments:
        """Return (stays) when the limit of the stage ran out, NaT where it has none."""
        begun = stays["until"].to_numpy(dtype="datetime64[s]")
        found = np.full(len(stays), np.datetime64("NaT", "s"))
        names = stays["stage"].to_numpy(dtype=object)
        for stage in self.ctx.settings.stages:
            if stage.limit and not stage.pause:
                there = np.flatnonzero(names == stage.name)
                found[there] = self.ctx.worktime.due(begun[there], stage.limit)
        return found

    def hours(self, starts: Moments, ends: Moments) -> Floats:
        """Return (n) working hours between moments, never less than 0; missing where unknown."""
        return np.maximum(self.ctx.worktime.elapsed(starts, ends, "workhours"), 0)

    def spent(self, starts: pd.Series[Any], ends: pd.Series[Any]) -> Floats:
        """Return (n) days or workdays between moments, as the definition of dwell says."""
        begun, ended = (each.to_numpy(dtype="datetime64[s]") for each in (starts, ends))
        if self.options.dwell == "workdays":
            return self.ctx.worktime.elapsed(begun, ended, "workdays")
        days: Floats = (ended - begun) / np.timedelta64(1, "D")
        return days

    def day(self, window: Window) -> pd.Timestamp:
        """Return the last day of a window that has come."""
        return min(window.last, self.ctx.now.normalize())
