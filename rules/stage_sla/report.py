"""What the clocks tell managers: findings by group, counts by level and person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

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
    stage = frame["stage"].astype("str")
    found = [
        _finding(name, (clocks.level == name) & (stage == at).to_numpy(), level, stage=at)
        for name, level in _LEVELS.items()
        for at in sorted(stage[clocks.level == name].unique())
    ]
    neglected = clocks.level == "neglected"
    found.append(_finding("neglected", neglected, "warning", limit=str(neglected_after)))
    found += [
        _finding(alarm.name, alarm.rows, "warning", limit=str(alarm.limit or "")) for alarm in rung
    ]
    timeless = clocks.active & (clocks.limit == "") & ~np.isnat(clocks.entry.since)
    found += [
        _finding("no_limit", timeless & (stage == at).to_numpy(), "info", stage=at)
        for at in sorted(stage[timeless].unique())
    ]
    unknown = np.array([clocks.unknown_year, *(alarm.unknown_year for alarm in rung)])
    found += [
        _finding("unknown_year", (unknown == year).any(axis=0), "warning", year=int(year))
        for year in np.unique(unknown[unknown > 0])
    ]
    return tuple(finding for finding in found if len(finding.rows))


def _finding(name: str, rows: Mask, level: Level, **facts: Any) -> Finding:
    where = np.flatnonzero(rows)
    return Finding("stage_sla", FOUND[name].code, level, where, {**facts, "count": len(where)})


def figures(frame: pd.DataFrame, clocks: Clocks, rung: Sequence[Alarm]) -> Mapping[str, Any]:
    """Count the rows of each level, in all and by who must act ("" for nobody), and each alarm."""
    timed = pd.DataFrame({"owner": responsible(frame).fillna(""), "level": clocks.level})
    timed = timed[clocks.level != ""]
    rings: Counter[str] = Counter()
    for alarm in rung:
        rings[alarm.name] += int(alarm.rows.sum())
    return {
        "levels": _counts(timed["level"]),
        "owners": {
            str(owner): _counts(levels) for owner, levels in timed.groupby("owner")["level"]
        },
        "alarms": dict(rings),
    }


def _counts(values: pd.Series[str]) -> dict[str, int]:
    return {str(value): int(count) for value, count in values.value_counts().items()}
