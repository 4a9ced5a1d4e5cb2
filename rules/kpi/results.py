"""What was won, lost and begun in a period: one small function for each figure."""

from __future__ import annotations

import numpy as np

from rules.kpi.book import Book
from rules.kpi.deals import within
from rules.kpi.figures import Counted, ratio
from rules.life import Array
from rules.period import Window
from sync.table import Mask, Rows

_DAY = "datetime64[D]"


def closed_in(book: Book, window: Window, *states: str) -> Rows:
    """Return the positions of the deals that ended so, closed in the window."""
    inside = book.once(_closed, window)
    ended: Mask = np.logical_or.reduce([book.col[state][inside] for state in states])
    return inside[ended]


def _closed(book: Book, window: Window) -> Rows:
    """The positions of what was closed in the window; deleted rows count if the team says so."""
    ended = within(book.col["closed"], window)
    if not book.options.deleted:
        ended &= np.isnat(book.col["gone"])
    return np.flatnonzero(ended)


def created_in(book: Book, window: Window) -> Rows:
    """Return the positions of what was created in the window, but for duplicates and deleted."""
    return book.once(_created, window)


def _created(book: Book, window: Window) -> Rows:
    there = ~book.col["duplicate"] & np.isnat(book.col["gone"])
    return np.flatnonzero(there & within(book.col["created"], window))


def _undated(book: Book) -> frozenset[str]:
    """The ends of which all deals lack a date: those say nothing about a period."""
    ended = {state: book.col["closed"][book.col[state]] for state in ("won", "lost")}
    return frozenset(
        name for name, closed in ended.items() if len(closed) and np.isnat(closed).all()
    )


def _priced(book: Book, rows: Rows) -> bool:
    """Whether the amounts of some deals say anything: one of them is known, or there is no deal."""
    return not len(rows) or bool(book.col["priced"][rows].any())


def won(book: Book, window: Window) -> Counted:
    """Count the amounts won."""
    return _ended(book, window, "won")


def lost(book: Book, window: Window) -> Counted:
    """Count the amounts lost."""
    return _ended(book, window, "lost")


def _ended(book: Book, window: Window, state: str) -> Counted:
    rows = closed_in(book, window, state)
    known = state not in book.always(_undated) and _priced(book, rows)
    return Counted(rows, book.col["amount"][rows], facts=_gone(book, rows), known=known)


def won_count(book: Book, window: Window) -> Counted:
    """Count the deals won."""
    return Counted(closed_in(book, window, "won"), known="won" not in book.always(_undated))


def lost_count(book: Book, window: Window) -> Counted:
    """Count the deals lost."""
    return Counted(closed_in(book, window, "lost"), known="lost" not in book.always(_undated))


def rate_base(book: Book, window: Window) -> Rows:
    """Return the deals that the win rate is a share of, under the definition in force."""
    match book.options.win_rate:
        case "created":
            return created_in(book, window)
        case "all_closed":
            return closed_in(book, window, "won", "lost", "invalid")
    return closed_in(book, window, "won", "lost")


def win_rate(book: Book, window: Window) -> Counted:
    """Count the won deals among those that the rate is a share of."""
    rows = rate_base(book, window)
    wins, amounts = book.col["won"][rows], book.col["amount"][rows]
    known = _priced(book, rows[wins]) and _priced(book, rows[~wins])
    by_amount = ratio(int(amounts[wins].sum()), int(amounts.sum())) if known else None
    facts = {"by_amount": by_amount, **_gone(book, rows)}
    return Counted(rows, wins.astype(np.int64), facts=facts)


def win_rate_value(book: Book, window: Window) -> Counted:
    """Count the won amount among that of the deals that the rate is a share of."""
    rows = rate_base(book, window)
    amounts, wins = book.col["amount"][rows], book.col["won"][rows]
    # without a single amount on one side the other would be all or nothing
    known = _priced(book, rows[wins]) and _priced(book, rows[~wins])
    return Counted(rows, amounts * wins, amounts, known=known)


def new(book: Book, window: Window) -> Counted:
    """Count the opportunities created; invalid ones are told."""
    created = created_in(book, window)
    rows = created[~book.col["invalid"][created]]
    facts = {
        "amount": int(book.col["amount"][rows].sum()),
        "new_invalid": len(created) - len(rows),
    }
    return Counted(rows, facts=facts, known=_dated(book))


def new_amount(book: Book, window: Window) -> Counted:
    """Count the amounts of the opportunities created."""
    rows = new(book, window).rows
    return Counted(rows, book.col["amount"][rows], known=_dated(book))


def _dated(book: Book) -> bool:
    """Whether creation dates say anything."""
    return not len(book.col) or book.first_day("created") is not None


def total(book: Book, window: Window) -> Counted:
    """Count all opportunities of the table; invalid ones and duplicates are told."""
    del window
    invalid, duplicate = (book.col[key][: book.size] for key in ("invalid", "duplicate"))
    rows = np.flatnonzero(~(invalid | duplicate))
    facts = {
        "amount": int(book.col["amount"][rows].sum()),
        "invalid": int(invalid.sum()),
        "duplicate": int(duplicate.sum()),
    }
    return Counted(rows, facts=facts)


def cycle(book: Book, window: Window) -> Counted:
    """Count the whole days from created to closed of the deals won."""
    rows = closed_in(book, window, "won")
    ended, begun = (book.col[key][rows].astype(_DAY) for key in ("closed", "created"))
    days = (ended - begun) / np.timedelta64(1, "D")
    known = days >= 0
    return Counted(rows[known], days[known])


def satisfaction(book: Book, window: Window) -> Counted:
    """Count the satisfaction of the customers won."""
    return _noted(book, closed_in(book, window, "won"), "satisfaction")


def visits(book: Book, window: Window) -> Counted:
    """Count the follow-ups that each won deal took."""
    return _noted(book, closed_in(book, window, "won"), "follow_ups")


def _noted(book: Book, rows: Rows, key: str) -> Counted:
    values = book.col[key][rows]
    known = ~np.isnan(values)
    return Counted(rows[known], values[known], facts={"not_given": int((~known).sum())})


def collection(book: Book, window: Window) -> Counted:
    """Count what was paid of the amounts won."""
    rows = closed_in(book, window, "won")
    paid, amounts = (book.col[key][rows] for key in ("paid", "amount"))
    return Counted(rows, paid, amounts, known=bool(book.rows["paid"].notna().any()))


def valid_leads(book: Book, window: Window) -> Counted:
    """Count the leads created that reached the second stage, or were won."""
    rows = created_in(book, window)
    valid = reached(book)[rows] & ~book.col["invalid"][rows]
    return Counted(rows, valid.astype(np.int64), known=len(book.ctx.settings.stages) > 1)


def reached(book: Book) -> Array:
    """Return (rows) whether a deal was won, or ever stood beyond the first stage."""
    found = book.col["won"].copy()
    found[book.stays["row"][book.stays["place"] > 0]] = True
    return found


def _gone(book: Book, rows: Rows) -> dict[str, int]:
    """How many of the counted deals were deleted from the table."""
    return {"deleted": int((~np.isnat(book.col["gone"][rows])).sum())}
