"""Parts of a run that no command does by itself, to be timed as processes of their own.

python -m tests.benchmarks.run_parts (table | edit) RULES_FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from config.load import load
from jobs.state import state_of
from jobs.stores import open_store
from sync.plan import Layout, Patch, Plan, Reasons
from sync.store import Store
from tests.benchmarks.files import NOW

_ONE_IN = 100
_NOW = pd.Timestamp(NOW).as_unit("s")


def table(rules: Path) -> None:
    """Read the table, rules file included."""
    _store(rules).read()


def edit(rules: Path) -> None:
    """Do what a team does: put one deal in a hundred into another stage."""
    with _store(rules) as store:
        read = store.read()
        rows = np.arange(0, len(read), _ONE_IN, dtype=np.int64)
        before = read.frame["stage"].astype("str").to_numpy(dtype=object)[rows]
        after = np.where(before == "Contract", "Negotiation", "Contract").astype(object)
        reasons = Reasons.blank(len(rows))
        patch = Patch("team", "stage", rows, read.keys[rows], before, after, reasons)
        store.apply(Plan(read.version, _NOW, Layout(fillable=("stage",)), (patch,)))


def _store(rules: Path) -> Store:
    rules_file = load(rules, "en")
    return open_store(rules_file, state_of(rules_file.id, rules_file.state, rules.parent), _NOW)


if __name__ == "__main__":
    {"table": table, "edit": edit}[sys.argv[1]](Path(sys.argv[2]))
