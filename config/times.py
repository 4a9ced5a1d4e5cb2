"""When a job runs: `every: 30 minutes`, `every: monday at 09:00`, `between: 08:00-20:00`."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer

from rules.invalid import Invalid

Day = Literal[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "day", "workday"
]

_MINUTES = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分", "分钟"), 1),
    **dict.fromkeys(("h", "hour", "hours", "小时", "个小时"), 60),
}
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒", "秒钟"), 1),
    **{unit: 60 * factor for unit, factor in _MINUTES.items()},
}
_DAYS: dict[str, Day] = {
    "monday": "monday", "mon": "monday", "周一": "monday", "星期一": "monday",
    "tuesday": "tuesday", "tue": "tuesday", "周二": "tuesday", "星期二": "tuesday",
    "wednesday": "wednesday", "wed": "wednesday", "周三": "wednesday", "星期三": "wednesday",
    "thursday": "thursday", "thu": "thursday", "周四": "thursday", "星期四": "thursday",
    "friday": "friday", "fri": "friday", "周五": "friday", "星期五": "friday",
    "saturday": "saturday", "sat": "saturday", "周六": "saturday", "星期六": "saturday",
    "sunday": "sunday", "sun": "sunday", "周日": "sunday", "星期日": "sunday",
    "day": "day", "天": "day", "日": "day",
    "workday": "workday", "工作日": "workday",
}  # fmt: skip


def _text(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip().lower()


def _clock(text: str) -> dt.time | None:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return dt.time(int(match[1]), int(match[2]))


def minutes(value: object) -> int:
    """Read `10 minutes`, `2 hours`, `30分钟` as a number of minutes.

    Raises:
        Invalid: not such a length of time, or none at all.
    """
    found = _length(value, _MINUTES)
    if not found:
        raise Invalid(
            "expected a length of time such as `10 minutes` or `2 hours`",
            "应为时间长度，例如 `10 minutes`、`2 hours`、`30分钟`",
        )
    return found


def seconds(value: object) -> int:
    """Read `30 seconds`, `5 minutes`, `10秒` as a number of seconds.

    Raises:
        Invalid: not such a length of time.
    """
    found = _length(value, _SECONDS)
    if found is None:
        raise Invalid(
            "expected a length of time such as `30 seconds` or `10 minutes`",
            "应为时间长度，例如 `30 seconds`、`10 minutes`、`30秒`",
        )
    return found


def _length(value: object, units: Mapping[str, int]) -> int | None:
    match = re.fullmatch(r"(\d+)\s*(\D+)", _text(value))
    factor = units.get(match[2].strip()) if match else None
    return int(match[1]) * factor if match and factor else None


@dataclass(frozen=True, slots=True)
class Every:
    """How often a job runs: every so many minutes, or on a day at a time.

    Attributes:
        minutes: the interval, 0 where the job runs on a day at a time.
        day: a weekday, every `day`, or every `workday` of the team's calendar.
        at: the time of that day, local to the rules file's zone.
    """

    minutes: int = 0
    day: Day = "day"
    at: dt.time = dt.time(0)

    @classmethod
    def parse(cls, value: object) -> Every:
        """Read `30 minutes`, `hour`, `monday at 09:00`, `workday at 18:00`, `周一 09:00`.

        Raises:
            Invalid: neither an interval nor a day with a time.
        """
        if isinstance(value, Every):
            return value
        text = re.sub(r"^每[隔个]?", "", _text(value)).strip()
        if text in _MINUTES:
            return cls(minutes=_MINUTES[text])
        match = re.fullmatch(r"(\w+?)s?\s*(?:\bat\b)?\s*(\d{1,2}:\d{2})", text)
        at = _clock(match[2]) if match else None
        if match and at is not None and match[1] in _DAYS:
            return cls(day=_DAYS[match[1]], at=at)
        try:
            return cls(minutes=minutes(text))
        except Invalid as error:
            raise Invalid(
                "expected an interval such as `30 minutes`, or a day with a time such as "
                "`monday at 09:00`, `workday at 18:00`",
                "应为间隔（如 `30 minutes`）或某天某时，例如 `monday at 09:00`、`workday at 18:00`",
            ) from error

    def __str__(self) -> str:
        return f"{self.minutes} minutes" if self.minutes else f"{self.day} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day within which a job may start, both ends included."""

    start: dt.time
    end: dt.time

    @classmethod
    def parse(cls, value: object) -> Window:
        """Read `08:00-20:00`.

        Raises:
            Invalid: not two times, or the first is not before the second.
        """
        if isinstance(value, Window):
            return value
        first, _, last = _text(value).partition("-")
        start, end = _clock(first.strip()), _clock(last.strip())
        if start is None or end is None or start >= end:
            raise Invalid(
                "expected hours of one day such as `08:00-20:00`",
                "应为一天之内的时段，例如 `08:00-20:00`",
            )
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


Interval = Annotated[
    Every, BeforeValidator(Every.parse, json_schema_input_type=str), PlainSerializer(str)
]
Between = Annotated[
    Window, BeforeValidator(Window.parse, json_schema_input_type=str), PlainSerializer(str)
]
Seconds = Annotated[int, BeforeValidator(seconds, json_schema_input_type=str)]
