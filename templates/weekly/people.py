"""Sections "Who has not updated" and "Rows removed", side by side."""

from __future__ import annotations

import pandas as pd

from sync.say import day
from sync.view import Value
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.quality import removed_columns
from templates.weekly.report import WeekReport

_MOST = 10


def place_quiet_and_removed(canvas: Canvas, report: WeekReport, row: int, number: int) -> int:
    """Place both sections and return the row after the longer one."""
    return max(
        _place_quiet(canvas, report, row, number),
        _place_removed(canvas, report, row, number + 1),
    )


def _place_quiet(canvas: Canvas, report: WeekReport, row: int, number: int) -> int:
    say, scene = report.say, report.scene
    table: pd.DataFrame = scene.kpi["quiet"]
    aside = "" if table.empty else say("quiet.aside")
    tables.half_title(canvas, row, Col.B, number, say("quiet"), aside)
    if table.empty:
        known = scene.figures["not_updated"].value is not None
        key = "quiet.none" if known else "quiet.unknown"
        tables.sentence(canvas, row + 1, Col.B, Col.I, say(key))
        return row + 2
    shown = table.head(_MOST)
    last: list[Value] = [
        None if pd.isna(at) else pd.Timestamp(at).date() for at in shown["last_activity"]
    ]
    columns = [
        tables.Column(Col.B, scene.say("col.owner"), [str(name) for name in shown["owner"]]),
        tables.Column(
            Col.C, scene.say("col.open"), [int(count) for count in shown["open"]], tables.COUNT,
            bar=palette.COUNTED,
        ),
        report.amounts(Col.E, shown),
        tables.Column(Col.F, say("col.last"), last, scene.say("format.day")),
    ]  # fmt: skip
    return report.listed(canvas, row + 1, columns, (Col.B, Col.I), len(table) - len(shown))


def _place_removed(canvas: Canvas, report: WeekReport, row: int, number: int) -> int:
    say, table = report.say, report.removed
    since = day(report.since)
    if table.empty:
        tables.half_title(canvas, row, Col.K, number, say("removed"), "")
        tables.sentence(canvas, row + 1, Col.K, Col.R, say("removed.none", day=since))
        return row + 2
    aside = say("removed.aside", count=len(table), day=since)
    tables.half_title(canvas, row, Col.K, number, say("removed"), aside)
    shown = table.head(_MOST)
    columns = removed_columns(report.scene, shown, Col.K)
    return report.listed(canvas, row + 1, columns, (Col.K, Col.R), len(table) - len(shown))
