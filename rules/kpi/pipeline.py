"""What is open and what it may become: one small function for each figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rules.kpi.book import Book
from rules.kpi.deals import chances, within
from rules.kpi.figures import Counted, Numbers
from rules.kpi.results import closed_in
from rules.life import Standing
from rules.period import Window
from sync.table import Mask, Rows

MOVEMENTS = (
    "start", "new", "reopened", "increased", "decreased", "won", "lost", "removed", "end",
)  # fmt: skip
BANDS = ("committed", "best_case", "pipeline")


def _open(book: Book, window: Window) -> tuple[Standing, Rows]:
    standing = book.at(window.until)
    return standing, np.flatnonzero(book.open_at(standing))


def _cents(standing: Standing, rows: Rows) -> Numbers:
    return standing.column("amount").iloc[rows].fillna(0).to_numpy(dtype=np.int64)


def open_pipeline(book: Book, window: Window) -> Counted:
    """Count the amounts of what is open."""
    standing, rows = _open(book, window)
    missing = int(standing.column("amount").iloc[rows].isna().sum())
    facts = {
        "no_amount": missing,
        "hold": int(book.rows["hold"].iloc[rows].sum()),
        "invalid": int(book.rows["invalid"].sum()),
        "duplicate": int(book.rows["duplicate"].sum()),
    }
    # open deals without any amount say nothing about the pipeline
    known = not len(rows) or missing < len(rows)
    return Counted(rows, _cents(standing, rows), standing=standing, facts=facts, known=known)


def open_count(book: Book, window: Window) -> Counted:
    """Count what is open."""
    standing, rows = _open(book, window)
    return Counted(rows, standing=standing)


def chance(book: Book, standing: Standing) -> Numbers:
    """Return (rows) the probability of each: its own, else that of the stage it was in."""
    if standing.moment is None:
        return book.rows["probability"].to_numpy()
    own = book.rows["own_probability"]
    return own.fillna(chances(standing.column("stage"), book.ctx.settings)).to_numpy()


def weighted_pipeline(book: Book, window: Window) -> Counted:
    """Count the open amounts by their chance."""
    standing, rows = _open(book, window)
    likely = chance(book, standing)[rows]
    unknown = np.isnan(likely)
    amounts = standing.column("amount").iloc[rows].notna().to_numpy()
    return Counted(
        rows, _cents(standing, rows), likely, standing,
        facts={"no_probability": int(unknown.sum())}, known=bool((~unknown & amounts).any()),
    )  # fmt: skip


def due(book: Book, window: Window) -> Counted:
    """Count the open amounts that are expected to close in the window, however far it has gone."""
    standing = book.now
    is_open = book.rows["open"].to_numpy()
    rows = np.flatnonzero(is_open & within(book.rows["expected_close"], window))
    # without a single amount and date nobody knows what is due: that is not nothing
    told = book.rows["amount"].notna() & book.rows["expected_close"].notna()
    return Counted(rows, _cents(standing, rows), known=bool((told.to_numpy() & is_open).any()))


def forecast(book: Book, window: Window) -> Counted:
    """Count the open amounts by the month in which they are expected, and by how sure they are."""
    standing, rows = _open(book, window)
    month = standing.column("expected_close").iloc[rows].dt.strftime("%Y-%m").fillna("")
    dims = {"month": month, "band": pd.Series(band(book, chance(book, standing)[rows]))}
    return Counted(rows, _cents(standing, rows), standing=standing, dims=dims)


def band(book: Book, likely: Numbers) -> Any:
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
    amounts = [each.column("amount").fillna(0).to_numpy(dtype=np.int64) for each in (before, after)]
    change = np.where(was, amounts[1] - amounts[0], 0)
    through = ~was & ~is_ & _ended(book, window)
    came, left = (~was & is_) | through, (was & ~is_) | through
    state = after.state.astype("str").to_numpy(dtype=object)
    gone = ~np.isin(state, ["won", "lost"])
    if not book.options.deleted:
        gone |= ~after.present
    moves: list[tuple[str, Mask, Any]] = [
        ("start", was, amounts[0]),
        ("new", came & ~before.present, amounts[1]),
        ("reopened", came & before.present, amounts[1]),
        ("increased", change > 0, change),
        ("decreased", change < 0, change),
        ("won", left & ~gone & (state == "won"), -amounts[1]),
        ("lost", left & ~gone & (state == "lost"), -amounts[1]),
        ("removed", left & gone, -amounts[1]),
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


def _ended(book: Book, window: Window) -> Mask:
    """(rows) which were won or lost in the window."""
    found = np.zeros(len(book.rows), dtype=bool)
    found[closed_in(book, window, "won", "lost")] = True
    return found
