"""Section "Who does well, who needs help": results of the period and open work by owner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from rules.kpi import DEFINITIONS, ratio
from sync.say import day, say
from sync.view import Value
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.notes import figure_note
from templates.summary.scene import Scene

_MOST = 15
_SUMS = (
    "won", "won_count", "rate_won", "rate_base", "new", "target", "open", "amount", "weighted",
    "overdue", "escalated", "in_time", "running", "active",
)  # fmt: skip
_HOURS = "0.0"
# key of a column → the team's figure or definition behind it, where they differ
_FIGURES = {
    "attained": "attainment", "amount": "open", "open": "open_count", "in_time": "sla.running",
}  # fmt: skip
_LISTED = 8  # rows of a person who has not updated any
_ALARMING = 4  # overdue deals of one person from which the number is red


def place_owners(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    words = scene.say
    table = _folded(scene)
    ranked = table["target"].notna().any()
    aside = words("owners.by_attainment" if ranked else "owners.by_won")
    tables.section_title(canvas, row, number, words("owners"), aside)
    if table.empty or not scene.has("owner"):
        reason = words("none.owners" if scene.has("owner") else "none.owner_column")
        tables.sentence(canvas, row + 1, Col.B, Col.R, reason)
        return row + 2
    groups = (
        (Col.B, words("owners.results")),
        (Col.K, words("owners.in_hand")),
        (Col.M if scene.has("last_activity") else Col.N, words("owners.discipline")),
    )
    tables.group_titles(canvas, row + 1, groups)
    board = _Board(scene, table)
    results = board.against_targets() if ranked else board.by_won()
    columns = [board.names(), *results, *board.in_hand()]
    end = tables.draw(canvas, row + 2, columns, Col.B, Col.R, total=True)
    return _place_quiet(canvas, scene, end)


def _place_quiet(canvas: Canvas, scene: Scene, row: int) -> int:
    """Who has not touched any of their open deals in the period, where that can be known."""
    words, table = scene.say, scene.kpi["quiet"]
    figure = scene.figures["not_updated"]
    if figure.value is None or not scene.open.any():
        return row
    if table.empty:
        tables.sentence(
            canvas, row, Col.B, Col.R, words("quiet.none"), figure_note(scene, figure.code)
        )
        return row + 1
    joint = "、" if scene.language == "zh" else ", "
    people, lines = [], []
    for name, count, cents, last, keys in table.itertuples(index=False):
        person = words("quiet.person", name=name, count=count, amount=scene.short(int(cents)))
        people.append(person)
        told = words("quiet.last", person=person, day=day(last)) if pd.notna(last) else person
        rest = words("quiet.more", count=len(keys) - _LISTED) if len(keys) > _LISTED else ""
        lines.append(words("quiet.rows", person=told, keys=joint.join(keys[:_LISTED]) + rest))
    told = words("quiet", people=joint.join(people))
    note = "\n".join([*lines, figure_note(scene, figure.code)])
    canvas.text(row, Col.B, Col.R, told, canvas.style(8.5, color=palette.WARNING), note)
    return row + 1


def _folded(scene: Scene) -> pd.DataFrame:
    """Owners, ranked; beyond fifteen the others in one row; nobody's deals last."""
    table: pd.DataFrame = scene.kpi["owners"]
    people, nobody = table[table["owner"] != ""], table[table["owner"] == ""]
    if people["target"].notna().any():
        share = people["won"].astype("float64") / people["target"].astype("float64")
        people = people.iloc[(-share.fillna(-1)).argsort(kind="stable")]
    ranks = [f"{place} {name}" for place, name in enumerate(people["owner"], 1)]
    if not people["won"].sum():
        ranks = list(people["owner"])
    parts = [people.assign(owner=ranks, person=True)]
    if len(people) > _MOST:
        rest = people.iloc[_MOST:]
        name = scene.say("owners.rest", count=len(rest))
        sums = rest[list(_SUMS)].sum(min_count=1).to_dict()
        parts = [parts[0].iloc[:_MOST], pd.DataFrame([{"owner": name, "person": False, **sums}])]
    if len(nobody):
        parts.append(nobody.assign(owner=scene.say("owners.nobody"), person=False))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class _Board:
    """The columns of the table, each with its sum over all rows."""

    scene: Scene
    table: pd.DataFrame

    @cached_property
    def total(self) -> pd.Series[Any]:
        return self.table[list(_SUMS)].sum()

    @cached_property
    def people(self) -> int:
        """Number of rows that stand for one person: only these have bars and alarms."""
        return int(self.table["person"].sum())

    def names(self) -> tables.Column:
        say_ = self.scene.say
        owners = list(self.table["owner"])
        return tables.Column(Col.B, say_("col.owner"), owners, total=say_("owners.team"))

    def against_targets(self) -> list[tables.Column]:
        """Results where people have targets: ranked by attainment."""
        whole = self.scene.kpi["target"] or self.total["target"]
        attained = self._rate(Col.C, "attained", "won", "target", bar=palette.STRONG, base=whole)
        return [
            replace(attained, maximum=None),
            self._money(Col.E, "won", bar=palette.LIGHT),
            self._win_rate(Col.G),
            self._count(Col.I, "won_count"),
        ]

    def by_won(self) -> list[tables.Column]:
        """Results where nobody has a target: ranked by amount won."""
        won = [*self.table["won"], self.total["won"]]
        deals = [*self.table["won_count"], self.total["won_count"]]
        means = [
            self.scene.unit.of(int(amount) / int(count)) if count else None
            for amount, count in zip(won, deals, strict=True)
        ]
        return [
            self._money(Col.C, "won", bar=palette.STRONG),
            self._win_rate(Col.E),
            tables.Column(
                Col.G, self.scene.say("owners.mean"), means[:-1], self._shape, total=means[-1],
                bar=palette.LIGHT, barred=self.people, note=self.scene.say("note.mean"),
            ),
            self._count(Col.I, "won_count"),
        ]  # fmt: skip

    def in_hand(self) -> list[tables.Column]:
        """Open work, and how well it is looked after."""
        alarming = (self.table["overdue"] >= _ALARMING) & self.table["person"]
        red = [palette.WORSE if alarm else "" for alarm in alarming]
        followed = self.scene.has("last_activity")
        return [
            self._money(Col.K, "amount"),
            self._count(Col.L, "open"),
            self._rate(Col.M, "active", "active", "open", bar="")
            if followed
            else self._money(Col.M, "weighted"),
            replace(
                self._count(Col.N, "overdue", bar=palette.LATE), colors=red, strong=list(alarming)
            ),
            self._rate(Col.P, "in_time", "in_time", "running"),
            self._response() if self._answered else self._count(Col.R, "new"),
        ]

    @property
    def _answered(self) -> bool:
        """Whether the time to the first activity is known of anybody."""
        return bool(self.table["response"].notna().any())

    def _response(self) -> tables.Column:
        hours = [None if pd.isna(each) else float(each) for each in self.table["response"]]
        return tables.Column(
            Col.R, self.scene.say("owners.response"), hours, _HOURS,
            total=self.scene.figures["first_response"].value, note=self._note("first_response"),
        )  # fmt: skip

    def _note(self, key: str) -> str:
        """The team's figure behind a column, with its parts, its period and how it was before."""
        code = _FIGURES.get(key, key)
        if code in self.scene.figures:
            return figure_note(self.scene, code)
        return say(DEFINITIONS[code], {}, self.scene.language)

    @property
    def _shape(self) -> str:
        return tables.amount(self.scene.unit.pattern)

    def _money(self, at: int, key: str, bar: str = "") -> tables.Column:
        unit = self.scene.unit
        return tables.Column(
            at, self.scene.say(f"owners.{key}"), [unit.of(int(c)) for c in self.table[key]],
            self._shape, total=unit.of(int(self.total[key])), bar=bar, barred=self.people,
            note=f"{self._note(key)}\n{self.scene.say('note.unit', unit=unit.label)}",
        )  # fmt: skip

    def _count(self, at: int, key: str, bar: str = "") -> tables.Column:
        return tables.Column(
            at, self.scene.say(f"owners.{key}"), [int(count) for count in self.table[key]],
            tables.COUNT, total=int(self.total[key]), bar=bar, barred=self.people,
            note=self._note(key),
        )  # fmt: skip

    def _win_rate(self, at: int) -> tables.Column:
        return self._rate(at, "win_rate", "rate_won", "rate_base")

    def _rate(
        self, at: int, key: str, part: str, whole: str, bar: str = palette.LIGHT,
        base: float | None = None,
    ) -> tables.Column:  # fmt: skip
        """A share of two columns, and of their sums (or of another base in the total row)."""
        values: list[Value] = [
            None if pd.isna(below) else ratio(float(above), float(below))
            for above, below in zip(self.table[part], self.table[whole], strict=True)
        ]
        total = ratio(float(self.total[part]), float(base or self.total[whole]))
        return tables.Column(
            at, self.scene.say(f"owners.{key}"), values, tables.RATE, total=total, bar=bar,
            maximum=1, barred=self.people, note=self._note(key),
        )  # fmt: skip
