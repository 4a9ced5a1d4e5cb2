"""A person's board on the summary's grid: act, know where you stand, look ahead."""

from __future__ import annotations

from sync.view import SheetView
from templates.board.deals import place_mine, place_steps
from templates.board.figures import told
from templates.board.header import place_header
from templates.board.person import Board
from templates.summary import palette, tables
from templates.summary.build import FONTS, laid_out
from templates.summary.grid import Canvas, Col
from templates.summary.outlook import place_outlook
from templates.summary.tiles import Tile, place_tiles

_TILES = (
    Tile("won"),
    Tile("win_rate"),
    Tile("open"),
    Tile("weighted"),
    Tile("coverage"),
    Tile("new"),
    Tile("cycle", more_is_better=False),
    Tile("sla"),
)
_FROZEN = 3  # rows


def _place_outlook(canvas: Canvas, board: Board, row: int, number: int) -> int:
    return place_outlook(canvas, board.mine, row, number, owners=False)


_SECTIONS = (place_mine, place_steps, _place_outlook)


def build(board: Board) -> SheetView:
    """Make a person's board.

    Args:
        board: the person, the deals and the figures.
    """
    canvas = Canvas(board.language)
    row = place_header(canvas, board)
    row = place_tiles(canvas, board.mine, row, _TILES, lambda _, figure: told(board, figure))

    # a copy for the person alone tells nothing of deals that others own
    sections = (place_mine, _place_outlook) if board.file else _SECTIONS
    for number, place in enumerate(sections, 1):
        canvas.heights[row] = tables.GAP
        row = place(canvas, board, row + 1, number)
    last = board.say("read_only", file=board.file) if board.file else board.say("generated")
    tables.sentence(canvas, row, Col.B, Col.R, last)
    return SheetView(
        key=board.key,
        name=board.own.tab,
        **laid_out(canvas, row + 1),
        freeze=_FROZEN,
        repeat=(1, _FROZEN),
        footer=(board.own.tab, "{page} / {pages}", board.mine.as_of),
        tab_color=palette.COUNTED if board.left else palette.STRONG,
        fonts=FONTS[board.language],
    )
