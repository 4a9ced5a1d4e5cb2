"""Section "Churn risk": the open deals that show warning signs, worst first."""

from __future__ import annotations

import numpy as np

from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.outlook import at_risk, evidence
from templates.summary.scene import percent
from templates.weekly.report import WeekReport

_MOST = 10


def place_risk(canvas: Canvas, report: WeekReport, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    say, scene = report.say, report.scene
    words = scene.say
    rows, high = at_risk(scene)
    if not len(rows):
        tables.section_title(canvas, row, number, say("risk"), "")
        looked = "risk" in scene.given.result.figures
        tables.sentence(
            canvas, row + 1, Col.B, Col.R, words("risks.none" if looked else "risks.off")
        )
        return row + 2
    base = int(scene.open.sum())
    aside = say("risk.aside", count=len(rows), base=base, share=percent(len(rows) / base))
    tables.section_title(canvas, row, number, say("risk"), aside)
    shown = [int(at) for at in rows[:_MOST]]
    told, full = evidence(scene, shown)
    cents = scene.amounts()[shown]
    amounts = [None if np.isnan(each) else scene.unit.of(each) for each in cents]
    columns = [
        tables.Column(Col.B, words("col.opportunity"), scene.links(shown), until=Col.D),
        tables.Column(Col.E, words("col.customer"), scene.texts("customer", shown), until=Col.G),
        tables.Column(
            Col.H, words("col.owner"), [name or "–" for name in scene.texts("owner", shown)]
        ),
        tables.Column(
            Col.I, words("col.amount"), amounts, tables.amount(scene.unit.pattern),
            note=words("note.unit", unit=scene.unit.label),
        ),
        tables.Column(Col.K, words("col.stage"), scene.texts("stage", shown)),
        tables.Column(
            Col.L, words("col.evidence"), told, until=Col.P, notes=full,
            colors=[palette.WORSE if grave else "" for grave in high[:_MOST]],
            note=words("note.evidence"),
        ),
        tables.Column(
            Col.Q, words("col.next"), scene.texts("next_step", shown), until=Col.R
        ),
    ]  # fmt: skip
    return report.listed(canvas, row + 1, columns, (Col.B, Col.R), len(rows) - len(shown))
