"""The weekly report: made by the first run after the week, then left to people for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from config.layout import WEEKLY
from config.load import RulesFile
from jobs.figures import book_of
from jobs.planner import Prepared
from jobs.tab_reasons import WEEKLY_MANY
from rules.kpi import Period, Window, figures_of
from rules.kpi.tables import removed
from rules.kpi.week import closings, moves, people
from sync.table import Finding
from sync.view import SheetView
from templates.summary import SummaryInput
from templates.weekly import WeekReport, build

KEY = "weekly-"  # begins the keys of these tabs; the week follows
MEMORY = "summary.weekly"  # under which the history keeps the last week that was reported
_WEEK = pd.Timedelta(weeks=1)


def week_before(now: pd.Timestamp) -> str:
    """Return the name of the week that ended last, such as `2026-W47`."""
    year, week, _ = (now - _WEEK).isocalendar()
    return f"{year}-W{week:02d}"


def due(prepared: Prepared, standing: Mapping[str, str]) -> str:
    """Return the week that has to be reported, "" where it was.

    A report that people deleted was made all the same: the history remembers it.

    Args:
        prepared: the plan and what it came from.
        standing: key → content hash of the generated tabs that are there.
    """
    week = week_before(prepared.plan.now)
    done = str(prepared.known.memory.get(MEMORY, ""))
    return "" if week <= done or KEY + week in standing else week


def report(prepared: Prepared, rules_file: RulesFile, given: SummaryInput, week: str) -> SheetView:
    """Make the report of a week.

    Args:
        prepared: the plan and what it came from.
        rules_file: what the admin says, in the zone of the table.
        given: what the summary is made from.
        week: which one.
    """
    book = book_of(prepared, rules_file)
    period = Period.named(week, prepared.plan.now, book.options.year_starts)
    days = period.whole
    since = _since(prepared, period)
    figures = {**given.result.figures, "kpi": figures_of(book, period, days)}
    name = WEEKLY[rules_file.settings.language].format(week=week)
    result = replace(given.result, figures=figures)
    return build(
        WeekReport(
            key=KEY + week,
            week=week,
            summary=replace(given, tab=name, result=result),
            won=closings(book, days, "won"),
            lost=closings(book, days, "lost"),
            moves=moves(book, days),
            people=people(book, days),
            removed=removed(book, Window(since, days.until)),
            since=since,
        )
    )


def many(standing: Mapping[str, str], week: str, most: int) -> Iterator[Finding]:
    """Mention the oldest report where more stand there than the team wants to be told of.

    Args:
        standing: key → content hash of the generated tabs that are there.
        week: the one that is added, "" for none.
        most: how many may stand there without a word.
    """
    weeks = sorted(key.removeprefix(KEY) for key in standing if key.startswith(KEY))
    weeks += [week] if week else []
    if len(weeks) > most:
        facts: dict[str, Any] = {"count": len(weeks), "week": weeks[0]}
        yield Finding("summary", WEEKLY_MANY.code, "info", facts=facts)


def _since(prepared: Prepared, period: Period) -> pd.Timestamp:
    """The day after the last report, else the first day of the week."""
    done = str(prepared.known.memory.get(MEMORY, ""))
    if not done:
        return period.whole.start
    return Period.named(done, prepared.plan.now).whole.until
