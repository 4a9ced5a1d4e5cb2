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
    columns = _won(report, first, shown) if state == "won" else _lost(report, first, shown)
    return report.listed(canvas, row + 1, columns, half, len(table) - len(shown))


def _won(report: WeekReport, first: int, table: pd.DataFrame) -> list[tables.Column]:
    days: list[Value] = [pd.Timestamp(day).date() for day in table["closed"]]
    return [
        _titles(report, first, table),
        _customers(report, first + 2, first + 4, table),
        report.amounts(first + 5, table),
        report.owners(first + 6, table),
        tables.Column(first + 7, report.say("col.closed"), days, report.scene.say("format.day")),
    ]


def _lost(report: WeekReport, first: int, table: pd.DataFrame) -> list[tables.Column]:
    reasons = [str(reason) or report.scene.say("rest.blank") for reason in table["loss_reason"]]
    return [
        _titles(report, first, table),
        _customers(report, first + 2, first + 3, table),
        report.owners(first + 4, table),
        report.amounts(first + 5, table),
        tables.Column(first + 6, report.say("col.reason"), reasons, until=first + 7, indent=1),
    ]


def _titles(report: WeekReport, at: int, table: pd.DataFrame) -> tables.Column:
    return tables.Column(
        at, report.scene.say("col.opportunity"), report.titles(table), until=at + 1
    )


def _customers(report: WeekReport, at: int, until: int, table: pd.DataFrame) -> tables.Column:
    names = [str(name) for name in table["customer"]]
    return tables.Column(at, report.scene.say("col.customer"), names, until=until, indent=1)
