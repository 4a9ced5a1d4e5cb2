"""Working hours of a week, read from the rules file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz import process

from rules.invalid import Invalid

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60 * 60

Intervals = tuple[tuple[int, int], ...]
"""Opening and closing of a day's stretches of work, seconds after midnight, ascending."""


def weekly_hours(hours: str | Mapping[str, str]) -> tuple[Intervals, ...]:
    """Read a team's working hours.

    Args:
        hours: one text for Monday to Friday (`09:00-12:00, 13:30-18:00`) or one per weekday.

    Returns:
        Seven intervals from Monday; empty where the team does not work.

    Raises:
        Invalid: an unknown weekday, or a text that holds no hours.
    """
    if isinstance(hours, str):
        return (_intervals(hours),) * 5 + ((),) * 2
    for name in hours:
        if name not in WEEKDAYS:
            guess = process.extractOne(name, WEEKDAYS, score_cutoff=50)
            raise Invalid(
                "expected a weekday such as `monday` or `saturday`",
                "应为星期，例如 `monday`、`saturday`",
                guess=guess[0] if guess else None,
            )
    found = tuple(_intervals(hours[name]) if name in hours else () for name in WEEKDAYS)
    if not any(found):
        raise Invalid("expected hours for at least one weekday", "应为至少一个工作日的工作时间")
    return found


def _intervals(text: str) -> Intervals:
    found: list[tuple[int, int]] = []
    for part in re.split(r"[,;、]", unicodedata.normalize("NFKC", text)):
        match = re.fullmatch(r"\s*(\d{1,2}):(\d\d)\s*[-–~至]\s*(\d{1,2}):(\d\d)\s*", part)
        if match is None:
            raise Invalid(
                "expected hours such as `09:00-18:00` or `09:00-12:00, 13:30-18:00`",
                "应为工作时间，例如 `09:00-18:00` 或 `09:00-12:00, 13:30-18:00`",
            )
        opens, closes = (
            int(hour) * 3600 + int(minute) * 60
            for hour, minute in ((match[1], match[2]), (match[3], match[4]))
        )
        if not (found[-1][1] if found else 0) <= opens < closes <= DAY:
            raise Invalid(
                "expected hours of one day in ascending order, such as `09:00-12:00, 13:30-18:00`",
                "应为同一天内先后排列的工作时间，例如 `09:00-12:00, 13:30-18:00`",
            )
        found.append((opens, closes))
    return tuple(found)
