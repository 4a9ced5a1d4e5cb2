"""The header of a table: which row it is, and which column is which field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from sync.fields import FIELDS, Kind, header_aliases, header_unit, normal_header
from sync.source import Area, Grid, Reading
from sync.store import Mismatch

WINDOW = 30  # rows from the top in which a header may stand
_ENOUGH = 2  # fields that make a row a header
_COMPANIONS = {"snooze_reason": "snooze"}  # a bare "reason" explains a column that must be there
_ABOUT = re.compile(r"(?:信息|资料|情况|\s+info(?:rmation)?|\s+details?)$", re.IGNORECASE)
_MEASURES = (Kind.MONEY, Kind.PERCENT, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A column's header.

    Attributes:
        column: counted from 0.
        text: as people see it; with the group above where that tells columns apart.
        names: normal forms to compare, the most telling first.
        unit: factor that its brackets, or those of its group, give to numbers.
    """

    column: int
    text: str
    names: tuple[str, ...]
    unit: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Which column is which field.

    Attributes:
        columns: field, custom or owned key → column; `id` is only here where it is settled.
        ids: columns that may be the id, the likeliest first.
        weak_ids: those of `ids` that are ids only for want of a better one (`序号`, `No.`).
        rivals: field → columns that claim it equally, so that none was taken.
        score: number of columns understood, weak ones half.
    """

    columns: Mapping[str, int]
    ids: tuple[int, ...] = ()
    weak_ids: frozenset[int] = frozenset()
    rivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    score: float = 0.0


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


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the existing name that a misspelt one most likely means, or None."""
    found = process.extractOne(given, list(known), scorer=fuzz.WRatio, score_cutoff=60)
    return found[0] if found else None


def match(cells: Sequence[HeaderCell], reading: Reading) -> Match:
    """Tell which column is which field.

    Explicit columns and our own come first, then strong aliases, then weak ones; a header that is
    strong for one field and weak for another (`Status`) goes to the other where that has no column.

    Args:
        cells: the headers of one table.
        reading: explicit columns and our own.

    Returns:
        The columns, with the fields that two columns claim left open.
    """
    found = {**_explicit(cells, reading), **_owned(cells, reading)}
    free = [cell for cell in cells if cell.column not in found.values()]
    # what the rules file names is that column or none
    strong = {key: claims for key, claims in _strong(free).items() if key not in reading.columns}
    weak = {key: columns for key, columns in _weak(free).items() if key not in reading.columns}
    ids = [column for column, _ in strong.pop("id", [])]
    weak_ids = [column for column in weak.pop("id", []) if column not in ids]
    _move_status(strong, weak, found)
    rivals = {}
    for key, claims in strong.items():
        if key in found or not claims:
            continue
        if _undecided(key, claims, cells):
            rivals[key] = tuple(sorted(column for column, _ in claims))
        else:
            found[key] = claims[0][0]
    points = float(len(found) + ("amount" in rivals) + bool(ids))
    taken = {*found.values(), *(column for columns in rivals.values() for column in columns)}
    for key, columns in weak.items():
        left = [column for column in columns if column not in taken]
        if (
            left
            and key not in found
            and key not in rivals
            and _COMPANIONS.get(key, key) in {key, *found}
        ):
            found[key] = left[0]
            taken.add(left[0])
            points += 0.5
    if "id" in found:
        return Match(found, (found["id"],), frozenset(), rivals, points)
    candidates = (*ids, *weak_ids)
    return Match(found, candidates, frozenset(weak_ids), rivals, points + 0.5 * bool(weak_ids))


def _explicit(cells: Sequence[HeaderCell], reading: Reading) -> dict[str, int]:
    """The columns that the rules file names; exact texts before normal forms."""
    found = {}
    exact: dict[str, int] = {}
    folded: dict[str, int] = {}
    for cell in cells:
        exact.setdefault(cell.text, cell.column)
        for name in cell.names:
            folded.setdefault(name, cell.column)
    for key, header in reading.columns.items():
        column = exact.get(header.strip(), folded.get(normal_header(header)))
        if column is not None:
            found[key] = column
    return found


def _owned(cells: Sequence[HeaderCell], reading: Reading) -> dict[str, int]:
    headers = {column.header.strip(): column.key for column in reading.layout.columns}
    found: dict[str, int] = {}
    for cell in cells:
        if cell.text in headers:
            found.setdefault(headers[cell.text], cell.column)
    return found


def _strong(cells: Sequence[HeaderCell]) -> dict[str, list[tuple[int, int]]]:
    """Field → (column, rank of the alias), best alias first."""
    aliases, _ = header_aliases()
    found: dict[str, list[tuple[int, int]]] = {}
    for cell in cells:
        key, rank = next((aliases[name] for name in cell.names if name in aliases), ("", 0))
        if key:
            found.setdefault(key, []).append((cell.column, rank))
    return {
        key: sorted(claims, key=lambda claim: (claim[1], claim[0])) for key, claims in found.items()
    }


def _move_status(
    strong: dict[str, list[tuple[int, int]]],
    weak: Mapping[str, list[int]],
    found: Mapping[str, int],
) -> None:
    """Give a column that is strong for another field to one that has nothing better."""
    for key, columns in weak.items():
        if key in strong or key in found:
            continue
        for other, claims in list(strong.items()):
            moved = [claim for claim in claims if claim[0] in columns]
            if moved and key not in strong:
                strong[key] = moved[:1]
                strong[other] = [claim for claim in claims if claim != moved[0]]


def _weak(cells: Sequence[HeaderCell]) -> dict[str, list[int]]:
    _, aliases = header_aliases()
    found: dict[str, list[int]] = {}
    for cell in cells:
        for key in next((aliases[name] for name in cell.names if name in aliases), ()):
            found.setdefault(key, []).append(cell.column)
    return found


def _undecided(key: str, claims: Sequence[tuple[int, int]], cells: Sequence[HeaderCell]) -> bool:
    """Whether several columns claim a field and taking one would be a silent choice.

    Two amounts always are a question (one header twice is not: it can be told apart by nobody).
    Measures that differ only in their brackets are a breakdown: `Win rate (lead)`, `(prospect)`.
    """
    texts = {cell.column: cell.text for cell in cells}
    headers = {texts[column] for column, _ in claims}
    if key == "amount":
        return len(headers) > 1
    same = [column for column, rank in claims if rank == claims[0][1]]
    return FIELDS[key].kind in _MEASURES and len({texts[column] for column in same}) > 1


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
    found = {key for header in headers for key in _explicit(header.cells, reading)}
    return [key for key in reading.columns if key not in found]


def check_columns(headers: Sequence[Header], reading: Reading) -> None:
    """Check that every column that the rules file names is there.

    Args:
        headers: of the tabs that make up the table; one of them has to have the column.
        reading: the columns named.

    Raises:
        Mismatch: a column is missing; the nearest existing header is named.
    """
    for key in missing_columns(headers, reading):
        named = reading.columns[key]
        guess = nearest(named, (cell.text for header in headers for cell in header.cells))
        hint, tip = (f"; did you mean `{guess}`?", f"；是不是“{guess}”？") if guess else ("", "")
        raise Mismatch(
            f"there is no column `{named}` in the table{hint}",
            ("spreadsheet", "columns", key),
            zh=f"表格中没有“{named}”列{tip}",
        )
