"""Distinct numbers are those of numpy, which hashes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sync.distinct import distinct


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1)))
def test_each_number_comes_once_in_order(numbers: list[int]) -> None:
    given_ = np.array(numbers, dtype=np.int64)
    assert distinct(given_).tolist() == sorted(set(numbers))
    assert given_.tolist() == numbers
