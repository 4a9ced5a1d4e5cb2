"""Further clocks: no owner, no contact, dates that have passed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from rules.moments import behind, midnight, next_of
from rules.rule import Context
from rules.settings import Span
from rules.stage_sla.since import first_seen
from rules.stage_sla.words import CLOSE_PASSED, FOLLOW_UP, NEXT_STEP_PASSED, UNASSIGNED
from rules.worktime import Moments
from sync.say import Reason
from sync.table import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Alarm:
    """A further clock that rang.

    Attributes:
        name: of the clock, in `ACTIONS` and `FOUND`.
        reason: why it asks for something.
        rows: (rows) where it rang.
        date: (rows) datetime64[s] of what it was about.
        limit: its limit, None where the date itself is the limit.
        until: the first moment at which it may ring elsewhere.
    """

    name: str
    reason: Reason
    rows: Mask
    date: Moments
    limit: Span | None
    until: pd.Timestamp


def alarms(
    frame: pd.DataFrame,
    ctx: Context,
    rows: Mask,
    *,
    close_passed: bool,
    next_step_passed: bool,
    follow_up: Span | None,
    assign_within: Span | None,
) -> list[Alarm]:
    """Let the further clocks run, each only where the sheet has its column.

    Args:
        frame: (rows × `owner`, `created`, `expected_close`, `next_step_date`, `last_activity`).
        ctx: the moment, the working time, the sheet's fields.
        rows: (rows) where they may ring.
        close_passed: whether an expected close in the past rings.
        next_step_passed: whether a next step in the past rings.
        follow_up: longest gap since the last contact.
        assign_within: longest time without an owner.

    Returns:
        The clocks in the order in which their actions are named.
    """
    found = []
    if assign_within and "owner" in ctx.present:
        base = frame["created"].fillna(first_seen(frame, ctx)).to_numpy(dtype="datetime64[s]")
        ownerless = rows & frame["owner"].isna().to_numpy()
        late, until = _late(base, assign_within, ownerless, ctx)
        found.append(Alarm("unassigned", UNASSIGNED, late, base, assign_within, until))
    for name, reason, key, wanted in (
        ("close_passed", CLOSE_PASSED, "expected_close", close_passed),
        ("next_step_passed", NEXT_STEP_PASSED, "next_step_date", next_step_passed),
    ):
        if wanted and key in ctx.present:
            date = frame[key].to_numpy(dtype="datetime64[s]")
            # the day itself still counts
            passed = rows & (date < ctx.now.normalize().to_datetime64())
            found.append(Alarm(name, reason, passed, date, None, midnight(ctx.now)))
    if follow_up and "last_activity" in ctx.present:
        base = frame["last_activity"].fillna(frame["created"]).to_numpy(dtype="datetime64[s]")
        late, until = _late(base, follow_up, rows, ctx)
        found.append(Alarm("follow_up", FOLLOW_UP, late, base, follow_up, until))
    return found


def _late(starts: Moments, span: Span, rows: Mask, ctx: Context) -> tuple[Mask, pd.Timestamp]:
    """(rows) which of some rows are late, and when the next one will be."""
    since = behind(ctx.worktime.due(starts, span))
    late: Mask = rows & (ctx.now.to_datetime64() >= since)
    return late, next_of(ctx.now, since[rows])
