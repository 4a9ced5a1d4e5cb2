"""Conditions as data: `when: {region: [华东], amount: {at_least: 500000}}`; no evaluation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, model_validator

from rules.settings import FieldName, Limit, Model, Words
from sync.fields import FIELDS, Kind
from sync.table import Mask

Number = float | dt.date | str


class Test(Model):
    """What one field must satisfy; all given parts must hold.

    Amounts are whole currency units, percentages `30%` or 0.3, dates ISO.
    """

    is_: Annotated[Words | None, Field(alias="is")] = None
    in_: Annotated[Words | None, Field(alias="in")] = None
    not_in: Words | None = None
    contains: Words | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    more_than: Number | None = None
    less_than: Number | None = None
    blank: bool | None = None
    older_than: Limit | None = None
    within: Limit | None = None

    @model_validator(mode="after")
    def _something(self) -> Test:
        if not self.model_fields_set:
            raise ValueError("expected a condition such as `at_least: 500000` or a list of values")
        return self


def _plain(value: object) -> object:
    """A bare value or list means `in`; true and false mean not blank and blank."""
    if isinstance(value, bool):
        return {"blank": not value}
    if isinstance(value, Mapping):
        return value
    return {"in": value}


Condition = Annotated[Test, BeforeValidator(_plain)]
When = dict[FieldName, Condition]


def fields_of(when: Mapping[str, Test]) -> frozenset[str]:
    """Return the fields that conditions look at."""
    return frozenset(when)


def matches(when: Mapping[str, Test], frame: pd.DataFrame, now: pd.Timestamp) -> Mask:
    """Return (rows) whether every condition holds; a blank value satisfies only `blank: true`.

    Args:
        when: field → test; an empty mapping matches every row.
        frame: (rows × fields) with the fields of `when`.
        now: for `older_than` and `within`, in calendar time.
    """
    result = np.ones(len(frame), dtype=bool)
    for key, test in when.items():
        result &= _holds(test, frame[key], FIELDS[key].kind if key in FIELDS else Kind.TEXT, now)
    return result


def _folded(values: Iterable[str]) -> set[str]:
    return {str(value).strip().casefold() for value in values}


def _holds(test: Test, values: pd.Series[Any], kind: Kind, now: pd.Timestamp) -> Mask:
    missing = values.isna().to_numpy()
    if test.blank is not None:
        return missing if test.blank else ~missing
    result = ~missing
    words = _words(test, values)
    if words is not None:
        result &= words
    for name, compare in _ORDER.items():
        bound = getattr(test, name)
        if bound is not None:
            known = np.flatnonzero(result)
            result[known] = compare(values.iloc[known].to_numpy(), _bound(bound, kind))
    for name in ("older_than", "within"):
        limit = getattr(test, name)
        if limit is not None:
            hours = limit.amount * (24 if limit.unit in ("days", "workdays") else 1)
            old = (values < now - pd.Timedelta(hours=hours)).to_numpy(dtype=bool, na_value=False)
            result &= old if name == "older_than" else ~old
    return result


def _words(test: Test, values: pd.Series[Any]) -> Mask | None:
    if not (test.is_ or test.in_ or test.not_in or test.contains):
        return None
    codes, distinct = pd.factorize(values.astype("str"))
    texts = [str(text).strip().casefold() for text in distinct]
    wanted = _folded((*(test.is_ or ()), *(test.in_ or ())))
    verdict = [
        (not wanted or text in wanted)
        and (test.not_in is None or text not in _folded(test.not_in))
        and (test.contains is None or any(part in text for part in _folded(test.contains)))
        for text in texts
    ]
    return np.array([*verdict, False], dtype=bool)[codes]


def _bound(value: Number, kind: Kind) -> Any:
    if kind is Kind.DATE:
        return np.datetime64(pd.Timestamp(value), "s")
    if isinstance(value, str) and value.strip().endswith("%"):
        return float(value.strip()[:-1]) / 100
    number = float(value)  # type: ignore[arg-type]
    return round(number * 100) if kind is Kind.MONEY else number


_ORDER = {
    "at_least": np.greater_equal,
    "at_most": np.less_equal,
    "more_than": np.greater,
    "less_than": np.less,
}
