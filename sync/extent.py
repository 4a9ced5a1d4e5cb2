"""How far a table reaches: its columns, and the rows below the header that are opportunities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sync.block import Block
from sync.cells import is_blank
from sync.header import Header
from sync.table import Mask, Rows

_TOTAL = re.compile(
    r"\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|汇\s*总|总\s*和|求\s*和|本[页月]合计"
    r"|(?:grand\s*|sub\s*-?)?totals?|sum|overall)\s*(?:[:：(（].*)?",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:备注|说明|注|填表说明|制表人?|审核人?|notes?|remarks?|legend)\s*[:：]", re.IGNORECASE
)
_TOTAL_TEXTS = 2  # a total row has no more
_SHOWING = 3  # a row of formulas is an opportunity when so many of them show text or dates


def columns_of(block: Block, header: Header, sure: frozenset[str]) -> tuple[int, int]:
    """Return the first and the last column of a table.

    A list object says it itself. Else the table ends at a column with neither header nor content;
    what stands behind such a gap belongs to it only where the rules file says so, or where a field
    is understood there and filled as far down as the fields on this side.

    Args:
        block: what stands below the header.
        header: the header row.
        sure: keys that the rules file names or that are ours.
    """
    if header.area is not None:
        return header.area.first_column, header.area.last_column
    named = {cell.column for cell in header.cells}
    between = set(range(min(named), max(named))) - named
    used = sorted(named | {column for column in between if _filled(block, column)})
    runs: list[list[int]] = [[used[0]]]
    for before, column in pairwise(used):
        if column - before > 1:
            runs.append([])
        runs[-1].append(column)
    known = {*header.match.columns.values(), *header.match.ids}
    main = max(runs, key=lambda run: len(known.intersection(run)))
    depth = max((_filled(block, column) for column in known.intersection(main)), default=0)
    ours = {column for key, column in header.match.columns.items() if key in sure}
    kept = list(main)
    for run in runs:
        deep = any(2 * _filled(block, column) >= depth for column in known.intersection(run))
        if ours.intersection(run) or deep:
            kept.extend(run)
    area = block.grid.filter
    if area is not None and area.first_row <= header.row <= area.first_row + 1:
        kept.extend((area.first_column, area.last_column))
    return min(kept), max(kept)


def rows_of(block: Block, header: Header, columns: Sequence[int]) -> tuple[Rows, Rows]:
    """Return the rows of a tab that hold an opportunity, and those that hold only a note below.

    Blank rows (a number or formula that was filled down in advance does not make a row), totals,
    and repetitions of the header are left out.

    Args:
        block: what stands below the header.
        header: the header, restricted to the table.
        columns: of the table.

    Returns:
        (rows, notes) as rows of the tab, ascending.
    """
    filled = _counts(block, columns, header)
    known = [column for column in header.match.columns.values() if column in columns]
    known.extend(column for columns_ in header.match.rivals.values() for column in columns_)
    rows = (filled > 0) & ~_totals(block, columns) & ~_headers(block, header)
    solid = sum((~block.cells(column).blank).astype(int) for column in known) >= min(2, len(known))
    notes = np.zeros(len(block), dtype=bool)
    if header.area is None and (solid & rows).any():
        last = int(np.flatnonzero(solid & rows)[-1])
        gap = np.cumsum(filled[last + 1 :] == 0) > 0
        labelled = [_labelled(block, at, columns) for at in range(last + 1, len(block))]
        notes[last + 1 :] = rows[last + 1 :] & (gap | np.array(labelled, dtype=bool))
    at = np.arange(block.start, block.end + 1, dtype=np.int64)
    return at[rows & ~notes], at[notes]


def _filled(block: Block, column: int) -> int:
    return int((~block.cells(column).blank).sum())


def _counts(
    block: Block, columns: Sequence[int], header: Header
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(rows of the block) how many cells say that somebody entered an opportunity there."""
    typed = np.zeros(len(block), dtype=np.int64)
    shown = np.zeros(len(block), dtype=np.int64)
    for column in columns:
        if column in header.match.weak_ids:
            continue  # 序号 is filled down in advance
        cells, formula = block.cells(column, fill=False), block.formulas(column)
        # a box that nobody ticked is there in advance
        there = ~cells.blank & ~block.merged(column) & ~cells.equals("FALSE")
        typed += there & ~formula
        if formula.any():
            shown += (
                there & formula & cells.where(lambda value: not isinstance(value, (int, float)))
            )
    return np.where(shown >= _SHOWING, typed + shown, typed)


def _totals(block: Block, columns: Sequence[int]) -> Mask:
    """(rows of the block) whether a row is a total: its only text, or all but one, says so."""
    found = np.zeros(len(block), dtype=bool)
    texts = np.zeros(len(block), dtype=np.int64)
    for column in columns:
        texts += block.cells(column, fill=False).worded
    if not ((texts > 0) & (texts <= _TOTAL_TEXTS)).any():
        return found  # most tables have none, and no need to read what their cells say
    for column in columns:
        found |= block.cells(column, fill=False).where(_says_total)
    for at in np.flatnonzero(found).tolist():
        row = block.grid.rows[block.start + at]
        said = [
            v for c in columns if c < len(row) and isinstance(v := row[c], str) and not is_blank(v)
        ]
        found[at] = len(said) <= _TOTAL_TEXTS and _says_total(said[0])
    return found


def _says_total(value: object) -> bool:
    return isinstance(value, str) and _TOTAL.fullmatch(value) is not None


def _headers(block: Block, header: Header) -> Mask:
    """(rows of the block) whether a row is the header once more."""
    same = np.zeros(len(block), dtype=np.int64)
    enough = max(2, len(header.cells) // 2)
    columns = [(block.cells(cell.column, fill=False), cell.text) for cell in header.cells]
    # the columns with the fewest values first: they mostly tell that there is none
    columns.sort(key=lambda column: len(column[0].values))
    for left, (cells, text) in zip(range(len(columns), 0, -1), columns, strict=True):
        if same.max(initial=0) + left < enough:
            break
        same += cells.says(text)
    return same >= enough


def _labelled(block: Block, at: int, columns: Sequence[int]) -> bool:
    """Whether a row of the block has a footnote such as `备注：…`."""
    row = block.grid.rows[block.start + at]
    cells = (row[column] for column in columns if column < len(row))
    return any(isinstance(value, str) and _NOTE.match(value.strip()) for value in cells)
