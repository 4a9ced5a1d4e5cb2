"""Which column is which field, told by the headers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from sync.fields import FIELDS, Kind, header_aliases, normal_header
from sync.source import Reading

_COMPANIONS = {"snooze_reason": "snooze"}  # a bare "reason" explains a column that must be there
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


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the existing name that a misspelt one most likely means, or None."""
    # one of two characters of a Chinese name may be wrong
    least = 50 if len(given) <= 3 else 60
    found = process.extractOne(given, list(known), scorer=fuzz.WRatio, score_cutoff=least)
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
    found = {**explicit_columns(cells, reading), **_owned(cells, reading)}
    free = [cell for cell in cells if cell.column not in found.values()]
    strong, weak = _strong(free), _weak(free)
    # a measure that the rules file names is that column or none: another amount is another number
    for key in reading.columns.keys() & {k for k, f in FIELDS.items() if f.kind in _MEASURES}:
        strong.pop(key, None)
        weak.pop(key, None)
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
    firm = len(found) + ("amount" in rivals) + bool(ids)
    taken = {*found.values(), *(column for columns in rivals.values() for column in columns)}
    spare = _spare({k: c for k, c in weak.items() if k not in rivals}, found, taken)
    found |= spare
    score = firm + 0.5 * (len(spare) + bool(weak_ids))
    if "id" in found:
        return Match(found, (found["id"],), frozenset(), rivals, score)
    return Match(found, (*ids, *weak_ids), frozenset(weak_ids), rivals, score)


def explicit_columns(cells: Sequence[HeaderCell], reading: Reading) -> dict[str, int]:
    """Return the columns that the rules file names, by key; exact texts go before normal forms."""
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


def _spare(
    weak: Mapping[str, list[int]], found: Mapping[str, int], taken: set[int]
) -> dict[str, int]:
    """Fields without a column, and the free columns that may be meant by weak aliases."""
    spare: dict[str, int] = {}
    for key, columns in weak.items():
        left = [column for column in columns if column not in {*taken, *spare.values()}]
        if left and key not in found and _COMPANIONS.get(key, key) in {key, *found}:
            spare[key] = left[0]
    return spare


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
