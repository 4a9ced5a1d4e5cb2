"""The top of the page: title, when and what, the answer in one sentence, warnings."""

from __future__ import annotations

import pandas as pd

from rules.kpi import Window
from rules.rule import catalogue
from sync.say import say
from sync.table import Finding
from sync.view import Rich
from templates.summary import palette
from templates.summary.conclusion import conclusion
from templates.summary.grid import Canvas, Col
from templates.summary.scene import Scene

_MOST_WARNINGS = 3
_WARNING = 18  # px: with three of them the one-minute page is still a page
# what keeps deals or amounts out of the figures is told where the figures are
_TOLD_ANYWAY = "kpi."


def place_header(canvas: Canvas, scene: Scene) -> int:
    """Place everything above the tiles and return the row after it."""
    for row, height in enumerate((4, 34, 20, 6)):
        canvas.heights[row] = height
    given, words = scene.given, scene.say
    team = given.settings.team_name
    title = f"{words('title')} · {team}" if team else words("title")
    canvas.text(1, Col.B, Col.N, title, canvas.style(18, bold=True))
    if scene.kpi:
        period = period_words(scene, scene.period.to_date)
        canvas.text(1, Col.K, Col.R, period, canvas.style(12, bold=True, align="right"))
        before = period_words(scene, scene.period.previous, year=False)
        small = canvas.style(8.5, color=palette.GREY, align="right")
        canvas.text(2, Col.K, Col.R, words("meta.compared", period=before), small)
    _place_meta(canvas, scene)
    row = 4
    canvas.heights[row] = 30
    canvas.put(row, Col.B, Rich(conclusion(scene, canvas.style(11).size)), canvas.style(11))
    row += 1
    for text, note in warnings(scene):
        style = canvas.style(8.5, color=palette.WARNING, indent=1)
        canvas.text(row, Col.B, Col.R, text, style, note)
        canvas.fill(row, Col.B, Col.R, palette.WARNING_GROUND)
        canvas.heights[row] = _WARNING
        row += 1
    canvas.heights[row] = 6
    return row + 1


def _place_meta(canvas: Canvas, scene: Scene) -> None:
    """As-of and next run, which do not count as a change; then the size and the unit, which do."""
    given, words = scene.given, scene.say
    small = canvas.style(8.5, color=palette.GREY)
    when = scene.as_of
    if given.next_run is not None:
        when += " · " + words("meta.next", at=f"{given.next_run:%m-%d %H:%M}")
    canvas.put(2, Col.B, when, small, volatile=True)
    size = words("meta.size", count=len(scene.frame), unit=scene.unit.label)
    at = Col.D if given.next_run is None else Col.F
    canvas.text(2, at, Col.I, size, small)


def period_words(scene: Scene, window: Window, *, year: bool = True) -> str:
    """A window as people write it: `2026 年 11 月 1–20 日`, `1–20 November 2026`."""
    first, last = window.start, window.last
    if first.month != last.month:
        key = "period.months" if year else "period.months_short"
        return scene.say(key, year=first.year, first=_day(scene, first), last=_day(scene, last))
    key = "period.month" if year else "period.month_short"
    return scene.say(
        key, year=first.year, month=month_name(scene, first, full=True), first=first.day,
        last=last.day,
    )  # fmt: skip


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def month_name(scene: Scene, at: pd.Timestamp, *, full: bool = False) -> str:
    """Return the name of a month in the page's language, whatever the machine's locale is."""
    if scene.language == "zh":
        return f"{at.month} 月"
    name = _MONTHS[at.month - 1]
    return name if full else name[:3]


def _day(scene: Scene, at: pd.Timestamp) -> str:
    month = month_name(scene, at)
    return f"{month} {at.day} 日" if scene.language == "zh" else f"{at.day} {month}"


def warnings(scene: Scene) -> list[tuple[str, str]]:
    """Return (line, note) of what managers must know about the page itself, at most three."""
    reasons = {**catalogue(), **scene.given.catalogue}
    serious = [
        finding
        for finding in (*scene.given.result.findings, *scene.given.table.findings)
        if finding.code in reasons and _concerns_all(finding)
    ]
    serious.sort(key=lambda finding: finding.level != "error")
    lines = [say(reasons[found.code], found.facts, scene.language) for found in serious]
    texts = list(dict.fromkeys(scene.say("warning", text=line) for line in lines))
    shown, rest = texts[:_MOST_WARNINGS], texts[_MOST_WARNINGS:]
    if rest:
        shown[-1] += scene.say("warning.more", count=len(rest))
        return [*((text, "") for text in shown[:-1]), (shown[-1], "\n".join(rest))]
    return [(text, "") for text in shown]


def _concerns_all(finding: Finding) -> bool:
    whole = not len(finding.rows) and finding.level != "info"
    return whole or finding.code.startswith(_TOLD_ANYWAY)
