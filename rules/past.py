"""What rules know of everything before the run, as plain frames."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rules.life.timeline import Timeline
from rules.questions import empty_answers
from rules.worktime import Moments

# Our columns of which figures are told of earlier days as well.
SHOWN = ("status", "risk", "current_handler")


def _frame(**columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


def _no_events() -> pd.DataFrame:
    texts = dict.fromkeys(("key", "field", "before", "after"), "str")
    return _frame(**texts, since="datetime64[s]", until="datetime64[s]")


@dataclass(frozen=True, eq=False)
class Past:
    """What the history knows, as plain frames (empty on the first run).

    Attributes:
        seen: one row per known key: key, first_seen (the moment of the run that first saw it).
        events: key, field, before, after (texts, or categories of texts), since, until (the two
            runs between which it happened), by time.
        assignments: key, owner, at, rule: every owner that a run gave or suggested, by time.
        gone: rows that are no longer in the table: key, gone (the moment of the run that no longer
            found it), and what stood in them last, by field.
        answers: what the supervisor answered, as `rules.questions.empty_answers`.
        shown: what runs wrote into the columns that figures of the past are told from (`SHOWN`): as
            `events`.
    """

    seen: pd.DataFrame = field(
        default_factory=lambda: _frame(key="str", first_seen="datetime64[s]")
    )
    events: pd.DataFrame = field(default_factory=_no_events)
    assignments: pd.DataFrame = field(
        default_factory=lambda: _frame(key="str", owner="str", at="datetime64[s]", rule="str")
    )
    gone: pd.DataFrame = field(default_factory=lambda: _frame(key="str", gone="datetime64[s]"))
    answers: pd.DataFrame = field(default_factory=empty_answers)
    shown: pd.DataFrame = field(default_factory=_no_events)

    @cached_property
    def timeline(self) -> Timeline:
        """The events with their keys, fields and texts numbered, once for all rules of a run."""
        return Timeline(self.events)

    @cached_property
    def shown_timeline(self) -> Timeline:
        """What runs wrote, numbered likewise."""
        return Timeline(self.shown)

    def with_events(self, latest: pd.DataFrame) -> Past:
        """Return the past with further events, later than those that it knows.

        Args:
            latest: (events × the columns of `events`).
        """
        whole = {name: _below(known, latest[name]) for name, known in self.events.items()}
        return replace(self, events=pd.DataFrame(whole))

    def first_seen(self, keys: pd.Series[Any]) -> Moments:
        """Return (n) when a run first saw each key, NaT for those that none did."""
        at = self._seen.get_indexer(pd.Index(keys))
        moments = self.seen["first_seen"].to_numpy(dtype="datetime64[s]")[self._firsts]
        return np.append(moments, np.datetime64("NaT", "s"))[at]

    @cached_property
    def _firsts(self) -> Any:
        """Positions in `seen` of each key's first row."""
        return np.flatnonzero(~self.seen["key"].duplicated().to_numpy())

    @cached_property
    def _seen(self) -> pd.Index[Any]:
        keys: pd.Index[Any] = pd.Index(self.seen["key"].take(self._firsts))
        return keys


def _below(known: pd.Series[Any], latest: pd.Series[Any]) -> pd.Series[Any]:
    """One column below the other; categories stay categories."""
    if isinstance(known.dtype, pd.CategoricalDtype):
        parts = [known, latest.astype("str").astype("category")]
        return pd.Series(pd.api.types.union_categoricals(parts))
    return pd.concat([known, latest.astype(known.dtype)], ignore_index=True)
