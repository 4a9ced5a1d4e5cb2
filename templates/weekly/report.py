"""What the report of a week is made from, and what each of its sections needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from rules.kpi import Figure
from sync.say import Language
from sync.view import Link
from templates.summary import tables
from templates.summary.grid import Canvas
from templates.summary.scene import Scene, SummaryInput
from templates.summary.tiles import basis
from templates.weekly.texts import TEXTS
from templates.words import Words

Titles = list[str | Link]


@dataclass(frozen=True, eq=False)
class WeekReport:
    """Everything that the report is made from.

    Attributes:
        key: of the tab.
        week: what the week is called: `2026-W47`.
        summary: the run's results, whose KPI figures are those of the week.
        won, lost: (deals × columns) as `rules.kpi.week.closings` has them.
        moves: (steps × columns) as `rules.kpi.week.moves` has them.
        people: (owners × columns) as `rules.kpi.week.people` has them.
        removed: (rows × columns) deleted since the last report, as `rules.kpi.tables.removed`.
        since: the first day whose deleted rows are told.
    """

    key: str
    week: str
    summary: SummaryInput
    won: pd.DataFrame
    lost: pd.DataFrame
    moves: pd.DataFrame
    people: pd.DataFrame
    removed: pd.DataFrame
    since: pd.Timestamp

    @cached_property
    def scene(self) -> Scene:
        """The week's figures with their words and unit."""
        return Scene(self.summary)

    @cached_property
    def say(self) -> Words:
        """The texts of the report."""
        return Words(self.language, TEXTS)

    @property
    def language(self) -> Language:
        """Of the report."""
        return self.summary.settings.language

    @property
    def made(self) -> str:
        """When the report was made, in words."""
        return self.say("made", at=f"{self.summary.now:%Y-%m-%d %H:%M}")

    def told(self, scene: Scene, figure: Figure) -> str:
        """Say what stands under a tile; weeks have no targets, and end on Sunday."""
        match figure.code:
            case "won" | "lost":
                return self.say("basis.deals", count=figure.count)
            case "open":
                return self.say("basis.at_end", count=figure.count)
            case "sla" if figure.value is None:
                return self.say("basis.unknown")
        return basis(scene, figure)

    def titles(self, table: pd.DataFrame) -> Titles:
        """Return what deals are called: those in the table lead to their rows.

        Args:
            table: (deals × row, key, customer, ...).
        """
        size = len(self.scene.frame)
        here = [int(row) for row in table["row"] if row < size]
        links = dict(zip(here, self.scene.links(here), strict=True))
        return [
            links.get(int(row)) or str(customer or key)
            for row, customer, key in zip(
                table["row"], table["customer"], table["key"], strict=True
            )
        ]

    def amounts(self, at: int, table: pd.DataFrame) -> tables.Column:
        """Return the column of a table's amounts."""
        unit, words = self.scene.unit, self.scene.say
        values = [None if pd.isna(cents) else unit.of(int(cents)) for cents in table["amount"]]
        return tables.Column(
            at, words("col.amount"), values, tables.amount(unit.pattern),
            note=words("note.unit", unit=unit.label),
        )  # fmt: skip

    def owners(self, at: int, table: pd.DataFrame, until: int | None = None) -> tables.Column:
        """Return the column of a table's owners."""
        names = [str(name) or "–" for name in table["owner"]]
        return tables.Column(at, self.scene.say("col.owner"), names, until=until, indent=1)

    def listed(
        self,
        canvas: Canvas,
        row: int,
        columns: Sequence[tables.Column],
        half: tuple[int, int],
        left: int,
    ) -> int:
        """Place a list, say how many more there are, and return the row after it.

        Args:
            canvas: where to.
            row: of its header.
            columns: of the list.
            half: its first and its last column of the grid.
            left: number of entries that are not shown.
        """
        end = tables.draw(canvas, row, columns, *half, total=False)
        if left > 0:
            tables.sentence(canvas, end, *half, self.say("more", count=left))
            end += 1
        return end
