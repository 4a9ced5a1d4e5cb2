"""Small tables for tests of what runs: keys, typed columns and the cells that may be written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sync.fields import FIELDS, Kind
from sync.table import Column, Table


def table(
    keys: list[str],
    *,
    cells: dict[str, list[Any]] | None = None,
    version: str = "v1",
    **fields: list[Any],
) -> Table:
    """Make a table: `fields` are parsed columns, `cells` what stands in writable columns."""
    frame = pd.DataFrame({key: _typed(key, values) for key, values in fields.items()})
    frame.index = pd.RangeIndex(len(keys))
    series = pd.Series(keys, dtype=object)
    writable = (series.ne("") & ~series.duplicated(keep=False)).to_numpy()
    sheets = frozenset({"商机"})
    columns = {key: Column(key, FIELDS[key].zh, FIELDS[key].kind, sheets=sheets) for key in fields}
    columns |= {key: Column(key, key, Kind.TEXT, sheets=sheets) for key in cells or {}}
    return Table(
        frame=frame,
        keys=np.array(keys, dtype=object),
        writable=writable,
        columns=columns,
        cells=pd.DataFrame(cells or {}, index=range(len(keys)), dtype=object),
        sheets=np.full(len(keys), "商机", dtype=object),
        numbers=np.arange(2, len(keys) + 2),
        version=version,
    )


def _typed(key: str, values: list[Any]) -> pd.Series[Any]:
    match FIELDS[key].kind:
        case Kind.MONEY:
            return pd.Series([None if v is None else v * 100 for v in values], dtype="Int64")
        case Kind.DATE:
            return pd.Series(pd.to_datetime(values)).astype("datetime64[s]")
        case Kind.NAME | Kind.PERSON:
            return pd.Series(values, dtype="str").astype("category")
        case Kind.TEXT:
            return pd.Series(values, dtype="str")
    return pd.Series(values, dtype="float64")
