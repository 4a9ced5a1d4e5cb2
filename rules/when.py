"""Conditions as data: `when: {region: [华东], amount: {at_least: 500000}}`. Nothing is evaluated.

A mapping holds where all its fields do. There is no `or`: every option that takes conditions is a
list whose first matching entry wins, so a second entry says it.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from rules.invalid import Invalid
from rules.moments import NEVER, behind, midnight, next_of
from rules.options import FieldName, Limit, Model
from sync.fields import FIELDS, UNITS, Kind

if TYPE_CHECKING:
    from rules.rule import Context
    from rules.worktime import Moments
    from sync.table import Mask

Written = str | float | list[str | float]

_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "at_least": np.greater_equal,
    "at_most": np.less_equal,
    "more_than": np.greater,
    "less_than": np.less,
}
_AGES = ("older_than", "within")
_BOUNDS: Mapping[Kind, tuple[str, str]] = {
    Kind.DATE: ("a date", "日期"),
    Kind.MONEY: ("a number", "数字"),
    Kind.NUMBER: ("a number", "数字"),
    Kind.PERCENT: ("a number", "数字"),
}


def _number(text: str) -> float:
    """Read `500000`, `1,200,000`, `50万`, `12k` or `30%`; raises ValueError."""
    bare = unicodedata.normalize("NFKC", text).strip().replace(",", "").casefold()
    if bare.endswith("%"):
        return float(bare[:-1]) / 100
    digits = bare.rstrip("".join(unit for unit in UNITS if not unit.isdigit()))
    unit = bare[len(digits) :].strip()
    return float(digits) * (UNITS[unit] if unit in UNITS else float(unit or 1))


def _bound(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return _number(value)
    except ValueError:
        try:
            return dt.datetime.fromisoformat(value.strip()) if ":" in value else _date(value)
        except ValueError as error:
            raise Invalid(
                "expected a number such as `500000`, `50万`, `30%`, or a date such as `2026-11-22`",
                "应为数字（例如 `500000`、`50万`、`30%`）或日期（例如 `2026-11-22`）",
            ) from error


def _date(text: str) -> dt.date:
    return dt.date.fromisoformat(text.strip())


def _several(value: object) -> object:
    """One value or several, as texts: YAML reads `2026` as a number and a day as a date."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return [str(one) if isinstance(one, (int, float, dt.date)) else one for one in values]


Bound = Annotated[
    float | dt.datetime | dt.date, BeforeValidator(_bound, json_schema_input_type=float | str)
]
Values = Annotated[
    tuple[str, ...],
    BeforeValidator(_several, json_schema_input_type=Written),
    Field(min_length=1),
]


class Test(Model):
    """What one field must satisfy; all given parts must hold.

    Texts compare without regard to case and width. Amounts are whole currency units (`500000`,
    `50万`), percentages `30%` or 0.3, dates ISO; a bound without a time means the whole day.
    """

    __test__ = False  # not a test case, whatever its name tells pytest

    is_: Annotated[Values | None, Field(alias="is")] = None
    """This value; the same as `in`."""
    in_: Annotated[Values | None, Field(alias="in")] = None
    """One of these values; also written as the bare value or list."""
    not_in: Values | None = None
    """None of these values."""
    contains: Values | None = None
    """One of these stands somewhere in the text."""
    at_least: Bound | None = None
    """This number, amount or date, or more."""
    at_most: Bound | None = None
    """This number, amount or date, or less."""
    more_than: Bound | None = None
    """More than this number, amount or date."""
    less_than: Bound | None = None
    """Less than this number, amount or date."""
    blank: bool | None = None
    """True: there is no value; false: there is one."""
    older_than: Limit | None = None
    """The date lies further back than this, such as `5 workdays` by the team's calendar."""
    within: Limit | None = None
    """The date is at most this far from now, back or ahead."""

    @model_validator(mode="after")
    def _something(self) -> Test:
        if not self.model_fields_set:
            raise Invalid(
                "expected a condition such as `at_least: 500000` or a list of values",
                "应为条件，例如 `at_least: 500000`，或一组取值",
            )
        return self

    def given(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the parts among `names` that are set."""
        return {name: part for name in names if (part := getattr(self, name)) is not None}


def _plain(value: object) -> object:
    """A bare value or list means `in`; true and false mean not blank and blank."""
    if isinstance(value, bool):
        return {"blank": not value}
    if isinstance(value, (Mapping, Test)):
        return value
    return {"in": value}


def _fitting(when: dict[str, Test]) -> dict[str, Test]:
    """Refuse parts that a field of the catalogue can never satisfy."""
    for key, test in when.items():
        if key not in FIELDS:
            continue
        kind = FIELDS[key].kind
        for name, bound in test.given(tuple(_ORDER)).items():
            wanted = _BOUNDS.get(kind)
            if wanted is None or isinstance(bound, dt.date) != (kind is Kind.DATE):
                en, zh = wanted or ("a list of values", "一组取值")
                raise Invalid(
                    f"`{{key}}` wants {en}, not `{{name}}: {{bound}}`",
                    f"`{{key}}` 应为{zh}，不能是 `{{name}}: {{bound}}`",
                    key=key, name=name, bound=str(bound),
                )  # fmt: skip
        for name in test.given(_AGES):
            if kind is not Kind.DATE:
                raise Invalid(
                    "`{key}` holds no date, so `{name}` cannot be told",
                    "`{key}` 不是日期，不能用 `{name}`",
                    key=key, name=name,
                )  # fmt: skip
    return when


Condition = Annotated[Test, BeforeValidator(_plain, json_schema_input_type=Test | bool | Written)]
When = Annotated[dict[FieldName, Condition], AfterValidator(_fitting)]


def fields_of(when: Mapping[str, Test]) -> frozenset[str]:
    """Return the fields that conditions look at."""
    return frozenset(when)


def matches(when: Mapping[str, Test], frame: pd.DataFrame, ctx: Context) -> Mask:
    """Return (rows) whether every condition holds; a blank value satisfies only `blank: true`.

    Args:
        when: field → test; an empty mapping matches every row.
        frame: (rows × fields) with the fields of `when`.
        ctx: the moment and the working time, for `older_than` and `within`.
    """
    result = np.ones(len(frame), dtype=bool)
    for key, test in when.items():
        result &= _holds(test, frame[key], ctx)
    return result


def until(when: Mapping[str, Test], frame: pd.DataFrame, ctx: Context) -> pd.Timestamp:
    """Return the first moment at which `matches` may answer otherwise for the same rows.

    Args:
        when: field → test.
        frame: (rows × fields) with the fields of `when`.
        ctx: the moment and the working time.
    """
    found = NEVER
    for key, test in when.items():
        if not pd.api.types.is_datetime64_dtype(frame[key].dtype):
            continue
        starts = frame[key].dropna().to_numpy().astype("datetime64[s]")
        for name, limit in test.given(_AGES).items():
            found = min(found, next_of(ctx.now, behind(ctx.worktime.due(starts, limit))))
            if name == "within":
                found = min(found, _comes_near(starts, limit, ctx))
    return found


def _comes_near(starts: Moments, limit: Any, ctx: Context) -> pd.Timestamp:
    """Return when the next date ahead is `within` a limit, or the next midnight if that is first.

    What lies near grows with time, so the moment is found by halving the rest of the day.
    """
    tomorrow = midnight(ctx.now)
    if ctx.now == ctx.now.normalize():  # stands for the day's opening, a second later does not
        return ctx.now + pd.Timedelta(seconds=1)
    far = starts[~(starts <= ctx.worktime.due(np.array([ctx.now], "datetime64[s]"), limit))]
    far = far[far > ctx.now.to_datetime64()]
    if not len(far):
        return NEVER
    low, high = 0, int((tomorrow - ctx.now).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        then = ctx.now.to_datetime64() + np.timedelta64(middle, "s")
        near = far.min() <= ctx.worktime.due(np.array([then], "datetime64[s]"), limit)[0]
        low, high = (low, middle) if near else (middle, high)
    return ctx.now + pd.Timedelta(seconds=high)


def _holds(test: Test, values: pd.Series[Any], ctx: Context) -> Mask:
    missing = values.isna().to_numpy(dtype=bool)
    result = ~missing if test.blank is None else missing == test.blank
    known = np.flatnonzero(result & ~missing)
    if test.given(("is_", "in_", "not_in", "contains")):
        result[known] &= _words_hold(test, values.iloc[known])
    for name, bound in test.given(tuple(_ORDER)).items():
        result[known] &= _compared(values.iloc[known], name, bound)
    for name, limit in test.given(_AGES).items():
        result[known] &= _aged(values.iloc[known], name, limit, ctx)
    return result


def _words_hold(test: Test, values: pd.Series[Any]) -> Mask:
    """Look at each distinct value once."""
    codes, distinct = pd.factorize(values)
    number = pd.api.types.is_numeric_dtype(values.dtype)
    cents = 100 if values.dtype == "Int64" else 1
    listed = (*(test.is_ or ()), *(test.in_ or ()))
    wanted, unwanted, parts = (
        {_folded(word, number) for word in words}
        for words in (listed, test.not_in or (), test.contains or ())
    )
    verdict = []
    for value in distinct:
        text = f"{value / cents:.15g}" if number else _folded(_text(value), number=False)
        verdict.append(
            (not wanted or text in wanted)
            and text not in unwanted
            and (not parts or any(part in text for part in parts))
        )
    return np.array(verdict, dtype=bool)[codes]


def _text(value: object) -> str:
    return value.strftime("%Y-%m-%d") if isinstance(value, pd.Timestamp) else str(value)


def _folded(text: str, number: bool) -> str:
    if number:
        try:
            return f"{_number(text):.15g}"
        except ValueError:
            return text
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _compared(values: pd.Series[Any], name: str, bound: float | dt.date) -> Mask:
    """Compare with a bound in the column's own units; a column of another kind never satisfies."""
    dates = pd.api.types.is_datetime64_dtype(values.dtype)
    if dates and isinstance(bound, dt.date):
        unit = "s" if isinstance(bound, dt.datetime) else "D"
        held = _ORDER[name](values.to_numpy().astype(f"datetime64[{unit}]"), np.datetime64(bound))
    elif pd.api.types.is_numeric_dtype(values.dtype) and not isinstance(bound, dt.date):
        scaled = round(bound * 100) if values.dtype == "Int64" else bound
        held = _ORDER[name](values.to_numpy(dtype=float), scaled)
    else:
        return np.zeros(len(values), dtype=bool)
    return np.asarray(held, dtype=bool)


def _aged(values: pd.Series[Any], name: str, limit: Any, ctx: Context) -> Mask:
    """Compare a date's distance from now; NaT (a year without a calendar) satisfies neither."""
    if not pd.api.types.is_datetime64_dtype(values.dtype):
        return np.zeros(len(values), dtype=bool)
    starts = values.to_numpy().astype("datetime64[s]")
    now = np.datetime64(ctx.now, "s")
    runs_out = ctx.worktime.due(starts, limit)
    if name == "older_than":
        return np.asarray(runs_out < now, dtype=bool)
    latest = ctx.worktime.due(np.array([now]), limit)
    return np.asarray((runs_out >= now) & (starts <= latest), dtype=bool)
