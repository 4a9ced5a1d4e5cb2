"""Who may be given a row at all: the gates that do not depend on what was assigned before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from rules.assign_owner.reasons import Gate
from rules.options import FieldName, Model, PersonName, Words
from rules.resolve import fold
from rules.settings import Member
from rules.when import When

Method = Literal["fixed", "round_robin", "least_loaded", "weighted", "best_fit"]
Mode = Literal["suggest", "fill"]
Attribute = Literal["region", "product", "industry"]

# The list of a member that says what the person covers of each attribute of a row.
COVERS: Mapping[Attribute, str] = {
    "region": "regions",
    "product": "products",
    "industry": "industries",
}


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Fields = Annotated[
    tuple[FieldName, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])
]
People = Annotated[
    tuple[PersonName, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])
]


class Line(Model):
    """One assignment line: the first whose conditions hold gives the pool and the method."""

    name: str | None = None
    """Its name in explanations; `#2` by its place where there is none."""
    when: When = Field(default_factory=dict)
    """Conditions; without any the line takes every row that is left."""
    to: People = ()
    """The people to choose from, in order; everybody where neither `to` nor `role` is given."""
    role: str | None = None
    """Only people with this role."""
    skills: Words = ()
    """Only people who have all of these skills."""
    match: tuple[Attribute, ...] | None = None
    """What people must cover of the row, instead of the rule's own `match`."""
    method: Method | None = None
    """How to choose; `fixed` where one person is named, else `least_loaded`."""

    @property
    def chooses(self) -> Method:
        """The method in force."""
        return self.method or ("fixed" if len(self.to) == 1 else "least_loaded")

    def label(self, place: int) -> str:
        """Return its name, or its place counted from 1."""
        return self.name or f"#{place + 1}"


class OwnerLine(Line):
    """A line that gives rows an owner."""

    mode: Mode | None = None
    """Whether the owner is only suggested or filled in, instead of the rule's own `mode`."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The people of a line who may be given rows of one kind.

    Attributes:
        people: their places in the roster, in the order of the line.
        fit: person → how many attributes of the row the person is expressly in charge of.
        stands_for: stand-in → the person who is away.
        rejected: (name, gate) of the others.
    """

    people: tuple[int, ...]
    fit: Mapping[int, int] = field(default_factory=dict)
    stands_for: Mapping[int, int] = field(default_factory=dict)
    rejected: tuple[tuple[str, Gate], ...] = ()


class Roster:
    """The team on one day: who is there, who stands in for whom, who covers what.

    Without a day nobody is on leave.

    Attributes:
        team: the members; everything else refers to them by their place.
        place: name → place.
        away: place → gate, for those who have left or are on leave.
    """

    def __init__(self, team: Sequence[Member], today: dt.date | None = None) -> None:
        self.team = tuple(team)
        self.place = {member.name: at for at, member in enumerate(self.team)}
        self.away: dict[int, Gate] = {
            at: "left" if not member.active else "leave"
            for at, member in enumerate(self.team)
            if not member.active or (today is not None and on_leave(member, today))
        }
        self._covered: list[dict[Attribute, frozenset[str]]] = [
            {name: frozenset(map(fold, getattr(member, COVERS[name]))) for name in COVERS}
            for member in self.team
        ]

    def stand_in(self, at: int) -> int | None:
        """Return the person, or the nearest backup who is there; None where nobody is."""
        asked: set[int] = set()
        current: int | None = at
        while current is not None and current in self.away and current not in asked:
            asked.add(current)
            current = self.place.get(self.team[current].backup or "")
        return current if current is not None and current not in self.away else None

    def serving(self, name: str) -> str | None:
        """Return the person or the backup who is there; without a team list, anybody is."""
        if not self.team:
            return name
        at = self.place.get(name)
        there = None if at is None else self.stand_in(at)
        return None if there is None else self.team[there].name

    def named(self, line: Line) -> list[int]:
        """Return the places of the people that a line names, before any gate."""
        chosen = [self.place[name] for name in line.to if name in self.place]
        everybody = chosen if line.to else range(len(self.team))
        return [at for at in everybody if line.role is None or line.role in self.team[at].roles]

    def skilled(self, at: int, line: Line) -> bool:
        """Return whether a person has every skill that a line asks for."""
        return set(map(fold, self.team[at].skills)).issuperset(map(fold, line.skills))

    def pool(self, line: Line, row: Mapping[Attribute, str]) -> Pool:
        """Apply the gates to the people of a line.

        Args:
            line: the assignment line.
            row: attribute → the row's folded value, "" where blank (held against nobody); only
                attributes that the line matches.
        """
        if line.chooses == "fixed":
            return self._fixed(line)
        people, rejected, fit = [], [], {}
        for at in self.named(line):
            unskilled: Gate | None = None if self.skilled(at, line) else "skill"
            gate = self.away.get(at) or unskilled or self._unfit(at, row)
            if gate is None:
                people.append(at)
                fit[at] = sum(value in self._covered[at][name] for name, value in row.items())
            else:
                rejected.append((self.team[at].name, gate))
        return Pool(tuple(people), fit, {}, tuple(rejected))

    def _fixed(self, line: Line) -> Pool:
        """Backups take the place of those who are away; being named outweighs what one covers."""
        people: dict[int, None] = {}
        stands_for: dict[int, int] = {}
        rejected = []
        for at in self.named(line):
            there = self.stand_in(at)
            if at in self.away:
                rejected.append((self.team[at].name, self.away[at]))
            if there is not None and there not in people:
                people[there] = None
                if there != at:
                    stands_for[there] = at
        return Pool(tuple(people), {}, stands_for, tuple(rejected))

    def _unfit(self, at: int, row: Mapping[Attribute, str]) -> Gate | None:
        for name, value in row.items():
            covered = self._covered[at][name]
            if value and covered and value not in covered:
                return name
        return None


def on_leave(member: Member, today: dt.date) -> bool:
    """Return whether a day lies in the member's leave."""
    return any(days.first <= today <= days.last for days in member.leave)
