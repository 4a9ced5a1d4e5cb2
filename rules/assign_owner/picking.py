"""Choose from a pool. Decisions depend on each other here, so this goes row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rules.assign_owner.people import Line, Pool, Roster
from rules.assign_owner.reasons import BACKUP, BY_METHOD, NONE, OFF_DUTY, Gate
from rules.assign_owner.standing import Standing


class Pick(NamedTuple):
    """What came of one row: the owner, None where nobody may have it, and the facts behind it."""

    owner: str | None
    code: str
    line: str | None = None
    candidates: tuple[str, ...] = ()
    rejected: tuple[tuple[str, Gate], ...] = ()
    load: int | None = None
    source: str | None = None
    absent: str | None = None


class _Choice(NamedTuple):
    """The people of a pool who have room now, with what explanations need of them."""

    people: tuple[int, ...]
    names: tuple[str, ...]
    rejected: tuple[tuple[str, Gate], ...]


class Picker:
    """Chooses by the line's method, and keeps everybody's standing and turns up to date.

    Turns (round robin, weighted) are credits: whoever could take the row earns his weight, the one
    with the most credit gets it and pays what all have earned ("smooth weighted round robin" of
    nginx). Nobody earns while away, so that nobody is flooded after a leave.
    """

    def __init__(self, roster: Roster, has: Standing, memory: Mapping[str, Any]) -> None:
        self._roster = roster
        self._has = has
        self._credit: dict[str, dict[str, float]] = {
            label: dict(credit) for label, credit in memory.get("credit", {}).items()
        }
        self._choices: dict[tuple[Pool, tuple[int, ...]], _Choice] = {}
        self._full: tuple[int, ...] = ()
        self._note_full()

    @property
    def memory(self) -> dict[str, Any]:
        """Turns for the next run: line → person → credit."""
        rounded = {
            label: {name: round(value, 6) for name, value in credit.items() if round(value, 6)}
            for label, credit in self._credit.items()
        }
        return {"credit": {label: credit for label, credit in rounded.items() if credit}}

    def settle(self, owner: str | None, before: int | None, weight: int) -> None:
        """Count what a row was given.

        Args:
            owner: the name chosen, None for nobody.
            before: place of the person whom an earlier run chose; was counted as new back then.
            weight: the row's load.
        """
        at = self._roster.place.get(owner or "")
        if at is not None:
            self._has.give(at, weight, new=at != before)
            self._note_full(at)

    def pick(self, line: Line, label: str, pool: Pool, before: int | None) -> Pick:
        """Choose from a pool, or keep the person chosen by an earlier run who still may have it."""
        choice = self._choice(pool)
        if before is not None and before in pool.people and self._has.open_room[before] > 0:
            choice = self._with(choice, pool, before)
            at = choice.people[0] if line.chooses == "fixed" else before
        elif not choice.people:
            waits = any(gate == "off_duty" for _, gate in choice.rejected)
            code = OFF_DUTY.code if waits else NONE.code
            return Pick(None, code, label, (), choice.rejected)
        else:
            at = self._choose(line, label, pool, choice.people)
        load = self._has.load[at] if line.chooses in ("least_loaded", "best_fit") else None
        name = self._roster.team[at].name
        absent = pool.stands_for.get(at)
        if absent is not None:
            away = self._roster.team[absent].name
            return Pick(name, BACKUP.code, label, choice.names, choice.rejected, absent=away)
        return Pick(name, BY_METHOD[line.chooses].code, label, choice.names, choice.rejected, load)

    def _choose(self, line: Line, label: str, pool: Pool, people: tuple[int, ...]) -> int:
        load = self._has.load
        match line.chooses:
            case "fixed":
                return people[0]
            case "least_loaded":
                return min(people, key=load.__getitem__)
            case "best_fit":
                return min(people, key=lambda at: (-pool.fit[at], load[at]))
            case "round_robin" | "weighted" as method:
                return self._next_in_turn(label, people, weighted=method == "weighted")

    def _next_in_turn(self, label: str, people: tuple[int, ...], *, weighted: bool) -> int:
        credit = self._credit.setdefault(label, {})
        total, best, most = 0.0, people[0], float("-inf")
        for at in people:
            member = self._roster.team[at]
            weight = member.weight if weighted else 1.0
            total += weight
            earned = credit[member.name] = credit.get(member.name, 0.0) + weight
            if earned > most + 1e-9:
                best, most = at, earned
        credit[self._roster.team[best].name] -= total
        return best

    def _choice(self, pool: Pool) -> _Choice:
        """Who of a pool has room; the same answer while nobody fills up or gets room."""
        known = (pool, self._full)
        if known not in self._choices:
            team = self._roster.team
            people = tuple(at for at in pool.people if at not in self._full)
            gates = ((team[at].name, self._has.gate(at)) for at in pool.people if at in self._full)
            full = tuple((name, gate) for name, gate in gates if gate is not None)
            names = tuple(team[at].name for at in people)
            self._choices[known] = _Choice(people, names, (*pool.rejected, *full))
        return self._choices[known]

    def _with(self, choice: _Choice, pool: Pool, at: int) -> _Choice:
        """The same choice with a person who keeps a row: off duty, or given enough new ones."""
        if at in choice.people:
            return choice
        team = self._roster.team
        people = tuple(one for one in pool.people if one == at or one in choice.people)
        rejected = tuple(each for each in choice.rejected if each[0] != team[at].name)
        return _Choice(people, tuple(team[one].name for one in people), rejected)

    def _note_full(self, at: int | None = None) -> None:
        """Keep the list of people without room, after one person's standing changed or for all."""
        if at is None:
            everybody = range(len(self._roster.team))
            self._full = tuple(one for one in everybody if not self._has.has_room(one))
        elif self._has.has_room(at) == (at in self._full):
            self._full = tuple(sorted({*self._full} ^ {at}))
