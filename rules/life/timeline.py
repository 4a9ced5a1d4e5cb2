"""The events of the history, numbered: whose, of which field, from which text to which."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rules.worktime import Moments
from sync.table import Rows

# a year has a million of them: as narrow as they can be
Numbers = np.ndarray[tuple[int], np.dtype[np.signedinteger[Any]]]
Coded = tuple[Numbers, "pd.Index[Any]"]


class Timeline:
    """Events as numbers, so that each distinct key, field and text is looked at once.

    Args:
        events: as in `rules.past.Past`, by time.
    """

    def __init__(self, events: pd.DataFrame) -> None:
        self._events = events

    @cached_property
    def keys(self) -> Coded:
        """(events) the number of each one's key, and (keys) the keys."""
        return _coded(self._events["key"])

    @cached_property
    def before(self) -> Coded:
        """(events) the number of each one's text before, -1 for none, and (texts) the texts."""
        return _coded(self._events["before"])

    @cached_property
    def after(self) -> Coded:
        """(events) the number of each one's text after, -1 for none, and (texts) the texts."""
        return _coded(self._events["after"])

    @cached_property
    def since(self) -> Moments:
        """(events) the earlier end of the interval in which each happened."""
        return self._events["since"].to_numpy(dtype="datetime64[s]")

    @cached_property
    def until(self) -> Moments:
        """(events) the later end of the interval in which each happened."""
        return self._events["until"].to_numpy(dtype="datetime64[s]")

    def of(self, field: str) -> Rows:
        """Return the positions of the events of a field."""
        codes, words = self._fields
        return np.flatnonzero(codes == words.get_loc(field)) if field in words else codes[:0]

    @cached_property
    def _fields(self) -> Coded:
        return _coded(self._events["field"])


def _coded(values: pd.Series[Any]) -> Coded:
    """(events) the number of each text, -1 for none, and (texts) the distinct ones."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return np.asarray(values.cat.codes), pd.Index(values.cat.categories, dtype="str")
    codes, words = pd.factorize(values)
    return np.asarray(codes, dtype=np.int64), pd.Index(words, dtype="str")
