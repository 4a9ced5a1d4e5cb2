"""Write values so that none ends in a wrong row, although the Sheets API cannot compare and swap.

Columns are named by their marks, so that a value never lands in another column. Rows can only be
named by position, and people sort and insert while we write: every answer brings the key column of
the same moment along, each written row is checked by it, and what went astray is put right at the
positions that the answer shows. An answer that was lost is asked for; writing is never repeated
blindly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sync.google.client import SheetsClient
from sync.google.errors import Rejected, Unsure, no_answer
from sync.google.marks import Request, by_id
from sync.google.mend import Sent, due, learn, wish
from sync.google.seen import Seen, column_cells, seen
from sync.google.target import Wish
from sync.google.values import Told, look, put
from sync.google.work import Work, refuse
from sync.store import CHANGED, Stale
from sync.table import Rows

REPAIRS = 10  # times that what went astray is put right; what was hit must not stay so
PAYLOAD = 2_000_000  # bytes of a request that Google advises not to exceed


def write(client: SheetsClient, works: Sequence[Work]) -> None:
    """Send the cells of all works, check every answer by key, and put right what went astray.

    What cannot be put right is added to the refused cells of its work.

    Raises:
        Stale: a marked column vanished.
        Unreachable: Google does not answer, and nothing has landed.
    """
    is_first, landed = True, False
    for part in _packed(works):
        for work, wanted in part:
            wish(work, wanted)
        for turn in range(1 + REPAIRS):
            cells = {number: sent for number, work in enumerate(works) if (sent := due(work))}
            if not cells:
                break
            answer = _send(client, works, cells, is_first=is_first)
            is_first, landed = False, landed or not answer.lost
            for number, sent in cells.items():
                work = works[number]
                work.astray += sum(len(one.rows) for one in sent.values()) if turn else 0
                learn(work, _seen(work, answer), sent, is_answer=not answer.lost)
        else:
            if not landed:
                raise no_answer()
    for work in works:
        _report(work)


class _Answer(NamedTuple):
    """What stands at the places of a write; `lost` tells that it was asked for afterwards."""

    told: Sequence[Told]
    lost: bool


def _send(
    client: SheetsClient,
    works: Sequence[Work],
    cells: Mapping[int, Mapping[str, Sent]],
    *,
    is_first: bool,
) -> _Answer:
    """Write, and where no answer comes, look instead: nothing is repeated blindly.

    A place that is gone stops a run only before anything is written; what was hit must not stay so.
    """
    columns = [entry for number, sent in cells.items() for entry in _columns(works[number], sent)]
    try:
        return _Answer(put(client, columns), lost=False)
    except Rejected as error:
        if is_first:
            raise _deleted() from error
    except Unsure:
        pass
    return _Answer(look(client, [place for place, _ in columns]), lost=True)


def _columns(work: Work, sent: Mapping[str, Sent]) -> Iterator[tuple[Request, list[Any]]]:
    """All columns of a tab, null where nothing is sent, and where need be the whole tab."""
    target = work.target
    for number, key in target.marks().items():
        yield by_id(number), _spread(sent[key]) if key in sent else [None]
    if target.telling.width:
        yield {"gridRange": {"sheetId": target.sheet}}, [None]


def _spread(sent: Sent) -> list[Any]:
    """A column from its first row on, null where nothing changes."""
    values: list[Any] = [None] * (int(sent.rows[-1]) + 1)
    for row, value in zip(sent.rows.tolist(), sent.values, strict=True):
        values[row] = value
    return values


def _seen(work: Work, answer: _Answer) -> Seen:
    """What stands on a tab after a write."""
    target = work.target
    marked = target.marks()
    columns, places, rows = {}, {}, None
    for one in answer.told:
        number = one.place.get("developerMetadataLookup", {}).get("metadataId")
        if number in marked:
            columns[marked[number]] = column_cells(one.rows, 0)
            places[marked[number]] = one.column
        elif one.place.get("gridRange", {"sheetId": -1}).get("sheetId", 0) == target.sheet:
            rows = one.rows
    if not columns.keys() >= {target.key, *work.want}:
        raise _deleted()
    return seen(target.telling, target.key, columns, places, rows)


def _deleted() -> Stale:
    return Stale("a column was deleted meanwhile", zh="期间有列被删除")


def _report(work: Work) -> None:
    """Refuse what does not stand where it should."""
    for column, wanted in work.wishes.items():
        rows = work.last.rows_of(wanted.labels)
        fine = (rows >= 0) & (work.last.columns[column][rows] == wanted.after)
        refuse(work, wanted, ~fine, CHANGED.code)


def _packed(works: Sequence[Work]) -> Iterator[list[tuple[Work, Wish]]]:
    """Divide the cells into requests of moderate size."""
    packed: list[tuple[Work, Wish]] = []
    size = 0
    for work in works:
        for wanted in sorted(work.wishes.values(), key=lambda one: one.column != work.target.key):
            for part, weight in _parts(wanted, work.last.rows_of(wanted.labels)):
                if packed and size + weight > PAYLOAD:
                    yield packed
                    packed, size = [], 0
                packed.append((work, part))
                size += weight
    if packed:
        yield packed


def _parts(wanted: Wish, rows: Rows) -> Iterator[tuple[Wish, int]]:
    """A column's cells in parts that fit into a request, with their size in bytes."""
    weights = np.array([len(str(value).encode()) + 3 for value in wanted.after], dtype=np.int64)
    start = 0
    while start < len(rows):
        # a null for each row above a value
        sizes = np.cumsum(weights[start:]) + 5 * rows[start:]
        count = max(1, int(np.searchsorted(sizes, PAYLOAD)))
        yield wanted.some(slice(start, start + count)), int(sizes[min(count, len(sizes)) - 1])
        start += count
