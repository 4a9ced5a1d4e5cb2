"""What opportunities lived through: events of the history brought to columns; pure."""

from __future__ import annotations

from rules.life.columns import Array, Columns, mapped
from rules.life.log import Changes, Log, log_of
from rules.life.standing import Standing
from rules.life.stays import stage_moves, stays
from rules.life.touches import Touches, touches

__all__ = [
    "Array",
    "Changes",
    "Columns",
    "Log",
    "Standing",
    "Touches",
    "log_of",
    "mapped",
    "stage_moves",
    "stays",
    "touches",
]
