"""A year of history for a table: what half-hourly runs would have seen change, seeded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from rules.past import Past
from rules.settings import Settings

Texts = np.ndarray[tuple[int], np.dtype[np.object_]]
# Field → its share of the events.
_SHARES = {
    "last_activity": 0.35, "next_step": 0.15, "next_step_date": 0.15, "stage": 0.15,
    "expected_close": 0.08, "amount": 0.04, "follow_ups": 0.04, "owner": 0.02, "state": 0.01,
    "decision_maker": 0.01,
}  # fmt: skip
_DAYS = 365


def year(keys: Sequence[str], settings: Settings, now: pd.Timestamp, events: int) -> Past:
    """Return a past in which something happened to some of the rows at every run.

    Args:
        keys: (rows) of the table.
        settings: its stages and people.
        now: the moment of the run, a whole minute.
        events: how many.
    """
    dice = np.random.default_rng(events)
    runs = pd.date_range(end=now, periods=_DAYS * 48, freq="30min").as_unit("s")
    run = np.sort(dice.integers(1, len(runs), events))
    fields = dice.choice(list(_SHARES), events, p=list(_SHARES.values()))
    texts = _texts(settings, now)
    before, after = np.empty(events, dtype=object), np.empty(events, dtype=object)
    for field in _SHARES:
        there = np.flatnonzero(fields == field)
        for side in (before, after):
            side[there] = dice.choice(texts[field], len(there))
    happened = pd.DataFrame(
        {
            "key": dice.choice(np.array(keys, dtype=object), events),
            "field": fields,
            "before": before,
            "after": after,
            "since": runs[run - 1],
            "until": runs[run],
        }
    )
    coded = dict.fromkeys(("key", "field", "before", "after"), "category")
    seen = pd.DataFrame({"key": pd.array(list(keys), dtype="str"), "first_seen": runs[0]})
    return Past(seen=seen, events=happened.astype(coded))


def _texts(settings: Settings, now: pd.Timestamp) -> Mapping[str, Texts]:
    """Field → what stands in it at one time or another."""
    near = pd.date_range(now.normalize() - pd.Timedelta(days=_DAYS), periods=2 * _DAYS)
    dates = near.strftime("%Y-%m-%d").to_numpy(dtype=object)
    known: dict[str, Sequence[str]] = {
        "stage": [stage.name for stage in settings.stages],
        "owner": [member.name for member in settings.team],
        "state": ["open", "won", "lost"],
        "amount": [str(cents) for cents in range(100_000, 500_000_000, 49_900)],
        "follow_ups": [str(count) for count in range(20)],
    }
    told = {field: np.array(words, dtype=object) for field, words in known.items()}
    words = np.array([f"text {number}" for number in range(500)], dtype=object)
    return {
        field: told.get(field, dates if field.endswith(("_date", "_close", "_activity")) else words)
        for field in _SHARES
    }
