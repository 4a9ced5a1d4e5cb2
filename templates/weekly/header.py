"""The top of the weekly report: which week, when it was made, the week in one sentence."""

from __future__ import annotations

import numpy as np

from sync.view import Rich, Run
from templates.summary import palette
from templates.summary.grid import Canvas, Col
from templates.summary.header import period_words
from templates.summary.outlook import at_risk
from templates.weekly.report import WeekReport


def place_header(canvas: Canvas, report: WeekReport) -> int:
    """Place everything above the tiles and return the row after it."""
    for row, height in enumerate((4, 34, 20, 6, 30, 6)):
        canvas.heights[row] = height
    scene, say = report.scene, report.say
    team = report.summary.settings.team_name
    title = say("title", week=report.week)
    canvas.text(
        1, Col.B, Col.J, f"{title} · {team}" if team else title, canvas.style(18, bold=True)
    )
    period = period_words(scene, scene.period.whole)
    canvas.text(1, Col.K, Col.R, period, canvas.style(12, bold=True, align="right"))
    small = canvas.style(8.5, color=palette.GREY)
    told = f"{report.made} · {say('size', unit=scene.unit.label)}"
    canvas.text(2, Col.B, Col.J, told, small)
    before = period_words(scene, scene.period.previous, year=False)
    right = canvas.style(8.5, color=palette.GREY, align="right")
    canvas.text(2, Col.K, Col.R, say("compared", period=before), right)
    size = canvas.style(11).size
    canvas.put(4, Col.B, Rich(_sentence(report, size)), canvas.style(11))
    return 6


def _sentence(report: WeekReport, size: float) -> tuple[Run, ...]:
    """What was won, lost and begun, what is open, and what is in danger."""
    scene, say = report.scene, report.say
    won, lost, new, open_ = (scene.figures[code] for code in ("won", "lost", "new", "open"))
    runs: list[Run] = []
    if won.count:
        runs = [
            Run(say("say.won"), size=size),
            Run(scene.unit.text(won.value or 0), bold=True, size=size),
            Run(say("say.deals", count=won.count), size=size),
        ]
    else:
        runs = [Run(say("say.none_won"), size=size)]
    rest = say("say.none_lost")
    if lost.count:
        rest = say("say.lost", count=lost.count, amount=scene.unit.text(lost.value or 0))
    if new.value is not None:
        rest += say("say.new", count=int(new.value))
    known = open_.value is not None
    rest += say("say.open", amount=scene.unit.text(open_.value or 0)) if known else say("say.stop")
    runs.append(Run(rest, size=size))
    rows, _ = at_risk(scene)
    if np.size(rows):
        alarm = say("say.risk", count=len(rows))
        runs.append(Run(alarm, bold=True, color=palette.WORSE, size=size))
    return tuple(runs)
