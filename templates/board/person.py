"""What a board is made from, and what each of its sections needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.kpi import Figure
from sync.say import Language
from templates.board.texts import TEXTS
from templates.summary.scene import Scene, SummaryInput
from templates.words import Words


@dataclass(frozen=True, eq=False)
class Board:
    """Everything that one person's board is made from.

    Attributes:
        key: of the tab.
        name: of the person.
        own: the run's results for the rows that the person owns, with the person's own figures.
        steps: the same for the open rows of others that wait for the person.
        target: what the person was to win in the period, in whole cents, None where nothing is set.
        team: code → the team's figure, to compare with; empty where it shall not be seen.
        left: whether the person is no longer in the team.
        file: name of the team's file, where the board is a copy outside it, else "".
    """

    key: str
    name: str
    own: SummaryInput
    steps: SummaryInput
    target: int | None = None
    team: Mapping[str, Figure] = field(default_factory=dict)
    left: bool = False
    file: str = ""

    @cached_property
    def mine(self) -> Scene:
        """The person's own deals."""
        return Scene(self.own)

    @cached_property
    def waiting(self) -> Scene:
        """The deals of others that wait for the person."""
        return Scene(self.steps)

    @cached_property
    def say(self) -> Words:
        """The texts of the board."""
        return Words(self.language, TEXTS)

    @property
    def language(self) -> Language:
        """Of the board."""
        return self.own.settings.language
