"""The opening tags of cells, many at once: name, format, kind of value (ECMA-376-1, 18.3.1.4)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sync.excel.words import WIDTH, Mask, Positions, Words, byte, number, starts, until

KINDS = (b"", b"n", b"s", b"str", b"b", b"e", b"inlineStr", b"d")
"""Values of the attribute `t`; without one a cell holds a number."""
_OPEN, _QUOTE = b'<c r="', ord('"')
_LETTERS = 3  # of a column, at most


class Unusual(Exception):
    """Something is spelled in a way that is not known here; a slower reader may know it."""


class Names(NamedTuple):
    """The names of cells.

    Attributes:
        rows, columns: (cells) counted from 0.
        after: (cells) the place behind the name's closing quote.
    """

    rows: Positions
    columns: Positions
    after: Positions


class Heads(NamedTuple):
    """What stands behind the names.

    Attributes:
        styles: (cells) number of the format, 0 where none is named.
        kinds: (cells) index into `KINDS`.
        ends: (cells) the place of the tag's last character.
        closed: (cells) whether the tag closes itself.
    """

    styles: Positions
    kinds: Positions
    ends: Positions
    closed: Mask

    def some(self, cells: Mask) -> Heads:
        """Return those of some cells."""
        return Heads(self.styles[cells], self.kinds[cells], self.ends[cells], self.closed[cells])


def names_of(words: Words, tags: Positions) -> Names:
    """Read the names of cells.

    Args:
        words: of the sheet.
        tags: (cells) places of their tags.

    Raises:
        Unusual: a cell has none, or does not begin with it.
    """
    if not starts(words[tags], _OPEN).all():
        raise Unusual
    start = tags + len(_OPEN)
    name = words[start]
    columns = np.zeros(len(tags), dtype=np.int64)
    letters = np.zeros(len(tags), dtype=np.int64)
    for place in range(_LETTERS):
        letter = byte(name, place)
        more = (letters == place) & (letter >= ord("A")) & (letter <= ord("Z"))
        columns = np.where(more, columns * 26 + (letter - ord("A") + 1), columns)
        letters += more
    digits = words[start + letters]
    length = until(digits, b'"')
    rows, plain = number(digits, length)
    if not (plain & (letters > 0) & (rows > 0)).all():
        raise Unusual
    return Names(rows - 1, columns - 1, start + letters + length + 1)


def heads_of(words: Words, after: Positions) -> Heads:
    """Read the rest of cells' opening tags.

    Args:
        words: of the sheet.
        after: (cells) the places behind their names.

    Raises:
        Unusual: they have other attributes than a format and a kind.
    """
    ends, styles = after, np.zeros(len(after), dtype=np.int64)
    kinds = np.zeros(len(after), dtype=np.int64)
    for _ in range(2):  # in either order
        ends, styles = _styles(words, ends, styles)
        ends, kinds = _kinds(words, ends, kinds)
        if not (starts(words[ends], b" s=") | starts(words[ends], b" t=")).any():
            break
    ends = ends + starts(words[ends], b" ")
    last = words[ends]
    closed = starts(last, b"/>")
    if not (closed | starts(last, b">")).all():
        raise Unusual
    return Heads(styles, kinds, ends + closed, closed)


def _styles(words: Words, at: Positions, styles: Positions) -> tuple[Positions, Positions]:
    """Return the places behind the attribute `s`, and the formats with those that it names."""
    sign = b' s="'
    has = starts(words[at], sign)
    digits = words[at + len(sign)]
    length = until(digits, b'"')
    named, plain = number(digits, length)
    if not (plain | ~has).all():
        raise Unusual
    return np.where(has, at + (len(sign) + length + 1), at), np.where(has, named, styles)


def _kinds(words: Words, at: Positions, kinds: Positions) -> tuple[Positions, Positions]:
    """Return the places behind the attribute `t`, and the kinds with those that it names."""
    first, second = words[at], words[at + WIDTH]
    after, found = at.copy(), kinds.copy()
    for kind, name in enumerate(KINDS):
        sign = b' t="%b"' % name
        has = starts(first, sign[:WIDTH]) & starts(second, sign[WIDTH:])
        after[has], found[has] = at[has] + len(sign), kind
    return after, found
