"""Let a history begin earlier: the clocks of a rules file run over tables of the past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from config.load import RulesFile
from jobs.history import History, RunRecord
from jobs.planner import make_plan
from sync.grid import Grid
from sync.memory import MemoryStore
from templates.starter.past import Morning
from templates.starter.workbook import HEADER_ROW

# The column that figures of earlier days are told from; what else rules say of the past is not
# asked for, so that a past of weeks takes no longer than a run or two.
_TOLD = frozenset({"status"})


def live(mornings: Iterable[Morning], rules_file: RulesFile, history: History) -> None:
    """Run over a table as it stood on some mornings; only the history remembers it.

    Of the rules those that run clocks are applied.

    Args:
        mornings: oldest first.
        rules_file: what the admin says.
        history: that of the spreadsheet, without any run.
    """
    rules = [rule for rule in rules_file.rules if rule.writes() & _TOLD]
    whole = rules_file.layout
    columns = tuple(column for column in whole.columns if column.key in _TOLD)
    layout = replace(whole, columns=columns, tabs=(), fillable=())
    before: Grid | None = None
    for morning in mornings:
        now, settings = morning.moment, rules_file.settings
        table = morning.table if before is None else _carried(before, morning.table)
        store = MemoryStore((table,), replace(rules_file.reading(now), layout=layout))
        prepared = make_plan(store.read(), rules, settings, layout, history.known(), now)
        receipt = store.apply(prepared.plan) if prepared.plan.cells else None
        history.record(RunRecord(now, prepared, receipt, rules_file.hash))
        before = table


def _carried(before: Grid, now: Grid) -> Grid:
    """The table of now with our columns as they stood beside its rows; ids stand in column A."""
    width = len(now.rows[HEADER_ROW])
    ours = {row[0]: row[width:] for row in before.rows[HEADER_ROW:]}
    header, *rows = now.rows[HEADER_ROW:]
    added = ours[header[0]]
    cells = [[*row, *ours.get(row[0], ())] for row in rows]
    return replace(now, rows=[*now.rows[:HEADER_ROW], [*header, *added], *cells])
