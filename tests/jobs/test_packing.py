"""What goes into the history comes out of it as it was, and in few bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.history import packing
from jobs.history.codec import reason_of, reason_text

MOMENTS = st.datetimes(
    min_value=pd.Timestamp("1900-01-01").to_pydatetime(),
    max_value=pd.Timestamp("2200-01-01").to_pydatetime(),
).map(lambda at: pd.Timestamp(at.replace(microsecond=0)).as_unit("s"))
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(),
    "category": st.text(),
    "Int64": st.integers(-(2**60), 2**60),
    "datetime64[s]": MOMENTS,
    "object": st.one_of(st.text(), MOMENTS, st.integers(-9, 9), st.tuples(st.text(), st.text())),
}


@st.composite
def columns(draw: st.DrawFn) -> pd.Series[Any]:
    """A column of any kind with repeated and missing values."""
    kind = draw(st.sampled_from(sorted(CELLS)))
    few = st.lists(CELLS[kind], min_size=1, max_size=4)
    values = draw(few.flatmap(lambda some: st.lists(st.sampled_from([*some, None]), max_size=12)))
    cells: pd.Series[Any] = pd.Series(values, dtype=object)
    if kind == "category":
        return cells.astype("str").astype("category")
    return pd.Series(values, dtype=pd.api.types.pandas_dtype(kind))


def plain(column: pd.Series[Any]) -> list[Any]:
    return [None if blank else value for value, blank in zip(column, column.isna(), strict=True)]


@settings(deadline=None, max_examples=50)
@given(columns())
def test_a_column_comes_back_as_it_was(column: pd.Series[Any]) -> None:
    data = packing.pack(column)
    found = packing.unpack(data)
    back = pd.Series(found, dtype=found.dtype)
    assert str(back.dtype) == str(column.dtype)
    assert plain(back) == plain(column)
    assert packing.pack(column.copy()) == data, "the same content, the same bytes"


@pytest.mark.parametrize("kind", ["float64", "int64", "uint64", "bool", "int8"])
def test_numbers_are_kept_to_the_bit(kind: str) -> None:
    column: pd.Series[Any] = pd.Series((np.arange(300) % 7).astype(kind))
    if kind == "float64":
        column[3] = np.nan
    pd.testing.assert_series_equal(pd.Series(packing.unpack(packing.pack(column))), column)


@settings(deadline=None, max_examples=50)
@given(st.lists(columns(), max_size=3), st.sampled_from("ab"))
def test_a_frame_is_read_by_column(parts: list[pd.Series[Any]], wanted: str) -> None:
    rows = min((len(part) for part in parts), default=0)
    frame = pd.DataFrame({name: part[:rows] for name, part in zip("abc", parts, strict=False)})
    data = packing.pack_frame(frame)
    whole = packing.unpack_frame(data)
    assert [plain(whole[name]) for name in whole] == [plain(frame[name]) for name in frame]
    some = packing.unpack_frame(data, [wanted])
    assert list(some.columns) == [name for name in frame.columns if name == wanted]
    assert len(some) == rows


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(), min_size=1), st.text())
def test_a_segment_never_hides_a_key(keys: list[str], other: str) -> None:
    data = packing.pack_frame(pd.DataFrame({"key": pd.array(keys, dtype="str")}))
    assert all(packing.may_hold(data, "key", key) for key in keys)
    assert packing.may_hold(data, "key", other) or other not in keys


def test_few_distinct_values_take_few_bytes() -> None:
    column = pd.Series(["未跟进", "跟进中", None, "已超时"] * 25_000, dtype="str")
    assert len(packing.pack(column)) < 1_000


def test_a_reason_keeps_tuples_and_moments() -> None:
    facts = {"keys": ("甲", "乙"), "due": pd.Timestamp("2026-09-07 18:00").as_unit("s"), "count": 3}
    assert reason_of(reason_text("sla.overdue", facts)) == ("sla.overdue", facts)
    assert reason_of(None) == ("", {})
