"""Owners that come before any line: of the same customer, of the row that this one repeats."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from rules.assign_owner.people import Roster
from rules.assign_owner.picking import Pick
from rules.assign_owner.queue import Queue
from rules.assign_owner.reasons import BACKUP, DUPLICATE, STICKY
from rules.dedupe.customers import customer_keys
from sync.say import Reason
from sync.table import as_text, column

# Whose owner speaks for a customer, first to last; the most recently created row among equals.
_SPEAKS = {"open": 0, "on_hold": 1, "won": 2}


class Following:
    """Picks owners that follow from other rows, those of this run included.

    Args:
        roster: who is there, and who stands in.
        queue: the rows to assign.
        customers: customer → (owner, key of the row that shows it); None to follow none.
        masters: key of a row → its owner.
    """

    def __init__(
        self,
        roster: Roster,
        queue: Queue,
        customers: Mapping[str, tuple[str, str]] | None,
        masters: Mapping[str, str],
    ) -> None:
        self._roster = roster
        self._queue = queue
        self._sticky = customers is not None
        self._customers = dict(customers or {})
        self._owners = dict(masters)

    def pick(self, at: int) -> Pick | None:
        """Return the owner that a row follows, None where it follows nobody who is there."""
        master, customer = self._queue.masters[at], self._queue.customers[at]
        if master is not None and master in self._owners:
            pick = self._served(self._owners[master], master, DUPLICATE)
            if pick is not None:
                return pick
        if not self._sticky or customer is None:
            return None
        found = self._customers.get(customer)
        return None if found is None else self._served(*found, STICKY)

    def note(self, at: int, owner: str | None) -> None:
        """Let later rows follow the owner that a row was given."""
        if owner is None:
            return
        key, customer = self._queue.keys[at], self._queue.customers[at]
        self._owners[key] = owner
        if customer is not None:
            self._customers.setdefault(customer, (owner, key))

    def _served(self, owner: str, source: str, why: Reason) -> Pick | None:
        there = self._roster.serving(owner)
        if there is None:
            return None
        if there != owner:
            return Pick(there, BACKUP.code, source=source, absent=owner)
        return Pick(owner, why.code, source=source)


def customer_owners(
    frame: pd.DataFrame, archive: pd.DataFrame, queue: Queue
) -> Mapping[str, tuple[str, str]]:
    """Find who looks after each customer of the queue.

    Args:
        frame: (rows × key, state, owner, customer, created) the table.
        archive: rows of archive tabs; what it lacks is blank.
        queue: the rows to assign.

    Returns:
        Customer → (owner, key of the row that shows it).
    """
    wanted = {customer for customer in queue.customers if customer}
    if not wanted:
        return {}
    parts = [
        pd.DataFrame(
            {
                "customer": customer_keys(column(part, "customer")),
                "owner": as_text(column(part, "owner")),
                "rank": as_text(column(part, "state")).map(_SPEAKS) + later,
                "created": column(part, "created"),
                "key": as_text(column(part, "key")).fillna(""),
            }
        )
        for part, later in ((frame, 0), (archive, len(_SPEAKS)))
        if len(part)
    ]
    if not parts:
        return {}
    known = pd.concat(parts, ignore_index=True).dropna(subset=["customer", "owner", "rank"])
    known = known[known["customer"].isin(wanted)]
    speaking = known.sort_values(
        ["rank", "created", "key"], ascending=[True, False, True], na_position="last"
    ).drop_duplicates("customer")
    shown = zip(speaking["owner"], speaking["key"], strict=True)
    return dict(zip(speaking["customer"], shown, strict=True))


def master_owners(frame: pd.DataFrame, queue: Queue) -> Mapping[str, str]:
    """Return key → owner of the rows that rows of the queue repeat.

    Args:
        frame: (rows × key, owner) the table.
        queue: the rows to assign.
    """
    wanted = frame["key"].isin(set(queue.masters)) & frame["owner"].notna()
    owned = frame[wanted]
    return dict(zip(owned["key"], as_text(owned["owner"]), strict=True))
