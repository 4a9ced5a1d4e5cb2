"""Section "What will be won or lost next": the likeliest wins, and the deals slipping away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rules.kpi import half_up, ratio
from rules.risk.words import LEVELS, SIGNS
from sync.say import say
from sync.table import Rows
from sync.view import Value
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.notes import figure_note
from templates.summary.scene import Scene, percent

_MOST = 5


def place_outlook(
    canvas: Canvas, scene: Scene, row: int, number: int, *, owners: bool = True
) -> int:
    """Place the section and return the row after it.

    Args:
        canvas: where it is placed.
        scene: the opportunities.
        row: its first one.
        number: of the section.
        owners: whether to tell who owns each; on a person's own page everybody knows.
    """
    tables.section_title(canvas, row, number, scene.say("outlook"), scene.say("outlook.aside"))
    if not scene.open.any():
        tables.sentence(canvas, row + 1, Col.B, Col.R, scene.say("none.open"))
        return row + 2
    ends = (place(canvas, scene, row + 1, owners) for place in (_place_likely, _place_risks))
    return max(ends)


def _place_likely(canvas: Canvas, scene: Scene, row: int, owners: bool) -> int:
    words, table = scene.say, scene.kpi["likely"].head(_MOST)
    aside = words("likely.aside", count=len(scene.kpi["likely"]))
    tables.panel_title(canvas, row, Col.B, words("likely"), aside)
    if table.empty:
        tables.sentence(canvas, row + 1, Col.B, Col.I, words("likely.none"))
        return row + 2
    rows = [int(at) for at in table["row"]]
    dates: list[Value] = [
        None if pd.isna(at) else pd.Timestamp(at).date() for at in table["expected_close"]
    ]
    chances = [float(chance) for chance in table["probability"]]
    columns = [
        *_whose(scene, Col.B, rows, owners),
        tables.Column(Col.E, words("col.stage"), scene.texts("stage", rows), until=Col.F),
        _amounts(scene, Col.G, rows),
        tables.Column(Col.H, words("col.expected"), dates, words("format.day")),
        tables.Column(
            Col.I, words("col.chance"), chances, tables.RATE, note=words("note.chance")
        ),
    ]  # fmt: skip
    return tables.draw(canvas, row + 1, columns, Col.B, Col.I, total=False)


def _place_risks(canvas: Canvas, scene: Scene, row: int, owners: bool) -> int:
    words = scene.say
    rows, levels = at_risk(scene)
    known = scene.given.result.figures.get("risk")
    open_ = int(scene.open.sum())
    aside = words("risks.aside", count=len(rows), base=open_, share=percent(len(rows) / open_))
    note = figure_note(scene, "alerts")
    if len(rows) > _MOST:
        aside = words("risks.more", text=aside, count=len(rows) - _MOST)
    tables.panel_title(canvas, row, Col.K, words("risks"), "" if known is None else aside, note)
    if not len(rows):
        key = "risks.off" if known is None else "risks.none"
        tables.sentence(canvas, row + 1, Col.K, Col.R, words(key))
        return row + 2
    shown = [int(at) for at in rows[:_MOST]]
    told, full = evidence(scene, shown)
    colors = [palette.WORSE if high else "" for high in levels[:_MOST]]
    columns = [
        *_whose(scene, Col.K, shown, owners),
        _amounts(scene, Col.N, shown),
        tables.Column(
            Col.O, words("col.evidence"), told, until=Col.R, indent=1, notes=full,
            colors=colors, note=words("note.evidence"),
        ),
    ]  # fmt: skip
    return tables.draw(canvas, row + 1, columns, Col.K, Col.R, total=False)


def at_risk(scene: Scene) -> tuple[Rows, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Positions of open opportunities with a warning, and whether it is grave; worst first."""
    level = scene.words("risk").to_numpy(dtype=object)
    rows = np.flatnonzero(scene.open & (level != ""))
    high = np.isin(level[rows], LEVELS["high"])
    amounts = np.nan_to_num(scene.amounts()[rows])
    keys = np.asarray(scene.given.table.keys, dtype="str")[rows]
    order = np.lexsort((keys, -amounts, ~high))
    return rows[order], high[order]


def _whose(scene: Scene, at: int, rows: Sequence[int], owners: bool) -> list[tables.Column]:
    """The opportunities from a column on, and in the third one who owns them."""
    title, names = scene.say("col.opportunity"), scene.links(rows)
    if not owners:
        return [tables.Column(at, title, names, until=at + 2)]
    people = [owner or "–" for owner in scene.texts("owner", rows)]
    return [
        tables.Column(at, title, names, until=at + 1),
        tables.Column(at + 2, scene.say("col.owner"), people),
    ]


def _amounts(scene: Scene, at: int, rows: Sequence[int]) -> tables.Column:
    cents = scene.amounts()[list(rows)]
    values = [None if np.isnan(each) else scene.unit.of(each) for each in cents]
    return tables.Column(
        at, scene.say("col.amount"), values, tables.amount(scene.unit.pattern),
        note=scene.say("note.unit", unit=scene.unit.label),
    )  # fmt: skip


def evidence(scene: Scene, rows: Sequence[int]) -> tuple[list[str], list[str]]:
    """(short, full) evidence of each row: every sign in a few words, and as the rule says it."""
    made = scene.given.result.decided.get("risk", ())
    if not made:  # a column of the team's own
        levels = scene.texts("risk", rows)
        return levels, [""] * len(rows)
    some = made[-1].decision.reasons.take(np.array(rows, dtype=np.int64))
    index, found = some.distinct()
    joint = "；" if scene.language == "zh" else "; "
    short, full = [], []
    for at in index:
        _, facts = found[at]
        signs = [name for name in facts.get("signs", ()) if name in SIGNS]
        short.append(joint.join(_in_short(scene, name, facts) for name in signs))
        full.append("\n".join(say(SIGNS[name], facts, scene.language) for name in signs))
    return short, full


def _in_short(scene: Scene, name: str, facts: Mapping[str, Any]) -> str:
    own = {
        key.removeprefix(f"{name}_"): value
        for key, value in facts.items()
        if key.startswith(f"{name}_")
    }
    since = own.get("since", own.get("date"))
    if since is not None:
        own["count"] = (scene.given.now.normalize() - pd.Timestamp(since).normalize()).days
    if name == "cut":
        own["share"] = percent(ratio(own["before"] - own["after"], own["before"]) or 0)
    for key in ("days", "times"):
        if key in own:
            own[key] = f"{half_up(float(own[key])):,.0f}"
    return scene.say(f"sign.{name}", **own)
