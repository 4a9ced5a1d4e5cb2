"""The tags between the rows of a sheet's XML: which of them are cells, and where a cell ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sync.excel.heads import Unusual
from sync.excel.words import Mask, Positions, Words, starts

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
_CHILDREN = (b"<f", b"<v", b"<is")  # what a cell begins with


class RowTags(NamedTuple):
    """The tags of some whole rows.

    Attributes:
        places: (tags) where each begins.
        words: (tags) what each begins with.
        cells: (cells) tags that open a cell.
        ends: (cells) the tag that closes it, -1 where its own does.
    """

    places: Positions
    words: Words
    cells: Positions
    ends: Positions

    def filled(self) -> RowTags:
        """Return the same with those cells only that do not close themselves."""
        there = self.ends >= 0
        return self._replace(cells=self.cells[there], ends=self.ends[there])

    def child(self) -> Words:
        """Return (cells that do not close themselves) what stands first in each.

        Raises:
            Unusual: in one of them, neither a formula nor a value does.
        """
        child = self.words[self.cells + 1]
        known = self.ends == self.cells + 1
        for sign in _CHILDREN:
            known |= starts(child, sign)
        if not known.all():
            raise Unusual
        return child

    def plain(self, formula: Mask) -> Mask:
        """Return (cells) whether nothing but a value stands in a cell, or a formula before it.

        Args:
            formula: (cells) whether a cell begins with one.
        """
        between = self.ends - self.cells
        valued = starts(self.words[self.ends - 2], b"<v>")
        valued &= starts(self.words[self.ends - 1], b"</v></c>")
        few = np.where(formula, (between == 4) | (between == 5), between == 3)
        return np.asarray(valued & few)


def row_tags(text: bytes, codes: Bytes, words: Words, first: int, last: int) -> RowTags:
    """Find the tags between two places of a sheet.

    Args:
        text: the sheet.
        codes: its bytes.
        words: its words.
        first: where the first row begins.
        last: where the last one ends.

    Raises:
        Unusual: there is something else than cells in rows.
    """
    places = np.flatnonzero(codes[first:last] == ord("<")) + first
    marks = words[places]
    cells = np.flatnonzero(starts(marks, b"<c "))
    ends = _ends(marks, cells)
    opened, closed = starts(marks, b"<row"), starts(marks, b"</row>")
    inside = int(np.where(ends >= 0, ends - cells, 0).sum()) + len(cells)
    if inside + np.count_nonzero(opened | closed) != len(marks):
        raise Unusual
    _close_empty(text, places, marks, opened, last)
    depth = np.cumsum(opened.astype(np.int8) - closed.astype(np.int8), dtype=np.int64)
    if not (np.isin(depth, (0, 1)).all() and depth[cells].all()) or depth[-1:].any():
        raise Unusual
    return RowTags(places, marks, cells, ends)


def _ends(marks: Words, cells: Positions) -> Positions:
    """(cells) which tag closes a cell, -1 where its own tag does."""
    closing = starts(marks, b"</c>")
    before = np.cumsum(closing)
    first = before[cells]  # the closing tags in front of a cell
    own = np.diff(first, append=before[-1:])
    if ((own < 0) | (own > 1)).any():
        raise Unusual
    ends = np.full(len(cells), -1, dtype=np.int64)
    ends[own == 1] = np.flatnonzero(closing)[first[own == 1]]
    return ends


def _close_empty(text: bytes, places: Positions, marks: Words, opened: Mask, last: int) -> None:
    """Take the rows that close themselves from those that are open."""
    rows = np.flatnonzero(opened)
    after = np.append(marks[1:], np.uint64(0))[rows]
    ends = np.append(places[1:], last)
    for row in rows[~(starts(after, b"<c ") | starts(after, b"</row>"))].tolist():
        opened[row] = not text[places[row] : ends[row]].rstrip().endswith(b"/>")
