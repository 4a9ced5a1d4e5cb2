"""The generated tab: sections one under the other, in an order that never changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sync.view import SheetView
from templates.summary import tables
from templates.summary.attention import place_attention
from templates.summary.causes import place_causes
from templates.summary.duplicates import place_duplicates
from templates.summary.forecast import place_forecast
from templates.summary.grid import WIDTHS, Canvas, Col
from templates.summary.header import place_header
from templates.summary.outlook import place_outlook
from templates.summary.owners import place_owners
from templates.summary.quality import place_quality
from templates.summary.scene import Scene, SummaryInput
from templates.summary.stages import place_stages
from templates.summary.tiles import place_tiles

Section = Callable[[Canvas, Scene, int, int], int]

KEY = "summary"  # of the tab, whatever it is called
PAGE = 841  # px of a printed page at the grid's width, A4 landscape
_REPEATED = (1, 3)  # rows printed on every page
_CLOSED = 2  # px of the gap before a section that begins a printed page
FONTS = {
    "zh": ("Microsoft YaHei", "PingFang SC", "Noto Sans SC"),
    "en": ("Calibri", "Carlito"),
}
# title's text key and builder; a section keeps its place, so that people find it blind
_SECTIONS: tuple[tuple[str, Section], ...] = (
    ("attention", place_attention),
    ("forecast", place_forecast),
    ("stages", place_stages),
    ("owners", place_owners),
    ("outlook", place_outlook),
    ("causes", place_causes),
    ("duplicates", place_duplicates),
)
# what is told from the rows themselves needs no figures
_FROM_ROWS = (place_attention, place_duplicates)
# sections that begin a printed page: the one-minute page, the meeting, the causes
_PAGES = (0, 2, 5)


def build(given: SummaryInput) -> SheetView:
    """Make the generated tab.

    Args:
        given: the run's results and what to say about the run.

    Returns:
        The tab; equal for equal results, the as-of and next-run times being volatile.
    """
    scene = Scene(given)
    canvas = Canvas(scene.language)
    row = place_tiles(canvas, scene, place_header(canvas, scene))
    starts: list[int] = []
    for number, (key, place) in enumerate(_SECTIONS, 1):
        canvas.heights[row] = tables.GAP
        starts.append(row + 1)
        from_rows = place in _FROM_ROWS and len(scene.frame)
        if scene.lacks and not from_rows:
            row = _place_empty(canvas, scene, row + 1, number, key)
        else:
            row = place(canvas, scene, row + 1, number)
    canvas.heights[row] = tables.GAP
    starts.append(row + 1)
    row = place_quality(canvas, scene, row + 1, len(_SECTIONS) + 1)
    generated = scene.say("generated", file=given.rules_file or "–", version=given.version or "–")
    tables.sentence(canvas, row, Col.B, Col.R, generated)
    return SheetView(
        key=KEY,
        name=given.tab,
        **laid_out(canvas, row + 1, starts),
        freeze=3,
        repeat=_REPEATED,
        footer=(given.tab, "{page} / {pages}", scene.as_of),
        fonts=FONTS[scene.language],
    )


def _place_empty(canvas: Canvas, scene: Scene, row: int, number: int, key: str) -> int:
    """A section without anything in it keeps its title and one grey sentence."""
    tables.section_title(canvas, row, number, scene.say(key), "")
    text = scene.say("end", text=scene.say(scene.lacks))
    tables.sentence(canvas, row + 1, Col.B, Col.R, text)
    return row + 2


def laid_out(
    canvas: Canvas, rows: int, starts: Sequence[int] = (), pages: Sequence[int] = _PAGES
) -> dict[str, Any]:
    """Return the parts of a `SheetView` that a canvas of this grid gives.

    Args:
        canvas: with everything placed.
        rows: number of rows of the page.
        starts: first row of each section, behind a gap; none for a page that is not broken.
        pages: numbers of the sections that begin a printed page where they can.
    """
    breaks = page_breaks(canvas.heights, rows, starts, pages) if starts else ()
    heights = canvas.heights | dict.fromkeys((row - 1 for row in breaks), _CLOSED)
    return {
        "language": canvas.language,
        "widths": WIDTHS,
        "heights": tuple(sorted(heights.items())),
        "breaks": breaks,
        "cells": tuple(canvas.cells[place] for place in sorted(canvas.cells)),
        "rows": rows,
        "columns": len(WIDTHS),
        "hidden_from": int(Col.T),
        "bars": tuple(canvas.bars),
        "sparks": tuple(canvas.sparks),
        "charts": tuple(canvas.charts),
    }


def page_breaks(
    heights: dict[int, int], rows: int, starts: Sequence[int], pages: Sequence[int] = _PAGES
) -> tuple[int, ...]:
    """Return the rows before which a page ends: only before a section, and only where it must.

    Args:
        heights: row → px, where not 22.
        rows: number of rows of the page.
        starts: first row of each section.
        pages: numbers of the sections that begin a page where they can.
    """

    def height(first: int, end: int) -> int:
        return sum(heights.get(row, tables.BODY) for row in range(first, end))

    repeated = height(_REPEATED[0], _REPEATED[1] + 1)
    ends = [*starts[1:], rows]
    groups = [starts[at] for at in pages[1:]] + [rows]
    breaks: list[int] = []
    used = height(0, starts[0])
    for start, end in zip(starts, ends, strict=True):
        # sections of one page stay together, unless half of the page before would be blank
        together = start in groups and used > PAGE / 2
        need = height(start, next(group for group in groups if group > start)) if together else 0
        # the gap in front of the next section closes where that begins a page
        need = max(need, height(start, end)) - (tables.GAP - _CLOSED) * (end != rows)
        if used + need > PAGE and used > repeated:
            breaks.append(start)
            used = repeated
        used += height(start, end)
    return tuple(breaks)
