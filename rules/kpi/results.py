"""What was won, lost and begun in a period: one small function for each figure."""

from __future__ import annotations

from typing import Any

import numpy as np

from rules.kpi.book import Book
from rules.kpi.deals import within
from rules.kpi.figures import Counted, Numbers, ratio
from rules.period import Window
from sync.table import Mask, Rows


def cents_of(book: Book, rows: Rows, key: str = "amount") -> Numbers:
    """Return (rows) amounts in whole cents, 0 where unknown."""
    return book.rows[key].iloc[rows].fillna(0).to_numpy(dtype=np.int64)


def closed_in(book: Book, window: Window, *states: str) -> Rows:
    """Return the positions of the deals that ended so, closed in the window."""
    ended = np.logical_or.reduce([book.rows[state].to_numpy() for state in states])
    if not book.options.deleted:
        ended &= book.rows["gone"].isna().to_numpy()
    return np.flatnonzero(ended & within(book.rows["closed"], window))


def created_in(book: Book, window: Window) -> Mask:
    """Return (rows) which were created in the window, duplicates and deleted ones left out."""
    there = ~book.rows["duplicate"].to_numpy() & book.rows["gone"].isna().to_numpy()
    return there & within(book.rows["created"], window)


def _undated(book: Book, state: str) -> bool:
    """Whether deals that ended so lack a date all of them: they say nothing about a period."""
    ended = book.rows[state]
    return bool(ended.any() and book.rows["closed"][ended].isna().all())


def won(book: Book, window: Window) -> Counted:
    """Count the amounts won."""
    rows = closed_in(book, window, "won")
    return Counted(rows, cents_of(book, rows), facts=_gone(book, rows),
                   known=not _undated(book, "won"))  # fmt: skip


def won_count(book: Book, window: Window) -> Counted:
    """Count the deals won."""
    return Counted(closed_in(book, window, "won"), known=not _undated(book, "won"))


def lost(book: Book, window: Window) -> Counted:
    """Count the amounts lost."""
    rows = closed_in(book, window, "lost")
    return Counted(rows, cents_of(book, rows), facts=_gone(book, rows))


def lost_count(book: Book, window: Window) -> Counted:
    """Count the deals lost."""
    return Counted(closed_in(book, window, "lost"))


def rate_base(book: Book, window: Window) -> Rows:
    """Return the deals that the win rate is a share of, under the definition in force."""
    match book.options.win_rate:
        case "created":
            return np.flatnonzero(created_in(book, window))
        case "all_closed":
            return closed_in(book, window, "won", "lost", "invalid")
    return closed_in(book, window, "won", "lost")


def win_rate(book: Book, window: Window) -> Counted:
    """Count the won deals among those that the rate is a share of."""
    rows = rate_base(book, window)
    wins = book.rows["won"].to_numpy()[rows]
    amounts = cents_of(book, rows)
    by_amount = ratio(int(amounts[wins].sum()), int(amounts.sum()))
    facts = {"by_amount": by_amount, **_gone(book, rows)}
    return Counted(rows, wins.astype(np.int64), facts=facts)


def win_rate_value(book: Book, window: Window) -> Counted:
    """Count the won amount among that of the deals that the rate is a share of."""
    rows = rate_base(book, window)
    amounts = cents_of(book, rows)
    return Counted(rows, amounts * book.rows["won"].to_numpy()[rows], amounts)


def _new(book: Book, window: Window) -> Rows:
    return np.flatnonzero(created_in(book, window) & ~book.rows["invalid"].to_numpy())


def new(book: Book, window: Window) -> Counted:
    """Count the opportunities created; invalid ones are told."""
    rows, created = _new(book, window), created_in(book, window)
    facts = {
        "amount": int(cents_of(book, rows).sum()),
        "new_invalid": int((created & book.rows["invalid"].to_numpy()).sum()),
    }
    return Counted(rows, facts=facts, known=_dated(book))


def new_amount(book: Book, window: Window) -> Counted:
    """Count the amounts of the opportunities created."""
    rows = _new(book, window)
    return Counted(rows, cents_of(book, rows), known=_dated(book))


def _dated(book: Book) -> bool:
    """Whether creation dates say anything."""
    return book.rows.empty or bool(book.rows["created"].notna().any())


def total(book: Book, window: Window) -> Counted:
    """Count all opportunities of the table; invalid ones and duplicates are told."""
    del window
    rows = book.rows.iloc[: book.size]
    left_out = (rows["invalid"] | rows["duplicate"]).to_numpy()
    found = np.flatnonzero(~left_out)
    facts = {
        "amount": int(cents_of(book, found).sum()),
        "invalid": int(rows["invalid"].sum()),
        "duplicate": int(rows["duplicate"].sum()),
    }
    return Counted(found, facts=facts)


def cycle(book: Book, window: Window) -> Counted:
    """Count the whole days from created to closed of the deals won."""
    rows = closed_in(book, window, "won")
    wins = book.rows.iloc[rows]
    days = (wins["closed"].dt.normalize() - wins["created"].dt.normalize()).dt.days
    known = (days >= 0).to_numpy()
    return Counted(rows[known], days.to_numpy()[known])


def satisfaction(book: Book, window: Window) -> Counted:
    """Count the satisfaction of the customers won."""
    return _noted(book, closed_in(book, window, "won"), "satisfaction")


def visits(book: Book, window: Window) -> Counted:
    """Count the follow-ups that each won deal took."""
    return _noted(book, closed_in(book, window, "won"), "follow_ups")


def _noted(book: Book, rows: Rows, key: str) -> Counted:
    values = book.rows[key].to_numpy()[rows]
    known = ~np.isnan(values)
    return Counted(rows[known], values[known], facts={"not_given": int((~known).sum())})


def collection(book: Book, window: Window) -> Counted:
    """Count what was paid of the amounts won."""
    rows = closed_in(book, window, "won")
    known = bool(book.rows["paid"].notna().any())
    return Counted(rows, cents_of(book, rows, "paid"), cents_of(book, rows), known=known)


def valid_leads(book: Book, window: Window) -> Counted:
    """Count the leads created that reached the second stage, or were won."""
    rows = np.flatnonzero(created_in(book, window))
    reached = _reached(book)[rows] & ~book.rows["invalid"].to_numpy()[rows]
    return Counted(rows, reached.astype(np.int64), known=len(book.ctx.settings.stages) > 1)


def _reached(book: Book) -> Mask:
    """(rows) whether a deal was won, or ever stood beyond the first stage."""
    place = book.place(book.rows["stage"])
    found: Any = book.rows["won"].to_numpy() | (place > 0)
    beyond = book.stays["row"].to_numpy()[book.place(book.stays["stage"]) > 0]
    found[beyond] = True
    return np.asarray(found, dtype=bool)


def _gone(book: Book, rows: Rows) -> dict[str, int]:
    """How many of the counted deals were deleted from the table."""
    return {"deleted": int(book.rows["gone"].notna().to_numpy()[rows].sum())}
