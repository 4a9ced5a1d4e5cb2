"""Further clocks: no owner, no answer, no contact, dates that have passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.moments import behind, midnight, next_of
from rules.options import Span
from rules.rule import Context
from rules.stage_sla.limits import LimitLine, row_limits
from rules.stage_sla.pauses import Pauses
from rules.stage_sla.since import first_seen
from rules.stage_sla.words import CLOSE_PASSED, FOLLOW_UP, NEXT_STEP_PASSED, NO_RESPONSE, UNASSIGNED
from rules.worktime import Moments, Years
from sync.say import Reason
from sync.table import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Alarm:
    """A further clock that rang; one for each of its limits.

    Attributes:
        name: of the clock, in `ACTIONS` and `FOUND`.
        reason: why it asks for something.
        rows: (rows) where it rang.
        date: (rows) datetime64[s] of what it was about.
        limit: its limit, None where the date itself is the limit.
        until: the first moment at which it may ring elsewhere.
        unknown_year: (rows) the year whose holidays its due date would need, 0 for none.
    """

    name: str
    reason: Reason
    rows: Mask
    date: Moments
    limit: Span | None
    until: pd.Timestamp
    unknown_year: Years


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which further clocks run on open rows, and for how long; no lines, no clock."""

    assign_within: Sequence[LimitLine]
    respond_within: Sequence[LimitLine]
    follow_up: Sequence[LimitLine]
    close_passed: bool
    next_step_passed: bool


def alarms(
    frame: pd.DataFrame, ctx: Context, rows: Mask, pauses: Pauses, wanted: Wanted
) -> Iterator[Alarm]:
    """Let the further clocks run, each only where the sheet has its column.

    Args:
        frame: (rows × `owner`, `created`, `expected_close`, `next_step_date`, `last_activity`,
            `follow_ups` and the fields of the conditions).
        ctx: the moment, the working time, the sheet's fields.
        rows: (rows) where they may ring.
        pauses: time that does not count.
        wanted: the clocks.

    Yields:
        The clocks in the order in which their actions are named.
    """
    created = moments(frame["created"].fillna(first_seen(frame, ctx)))
    if "owner" in ctx.present:
        ownerless = rows & frame["owner"].isna().to_numpy()
        limit = row_limits(frame, ctx, wanted.assign_within)
        yield from late("unassigned", UNASSIGNED, created, ownerless, limit, pauses, ctx)
    silent = np.zeros(len(frame), dtype=bool)
    if "last_activity" in ctx.present:
        limit = row_limits(frame, ctx, wanted.respond_within)
        untouched = frame["last_activity"].isna() & ~(frame["follow_ups"] > 0)
        silent = untouched.to_numpy(dtype=bool) & (limit != "")
        yield from late("no_response", NO_RESPONSE, created, rows & silent, limit, pauses, ctx)
    for name, reason, key, asked in (
        ("close_passed", CLOSE_PASSED, "expected_close", wanted.close_passed),
        ("next_step_passed", NEXT_STEP_PASSED, "next_step_date", wanted.next_step_passed),
    ):
        if asked and key in ctx.present:
            yield passed(name, reason, moments(frame[key]), rows, ctx)
    if "last_activity" in ctx.present:
        contact = moments(frame["last_activity"].fillna(frame["created"]))
        limit = row_limits(frame, ctx, wanted.follow_up)
        yield from late("follow_up", FOLLOW_UP, contact, rows & ~silent, limit, pauses, ctx)


def moments(dates: pd.Series[Any]) -> Moments:
    """Return (rows) dates as datetime64[s]."""
    return dates.to_numpy(dtype="datetime64[s]")


def passed(name: str, reason: Reason, date: Moments, rows: Mask, ctx: Context) -> Alarm:
    """Return the clock that rings where a date has passed; the day itself still counts."""
    over = rows & (date < ctx.now.normalize().to_datetime64())
    known = np.zeros(len(date), dtype=np.int64)
    return Alarm(name, reason, over, date, None, midnight(ctx.now), known)


def late(
    name: str,
    reason: Reason,
    starts: Moments,
    rows: Mask,
    limit: Any,
    pauses: Pauses,
    ctx: Context,
) -> Iterator[Alarm]:
    """Yield an alarm for each limit: it rings where more time has passed than that.

    Args:
        name: of the clock.
        reason: why it asks for something.
        starts: (rows) when the clock of each began.
        rows: (rows) where it may ring.
        limit: (rows) limits as text, "" where no clock runs.
        pauses: time that does not count.
        ctx: the moment and the working time.
    """
    for text in sorted(set(limit[rows & (limit != "")])):
        span, concerned = Span.parse(text), rows & (limit == text)
        due = ctx.worktime.due(starts, span, pauses.rested(starts, span.unit, ctx))
        since = behind(due)
        year = np.zeros(len(starts), dtype=np.int64)
        open_end = np.flatnonzero(concerned & np.isnat(due) & ~np.isnat(starts))
        year[open_end] = ctx.worktime.unknown_year(starts[open_end])
        over = concerned & (ctx.now.to_datetime64() >= since)
        until = next_of(ctx.now, since[concerned])
        yield Alarm(name, reason, over, starts, span, until, year)
