"""Gather what a terminal report tells about."""

from __future__ import annotations

from config.load import RulesFile
from jobs.planner import Prepared, phrases
from sync.store import Receipt
from templates.terminal.run import Report


def report_of(
    prepared: Prepared,
    rules_file: RulesFile,
    *,
    receipt: Receipt | None = None,
    planned: bool = False,
) -> Report:
    """Return the report of a plan or a run."""
    return Report(
        file=rules_file.spreadsheet_path.name,
        plan=prepared.plan,
        table=prepared.table,
        result=prepared.result,
        settings=rules_file.settings,
        phrases=phrases(),
        receipt=receipt,
        planned=planned,
    )
