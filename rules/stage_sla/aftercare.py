"""Clocks after the deal is won: call-backs to the customer, and money that is to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.moments import behind, next_of
from rules.options import Span
from rules.rule import Context
from rules.stage_sla.alarms import Alarm, late, moments, passed
from rules.stage_sla.limits import LimitLine, row_limits
from rules.stage_sla.pauses import Pauses
from rules.stage_sla.words import CALL_BACK, PAY_BY_PASSED, UNPAID
from rules.worktime import Moments
from sync.table import Mask


@dataclass(frozen=True, slots=True)
class Aftercare:
    """Which clocks run on won rows.

    Attributes:
        call_back: how long after the deal was closed each call-back is due, in order.
        pay_within: how long after that the whole amount is to be paid.
        pay_by: the column with the day by which it is, where the row says one.
        old: how long a call-back is asked for; None for ever.
    """

    call_back: Sequence[Span]
    pay_within: Sequence[LimitLine]
    pay_by: str | None
    old: Span | None


def aftercare(
    frame: pd.DataFrame, ctx: Context, pauses: Pauses, wanted: Aftercare
) -> Iterator[Alarm]:
    """Let the clocks of won deals run, each only where the sheet has its columns.

    Args:
        frame: (rows × `state`, `closed`, `last_activity`, `satisfaction`, `amount`, `paid`,
            `snooze`, `duplicate_of`, the column of `pay_by` and the fields of the conditions).
        ctx: the moment, the working time, the sheet's fields.
        pauses: of open rows; a won deal has none.
        wanted: the clocks.

    Yields:
        The clocks in the order in which their actions are named.
    """
    won = (frame["state"] == "won") & frame["duplicate_of"].isna()
    rows = (won & ~(frame["snooze"] > ctx.now)).to_numpy(dtype=bool)
    closed = moments(frame["closed"])
    if wanted.call_back and {"closed", "last_activity"} <= ctx.present:
        yield from _call_backs(frame, closed, rows, wanted, ctx)
    if "paid" not in ctx.present:
        return
    owed = rows & (frame["paid"].fillna(0) < frame["amount"]).fillna(False).to_numpy(dtype=bool)
    agreed: Moments = np.full(len(frame), np.datetime64("NaT", "s"))
    if wanted.pay_by is not None and pd.api.types.is_datetime64_dtype(frame[wanted.pay_by].dtype):
        agreed = moments(frame[wanted.pay_by])
        yield passed("unpaid", PAY_BY_PASSED, agreed, owed, ctx)
    limit = row_limits(frame, ctx, wanted.pay_within)
    yield from late("unpaid", UNPAID, closed, owed & np.isnat(agreed), limit, pauses, ctx)


def _call_backs(
    frame: pd.DataFrame, closed: Moments, rows: Mask, wanted: Aftercare, ctx: Context
) -> Iterator[Alarm]:
    """The latest call-back that is due, where nobody has been in touch since the one before.

    The first counts from the day after the deal was closed; a satisfaction that was given answers
    it. One that is too old is asked for no more.
    """
    contact = moments(frame["last_activity"])
    answered = frame["satisfaction"].notna().to_numpy()
    dues = [ctx.worktime.due(closed, span) for span in wanted.call_back]
    before: Moments = (pd.Series(closed).dt.normalize() + pd.Timedelta(days=1)).to_numpy()
    ends = [behind(due) for due in dues[1:]]
    for place, (span, due) in enumerate(zip(wanted.call_back, dues, strict=True)):
        end = ends[place] if place < len(ends) else _old(due, wanted.old, ctx)
        done = contact >= before
        if place == 0:
            done |= answered
        begin = behind(due)
        now = ctx.now.to_datetime64()
        over = rows & ~done & (now >= begin) & ~(now >= end)
        until = next_of(ctx.now, begin[rows], end[rows])
        year = np.zeros(len(closed), dtype=np.int64)
        yield Alarm("call_back", CALL_BACK, over, closed, span, until, year)
        before = due


def _old(due: Moments, old: Span | None, ctx: Context) -> Moments:
    if old is None:
        return np.full(len(due), np.datetime64("NaT", "s"))
    return behind(ctx.worktime.due(due, old))
