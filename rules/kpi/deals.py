"""The opportunities as KPIs see them: what counts as open, won, lost, and when it happened."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rules.kpi.period import Window
from rules.rule import Context, Past
from rules.stage_sla import LEVELS
from sync.fields import Kind
from sync.table import Mask, blank_column, column

# What `deals` reads, besides `key`.
READS = frozenset(
    {
        "state", "customer", "amount", "currency", "created", "closed", "expected_close", "owner",
        "stage", "stage_entered", "stage_since", "probability", "status", "duplicate_of",
        "last_activity",
    }
)  # fmt: skip

OVERDUE = ("overdue", "escalated", "neglected")
IN_TIME = ("ok", "due_soon")

_CURRENCIES = {"¥": "CNY", "￥": "CNY", "RMB": "CNY", "人民币": "CNY", "元": "CNY", "$": "USD",
               "美元": "USD", "€": "EUR", "欧元": "EUR"}  # fmt: skip


def level_codes(status: pd.Series[Any]) -> pd.Series[Any]:
    """Return (rows) the SLA level's code behind each status word, "" where there is none."""
    words = {word: code for code, pair in LEVELS.items() for word in pair}
    return status.astype("str").map(words).fillna("").astype("str")


def is_open(frame: pd.DataFrame) -> Mask:
    """Return (rows) which opportunities are open: neither closed nor a certain duplicate.

    Those on hold are not closed, so they are open.
    """
    state = column(frame, "state").astype("str")
    duplicate = column(frame, "duplicate_of", Kind.TEXT).fillna("").astype("str") != ""
    return np.asarray(state.isin(["open", "on_hold"]) & ~duplicate, dtype=bool)


def deals(frame: pd.DataFrame, ctx: Context) -> pd.DataFrame:
    """Bring the table and the archive to the columns that every KPI is computed from.

    Args:
        frame: (rows × `key` and `READS`), resolved.
        ctx: the team, the past, the archive.

    Returns:
        (rows of the table, then of the archive) with `open`, `won`, `lost`, `invalid`,
        `duplicate`, `hold`, `foreign` (bool), `amount` (Int64 cents, missing where unknown or in a
        foreign currency), `created`, `closed`, `expected`, `since`, `activity` (datetime64[s]),
        `owner`, `stage`, `level` (str), `probability` (float, own else the stage's).
    """
    table = _prepared(frame, ctx, archived=False)
    archive = ctx.archive
    if archive.empty:
        return table
    # a row that was copied, not moved, to the archive counts once
    identity = ["key", "customer"]
    here = pd.MultiIndex.from_frame(_texts(frame, identity))
    there = pd.MultiIndex.from_frame(_texts(archive, identity))
    moved = archive[~(there.isin(here) & (_texts(archive, ["key"])["key"] != ""))]
    return pd.concat(
        [table, _prepared(moved.reset_index(drop=True), ctx, archived=True)], ignore_index=True
    )


def _texts(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return pd.DataFrame({key: column(frame, key).astype("str").fillna("") for key in keys})


def _prepared(frame: pd.DataFrame, ctx: Context, *, archived: bool) -> pd.DataFrame:
    state = column(frame, "state").astype("str")
    duplicate = (state == "duplicate") | (_text(frame, "duplicate_of") != "")
    amount = column(frame, "amount").astype("Int64")
    foreign = _foreign(frame, ctx.settings.currency) & amount.notna()
    stage = _text(frame, "stage")
    chances = pd.Series(
        {each.name: each.probability for each in ctx.settings.stages}, dtype="float64"
    )
    given = chances.reindex(stage).reset_index(drop=True)
    return pd.DataFrame(
        {
            "open": is_open(frame) & (not archived),
            "won": (state == "won") & ~duplicate,
            "lost": (state == "lost") & ~duplicate,
            "invalid": state == "invalid",
            "duplicate": duplicate,
            "hold": state == "on_hold",
            "foreign": foreign,
            "amount": amount.mask(foreign),
            "created": _dates(frame, "created"),
            "closed": _closed(frame, state, ctx),
            "expected": _dates(frame, "expected_close"),
            "since": _dates(frame, "stage_since").fillna(_dates(frame, "stage_entered")),
            "activity": _dates(frame, "last_activity"),
            "owner": _text(frame, "owner"),
            "stage": stage,
            "level": level_codes(_text(frame, "status")),
            "probability": column(frame, "probability").astype("float64").fillna(given),
        }
    )


def _text(frame: pd.DataFrame, key: str) -> pd.Series[Any]:
    return column(frame, key).astype("str").fillna("")


def _dates(frame: pd.DataFrame, key: str) -> pd.Series[Any]:
    found = column(frame, key, Kind.DATE)
    if found.dtype.kind != "M":  # a decided column that no rule decided
        return blank_column(Kind.DATE, len(frame))
    return found


def _foreign(frame: pd.DataFrame, currency: str) -> pd.Series[Any]:
    """(rows) whether the amount is in another currency than the team's: never silently added."""
    given = _text(frame, "currency").str.strip().str.upper()
    known = given.map(lambda word: _CURRENCIES.get(word, word))
    return (known != "") & (known != _CURRENCIES.get(currency.upper(), currency.upper()))


def _closed(frame: pd.DataFrame, state: pd.Series[Any], ctx: Context) -> pd.Series[Any]:
    """(rows) when a closed deal closed: its date, else the history's, else the expected one.

    The expected date stands in only where the sheet has no closing date at all; the definition of
    the figures says so then.
    """
    closed = _dates(frame, "closed").fillna(_from_history(_text(frame, "key"), ctx.past))
    if "closed" not in ctx.present:
        closed = closed.fillna(_dates(frame, "expected_close"))
    return closed.where(state.isin(["won", "lost", "invalid", "duplicate"]))


def _from_history(keys: pd.Series[Any], past: Past) -> pd.Series[Any]:
    turns = past.events[past.events["field"] == "state"]
    last = turns.groupby("key")["until"].max()
    return last.reindex(keys).reset_index(drop=True).astype("datetime64[s]")


def within(dates: pd.Series[Any], window: Window) -> Mask:
    """Return (rows) which dates lie in a window; blank ones do not."""
    days = dates.to_numpy()
    inside = (days >= window.start.to_datetime64()) & (days < window.until.to_datetime64())
    return np.asarray(inside, dtype=bool)


def cents(amounts: pd.Series[Any]) -> int:
    """Return the exact sum of amounts in whole cents; blanks add nothing."""
    return int(amounts.sum())
