"""Between suggested owners and the supervisor: what is asked, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from rules.assign_owner.people import Pool, Roster
from rules.assign_owner.picking import Pick
from rules.assign_owner.queue import Queue
from rules.assign_owner.reasons import SUPERVISOR, Gate
from rules.questions import Question, fingerprint, standing
from rules.rule import Context
from sync.say import day
from sync.table import Mask


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said of single rows, as far as it still stands.

    Attributes:
        chosen: place in the queue → the owner whom the supervisor chose, and when.
        barred: place in the queue → people who may not have the row, and why.
    """

    chosen: Mapping[int, tuple[str, pd.Timestamp]] = field(default_factory=dict)
    barred: Mapping[int, Mapping[str, Gate]] = field(default_factory=dict)

    @classmethod
    def of(cls, queue: Queue, roster: Roster, ctx: Context) -> Spoken:
        """Read the answers about the rows of the queue; another customer makes them void.

        Args:
            queue: the rows to assign.
            roster: who is there; somebody who has left or is away is chosen no more.
            ctx: with the answers.
        """
        places = {key: at for at, key in enumerate(queue.keys)}
        chosen: dict[int, tuple[str, pd.Timestamp]] = {}
        barred: dict[int, dict[str, Gate]] = {}
        for answer in standing(ctx.past.answers, "owner"):
            key, proposal = answer.about
            at = places.get(key)
            if at is None or answer.compared != _compared(queue, at):
                continue
            if answer.verdict != "yes":
                barred.setdefault(at, {})[proposal] = "declined"
            if answer.verdict != "no" and answer.value == roster.serving(answer.value):
                chosen[at] = (answer.value, answer.at)
        return cls(chosen, barred)

    def barring(self, names: Iterable[str]) -> Spoken:
        """Bar those whom rows were taken from lately; a choice of the supervisor's still counts.

        Args:
            names: (queue) who had each row, "" for nobody.
        """
        barred = dict(self.barred)
        for at, name in enumerate(names):
            if name:
                barred[at] = {**barred.get(at, {}), name: "cooldown"}
        return replace(self, barred=barred)

    def pick(self, at: int) -> Pick | None:
        """Return what the supervisor chose for a row, None where nothing."""
        if at not in self.chosen:
            return None
        owner, moment = self.chosen[at]
        return Pick(owner, SUPERVISOR.code, source=day(moment))

    def allows(self, at: int, pick: Pick | None) -> bool:
        """Return whether somebody may be suggested for a row."""
        if pick is None or pick.code == SUPERVISOR.code:
            return pick is not None
        return pick.owner not in self.barred.get(at, ())

    def left(self, at: int, pool: Pool, roster: Roster) -> Pool:
        """Return the pool of a row without the people who may not have it."""
        names = self.barred.get(at)
        if not names:
            return pool
        people = tuple(one for one in pool.people if roster.team[one].name not in names)
        left = (roster.team[one].name for one in pool.people if one not in people)
        gone = tuple((name, names[name]) for name in left)
        return replace(pool, people=people, rejected=(*pool.rejected, *gone))


def questions(
    queue: Queue,
    picks: Sequence[Pick],
    facts: Sequence[Mapping[str, Any]],
    asked: Mask,
    roster: Roster,
) -> Iterator[Question]:
    """Ask about every suggestion that the supervisor has not made.

    Args:
        queue: the rows to assign.
        picks: (queue) what came of each.
        facts: (queue) the facts of their reasons.
        asked: (queue) which ones are suggestions.
        roster: the team, for whom else may be chosen.
    """
    team = tuple(member.name for member in roster.team if member.active)
    for at, pick in enumerate(picks):
        if asked[at] and pick.owner is not None and pick.code != SUPERVISOR.code:
            others = dict.fromkeys((*pick.candidates, *team))
            yield Question(
                topic="owner",
                about=(queue.keys[at], pick.owner),
                compared=_compared(queue, at),
                keys=(queue.keys[at],),
                reason=pick.code,
                facts=facts[at],
                proposal=pick.owner,
                others=tuple(name for name in others if name != pick.owner),
            )


def _compared(queue: Queue, at: int) -> str:
    return fingerprint(queue.customers[at] or "")
