"""One tab as raw values, before anything in it is understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # what looks at tabs alone starts without pandas
    from sync.table import Rows


class Area(NamedTuple):
    """A rectangle of cells, counted from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def _no_rows() -> Rows:
    import numpy as np  # loaded by whoever makes a tab, not by whoever looks at a package

    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One tab as raw values.

    Attributes:
        name: of the tab.
        rows: values from A1; "" or None where blank; numbers, text, bool, date, datetime, time,
            timedelta.
        merged: merged areas.
        formulas: column → ascending rows whose cell is a formula.
        tables: areas of list objects, header included, total row excluded.
        filter: area of the sheet's filter, header included.
        visible: whether people see the tab.
        filled: ascending rows with a cell that has a fill colour.
        headers: column → the header under which the store knows it, whatever people made of it.
    """

    name: str
    rows: Sequence[list[Any]]
    merged: tuple[Area, ...] = ()
    formulas: Mapping[int, Rows] = field(default_factory=dict)
    tables: tuple[Area, ...] = ()
    filter: Area | None = None
    visible: bool = True
    filled: Rows = field(default_factory=_no_rows)
    headers: Mapping[int, str] = field(default_factory=dict)
