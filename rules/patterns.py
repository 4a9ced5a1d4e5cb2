"""Few distinct rows among many: decide once for each pattern, not for each row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sync.table import Rows

Matrix = np.ndarray[Any, np.dtype[Any]]


def patterns(matrix: Matrix) -> tuple[Matrix, Rows]:
    """Return the distinct rows of a matrix, and (rows) which of them each row is.

    Args:
        matrix: (rows × columns) of flags or whole numbers.
    """
    codes = np.zeros(len(matrix), dtype=np.int64)
    for column in matrix.T:
        values, known = pd.factorize(column)
        codes, _ = pd.factorize(codes * len(known) + values)
    first = np.flatnonzero(~pd.Series(codes).duplicated().to_numpy())
    return matrix[first], codes.astype(np.int64)
