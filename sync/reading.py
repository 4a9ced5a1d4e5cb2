"""From raw tabs to the table that rules see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sync import activities, frame, keys, remarks, values
from sync.activities import better, join_activities, logged_days
from sync.cells import Cells
from sync.dates import Dating, read_date
from sync.fields import Kind, normal_header
from sync.frame import Framed, cells_of, describe, finished, read_frame
from sync.grid import Grid
from sync.keys import Candidate, choose
from sync.say import Reason
from sync.source import Places, Reading
from sync.tab import Tab
from sync.table import Column, Objects, Table
from sync.tabs import choose_tabs

REASONS: tuple[Reason, ...] = (
    *remarks.REASONS, *values.REASONS, *frame.REASONS, *keys.REASONS, *activities.REASONS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Detected:
    """What reading makes of a spreadsheet, for a first rules file.

    Attributes:
        sheet: the tab of the table.
        header_row: as people count it.
        rows: number of opportunities.
        columns: field → header, the id included where one is fit.
        unknown: headers that mean nothing to us.
        rivals: field → headers that claim it equally.
        others: further tabs with a header like the table's.
    """

    sheet: str
    header_row: int
    rows: int
    columns: Mapping[str, str]
    unknown: tuple[str, ...]
    rivals: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]


class _Key(NamedTuple):
    """The id column that was chosen: its header, keys of all rows, its column on each tab."""

    header: str
    columns: tuple[int | None, ...]


def read_table(grids: Sequence[Grid], reading: Reading, version: str) -> tuple[Table, Places]:
    """Read the opportunities of a spreadsheet.

    Args:
        grids: all tabs, as values.
        reading: what the rules file says about them.
        version: identifies the content.

    Returns:
        The table, and where its rows stand.

    Raises:
        Mismatch: a tab, header or column that the rules file names is not there.
    """
    tabs = choose_tabs(grids, reading)
    main = tabs.main
    framed = read_frame(main, reading)
    chosen, key = _key(main, reading)
    framed.findings.extend(chosen.findings)
    until = reading.tomorrow  # what is not of this year, or still to come, goes by days
    if key is not None:
        texts = pd.Series(chosen.texts, dtype="str")
        framed.values["id"] = texts.mask(texts == "")
        framed.columns["id"] = Column("id", key.header, Kind.TEXT)
    if tabs.activities is not None:
        known = pd.DataFrame(framed.values)
        joined = join_activities(tabs.activities, main, chosen.texts, known, reading)
        better(framed.values, joined.days)
        framed.findings.extend(joined.strangers)
        until = joined.until
    for logged in (_counted(framed), logged_days(main, reading)):
        if logged is not None:
            better(framed.values, logged)
    columns = {**framed.columns, **_owned(main, reading)}
    names = np.array([tab.name for tab in main], dtype=object)
    table = Table(
        frame=finished(framed.values, len(chosen.texts)),
        keys=chosen.texts,
        writable=chosen.writable,
        columns=columns,
        cells=_cells(main, key, reading),
        sheets=np.repeat(names, [len(tab) for tab in main]),
        numbers=np.concatenate([tab.rows + 1 for tab in main]),
        version=version,
        zone=reading.zone,
        archive=_archive(tabs.archive, key, reading),
        findings=(*remarks.remarks(tabs), *framed.findings),
        colored=any(tab.colored() for tab in main),
        until=until,
    )
    return table, _places(main, key, frozenset(columns))


def detect(grids: Sequence[Grid], reading: Reading) -> Detected:
    """Tell what reading makes of a spreadsheet, for a first rules file.

    Args:
        grids: all tabs, as values.
        reading: the moment; usually nothing else is known yet.

    Raises:
        Mismatch: no tab has a header of opportunities.
    """
    tabs = choose_tabs(grids, reading)
    tab = tabs.main[0]
    framed = read_frame(tabs.main, reading)
    _, key = _key(tabs.main, reading)
    found = {name: column.header for name, column in framed.columns.items()}
    rivals = {name: tab.header.rivals(name) for name in tab.header.match.rivals}
    known = {*found.values(), *(h for headers in rivals.values() for h in headers)}
    if key is not None:
        found = {"id": key.header, **found}
        known.add(key.header)
    return Detected(
        tab.name,
        tab.header.row + 1,
        sum(len(each) for each in tabs.main),
        found,
        tuple(cell.text for cell in tab.header.cells if cell.text not in known),
        rivals,
        tabs.others,
    )


def _key(tabs: Sequence[Tab], reading: Reading) -> tuple[keys.Keys, _Key | None]:
    """Choose the id among the columns that all tabs have, or that is sure to be it."""
    rows = sum(len(tab) for tab in tabs)
    found = [_Key(h, c) for h, c in _id_columns(tabs, reading)]
    sure = any("id" in tab.header.match.columns for tab in tabs)
    candidates = []
    for header, columns in found:
        pairs = list(zip(tabs, columns, strict=True))
        weak = any(column in tab.header.match.weak_ids for tab, column in pairs)
        formula = any(c is not None and tab.formulas(c).any() for tab, c in pairs)
        texts = np.concatenate([_texts(tab, column) for tab, column in pairs])
        candidates.append(Candidate(header, texts, weak, formula, sure))
    chosen = choose(candidates, rows)
    return chosen, found[chosen.chosen] if chosen.chosen is not None else None


def _id_columns(tabs: Sequence[Tab], reading: Reading) -> list[tuple[str, tuple[int | None, ...]]]:
    """(header, column on each tab) of every possible id column."""
    settled = tuple(tab.header.match.columns.get("id") for tab in tabs)
    likeliest = tuple(_likeliest(tab) for tab in tabs)
    own = {column.header for column in reading.layout.columns if column.key == "id"}
    for tab, column in zip(tabs, settled, strict=True):
        if column is not None:
            header = tab.header.cell(column).text
            # a tab that lacks our own ids is given some; other tables have ids of their own
            return [(header, settled if header in own else likeliest)]
    found = []
    for column in tabs[0].header.match.ids:
        cell = tabs[0].header.cell(column)
        columns = tuple(tab.header.named(cell.names[0], tab.header.match.ids) for tab in tabs)
        if None not in columns:
            found.append((cell.text, columns))
    # tables may call their ids by different names
    if not found and likeliest[0] is not None and None not in likeliest:
        found = [(tabs[0].header.cell(likeliest[0]).text, likeliest)]
    return found


def _likeliest(tab: Tab) -> int | None:
    """The column that is most likely the id; a running number is none beside another tab."""
    match = tab.header.match
    return next((column for column in match.ids if column not in match.weak_ids), None)


def _texts(tab: Tab, column: int | None) -> Objects:
    """(rows of the tab) ids as text; never filled down, a merged id is nobody's."""
    blank: Objects = np.full(len(tab), "", dtype=object)
    return blank if column is None else tab.unmerged(column).texts()


def _counted(framed: Framed) -> pd.DataFrame | None:
    """(rows × last, count) of a log in the column of the last activity itself."""
    if framed.logged is None:
        return None
    return pd.DataFrame({"last": framed.values["last_activity"], "count": framed.logged.fillna(0)})


def _owned(tabs: Sequence[Tab], reading: Reading) -> dict[str, Column]:
    """Our own columns that stand in the sheet."""
    return {
        column.key: describe(tabs, column.key, Kind.DATE if column.kind == "date" else Kind.TEXT)
        for column in reading.layout.columns
        if any(column.key in tab.header.match.columns for tab in tabs)
    }


def _cells(tabs: Sequence[Tab], key: _Key | None, reading: Reading) -> pd.DataFrame:
    """(rows × columns) what stands in our own and in fillable columns, None where blank.

    The id column is one of them, whosever it is: a supervisor may say who keeps an id.

    A cell of a fillable column that is merged or means "as above" holds the value that it stands
    for, so that nobody takes it for blank.
    """
    owned = {column.key: column.kind == "date" for column in reading.layout.columns}
    found = {}
    for name in dict.fromkeys((*owned, *reading.layout.fillable)):
        if any(name in tab.header.match.columns for tab in tabs):
            cells = np.concatenate([_raw(tab, name, name in owned) for tab in tabs])
            found[name] = _dated(cells, reading) if owned.get(name) else cells
    if key is not None:
        pairs = zip(tabs, key.columns, strict=True)
        found["id"] = np.concatenate([_ids(tab, column) for tab, column in pairs])
    return pd.DataFrame(found, index=range(sum(len(tab) for tab in tabs)), dtype=object)


def _ids(tab: Tab, column: int | None) -> Objects:
    """(rows of the tab) what stands in the id column; never filled down."""
    return np.full(len(tab), None, dtype=object) if column is None else tab.unmerged(column).raw()


def _raw(tab: Tab, key: str, owned: bool) -> Objects:
    column = tab.header.match.columns.get(key)
    cells: Cells | None
    cells = tab.unmerged(column) if owned and column is not None else cells_of(tab, key)
    return np.full(len(tab), None, dtype=object) if cells is None else cells.raw()


def _dated(cells: Objects, reading: Reading) -> Objects:
    """Return (rows) the cells of a date column of ours; a day that shows as its number is a day."""
    codes, distinct = pd.factorize(cells)
    dating = Dating(reading.now.to_pydatetime())
    days = [
        read_date(value, dating) if isinstance(value, (int, float)) else None for value in distinct
    ]
    found: Objects = np.full(len(distinct) + 1, None, dtype=object)
    found[:-1] = [
        value if day is None else pd.Timestamp(day).as_unit("s")
        for value, day in zip(distinct, days, strict=True)
    ]
    return np.asarray(found[codes], dtype=object)


def _archive(tabs: Sequence[Tab], key: _Key | None, reading: Reading) -> pd.DataFrame:
    """(rows × fields and `key`) the archive tabs; its unreadable cells are old news."""
    if not tabs:
        return pd.DataFrame()
    texts = []
    for tab in tabs:
        ids = tab.header.match.ids
        same = tab.header.named(normal_header(key.header), ids) if key else None
        texts.append(_texts(tab, same if same is not None else next(iter(ids), None)))
    read = finished(read_frame(tabs, reading).values, sum(len(tab) for tab in tabs))
    return read.assign(key=pd.array(np.concatenate(texts), dtype="str"))


def _places(tabs: Sequence[Tab], key: _Key | None, known: frozenset[str]) -> Places:
    """Where every row stands."""
    sheets = []
    for at, tab in enumerate(tabs):
        columns = {k: c for k, c in tab.header.match.columns.items() if k in known and k != "id"}
        place = key.columns[at] if key is not None else None
        sheets.append(tab.place(columns if place is None else {**columns, "id": place}))
    return Places(
        tuple(sheets),
        np.repeat(np.arange(len(tabs), dtype=np.int64), [len(tab) for tab in tabs]),
        np.concatenate([tab.rows for tab in tabs]),
    )
