"""Section "How deals moved on": what became of those who entered, and the pipeline's change."""

from __future__ import annotations

from rules.kpi import DEFINITIONS, ratio
from sync.say import day
from sync.say import say as reason
from sync.view import Value
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.waterfall import place_waterfall
from templates.weekly.report import WeekReport

_CHART = 9  # rows
_MOST = 12


def place_conversion(canvas: Canvas, report: WeekReport, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    say, scene = report.say, report.scene
    aside = say("conversion.aside")
    tables.section_title(canvas, row, number, say("conversion"), aside)
    left = _place_stages(canvas, report, row + 1)
    if scene.kpi["waterfall_known"] and scene.kpi["waterfall"]["amount"].any():
        place_waterfall(canvas, scene, row + 1, Col.K, _CHART)
        return max(left, row + 2 + _CHART)
    tables.sentence(canvas, row + 2, Col.K, Col.R, say("pipeline.none"))
    return max(left, row + 3)


def _place_stages(canvas: Canvas, report: WeekReport, row: int) -> int:
    say, table = report.say, report.scene.kpi["funnel"].head(_MOST)
    entered = int(table["entered"].sum())
    meaning = reason(DEFINITIONS["stage_conversion"], {}, report.language)
    aside = say("stages.aside", count=entered) if entered else ""
    since = report.scene.watched_since
    if entered and since > report.scene.period.whole.start:
        aside = say("stages.since", text=aside, day=day(since))
    tables.panel_title(canvas, row, Col.B, say("stages"), aside, meaning)
    if not entered:
        tables.sentence(canvas, row + 1, Col.B, Col.I, say("stages.none"))
        return row + 2

    def counts(at: int, key: str, bar: str = "") -> tables.Column:
        values: list[Value] = [int(count) for count in table[key]]
        total = int(table[key].sum())
        return tables.Column(at, say(f"col.{key}"), values, tables.FINDINGS, total=total, bar=bar)

    rates: list[Value] = [
        ratio(int(on), int(base))
        for on, base in zip(table["advanced"], table["entered"], strict=True)
    ]
    columns = [
        tables.Column(
            Col.B, report.scene.say("col.stage"), [str(name) for name in table["stage"]],
            total=report.scene.say("total"),
        ),
        counts(Col.C, "entered", palette.STRONG),
        counts(Col.E, "advanced"),
        counts(Col.F, "still"),
        tables.Column(
            Col.G, say("col.rate"), rates, tables.RATE, bar=palette.LIGHT, maximum=1,
            total=ratio(int(table["advanced"].sum()), entered), note=meaning,
        ),
        counts(Col.I, "lost"),
    ]  # fmt: skip
    return tables.draw(canvas, row + 1, columns, Col.B, Col.I, total=True)
