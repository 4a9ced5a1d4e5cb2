"""The answer in one sentence: how the period stands, and what to do first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.view import Run
from templates.summary import palette
from templates.summary.scene import Scene, percent


@dataclass(frozen=True, slots=True)
class _Voice:
    """Runs of the sentence in its three looks."""

    size: float

    def plain(self, text: str) -> Run:
        return Run(text, size=self.size)

    def strong(self, text: str) -> Run:
        return Run(text, bold=True, size=self.size)

    def alarm(self, text: str) -> Run:
        return Run(text, bold=True, color=palette.WORSE, size=self.size)


def conclusion(scene: Scene, size: float) -> tuple[Run, ...]:
    """Return the sentence as runs of text of one size in points."""
    voice = _Voice(size)
    if scene.lacks:
        return (voice.plain(scene.say("end", text=scene.say(scene.lacks))),)
    return (*_won(scene, voice), _due(scene, voice), *_first(scene, voice))


def _won(scene: Scene, voice: _Voice) -> list[Run]:
    """What was won, against the target where there is one."""
    won, target = scene.figures["won"], scene.kpi["target"]
    if won.value is None:
        key = "say.won_unpriced" if won.count else "say.won_unknown"
        return [voice.plain(scene.say(key, count=won.count))]
    runs = [
        voice.plain(scene.say(f"say.won_{scene.period.kind}")),
        voice.strong(scene.unit.text(won.value)),
    ]
    if not target:
        return [*runs, voice.plain(scene.say("say.deals", count=won.count))]
    gap = target - won.value
    facts = {
        "share": percent(won.value / target),
        "elapsed": percent(scene.period.elapsed),
        "gap": scene.unit.text(abs(gap)),
    }
    return [*runs, voice.plain(scene.say("say.target" if gap > 0 else "say.reached", **facts))]


def _due(scene: Scene, voice: _Voice) -> Run:
    """What is open and due in the period, where open deals have amounts and dates at all."""
    if scene.figures["due"].value is None:
        return voice.plain(scene.say("say.stop"))
    due = scene.unit.text(scene.figures["coverage"].numerator or 0)
    return voice.plain(scene.say(f"say.due_{scene.period.kind}", due=due))


def _first(scene: Scene, voice: _Voice) -> list[Run]:
    """What to do first: the gravest level that has any deal."""
    for level in ("escalated", "overdue"):
        rows = np.flatnonzero((scene.level == level).to_numpy())
        if len(rows):
            amount = float(np.nansum(scene.amounts()[rows]))
            total = scene.say("say.total", total=scene.unit.text(amount)) if amount else ""
            return [voice.alarm(scene.say(f"say.first_{level}", count=len(rows), total=total))]
    calm = bool(scene.figures["sla"].denominator)
    return [voice.plain(scene.say("say.calm"))] if calm else []
