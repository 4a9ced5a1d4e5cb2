"""What everybody has already: load and room under the limits, kept up while rows are assigned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.assign_owner.reasons import Gate
from rules.moments import NEVER
from rules.past import Past
from rules.rule import Context
from rules.settings import Member
from rules.worktime import WorkTime
from sync.table import as_text, looked_up

# More rows than any spreadsheet has: the room of somebody without a limit.
ENDLESS = 1 << 40


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Load and room per person; changes with every assignment of the run.

    Attributes:
        off_duty: places of those who are outside their working hours now.
        load: open opportunities, or their amount in whole cents.
        open_room: how many more the person may own.
        new_room: how many more the person may be given in this day, week and month.
    """

    off_duty: frozenset[int]
    load: list[int]
    open_room: list[int]
    new_room: list[int]

    def has_room(self, at: int) -> bool:
        """Return whether a person may be given one more now."""
        return self.gate(at) is None

    def gate(self, at: int) -> Gate | None:
        """Return what keeps a person from being given one more now."""
        if self.open_room[at] <= 0:
            return "max_open"
        if self.new_room[at] <= 0:
            return "max_new"
        return "off_duty" if at in self.off_duty else None

    def give(self, at: int, weight: int, *, new: bool) -> None:
        """Count an assignment; one of an earlier run is not new any more."""
        self.load[at] += weight
        self.open_room[at] -= 1
        self.new_room[at] -= new


def earlier(past: Past, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the latest assignment of each key, as far as no person decided otherwise.

    Args:
        past: what the history knows.
        frame: (rows × key, owner) the table.

    Returns:
        (assignments × owner, at), by key; the row has that owner, or none yet, or is gone.
    """
    latest = past.assignments.drop_duplicates("key", keep="last").set_index("key")
    changed = past.events.iloc[past.timeline.of("owner")]
    spoken = changed["until"].groupby(as_text(changed["key"])).max()
    overruled = spoken.reindex(latest.index) > latest["at"]
    there = frame[frame["key"].isin(latest.index)].drop_duplicates("key").set_index("key")
    now = as_text(there["owner"]).reindex(latest.index)
    return latest.loc[~overruled & (now.isna() | (now == latest["owner"])), ["owner", "at"]]


def off_duty(ctx: Context) -> frozenset[int]:
    """Return the places of the members who are outside their working hours at the moment."""
    now = np.array([ctx.now.to_datetime64()])
    at_work = {hours: own.is_open(now)[0] for hours, own in _worktimes(ctx).items()}
    team = enumerate(ctx.settings.team)
    return frozenset(place for place, member in team if not at_work[str(member.hours)])


def next_duty(ctx: Context) -> pd.Timestamp:
    """Return when the next member begins or stops to work, `NEVER` without any."""
    return min((own.turns(ctx.now) for own in _worktimes(ctx).values()), default=NEVER)


def _worktimes(ctx: Context) -> dict[str, WorkTime]:
    """Hours as text → the working time of the members who have them."""
    calendar, zone = ctx.settings.calendar, ctx.settings.timezone
    found: dict[str, WorkTime] = {}
    for member in ctx.settings.team:
        if str(member.hours) not in found:
            own = calendar.model_copy(update={"hours": member.hours or calendar.hours})
            found[str(member.hours)] = WorkTime(own, zone, ctx.now)
    return found


def standing(
    people: pd.Series[Any],
    weights: pd.Series[Any],
    given: pd.DataFrame,
    ctx: Context,
    away: frozenset[int] = frozenset(),
) -> Standing:
    """Count what everybody has.

    Args:
        people: (rows) who has each row, missing for nobody.
        weights: (rows) load.
        given: (assignments × owner, at) what counts as new, as `earlier` returns it.
        ctx: the team, the moment.
        away: places of those who are off duty.
    """
    team = ctx.settings.team
    places = {member.name: place for place, member in enumerate(team)}
    at = looked_up(people, places, -1, np.int64)
    has = at >= 0
    counts = np.bincount(at[has], minlength=len(team))
    loads = np.bincount(at[has], weights=weights.to_numpy()[has], minlength=len(team))
    new = _new(given, ctx.now.normalize())
    return Standing(
        away,
        [int(load) for load in loads],
        [
            ENDLESS if member.max_open is None else member.max_open - int(count)
            for member, count in zip(team, counts, strict=True)
        ],
        [_new_room(member, new) for member in team],
    )


def _new(given: pd.DataFrame, today: pd.Timestamp) -> Mapping[str, pd.Series[Any]]:
    """Period → person → how many were given in it so far; weeks begin on Monday."""
    starts = {
        "day": today,
        "week": today - pd.Timedelta(days=today.weekday()),
        "month": today.replace(day=1),
    }
    return {
        period: given.loc[given["at"] >= start, "owner"].value_counts()
        for period, start in starts.items()
    }


def _new_room(member: Member, new: Mapping[str, pd.Series[Any]]) -> int:
    limits = {period: getattr(member.max_new, period) for period in new}
    return min(
        (
            limit - int(new[period].get(member.name, 0))
            for period, limit in limits.items()
            if limit is not None
        ),
        default=ENDLESS,
    )
