"""The header of a table: which row it is, over one row or two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync.fields import header_aliases, header_unit, normal_header
from sync.grid import Area, Grid
from sync.matching import HeaderCell, Match, explicit_columns, match, nearest
from sync.source import Reading
from sync.store import Mismatch

WINDOW = 30  # rows from the top in which a header may stand
_ENOUGH = 2  # fields that make a row a header
_ABOUT = re.compile(r"(?:信息|资料|情况|\s+info(?:rmation)?|\s+details?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """A header row that was found.

    Attributes:
        row: the lower row of the header.
        cells: non-blank headers in the order of their columns.
        match: what they mean.
        area: the list object that it heads, where there is one.
    """

    row: int
    cells: tuple[HeaderCell, ...]
    match: Match
    area: Area | None = None

    def cell(self, column: int) -> HeaderCell:
        """Return the header of a column, a blank one where it has none."""
        return next((c for c in self.cells if c.column == column), HeaderCell(column, "", ()))

    def named(self, name: str, columns: Sequence[int]) -> int | None:
        """Return which of some columns has a normal form of header, None where none has."""
        return next((c.column for c in self.cells if c.column in columns and name in c.names), None)

    def rivals(self, key: str) -> tuple[str, ...]:
        """Return the headers of the columns that claim a field equally."""
        return tuple(self.cell(column).text for column in self.match.rivals.get(key, ()))


def find_header(grid: Grid, reading: Reading) -> Header | None:
    """Find the header row of a tab.

    Args:
        grid: the tab.
        reading: what to look for; its `header_row` wins over what looks likely.

    Returns:
        The row in which most columns are understood, or None where no row has two of them.
    """
    if reading.header_row is not None:
        rows: Iterable[int] = (reading.header_row - 1,)
    else:
        rows = sorted({*range(WINDOW), *(area.first_row for area in grid.tables)})
    best: Header | None = None
    for row in rows:
        if not 0 <= row < len(grid.rows):
            continue
        area = next((area for area in grid.tables if area.first_row == row), None)
        for upper in (None, row - 1):
            if upper is not None and (area or not _two_rows(grid, upper)):
                continue
            cells = header_cells(grid, row, upper, area)
            found = match(cells, reading)
            if best is None or found.score > best.match.score:
                best = Header(row, cells, found, area)
    least = 1 if reading.header_row is not None or reading.columns else _ENOUGH
    return best if best and best.match.score >= least else None


def _two_rows(grid: Grid, upper: int) -> bool:
    """Whether merged cells tie a row to the one below: a group title, or a name over both rows."""
    return upper >= 0 and any(
        area.first_row == upper
        and (
            area.last_row == upper + 1
            or (area.last_row == upper and area.last_column > area.first_column)
        )
        for area in grid.merged
    )


def header_cells(
    grid: Grid, row: int, upper: int | None = None, area: Area | None = None
) -> tuple[HeaderCell, ...]:
    """Return the headers of a row, together with the row of group titles above it.

    Args:
        grid: the tab.
        row: the lower row.
        upper: the row above, where it belongs to the header.
        area: the list object that bounds the columns.

    Returns:
        Non-blank headers in the order of their columns.
    """
    lower = _texts(grid.rows[row])
    # a copy of a column that the store knows is the team's, under whatever header
    known = set(grid.headers.values())
    lower = {column: text for column, text in lower.items() if text not in known}
    lower.update(grid.headers)
    above = _spread(grid, upper) if upper is not None else {}
    if upper is not None:
        tall = {a.first_column for a in grid.merged if a.first_row == upper and a.last_row == row}
        lower.update({column: above[column] for column in tall if column in above})
    repeated = {text for text, count in Counter(lower.values()).items() if count > 1}
    cells = []
    for column, text in sorted(lower.items()):
        if area is not None and not area.first_column <= column <= area.last_column:
            continue
        group = above.get(column, "")
        if group in ("", text):
            cells.append(HeaderCell(column, text, (normal_header(text),), header_unit(text)))
            continue
        topic = _ABOUT.sub("", group) or group
        both = (normal_header(topic + text), normal_header(text + topic))
        strong, _ = header_aliases()
        names = (
            (*both, normal_header(text))
            if text in repeated or any(n in strong for n in both)
            else (normal_header(text), *both)
        )
        shown = f"{group} {text}" if text in repeated else text
        cells.append(HeaderCell(column, shown, names, max(header_unit(text), header_unit(group))))
    return tuple(cells)


def _texts(row: Sequence[object]) -> dict[int, str]:
    return {
        column: text
        for column, value in enumerate(row)
        if value is not None and (text := " ".join(str(value).split()))
    }


def _spread(grid: Grid, row: int) -> dict[int, str]:
    """The texts of a row, each over all columns that it is merged across."""
    texts = _texts(grid.rows[row])
    for area in grid.merged:
        if area.first_row == row and area.first_column in texts:
            for column in range(
                area.first_column + 1, min(area.last_column, len(grid.rows[row])) + 1
            ):
                texts[column] = texts[area.first_column]
    return texts


def missing_columns(headers: Sequence[Header], reading: Reading) -> list[str]:
    """Return the keys whose column, named in the rules file, none of the headers has."""
    found = {key for header in headers for key in explicit_columns(header.cells, reading)}
    return [key for key in reading.columns if key not in found]


def check_columns(
    headers: Sequence[Header], reading: Reading, place: tuple[str | int, ...] = ("spreadsheet",)
) -> None:
    """Check that every column that the rules file names is there.

    Args:
        headers: of the tabs that make up the table; one of them has to have the column.
        reading: the columns named.
        place: where the rules file names them.

    Raises:
        Mismatch: a column is missing; the nearest existing header is named.
    """
    for key in missing_columns(headers, reading):
        named = reading.columns[key]
        guess = nearest(named, (cell.text for header in headers for cell in header.cells))
        hint, tip = (f"; did you mean `{guess}`?", f"；是不是“{guess}”？") if guess else ("", "")
        raise Mismatch(
            f"there is no column `{named}` in the table{hint}",
            (*place, "columns", key),
            zh=f"表格中没有“{named}”列{tip}",
        )
