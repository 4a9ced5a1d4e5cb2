"""The top of a board: whose it is, the answer in one sentence, and that somebody has left."""

from __future__ import annotations

import numpy as np

from rules.stage_sla import LEVELS
from sync.view import Rich, Run
from templates.board.person import Board
from templates.summary import palette
from templates.summary.grid import Canvas, Col
from templates.summary.header import period_words

_LATE = ("escalated", "overdue")


def place_header(canvas: Canvas, board: Board) -> int:
    """Place everything above the tiles and return the row after it."""
    for row, height in enumerate((4, 34, 20, 6, 30)):
        canvas.heights[row] = height
    scene, say = board.mine, board.say
    team = board.own.settings.team_name
    title = say("title", name=board.name) + (f" · {team}" if team else "")
    canvas.text(1, Col.B, Col.J, title, canvas.style(18, bold=True))
    period = period_words(scene, scene.period.to_date)
    canvas.text(1, Col.K, Col.R, period, canvas.style(12, bold=True, align="right"))
    right = canvas.style(8.5, color=palette.GREY, align="right")
    before = period_words(scene, scene.period.previous, year=False)
    canvas.text(2, Col.K, Col.R, scene.say("meta.compared", period=before), right)
    small = canvas.style(8.5, color=palette.GREY)
    canvas.put(2, Col.B, scene.as_of, small, volatile=True)
    size = say("size", count=int(scene.open.sum()), unit=scene.unit.label)
    canvas.text(2, Col.E, Col.I, size, small)
    points = canvas.style(11).size
    canvas.put(4, Col.B, Rich(_sentence(board, points)), canvas.style(11))
    row = 5
    for line in _warnings(board):
        canvas.text(row, Col.B, Col.R, line, canvas.style(8.5, color=palette.WARNING, indent=1))
        canvas.fill(row, Col.B, Col.R, palette.WARNING_GROUND)
        row += 1
    canvas.heights[row] = 6
    return row + 1


def _warnings(board: Board) -> list[str]:
    """What must be known about the board itself."""
    lines = []
    if board.file:
        lines.append(board.say("read_only", file=board.file))
    if board.left:
        count = int(board.mine.open.sum())
        lines.append(board.say("left.open" if count else "left.none", count=count))
    return lines


def _sentence(board: Board, size: float) -> tuple[Run, ...]:
    scene, say = board.mine, board.say
    count = int(scene.open.sum())
    amount = scene.unit.text(float(np.nansum(scene.amounts()[scene.open])))
    told = say("say.in_hand", count=count, amount=amount) if count else say("say.nothing")
    if steps := int(board.waiting.open.sum()):
        told += say("say.steps", count=steps)
    if scene.has("next_step") and (missing := int(_without_next(board).sum())):
        told += say("say.no_next", count=missing)
    runs = [Run(told + say("say.stop"), size=size)]
    level = np.concatenate([each.level.to_numpy(object) for each in (scene, board.waiting)])
    late = {name: int((level == name).sum()) for name in _LATE}
    if any(late.values()):
        alarm = say("say.first", count=sum(late.values()), levels=level_counts(board, late))
        runs.append(Run(alarm, bold=True, color=palette.WORSE, size=size))
    elif (level != "").any():
        runs.append(Run(say("say.calm"), size=size))
    return tuple(runs)


def _without_next(board: Board) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    blank: np.ndarray[tuple[int], np.dtype[np.bool_]]
    blank = (board.mine.words("next_step") == "").to_numpy() & board.mine.open
    return blank


def level_counts(board: Board, counts: dict[str, int]) -> str:
    """Say how many deals stand at each level, those without any left out."""
    parts = [
        board.say("level", count=count, level=LEVELS[level][board.language == "zh"].lower())
        for level, count in counts.items()
        if count
    ]
    return ("、" if board.language == "zh" else ", ").join(parts)
