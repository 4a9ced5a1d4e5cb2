"""What became of those who entered a stage, and how long they stayed."""

from __future__ import annotations

import numpy as np

from rules.kpi.book import Book
from rules.kpi.deals import within
from rules.kpi.figures import Counted
from rules.life import Array
from rules.life.stays import REMOVED
from rules.period import Window
from sync.table import Rows

FATES = ("advanced", "still", "lost")
_ADVANCED, _STILL, _LOST = range(len(FATES))


def fates(book: Book, window: Window) -> tuple[Rows, Array]:
    """Return those who entered a stage in the window, and what became of them.

    A deal that entered a stage several times counts once. It advanced where it later stood in a
    following stage or was won; it was lost where it ended otherwise, or its row was deleted; all
    others are still there.

    Returns:
        (entries) positions in `Book.stays`, and (entries) places in `FATES`.
    """
    entered = np.flatnonzero(book.entered(window) & ~np.isnan(book.stays["place"]))
    codes, words = book.stays.groups("stage")
    pair = book.stays["row"][entered] * len(words) + codes[entered]
    _, first = np.unique(pair, return_index=True)
    once = entered[first]
    return once, book.always(_fate)[once]


def _fate(book: Book) -> Array:
    """(stays) what became of each, as its place in `FATES`."""
    row, place = book.stays["row"], np.nan_to_num(book.stays["place"], nan=-1)
    # the farthest place that a row reaches from each stay on: backwards, each row above the last
    wide = np.float64(len(book.ctx.settings.stages) + 2)
    above = (row.max(initial=0) - row) * wide
    farthest = np.maximum.accumulate((place + above)[::-1])[::-1] - above
    last = np.searchsorted(row, row, side="right") - 1
    over = book.stays.among("end", ("lost", "invalid", "duplicate", REMOVED))[last]
    gone_on = (farthest > place) | book.stays.among("end", ("won",))[last]
    return np.where(gone_on, _ADVANCED, np.where(over, _LOST, _STILL))


def _share(book: Book, window: Window, fate: int) -> Counted:
    entries, became = book.once(fates, window)
    known = book.known_since is not None or len(entries) > 0
    dims = {"stage": book.stays.taken("stage", entries)}
    top = (became == fate).astype(np.int64)
    facts = {"unknown": book.always(_unknown)}
    return Counted(book.stays["row"][entries], top, dims=dims, facts=facts, known=known)


def _unknown(book: Book) -> int:
    """How many open deals stand in a stage that nobody knows when they entered."""
    lasting = book.stays.among("end", ("",)) & book.stays.among("source", ("first_seen",))
    return int((lasting & book.col["open"][book.stays["row"]]).sum())


def conversion(book: Book, window: Window) -> Counted:
    """Count those that went on among those that entered a stage."""
    return _share(book, window, _ADVANCED)


def still(book: Book, window: Window) -> Counted:
    """Count those that are still there among those that entered a stage."""
    return _share(book, window, _STILL)


def lost_from(book: Book, window: Window) -> Counted:
    """Count those that were lost from a stage among those that entered it."""
    return _share(book, window, _LOST)


def dwell(book: Book, window: Window) -> Counted:
    """Count the time of the stays that were completed in the window."""
    sure = ~book.stays.among("source", ("first_seen", "passed"))
    done = np.flatnonzero(within(book.stays["left"], window) & sure)
    days = book.spent(book.stays["until"][done], book.stays["left"][done])
    known = np.isfinite(days)
    done, days = done[known], np.maximum(days[known], 0)
    dims = {"stage": book.stays.taken("stage", done)}
    return Counted(book.stays["row"][done], days, dims=dims)


def dwell_open(book: Book, window: Window) -> Counted:
    """Count the time so far of the stays that have not ended, in whole days."""
    now = np.datetime64(book.ctx.now, "s")
    rows = np.flatnonzero(book.col["open"] & (book.col["since"] <= now))
    begun = book.col["since"][rows].astype("datetime64[D]").astype("datetime64[s]")
    today = np.full(len(rows), np.datetime64(book.ctx.now.normalize(), "s"))
    days = book.spent(begun, today)
    known = np.isfinite(days)
    return Counted(rows[known], np.maximum(days[known], 0), known=window.until > book.ctx.now)
