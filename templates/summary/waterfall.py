"""Panel "How the pipeline changed": from the first day of the period to now, to the cent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from sync.say import day
from sync.view import Chart, Series, Value
from templates.summary import palette, tables
from templates.summary.grid import HALF, Canvas
from templates.summary.scene import Scene

_CUT = 0.8  # changes below this share of the end are told on an axis that does not start at 0
_ENDS = ("start", "end")


@dataclass(frozen=True, slots=True)
class _Step:
    """One column: what it is, its signed cents, and between which levels it stands."""

    name: str
    cents: int
    low: int
    high: int


def place_waterfall(canvas: Canvas, scene: Scene, row: int, column: int, rows: int) -> None:
    """Place the panel's title at a row and its chart in the `rows` rows under it."""
    steps = _steps(scene.kpi["waterfall"])
    start = _axis_start(steps)
    words = scene.say
    aside = words("waterfall.aside")
    if start:
        aside = words("waterfall.cut", text=aside, start=scene.short(start))
    note = words("waterfall.note")
    if scene.watched_since > scene.period.to_date.start:
        note += "\n" + words("waterfall.since", day=day(scene.watched_since))
    tables.panel_title(canvas, row, column, words("waterfall"), aside, note)
    canvas.charts.append(_chart(canvas, scene, steps, (row + 1, column, rows), start))


def _steps(table: pd.DataFrame) -> list[_Step]:
    """The movements in their order, each from the level that the ones before have reached."""
    steps, level = [], 0
    for name, cents in zip(table["movement"], table["amount"].astype("int64"), strict=True):
        before = 0 if name in _ENDS else level
        level = before + int(cents)
        steps.append(_Step(str(name), int(cents), min(before, level), max(before, level)))
    return steps


def _axis_start(steps: list[_Step]) -> int:
    """Where the value axis starts, in cents: above 0 where the changes would be too small to see.

    It is 80 % of the lowest level, rounded down to its first digit.
    """
    changes = sum(abs(step.cents) for step in steps if step.name not in _ENDS)
    if changes >= _CUT * steps[-1].cents:
        return 0
    levels = [step.high if step.name in _ENDS else step.low for step in steps]
    lowest = _CUT * min(levels)
    if lowest < 1:
        return 0
    digit: int = 10 ** int(math.log10(lowest))
    return int(lowest // digit) * digit


def _chart(
    canvas: Canvas, scene: Scene, steps: list[_Step], place: tuple[int, int, int], start: int
) -> Chart:
    row, column, rows = place
    names = [scene.say(f"move.{step.name}") for step in steps]
    of = scene.unit.of
    kinds = ["end" if s.name in _ENDS else "up" if s.cents >= 0 else "down" for s in steps]
    height = [of(step.high - step.low) for step in steps]
    base: list[Value] = [0.0 if s.name in _ENDS else of(s.low) for s in steps]
    columns: list[list[Value]] = [list(names), base]
    for kind in ("end", "up", "down"):
        parts = zip(kinds, height, strict=True)
        columns.append([value if each == kind else 0.0 for each, value in parts])
    columns.append([of(step.high) for step in steps])
    categories, below, *places, tops = canvas.data(row, columns)
    colors = (palette.BALANCE, palette.STRONG, palette.LATE)
    series = [Series(scene.say("waterfall.base"), below, "")]
    series += [
        Series(scene.say(f"waterfall.{kind}"), at, color)
        for kind, at, color in zip(("balance", "up", "down"), places, colors, strict=True)
    ]
    labels = tuple(_label(scene, step) for step in steps)
    series.append(
        Series(
            scene.say("waterfall.labels"), tops, "", line=True, labels=True, custom_labels=labels
        )
    )
    told = ", ".join(f"{name} {label}" for name, label in zip(names, labels, strict=True))
    return Chart(
        "stacked", row, column, HALF - 4, rows * tables.BODY - 4, categories, tuple(series),
        scene.say("waterfall.alt", moves=told, unit=scene.unit.label), gap=35, axis=False,
        minimum=of(start), legend=False, key="waterfall",
    )  # fmt: skip


def _label(scene: Scene, step: _Step) -> str:
    digits = scene.short(abs(step.cents))
    if step.name in _ENDS or not step.cents:
        return digits if step.cents >= 0 else f"−{digits}"
    return f"+{digits}" if step.cents > 0 else f"−{digits}"
