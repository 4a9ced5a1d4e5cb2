"""Section "Sources, trend, loss reasons": where deals come from, and why they are lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rules.kpi import DEFINITIONS, definition, ratio
from sync.fields import FIELDS
from sync.say import say
from sync.view import Chart, Series, Value
from templates.summary import palette, tables
from templates.summary.grid import HALF, Canvas, Col
from templates.summary.scene import Scene

_MOST = 6  # rows of a table, the last of them being all others
_ROWS = 7
# frame of the figures → the field whose values are its rows
_CONVERSIONS = {"industries": "industry", "regions": "region", "products": "product"}


def place_causes(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    aside = scene.say("causes.aside", days=scene.kpi["recent"].days)
    tables.section_title(canvas, row, number, scene.say("causes"), aside)
    left = _place_trend(canvas, scene, row + 1)
    row = max(left, _place_sources(canvas, scene, row + 1, Col.K))
    left = _place_losses(canvas, scene, row, Col.B)
    row = max(left, _place_conversion(canvas, scene, row, Col.K, "industries"))
    shown = [key for key in ("regions", "products") if not _blank(scene.kpi[key])]
    ends = [
        _place_conversion(canvas, scene, row, column, key)
        for column, key in zip((Col.B, Col.K), shown, strict=False)
    ]
    return max(ends, default=row)


def _blank(table: pd.DataFrame) -> bool:
    """Whether a dimension says nothing: the sheet has no such column, or it is blank."""
    return bool((table["name"] == "").all())


def _place_trend(canvas: Canvas, scene: Scene, row: int) -> int:
    words, table = scene.say, scene.kpi["trend"]
    tables.panel_title(canvas, row, Col.B, words("trend"), words("trend.aside"))
    counts = table[["won", "lost", "new"]]
    if not counts.to_numpy().any():
        tables.sentence(canvas, row + 1, Col.B, Col.I, words("trend.none"))
        return row + 2
    weeks = [f"{week.month}/{week.day}" for week in table["week"]]
    columns: list[list[Value]] = [list(weeks)]
    columns += [[int(count) for count in counts[key]] for key in counts]
    categories, *places = canvas.data(row + 1, columns)
    looks: tuple[dict[str, Any], ...] = (
        {"color": palette.BLUE},
        {"color": palette.LATE},
        {"color": palette.TEXT, "line": True, "width": 1.75, "marker": 4},
    )
    series = [
        Series(words(f"trend.{key}"), place, **look)
        for key, place, look in zip(counts, places, looks, strict=True)
    ]
    told = ", ".join(
        f"{week} {won}/{lost}/{new}"
        for week, (won, lost, new) in zip(weeks, counts.itertuples(index=False), strict=True)
    )
    canvas.charts.append(
        Chart(
            "clustered", row + 1, Col.B, HALF - 4, _ROWS * tables.BODY - 4, categories,
            tuple(series), words("trend.alt", weeks=told), gap=60, key="trend",
        )
    )  # fmt: skip
    return row + 1 + _ROWS


def _place_sources(canvas: Canvas, scene: Scene, row: int, first: int) -> int:
    words = scene.say
    tables.panel_title(canvas, row, first, words("sources"), words("sources.aside"))
    table = _folded(scene, scene.kpi["sources"], "new")
    if table.empty or not scene.has("source"):
        told = words("sources.none" if scene.has("source") else "sources.no_column")
        tables.sentence(canvas, row + 1, first, first + 7, told)
        return row + 2
    board = _Board(scene, table, first)
    columns = [
        board.names("source"),
        board.counts(1, "new", "col.count", palette.STRONG),
        board.rates(3, "valid_leads", "col.valid"),
        board.rates(5, "win_rate", "owners.win_rate", bar=""),
        board.money(6, "won", "owners.won"),
        board.shares(7, "new"),
    ]
    return tables.draw(canvas, row + 1, columns, first, first + 7, total=False)


def _place_losses(canvas: Canvas, scene: Scene, row: int, first: int) -> int:
    words = scene.say
    tables.panel_title(canvas, row, first, words("losses"), words("losses.aside"))
    table = _folded(scene, scene.kpi["losses"], "lost.count")
    if table.empty or not scene.has("loss_reason"):
        lost = "losses.none" if table.empty else "losses.no_column"
        told = words(lost, count=int(table["lost.count"].sum()))
        tables.sentence(canvas, row + 1, first, first + 7, told)
        return row + 2
    board = _Board(scene, table, first)
    columns = [
        board.names("loss_reason"),
        board.counts(1, "lost.count", "col.count", palette.LATE),
        board.money(3, "lost", "col.amount", bar=palette.LATE_LIGHT),
        board.shares(5, "lost.count"),
        board.means(7, "lost", "owners.mean"),
    ]
    return tables.draw(canvas, row + 1, columns, first, first + 7, total=False)


def _place_conversion(canvas: Canvas, scene: Scene, row: int, first: int, key: str) -> int:
    """Place the win rate and the pipeline by industry, region or product."""
    words = scene.say
    aside = words("conversion.aside")
    tables.panel_title(canvas, row, first, words(f"conversion.{key}"), aside)
    whole = scene.kpi[key]
    table = _folded(scene, whole, "win_rate.base") if not _blank(whole) else whole.iloc[:0]
    if table.empty:
        tables.sentence(canvas, row + 1, first, first + 7, words(f"conversion.no_{key}"))
        return row + 2
    board = _Board(scene, table, first)
    columns = [
        board.names(_CONVERSIONS[key]),
        board.counts(1, "win_rate.base", "col.closed", palette.STRONG),
        board.rates(3, "win_rate", "owners.win_rate"),
        board.money(5, "won", "owners.won"),
        board.money(6, "open", "owners.amount"),
        board.counts(7, "open.count", "col.open", ""),
    ]
    return tables.draw(canvas, row + 1, columns, first, first + 7, total=False)


def _folded(scene: Scene, table: pd.DataFrame, by: str) -> pd.DataFrame:
    """The largest groups by name, then the others in one row, then what was not given."""
    parts = [str(key) for key in table if str(key).endswith((".top", ".base", ".count"))]
    sums = table[parts].apply(pd.to_numeric).fillna(0)
    sums = sums.assign(name=table["name"], new=sums.get("new.count"))
    sums = sums[sums[parts].to_numpy().any(axis=1)]
    named, blank = sums[sums["name"] != ""], sums[sums["name"] == ""]
    named = named.sort_values([by, "name"], ascending=[False, True])
    most = _MOST - len(blank)
    rows = [named.assign(known=True)]
    if len(named) > most:
        rest = named.iloc[most - 1 :]
        name = scene.say("rest.other", count=len(rest))
        other = rest.drop(columns="name").sum().to_frame().T
        rows = [rows[0].iloc[: most - 1], other.assign(name=name, known=True)]
    rows.append(blank.assign(name=scene.say("rest.blank"), known=False))
    whole: pd.DataFrame = pd.concat(rows, ignore_index=True)
    return whole


@dataclass(frozen=True)
class _Board:
    """Columns over the groups of a dimension, counted from the first column of their half."""

    scene: Scene
    table: pd.DataFrame
    first: int

    def names(self, field: str) -> tables.Column:
        label = FIELDS[field].label(self.scene.language)
        names = list(self.table["name"])
        return tables.Column(self.first, label, names, colors=self._colors)

    def counts(self, at: int, key: str, header: str, bar: str) -> tables.Column:
        values = [int(count) for count in self.table[key]]
        return self._column(at, header, values, tables.COUNT, bar, self._note(key))

    def rates(self, at: int, code: str, header: str, bar: str = palette.LIGHT) -> tables.Column:
        parts = list(self.table[[f"{code}.top", f"{code}.base"]].itertuples(index=False))
        values: list[Value] = [ratio(above, below) for above, below in parts]
        lines = [
            f"{name} {int(above):,} ÷ {int(below):,}"
            for name, (above, below) in zip(self.table["name"], parts, strict=True)
            if below
        ]
        note = "\n".join([self._note(code), *lines])
        return self._column(at, header, values, tables.RATE, bar, note, maximum=1)

    def money(self, at: int, code: str, header: str, bar: str = "") -> tables.Column:
        unit = self.scene.unit
        values: list[Value] = [unit.of(int(cents)) for cents in self.table[f"{code}.top"]]
        note = f"{self._note(code)}\n{self.scene.say('note.unit', unit=unit.label)}"
        return self._column(at, header, values, tables.amount(unit.pattern), bar, note)

    def shares(self, at: int, key: str) -> tables.Column:
        whole = float(self.table[key].sum())
        values: list[Value] = [ratio(float(count), whole) for count in self.table[key]]
        note = self.scene.say("note.of_all", count=int(whole))
        return self._column(at, "col.share", values, tables.RATE, "", note)

    def means(self, at: int, code: str, header: str) -> tables.Column:
        unit = self.scene.unit
        parts = self.table[[f"{code}.top", f"{code}.count"]].itertuples(index=False)
        values: list[Value] = [
            None if (mean := ratio(total, count)) is None else unit.of(mean)
            for total, count in parts
        ]
        note = self.scene.say("note.mean_of")
        return self._column(at, header, values, tables.amount(unit.pattern), "", note)

    @property
    def _colors(self) -> list[str]:
        return ["" if known else palette.GREY for known in self.table["known"]]

    def _column(
        self, at: int, header: str, values: Sequence[Value], shape: str, bar: str, note: str,
        maximum: float | None = None,
    ) -> tables.Column:  # fmt: skip
        return tables.Column(
            self.first + at, self.scene.say(header), values, shape, bar=bar, maximum=maximum,
            note=note, colors=self._colors,
        )  # fmt: skip

    def _note(self, key: str) -> str:
        """The definition in force, and the days that are counted."""
        code = key.partition(".")[0]
        meaning = definition(code, self.scene.kpi["options"])
        told = say(DEFINITIONS[meaning], {}, self.scene.language)
        return told if code == "open" else f"{told}\n{self.scene.recently}"
