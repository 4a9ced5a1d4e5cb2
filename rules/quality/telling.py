"""How a check tells what it found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sync.say import Reason
from sync.table import Finding, Level, Mask


def told(
    reason: Reason, rows: Mask, level: Level = "warning", *, field: str, **facts: Any
) -> Iterator[Finding]:
    """Yield a finding where there are rows.

    Args:
        reason: why.
        rows: (rows) which ones.
        level: how grave it is.
        field: the column that it concerns.
        facts: values of the reason besides `count`.
    """
    where = np.flatnonzero(rows)
    if len(where):
        yield Finding("quality", reason.code, level, where, {**facts, "count": len(where)}, field)
