"""Until when each owner may keep an opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.dedupe.customers import customer_keys
from rules.life import log_of
from rules.options import Span
from rules.rule import Context
from rules.stage_sla.since import first_seen
from rules.worktime import Moments
from sync.table import Mask


@dataclass(frozen=True, slots=True)
class Spans:
    """The lengths of time of the rule; None means that there is no such limit."""

    after: Span
    protection: Span | None
    extension: Span | None
    maximum: Span | None
    warn: Span


def owned_since(frame: pd.DataFrame, ctx: Context, returned: Mapping[str, Any]) -> Moments:
    """Return (rows) since when each owner has the row.

    The last change of owner that the history knows, ours included; else the creation date; else the
    moment when a run first saw the row.

    Args:
        frame: (rows × `key`, `owner`, `created`).
        ctx: the past.
        returned: key → when it last went back (`at`), as remembered.
    """
    since = np.full(len(frame), np.datetime64("NaT", "s"))
    changes = log_of(frame, ctx).of("owner")
    last = changes.only(changes.last)
    since[last.row] = last.until
    given = ctx.past.assignments.drop_duplicates("key", keep="last").set_index("key")
    given = given.reindex(frame["key"])
    own = given["owner"].to_numpy(dtype=object) == frame["owner"].to_numpy(dtype=object)
    since = np.fmax(since, np.where(own, given["at"].to_numpy(dtype="datetime64[s]"), since))
    moments = {key: np.datetime64(each["at"], "s") for key, each in returned.items()}
    back = frame["key"].map(moments).to_numpy(dtype="datetime64[s]")
    since = np.fmax(since, back)
    begun = frame["created"].fillna(first_seen(frame, ctx)).to_numpy(dtype="datetime64[s]")
    return np.where(np.isnat(since), begun, since)


def returns_on(
    frame: pd.DataFrame, ctx: Context, since: Moments, began: pd.Timestamp, spans: Spans
) -> tuple[Moments, Moments]:
    """Return (rows) when each row goes back, and from when on nobody followed up.

    Idle time runs from the last follow-up, at the earliest from getting the row. Protection puts
    the return off, a snooze once and not beyond the extension; the maximum ends every delay but
    the protection. Nobody loses a row before there was time to warn of it.

    Args:
        frame: (rows × `last_activity`, `snooze`).
        ctx: the working time.
        since: (rows) since when the owner has the row.
        began: when the rule first ran.
        spans: the lengths of time.
    """
    worktime = ctx.worktime
    idle = np.fmax(frame["last_activity"].to_numpy(dtype="datetime64[s]"), since)
    on = worktime.due(idle, spans.after)
    if spans.extension is not None:
        snooze = frame["snooze"].to_numpy(dtype="datetime64[s]")
        latest = np.fmin(snooze, worktime.due(on, spans.extension))
        on = np.where(np.isnat(snooze), on, np.fmax(on, latest))
    if spans.maximum is not None:
        on = np.fmin(on, worktime.due(since, spans.maximum))
    if spans.protection is not None:
        on = np.fmax(on, worktime.due(since, spans.protection))
    warned = worktime.due(np.array([began], dtype="datetime64[s]"), spans.warn)
    return np.fmax(on, warned), idle


def is_soon(on: Moments, ctx: Context, warn: Span) -> Mask:
    """Return (rows) whether the day of the return is so near that it is warned of."""
    today = np.array([ctx.now.normalize()], dtype="datetime64[s]")
    last = ctx.worktime.due(today, warn).astype("datetime64[D]")
    return np.asarray(on.astype("datetime64[D]") <= last, dtype=bool)


def winners(frame: pd.DataFrame, archive: pd.DataFrame) -> pd.Series[Any]:
    """Return (rows) whether the customer has won deals, here or in the archive.

    Args:
        frame: (rows × `customer`, `state`).
        archive: likewise, may be empty.
    """
    parts = [frame, archive] if len(archive) and "customer" in archive else [frame]
    won = [part["state"] == "won" for part in parts]
    if not any(each.any() for each in won):
        return pd.Series(data=False, index=frame.index)
    keys = [customer_keys(part["customer"]) for part in parts]
    return keys[0].isin(pd.concat([key[at] for key, at in zip(keys, won, strict=True)]).dropna())
