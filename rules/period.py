"""The period that a figure belongs to, and the one that it is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import pandas as pd

from rules.invalid import Invalid

Kind = Literal["day", "week", "month", "quarter", "year"]

# Kinds whose targets are scaled into one another, and their months.
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
KINDS: tuple[Kind, ...] = ("day", "week", "month", "quarter", "year")
_DAY = pd.Timedelta(days=1)
_NAMES = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|W(?P<week>\d{2})|(?P<month>\d{2})"
    r"(?:-(?P<day>\d{2}))?))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days from `start` up to, and without, `until`.

    Attributes:
        start: the first moment.
        until: the first moment that belongs to them no more.
        seen: the moment at which they are looked at, where that comes before their end.
    """

    start: pd.Timestamp
    until: pd.Timestamp
    seen: pd.Timestamp | None = None

    @property
    def moment(self) -> pd.Timestamp:
        """The moment at which the days are looked at: their end, unless `seen` says another."""
        return self.until if self.seen is None else self.seen

    @property
    def last(self) -> pd.Timestamp:
        """The last day of the window."""
        return self.until - _DAY

    @property
    def days(self) -> int:
        """Number of days in the window."""
        return int((self.until - self.start).days)


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week from Monday, a month, quarter or year, as far as it has gone.

    Attributes:
        kind: its length.
        whole: from its first to its last day.
        to_date: from its first day to the day of the run, or to its end where that is over.
        previous: the same days of the period before it; all of them where it is over.
    """

    kind: Kind
    whole: Window
    to_date: Window
    previous: Window

    @classmethod
    def containing(cls, now: pd.Timestamp, kind: Kind, year_starts: int = 1) -> Period:
        """Return the period that `now` lies in, to date.

        The day of the run counts wholly, so that nothing changes by the clock within a day.

        Args:
            now: the moment of the run.
            kind: the length of the period.
            year_starts: month, from 1, in which the (fiscal) year starts.
        """
        return _containing(now.normalize(), kind, year_starts)

    @classmethod
    def named(cls, name: str, now: pd.Timestamp, year_starts: int = 1) -> Period:
        """Return the period of a name: a kind, or `2026-11-20`, `2026-W47`, `2026-11`, `2026-Q4`.

        A fiscal year is called after the calendar year in which it starts.

        Args:
            name: as people type it; a kind means the one that `now` lies in.
            now: the moment of the run.
            year_starts: month, from 1, in which the (fiscal) year starts.

        Raises:
            Invalid: no such period.
        """
        if name.lower() in KINDS:
            return cls.containing(now, name.lower(), year_starts)  # type: ignore[arg-type]
        kind, first = _named(name, year_starts)
        step = _step(kind)
        whole = Window(first, first + step)
        if whole.start <= now < whole.until:
            return cls.containing(now, kind, year_starts)
        return cls(kind, whole, whole, Window(first - step, first))

    @property
    def ahead(self) -> Window:
        """All of its days, looked at when those so far are over."""
        return Window(self.whole.start, self.whole.until, self.to_date.until)

    def before(self, year_starts: int = 1) -> Period:
        """Return the period before it as far as `previous` goes.

        Args:
            year_starts: month, from 1, in which the (fiscal) year starts.
        """
        return Period.containing(self.previous.last, self.kind, year_starts)

    @property
    def elapsed(self) -> float:
        """Share of the period's days that are over, the day of the run included."""
        return self.to_date.days / self.whole.days


@lru_cache(maxsize=512)
def _containing(today: pd.Timestamp, kind: Kind, year_starts: int) -> Period:
    """The period that a day lies in; figures ask for the same ones again and again."""
    start, step = _start(today, kind, year_starts), _step(kind)
    # the 31st has no counterpart in a shorter month: its last day stands in
    previous = Window(start - step, today - step + _DAY)
    return Period(kind, Window(start, start + step), Window(start, today + _DAY), previous)


def _start(day: pd.Timestamp, kind: Kind, year_starts: int) -> pd.Timestamp:
    """The first day of the period that a day lies in."""
    if kind == "day":
        return day
    if kind == "week":
        return day - pd.Timedelta(days=day.weekday())
    into = (day.month - year_starts) % MONTHS[kind]
    return day.replace(day=1) - pd.DateOffset(months=into)


def _step(kind: Kind) -> pd.DateOffset:
    """From one period to the next."""
    if kind in MONTHS:
        return pd.DateOffset(months=MONTHS[kind])
    return pd.DateOffset(days=7 if kind == "week" else 1)


def _named(name: str, year_starts: int) -> tuple[Kind, pd.Timestamp]:
    """The kind and the first day of a period that is called by its date."""
    found = _NAMES.fullmatch(name.strip())
    if found is None:
        raise _unknown()
    year = int(found["year"])
    try:
        begins = pd.Timestamp(year, year_starts, 1)
        if found["week"]:
            return "week", pd.Timestamp.fromisocalendar(year, int(found["week"]), 1)
        if found["quarter"]:
            return "quarter", begins + pd.DateOffset(months=3 * int(found["quarter"]) - 3)
        if found["day"]:
            return "day", pd.Timestamp(year, int(found["month"]), int(found["day"]))
        if found["month"]:
            return "month", pd.Timestamp(year, int(found["month"]), 1)
    except ValueError as error:
        raise _unknown() from error
    return "year", begins


def _unknown() -> Invalid:
    return Invalid(
        "expected a period such as `2026-11`, `2026-Q4`, `2026-W47`, `2026`, `2026-11-20`, or one "
        "of `day`, `week`, `month`, `quarter`, `year`",
        "应为期间，例如 `2026-11`、`2026-Q4`、`2026-W47`、`2026`、`2026-11-20`，"
        "或 `day`、`week`、`month`、`quarter`、`year`",
    )


def weeks(now: pd.Timestamp, count: int = 12) -> tuple[Window, ...]:
    """Return the last `count` weeks from Monday, the one of the run last."""
    monday = now.normalize() - pd.Timedelta(days=now.weekday())
    starts = [monday - pd.Timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    return tuple(Window(start, start + pd.Timedelta(weeks=1)) for start in starts)


def last_days(now: pd.Timestamp, days: int) -> Window:
    """Return the last days, the one of the run included."""
    end = now.normalize() + _DAY
    return Window(end - pd.Timedelta(days=days), end)
