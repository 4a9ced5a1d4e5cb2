"""The opportunities as KPIs see them: what counts as open, won, lost, and when it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.life import Array, Log, mapped
from rules.life.log import CAME
from rules.money import exchanged, rates_of
from rules.period import Window
from rules.rule import Context
from rules.settings import STATES, Settings
from rules.stage_sla import LEVELS
from rules.worktime import Floats
from sync.fields import Kind
from sync.table import Mask, as_text, blank_column, column, first_said, looked_up

# What opportunities are told apart by, besides the handler and the owner's team.
_NAMES = (
    "stage", "owner", "source", "industry", "region", "product", "customer_type", "grade",
    "loss_reason",
)  # fmt: skip
DIMENSIONS = (*_NAMES, "handler", "team")
_DATES = (
    "created", "closed", "expected_close", "stage_entered", "stage_since", "last_activity",
)  # fmt: skip
_NUMBERS = ("satisfaction", "follow_ups")
# What `deals` reads, besides `key`.
READS = frozenset(
    {
        "state", "customer", "name", "amount", "paid", "currency", "probability", "status",
        "duplicate_of", "risk", "win_probability", "handler", "current_handler", *_NAMES, *_DATES,
        *_NUMBERS,
    }
)  # fmt: skip

OVERDUE = ("overdue", "escalated", "neglected")
IN_TIME = ("ok", "due_soon")
_CLOSED = [STATES.index(state) for state in ("won", "lost", "invalid", "duplicate")]


# The word of a level, in either language → its code.
_LEVELS = {word: code for code, pair in LEVELS.items() for word in pair}


@dataclass(frozen=True, slots=True, eq=False)
class Deals:
    """All opportunities that are known: those of the table, of the archive, and those that went.

    Attributes:
        rows: one line each, the table's first and in its order. `state` (place in `STATES`),
            `open`, `won`, `lost`, `invalid`, `duplicate`, `hold`, `archived`, `priced`, `foreign`
            (bool), `amount`, `paid` (Int64 cents of the team's currency, missing where unknown or
            without a rate), `rate` (float), `created`, `closed`, `expected_close`, `since`,
            `last_activity`, `stage_entered`, `gone`, `first_seen` (datetime64[s]), `key`,
            `customer`, `level`, `decided_handler` and the columns of `DIMENSIONS` ("" for blank),
            `risk` (bool),
            `probability` (own else the stage's), `own_probability` (the sheet's, else the learned
            one) and counts (float).
        size: number of rows of the table.
        log: what happened to them.
        shown: what runs wrote beside them.
    """

    rows: pd.DataFrame
    size: int
    log: Log
    shown: Log


def level_codes(status: pd.Series[Any]) -> pd.Series[Any]:
    """Return (rows) the SLA level's code behind each status word, "" where there is none."""
    return status.astype("str").map(_LEVELS).fillna("").astype("str")


def level_of(word: str) -> str:
    """Return the SLA level's code behind a status word, "" where there is none."""
    return _LEVELS.get(word, "")


def is_open(frame: pd.DataFrame) -> Mask:
    """Return (rows) which opportunities are open: neither closed nor a certain duplicate.

    Those on hold are not closed, so they are open.
    """
    state = as_text(column(frame, "state"))
    duplicate = column(frame, "duplicate_of", Kind.TEXT).fillna("").astype("str") != ""
    return np.asarray(state.isin(["open", "on_hold"]) & ~duplicate, dtype=bool)


def chances(stages: pd.Series[Any], settings: Settings) -> Floats:
    """Return (n) the probability of each stage, missing where it has none."""
    return mapped(stages, {each.name: each.probability for each in settings.stages})


def deals(frame: pd.DataFrame, ctx: Context) -> Deals:
    """Bring the table, the archive and the history to the columns that KPIs are computed from.

    A row that was copied to the archive, or went there, counts once; so does one that came back
    under another key.

    Args:
        frame: (rows × `key` and `READS`), resolved, decisions of the earlier rules applied.
        ctx: the team, the past, the archive.
    """
    parts = [_prepared(frame, ctx)]
    archive, gone = ctx.archive, ctx.past.gone
    if len(archive):
        # a row that was copied, not moved, to the archive counts once
        moved = archive[~_among(archive, frame, ["key", "customer"])]
        parts.append(_prepared(moved.reset_index(drop=True), ctx, archived=True))
    if len(gone):
        there = [frame, archive] if len(archive) else [frame]
        again = np.zeros(len(gone), dtype=bool)
        for other in there:
            again |= _among(gone, other, ["key", "customer"])
            again |= _among(gone, other, ["customer", "name", "amount", "created", "closed"])
        parts.append(_prepared(gone[~again].reset_index(drop=True), ctx))
    rows = _joined(parts)
    own = as_text(frame["key"])
    repeated = np.zeros(len(rows), dtype=bool)
    repeated[: len(own)] = own.duplicated(keep=False)
    # nobody knows which of the rows that share a key an event belongs to
    keys, past = rows["key"].mask(repeated, ""), ctx.past
    log, shown = (Log(keys, each, ctx.settings) for each in (past.timeline, past.shown_timeline))
    return Deals(_dated(rows, len(frame), log, ctx), len(frame), log, shown)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The parts below one another, words in the categories of all of them."""
    if len(parts) == 1:
        return parts[0]
    whole = pd.concat(parts, ignore_index=True)
    names = parts[0].select_dtypes("category").columns
    return whole.assign(**{key: _renamed(as_text(whole[key]), str) for key in names})


def _among(frame: pd.DataFrame, other: pd.DataFrame, keys: list[str]) -> Mask:
    """(rows) which rows stand in another table as well, by some columns; blank keys never do."""
    near = other[_text(other, "customer").isin(_text(frame, "customer").unique())]
    here, there = (
        pd.MultiIndex.from_frame(pd.DataFrame({key: _text(each, key) for key in keys}))
        for each in (frame, near)
    )
    found: Mask = here.isin(there) & (_text(frame, keys[0]) != "").to_numpy()
    return found


def _prepared(frame: pd.DataFrame, ctx: Context, *, archived: bool = False) -> pd.DataFrame:
    places: dict[str, int] = {state: place for place, state in enumerate(STATES)}
    state = looked_up(column(frame, "state"), places, places["open"], np.int64)
    amount, rate = column(frame, "amount"), rates_of(_text(frame, "currency"), ctx.settings)
    made = {key: _named(frame, key) for key in ("customer", *_NAMES)}
    dates = {key: _dates(frame, key) for key in _DATES}
    numbers = {key: column(frame, key, Kind.NUMBER).astype("float64") for key in _NUMBERS}
    learned = column(frame, "win_probability", Kind.NUMBER).astype("float64") / 100
    own = column(frame, "probability").astype("float64").fillna(learned)
    working = first_said(*(column(frame, key) for key in ("current_handler", "handler", "owner")))
    teams = {each.name: each.team or each.manager or "" for each in ctx.settings.team}
    is_ = {name: state == place for place, name in enumerate(STATES)}
    gone = column(frame, "gone", Kind.DATE)
    duplicate = is_["duplicate"] | (_text(frame, "duplicate_of") != "").to_numpy()
    there = ~duplicate & gone.isna().to_numpy() & (not archived)
    return pd.DataFrame(
        {
            "key": _text(frame, "key"),
            **made,
            **dates,
            **numbers,
            "state": state,
            "open": there & (is_["open"] | is_["on_hold"]),
            "won": is_["won"] & ~duplicate,
            "lost": is_["lost"] & ~duplicate,
            "invalid": is_["invalid"],
            "duplicate": duplicate,
            "hold": is_["on_hold"],
            "archived": archived,
            "gone": gone,
            "rate": rate,
            "foreign": rate.isna() & amount.notna(),
            "priced": amount.notna() & rate.notna(),
            "amount": exchanged(amount, rate),
            "paid": exchanged(column(frame, "paid"), rate),
            "since": dates["stage_since"].fillna(dates["stage_entered"]),
            "team": _renamed(made["owner"], lambda name: teams.get(name, "")),
            "decided_handler": _named(frame, "current_handler"),
            "handler": _renamed(working, str),
            "level": _renamed(_named(frame, "status"), level_of),
            "risk": _text(frame, "risk") != "",
            "own_probability": own,
            "probability": own.fillna(pd.Series(chances(made["stage"], ctx.settings))),
        }
    )


def _named(frame: pd.DataFrame, key: str) -> pd.Series[Any]:
    """(rows, category) a column of words, "" for blank."""
    return _renamed(column(frame, key), str)


def _renamed(values: pd.Series[Any], name: Callable[[str], str]) -> pd.Series[Any]:
    """(rows, category) other words for those of a column, "" for blank; each one asked once."""
    codes, words = pd.factorize(values)
    told = [name(str(word)) for word in words]
    distinct = pd.Index(["", *sorted({*told} - {""})], dtype="str")
    places = np.append(distinct.get_indexer(pd.Index(told, dtype="str")), 0)
    return pd.Series(pd.Categorical.from_codes(places[codes], categories=distinct))


def _text(frame: pd.DataFrame, key: str) -> pd.Series[Any]:
    return as_text(column(frame, key)).fillna("")


def _dates(frame: pd.DataFrame, key: str) -> pd.Series[Any]:
    found = column(frame, key, Kind.DATE)
    if found.dtype.kind != "M":  # a decided column that no rule decided
        return blank_column(Kind.DATE, len(frame))
    return found


def _dated(rows: pd.DataFrame, size: int, log: Log, ctx: Context) -> pd.DataFrame:
    """The rows with the dates that the history knows where the sheet has none of its own.

    The expected close stands in for the closing date only where the sheet has no column for it;
    the definition of the figures says so then.
    """
    closed = rows["closed"].fillna(_last(log, "state", len(rows)))
    if "closed" not in ctx.present:
        closed = closed.fillna(rows["expected_close"])
    first = pd.Series(ctx.past.first_seen(rows["key"]))
    # what no run has seen yet is seen by this one
    first.iloc[:size] = first.iloc[:size].fillna(ctx.now)
    return rows.assign(
        created=rows["created"].fillna(_last(log, CAME, len(rows))),
        closed=closed.where(rows["state"].isin(_CLOSED)),
        first_seen=first,
    )


def _last(log: Log, field: str, size: int) -> pd.Series[Any]:
    """(rows) the later end of the last change of a field."""
    changes = log.of(field)
    found = np.full(size, np.datetime64("NaT", "s"))
    found[changes.row[changes.last]] = changes.until[changes.last]
    return pd.Series(found)


def within(dates: Array, window: Window) -> Mask:
    """Return (n) which dates lie in a window; blank ones do not."""
    start, until = (np.datetime64(each, "s") for each in (window.start, window.until))
    inside: Mask = (dates >= start) & (dates < until)
    return inside
