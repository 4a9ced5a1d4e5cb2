"""Working time as lookup tables: due instants and elapsed time of whole columns at once.

Working time is piecewise linear in time: it grows while the team is open and stands still while it
is closed. Openings and closings (UTC) with the hours or workdays counted up to each are the two
tables; `numpy.interp` reads them forward (instant → count) and back (count → instant).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rules.calendar import Days, days
from rules.hours import DAY, Intervals, weekly_hours

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from rules.options import Span, Unit
    from rules.settings import Calendar
    from sync.table import Mask

Moments = np.ndarray[tuple[int], np.dtype[np.datetime64]]
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Years = np.ndarray[tuple[int], np.dtype[np.int64]]

_YEARS_BACK, _YEARS_AHEAD = 25, 5
# of an hour or a workday: far below a second, far above the rounding of the counts
_TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """A count that grows with working time.

    Attributes:
        instants: (2 × stretches) openings and closings, ascending, seconds since 1970 in UTC.
        counts: (2 × stretches) what has been counted up to each.
    """

    instants: Floats
    counts: Floats

    def forward(self, instants: Floats) -> Floats:
        """Return the count at each instant; missing outside the table."""
        found: Floats = np.interp(instants, self.instants, self.counts, left=np.nan, right=np.nan)
        return found

    def back(self, counts: Floats) -> Floats:
        """Return the earliest instant of each count, so that due at closing stays at closing."""
        first = self.instants[0]
        found: Floats = np.rint(
            np.interp(counts - _TINY, self.counts, self.instants, left=first, right=np.nan)
        )
        return found


class WorkTime:
    """A team's working time around a moment.

    Instants are naive local times in the team's zone. One at midnight is a date without a time and
    starts at that day's opening. Working time that starts outside hours starts at the next opening.
    A workday counts 1 whatever its hours, so half of a short day is half a workday.
    """

    def __init__(self, calendar: Calendar, zone: str, now: pd.Timestamp) -> None:
        """Lay out the tables.

        Args:
            calendar: the team's hours, country and exceptions.
            zone: IANA name of the team's time zone.
            now: the moment of the run; the tables reach from 25 years before to 5 years after.

        Raises:
            Invalid: the calendar's hours or country cannot be read.
        """
        self.zone = zone
        self._first_year = now.year - _YEARS_BACK
        self._days: Days = days(calendar, self._first_year, now.year + _YEARS_AHEAD)
        self._hours, self._kind = _day_kinds(calendar, self._days)

    @property
    def unknown_years(self) -> tuple[int, ...]:
        """Years without official holidays; working time that touches them is not computed."""
        return self._days.unknown_years

    def due(self, starts: ArrayLike, span: Span, more: ArrayLike = 0.0) -> Moments:
        """Return when a length of time is used up.

        Args:
            starts: (rows) datetime64[s], naive local; NaT stays NaT.
            span: the length of time.
            more: further units of `span` on top, one for all or (rows).

        Returns:
            (rows) datetime64[s], naive local; NaT where the way there touches a year without
            official holidays or leaves the tables.
        """
        begin = self._begin(starts)
        amount = span.amount + np.asarray(more, dtype=np.float64)
        if span.unit == "days":
            return _moments(_seconds(begin) + amount * DAY)
        instants = self._utc(begin)
        if span.unit == "hours":
            return self._local(instants + amount * 3600)
        scale = self._scale(span.unit)
        found = np.maximum(scale.back(scale.forward(instants) + amount), instants)
        result = self._local(found)
        result[self._touches_unknown(begin, result)] = np.datetime64("NaT")
        return result

    def elapsed(self, starts: ArrayLike, ends: ArrayLike, unit: Unit) -> Floats:
        """Return how much time passed between two instants.

        Args:
            starts: (rows) datetime64[s], naive local.
            ends: (rows) or one.
            unit: what to count in; `hours` and `days` are calendar time.

        Returns:
            (rows) units, negative where it ends before it starts; missing where an end is missing,
            outside the tables, or where a year without official holidays lies between.
        """
        begin = self._begin(starts)
        end = np.broadcast_to(self._begin(ends), begin.shape)
        if unit == "days":
            return (_seconds(end) - _seconds(begin)) / DAY
        first, last = self._utc(begin), self._utc(end)
        if unit == "hours":
            return (last - first) / 3600
        scale = self._scale(unit)
        result = scale.forward(last) - scale.forward(first)
        result[self._touches_unknown(np.minimum(begin, end), np.maximum(begin, end))] = np.nan
        return result

    def is_workday(self, dates: ArrayLike) -> Mask:
        """Return (rows) whether each date is a workday; False outside the tables and for NaT."""
        found: Mask = self._of_day(self._days.work, self._dates(dates), outside=False)
        return found

    def is_open(self, moments: ArrayLike) -> Mask:
        """Return (rows) whether the team is at work at each instant; False outside the tables."""
        opens, closes, _ = self._stretches
        given = np.atleast_1d(np.asarray(moments, dtype="datetime64[s]"))
        instants = self._utc(given)
        place = np.searchsorted(opens, instants, side="right") - 1
        found: Mask = (place >= 0) & (instants < closes[np.maximum(place, 0)])
        return found

    def turns(self, now: pd.Timestamp) -> pd.Timestamp:
        """Return when the team next begins or stops to work; now at the end of the tables."""
        opens, closes, _ = self._stretches
        after = self._utc(np.array([now], dtype="datetime64[s]"))[0]
        ahead = [times[times > after] for times in (opens, closes)]
        first = min((float(times[0]) for times in ahead if len(times)), default=after)
        return pd.Timestamp(self._local(np.array([first]))[0])

    def unknown_year(self, starts: ArrayLike) -> Years:
        """Return (rows) the first year without official holidays from each start on, 0 for none."""
        unknown = np.array([*self.unknown_years, 0])
        years = self._years(self._dates(starts))
        found = unknown[np.searchsorted(unknown[:-1], years + self._first_year)]
        return np.where(years < 0, 0, found)

    @cached_property
    def _stretches(self) -> tuple[Floats, Floats, Floats]:
        """Openings and closings of all stretches in UTC seconds, and the share of their workday."""
        first = np.datetime64(self._days.first, "s")
        opens, closes, shares = [], [], []
        for kind, of_day in enumerate(self._hours):
            worked = np.flatnonzero(self._days.work & (self._kind == kind))
            total = sum(close - open_ for open_, close in of_day)
            for open_, close in of_day:
                opens.append(first + (worked * DAY + open_))
                closes.append(first + (worked * DAY + close))
                shares.append(np.full(len(worked), (close - open_) / total))
        order = np.argsort(np.concatenate(opens), kind="stable")
        return (
            self._utc(np.concatenate(opens)[order]),
            self._utc(np.concatenate(closes)[order]),
            np.concatenate(shares)[order],
        )

    def _scale(self, unit: Unit) -> _Scale:
        return self._hour_scale if unit == "workhours" else self._day_scale

    @cached_property
    def _hour_scale(self) -> _Scale:
        opens, closes, _ = self._stretches
        return _counted(opens, closes, np.cumsum(closes - opens) / 3600)

    @cached_property
    def _day_scale(self) -> _Scale:
        opens, closes, shares = self._stretches
        return _counted(opens, closes, np.cumsum(shares))

    @cached_property
    def _openings(self) -> Years:
        """(days) seconds from midnight to the day's opening, 0 on days off."""
        by_kind = np.array([hours[0][0] for hours in self._hours])
        return np.where(self._days.work, by_kind[self._kind], 0)

    def _begin(self, moments: ArrayLike) -> Moments:
        """Move dates without a time to that day's opening."""
        given = np.atleast_1d(np.asarray(moments, dtype="datetime64[s]"))
        dates = given.astype("datetime64[D]")
        opening = self._of_day(self._openings, dates, outside=0)
        return np.where(given == dates, given + opening, given)

    def _of_day(self, table: Any, dates: Moments, outside: Any) -> Any:
        """Look each date up in a table by day."""
        place = (dates - np.datetime64(self._days.first, "D")).astype(np.int64)
        inside = ~np.isnat(dates) & (place >= 0) & (place < len(table))
        return np.where(inside, table[np.where(inside, place, 0)], outside)

    @staticmethod
    def _dates(moments: ArrayLike) -> Moments:
        return np.atleast_1d(np.asarray(moments, dtype="datetime64[s]")).astype("datetime64[D]")

    def _years(self, moments: Moments) -> Years:
        """(rows) years after the first of the tables; negative before it and for NaT."""
        years = moments.astype("datetime64[Y]").astype(np.int64) + 1970 - self._first_year
        return np.where(np.isnat(moments), -1, years)

    def _touches_unknown(self, starts: Moments, ends: Moments) -> Mask:
        """(rows) whether a year without official holidays lies between; False for NaT."""
        first, last = self._years(starts), self._years(ends)
        size = _YEARS_BACK + _YEARS_AHEAD + 1
        unknown = np.isin(np.arange(size) + self._first_year, self.unknown_years)
        before = np.concatenate([[0], np.cumsum(unknown)])
        touched = before[np.clip(last + 1, 0, size)] > before[np.clip(first, 0, size)]
        return touched & (first >= 0) & (last >= 0)

    def _utc(self, local: Moments) -> Floats:
        """(rows) seconds since 1970; a skipped time moves forward, of two the first is meant."""
        index = pd.DatetimeIndex(local).tz_localize(
            self.zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="shift_forward"
        )
        return _seconds(index.tz_convert("UTC").tz_localize(None).to_numpy())

    def _local(self, seconds: Floats) -> Moments:
        index = pd.DatetimeIndex(_moments(seconds)).tz_localize("UTC")
        return index.tz_convert(self.zone).tz_localize(None).to_numpy().astype("datetime64[s]")


def _day_kinds(calendar: Calendar, known: Days) -> tuple[list[Intervals], Years]:
    """The hours of each kind of day, and (days) which kind each is.

    The first seven are the weekdays; a make-up workday without hours of its own has the usual ones.
    """
    week = weekly_hours(calendar.hours)
    usual = next(hours for hours in week if hours)
    hours = [of_day or usual for of_day in week]
    kind = known.weekday.copy()
    for day, text in calendar.hours_on.items():
        place = (day - known.first).days
        if 0 <= place < len(kind):
            kind[place] = len(hours)
            hours.append(weekly_hours(text)[0])
    return hours, kind


def _counted(opens: Floats, closes: Floats, after: Floats) -> _Scale:
    """Interleave openings and closings; between two stretches nothing is counted."""
    before = np.concatenate([[0.0], after[:-1]])
    return _Scale(
        np.column_stack([opens, closes]).ravel(), np.column_stack([before, after]).ravel()
    )


def _seconds(moments: Moments) -> Floats:
    seconds = moments.astype("datetime64[s]")
    return np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64).astype(np.float64))


def _moments(seconds: Floats) -> Moments:
    known = np.isfinite(seconds)
    whole = np.rint(np.where(known, seconds, 0)).astype(np.int64).astype("datetime64[s]")
    return np.where(known, whole, np.datetime64("NaT", "s"))
