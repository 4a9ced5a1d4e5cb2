"""Sections "My open deals" and "Steps that wait for me": every deal by urgency."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rules.stage_sla import LEVELS
from sync.fields import Kind
from sync.table import Rows, column
from sync.view import Link, Value
from templates.board.header import level_counts
from templates.board.person import Board
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.header import month_name
from templates.summary.scene import Scene

_MOST = 40
_MOST_STEPS = 20
# level → its mark and colour; in the order of urgency
_MARKS = {
    "escalated": ("■", palette.WORSE),
    "overdue": ("▲", palette.WORSE),
    "neglected": ("▲", palette.WARNING),
    "due_soon": ("△", palette.WARNING),
    "ok": ("", ""),
    "": ("", palette.GREY),
    "paused": ("", palette.GREY),
}
_URGENCY = tuple(_MARKS)


def place_mine(canvas: Canvas, board: Board, row: int, number: int) -> int:
    """Place what the person owns and return the row after it."""
    say, scene = board.say, board.mine
    rows = _by_urgency(scene)
    if not len(rows):
        tables.section_title(canvas, row, number, say("mine"), "")
        tables.sentence(canvas, row + 1, Col.B, Col.R, say("mine.none"))
        return row + 2
    counts = {level: int((scene.level == level).sum()) for level in _URGENCY if level}
    levels = level_counts(board, counts)
    aside = say("mine.aside", levels=levels).rstrip(" ·")
    tables.section_title(canvas, row, number, say("mine"), aside)
    return _place(canvas, board, scene, row + 1, rows, _MOST, owners=False)


def place_steps(canvas: Canvas, board: Board, row: int, number: int) -> int:
    """Place what others own and the person must act on, and return the row after it."""
    say, scene = board.say, board.waiting
    rows = _by_urgency(scene)
    if not len(rows):
        tables.section_title(canvas, row, number, say("steps"), "")
        tables.sentence(canvas, row + 1, Col.B, Col.R, say("steps.none"))
        return row + 2
    tables.section_title(canvas, row, number, say("steps"), say("steps.aside"))
    return _place(canvas, board, scene, row + 1, rows, _MOST_STEPS, owners=True)


def _by_urgency(scene: Scene) -> Rows:
    """Positions of open deals: by level, then by due date, then by amount."""
    rows = np.flatnonzero(scene.open)
    codes = scene.level.to_numpy(object)[rows]
    rank = np.array([_URGENCY.index(code) for code in codes], dtype=np.int64)
    due = scene.days_since("due").to_numpy("float64", na_value=-np.inf)[rows]
    amounts = np.nan_to_num(scene.amounts()[rows])
    keys = np.asarray(scene.given.table.keys, dtype="str")[rows]
    found: Rows = rows[np.lexsort((keys, -amounts, -due, rank))]
    return found


def _place(
    canvas: Canvas, board: Board, scene: Scene, row: int, rows: Rows, most: int, *, owners: bool
) -> int:
    shown = [int(at) for at in rows[:most]]
    columns = _columns(board, scene, shown, owners=owners)
    end = tables.draw(canvas, row, columns, Col.B, Col.R, total=False)
    for at, level in enumerate(scene.level.iloc[shown], row + 1):
        if level == "escalated":
            canvas.fill(at, Col.B, Col.B, palette.WORSE_GROUND)
    if len(rows) > len(shown):
        text = board.say("more", count=len(rows) - len(shown))
        link = Link(text, str(scene.given.table.sheets[0]))
        look = canvas.style(color=palette.BLUE, underline=True, indent=1)
        canvas.text(end, Col.B, Col.I, link, look)
        end += 1
    return end


def _columns(
    board: Board, scene: Scene, rows: Sequence[int], *, owners: bool
) -> list[tables.Column]:
    words = scene.say
    levels = [str(level) for level in scene.level.iloc[list(rows)]]
    cents = scene.amounts()[list(rows)]
    amounts = [None if np.isnan(each) else scene.unit.of(each) for each in cents]
    who = tables.Column(Col.M, words("col.owner"), scene.texts("owner", rows), indent=1)
    return [
        tables.Column(
            Col.B, words("col.level"), [_level(board, level) for level in levels], indent=1,
            colors=[_MARKS[level][1] for level in levels],
            strong=[level == "escalated" for level in levels],
        ),
        tables.Column(
            Col.C, board.say("col.due"), _days(scene, "due", rows), words("format.day"),
            note=board.say("note.due"),
        ),
        tables.Column(
            Col.D, words("col.opportunity"), scene.links(rows), until=Col.F, indent=1
        ),
        tables.Column(
            Col.G, words("col.customer"), scene.texts("customer", rows), until=Col.I
        ),
        tables.Column(Col.K, words("col.stage"), scene.texts("stage", rows)),
        tables.Column(
            Col.L, words("col.amount"), amounts, tables.amount(scene.unit.pattern),
            note=words("note.unit", unit=scene.unit.label),
        ),
        who if owners else _risk(board, scene, rows),
        tables.Column(
            Col.N, words("col.expected"), _days(scene, "expected_close", rows),
            words("format.day"),
        ),
        tables.Column(
            Col.O, board.say("col.next"), _next(board, scene, rows), until=Col.R, indent=1
        ),
    ]  # fmt: skip


def _level(board: Board, level: str) -> str:
    if not level:
        return board.say("level.none")
    word = LEVELS[level][board.language == "zh"]
    return f"{_MARKS[level][0]} {word}".strip()


def _risk(board: Board, scene: Scene, rows: Sequence[int]) -> tables.Column:
    found = [word or "–" for word in scene.texts("risk", rows)]
    colors = ["" if word == "–" else palette.WORSE for word in found]
    note = board.say("note.risk")
    return tables.Column(Col.M, board.say("col.risk"), found, indent=1, colors=colors, note=note)


def _days(scene: Scene, key: str, rows: Sequence[int]) -> list[Value]:
    dates = column(scene.frame, key, Kind.DATE).iloc[list(rows)]
    return [None if pd.isna(at) else pd.Timestamp(at).date() for at in dates]


def _next(board: Board, scene: Scene, rows: Sequence[int]) -> list[str]:
    """What the person plans, with its day, else what the rules advise."""
    planned, advised = (scene.texts(key, rows) for key in ("next_step", "next_action"))
    days = column(scene.frame, "next_step_date", Kind.DATE).iloc[list(rows)]
    texts = []
    for plan, advice, at in zip(planned, advised, days, strict=True):
        text = plan or advice
        if plan and not pd.isna(at):
            text = board.say("next.dated", text=plan, day=_day(scene, pd.Timestamp(at)))
        texts.append(text)
    return texts


def _day(scene: Scene, at: pd.Timestamp) -> str:
    if scene.language == "zh":
        return f"{at.month}月{at.day}日"
    return f"{at.day} {month_name(scene, at)}"
