"""Open the spreadsheet that a rules file names."""

from __future__ import annotations

import pandas as pd

from config.load import RulesFile
from jobs.state import State
from sync.excel.store import ExcelStore


def open_store(rules_file: RulesFile, state: State, now: pd.Timestamp) -> ExcelStore:
    """Return the store of a rules file; entering it takes the lock.

    Args:
        rules_file: names the spreadsheet and what to look for in it.
        state: where backups and locks live.
        now: the moment of the run, for dates without a year.
    """
    return ExcelStore(
        rules_file.spreadsheet_path,
        rules_file.reading(now),
        wait=rules_file.wait_seconds if rules_file.when_open == "wait" else 0,
        backups=state.backups,
    )
