"""What inserting, deleting and moving lines does to an interval that stands on them.

Lines are rows or columns, counted from 0. All of this is arithmetic on half-open intervals; the
same three changes move ranges, anchors and the references of formulas.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple, Protocol

Interval = tuple[int, int]


class Change(Protocol):
    """A change of a sheet's lines, as intervals feel it."""

    def pieces(self, start: int, end: int) -> list[Interval]:
        """Where the lines [start, end) are now: nowhere, together, or in several pieces."""

    def interval(self, start: int, end: int) -> Interval | None:
        """The one interval that stands for [start, end) now; None where nothing is left."""


class Insert(NamedTuple):
    """``size`` new lines before line ``at``, like the line before it or the line after it."""

    at: int
    size: int
    before: bool = False

    def pieces(self, start: int, end: int) -> list[Interval]:
        """As ``interval``, but formats also spread to new lines that take after their last line
        (or first, for lines that take after the one behind them).
        """
        low, high = self._after(start), self._after(end - 1) + 1
        if self.before and end == self.at:
            high += self.size
        if not self.before and start == self.at:
            low -= self.size
        return [(low, high)]

    def _after(self, line: int) -> int:
        return line + self.size if line >= self.at else line

    def interval(self, start: int, end: int) -> Interval | None:
        """Shifted, or grown where the new lines fall inside."""
        return self._after(start), self._after(end - 1) + 1


class Delete(NamedTuple):
    """Without the lines [start, end)."""

    start: int
    end: int

    def pieces(self, start: int, end: int) -> list[Interval]:
        """What is left, in one piece."""
        left = self._after(start), self._after(end)
        return [left] if left[0] < left[1] else []

    def _after(self, line: int) -> int:
        return line - max(0, min(line, self.end) - self.start)

    def interval(self, start: int, end: int) -> Interval | None:
        """What is left, if anything is."""
        return next(iter(self.pieces(start, end)), None)


class Move(NamedTuple):
    """The lines [start, end) go before the line that stood at ``to`` (outside of them)."""

    start: int
    end: int
    to: int

    def pieces(self, start: int, end: int) -> list[Interval]:
        """Each line keeps its anchor; touching pieces are joined."""
        cuts = sorted({start, end, *(c for c in self if start < c < end)})
        found: list[Interval] = []
        for low, high in sorted((self._line(a), self._line(b - 1) + 1) for a, b in pairs(cuts)):
            if found and found[-1][1] == low:
                found[-1] = found[-1][0], high
            else:
                found.append((low, high))
        return found

    def _line(self, line: int) -> int:
        size = self.end - self.start
        if self.start <= line < self.end:
            return line + (self.to - self.end if self.to > self.start else self.to - self.start)
        if self.end <= line < self.to:
            return line - size
        if self.to <= line < self.start:
            return line + size
        return line

    def interval(self, start: int, end: int) -> Interval | None:
        """All lines if they are still together, else from the first that stayed to the last."""
        pieces = self.pieces(start, end)
        if len(pieces) == 1:
            return pieces[0]
        cuts = sorted({start, end, *(c for c in self if start < c < end)})
        stayed = [(a, b) for a, b in pairs(cuts) if not self.start <= a < self.end]
        ends = [(self._line(a), self._line(b - 1) + 1) for a, b in stayed]
        return min(low for low, _ in ends), max(high for _, high in ends)


def pairs(cuts: list[int]) -> list[Interval]:
    """Neighbours: [1, 4, 9] as (1, 4), (4, 9)."""
    return list(pairwise(cuts))
