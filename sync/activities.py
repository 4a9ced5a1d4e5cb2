"""Follow-ups that are kept apart: a tab with a row per visit, or days inside the text of a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sync.cells import Cells
from sync.dates import Dating, dates_inside
from sync.fields import Kind, header_aliases, normal_header
from sync.grid import Grid
from sync.header import WINDOW, header_cells
from sync.matching import nearest
from sync.say import Reason
from sync.source import Activities, Reading
from sync.store import Mismatch
from sync.tab import Tab
from sync.table import Finding, Objects, as_text, column
from sync.values import Form, parse

UNJOINED = Reason(
    "reading.unjoined_activities",
    "{count} rows of tab “{sheet}” belong to no opportunity, for example “{text}”",
    "工作表“{sheet}”有 {count} 行找不到对应的商机，例如“{text}”",
)
REASONS = (UNJOINED,)

_LOG = re.compile(
    r"跟进(?:记录|情况|内容|日志)|拜访记录|沟通记录|联系记录|(?:follow|activity|call|visit)\S*(?:log|notes?|history)"
)
_JOINED = ("customer", "name", "contact")  # fields besides the id that a follow-up may name


class Joined(NamedTuple):
    """The follow-ups of a tab of their own, by opportunity.

    Attributes:
        days: (rows × last, count) day of the last follow-up and their number, NaT and 0 where there
            is none.
        strangers: findings about follow-ups that belong to nobody.
        until: when the next one that is still to come counts, midnight at the latest.
    """

    days: pd.DataFrame
    strangers: list[Finding]
    until: pd.Timestamp


def join_activities(
    grid: Grid, tabs: Sequence[Tab], keys: Objects, frame: pd.DataFrame, reading: Reading
) -> Joined:
    """Count the follow-ups of each opportunity on a tab of their own.

    They are joined by the column of the table that has the same header, or is the same field, as
    the tab's key column; the id where neither is found.

    Args:
        grid: the follow-up tab.
        tabs: of the table.
        keys: (rows) of the table.
        frame: (rows × fields) of the table.
        reading: the tab's columns and the moment.

    Raises:
        Mismatch: the tab lacks a column that the rules file names.
    """
    wanted = reading.activities
    assert wanted is not None  # noqa: S101 - the caller has found the tab by it
    row, places = _columns(grid, wanted)
    below = grid.rows[row + 1 :]
    names = Cells.of([_at(cells, places["key"]) for cells in below]).texts()
    days = parse(
        Cells.of([_at(cells, places["date"]) for cells in below]),
        Form(Kind.DATE, Dating(reading.now.to_pydatetime(), zone=reading.zone)),
    ).values
    ahead = (days > reading.now).to_numpy()
    happened = (names != "") & ~ahead
    visits = pd.DataFrame({"name": names, "day": days})[happened]
    totals = visits.groupby("name")["day"].agg(["max", "size"])
    index = _names_of(tabs, keys, frame, wanted)
    found = totals.reindex(index)
    last = pd.Series(found["max"].to_numpy(dtype="datetime64[s]"))
    counts = pd.Series(found["size"].fillna(0).to_numpy(dtype=np.float64))
    coming = min([reading.tomorrow, *days[ahead]])
    made = pd.DataFrame({"last": last, "count": counts})
    return Joined(made, _strangers(visits, index, grid.name), coming)


def logged_days(tabs: Sequence[Tab], reading: Reading) -> pd.DataFrame | None:
    """Read the days named in follow-up texts such as `9/5电话;9/12拜访`.

    Args:
        tabs: of the table; their columns headed 跟进记录, follow-up notes and the like are read.
        reading: the moment.

    Returns:
        (rows × last, count), or None where no tab has such a column with days in it.
    """
    parts = [_logged(tab, reading) for tab in tabs]
    found = pd.concat(parts, ignore_index=True)
    return found if found["count"].any() else None


def better(values: dict[str, pd.Series[Any]], days: pd.DataFrame) -> None:
    """Fill in the last activity and the number of follow-ups where others know more.

    Args:
        values: columns of the table by field; changed in place.
        days: (rows × last, count) as known elsewhere.
    """
    frame = pd.DataFrame(index=days.index)
    last = values.get("last_activity", column(frame, "last_activity"))
    later = days["last"].notna() & ~(last >= days["last"])
    values["last_activity"] = last.mask(later, days["last"])
    count = values.get("follow_ups", column(frame, "follow_ups"))
    values["follow_ups"] = count.mask(days["count"] > count.fillna(0), days["count"])


def _at(row: Sequence[object], place: int) -> object:
    return row[place] if place < len(row) else None


def _columns(grid: Grid, wanted: Activities) -> tuple[int, Mapping[str, int]]:
    """Header row of the follow-up tab and the places of its two columns."""
    headers = {"key": wanted.key, "date": wanted.date}
    best: tuple[int, dict[str, int], list[str]] = (0, {}, [])
    for row in range(min(WINDOW, len(grid.rows))):
        cells = header_cells(grid, row)
        places = {
            part: cell.column
            for part, header in headers.items()
            for cell in reversed(cells)
            if normal_header(header) in cell.names
        }
        if len(places) > len(best[1]) or not best[2]:
            best = (row, places, [cell.text for cell in cells])
    for part, header in headers.items():
        if part not in best[1]:
            guess = nearest(header, best[2])
            hint, tip = (
                (f"; did you mean `{guess}`?", f"；是不是“{guess}”？") if guess else ("", "")
            )
            raise Mismatch(
                f"there is no column `{header}` on tab `{grid.name}`{hint}",
                ("spreadsheet", "activities", part),
                zh=f"工作表“{grid.name}”中没有“{header}”列{tip}",
            )
    return best[0], best[1]


def _names_of(
    tabs: Sequence[Tab], keys: Objects, frame: pd.DataFrame, wanted: Activities
) -> Objects:
    """(rows) what the follow-up tab calls each opportunity."""
    name = normal_header(wanted.key)
    places = [next((c.column for c in tab.header.cells if name in c.names), None) for tab in tabs]
    if all(place is not None for place in places):
        parts = [
            tab.cells(place).texts()
            for tab, place in zip(tabs, places, strict=True)
            if place is not None
        ]
        return np.concatenate(parts)
    strong, weak = header_aliases()
    key = strong[name][0] if name in strong else weak.get(name, ("id",))[0]
    if key in _JOINED and key in frame.columns:
        return np.asarray(as_text(frame[key]).fillna("").to_numpy(dtype=object))
    return keys


def _strangers(visits: pd.DataFrame, index: Objects, sheet: str) -> list[Finding]:
    lost = visits["name"][~visits["name"].isin(set(index))]
    if lost.empty:
        return []
    facts = {"sheet": sheet, "count": len(lost), "text": str(lost.iloc[0])}
    return [Finding("reading", UNJOINED.code, "info", facts=facts)]


def _logged(tab: Tab, reading: Reading) -> pd.DataFrame:
    last = np.full(len(tab), np.datetime64("NaT", "s"))
    count = np.zeros(len(tab))
    now = reading.now.to_pydatetime()
    for cell in tab.header.cells:
        if not _LOG.search(normal_header(cell.text)):
            continue
        cells = tab.cells(cell.column)
        found = [dates_inside(text, now) if isinstance(text, str) else [] for text in cells.values]
        latest = [
            np.datetime64(max(days), "s") if days else np.datetime64("NaT", "s") for days in found
        ]
        last = np.fmax(last, np.array([*latest, np.datetime64("NaT", "s")])[cells.codes])
        count += np.array([*(len(days) for days in found), 0])[cells.codes]
    return pd.DataFrame({"last": last, "count": count})
