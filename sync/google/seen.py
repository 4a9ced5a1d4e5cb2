"""What stands in the columns that a run writes, at one moment, and by what each row is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sync.cells import Cells
from sync.google.cell import wire
from sync.table import Objects, Rows

_KEY = "key "  # begins the label of a row that is known by its key


@dataclass(frozen=True, slots=True)
class Telling:
    """How the rows of a tab are told apart.

    A row is known by its key. Where rows get their first key they are known by what the team's
    cells say, until the key stands.

    Attributes:
        width: so many columns of the tab count, and all up to the last of ours; 0 where no row
            needs it.
        loose: keys that prove nothing yet: given by this very plan, or carried by several rows.
        ours: marked columns that do not count, being ours or filled by us.
        computed: numbers of columns with formulas, which do not count either.
    """

    width: int = 0
    loose: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
    computed: frozenset[int] = frozenset()

    def contents(self, rows: Sequence[Sequence[Any]], places: Mapping[str, int]) -> Objects:
        """Return (rows) a hash of what the team's cells of each row say, "" where nothing.

        In whatever order: people move and insert columns while we write.

        Args:
            rows: the whole tab.
            places: key → where a marked column stands at the same moment.
        """
        skipped = self.computed | {places[key] for key in self.ours if key in places}
        found = np.zeros(len(rows), dtype=np.uint64)
        said = np.zeros(len(rows), dtype=bool)
        for column in range(max([self.width, *(place + 1 for place in places.values())])):
            if column not in skipped:
                texts = Cells.of(column_cells(rows, column)).texts()
                here = texts != ""
                said |= here
                found[here] += pd.util.hash_array(np.asarray(texts[here], dtype=object))
        return np.where(said, found.astype(str).astype(object), "")

    def labels(self, keys: Objects, contents: Objects | None) -> Objects:
        """Return (rows) by what each row is known, "" where it cannot be told from others.

        Args:
            keys: (rows) cells of the key column.
            contents: (rows) see `contents`; None where no row needs it.
        """
        texts = pd.Series(Cells.of(keys).texts(), dtype=object)
        sure = texts.ne("") & ~texts.isin(self.loose) & ~texts.duplicated(keep=False)
        found = (_KEY + texts).where(sure, "")
        if contents is not None:
            said = pd.Series(contents, dtype=object)[~sure]
            said = said[said != ""]
            # rows that say the same can stand for each other
            found[said.index] = "row " + said + " " + said.groupby(said).cumcount().astype("str")
        return np.asarray(found, dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The columns that a run writes on a tab, at one moment.

    Attributes:
        labels: (rows of the tab) by what each row is known.
        contents: (rows of the tab) what the team's cells say; None where no row needs it.
        columns: key → (rows of the tab) values as they are sent.
        places: key → the column at that moment.
    """

    labels: Objects
    contents: Objects | None
    columns: Mapping[str, Objects]
    places: Mapping[str, int]

    def rows_of(self, labels: Objects) -> Rows:
        """Return (n) the row of each label, -1 where it is not there."""
        rows = np.flatnonzero(self.labels != "")
        at = pd.Index(self.labels[rows]).get_indexer(pd.Index(labels))
        found: Rows = np.where(at < 0, -1, rows[at] if len(rows) else -1)
        return found


def column_cells(rows: Sequence[Sequence[Any]], column: int) -> list[Any]:
    """Return (rows) the cells of a column, "" where a row ends before it."""
    return [row[column] if column < len(row) else "" for row in rows]


def seen(
    telling: Telling,
    key: str,
    columns: Mapping[str, Sequence[Any]],
    places: Mapping[str, int],
    rows: Sequence[Sequence[Any]] | None,
    before: Seen | None = None,
) -> Seen:
    """Return what stands on a tab.

    Args:
        telling: how its rows are told apart.
        key: of the column that holds the rows' keys.
        columns: key → values from the tab's first row on, without trailing blanks.
        places: key → where the column stands.
        rows: the whole tab, where rows are told apart by what they say.
        before: the tab at an earlier moment: a row that carries a key by mistake is known by what
            it said then.
    """
    count = max([len(rows or ()), *map(len, columns.values())])
    padded = {name: _padded(values, count) for name, values in columns.items()}
    contents = None
    if telling.width and rows is not None:
        contents = telling.contents([*rows, *([()] * (count - len(rows)))], places)
    labels = telling.labels(padded[key], contents)
    if before is not None and before.contents is not None and contents is not None:
        labels = _recalled(labels, contents, before)
    return Seen(labels, contents, padded, places)


def _recalled(labels: Objects, contents: Objects, before: Seen) -> Objects:
    """(rows) the earlier label of each row without a sure key whose content was there once."""
    assert before.contents is not None  # noqa: S101 - the caller has looked
    once = ~pd.Series(before.contents).duplicated(keep=False).to_numpy()
    here = ~pd.Series(contents).duplicated(keep=False).to_numpy()
    at = pd.Index(before.contents[once]).get_indexer(pd.Index(contents))
    fits = (at >= 0) & here & (contents != "")
    earlier = before.labels[once][np.where(fits, at, 0)] if once.any() else labels
    unsure = np.array([not str(label).startswith(_KEY) for label in labels], dtype=bool)
    found = labels.copy()
    while True:
        known = fits & unsure
        found[known] = earlier[known]
        # a key that was put back and went astray again proves nothing: its row is known by content
        astray = ~unsure & np.isin(found, earlier[known])
        if not astray.any():
            return found
        found[astray] = ""
        unsure |= astray


def _padded(values: Sequence[Any], count: int) -> Objects:
    found: Objects = np.full(count, "", dtype=object)
    found[: len(values)] = [wire(value) for value in values]
    return found
