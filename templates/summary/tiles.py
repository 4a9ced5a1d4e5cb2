"""The eight tiles: label, value with its weeks, change, and what it was divided by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rules.kpi import Figure, half_up
from sync.view import Border, Spark
from templates.summary import palette
from templates.summary.grid import Canvas, Col
from templates.summary.notes import figure_note
from templates.summary.scene import MOST_TIMES, Scene, percent

HEIGHTS = (24, 36, 20, 22)  # px


@dataclass(frozen=True, slots=True)
class Tile:
    """What is particular about a tile.

    Attributes:
        code: the KPI that it shows.
        name: defined name of its value, "" for none.
        more_is_better: whether a rise is good.
    """

    code: str
    name: str = ""
    more_is_better: bool = True


_TILES = (
    Tile("won", "DK_Won"),
    Tile("win_rate", "DK_WinRate"),
    Tile("open", "DK_Open"),
    Tile("weighted", "DK_Weighted"),
    Tile("coverage", "DK_Coverage"),
    Tile("new", "DK_New"),
    Tile("cycle", "DK_Cycle", more_is_better=False),
    Tile("sla", "DK_SLA"),
)
# a change from here on has no room for a decimal
_WIDE = {"share": 10, "points": 10, "days": 1000, "times": 1000}
_PLACES = (Col.B, Col.D, Col.F, Col.H, Col.K, Col.M, Col.O, Col.Q)


def place_tiles(
    canvas: Canvas,
    scene: Scene,
    row: int,
    tiles: Sequence[Tile] = _TILES,
    told: Callable[[Scene, Figure], str] | None = None,
) -> int:
    """Place the tiles in four rows and return the row after them.

    Args:
        canvas: where to.
        scene: its figures.
        row: of their labels.
        tiles: eight of them, from left to right.
        told: says what stands under a value; `basis` by default.
    """
    told = told or basis
    for at, height in enumerate(HEIGHTS):
        canvas.heights[row + at] = height
    for kind, column in zip(tiles, _PLACES, strict=True):
        figure = Figure(kind.code, "count", None) if scene.lacks else scene.figures[kind.code]
        _place_label(canvas, scene, row, column, figure)
        _place_value(canvas, scene, row + 1, column, kind.name, figure)
        if not scene.lacks:
            _place_change(canvas, scene, row + 2, column, kind, figure)
        small = canvas.style(8, color=palette.GREY, indent=1)
        canvas.text(row + 3, column, column + 1, told(scene, figure), small)
        _dress(canvas, row, column)
    return row + len(HEIGHTS)


def _place_label(canvas: Canvas, scene: Scene, row: int, column: int, figure: Figure) -> None:
    one = figure.code == "cycle" and figure.count == 1
    label = scene.say("tile.cycle_one" if one else f"tile.{figure.code}")
    note = "" if scene.lacks else figure_note(scene, figure.code)
    style = canvas.style(9, color=palette.GREY, indent=1)
    canvas.text(row, column, column + 1, label, style, note)


def _place_value(
    canvas: Canvas, scene: Scene, row: int, column: int, name: str, figure: Figure
) -> None:
    value = figure.value
    size = 18 + (scene.language == "en")
    if value is None:
        canvas.put(row, column, "–", canvas.style(size, bold=True, indent=1), name=name)
        return
    shown = scene.unit.of(value) if figure.unit == "money" else value
    style = canvas.style(size, bold=True, indent=1, format=_pattern(scene, figure))
    canvas.put(row, column, shown, style, name=name)
    if any(figure.weeks):
        scale = scene.unit.of(1) if figure.unit == "money" else 1
        weeks = [half_up(week * scale, 4) for week in figure.weeks]
        canvas.sparks.append(Spark(row, column + 1, canvas.data(row, [weeks])[0]))


def _pattern(scene: Scene, figure: Figure) -> str:
    match figure.unit:
        case "money":
            return scene.unit.tile_pattern
        case "rate":
            return "0.0%" if (figure.value or 0) < 1 else "0%"
        case "days":
            return scene.say("format.days")
        case "times":
            return '0.0"×"' if (figure.value or 0) < MOST_TIMES else '[>=999.5]">999×";0"×"'
    return "#,##0"


def _change(figure: Figure) -> float | None:
    """The change as its cell holds it: a share, points, days or times; None where unknown."""
    now, before = figure.value, figure.previous
    if now is None or before is None:
        return None
    match figure.unit:
        case "rate":
            return half_up((now - before) * 100, 1)
        case "days" | "times":
            return half_up(now - before, 1)
    return half_up((now - before) / before, 3) if before > 0 else None


def _place_change(
    canvas: Canvas, scene: Scene, row: int, column: int, kind: Tile, figure: Figure
) -> None:
    change = _change(figure)
    unit = {"rate": "points", "days": "days", "times": "times"}.get(figure.unit, "share")
    if change is None or (unit == "share" and change >= MOST_TIMES):
        canvas.put(row, column, "= –", canvas.style(9, color=palette.RULE, indent=1))
        return
    worse = change != 0 and (change > 0) is not kind.more_is_better
    color = palette.RULE if change == 0 else palette.WORSE if worse else palette.BLUE
    digits = scene.say(f"change.{unit}")
    if abs(change) >= _WIDE[unit]:
        digits = digits.replace("0.0", "0")
    pattern = f'"▲ "{digits};"▼ "{digits};"= "{digits}'
    style = canvas.style(9, bold=change != 0, color=color, indent=1, format=pattern)
    canvas.put(row, column, change, style)
    if worse:
        word = canvas.style(8, color=palette.WORSE, align="right")
        canvas.put(row, column + 1, scene.say("tile.worse"), word)


def basis(scene: Scene, figure: Figure) -> str:
    """Say in a few words what a figure was divided by, or why there is none."""
    if scene.lacks:
        return scene.say(scene.lacks)
    return _BASES[figure.code](scene, figure)


def _won(scene: Scene, figure: Figure) -> str:
    target = scene.kpi["target"]
    if figure.value is None and figure.count:
        return scene.say("basis.won_unpriced", count=figure.count)
    if not target:
        return scene.say("basis.won_plain", count=figure.count)
    share = percent((figure.value or 0) / target)
    return scene.say("basis.won", share=share, target=scene.short(target))


def _win_rate(scene: Scene, figure: Figure) -> str:
    base = "created" if figure.definition.endswith("created") else "closed"
    wins, size = int(figure.numerator or 0), int(figure.denominator or 0)
    return scene.say(f"basis.win_{base}", won=wins, base=size)


def _open(scene: Scene, figure: Figure) -> str:
    missing = figure.facts["no_amount"]
    key = "basis.open_partly" if missing else "basis.open"
    if figure.value is None:
        key = "basis.open_none"
    return scene.say(key, count=figure.count, missing=missing)


def _weighted(scene: Scene, figure: Figure) -> str:
    missing = figure.facts["no_probability"]
    if figure.value is None:
        known = scene.figures["open"].value is not None
        return scene.say("basis.no_probability" if known else "basis.weighted")
    return scene.say("basis.weighted_partly" if missing else "basis.weighted", missing=missing)


def _coverage(scene: Scene, figure: Figure) -> str:
    if figure.denominator is None:
        return scene.say("none.target")
    if figure.denominator <= 0:
        return scene.say("basis.reached")
    due, gap = scene.short(figure.numerator or 0), scene.short(figure.denominator)
    return scene.say("basis.coverage", due=due, gap=gap)


def _new(scene: Scene, figure: Figure) -> str:
    if figure.value is None:
        return scene.say("basis.no_created")
    return scene.say("basis.new", amount=scene.unit.digits(figure.facts["amount"]))


def _cycle(scene: Scene, figure: Figure) -> str:
    return scene.say("basis.cycle", count=figure.count)


def _sla(scene: Scene, figure: Figure) -> str:
    met, running = int(figure.numerator or 0), int(figure.denominator or 0)
    key = "basis.sla_due" if figure.definition == "sla.due" else "basis.sla"
    return scene.say(key, met=met, running=running)


_BASES = {
    "won": _won,
    "win_rate": _win_rate,
    "open": _open,
    "weighted": _weighted,
    "coverage": _coverage,
    "new": _new,
    "cycle": _cycle,
    "sla": _sla,
}


def _dress(canvas: Canvas, row: int, column: int) -> None:
    """Lay the tile's ground, the rule on its top and the white gap on its right."""
    for at in range(row, row + len(HEIGHTS)):
        canvas.fill(at, column, column + 1, palette.TILE)
        canvas.edge(at, column + 1, column + 1, Border("thick", palette.WHITE), side="right")
    canvas.edge(row, column, column + 1, Border("medium", palette.BLUE), side="top")
