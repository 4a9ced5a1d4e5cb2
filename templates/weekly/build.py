"""The report of a week: the summary's grid, what happened in seven days."""

from __future__ import annotations

from collections.abc import Callable

from sync.view import SheetView
from templates.summary import palette, tables
from templates.summary.build import FONTS, laid_out
from templates.summary.grid import Canvas, Col
from templates.summary.tiles import Tile, place_tiles
from templates.weekly.closed import place_closed
from templates.weekly.conversion import place_conversion
from templates.weekly.header import place_header
from templates.weekly.people import place_quiet_and_removed
from templates.weekly.progress import place_progress
from templates.weekly.report import WeekReport
from templates.weekly.risk import place_risk

_TILES = (
    Tile("won"),
    Tile("win_rate"),
    Tile("lost", more_is_better=False),
    Tile("new"),
    Tile("open"),
    Tile("weighted"),
    Tile("cycle", more_is_better=False),
    Tile("sla"),
)
# in an order that never changes, so that people find each of them blind
_SECTIONS: tuple[Callable[[Canvas, WeekReport, int, int], int], ...] = (
    place_closed,
    place_conversion,
    place_progress,
    place_risk,
    place_quiet_and_removed,
)
_FROZEN = 3  # rows


def build(report: WeekReport) -> SheetView:
    """Make the report's tab.

    Args:
        report: the week's figures and lists.
    """
    canvas = Canvas(report.language)
    row = place_header(canvas, report)
    row = place_tiles(canvas, report.scene, row, _TILES, report.told)
    starts: list[int] = []
    for number, place in enumerate(_SECTIONS, 1):
        canvas.heights[row] = tables.GAP
        starts.append(row + 1)
        row = place(canvas, report, row + 1, number)
    tables.sentence(canvas, row, Col.B, Col.R, report.say("generated"))
    name = report.summary.tab
    return SheetView(
        key=report.key,
        name=name,
        **laid_out(canvas, row + 1, starts, ()),
        freeze=_FROZEN,
        repeat=(1, _FROZEN),
        footer=(name, "{page} / {pages}", report.made),
        tab_color=palette.RULE,
        fonts=FONTS[report.language],
    )
