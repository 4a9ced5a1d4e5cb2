"""Rows that stand in no sheet, such as examples in the rules file: read as cells are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sync.cells import Cells
from sync.dates import Dating
from sync.fields import FIELDS, Kind
from sync.frame import FUTURE
from sync.values import Form, Parsed, parse

Cell = str | int | float | bool | None


def typed_column(
    key: str, cells: Sequence[Cell], kind: Kind, now: pd.Timestamp, zone: str
) -> Parsed:
    """Read the cells of one column.

    Args:
        key: field or custom key.
        cells: (rows) as typed; amounts are whole currency units.
        kind: what the column holds.
        now: the moment that dates without a year are read at, naive local time.
        zone: IANA zone that moments with an offset are brought to.

    Returns:
        (rows) values and what could not be read, names and people still as "str".
    """
    dating = Dating(now.to_pydatetime(), key in FUTURE, zone)
    return parse(Cells.of(list(cells)), Form(kind, dating))


def typed_frame(
    rows: Sequence[Mapping[str, Cell]], custom: Mapping[str, Kind], now: pd.Timestamp, zone: str
) -> pd.DataFrame:
    """Read rows into the columns that rules see.

    Args:
        rows: field or custom key → cell; a key that no row has is a column that there is not.
        custom: kinds of the team's own columns.
        now: the moment, naive local time.
        zone: IANA zone.

    Returns:
        (rows × keys) RangeIndex; names and people categorical.
    """
    frame = pd.DataFrame(index=range(len(rows)))
    for key in dict.fromkeys(key for row in rows for key in row):
        kind = FIELDS[key].kind if key in FIELDS else custom.get(key, Kind.TEXT)
        values = typed_column(key, [row.get(key) for row in rows], kind, now, zone).values
        frame[key] = values.astype("category") if kind in (Kind.NAME, Kind.PERSON) else values
    return frame
