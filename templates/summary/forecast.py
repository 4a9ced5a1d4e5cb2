"""Section "Will we make the target": the forecast by month, and how the pipeline changed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rules.kpi import DEFINITIONS
from sync.say import say
from sync.view import Chart, Series, Value
from templates.summary import palette, tables
from templates.summary.grid import HALF, Canvas, Col
from templates.summary.header import month_name
from templates.summary.scene import Scene
from templates.summary.waterfall import place_waterfall

_ROWS = 10
_LABEL = 0.18  # height of a label as a share of the highest column
_BANDS = {
    "won": palette.BLUE,
    "committed": palette.STRONG,
    "best_case": palette.LIGHT,
    "pipeline": palette.OTHER,
}


def place_forecast(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    words, monthly = scene.say, scene.kpi["monthly_target"]
    aside = (
        words("aside.monthly_target", target=scene.unit.digits(monthly, 0) + scene.unit.suffix)
        if monthly
        else words("none.target")
    )
    tables.section_title(canvas, row, number, words("forecast"), aside)
    expected = scene.kpi["forecast"][list(_BANDS)].to_numpy().any()
    # open deals without any amount would all seem to have come from nothing and gone to it
    priced = scene.figures["open"].value is not None and scene.kpi["waterfall_known"]
    changed = priced and scene.kpi["waterfall"]["amount"].any()
    if not expected and not changed:
        tables.sentence(canvas, row + 1, Col.B, Col.R, words("forecast.none"))
        return row + 2
    if expected:
        tables.panel_title(canvas, row + 1, Col.B, words("forecast.chart"), _outside(scene))
        _place_chart(canvas, scene, row + 2)
    else:
        tables.sentence(canvas, row + 2, Col.B, Col.I, words("forecast.none"))
    if changed:
        place_waterfall(canvas, scene, row + 1, Col.K, _ROWS)
    else:
        _place_months(canvas, scene, row + 1)
    return row + 2 + _ROWS


def _outside(scene: Scene) -> str:
    """What the months hold, and how much that is open they do not."""
    amounts = scene.kpi["unplaced"].set_index("kind")["amount"]
    rest = {
        "past_due": int(amounts["past_due"]),
        "later": int(amounts["later"] + amounts["undated"]),
    }
    parts = [scene.say("forecast.chart_aside")]
    parts += [
        scene.say(f"aside.{kind}", amount=scene.short(cents))
        for kind, cents in rest.items()
        if cents
    ]
    return " · ".join(parts)


def _place_months(canvas: Canvas, scene: Scene, row: int) -> None:
    """The same in numbers, where nobody knows yet how the pipeline changed."""
    words, rule = scene.say, scene.kpi["options"]
    tables.panel_title(canvas, row, Col.K, words("forecast.table"), words("forecast.table_aside"))
    facts = {"commit": rule.commit, "best_case": rule.best_case}
    note = say(DEFINITIONS["forecast"], facts, scene.language)
    _place_table(canvas, scene, row + 1, note)


def _months(scene: Scene) -> list[str]:
    return [month_name(scene, pd.Timestamp(month)) for month in scene.kpi["forecast"]["month"]]


def _place_chart(canvas: Canvas, scene: Scene, row: int) -> None:
    table: pd.DataFrame = scene.kpi["forecast"]
    months = _months(scene)
    columns: list[list[Value]] = [list(months)]
    columns += [[scene.unit.of(int(cents)) for cents in table[band]] for band in _BANDS]
    totals = [int(cents) for cents in table[list(_BANDS)].sum(axis=1)]
    target = scene.kpi["monthly_target"]
    columns.append([scene.unit.of(height) for height in _label_heights(totals, target or 0)])
    if target:
        columns.append([scene.unit.of(target)] * len(months))
    categories, *places = canvas.data(row, columns)
    series = [
        Series(scene.say(f"band.{band}"), place, color)
        for (band, color), place in zip(_BANDS.items(), places, strict=False)
    ]
    labels = tuple(scene.short(cents) if cents else "" for cents in totals)
    series.append(
        Series(
            scene.say("band.total"), places[len(_BANDS)], "", line=True, labels=True,
            custom_labels=labels,
        )
    )  # fmt: skip
    if target:
        name = scene.say("band.target")
        series.append(Series(name, places[-1], palette.TEXT, line=True, dashed=True))
    told = scene.say(
        "forecast.alt",
        months=", ".join(f"{m} {label or 0}" for m, label in zip(months, labels, strict=True)),
        unit=scene.unit.label,
    )
    canvas.charts.append(
        Chart(
            "stacked", row, Col.B, HALF - 4, _ROWS * tables.BODY - 4, categories, tuple(series),
            told, gap=60, key="forecast",
        )
    )  # fmt: skip


def _label_heights(totals: list[int], target: int) -> list[int]:
    """Where each total is written: above its column, and above the target line if that is near."""
    near = _LABEL * max(*totals, target)
    return [target if total <= target < total + near else total for total in totals]


def _place_table(canvas: Canvas, scene: Scene, row: int, note: str) -> None:
    """Months, then the open deals that no month holds; the total is all that is open, and won."""
    unplaced = scene.kpi["unplaced"].set_index("kind")
    rest = {
        "past_due": unplaced.loc[["past_due"]].sum(numeric_only=True),
        "later": unplaced.loc[["later", "undated"]].sum(numeric_only=True),
    }
    extra = pd.DataFrame(
        {
            **{band: [0, 0] for band in ("won", "committed", "best_case")},
            "pipeline": [int(sums["amount"]) for sums in rest.values()],
            "count": [int(sums["count"]) for sums in rest.values()],
        }
    )
    table = pd.concat([scene.kpi["forecast"], extra], ignore_index=True)
    labels = [*_months(scene), *(scene.say(f"forecast.{kind}") for kind in rest)]
    grey = [""] * len(scene.kpi["forecast"]) + [palette.GREY] * len(rest)
    shape = tables.amount(scene.unit.pattern)

    def money(at: int, header: str, cents: pd.Series[Any], **more: Any) -> tables.Column:
        values = [scene.unit.of(int(value)) for value in cents]
        total = scene.unit.of(int(cents.sum()))
        return tables.Column(at, header, values, shape, total=total, colors=grey, **more)

    total = table[list(_BANDS)].sum(axis=1)
    columns = [
        tables.Column(
            Col.K, scene.say("col.month"), labels, total=scene.say("total"), colors=grey
        ),
        money(Col.L, scene.say("band.won"), table["won"]),
        money(Col.M, scene.say("band.committed"), table["committed"], note=note),
        money(Col.N, scene.say("col.best_case"), table["best_case"], note=note),
        money(Col.O, scene.say("band.pipeline"), table["pipeline"], note=note),
        money(
            Col.P, scene.say("col.sum"), total, bar=palette.LIGHT,
            note=scene.say("note.forecast_total"),
        ),
        _last_column(scene, table),
    ]  # fmt: skip
    tables.draw(canvas, row, columns, Col.K, Col.R, total=True)


def _last_column(scene: Scene, table: pd.DataFrame) -> tables.Column:
    """Attainment by month where there is a target, else the number of open deals."""
    target = scene.kpi["monthly_target"]
    if not target:
        counts = [int(count) for count in table["count"].fillna(0)]
        return tables.Column(
            Col.R, scene.say("col.open"), list(counts), tables.FINDINGS, total=sum(counts)
        )
    now = scene.given.now
    shares = [
        None if pd.isna(month) or month > now else int(won) / target
        for month, won in zip(table["month"], table["won"], strict=True)
    ]
    note = say(DEFINITIONS["attainment"], {}, scene.language)
    return tables.Column(Col.R, scene.say("col.attained"), shares, tables.RATE, note=note)
