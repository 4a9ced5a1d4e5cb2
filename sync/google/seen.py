"""What stands in the columns that a run writes, at one moment, and by what each row is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sync.cells import Cells
from sync.google.cell import wire
from sync.table import Objects, Rows

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the team's cells of a tab say.

    Attributes:
        rows: (cells) row of each cell that says something.
        hashes: (cells) of what it says.
        contents: (rows of the tab) a hash of all that a row says, "" where nothing.
    """

    rows: Rows
    hashes: Hashes
    contents: Objects

    @classmethod
    def of(cls, count: int, cells: Sequence[tuple[Rows, Hashes]]) -> Said:
        """Put columns together: of each the rows that say something there, and what."""
        total = np.zeros(count, dtype=np.uint64)
        says = np.zeros(count, dtype=bool)
        for rows, hashes in cells:
            total[rows] += hashes
            says[rows] = True
        contents = np.where(says, total.astype(str).astype(object), "")
        if not cells:
            return cls(np.empty(0, np.int64), np.empty(0, np.uint64), contents)
        rows, hashes = (np.concatenate(parts) for parts in zip(*cells, strict=True))
        return cls(rows, hashes, contents)


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

    def said(self, rows: Sequence[Sequence[Any]], places: Mapping[str, int]) -> Said:
        """Return what the team's cells of each row say.

        In whatever order: people move and insert columns while we write.

        Args:
            rows: the whole tab.
            places: key → where a marked column stands at the same moment.
        """
        skipped = self.computed | {places[key] for key in self.ours if key in places}
        wide = max([self.width, *(place + 1 for place in places.values())])
        cells: list[tuple[Rows, Hashes]] = []
        for column in (at for at in range(wide) if at not in skipped):
            texts = Cells.of(column_cells(rows, column)).texts()
            here = np.flatnonzero(texts != "")
            cells.append((here, pd.util.hash_array(np.asarray(texts[here], dtype=object))))
        return Said.of(len(rows), cells)

    def labels(self, keys: Objects, said: Said | None) -> Objects:
        """Return (rows) by what each row is known, "" where it cannot be told from others.

        Args:
            keys: (rows) texts of the key column.
            said: what the rows say; None where no row needs it.
        """
        proofs = pd.Series(proving(keys, self.loose), dtype=object)
        sure = proofs != ""
        found = ("key " + proofs).where(sure, "")
        if said is not None:
            told = pd.Series(said.contents, dtype=object)[~sure]
            told = told[told != ""]
            # rows that say the same can stand for each other
            found[told.index] = "row " + told + " " + told.groupby(told).cumcount().astype("str")
        return np.asarray(found, dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The columns that a run writes on a tab, at one moment.

    Attributes:
        labels: (rows of the tab) by what each row is known, "" where by nothing; a row keeps its
            label from one moment to the next.
        keys: (rows of the tab) texts of the key column.
        said: what the team's cells say; None where rows are known by their keys alone.
        columns: key → (rows of the tab) values as they are sent.
        turn: how many moments were seen before.
    """

    labels: Objects
    keys: Objects
    said: Said | None
    columns: Mapping[str, Objects]
    turn: int = 0

    def rows_of(self, labels: Objects) -> Rows:
        """Return (n) the row of each label, -1 where it is not there."""
        rows = np.flatnonzero(self.labels != "")
        at = pd.Index(self.labels[rows]).get_indexer(pd.Index(labels))
        found: Rows = np.where(at < 0, -1, rows[at] if len(rows) else -1)
        return found


def column_cells(rows: Sequence[Sequence[Any]], column: int) -> list[Any]:
    """Return (rows) the cells of a column, "" where a row ends before it."""
    return [row[column] if column < len(row) else "" for row in rows]


def proving(keys: Objects, loose: Set[str]) -> Objects:
    """Return (rows) the keys that tell a row from all others, "" in place of the rest.

    Args:
        keys: (rows) texts of the key column.
        loose: keys that prove nothing.
    """
    texts = pd.Series(keys, dtype=object)
    sure = ~texts.isin(loose) & ~texts.duplicated(keep=False)
    return np.asarray(texts.where(sure, ""), dtype=object)


def seen(
    telling: Telling,
    key: str,
    columns: Mapping[str, Sequence[Any]],
    places: Mapping[str, int],
    rows: Sequence[Sequence[Any]] | None,
) -> Seen:
    """Return what stands on a tab.

    Args:
        telling: how its rows are told apart.
        key: of the column that holds the rows' keys.
        columns: key → values from the tab's first row on, without trailing blanks.
        places: key → where the column stands.
        rows: the whole tab, where rows are told apart by what they say.
    """
    count = max([len(rows or ()), *map(len, columns.values())])
    padded = {name: _padded(values, count) for name, values in columns.items()}
    said = None
    if telling.width and rows is not None:
        said = telling.said([*rows, *([()] * (count - len(rows)))], places)
    keys = Cells.of(padded[key]).texts()
    return Seen(telling.labels(keys, said), keys, said, padded)


def _padded(values: Sequence[Any], count: int) -> Objects:
    found: Objects = np.full(count, "", dtype=object)
    found[: len(values)] = [wire(value) for value in values]
    return found
