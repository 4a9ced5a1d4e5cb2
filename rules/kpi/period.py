"""The period that a figure belongs to, and the one that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Kind = Literal["month", "quarter", "year"]

MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days from `start` up to, and without, `until`."""

    start: pd.Timestamp
    until: pd.Timestamp

    @property
    def last(self) -> pd.Timestamp:
        """The last day of the window."""
        return self.until - pd.Timedelta(days=1)

    @property
    def days(self) -> int:
        """Number of days in the window."""
        return int((self.until - self.start).days)


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month, quarter or year to date.

    Attributes:
        kind: its length.
        whole: from its first to its last day.
        to_date: from its first day to the day of the run.
        previous: the same days of the period before it.
    """

    kind: Kind
    whole: Window
    to_date: Window
    previous: Window

    @classmethod
    def containing(cls, now: pd.Timestamp, kind: Kind) -> Period:
        """Return the period that `now` lies in.

        The day of the run counts wholly, so that nothing changes by the clock within a day.
        """
        months = MONTHS[kind]
        today = now.normalize()
        start = today.replace(day=1, month=(today.month - 1) // months * months + 1)
        end = start + pd.DateOffset(months=months)
        tomorrow = today + pd.Timedelta(days=1)
        earlier = start - pd.DateOffset(months=months)
        # the 31st has no counterpart in a shorter month: its last day stands in
        same = today - pd.DateOffset(months=months) + pd.Timedelta(days=1)
        return cls(kind, Window(start, end), Window(start, tomorrow), Window(earlier, same))

    @property
    def elapsed(self) -> float:
        """Share of the period's days that are over, the day of the run included."""
        return self.to_date.days / self.whole.days


def weeks(now: pd.Timestamp, count: int = 12) -> tuple[Window, ...]:
    """Return the last `count` weeks from Monday, the one of the run last."""
    monday = now.normalize() - pd.Timedelta(days=now.weekday())
    starts = [monday - pd.Timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    return tuple(Window(start, start + pd.Timedelta(weeks=1)) for start in starts)
