"""Two sets of rules over the same past, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd

from config.load import RulesFile
from jobs.planner import Prepared
from jobs.replay.past import PastStates
from jobs.replay.world import World
from templates.terminal.replay import Comparison, Pair


def compare(
    prepared: Prepared,
    in_force: RulesFile,
    changed: RulesFile,
    moments: Sequence[pd.Timestamp],
    step: Callable[[pd.Timestamp], None] = lambda _: None,
) -> Comparison:
    """Run both sets of rules over the past.

    Args:
        prepared: the plan of the rules in force on the table as it stands.
        in_force: those rules.
        changed: the others.
        moments: at which both decide, in order; at least one.
        step: told each moment as it begins.
    """
    states = PastStates(prepared, in_force.settings)
    worlds = [World(each.rules, each.settings) for each in (in_force, changed)]
    for moment in moments:
        step(moment)
        for world in worlds:
            world.live(states, moment, prepared.table.archive)
    late = [Counter(world.breached.values()) for world in worlds]
    by_stage, by_owner = (_pairs(*(_summed(counts, place) for counts in late)) for place in (0, 1))
    findings = _pairs(*(world.findings for world in worlds))
    reads = {field for world in worlds for rule in world.rules for field in rule.reads()}
    return Comparison(
        moments=tuple(moments),
        late=(len(worlds[0].breached), len(worlds[1].breached)),
        late_by_stage=by_stage,
        late_by_owner=by_owner,
        given=_pairs(*(Counter(world.given.values()) for world in worlds)),
        load=_pairs(*(world.load for world in worlds)),
        findings={code: pair for code, pair in findings.items() if pair[0] != pair[1]},
        since=states.since,
        untold=tuple(sorted(reads & states.untold)),
    )


def _summed(counts: Counter[tuple[str, str]], place: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for names, count in counts.items():
        found[names[place]] += count
    return found


def _pairs(before: Counter[str], after: Counter[str]) -> dict[str, Pair]:
    """Name → both counts, the largest first."""
    names = sorted(before.keys() | after.keys(), key=lambda n: (-max(before[n], after[n]), n))
    return {name: (before[name], after[name]) for name in names}
