"""The tabs of a table as one frame of typed columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sync.cells import Cells
from sync.dates import Dating
from sync.fields import FIELDS, Kind
from sync.say import Reason
from sync.source import Reading
from sync.tab import Tab
from sync.table import Column, Finding, blank_column
from sync.values import Form, Issue, Parsed, join, parse

MORE = Reason(
    "reading.unreadable_more",
    "{count} more cells of column “{header}” cannot be read, for example “{text}”",
    "“{header}”列还有 {count} 个单元格无法识别，例如“{text}”",
)
WRONG_KIND = Reason(
    "reading.wrong_kind",
    "column “{header}” looked like {field} but nothing in it can be read as that, for example "
    "“{text}”; it is left out",
    "“{header}”列看似“{field_zh}”，但内容都无法按此识别，例如“{text}”；已忽略该列",
)
FILLED_DOWN = Reason(
    "reading.filled_down",
    "column “{header}” names a person only in the first row of each group; {count} blank cells "
    "below are read as the same person",
    "“{header}”列只在每组的第一行写了人名；其下 {count} 个空白单元格按同一人读取",
)
REASONS = (MORE, WRONG_KIND, FILLED_DOWN)

FUTURE = frozenset({"expected_close", "next_step_date", "snooze"})
"""Fields whose dates without a year lie ahead."""
_SAID = 20  # distinct cells of a column that get a finding of their own
_ENOUGH = 3  # distinct unreadable cells that show that a column holds something else
_LONGEST = 50  # rows that one name may stand for
_PLACES = {key: place for place, key in enumerate(FIELDS)}
_GROUPS = 3  # fewer names than that do not show that blanks mean "as above"


@dataclass(slots=True)
class Framed:
    """What the tabs say about the fields.

    Attributes:
        values: field or custom key → (rows) values.
        columns: field or custom key → its column.
        logged: (rows) days that a log in the column of the last activity names.
        findings: what could not be read.
    """

    values: dict[str, pd.Series[Any]] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    logged: pd.Series[Any] | None = None
    findings: list[Finding] = field(default_factory=list)


def kind_of(key: str, reading: Reading) -> Kind:
    """Return what a field or custom column holds."""
    return FIELDS[key].kind if key in FIELDS else reading.custom.get(key, Kind.TEXT)


def read_frame(tabs: Sequence[Tab], reading: Reading) -> Framed:
    """Read every field and custom column of the tabs, the rows of each tab after the other.

    Args:
        tabs: at least one; a field that a tab lacks is blank there.
        reading: kinds of custom columns, and the moment for dates without a year.

    Returns:
        The columns that at least one tab has, the id excepted.
    """
    framed = Framed()
    ours = {column.key for column in reading.layout.columns}
    present = {key for tab in tabs for key in tab.header.match.columns} - ours - {"id"}
    more = []
    for key in sorted(present, key=_order):
        column = describe(tabs, key, kind_of(key, reading))
        parsed = join([_parse(tab, key, reading) for tab in tabs])
        if key not in reading.named and _wrong_kind(parsed, column.kind):
            facts = {"header": column.header, "text": parsed.issues[0].text}
            facts |= {"field": FIELDS[key].en, "field_zh": FIELDS[key].zh}
            framed.findings.append(Finding("reading", WRONG_KIND.code, facts=facts, field=key))
            continue
        framed.values[key], framed.columns[key] = parsed.values, column
        framed.findings.extend(_findings(parsed.issues, column))
        if parsed.more is not None:
            more.append(parsed.more)
        if key == "last_activity":
            framed.logged = parsed.logged
        if column.kind is Kind.PERSON:
            framed.findings.extend(_filled_down(tabs, column))
    if more:
        framed.values["collaborators"] = _together(more).astype("category")
    return framed


def describe(tabs: Sequence[Tab], key: str, kind: Kind) -> Column:
    """Return the column of a key, which at least one tab has.

    Args:
        tabs: of the table.
        key: a field, custom or owned column.
        kind: what it holds.
    """
    found = [
        (tab, tab.header.match.columns[key]) for tab in tabs if key in tab.header.match.columns
    ]
    header = found[0][0].header.cell(found[0][1])
    return Column(
        key,
        header.text,
        kind,
        header.unit if kind is Kind.MONEY else 1,
        any(tab.formulas(column).any() for tab, column in found),
        frozenset(tab.name for tab, _ in found),
        kind is Kind.PERSON and any(_shared(tab, column) for tab, column in found),
    )


def _shared(tab: Tab, column: int) -> bool:
    """Whether a cell of a column stands for the rows below it too."""
    cells = tab.cells(column)
    return _grouped(cells) or int(tab.unmerged(column).blank.sum()) > int(cells.blank.sum())


def cells_of(tab: Tab, key: str) -> Cells | None:
    """Return (rows) the cells of a key on one tab, filled down where blanks mean "as above".

    None where the tab has no such column.
    """
    column = tab.header.match.columns.get(key)
    if column is None:
        return None
    cells = tab.cells(column)
    if key in FIELDS and FIELDS[key].kind is Kind.PERSON and _grouped(cells):
        there = np.where(cells.blank, 0, np.arange(len(cells)))
        return cells.take(np.maximum.accumulate(there))
    return cells


def _grouped(cells: Cells) -> bool:
    """Whether blanks of a column mean "as above".

    Unmerged blanks mostly mean nobody, so the signs have to be strong: at least three names, each
    written once, the first in the first row, and each followed by blanks.
    """
    named = np.flatnonzero(~cells.blank)
    return bool(
        len(named) >= _GROUPS
        and named[0] == 0
        and len(np.unique(cells.codes[named])) == len(named)
        and (np.diff([*named, len(cells)]) > 1).all()
        and 2 * len(named) <= len(cells) <= _LONGEST * len(named)
    )


def _filled_down(tabs: Sequence[Tab], column: Column) -> list[Finding]:
    count = 0
    for tab in tabs:
        place = tab.header.match.columns.get(column.key)
        if place is not None and _grouped(tab.cells(place)):
            count += int(tab.cells(place).blank.sum())
    facts = {"header": column.header, "count": count}
    return [Finding("reading", FILLED_DOWN.code, facts=facts, field=column.key)] if count else []


def _order(key: str) -> tuple[int, str]:
    return (_PLACES.get(key, len(_PLACES)), key)


def _parse(tab: Tab, key: str, reading: Reading) -> Parsed:
    kind = kind_of(key, reading)
    cells = cells_of(tab, key)
    if cells is None:
        return Parsed(blank_column(kind, len(tab)))
    unit = tab.header.cell(tab.header.match.columns[key]).unit
    dating = Dating(reading.now.to_pydatetime(), key in FUTURE, reading.zone)
    return parse(cells, Form(kind, dating, unit))


def _wrong_kind(parsed: Parsed, kind: Kind) -> bool:
    """Whether an alias led to a column that holds something else: nothing in it can be read."""
    strict = kind in (Kind.DATE, Kind.MONEY, Kind.PERCENT, Kind.NUMBER)
    return strict and parsed.failed == parsed.said >= _ENOUGH


def _findings(issues: Sequence[Issue], column: Column) -> list[Finding]:
    """One finding per distinct cell; many of a kind end in one that counts the rest."""
    found = []
    said: dict[Reason, list[Issue]] = {}
    for issue in issues:
        said.setdefault(issue.reason, []).append(issue)
    for reason, same in said.items():
        for issue in same[:_SAID]:
            facts = {"field": column.key, "header": column.header, "text": issue.text}
            found.append(Finding("reading", reason.code, "warning", issue.rows, facts, column.key))
        if same[_SAID:]:
            rows = np.sort(np.concatenate([issue.rows for issue in same[_SAID:]]))
            rest = {"header": column.header, "text": same[_SAID].text, "count": len(rows)}
            found.append(Finding("reading", MORE.code, "warning", rows, rest, column.key))
    return found


def _together(columns: Sequence[pd.Series[Any]]) -> pd.Series[Any]:
    """(rows) the further people of several columns, "/" between them."""
    joined = columns[0].fillna("")
    for column in columns[1:]:
        joined = joined.str.cat(column.fillna(""), sep="/").str.strip("/")
    return joined.mask(joined == "")


def finished(values: Mapping[str, pd.Series[Any]], rows: int) -> pd.DataFrame:
    """Return (rows × fields) the columns as a frame."""
    return pd.DataFrame(values, index=range(rows))
