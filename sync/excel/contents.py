"""The cells of a worksheet as places and distinct contents.

A cell's content is its XML behind its name, and in a large table most cells hold what others hold,
too. The scan finds places and contents in whole columns of bytes and interprets nothing: calamine
is shown a sheet of the distinct contents (`Contents.sheet`), a third of the cells or less. Sheets
in an unusual spelling (cells without names, prefixes, comments) are left to calamine as they are.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import Any, NamedTuple

import numpy as np

from sync.columns import Codes, Columns, Row, coded
from sync.distinct import distinct
from sync.excel.heads import KINDS, Heads, Unusual, heads_of, names_of
from sync.excel.rowtags import RowTags, row_tags
from sync.excel.words import Positions, number, starts, words_of

_OPENING = re.compile(rb"<sheetData(?:\s[^<>]*)?>")
_CLOSING = b"</sheetData>"
_CHUNK = 4 << 20  # bytes that are looked at together
_COLUMN_BITS = 15  # letters of a cell's name are at most three
_NUMBER_BITS = 27  # a number of at most eight digits
_TABLE = 1 << 22  # numbers below are looked up, which takes a tenth of sorting
_ACROSS = 1_024  # contents in a row of the sheet that calamine is shown
_LAST = b'<c t="b"><v>1</v></c>'  # never blank: keeps the rows of that sheet at full length
_BLANK = b"/>"
_ERROR = re.compile(
    rb"[^<>]*\st=[\"']e[\"'][^<>]*>\s*(?:<f[^<>]*>(?:[^<]*</f\s*>)?\s*)?<v>([^<]*)<"
)


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The cells of one worksheet that hold something, in no order.

    Attributes:
        rows, columns: (cells) places, counted from 0.
        codes: (cells) index into `distinct`.
        distinct: contents, as XML behind the name of a cell: ` t="s"><v>5</v></c>`.
        formulas: column → ascending rows whose cell is a formula.
        filled: ascending rows with a cell of one of the formats that were asked for.
        frame: the sheet's XML before and after its rows.
    """

    rows: Row
    columns: Row
    codes: Row
    distinct: Sequence[bytes]
    formulas: Mapping[int, Positions]
    filled: Positions
    frame: tuple[bytes, bytes]

    def sheet(self) -> Iterator[bytes]:
        """Yield the XML of a sheet whose cells are the distinct contents, row by row."""
        yield self.frame[0]
        for start in range(0, len(self.distinct), _ACROSS):
            some = list(self.distinct[start : start + _ACROSS])
            some += [_BLANK] * (_ACROSS - len(some))
            yield b"<row><c" + b"<c".join(some) + _LAST + b"</row>"
        yield self.frame[1]

    def columns_of(
        self, rows: Sequence[Sequence[Any]], check: Callable[[int, int], None]
    ) -> Columns:
        """Return the values of the worksheet.

        Args:
            rows: (rows × columns) the values of `sheet`; errors are blank there.
            check: told how many rows and columns there are, before they are made.
        """
        found = chain.from_iterable(islice(row, _ACROSS) for row in rows)
        values = [
            value if value != "" else _error(content)
            for value, content in zip(found, self.distinct, strict=False)
        ]
        places, distinct = coded(values)
        known = places[self.codes] >= 0
        at, columns = self.rows[known], self.columns[known]
        shape = (int(columns.max()) + 1, int(at.max()) + 1) if len(at) else (0, 0)
        check(shape[1], shape[0])
        codes: Codes = np.full(shape, -1, dtype=np.int32)
        codes[columns, at] = places[self.codes[known]]
        return Columns(codes, distinct)


def contents_of(text: bytes, filled: Sequence[int]) -> Contents | None:
    """Scan a worksheet.

    Args:
        text: the sheet in UTF-8.
        filled: cell formats whose rows are wanted.

    Returns:
        Its cells, None where it is spelled in an unusual way.
    """
    opening = _OPENING.search(text)
    end = text.rfind(_CLOSING)
    if opening is None or end < opening.end():
        return None
    scan = _Scan(text, filled)
    try:
        for first, last in _chunks(text, opening.end(), end):
            scan.look(first, last)
    except Unusual:
        return None
    return scan.done((text[: opening.end()], text[end:]))


def _chunks(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the beginnings and ends of parts that hold whole rows."""
    while start < end:
        after = text.find(b"<row", start + _CHUNK, end)
        after = after if after >= 0 else end
        yield start, after
        start = after


def _error(content: bytes) -> str:
    """The error that a content shows, "" for none."""
    match = _ERROR.match(content)
    return html.unescape(match[1].decode("utf-8", "replace")) if match else ""


class _Found(NamedTuple):
    """Cells whose contents are told apart by a number each."""

    places: Positions
    contents: Positions | Row


class _Scan:
    """The cells found so far, by the kind of their contents."""

    def __init__(self, text: bytes, filled: Sequence[int]) -> None:
        self._text = text
        self._bytes = np.frombuffer(text, dtype=np.uint8)
        self._words = words_of(text)
        self._filled_styles = np.array(filled, dtype=np.int64)
        self._last = -1  # place of the last cell
        self._others_coded: defaultdict[bytes, int] = defaultdict(count().__next__)
        self._shared: list[_Found] = []
        self._numbers: list[_Found] = []
        self._others: list[_Found] = []
        self._formulas: list[Positions] = [np.empty(0, dtype=np.int64)]
        self._filled: list[Positions] = [np.empty(0, dtype=np.int64)]

    def look(self, first: int, last: int) -> None:
        """Take in the rows between two places of the text.

        Raises:
            Unusual: they are spelled in an unusual way.
        """
        tags = row_tags(self._text, self._bytes, self._words, first, last)
        names = names_of(self._words, tags.places[tags.cells])
        heads = heads_of(self._words, names.after)
        if (heads.closed != (tags.ends < 0)).any():
            raise Unusual
        places = (names.rows << _COLUMN_BITS) + names.columns
        self._require_order(places)
        self._filled.append(names.rows[np.isin(heads.styles, self._filled_styles)])
        full = ~heads.closed
        self._sort(tags.filled(), places[full], names.after[full], heads.some(full))

    def _sort(self, tags: RowTags, places: Positions, after: Positions, heads: Heads) -> None:
        """Sort cells by the kind of their content: shared strings, short numbers, all others."""
        child = tags.places[tags.cells + 1]
        formula = starts(tags.child(), b"<f")
        self._formulas.append(places[formula])
        plain = tags.plain(formula)
        begin = tags.places[tags.ends - 2] + len(b"<v>")
        length = np.where(plain, tags.places[tags.ends - 1] - begin, 0)
        digits, short = number(self._words[begin], length)
        short &= child == heads.ends + 1  # text that stands between the tags would be missed
        shared = short & (heads.kinds == KINDS.index(b"s"))
        numeric = short & (heads.kinds <= KINDS.index(b"n"))
        self._shared.append(_Found(places[shared], digits[shared].astype(np.int32)))
        keys = (heads.styles << _NUMBER_BITS) + digits
        self._numbers.append(_Found(places[numeric], keys[numeric]))
        rest = np.flatnonzero(~(shared | numeric))
        cut = np.where(plain & formula, child, -1)[rest]  # a formula is left out of the content
        spans = (after[rest], cut, begin[rest], tags.places[tags.ends[rest]])
        codes = [self._code(*span) for span in zip(*(p.tolist() for p in spans), strict=True)]
        self._others.append(_Found(places[rest], np.array(codes, dtype=np.int32)))

    def _code(self, start: int, cut: int, value: int, end: int) -> int:
        """The number of a content, which a formula may stand in."""
        text, end = self._text, end + len(b"</c>")
        if cut < 0:
            return self._others_coded[text[start:end]]
        return self._others_coded[text[start:cut] + text[value - len(b"<v>") : end]]

    def _require_order(self, places: Positions) -> None:
        """Require that the cells stand in the order of rows and columns, each once."""
        if len(places) and (places[0] <= self._last or (np.diff(places) <= 0).any()):
            raise Unusual
        self._last = int(places[-1]) if len(places) else self._last

    def done(self, frame: tuple[bytes, bytes]) -> Contents:
        """Return everything that was found.

        Args:
            frame: the sheet's XML before and after its rows.
        """
        shared, numbers, others = map(_joined, (self._shared, self._numbers, self._others))
        indexes, shared_codes = _indexed(shared.contents)
        styles, ranks = _indexed(numbers.contents >> _NUMBER_BITS)
        digits = numbers.contents & ((1 << _NUMBER_BITS) - 1)
        pairs, number_codes = _indexed(digits * len(styles) + ranks)
        texts = [b' t="s"><v>%d</v></c>' % at for at in indexes.tolist()]
        if len(pairs):
            heads = [b' s="%d"><v>' % style for style in styles.tolist()]
            found = zip(*(part.tolist() for part in divmod(pairs, len(styles))), strict=True)
            texts += [b"%b%d</v></c>" % (heads[rank], value) for value, rank in found]
        codes = [shared_codes, number_codes + len(indexes), others.contents + len(texts)]
        places = np.concatenate([shared.places, numbers.places, others.places])
        texts += self._others_coded
        return Contents(
            (places >> _COLUMN_BITS).astype(np.int32),
            (places & ((1 << _COLUMN_BITS) - 1)).astype(np.int32),
            np.concatenate(codes),
            texts,
            _by_column(np.concatenate(self._formulas)),
            distinct(np.concatenate(self._filled)),
            frame,
        )


def _joined(parts: list[_Found]) -> _Found:
    """The cells of all parts of the sheet together; the parts are given up, for they are large."""
    nothing = _Found(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))
    found = _Found(*map(np.concatenate, zip(nothing, *parts, strict=True)))
    parts.clear()
    return found


def _indexed(values: Positions | Row) -> tuple[Positions, Row]:
    """The distinct numbers, ascending, and (n) the index of each into them."""
    low = values < _TABLE
    seen = np.zeros(min(int(values.max(initial=0)) + 1, _TABLE), dtype=np.bool_)
    seen[values[low]] = True
    codes: Row = np.empty(len(values), dtype=np.int32)
    codes[low] = (np.cumsum(seen, dtype=np.int32) - 1)[values[low]]
    high, at = np.unique(values[~low], return_inverse=True)
    codes[~low] = at + np.count_nonzero(seen)
    return np.concatenate([np.flatnonzero(seen), high]), codes


def _by_column(places: Positions) -> dict[int, Positions]:
    """Column → ascending rows."""
    rows, columns = places >> _COLUMN_BITS, places & ((1 << _COLUMN_BITS) - 1)
    return {column: rows[columns == column] for column in distinct(columns).tolist()}
