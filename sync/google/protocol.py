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
import pandas as pd

from sync.google.client import SheetsClient
from sync.google.errors import Rejected, Unsure, no_answer
from sync.google.marks import Request, by_id
from sync.google.seen import Seen, column_cells, seen
from sync.google.values import Told, look, put
from sync.google.work import Sent, Work, refuse
from sync.store import CHANGED, Stale
from sync.table import Mask, Objects, Rows

REPAIRS = 10  # times that what went astray is put right; what was hit must not stay so
PAYLOAD = 2_000_000  # bytes of a request that Google advises not to exceed


def write(client: SheetsClient, works: Sequence[Work]) -> None:
    """Send the cells of all works, check every answer by key, and put right what went astray.

    What cannot be put right is added to the refused cells of its work.

    Raises:
        Stale: a marked column vanished.
        Unreachable: Google does not answer, and nothing has landed.
    """
    landed = False
    for cells in _packed(works):
        left: Mapping[int, Mapping[str, Sent]] = cells
        found: dict[tuple[int, str], Seen] = {}  # each column when it was last looked at
        for _ in range(1 + REPAIRS):
            answer = _send(client, works, left)
            landed |= not answer.lost
            wrong: dict[int, Mapping[str, Sent]] = {}
            for number, sent in left.items():
                now = _after(works[number], answer)
                found |= {(number, column): now for column in sent}
                if again := _astray(works[number], now, sent):
                    wrong[number] = again
            left = wrong
            if not left:
                break
        if left and not landed:
            raise no_answer()
        for (number, column), now in found.items():
            _report(works[number], now, column)


class _Answer(NamedTuple):
    """What stands at the places of a write; `lost` tells that it was asked for afterwards."""

    told: Sequence[Told]
    lost: bool


def _send(
    client: SheetsClient, works: Sequence[Work], cells: Mapping[int, Mapping[str, Sent]]
) -> _Answer:
    """Write, and where no answer comes, look instead: nothing is repeated blindly."""
    columns = [entry for number, sent in cells.items() for entry in _columns(works[number], sent)]
    try:
        return _Answer(put(client, columns), lost=False)
    except Rejected as error:
        raise _deleted() from error
    except Unsure:
        return _Answer(look(client, [place for place, _ in columns]), lost=True)


def _columns(work: Work, sent: Mapping[str, Sent]) -> Iterator[tuple[Request, list[Any]]]:
    """Each column that is written, that of the keys, and where need be ours and the whole tab."""
    target = work.target
    for number, key in target.marks().items():
        if key in sent:
            yield by_id(number), _spread(sent[key])
        elif key == target.key or key in target.telling.ours:
            yield by_id(number), [None]
    if target.telling.width:
        yield {"gridRange": {"sheetId": target.sheet}}, [None]


def _spread(sent: Sent) -> list[Any]:
    """A column from its first row on, null where nothing changes."""
    values: list[Any] = [None] * (int(sent.rows[-1]) + 1)
    for row, value in zip(sent.rows.tolist(), sent.values, strict=True):
        values[row] = value
    return values


def _after(work: Work, answer: _Answer) -> Seen:
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
    if target.key not in columns:
        raise _deleted()
    return seen(target.telling, target.key, columns, places, rows, work.before)


def _deleted() -> Stale:
    return Stale("a column was deleted meanwhile", zh="期间有列被删除")


def _astray(work: Work, now: Seen, sent: Mapping[str, Sent]) -> dict[str, Sent]:
    """The cells that have to be sent again, or back, at the positions of now."""
    again = {}
    for column, cells in sent.items():
        if column not in now.columns:
            raise _deleted()
        stands = now.columns[column]
        strangers = _hit(work, now, column, cells)
        want = work.want[column]
        rows = now.rows_of(np.asarray(want.index, dtype=object))
        wrong = (rows >= 0) & (stands[rows] != want.to_numpy())
        rows, values = rows[wrong], want.to_numpy()[wrong]
        if column in work.target.careful:
            work.ours.setdefault(column, set()).update(cells.values)
            free = np.array([stands[row] in {"", *work.ours[column]} for row in rows], dtype=bool)
            rows, values = rows[free], values[free]
        rows = np.concatenate([rows, strangers])
        values = np.concatenate([values, np.full(len(strangers), "", dtype=object)])
        if len(rows):
            order = np.argsort(rows, kind="stable")
            again[column] = Sent(rows[order], values[order])
            work.astray += len(rows)
    return again


def _hit(work: Work, now: Seen, column: str, cells: Sent) -> Rows:
    """Want back what stood in the rows that were hit by mistake, wherever they go.

    A row that was not there before held nothing that is known, so it is blanked.

    Returns:
        Those of the new rows that cannot be found again.
    """
    rows = cells.rows[_landed(now.columns[column], cells)]
    labels = now.labels[rows]
    unwanted = ~pd.Index(labels).isin(work.want[column].index)
    known = work.before.rows_of(labels)
    fresh = (known >= 0) & unwanted
    held = work.before.columns[column][known[fresh]]
    back = pd.Series(held, index=labels[fresh], dtype=object)
    strange = (known < 0) & unwanted & (now.columns[column][rows] != "")
    named = strange & (labels != "")
    blank = pd.Series("", index=labels[named], dtype=object)
    work.want[column] = pd.concat([work.want[column], back, blank])
    return np.union1d(rows[strange & ~named], _orphans(work, now, column))


def _orphans(work: Work, now: Seen, column: str) -> Rows:
    """The rows that were not there before and carry a key of this plan."""
    if column != work.target.key or now.contents is None:
        return np.empty(0, dtype=np.int64)
    given = [str(key) for key in work.want[column] if key]
    carried = np.isin(now.columns[column].astype(str), given)
    found: Rows = np.flatnonzero(carried & (work.before.rows_of(now.labels) < 0))
    return found


def _landed(stands: Objects, cells: Sent) -> Mask:
    """(n) whether a cell that was sent holds now what was sent."""
    inside = cells.rows < len(stands)
    found: Mask = np.zeros(len(cells.rows), dtype=bool)
    found[inside] = stands[cells.rows[inside]] == cells.values[inside]
    return found


def _report(work: Work, now: Seen, column: str) -> None:
    """Refuse what does not stand where it should."""
    for wish in work.target.wishes:
        if wish.column == column:
            mine = pd.Index(wish.labels).isin(work.want[column].index)
            rows = now.rows_of(wish.labels)
            fine = (rows >= 0) & (now.columns[column][rows] == wish.after)
            refuse(work, wish, mine & ~fine, CHANGED.code)


def _packed(works: Sequence[Work]) -> Iterator[dict[int, dict[str, Sent]]]:
    """Divide the cells into requests of moderate size: number of the work → column → cells."""
    packed: dict[int, dict[str, Sent]] = {}
    size = 0
    for number, work in enumerate(works):
        for column, cells in sorted(work.cells.items(), key=lambda item: item[0] != "id"):
            for part, weight in _parts(cells):
                if (size and size + weight > PAYLOAD) or column in packed.get(number, {}):
                    yield packed
                    packed, size = {}, 0
                packed.setdefault(number, {})[column] = part
                size += weight
    if packed:
        yield packed


def _parts(cells: Sent) -> Iterator[tuple[Sent, int]]:
    """A column's cells in parts that fit into a request, with their size in bytes."""
    if not len(cells.rows):
        return
    weights = np.array([len(str(value).encode()) + 3 for value in cells.values], dtype=np.int64)
    start = 0
    while start < len(cells.rows):
        # a null for each row above a value
        sizes = np.cumsum(weights[start:]) + 5 * cells.rows[start:]
        count = max(1, int(np.searchsorted(sizes, PAYLOAD)))
        part = slice(start, start + count)
        yield Sent(cells.rows[part], cells.values[part]), int(sizes[min(count, len(sizes)) - 1])
        start += count
