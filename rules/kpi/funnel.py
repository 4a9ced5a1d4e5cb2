"""What became of those who entered a stage, and how long they stayed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules.kpi.book import Book
from rules.kpi.deals import within
from rules.kpi.figures import Counted
from rules.life.stays import REMOVED
from rules.period import Window

FATES = ("advanced", "still", "lost")


def fates(book: Book, window: Window) -> tuple[pd.DataFrame, pd.Series[str]]:
    """Return those who entered a stage in the window, and what became of them.

    A deal that entered a stage several times counts once. It advanced where it later stood in a
    following stage or was won; it was lost where it ended otherwise, or its row was deleted; all
    others are still there.

    Returns:
        (entries × columns of the stays) and (entries) `advanced`, `still` or `lost`.
    """
    stays = book.stays
    row, place = stays["row"].to_numpy(), book.place(stays["stage"])
    # the farthest place that a row reaches from each of its stays on
    farthest = pd.Series(place[::-1]).groupby(row[::-1]).cummax().to_numpy()[::-1]
    end = stays.groupby("row")["end"].last().reindex(row).to_numpy(dtype=object)
    advanced = (farthest > place) | (end == "won")
    over = np.isin(end, ["lost", "invalid", "duplicate", REMOVED])
    fate = pd.Series(np.select([advanced, over], ["advanced", "lost"], "still"), dtype="str")
    entered = book.entered(window)
    found = stays[entered & ~np.isnan(place)]
    once = ~found.duplicated(["row", "stage"])
    found = found[once]
    return found, fate.iloc[found.index]


def _share(book: Book, window: Window, fate: str) -> Counted:
    found, became = fates(book, window)
    known, rows = book.known_since is not None or len(found) > 0, found["row"].to_numpy()
    dims = {"stage": found["stage"].reset_index(drop=True)}
    top = (became == fate).to_numpy(dtype=np.int64)
    return Counted(rows, top, dims=dims, facts={"unknown": _unknown(book)}, known=known)


def _unknown(book: Book) -> int:
    """How many open deals stand in a stage that nobody knows when they entered."""
    stays = book.stays
    lasting = (stays["end"] == "") & (stays["source"] == "first_seen")
    return int((lasting & book.rows["open"].iloc[stays["row"]].to_numpy()).sum())


def conversion(book: Book, window: Window) -> Counted:
    """Count those that went on among those that entered a stage."""
    return _share(book, window, "advanced")


def still(book: Book, window: Window) -> Counted:
    """Count those that are still there among those that entered a stage."""
    return _share(book, window, "still")


def lost_from(book: Book, window: Window) -> Counted:
    """Count those that were lost from a stage among those that entered it."""
    return _share(book, window, "lost")


def dwell(book: Book, window: Window) -> Counted:
    """Count the time of the stays that were completed in the window."""
    stays = book.stays
    done = within(stays["left"], window) & (stays["source"] != "first_seen").to_numpy()
    found = stays[done]
    days = book.spent(found["until"], found["left"])
    known = np.isfinite(days)
    dims = {"stage": found["stage"][known].reset_index(drop=True)}
    return Counted(found["row"].to_numpy()[known], np.maximum(days[known], 0), dims=dims)


def dwell_open(book: Book, window: Window) -> Counted:
    """Count the time so far of the stays that have not ended."""
    since = book.rows["since"]
    going = (book.rows["open"] & (since <= book.ctx.now)).to_numpy()
    rows = np.flatnonzero(going)
    begun = since.iloc[rows].dt.normalize()
    today = pd.Series(book.ctx.now.normalize(), index=begun.index)
    days = book.spent(begun, today)
    known = np.isfinite(days)
    return Counted(rows[known], np.maximum(days[known], 0), known=window.until > book.ctx.now)
