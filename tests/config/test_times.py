"""How often jobs run, as people write it."""

from __future__ import annotations

import datetime as dt

import pytest

from config.times import Every, Window, minutes
from rules.invalid import Invalid


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("30 minutes", Every(minutes=30)),
        ("hour", Every(minutes=60)),
        ("2 hours", Every(minutes=120)),
        ("每30分钟", Every(minutes=30)),
        ("每隔 2 小时", Every(minutes=120)),
        ("monday at 09:00", Every(day="monday", at=dt.time(9))),
        ("Fri 17:30", Every(day="friday", at=dt.time(17, 30))),
        ("mondays at 9:00", Every(day="monday", at=dt.time(9))),
        ("workday at 18:00", Every(day="workday", at=dt.time(18))),
        ("day at 07:15", Every(day="day", at=dt.time(7, 15))),
        ("周一 09:00", Every(day="monday", at=dt.time(9))),
        ("每个工作日 18:00", Every(day="workday", at=dt.time(18))),
        ("每天 8:00", Every(day="day", at=dt.time(8))),
        ("星期日\uff0809:00\uff09", None),
        ("monday", None),
        ("0 minutes", None),
        ("month at 09:00", None),
        ("monday at 24:00", None),
        (30, None),
    ],
)
def test_every(text: object, found: Every | None) -> None:
    if found is None:
        with pytest.raises(Invalid, match="expected an interval"):
            Every.parse(text)
    else:
        assert Every.parse(text) == found
        assert Every.parse(str(found)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("08:00-20:00", Window(dt.time(8), dt.time(20))),
        (" 8:00 - 20:30 ", Window(dt.time(8), dt.time(20, 30))),
        ("20:00-08:00", None),
        ("08:00-08:00", None),
        ("8-20", None),
        ("08:00", None),
    ],
)
def test_window(text: str, found: Window | None) -> None:
    if found is None:
        with pytest.raises(Invalid, match="expected hours of one day"):
            Window.parse(text)
    else:
        assert Window.parse(text) == found
        assert Window.parse(str(found)) == found


@pytest.mark.parametrize(("text", "found"), [("10 minutes", 10), ("1 hour", 60), ("5分钟", 5)])
def test_minutes(text: str, found: int) -> None:
    assert minutes(text) == found
