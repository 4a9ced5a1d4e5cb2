"""Section "Where deals get stuck": what is open in each stage, and how long it has been there."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rules.kpi import DEFINITIONS, half_up, ratio
from sync.say import say, span
from sync.view import Value
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.scene import Scene

_MOST = 12
_SUMS = ("open", "amount", "weighted", "overdue", "escalated", "in_time", "running")


def place_stages(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    words = scene.say
    tables.section_title(canvas, row, number, words("stages"), words("stages.aside"))
    table = _folded(scene)
    if table.empty:
        tables.sentence(canvas, row + 1, Col.B, Col.R, words("none.open"))
        return row + 2
    groups = ((Col.B, words("stages.stock")), (Col.K, words("stages.clocks")))
    tables.group_titles(canvas, row + 1, groups)
    return tables.draw(canvas, row + 2, _columns(scene, table), Col.B, Col.R, total=True)


def _folded(scene: Scene) -> pd.DataFrame:
    """The stages by their names for people; beyond twelve, the rest in one row."""
    table: pd.DataFrame = scene.kpi["stages"]
    names = table["stage"].where(table["stage"] != "", scene.say("stages.blank"))
    table = table.assign(stage=names)
    if len(table) <= _MOST:
        return table
    rest = table.iloc[_MOST:]
    last = {key: int(rest[key].sum()) for key in _SUMS}
    name = scene.say("stages.rest", count=len(rest))
    folded = pd.DataFrame([{"stage": name, "known": True, "limit": "", **last}])
    return pd.concat([table.iloc[:_MOST], folded], ignore_index=True)


def _columns(scene: Scene, table: pd.DataFrame) -> list[tables.Column]:
    return [*_stock(scene, table), *_clocks(scene, table)]


def _stock(scene: Scene, table: pd.DataFrame) -> list[tables.Column]:
    words, unit = scene.say, scene.unit
    total = {key: int(table[key].sum()) for key in _SUMS}
    shape = tables.amount(unit.pattern)
    shares: list[Value] = [ratio(int(count), total["open"]) for count in table["open"]]
    unknown = ["" if known else palette.WARNING for known in table["known"]]

    def money(at: int, key: str, note: str) -> tables.Column:
        values = [unit.of(int(cents)) for cents in table[key]]
        return tables.Column(
            at, words(f"col.{key}"), values, shape, total=unit.of(total[key]), bar=palette.LIGHT,
            note=note,
        )  # fmt: skip

    return [
        tables.Column(
            Col.B, words("col.stage"), list(table["stage"]), total=words("stages.total"),
            colors=unknown,
        ),
        tables.Column(
            Col.C, words("col.open"), [int(count) for count in table["open"]], tables.COUNT,
            total=total["open"], bar=palette.STRONG, note=_meaning(scene, "open"),
        ),
        money(Col.E, "amount", words("note.unit", unit=unit.label)),
        money(Col.G, "weighted", _meaning(scene, "weighted")),
        tables.Column(
            Col.I, words("col.share"), shares, tables.RATE,
            total=1.0 if total["open"] else None, note=words("note.share"),
        ),
    ]  # fmt: skip


def _clocks(scene: Scene, table: pd.DataFrame) -> list[tables.Column]:
    words = scene.say
    total = {key: int(table[key].sum()) for key in _SUMS}
    rates: list[Value] = [
        ratio(int(met), int(running))
        for met, running in zip(table["in_time"], table["running"], strict=True)
    ]
    days = [None if pd.isna(value) else half_up(value) for value in table["median_days"]]
    limits = [span(limit, scene.language) if limit else "–" for limit in table["limit"]]
    late = [palette.WORSE if count else "" for count in table["escalated"]]
    overall = scene.kpi["median_days"]
    return [
        tables.Column(Col.K, words("col.limit"), limits),
        tables.Column(
            Col.L, words("col.median"), days, tables.DAYS, bar=palette.LIGHT,
            total=None if pd.isna(overall) else half_up(overall), note=_meaning(scene, "dwell"),
        ),
        tables.Column(
            Col.N, words("col.overdue"), [int(count) for count in table["overdue"]], tables.COUNT,
            total=total["overdue"], bar=palette.LATE, note=_meaning(scene, "overdue"),
        ),
        tables.Column(
            Col.P, words("col.in_time"), rates, tables.RATE, bar=palette.LIGHT, maximum=1,
            total=ratio(total["in_time"], total["running"]), note=_meaning(scene, "sla.running"),
        ),
        tables.Column(
            Col.R, words("col.escalated"), [int(count) for count in table["escalated"]],
            tables.FINDINGS, total=total["escalated"], colors=late,
            strong=[bool(color) for color in late],
        ),
    ]  # fmt: skip


def _meaning(scene: Scene, code: str, **facts: Any) -> str:
    return say(DEFINITIONS[code], facts, scene.language)
