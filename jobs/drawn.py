"""The generated tabs of a run: what each key stands for is made from the plan here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from config.load import RulesFile
from jobs.planner import Prepared, phrases
from jobs.schedule import next_start
from rules.worktime import WorkTime
from sync.view import SheetView
from templates.review import ReviewInput
from templates.review import build as build_review
from templates.summary import SummaryInput, build


def draw(key: str, prepared: Prepared, rules_file: RulesFile, name: str) -> SheetView:
    """Make a generated tab.

    Args:
        key: what it is (`summary`, `review`).
        prepared: the plan and what it came from.
        rules_file: what the admin says, in the zone of the table.
        name: what the tab is called when it is added.
    """
    return _DRAWN[key](prepared, rules_file, name)


def _summary(prepared: Prepared, rules_file: RulesFile, name: str) -> SheetView:
    now = prepared.plan.now
    return build(
        SummaryInput(
            table=prepared.table,
            result=prepared.result,
            settings=rules_file.settings,
            now=now,
            tab=name,
            next_run=_next_run(rules_file, now),
            rules_file=rules_file.path.name,
            version=rules_file.hash[:8],
            catalogue=phrases(),
        )
    )


def _review(prepared: Prepared, rules_file: RulesFile, name: str) -> SheetView:
    return build_review(
        ReviewInput(
            questions=prepared.questions,
            typed=prepared.known.typed,
            table=prepared.table,
            frame=prepared.result.frame,
            past=prepared.known.past,
            now=prepared.plan.now,
            language=rules_file.settings.language,
            tab=name,
            catalogue=phrases(),
        )
    )


# Key of a generated tab → what makes it from a plan.
_DRAWN: Mapping[str, Callable[[Prepared, RulesFile, str], SheetView]] = {
    "summary": _summary,
    "review": _review,
}


def _next_run(rules_file: RulesFile, now: pd.Timestamp) -> pd.Timestamp | None:
    """When the schedule runs again, None where the rules file has none."""
    settings = rules_file.settings
    if not rules_file.jobs:
        return None
    return next_start(rules_file.jobs, now, WorkTime(settings.calendar, settings.timezone, now))
