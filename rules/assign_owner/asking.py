"""Between suggested owners and the supervisor: what is asked, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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

DECLINED: Gate = "declined"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the supervisor said of suggestions, as far as it still stands.

    Attributes:
        chosen: place in the queue → the owner whom the supervisor chose, and when.
        declined: place in the queue → people who may not be suggested for the row again.
    """

    chosen: Mapping[int, tuple[str, pd.Timestamp]] = field(default_factory=dict)
    declined: Mapping[int, frozenset[str]] = field(default_factory=dict)

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
        declined: dict[int, frozenset[str]] = {}
        for answer in standing(ctx.past.answers, "owner"):
            key, proposal = answer.about
            at = places.get(key)
            if at is None or answer.compared != _compared(queue, at):
                continue
            if answer.verdict != "yes":
                declined[at] = declined.get(at, frozenset()) | {proposal}
            if answer.verdict != "no" and answer.value == roster.serving(answer.value):
                chosen[at] = (answer.value, answer.at)
        return cls(chosen, declined)

    def pick(self, at: int) -> Pick | None:
        """Return what the supervisor chose for a row, None where nothing."""
        if at not in self.chosen:
            return None
        owner, moment = self.chosen[at]
        return Pick(owner, SUPERVISOR.code, source=day(moment))

    def allows(self, at: int, pick: Pick | None) -> bool:
        """Return whether somebody may be suggested for a row."""
        return pick is not None and pick.owner not in self.declined.get(at, ())

    def left(self, at: int, pool: Pool, roster: Roster) -> Pool:
        """Return the pool of a row without the people who were declined for it."""
        names = self.declined.get(at)
        if not names:
            return pool
        people = tuple(one for one in pool.people if roster.team[one].name not in names)
        gone = tuple((roster.team[one].name, DECLINED) for one in pool.people if one not in people)
        return replace(pool, people=people, rejected=(*pool.rejected, *gone))


def questions(
    queue: Queue, picks: Sequence[Pick], facts: Sequence[Mapping[str, Any]], roster: Roster
) -> Iterator[Question]:
    """Ask about every suggestion that the supervisor has not made.

    Args:
        queue: the rows to assign.
        picks: (queue) what came of each.
        facts: (queue) the facts of their reasons.
        roster: the team, for whom else may be chosen.
    """
    team = tuple(member.name for member in roster.team if member.active)
    for at, pick in enumerate(picks):
        if pick.owner is not None and pick.code != SUPERVISOR.code:
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
