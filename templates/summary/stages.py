"""Section "Where deals get stuck": what is open in each stage, and what became of who entered."""

from __future__ import annotations

import pandas as pd

from rules.kpi import DEFINITIONS, half_up, ratio
from sync.say import say, span
from sync.view import Chart, Series, Value
from templates.summary import palette, tables
from templates.summary.grid import HALF, Canvas, Col, cut
from templates.summary.notes import figure_note
from templates.summary.scene import Scene, percent

_MOST = 12
_SUMS = ("open", "amount", "overdue")
_FATES = {
    "advanced": (palette.BLUE, palette.WHITE),
    "still": (palette.OTHER, palette.TEXT),
    "lost": (palette.LATE, palette.TEXT),
}
_NAME, _BAR, _DIGIT = 110, 430, 6  # px: of a stage's name, of all bars, of a digit on them
_ALARMING = 5  # overdue deals in one stage from which the number is red


def place_stages(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    words = scene.say
    days = scene.kpi["recent"].days
    tables.section_title(canvas, row, number, words("stages"), words("stages.aside", days=days))
    table, fates = _folded(scene)
    entered = int(fates["entered"].sum())
    if not table["open"].sum() and not entered:
        tables.sentence(canvas, row + 1, Col.B, Col.R, words("none.open"))
        return row + 2
    aside = words("fates.aside", days=days, count=entered)
    tables.panel_title(canvas, row + 1, Col.B, words("stages.funnel"), *_handovers(scene))
    tables.panel_title(
        canvas, row + 1, Col.K, words("fates"), aside, _meaning(scene, "stage_conversion")
    )
    end = tables.draw(
        canvas, row + 2, _columns(scene, table, fates), Col.B, Col.I, total=True
    )  # fmt: skip
    if entered:
        _place_fates(canvas, scene, row + 2, fates)
    else:
        tables.sentence(canvas, row + 2, Col.K, Col.R, words("fates.none"))
    return _place_after(canvas, scene, end)


def _folded(scene: Scene) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The stages by their names for people, and their fates; beyond twelve, the rest in one row."""
    table: pd.DataFrame = scene.kpi["stages"]
    fates: pd.DataFrame = scene.kpi["funnel"]
    names = table["stage"].where(table["stage"] != "", scene.say("stages.blank"))
    table = table.assign(stage=names)
    if len(table) > _MOST:
        name = scene.say("stages.rest", count=len(table) - _MOST)
        table = _fold(table, name, _SUMS, {"known": True, "limit": ""})
    if len(fates) > _MOST:
        # a stage of the process comes before all other words, so both tables end at the same one
        name = scene.say("stages.rest", count=len(fates) - _MOST)
        fates = _fold(fates, name, ("entered", *_FATES), {})
    return table, fates


def _fold(
    table: pd.DataFrame, name: str, sums: tuple[str, ...], same: dict[str, object]
) -> pd.DataFrame:
    rest = table.iloc[_MOST:]
    last = {"stage": name, **same, **{key: int(rest[key].sum()) for key in sums}}
    return pd.concat([table.iloc[:_MOST], pd.DataFrame([last])], ignore_index=True)


def _columns(scene: Scene, table: pd.DataFrame, fates: pd.DataFrame) -> list[tables.Column]:
    words, unit = scene.say, scene.unit
    total = {key: int(table[key].sum()) for key in _SUMS}
    days = [None if pd.isna(value) else half_up(value) for value in table["median_days"]]
    overall = scene.kpi["median_days"]
    known = fates.set_index("stage")[["advanced", "entered"]].reindex(table["stage"]).fillna(0)
    rates: list[Value] = [
        ratio(int(on), int(entered)) for on, entered in known.itertuples(index=False)
    ]
    late = [palette.WORSE if count >= _ALARMING else "" for count in table["overdue"]]
    notes = [
        words("note.limit", limit=span(limit, scene.language)) if limit else ""
        for limit in table["limit"]
    ]
    return [
        tables.Column(
            Col.B, words("col.stage"), list(table["stage"]), total=words("stages.total"),
            colors=["" if known else palette.WARNING for known in table["known"]], notes=notes,
        ),
        tables.Column(
            Col.C, words("col.open"), [int(count) for count in table["open"]], tables.COUNT,
            total=total["open"], bar=palette.STRONG, note=figure_note(scene, "open_count"),
        ),
        tables.Column(
            Col.E, words("col.amount"), [unit.of(int(cents)) for cents in table["amount"]],
            tables.amount(unit.pattern), total=unit.of(total["amount"]),
            note=figure_note(scene, "open"),
        ),
        tables.Column(
            Col.F, words("col.median"), days, tables.DAYS,
            total=None if pd.isna(overall) else half_up(overall), note=_meaning(scene, "dwell"),
        ),
        tables.Column(
            Col.G, words("col.converted"), rates, tables.RATE, bar=palette.LIGHT, maximum=1,
            note=_conversion_note(scene, fates),
        ),
        tables.Column(
            Col.I, words("col.overdue"), [int(count) for count in table["overdue"]], tables.COUNT,
            total=total["overdue"], colors=late, strong=[bool(color) for color in late],
            note=_meaning(scene, "overdue"),
        ),
    ]  # fmt: skip


def _conversion_note(scene: Scene, fates: pd.DataFrame) -> str:
    """The definition, then numerator and denominator of each stage."""
    lines = [_meaning(scene, "stage_conversion"), scene.recently]
    lines += [
        f"{stage} {advanced:,} ÷ {entered:,}"
        for stage, advanced, entered in zip(
            fates["stage"], fates["advanced"], fates["entered"], strict=True
        )
        if entered
    ]
    return "\n".join(lines)


def _place_fates(canvas: Canvas, scene: Scene, row: int, fates: pd.DataFrame) -> None:
    """The chart beside the table; it grows with the number of stages."""
    names = [cut(name, _NAME, 9, scene.language) for name in fates["stage"]]
    columns: list[list[Value]] = [list(names)]
    columns += [[int(count) for count in fates[fate]] for fate in _FATES]
    categories, *places = canvas.data(row, columns)
    series = [
        Series(
            scene.say(f"fate.{fate}"), place, color, labels=True, label_color=ink,
            custom_labels=_labels(fates[fate], fates["entered"]),
        )
        for (fate, (color, ink)), place in zip(_FATES.items(), places, strict=True)
    ]  # fmt: skip
    told = ", ".join(
        f"{stage} {'/'.join(str(int(count)) for count in counts)}"
        for stage, *counts in fates[["stage", *_FATES]].itertuples(index=False)
    )
    height = len(fates) * tables.BODY + 44
    canvas.charts.append(
        Chart(
            "share", row, Col.K, HALF - 4, height, categories, tuple(series),
            scene.say("fates.alt", stages=told), gap=35, format="0%", axis=False,
            key="fates",
        )
    )  # fmt: skip


def _handovers(scene: Scene) -> tuple[str, str]:
    """How soon handlers turn to what came into their stage, and its note, where any are named."""
    figure = scene.figures["handover"]
    if figure.value is None or "assign_handler" not in scene.given.result.figures:
        return "", ""
    told = scene.say("handover", hours=half_up(figure.value, 1), count=figure.count)
    return told, figure_note(scene, "handover")


def _labels(counts: pd.Series[int], entered: pd.Series[int]) -> tuple[str, ...]:
    """What is written on each bar: its number, where there is room for it."""
    return tuple(
        f"{count:,}" if whole and count * _BAR >= whole * _DIGIT * (len(str(count)) + 1) else ""
        for count, whole in zip(counts, entered, strict=True)
    )


def _place_after(canvas: Canvas, scene: Scene, row: int) -> int:
    """What came after winning, where the sheet tells it."""
    figures, parts = scene.figures, []
    if figures["collection"].value is not None:
        parts.append(scene.say("after.collection", share=percent(figures["collection"].value)))
    if figures["satisfaction"].value is not None:
        mean = half_up(figures["satisfaction"].value, 1)
        parts.append(scene.say("after.satisfaction", mean=f"{mean:.1f}"))
    if not parts:
        return row
    joint = "，" if scene.language == "zh" else ", "
    told = scene.say("after", count=figures["won_count"].count, parts=joint.join(parts))
    tables.sentence(canvas, row, Col.B, Col.I, told)
    return row + 1


def _meaning(scene: Scene, code: str) -> str:
    return say(DEFINITIONS[code], {}, scene.language)
