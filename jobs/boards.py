"""The boards of the people: who has one, and what each is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from config.layout import BOARD
from config.load import RulesFile
from jobs.figures import book_of
from jobs.planner import Prepared
from jobs.tab_reasons import BOARDS_MANY
from rules.kpi import MEASURES, Book, Figure, Period, is_open
from rules.kpi.evaluate import WHOLE, figures
from rules.kpi.tables import likely
from rules.kpi.targets import targets_by
from rules.period import last_days
from rules.settings import Settings
from sync.naming import tab_names
from sync.table import Finding, Mask, Objects, Rows, as_text, column
from templates.board import Board
from templates.summary import SummaryInput
from templates.summary.scene import Scene
from templates.summary.units import Unit

KEY = "board-"  # begins the keys of these tabs; the name follows
MOST = 100  # boards that are made where the rules file names nobody
_CODES = ("won", "win_rate", "open", "weighted", "coverage", "new", "cycle", "sla", "alerts")
_LONGEST = 60  # letters of a name in a key, which Excel keeps in a formula of 255
NOBODY: Rows = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has a board: the name, the tab, and whether the team still has the person."""

    name: str
    tab: str
    left: bool


def key_of(name: str) -> str:
    """Return the key of a person's board."""
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return KEY + "".join(letter if letter.isprintable() else " " for letter in name)


@dataclass(frozen=True)
class Desks:
    """What all boards are made from, computed once.

    Attributes:
        prepared: the plan and what it came from.
        rules_file: what the admin says, in the zone of the table.
        given: what the summary is made from.
    """

    prepared: Prepared
    rules_file: RulesFile
    given: SummaryInput

    @property
    def settings(self) -> Settings:
        """The team."""
        return self.rules_file.settings

    @cached_property
    def owned(self) -> Mapping[str, Rows]:
        """Owner → positions in the table, ascending."""
        return _grouped(self._words("owner"))

    @cached_property
    def waiting(self) -> Mapping[str, Rows]:
        """Person → positions of open deals of others that wait for the person."""
        owner = self._words("owner")
        frame = self.prepared.result.frame
        handler = self._words("current_handler" if "current_handler" in frame else "handler")
        return _grouped(np.where(self.open & (handler != owner), handler, ""))

    @cached_property
    def open(self) -> Mask:
        """(rows) which opportunities are open."""
        return is_open(self.prepared.result.frame)

    @cached_property
    def busy(self) -> frozenset[str]:
        """Those who own or handle open deals."""
        mine = (name for name, rows in self.owned.items() if self.open[rows].any())
        return frozenset({*mine, *self.waiting})

    def people(self, asked: bool | Sequence[str], standing: Sequence[str]) -> list[Person]:
        """Return who has a board.

        Args:
            asked: the people whom the rules file names, or whether everybody has one.
            standing: names whose boards are there already: they are kept, whoever leaves.

        Returns:
            Those of the team in its order, then those who have left.
        """
        members = self.settings.members
        if not isinstance(asked, bool):
            names = list(asked)
        elif not asked:
            return []
        elif members:
            active = (name for name, member in members.items() if member.active)
            names = [name for name in active if name in self.busy or name in standing]
        else:
            names = sorted(n for n in self.owned if n in self.busy or n in standing)
        kept = sorted(set(standing) - set(names))
        gone = [name for name in kept if not self.is_there(name)]
        everybody = [*names, *gone]
        pattern = BOARD[self.settings.language]
        tabs = tab_names([pattern.format(name=name) for name in everybody])
        return [
            Person(name, tab, not self.is_there(name))
            for name, tab in zip(everybody, tabs, strict=True)
        ]

    def many(self, people: Sequence[Person]) -> tuple[list[Person], list[Finding]]:
        """Return at most so many of those who have nothing yet, and what is to be told."""
        if len(people) <= MOST:
            return list(people), []
        load = {name: int(self.open[rows].sum()) for name, rows in self.owned.items()}
        first = sorted(people, key=lambda person: (-load.get(person.name, 0), person.name))[:MOST]
        chosen = {person.name for person in first}
        facts: dict[str, Any] = {"count": len(people), "most": MOST}
        told = Finding("summary", BOARDS_MANY.code, "warning", facts=facts)
        return [person for person in people if person.name in chosen], [told]

    def board(self, person: Person) -> Board:
        """Return what a person's board is made from."""
        owned = self.owned.get(person.name, NOBODY)
        steps = self.waiting.get(person.name, NOBODY)
        given = replace(self.given, tab=person.tab, unit=self._unit)
        return Board(
            key=key_of(person.name),
            name=person.name,
            own=given.part(owned, self._kpi(person.name, owned)),
            steps=given.part(steps, {}),
            target=self._targets.get(person.name),
            team=self._team,
            left=person.left,
        )

    def is_there(self, name: str) -> bool:
        """Whether somebody belongs to the team, or to the table where no team is named."""
        members = self.settings.members
        if members:
            return name in members and members[name].active
        return name in self.owned

    def _words(self, key: str) -> Objects:
        """(rows) a column of names, "" for blank."""
        words = as_text(column(self.prepared.result.frame, key)).fillna("")
        return words.to_numpy(dtype=object)

    @cached_property
    def _book(self) -> Book:
        return book_of(self.prepared, self.rules_file)

    @cached_property
    def _period(self) -> Period:
        options = self._book.options
        return Period.containing(self.prepared.plan.now, options.period, options.year_starts)

    @cached_property
    def _targets(self) -> Mapping[str, int]:
        starts = self._book.options.year_starts
        return targets_by(self.settings.targets, "owner", self._period, starts)

    @cached_property
    def _own(self) -> Mapping[str, Mapping[str, Figure]]:
        """KPI → owner → figure."""
        return {code: figures(self._book, code, self._period, "owner") for code in _CODES}

    @cached_property
    def _team(self) -> Mapping[str, Figure]:
        """KPI → the team's figure."""
        known = self.given.result.figures.get("kpi")
        if known:
            return {code: known["figures"][code] for code in _CODES}
        return {code: figures(self._book, code, self._period)[WHOLE] for code in _CODES}

    @cached_property
    def _likely(self) -> pd.DataFrame:
        known = self.given.result.figures.get("kpi")
        table: pd.DataFrame = known["likely"] if known else likely(self._book)
        return table.assign(owner=self._words("owner")[table["row"]])

    @cached_property
    def _unit(self) -> Unit:
        return Scene(self.given).unit

    def _kpi(self, name: str, rows: Rows) -> Mapping[str, Any]:
        """The person's own figures, as the summary's sections want them."""
        table = self._likely[self._likely["owner"] == name]
        return {
            "figures": {code: self._figure(code, name) for code in _CODES},
            "period": self._period,
            "target": self._targets.get(name),
            "likely": table.assign(row=np.searchsorted(rows, table["row"].to_numpy())),
            "recent": last_days(self.prepared.plan.now, self._book.options.recent),
            "known_since": self._book.known_since,
            "options": self._book.options,
        }

    def _figure(self, code: str, name: str) -> Figure:
        """A figure of a person; of one who has nothing that it counts, nothing."""
        found = self._own[code].get(name)
        if found is not None:
            return found
        team = self._team[code]
        summed = MEASURES[code].how in ("sum", "product") and MEASURES[code].combine is None
        value = 0 if summed and team.value is not None else None
        return replace(
            team, value=value, numerator=None, denominator=None, count=0, previous=None, weeks=(),
            facts={},
        )  # fmt: skip


def standing_names(keys: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return whose boards stand there.

    Args:
        keys: of the generated tabs that are there.
        known: names whose keys may be shortened.
    """
    named = {key_of(name): name for name in known}
    return [named.get(key, key.removeprefix(KEY)) for key in keys if key.startswith(KEY)]


def _grouped(names: Objects) -> Mapping[str, Rows]:
    """Name → positions, ascending; blank ones are left out."""
    codes, words = pd.factorize(names)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(words)))
    parts = np.split(order, ends[:-1]) if len(words) else []
    return {str(word): part for word, part in zip(words, parts, strict=True) if word}
