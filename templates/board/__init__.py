"""A board for one person: what to do, how it stands, what may be won or lost."""

from templates.board.build import build
from templates.board.person import Board

__all__ = ["Board", "build"]
