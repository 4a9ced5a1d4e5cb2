"""How the work is done: clocks, follow-ups, alerts and care; one small function a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules.kpi.book import Book
from rules.kpi.deals import IN_TIME, OVERDUE, within
from rules.kpi.figures import Counted
from rules.kpi.results import cents_of, created_in
from rules.life.stays import MOVED
from rules.period import Window
from rules.worktime import Floats, Moments
from sync.table import Mask, Objects, Rows

# Buckets of days since the last activity, and the last day of each but the last.
GAPS = ("0–7", "8–14", "15+")
_GAP_ENDS = (7, 14)


def sla(book: Book, window: Window) -> Counted:
    """Count the stage clocks that were kept, under the definition in force."""
    return (_sla_running if book.options.sla == "running" else _sla_due)(book, window)


def _sla_running(book: Book, window: Window) -> Counted:
    """Of the clocks that run now, those within their limit."""
    rows, facts = _clocks(book)
    level = book.rows["level"].iloc[rows]
    running = level.isin((*IN_TIME, *OVERDUE)).to_numpy()
    met = level.isin(IN_TIME).to_numpy()[running].astype(np.int64)
    facts["breached"] = int((met == 0).sum())
    return Counted(rows[running], met, facts=facts, known=window.until > book.ctx.now)


def _sla_due(book: Book, window: Window) -> Counted:
    """Of the clocks that ended in the window or are overdue at its end, those that were kept."""
    done = book.stays[_ended(book, window).to_numpy()]
    due = book.due(done)
    timed = ~np.isnat(due)
    done, due = done[timed], due[timed]
    met = done["left"].to_numpy(dtype="datetime64[s]") <= due
    late, stages = _late(book, window)
    facts = _clocks(book)[1] if window.until > book.ctx.now else {}
    facts["breached"] = int((~met).sum()) + len(late)
    return Counted(
        np.concatenate([done["row"].to_numpy(), late]),
        np.concatenate([met, np.zeros(len(late), dtype=bool)]).astype(np.int64),
        dims={"stage": pd.concat([done["stage"], stages], ignore_index=True)},
        facts=facts,
    )


def _ended(book: Book, window: Window) -> pd.Series[bool]:
    """(stays) which were left for another stage, by winning or by losing, in the window."""
    return book.stays["end"].isin([MOVED, "won", "lost"]) & within(book.stays["left"], window)


def _late(book: Book, window: Window) -> tuple[Rows, pd.Series[str]]:
    """The open opportunities past their limit at the end of the window, and their stages."""
    standing = book.at(window.until)
    if standing.moment is None:
        rows, _ = _clocks(book)
        late = rows[book.rows["level"].iloc[rows].isin(OVERDUE).to_numpy()]
        return late, book.rows["stage"].iloc[late]
    end = np.datetime64(window.until, "s")
    left = book.stays["left"].to_numpy(dtype="datetime64[s]")
    there = (book.stays["until"].to_numpy() < end) & (np.isnat(left) | (left >= end))
    there &= book.open_at(standing)[book.stays["row"].to_numpy()]
    stays = book.stays[there]
    missed = book.due(stays) < end
    return stays["row"].to_numpy()[missed], stays["stage"][missed]


def _clocks(book: Book) -> tuple[Rows, dict[str, int]]:
    """The open opportunities, and how many of their clocks are no part of the figure."""
    rows = np.flatnonzero(book.rows["open"])
    level = book.rows["level"].iloc[rows]
    counts = {name: int((level == name).sum()) for name in ("due_soon", "paused")}
    return rows, {**counts, "not_due": int(level.isin(IN_TIME).sum())}


def first_response(book: Book, window: Window) -> Counted:
    """Count the working hours from creation to the first activity."""
    rows = np.flatnonzero(created_in(book, window))
    first = book.touches.first[rows]
    created = book.rows["created"].to_numpy(dtype="datetime64[s]")[rows]
    waiting = book.rows["last_activity"].iloc[rows].isna().to_numpy()
    hours = book.hours(created, first)
    known = np.isfinite(hours) & (first.astype("datetime64[D]") >= created.astype("datetime64[D]"))
    facts = {"waiting": int(waiting.sum()), "unknown": int((~known & ~waiting).sum())}
    return Counted(rows[known], hours[known], facts=facts)


def handover(book: Book, window: Window) -> Counted:
    """Count the working hours from entering a stage to the first activity there."""
    stays = book.stays[book.entered(window)]
    rows, since = stays["row"].to_numpy(), stays["until"].to_numpy(dtype="datetime64[s]")
    touched = book.touches.next_after(rows, since)
    left = stays["left"].to_numpy(dtype="datetime64[s]")
    hours = book.hours(since, touched)
    known = np.isfinite(hours) & (np.isnat(left) | (touched <= left))
    facts = {"waiting": int((~known).sum())}
    dims = {"stage": stays["stage"][known].reset_index(drop=True)}
    return Counted(rows[known], hours[known], dims=dims, facts=facts)


def followed_up(book: Book, window: Window) -> Counted:
    """Count the open opportunities that had an activity in the window."""
    standing = book.at(window.until)
    rows = np.flatnonzero(book.open_at(standing))
    touched = within(standing.column("last_activity").iloc[rows], window)
    known = bool(book.rows["last_activity"].notna().any())
    return Counted(rows, touched.astype(np.int64), standing=standing, known=known)


def activity_gap(book: Book, window: Window) -> Counted:
    """Count the whole days since the last activity of what is open."""
    standing = book.at(window.until)
    rows = np.flatnonzero(book.open_at(standing))
    last = standing.column("last_activity").iloc[rows]
    days = (book.day(window) - last.dt.normalize()).dt.days.to_numpy(dtype=np.float64)
    known = days >= 0
    facts = {"unknown": int((~known).sum())}
    dims = {"gap": pd.Series(gap_names(days[known]), dtype="str")}
    return Counted(rows[known], days[known], standing=standing, dims=dims, facts=facts)


def gap_names(days: Floats) -> Objects:
    """Return (n) the bucket of each number of days."""
    return np.array(GAPS, dtype=object)[np.searchsorted(_GAP_ENDS, days)]


def alerts(book: Book, window: Window) -> Counted:
    """Count the open opportunities that carry a risk flag."""
    rows = np.flatnonzero(book.rows["open"])
    flagged = book.rows["risk"].to_numpy()[rows]
    known = window.until > book.ctx.now and bool(book.rows["risk"].any())
    return Counted(rows, flagged.astype(np.int64), known=known)


def completeness(book: Book, window: Window) -> Counted:
    """Count the required cells that are filled."""
    needed, filled = (book.rows[key].to_numpy() for key in ("required_cells", "filled_cells"))
    rows = np.flatnonzero(needed > 0)
    known = window.until > book.ctx.now
    top, base = (each[rows].astype(np.int64) for each in (filled, needed))
    return Counted(rows, top, base, known=known)


def not_updated(book: Book, window: Window) -> Counted:
    """Count the open opportunities of people none of whose changed in the window."""
    rows = book.rows
    changed = np.zeros(len(rows), dtype=bool)
    # being given an opportunity is no work on it
    changed[book.log.rows_in(window.start, window.until, but="owner")] = True
    for key in ("created", "stage_entered", "last_activity"):
        changed |= within(rows[key], window)
    working = rows["open"].to_numpy() & (rows["owner"] != "").to_numpy()
    busy = rows["owner"][changed].unique()
    quiet = working & ~rows["owner"].isin(busy).to_numpy()
    watched = book.watched(window) or bool(rows["last_activity"].notna().any())
    return Counted(np.flatnonzero(quiet), known=watched)


def pushes(book: Book, window: Window) -> Counted:
    """Count how often an expected close moved later."""
    changes = book.log.of("expected_close")
    later = (changes.after > changes.before).to_numpy() & _in(changes.until, window)
    rows = changes.row[later]
    return Counted(rows, facts={"deals": len(np.unique(rows))}, known=book.known_since is not None)


def regressions(book: Book, window: Window) -> Counted:
    """Count the steps back to an earlier stage."""
    changes = book.log.of("stage")
    back = book.place(changes.after.fillna("")) < book.place(changes.before.fillna(""))
    back &= _in(changes.until, window)
    dims = {"stage": changes.before[back].reset_index(drop=True)}
    return Counted(changes.row[back], dims=dims, known=book.known_since is not None)


def removed(book: Book, window: Window) -> Counted:
    """Count the rows that were deleted from the table, with what stood in them last."""
    rows = np.flatnonzero(within(book.rows["gone"], window))
    state = book.rows["state"].astype("str").iloc[rows].reset_index(drop=True)
    facts = {"amount": int(cents_of(book, rows).sum()), "lost": int((state == "lost").sum())}
    return Counted(rows, dims={"state": state}, facts=facts, known=book.known_since is not None)


def _in(moments: Moments, window: Window) -> Mask:
    return within(pd.Series(moments), window)
