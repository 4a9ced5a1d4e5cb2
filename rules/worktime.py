"""Working time as lookup tables (filled in by the worktime work)."""

from __future__ import annotations

import pandas as pd

from rules.settings import Calendar


class WorkTime:
    """Placeholder constructor signature."""

    def __init__(self, calendar: Calendar, zone: str, now: pd.Timestamp) -> None:
        self.calendar, self.zone, self.now = calendar, zone, now
