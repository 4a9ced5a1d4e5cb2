"""The generated tabs of a run: what each key stands for is made from the plan here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from config.load import RulesFile
from jobs import weekly
from jobs.boards import Desks, standing_names
from jobs.owner_files import owner_files
from jobs.planner import Prepared, phrases
from jobs.schedule import next_start
from rules.worktime import WorkTime
from sync.excel.owner_file import OwnerFile
from sync.view import SheetView
from templates.board import build as build_board
from templates.review import ReviewInput
from templates.review import build as build_review
from templates.summary import SummaryInput, build


def with_tabs(
    prepared: Prepared,
    rules_file: RulesFile,
    standing: Mapping[str, str],
    step: Callable[[str], None],
) -> Prepared:
    """Add the generated tabs whose content is new to a plan, and what is to be told of them.

    Args:
        prepared: the plan and what it came from.
        rules_file: what the admin says, in the zone of the table.
        standing: key → content hash of the generated tabs that are there.
        step: told the name of each step.
    """
    views = []
    for tab in rules_file.layout.tabs:
        step(tab.key)
        views.append(draw(tab.key, prepared, rules_file, tab.name))
    plan, summary = prepared.plan, rules_file.document.summary
    findings, memory = plan.findings, dict[str, Any](plan.memory)
    if summary and summary.weekly:
        week = weekly.due(prepared, standing)
        findings += tuple(weekly.many(standing, week, summary.weekly_tabs))
        if week:
            step("weekly")
            given = _summary_input(prepared, rules_file, "")
            views.append(weekly.report(prepared, rules_file, given, week))
            memory[weekly.MEMORY] = week
    desks = Desks(prepared, rules_file, _summary_input(prepared, rules_file, ""))
    if summary and summary.owners:
        step("boards")
        there = standing_names(list(standing), list(desks.owned))
        people, told = desks.many(desks.people(summary.owners, there))
        findings += tuple(told)
        views += [build_board(desks.board(person)) for person in people]
    files: tuple[OwnerFile, ...] = ()
    if summary and (folder := rules_file.owner_folder):
        step("owner_files")
        files, left = owner_files(desks, folder, summary.owners)
        findings += left
    new = tuple(view for view in views if view.content_hash() != standing.get(view.key))
    plan = replace(plan, tabs=new, findings=findings, memory=memory)
    return replace(prepared, plan=plan, files=files)


def for_managers(key: str) -> bool:
    """Return whether a tab goes where the rules file wants the summary to be."""
    return key == "summary" or key.startswith(weekly.KEY)


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
    return build(_summary_input(prepared, rules_file, name))


def _summary_input(prepared: Prepared, rules_file: RulesFile, name: str) -> SummaryInput:
    now = prepared.plan.now
    return SummaryInput(
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


def _review(prepared: Prepared, rules_file: RulesFile, name: str) -> SheetView:
    return build_review(
        ReviewInput(
            questions=prepared.questions,
            typed=prepared.known.typed,
            table=prepared.table,
            frame=prepared.result.frame,
            found=prepared.result.resolved,
            past=prepared.result.ctx.past,
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
