"""What the clocks tell managers: findings by group, counts by level and person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rules.life.columns import numbered
from rules.options import Span
from rules.stage_sla.alarms import Alarm
from rules.stage_sla.decisions import responsible
from rules.stage_sla.levels import Clocks
from rules.stage_sla.words import FOUND
from sync.table import Finding, Level, Mask

_LEVELS: dict[str, Level] = {"escalated": "error", "overdue": "warning", "due_soon": "info"}


def findings(
    frame: pd.DataFrame, clocks: Clocks, rung: Sequence[Alarm], neglected_after: Span | None
) -> tuple[Finding, ...]:
    """Return one finding per level and stage, per further clock, and per gap in what is known.

    Args:
        frame: (rows × `stage`).
        clocks: the clock of each row.
        rung: further clocks that rang.
        neglected_after: named in the line of the neglected.
    """
    found = [
        _finding(name, rows, level, stage=stage)
        for name, level in _LEVELS.items()
        for stage, rows in _by_stage(frame, clocks.level == name)
    ]
    neglected = clocks.level == "neglected"
    found.append(_finding("neglected", neglected, "warning", limit=str(neglected_after)))
    found += [
        _finding(alarm.name, alarm.rows, "warning", limit=str(alarm.limit or "")) for alarm in rung
    ]
    timeless = clocks.active & (clocks.limit == "") & ~np.isnat(clocks.entry.since)
    found += [
        _finding("no_limit", rows, "info", stage=stage)
        for stage, rows in _by_stage(frame, timeless)
    ]
    unknown = np.array([clocks.unknown_year, *(alarm.unknown_year for alarm in rung)])
    found += [
        _finding("unknown_year", (unknown == year).any(axis=0), "warning", year=int(year))
        for year in np.unique(unknown[unknown > 0])
    ]
    return tuple(finding for finding in found if len(finding.rows))


def _by_stage(frame: pd.DataFrame, chosen: Mask) -> Iterator[tuple[str, Mask]]:
    """Each stage of some rows, by name, and (rows) which of them stand there."""
    rows = np.flatnonzero(chosen)
    codes, stages = numbered(frame["stage"].take(rows))
    for place in np.unique(codes[codes >= 0]):
        there = np.zeros(len(frame), dtype=bool)
        there[rows[codes == place]] = True
        yield str(stages[place]), there


def _finding(name: str, rows: Mask, level: Level, **facts: Any) -> Finding:
    where = np.flatnonzero(rows)
    return Finding("stage_sla", FOUND[name].code, level, where, {**facts, "count": len(where)})


def figures(frame: pd.DataFrame, clocks: Clocks, rung: Sequence[Alarm]) -> Mapping[str, Any]:
    """Count the rows of each level, in all and by who must act ("" for nobody), and each alarm."""
    timed = np.flatnonzero(clocks.level != "")
    levels = pd.Series(clocks.level[timed], dtype="str")
    owners = responsible(frame, timed).fillna("")
    rings: Counter[str] = Counter()
    for alarm in rung:
        rings[alarm.name] += int(alarm.rows.sum())
    table = pd.crosstab(owners, levels)
    return {
        "levels": _counts(levels),
        "owners": {
            str(owner): {str(level): int(count) for level, count in row.items() if count}
            for owner, row in table.to_dict("index").items()
        },
        "alarms": dict(rings),
    }


def _counts(values: pd.Series[str]) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts().items()}
