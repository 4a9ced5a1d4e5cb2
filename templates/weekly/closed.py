"""Section "What was won, what was lost": every deal that was closed in the week."""

from __future__ import annotations

import pandas as pd

from sync.view import Value
from templates.summary import tables
from templates.summary.grid import Canvas, Col
from templates.weekly.report import WeekReport

_MOST = 12


def place_closed(canvas: Canvas, report: WeekReport, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    tables.section_title(canvas, row, number, report.say("closed"), "")
    ends = [
        _place(canvas, report, row + 1, first, state, table)
        for first, state, table in (
            (Col.B, "won", report.won), (Col.K, "lost", report.lost),
        )
    ]  # fmt: skip
    return max(ends)


def _place(
    canvas: Canvas, report: WeekReport, row: int, first: int, state: str, table: pd.DataFrame
) -> int:
    """Place the deals that ended so in one half of the page."""
    say, half = report.say, (first, first + 7)
    if table.empty:
        tables.panel_title(canvas, row, first, say(state), "")
        tables.sentence(canvas, row + 1, *half, say(f"{state}.none"))
        return row + 2
    total = report.scene.unit.text(int(table["amount"].sum()))
    aside = say("closed.aside", count=len(table), amount=total)
    tables.panel_title(canvas, row, first, say(state), aside)
    shown = table.head(_MOST)
    customers = [str(name) for name in shown["customer"]]
    columns = [
        tables.Column(
            first, report.scene.say("col.opportunity"), report.titles(shown), until=first + 1
        ),
        tables.Column(
            first + 2, report.scene.say("col.customer"), customers, until=first + 3, indent=1
        ),
        report.owners(first + 4, shown),
        report.amounts(first + 5, shown),
        _last(report, first + 6, state, shown),
    ]
    return report.listed(canvas, row + 1, columns, half, len(table) - len(shown))


def _last(report: WeekReport, at: int, state: str, table: pd.DataFrame) -> tables.Column:
    """When a deal was won, or why it was lost."""
    if state == "won":
        days: list[Value] = [pd.Timestamp(day).date() for day in table["closed"]]
        shape = report.scene.say("format.day")
        return tables.Column(at, report.say("col.closed"), days, shape)
    reasons = [str(reason) or report.scene.say("rest.blank") for reason in table["loss_reason"]]
    return tables.Column(at, report.say("col.reason"), reasons, until=at + 1, indent=1)
