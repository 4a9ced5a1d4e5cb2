"""What is open and what it may become: one small function for each figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rules.kpi.book import Book
from rules.kpi.deals import within
from rules.kpi.figures import Counted
from rules.kpi.results import closed_in
from rules.life import Array, Standing
from rules.period import Window
from rules.settings import STATES
from sync.table import Mask, Rows

MOVEMENTS = (
    "start", "new", "reopened", "increased", "decreased", "won", "lost", "removed", "end",
)  # fmt: skip
BANDS = ("committed", "best_case", "pipeline")
_WON, _LOST = (STATES.index(state) for state in ("won", "lost"))


def _open(book: Book, window: Window) -> tuple[Standing, Rows]:
    standing = book.at(window.until)
    return standing, np.flatnonzero(book.open_at(standing))


def _priced(book: Book, standing: Standing) -> Mask:
    """(rows) whether the amount of each was known."""
    return standing.told("amount", book.col["priced"], book.log.of("amount").was >= 0)


def open_pipeline(book: Book, window: Window) -> Counted:
    """Count the amounts of what is open."""
    standing, rows = _open(book, window)
    missing = int((~_priced(book, standing)[rows]).sum())
    facts = {
        "no_amount": missing,
        "hold": int(book.col["hold"][rows].sum()),
        "invalid": int(book.col["invalid"].sum()),
        "duplicate": int(book.col["duplicate"].sum()),
    }
    # open deals without any amount say nothing about the pipeline
    known = not len(rows) or missing < len(rows)
    return Counted(rows, standing["amount"][rows], standing=standing, facts=facts, known=known)


def open_count(book: Book, window: Window) -> Counted:
    """Count what is open."""
    standing, rows = _open(book, window)
    return Counted(rows, standing=standing)


def weighted_pipeline(book: Book, window: Window) -> Counted:
    """Count the open amounts by their chance."""
    standing, rows = _open(book, window)
    likely = book.chance(standing)[rows]
    unknown = np.isnan(likely)
    known = bool((~unknown & _priced(book, standing)[rows]).any())
    facts = {"no_probability": int(unknown.sum())}
    return Counted(rows, standing["amount"][rows], likely, standing, facts=facts, known=known)


def due(book: Book, window: Window) -> Counted:
    """Count the open amounts that are expected to close in the window, however far it has gone."""
    standing = book.at(window.moment)
    is_open, expected = book.open_at(standing), standing["expected_close"]
    rows = np.flatnonzero(is_open & within(expected, window))
    # without a single amount and date nobody knows what is due: that is not nothing
    told = is_open & _priced(book, standing) & ~np.isnat(expected)
    known = bool(told.any()) or not is_open.any()
    return Counted(rows, standing["amount"][rows], standing=standing, known=known)


def forecast(book: Book, window: Window) -> Counted:
    """Count the open amounts by the month in which they are expected, and by how sure they are."""
    standing, rows = _open(book, window)
    expected = pd.to_datetime(pd.Series(standing["expected_close"][rows]))
    dims = {
        "month": expected.dt.strftime("%Y-%m").fillna(""),
        "band": pd.Series(band(book, book.chance(standing)[rows])),
    }
    return Counted(rows, standing["amount"][rows], standing=standing, dims=dims)


def band(book: Book, likely: Array) -> Any:
    """Return (n) `committed`, `best_case` or `pipeline` for each chance."""
    known = np.nan_to_num(likely)
    steps = [known >= book.options.commit, known >= book.options.best_case]
    return np.select(steps, BANDS[:2], BANDS[2])


def waterfall(book: Book, window: Window) -> Counted:
    """Count what the pipeline began with and every movement since: their sum is its end.

    Each opportunity is compared at both ends of the window, amounts as they stood then; one that
    came and was won or lost in between counts as both. A deal leaves with the amount that it had
    last, so that `won` is what was won. `removed` are rows deleted, invalid or duplicates.
    """
    before, after = book.at(window.start), book.at(window.until)
    was, is_ = book.open_at(before), book.open_at(after)
    amounts = after["amount"]
    change = np.where(was, amounts - before["amount"], 0)
    through = np.zeros(len(was), dtype=bool)
    through[closed_in(book, window, "won", "lost")] = True
    through &= ~was & ~is_
    came, left = (~was & is_) | through, (was & ~is_) | through
    won, lost = after.state == _WON, after.state == _LOST
    if not book.options.deleted:
        won, lost = won & after.present, lost & after.present
    moves: list[tuple[str, Mask, Array]] = [
        ("start", was, before["amount"]),
        ("new", came & ~before.present, amounts),
        ("reopened", came & before.present, amounts),
        ("increased", change > 0, change),
        ("decreased", change < 0, change),
        ("won", left & won, -amounts),
        ("lost", left & lost, -amounts),
        ("removed", left & ~won & ~lost, -amounts),
    ]
    picked = [np.flatnonzero(mask) for _, mask, _ in moves]
    names = np.repeat([name for name, _, _ in moves], [len(rows) for rows in picked])
    top = [values[rows] for rows, (_, _, values) in zip(picked, moves, strict=True)]
    return Counted(
        np.concatenate(picked),
        np.concatenate(top),
        standing=after,
        dims={"movement": pd.Series(names, dtype="str")},
    )
