"""Gather what a terminal report tells about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from config.load import RulesFile
from jobs.planner import Prepared, phrases
from jobs.review import ANSWERED, LAPSED
from jobs.threeway import MOVED
from sync.store import Receipt
from templates.terminal.plain import plain
from templates.terminal.run import Report, render

# What a run puts right or carries out is not found again by the next one.
_ONCE = frozenset({MOVED.code, ANSWERED.code, LAPSED.code})


def report_of(
    prepared: Prepared,
    rules_file: RulesFile,
    *,
    receipt: Receipt | None = None,
    planned: bool = False,
) -> Report:
    """Return the report of a plan or a run."""
    return Report(
        file=rules_file.spreadsheet_name,
        opens=_opens(rules_file),
        plan=prepared.plan,
        table=prepared.table,
        result=prepared.result,
        settings=rules_file.settings,
        phrases=phrases(),
        receipt=receipt,
        planned=planned,
        questions=prepared.questions,
        files=tuple(file.path.name for file in prepared.files if file.is_new),
    )


def _opens(rules_file: RulesFile) -> str:
    """Where people find the summary."""
    if rules_file.summary_path is None and rules_file.google_id:
        return f"https://docs.google.com/spreadsheets/d/{rules_file.google_id}/edit"
    return near(rules_file.summary_path or rules_file.spreadsheet_path)


def repeated(prepared: Prepared, rules_file: RulesFile) -> str:
    """Return what a run would tell that finds everything as this one leaves it, as plain text.

    Args:
        prepared: what this run found; what it wrote or put right is not told again.
        rules_file: as it is.
    """
    left = [finding for finding in prepared.plan.findings if finding.code not in _ONCE]
    plan = replace(prepared.plan, patches=(), tabs=(), findings=tuple(left))
    report = report_of(replace(prepared, plan=plan, files=()), rules_file)
    opens = rules_file.summary_path or rules_file.spreadsheet_path
    return plain(render(replace(report, opens=str(opens))))


def near(path: Path) -> str:
    """Return a path as people would type it from where they are."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
