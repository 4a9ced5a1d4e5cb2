"""How the work is done: clocks, follow-ups, alerts and care; one small function a figure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules.kpi.book import Book
from rules.kpi.deals import IN_TIME, OVERDUE, within
from rules.kpi.figures import Counted
from rules.kpi.results import created_in
from rules.life import Array, Standing
from rules.life.columns import numbered
from rules.life.stays import MOVED
from rules.period import Window
from rules.settings import STATES
from rules.worktime import Floats
from sync.distinct import distinct
from sync.table import Mask, Objects, Rows

# Buckets of days since the last activity, and the last day of each but the last.
GAPS = ("0–7", "8–14", "15+")
_GAP_ENDS = (7, 14)
_DAY = "datetime64[D]"


def sla(book: Book, window: Window) -> Counted:
    """Count the stage clocks that were kept, under the definition in force."""
    return (_sla_running if book.options.sla == "running" else _sla_due)(book, window)


def _sla_running(book: Book, window: Window) -> Counted:
    """Of the clocks that run now, those within their limit."""
    standing = book.at(window.until)
    rows, facts = _clocks(book, standing)
    in_time, late = (_level(book, standing, rows, levels) for levels in (IN_TIME, OVERDUE))
    running = in_time | late
    facts = {name: facts[name] for name in ("due_soon", "paused")}
    facts["breached"] = int(late.sum())
    met = in_time[running].astype(np.int64)
    known = book.told("status", window.until)
    return Counted(rows[running], met, standing=standing, facts=facts, known=known)


def _sla_due(book: Book, window: Window) -> Counted:
    """Of the clocks that ended in the window or are overdue at its end, those that were kept."""
    stays = book.stays
    ended = stays.among("end", (MOVED, "won", "lost")) & within(stays["left"], window)
    done = np.flatnonzero(ended & ~np.isnat(book.due))
    met = stays["left"][done] <= book.due[done]
    late, stages = _late(book, window)
    standing = book.at(window.until)
    facts = _clocks(book, standing)[1] if standing.moment is None else {}
    return Counted(
        np.concatenate([stays["row"][done], late]),
        np.concatenate([met, np.zeros(len(late), dtype=bool)]).astype(np.int64),
        dims={"stage": _words(np.concatenate([stays["stage"][done], stages]))},
        facts={**facts, "breached": int((~met).sum()) + len(late)},
        # where no clock that ended is known, those that are overdue alone would say 0 %
        known=bool(len(done)) or book.watched(window.start),
    )


def _late(book: Book, window: Window) -> tuple[Rows, Objects]:
    """The open opportunities past their limit at the end of the window, and their stages."""
    standing, stays = book.at(window.until), book.stays
    if standing.moment is None:
        rows, _ = _clocks(book, standing)
        late = rows[_level(book, standing, rows, OVERDUE)]
        return late, book.col["stage"][late]
    end, left = np.datetime64(window.until, "s"), stays["left"]
    there = (stays["until"] < end) & (np.isnat(left) | (left >= end)) & (book.due < end)
    missed = np.flatnonzero(there & book.open_at(standing)[stays["row"]])
    return stays["row"][missed], stays["stage"][missed]


def _clocks(book: Book, standing: Standing) -> tuple[Rows, dict[str, int]]:
    """The open opportunities, and how many of their clocks are no part of the figure."""
    rows = np.flatnonzero(book.open_at(standing))
    counted = {"due_soon": ("due_soon",), "paused": ("paused",), "not_due": IN_TIME}
    counts = {n: int(_level(book, standing, rows, each).sum()) for n, each in counted.items()}
    return rows, counts


def _level(book: Book, standing: Standing, rows: Rows, levels: tuple[str, ...]) -> Mask:
    """(n) whether the clocks of some rows stood at one of some levels."""
    codes, words = book.levels(standing)
    found: Mask = np.isin(words, levels)[codes[rows]]
    return found


def first_response(book: Book, window: Window) -> Counted:
    """Count the working hours from creation to the first activity."""
    rows = created_in(book, window)
    first, created = book.touches.first[rows], book.col["created"][rows]
    waiting = np.isnat(book.col["last_activity"][rows])
    hours = book.hours(created, first)
    known = np.isfinite(hours) & (first.astype(_DAY) >= created.astype(_DAY))
    facts = {"waiting": int(waiting.sum()), "unknown": int((~known & ~waiting).sum())}
    return Counted(rows[known], hours[known], facts=facts)


def handover(book: Book, window: Window) -> Counted:
    """Count the working hours from entering a stage to the first activity of its handler."""
    entered = np.flatnonzero(book.entered(window))
    rows, since, left = (book.stays[key][entered] for key in ("row", "until", "left"))
    handler, begun = book.in_charge(entered)
    # what was done before the handler had the stage was somebody else's work
    touched = book.touches.next_after(rows, begun)
    hours = book.hours(since, touched)
    known = np.isfinite(hours) & (np.isnat(left) | (touched <= left))
    facts = {"waiting": int((~known).sum())}
    dims = {
        "stage": book.stays.taken("stage", entered[known]),
        "handler": _words(handler[known]),
    }
    return Counted(rows[known], hours[known], dims=dims, facts=facts)


def followed_up(book: Book, window: Window) -> Counted:
    """Count the open opportunities that had an activity in the window."""
    standing = book.at(window.until)
    rows = np.flatnonzero(book.open_at(standing))
    touched = within(standing["last_activity"][rows], window).astype(np.int64)
    known = book.first_day("last_activity") is not None
    return Counted(rows, touched, standing=standing, known=known)


def activity_gap(book: Book, window: Window) -> Counted:
    """Count the whole days since the last activity of what is open."""
    standing = book.at(window.until)
    rows = np.flatnonzero(book.open_at(standing))
    today = np.datetime64(book.day(window), "D")
    last = standing["last_activity"][rows].astype(_DAY)
    days = (np.full(len(rows), today) - last) / np.timedelta64(1, "D")
    known = days >= 0
    facts = {"unknown": int((~known).sum())}
    dims = {"gap": _words(gap_names(days[known]))}
    return Counted(rows[known], days[known], standing=standing, dims=dims, facts=facts)


def gap_names(days: Floats) -> Objects:
    """Return (n) the bucket of each number of days."""
    return np.array(GAPS, dtype=object)[np.searchsorted(_GAP_ENDS, days)]


def alerts(book: Book, window: Window) -> Counted:
    """Count the open opportunities that carry a risk flag."""
    standing = book.at(window.until)
    rows = np.flatnonzero(book.open_at(standing))
    flags = book.flagged(standing)[rows].astype(np.int64)
    looked = "risk" in book.ctx.figures if standing.moment is None else True
    known = looked and book.told("risk", window.until)
    return Counted(rows, flags, standing=standing, known=known)


def completeness(book: Book, window: Window) -> Counted:
    """Count the required cells that are filled."""
    cells = book.ctx.figures.get("quality", {}).get("cells")
    if cells is None or window.until <= book.ctx.now:
        return Counted(np.empty(0, dtype=np.int64), known=False)
    rows, filled, needed = (cells[key].to_numpy() for key in ("row", "filled", "required"))
    return Counted(rows, filled, needed)


def not_updated(book: Book, window: Window) -> Counted:
    """Count the open opportunities of people none of whose changed in the window."""
    changed = np.zeros(len(book.col), dtype=bool)
    # being given an opportunity is no work on it
    changed[book.log.rows_in(window.start, window.until, but="owner")] = True
    for key in ("created", "stage_entered", "last_activity"):
        changed |= within(book.col[key], window)
    standing = book.at(window.until)
    codes, names = numbered(pd.Series(standing["owner"], dtype="str"))
    busy = np.zeros(len(names), dtype=bool)
    busy[codes[changed]] = True
    quiet = book.open_at(standing) & ~busy[codes] & (names != "")[codes]
    known = book.watched(window.start) or book.first_day("last_activity") is not None
    return Counted(np.flatnonzero(quiet), standing=standing, known=known)


def pushes(book: Book, window: Window) -> Counted:
    """Count how often an expected close moved later."""
    changes = book.log.of("expected_close")
    later = (changes.after > changes.before).to_numpy() & within(changes.until, window)
    rows = changes.row[later]
    return Counted(rows, facts={"deals": len(distinct(rows))}, known=book.known_since is not None)


def regressions(book: Book, window: Window) -> Counted:
    """Count the steps back to an earlier stage."""
    changes = book.log.of("stage")
    back = book.place(changes.after) < book.place(changes.before)
    back &= within(changes.until, window)
    dims = {"stage": changes.only(back).before}
    return Counted(changes.row[back], dims=dims, known=book.known_since is not None)


def removed(book: Book, window: Window) -> Counted:
    """Count the rows that were deleted from the table, with what stood in them last."""
    rows = np.flatnonzero(within(book.col["gone"], window))
    state = np.array(STATES, dtype=object)[book.col["state"][rows]]
    facts = {"amount": int(book.col["amount"][rows].sum()), "lost": int((state == "lost").sum())}
    dims = {"state": _words(state)}
    return Counted(rows, dims=dims, facts=facts, known=book.known_since is not None)


def _words(values: Array) -> pd.Series[str]:
    return pd.Series(values, dtype="str")
