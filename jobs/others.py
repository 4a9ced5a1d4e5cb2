"""Workbooks that are only read: their rows stand beside the table, as those of archive tabs do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from config.load import RulesFile
from sync.excel.limits import Limits
from sync.excel.reader import read_grids
from sync.reading import read_table
from sync.source import Reading
from sync.store import Mismatch, about
from sync.table import Table


def with_others(table: Table, rules_file: RulesFile, now: pd.Timestamp) -> Table:
    """Return the table with the rows of the other workbooks in its archive.

    Their keys begin with the name of their workbook, so that they never meet the table's own.

    Args:
        table: as read.
        rules_file: names the workbooks.
        now: the moment of the run, for dates without a year.

    Raises:
        StoreError: a workbook is missing, damaged, or has not what the rules file names.
    """
    others = rules_file.others(now)
    if not others:
        return table
    limits = rules_file.limits
    read = [_read(number, *other, limits) for number, other in enumerate(others)]
    rows = [_rows(one, path.stem) for one, (path, _) in zip(read, others, strict=True)]
    ends = [one.until for one in (table, *read)]
    return replace(
        table,
        archive=_together([table.archive, *rows]),
        until=None if None in ends else min(end for end in ends if end is not None),
    )


def _read(number: int, path: Path, reading: Reading, limits: Limits) -> Table:
    with about(path.name):
        try:
            grids, version = read_grids(path, limits)
            return read_table(grids, reading, version)[0]
        except Mismatch as error:
            error.path = ("spreadsheet", "others", number)
            raise


def _rows(read: Table, name: str) -> pd.DataFrame:
    """(rows × fields and `key`) what another workbook holds."""
    keys = pd.Series(read.keys, dtype="str")
    return read.frame.assign(key=keys.where(keys == "", f"{name}!" + keys))


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of several frames; the categories of two do not add up by themselves."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return frames[-1]
    names = {name for frame in filled for name in frame.select_dtypes("category").columns}
    plain = [frame.astype(dict.fromkeys(names & set(frame.columns), "str")) for frame in filled]
    return pd.concat(plain, ignore_index=True).astype(dict.fromkeys(sorted(names), "category"))
