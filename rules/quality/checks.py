"""One check each: what is missing, unknown, out of order, out of proportion, or asleep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

import numpy as np
import pandas as pd

from rules.moments import behind, midnight, next_of
from rules.options import Span
from rules.quality import words
from rules.quality.telling import told
from rules.rule import Context
from rules.settings import Listed
from rules.worktime import Moments
from sync.fields import FIELDS, Kind
from sync.table import Finding, Mask

_DATES = tuple(field.key for field in FIELDS.values() if field.kind is Kind.DATE)
# fields that tell what has happened already
_PAST = ("created", "closed", "last_activity", "stage_entered")
_EARLIEST, _YEARS_AHEAD = pd.Timestamp("2000-01-01"), 10

# A date that no other of its column comes near is most likely mistyped, where there are enough.
_ALONE, _ENOUGH = np.timedelta64(3 * 365, "D"), 20

READS = frozenset(
    {
        "state", "stage", "outcome", "owner", "amount", "currency", "loss_reason", "snooze",
        *_DATES, *get_args(Listed),
    }
)  # fmt: skip


def missing(frame: pd.DataFrame, cells: Mapping[str, Mask]) -> Iterator[Finding]:
    """Find required cells that are blank, one finding per field."""
    for key, needed in cells.items():
        rows = needed & frame[key].isna().to_numpy()
        yield from told(words.MISSING, rows, field=key, fields=(key,))


def closing(frame: pd.DataFrame, ctx: Context) -> Iterator[Finding]:
    """Find closed opportunities without a date, and lost ones without a reason."""
    if "closed" in ctx.present:
        rows = frame["state"].isin(["won", "lost"]) & frame["closed"].isna()
        yield from told(words.NO_CLOSING_DATE, rows.to_numpy(), field="closed")
    if "loss_reason" in ctx.present:
        rows = (frame["state"] == "lost") & frame["loss_reason"].isna()
        yield from told(words.NO_LOSS_REASON, rows.to_numpy(), field="loss_reason")


def dates(frame: pd.DataFrame, ctx: Context) -> Iterator[Finding]:
    """Find dates in the future that tell the past, in the wrong order, or out of this world."""
    tomorrow = ctx.now.normalize() + pd.Timedelta(days=1)
    latest = tomorrow + pd.DateOffset(years=_YEARS_AHEAD)
    for key in _DATES:
        wild = (frame[key] < _EARLIEST) | (frame[key] >= latest)
        yield from told(words.IMPLAUSIBLE, wild.to_numpy(), field=key, fields=(key,))
        if key in _PAST:
            ahead = (frame[key] >= tomorrow) & ~wild
            if key == "closed":  # on an open row it may be a plan
                ahead &= ~frame["state"].isin(["open", "on_hold"])
            yield from told(words.FUTURE, ahead.to_numpy(), field=key, fields=(key,))
    disorder = frame["closed"].dt.normalize() < frame["created"].dt.normalize()
    yield from told(words.DISORDER, disorder.to_numpy(), field="closed")
    behind_start = frame["expected_close"].dt.normalize() < frame["created"].dt.normalize()
    behind_start &= frame["state"].isin(["open", "on_hold"])
    yield from told(words.EXPECTED_BEFORE, behind_start.to_numpy(), field="expected_close")


def lone_dates(frame: pd.DataFrame) -> Iterator[Finding]:
    """Find dates that stand years away from all others of their column."""
    for key in _DATES:
        days = frame[key].to_numpy(dtype="datetime64[D]")
        known = np.unique(days[~np.isnat(days)])
        if np.count_nonzero(~np.isnat(days)) < _ENOUGH:
            continue
        gaps = np.flatnonzero(np.diff(known) > _ALONE)
        for far in (days <= known[gaps[0]], days >= known[gaps[-1] + 1]) if len(gaps) else ():
            if far.sum() * 100 <= max(len(days), 100):
                yield from told(words.LONE, far, "info", field=key, fields=(key,))


def zombies(frame: pd.DataFrame, ctx: Context, after: Span) -> Iterator[Finding]:
    """Find open opportunities without any sign of life, and without a plan for one."""
    asleep = ctx.now.to_datetime64() > _asleep_from(frame, ctx, after)
    planned = (frame["next_step_date"] >= ctx.now.normalize()) | (frame["snooze"] > ctx.now)
    rows = (frame["state"] == "open").to_numpy() & asleep & ~planned.to_numpy()
    yield from told(words.ZOMBIE, rows, "info", field="last_activity", limit=str(after))


def until(frame: pd.DataFrame, ctx: Context, after: Span | None) -> pd.Timestamp:
    """Return when time alone may change a finding: at midnight, when a deal falls asleep or wakes.

    Args:
        frame: (rows × `READS`).
        ctx: the moment.
        after: as for `zombies`, None where nobody looks for them.
    """
    tomorrow = midnight(ctx.now)
    if after is None:
        return tomorrow
    rows = (frame["state"] == "open").to_numpy()
    asleep = behind(_asleep_from(frame, ctx, after)[rows])
    return next_of(ctx.now, tomorrow, asleep, frame["snooze"].to_numpy()[rows])


def _asleep_from(frame: pd.DataFrame, ctx: Context, after: Span) -> Moments:
    """(rows) the last moment at which each row is not asleep yet."""
    signs = frame[["last_activity", "stage_entered", "created"]].max(axis=1)
    return ctx.worktime.due(signs, after)
