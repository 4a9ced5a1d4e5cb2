"""Which tabs hold the table, its archive and its follow-ups."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from sync.columns import Columns
from sync.fields import FIELDS
from sync.grid import Grid
from sync.header import WINDOW, Header, check_columns, find_header, missing_columns
from sync.matching import nearest
from sync.source import Reading
from sync.store import Mismatch
from sync.tab import Tab, open_tab

_ASIDE = re.compile(
    r"归档|已成交|已关闭|已结束|历史|备份|副本|模板|样例|回收|archive|closed|history|backup|copy|template|sample|old",
    re.IGNORECASE,
)
_NEAR = 0.8  # share of the best header's score from which another tab is a table too


@dataclass(frozen=True, slots=True, eq=False)
class Tabs:
    """The tabs that reading looks at.

    Attributes:
        main: those that make up the table.
        archive: read only.
        activities: the follow-up tab, where there is one.
        others: names of further tabs with a header like the table's, which are left alone.
        headless: names of archive tabs in which no header was found.
    """

    main: tuple[Tab, ...]
    archive: tuple[Tab, ...] = ()
    activities: Grid | None = None
    others: tuple[str, ...] = ()
    headless: tuple[str, ...] = ()


def choose_tabs(grids: Sequence[Grid], reading: Reading) -> Tabs:
    """Find the tabs of the table.

    Without names in the rules file it is the visible tab whose header is understood best and which
    has most rows; our own tabs, the archive and the follow-up tab are never looked at.

    Args:
        grids: all tabs.
        reading: the names and columns of the rules file.

    Raises:
        Mismatch: a tab, header or column that the rules file names is not there, or no tab has a
            header of opportunities.
    """
    ours = {tab.name for tab in reading.layout.tabs}
    grids = [grid for grid in grids if grid.name not in ours]
    archive = _named(grids, reading.archive, ("spreadsheet", "archive"))
    activities = None
    if reading.activities is not None:
        place = ("spreadsheet", "activities", "sheet")
        activities = _named(grids, (reading.activities.sheet,), place, needed=True)[0]
    aside = {*(grid.name for grid in archive), *([activities.name] if activities else [])}
    rest = [grid for grid in grids if grid.name not in aside]
    others: tuple[str, ...] = ()
    if reading.tables:
        main = _several(rest, reading)
    elif reading.sheets:
        found = _headers_of(rest, reading, ("spreadsheet",))
        check_columns([header for _, header in found], reading)
        main = tuple(open_tab(grid, header, reading) for grid, header in found)
    else:
        main, others = _likeliest(rest, reading)
    # the header row that the rules file names is the table's; older tabs have their own
    free = replace(reading, header_row=None)
    old = [(grid, find_header(grid, free)) for grid in archive]
    return Tabs(
        main,
        tuple(open_tab(grid, header, reading) for grid, header in old if header),
        activities,
        others,
        tuple(grid.name for grid, header in old if header is None and _filled(grid)),
    )


def _several(grids: Sequence[Grid], reading: Reading) -> tuple[Tab, ...]:
    """The tabs of several tables, each tab in the first that names it."""
    tabs: dict[str, Tab] = {}
    headers: list[Header] = []
    for number, table in enumerate(reading.tables):
        own, place = reading.of(table), ("spreadsheet", "tables", number)
        found = _headers_of(grids, own, place)
        check_columns([header for _, header in found], replace(own, columns=table.columns), place)
        headers += [header for _, header in found]
        tabs = {grid.name: open_tab(grid, header, own) for grid, header in found} | tabs
    check_columns(headers, reading)
    return tuple(tabs[grid.name] for grid in grids if grid.name in tabs)


def _headers_of(
    grids: Sequence[Grid], reading: Reading, place: tuple[str | int, ...]
) -> list[tuple[Grid, Header]]:
    """The tabs that the rules file names at a place; blank ones among several are left out."""
    named = _named(grids, reading.sheets, (*place, "sheet"), needed=True)
    return [(grid, _header(grid, reading)) for grid in named if _filled(grid) or len(named) == 1]


def _likeliest(grids: Sequence[Grid], reading: Reading) -> tuple[tuple[Tab, ...], tuple[str, ...]]:
    """The tab with the best header and most rows, and the names of those like it."""
    visible = [grid for grid in grids if grid.visible]
    headers = [(grid, header) for grid in visible if (header := find_header(grid, reading))]
    if not headers:
        raise _no_header([grid.name for grid in visible], reading)
    best = max(header.match.score for _, header in headers)
    tables = [(grid, header) for grid, header in headers if header.match.score >= best / 2]
    named = [(g, h) for g, h in tables if not missing_columns([h], reading)]
    check_columns([header for _, header in named or tables], reading)
    current = [(g, h) for g, h in named or tables if not _ASIDE.search(g.name)]
    tabs = [open_tab(grid, header, reading) for grid, header in current or named or tables]
    main = max(tabs, key=_worth)
    least = _NEAR * main.header.match.score
    like = (grid.name for grid, header in tables if header.match.score >= least)
    return (main,), tuple(name for name in like if name != main.name)


def _worth(tab: Tab) -> float:
    """How much a tab looks like the table: a better header counts more than more rows."""
    return tab.header.match.score**2 * math.log2(len(tab) + 2)


def _named(
    grids: Sequence[Grid],
    names: Sequence[str],
    place: tuple[str | int, ...],
    *,
    needed: bool = False,
) -> list[Grid]:
    """The tabs that names or patterns mean, in the order of the workbook.

    A name without a wildcard has to be there, and so has one tab at least where `needed`.
    """
    found = []
    for name in names:
        exact = [grid for grid in grids if grid.name.strip() == name.strip()]
        like = exact or [
            g for g in grids if fnmatchcase(g.name.strip().casefold(), name.casefold())
        ]
        if not like and (needed or not re.search(r"[*?\[]", name)):
            guess = nearest(name, [grid.name for grid in grids])
            hint, tip = (
                (f"; did you mean `{guess}`?", f"；是不是“{guess}”？") if guess else ("", "")
            )
            raise Mismatch(
                f"there is no tab `{name}` in the spreadsheet{hint}",
                place,
                zh=f"表格文件中没有工作表“{name}”{tip}",
            )
        found.extend(like)
    names_found = {grid.name for grid in found}
    return [grid for grid in grids if grid.name in names_found]


def _header(grid: Grid, reading: Reading) -> Header:
    header = find_header(grid, reading)
    if header is None:
        raise _no_header([grid.name], reading)
    return header


def _filled(grid: Grid) -> bool:
    return Columns.of(grid.rows).filled_up_to(len(grid.rows)) > 0


def _no_header(names: Sequence[str], reading: Reading) -> Mismatch:
    known = [FIELDS[key] for key in ("customer", "stage", "owner", "amount")]
    shown = ", ".join(f"`{name}`" for name in names) or "-"
    if reading.header_row is not None:
        return Mismatch(
            f"row {reading.header_row} of tab {shown} has no known column headers; expected"
            f" headers such as {', '.join(field.en for field in known)}",
            ("spreadsheet", "header_row"),
            zh=f"工作表 {shown} 的第 {reading.header_row} 行没有可识别的列名，"
            f"应有{'、'.join(field.zh for field in known)}等列名",
        )
    return Mismatch(
        f"no header row was found in the first {WINDOW} rows of tab {shown}; expected at least two"
        f" headers such as {', '.join(field.en for field in known)}, or name them under `columns`",
        ("spreadsheet", "sheet"),
        zh=f"在工作表 {shown} 的前 {WINDOW} 行中找不到表头；至少应有两个列名，如"
        f"{'、'.join(field.zh for field in known)}，或在 columns 中指定列名",
    )
