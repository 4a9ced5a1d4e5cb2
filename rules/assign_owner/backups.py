"""The backup owner of each opportunity: the one whom the team list names for its owner."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rules.assign_owner.people import Roster
from rules.assign_owner.reasons import BACKUP_NAMED
from rules.rule import Decision, decided


def backups(frame: pd.DataFrame, owners: pd.Series[Any], roster: Roster) -> Decision:
    """Name the backup of open rows that have an owner and a blank backup cell.

    Args:
        frame: (rows × state, backup).
        owners: (rows, str) who owns each row, those of this run included.
        roster: the team; a backup who has left is not named.

    Returns:
        Values where there is somebody to name; all other rows are left alone.
    """
    active = {member.name for member in roster.team if member.active}
    named = {m.name: m.backup for m in roster.team if m.backup in active}
    found = owners.map(named).astype("str")
    rows = (frame["state"] == "open") & frame["backup"].isna() & found.notna()
    return decided(found, rows.to_numpy(), BACKUP_NAMED.code, owner=owners, backup=found)
