"""Columns of words: as text, looked up, and the first of several that says something."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.api.types import pandas_dtype

from sync.table import as_text, first_said, looked_up

WORDS = ["b", None, "a", "b", ""]
KINDS = ("str", "category", "object")


def column(words: list[Any], kind: str) -> pd.Series[Any]:
    index = pd.RangeIndex(10, 10 + len(words))
    texts = pd.Series(words, index=index, dtype="str", name="n")
    found: pd.Series[Any] = texts.astype(pandas_dtype(kind))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_words_as_text_is_what_pandas_makes_of_it(kind: str) -> None:
    values = column(WORDS, kind)
    pd.testing.assert_series_equal(as_text(values), values.astype("str"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("words", [WORDS, [], [None, None]])
def test_words_that_mean_nothing_and_blanks_have_the_same_answer(
    kind: str, words: list[Any]
) -> None:
    found = looked_up(column(words, kind), {"a": 1.5, "b": 2.5}, np.nan, np.float64)
    expected = [{"a": 1.5, "b": 2.5}.get(word, np.nan) for word in words]
    np.testing.assert_array_equal(found, np.array(expected, dtype=np.float64))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([["a", None, "c"]], ["a", None, "c"]),
        ([["a", None, None], ["x", "y", None]], ["a", "y", None]),
        ([[None, None, None], ["x", None, None], ["p", "q", None]], ["x", "q", None]),
        ([["a", "b", "c"], ["x", "y", "z"]], ["a", "b", "c"]),
        ([["", None, "c"], ["x", "y", "z"]], ["", "y", "c"]),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_the_first_column_that_says_something_counts(
    columns: list[list[Any]], said: list[Any], kind: str
) -> None:
    found = first_said(*(column(words, kind) for words in columns))
    pd.testing.assert_series_equal(found, column(said, "str"))
