"""What happened in a window, deal by deal and person by person: for reports that are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rules.kpi.book import Book
from rules.kpi.catalogue import MEASURES
from rules.kpi.deals import within
from rules.kpi.evaluate import counted
from rules.kpi.results import closed_in
from rules.life import Array, stage_moves
from rules.period import Window
from sync.distinct import distinct
from sync.table import as_text


def closings(book: Book, window: Window, state: str) -> pd.DataFrame:
    """Return the deals that were won, or lost, in a window, largest first.

    Args:
        book: the opportunities.
        window: in which they were closed.
        state: `won` or `lost`.

    Returns:
        (deals × row, key, customer, owner, amount, closed, loss_reason); `row` is a position in
        `Deals.rows`, within the table where it is below `book.size`; amounts are whole cents.
    """
    at = closed_in(book, window, state)
    shown = ["key", "customer", "owner", "amount", "closed", "loss_reason"]
    table = book.rows.iloc[at][shown].assign(row=at)
    return table.sort_values(["amount", "key"], ascending=[False, True], ignore_index=True)


def moves(book: Book, window: Window) -> pd.DataFrame:
    """Return the steps from stage to stage in a window, those ahead first, then by amount.

    The history tells them; of a row that it did not watch, the sheet's own date of entering the
    stage does, without the stage before.

    Returns:
        (steps × row, key, customer, owner, amount, before, after, ahead); `ahead` is 1 for a step
        towards the end of the process, -1 for one back, 0 where that is not known.
    """
    known = stage_moves(book.log)
    inside = within(known.until, window)
    steps = pd.DataFrame(
        {
            "row": known.row[inside],
            "before": known.before[inside].fillna("").astype("str").to_numpy(),
            "after": known.after[inside].fillna("").astype("str").to_numpy(),
        }
    )
    steps = steps[steps["after"] != ""]
    told = np.zeros(len(book.rows), dtype=bool)
    told[known.row] = True
    dated = within(book.col["stage_entered"], window) & ~within(book.col["created"], window)
    more = np.flatnonzero(dated & ~told & book.col["open"])
    entered = pd.DataFrame({"row": more, "before": "", "after": book.col["stage"][more]})
    steps = pd.concat([steps, entered], ignore_index=True)
    there = book.rows.iloc[steps["row"]].reset_index(drop=True)
    ahead = book.place(steps["after"]) - book.place(steps["before"])
    steps = steps.assign(
        **{key: there[key] for key in ("key", "customer", "owner", "amount")},
        ahead=np.sign(np.nan_to_num(ahead)).astype(np.int64),
    )
    return steps.sort_values(
        ["ahead", "amount", "key"], ascending=[False, False, True], ignore_index=True
    )


def people(book: Book, window: Window) -> pd.DataFrame:
    """Return what each owner did in a window, most won first.

    Returns:
        (owners × owner, new, moved, touched, won, won_count, lost_count): numbers of deals, and
        whole cents; `touched` counts the deals with an activity. Those who did nothing are left
        out; "" (nobody) is last.
    """
    owner = as_text(book.rows["owner"])
    steps = moves(book, window)["row"].to_numpy()
    touches = book.touches
    touched = distinct(touches.row[within(touches.when, window)])
    rows: dict[str, Array] = {
        code: counted(book, MEASURES[code], window).rows
        for code in ("new", "won_count", "lost_count")
    }
    rows |= {"moved": distinct(steps), "touched": touched}
    table = pd.DataFrame({key: owner.iloc[at].value_counts() for key, at in rows.items()})
    amounts = book.rows["amount"].iloc[rows["won_count"]].astype("Int64")
    table["won"] = amounts.groupby(owner.iloc[rows["won_count"]]).sum()
    table = table.fillna(0).astype("int64").rename_axis("owner").reset_index()
    table["nobody"] = table["owner"] == ""
    order = ["nobody", "won", "won_count", "moved", "touched", "owner"]
    rising = [True, False, False, False, False, True]
    return table.sort_values(order, ascending=rising, ignore_index=True).drop(columns="nobody")
