"""Cells to values: each distinct cell of a column is read once, whatever form it has."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from sync.amounts import cents, read_amount, read_number, read_percent
from sync.cells import Cells, cell_text, is_error
from sync.dates import Dating, dates_inside, day_order, is_ambiguous, read_date
from sync.fields import Kind
from sync.say import Reason
from sync.table import Rows, blank_column

UNREADABLE = Reason(
    "reading.unreadable",
    "“{text}” in column “{header}” cannot be read and counts as blank",
    "“{header}”列的“{text}”无法识别，按空白处理",
)
AMBIGUOUS = Reason(
    "reading.ambiguous_date",
    "“{text}” in column “{header}” could be either order of day and month and counts as blank; "
    "write the year first",
    "“{header}”列的“{text}”分不清日和月，按空白处理；请把年份写在前面",
)
ERROR = Reason(
    "reading.error_cell",
    "column “{header}” shows the error {text}, which counts as blank",
    "“{header}”列出现错误值 {text}，按空白处理",
)
MAGNITUDE = Reason(
    "reading.magnitude",
    "“{text}” in column “{header}” is more than 1,000 times the usual amount; was it typed in "
    "whole currency units?",
    "“{header}”列的“{text}”超过常见值的 1000 倍，是否把元填进了以更大单位计的列？",
)
REASONS = (UNREADABLE, AMBIGUOUS, ERROR, MAGNITUDE)

# words that leave a date or a number open
_UNKNOWN = frozenset({
    "待定", "未定", "未知", "不详", "不确定", "待确认", "待补充",
    "tbd", "tbc", "na", "nan", "unknown", "pending",
})  # fmt: skip
_PEOPLE = re.compile(r"\s*[/、;|+&\n]\s*")
_COMMA = re.compile(r"\s*,\s*")
_WIDE = str.maketrans("\uff0f\uff0c\uff1b\uff06", "/,;&")
_MAGNITUDE = 1_000  # times the column's median
_SHOWN = 40  # characters of a cell that a message shows


class Issue(NamedTuple):
    """A distinct cell that was read with a doubt: why, the cell as text, its rows."""

    reason: Reason
    text: str
    rows: Rows


@dataclass(frozen=True, eq=False)
class Parsed:
    """A column of values.

    Attributes:
        values: (rows) in the dtype of the kind.
        issues: cells that could not be read, or only with a doubt.
        more: (rows) further people of a cell, "/" between them; only for people.
        logged: (rows) how many days a log inside the cell names; only for dates.
        said, failed: number of distinct cells that say something, and of those that cannot be read.
    """

    values: pd.Series[Any]
    issues: tuple[Issue, ...] = ()
    more: pd.Series[Any] | None = None
    logged: pd.Series[Any] | None = None
    said: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """What a column holds and how its header scales it.

    Attributes:
        kind: what it holds.
        dating: how its dates are read.
        unit: factor of numbers without a unit of their own, for money.
    """

    kind: Kind
    dating: Dating
    unit: int = 1


class _Column:
    """One column while its distinct values are read."""

    def __init__(self, cells: Cells, *, words: bool = False) -> None:
        """Note the errors; `said` becomes (index, value) of the cells that say something."""
        self.cells = cells
        self.doubts: list[tuple[Reason, int]] = []
        self.failed = 0
        self.said: list[tuple[int, Any]] = []
        blank = cells.distinct.blank[:-1]
        for at in np.flatnonzero(blank).tolist():
            if is_error(cells.values[at]):
                self.doubts.append((ERROR, at))
        if not words:
            told = np.flatnonzero(~blank)
            pairs = zip(told.tolist(), cells.values[told].tolist(), strict=True)
            self.said = [(at, value) for at, value in pairs if not _unknown(value)]

    def fail(self, at: int, reason: Reason = UNREADABLE) -> None:
        """Keep that a distinct value cannot be read."""
        self.failed += 1
        self.doubts.append((reason, at))

    def done(self, values: pd.Series[Any], **extra: pd.Series[Any] | None) -> Parsed:
        """Return (rows) values with the rows of every doubt."""
        issues = self._issues() if self.doubts else ()
        return Parsed(values, issues, said=len(self.said), failed=self.failed, **extra)

    def _issues(self) -> tuple[Issue, ...]:
        order = np.argsort(self.cells.codes, kind="stable")
        at = np.array([at for _, at in self.doubts], dtype=np.int64)
        sorted_codes = self.cells.codes[order]
        first, last = np.searchsorted(sorted_codes, at), np.searchsorted(sorted_codes, at, "right")
        return tuple(
            Issue(reason, _short(cell_text(self.cells.values[index])), order[start:end])
            for (reason, index), start, end in zip(self.doubts, first, last, strict=True)
            if end > start
        )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _unknown(value: object) -> bool:
    return isinstance(value, str) and value.strip().casefold() in _UNKNOWN


def parse(cells: Cells, form: Form) -> Parsed:
    """Read a column.

    Args:
        cells: (rows) raw cells.
        form: what they hold.

    Returns:
        (rows) values with the doubts about them; what cannot be read is missing.
    """
    match form.kind:
        case Kind.DATE:
            return _parse_dates(cells, form.dating)
        case Kind.MONEY:
            return _parse_money(cells, form.unit)
        case Kind.PERCENT:
            return _parse_percent(cells)
        case Kind.NUMBER:
            return _parse_numbers(cells)
        case Kind.PERSON:
            return _parse_people(cells)
    made = _named if form.kind is Kind.NAME else _texts
    return _Column(cells, words=True).done(made(list(cells.distinct.texts), cells.codes))


def join(parts: Sequence[Parsed]) -> Parsed:
    """Put columns of several tabs under one another.

    Args:
        parts: at least one, all of one kind.

    Returns:
        (all rows) their values; rows of issues are counted over all parts.
    """
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(len(part.values) for part in parts)])
    rows: dict[tuple[Reason, str], list[Rows]] = {}
    for part, offset in zip(parts, offsets, strict=False):
        for issue in part.issues:
            rows.setdefault((issue.reason, issue.text), []).append(issue.rows + offset)
    issues = tuple(Issue(*key, np.concatenate(found)) for key, found in rows.items())
    return Parsed(
        _joined([part.values for part in parts]),
        issues,
        _join_some([part.more for part in parts], parts, Kind.TEXT),
        _join_some([part.logged for part in parts], parts, Kind.NUMBER),
        sum(part.said for part in parts),
        sum(part.failed for part in parts),
    )


def _joined(values: Sequence[pd.Series[Any]]) -> pd.Series[Any]:
    if isinstance(values[0].dtype, pd.CategoricalDtype):
        return pd.Series(union_categoricals(list(values), sort_categories=True))
    return pd.concat(values, ignore_index=True)


def _join_some(
    found: Sequence[pd.Series[Any] | None], parts: Sequence[Parsed], kind: Kind
) -> pd.Series[Any] | None:
    """The columns under one another, missing where a part has none; None where no part has one."""
    if all(series is None for series in found):
        return None
    filled: list[pd.Series[Any]] = [
        blank_column(kind, len(part.values)) if series is None else series
        for series, part in zip(found, parts, strict=True)
    ]
    return pd.concat(filled, ignore_index=True)


def _texts(distinct: Sequence[str], codes: Rows) -> pd.Series[Any]:
    """(rows, str) a text per code, -1 being the last; missing where it is blank."""
    return pd.Series(pd.array([text or None for text in distinct], dtype="str").take(codes))


def _named(distinct: Sequence[str], codes: Rows) -> pd.Series[Any]:
    """(rows, categorical) the same as names, those that occur in their order."""
    used = np.zeros(len(distinct), dtype=bool)
    used[codes] = True
    names = sorted({text for text, there in zip(distinct, used, strict=True) if text and there})
    place = {name: at for at, name in enumerate(names)}
    places = np.array([place.get(text, -1) for text in distinct])
    known = pd.Index(names, dtype="str")
    return pd.Series(pd.Categorical.from_codes(places[codes], categories=known))


def _parse_dates(cells: Cells, dating: Dating) -> Parsed:
    column = _Column(cells)
    order = day_order(value for value in cells.values if isinstance(value, str))
    dating = replace(dating, order=order)
    found: list[dt.datetime | None] = [None] * (len(cells.values) + 1)
    logged = np.full(len(cells.values) + 1, np.nan)
    for at, value in column.said:
        day = read_date(value, dating)
        if day is None and isinstance(value, str) and not dating.future:
            inside = dates_inside(value, dating.now)
            day, logged[at] = (max(inside), len(inside)) if inside else (None, np.nan)
        if day is None:
            doubtful = isinstance(value, str) and is_ambiguous(value)
            column.fail(at, AMBIGUOUS if doubtful else UNREADABLE)
        else:
            found[at] = day
    days = np.array(found, dtype="datetime64[s]")
    counts = pd.Series(logged[cells.codes]) if np.isfinite(logged).any() else None
    return column.done(pd.Series(days[cells.codes]), logged=counts)


def _parse_money(cells: Cells, unit: int) -> Parsed:
    column = _Column(cells)
    found: list[int | None] = [None] * (len(cells.values) + 1)
    bare: list[int] = []
    for at, value in column.said:
        amount = read_amount(value)
        found[at] = None if amount is None else cents(amount, unit)
        if amount is None or found[at] is None:
            column.fail(at)
        elif not amount.absolute:
            bare.append(at)
    values = pd.Series(pd.array(found, dtype="Int64").take(cells.codes))
    if unit > 1 and bare:
        middle = abs(float(values.dropna().median()))
        far = [at for at in bare if middle and abs(found[at] or 0) > _MAGNITUDE * middle]
        column.doubts.extend((MAGNITUDE, at) for at in far)
    return column.done(values)


def _parse_percent(cells: Cells) -> Parsed:
    column = _Column(cells)
    found = np.full(len(cells.values) + 1, np.nan)
    bare = np.zeros(len(cells.values) + 1, dtype=bool)
    for at, value in column.said:
        read = read_percent(value)
        if read is not None:
            found[at], bare[at] = read[0], not read[1]
    # bare numbers above 1 mean that the column counts to 100; what is below 1 stays a fraction
    if (found[bare] > 1).any():
        found = np.where(bare & ~((found > 0) & (found < 1)), found / 100, found)
    for at, _ in column.said:
        if not 0 <= found[at] <= 1:
            found[at] = np.nan
            column.fail(at)
    return column.done(pd.Series(found[cells.codes]))


def _parse_numbers(cells: Cells) -> Parsed:
    column = _Column(cells)
    found = np.full(len(cells.values) + 1, np.nan)
    for at, value in column.said:
        number = read_number(value)
        if number is None:
            column.fail(at)
        else:
            found[at] = number
    return column.done(pd.Series(found[cells.codes]))


def _parse_people(cells: Cells) -> Parsed:
    pairs = split_people(list(cells.distinct.texts))
    first = _named([pair[0] for pair in pairs], cells.codes)
    rest = [pair[1] for pair in pairs]
    more = _texts(rest, cells.codes) if any(rest) else None
    return _Column(cells, words=True).done(first, more=more)


def split_people(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Split cells that name several people.

    Args:
        texts: distinct cells of one column, such as `张三/李四`, `王五、赵六`, `Ann Lee`.

    Returns:
        (first, others with "/" between them) for each; names with spaces stay whole, and a comma
        separates people only where it is not the column's way of writing `Last, First`.
    """
    folded = [text.translate(_WIDE) for text in texts]
    commas = sum("," in text for text in folded)
    latin = sum("," in text and text.isascii() for text in folded)
    surnames_first = latin and latin == commas and commas * 2 > len(folded)
    pairs = []
    for text in folded:
        parts = [
            part
            for piece in _PEOPLE.split(text)
            for part in ([piece] if surnames_first else _COMMA.split(piece))
        ]
        names = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
        pairs.append((names[0] if names else "", "/".join(names[1:])))
    return pairs
