"""Section "Possible duplicates and contested customers": pairs for the supervisor to review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sync.fields import FIELDS
from sync.view import Link
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.scene import Scene

# most pairs of each kind, gravest first; free places go to the first that has more
_QUOTAS = {"contested": 2, "certain": 2, "possible": 2}
_MARKS = {"contested": "◆", "certain": "◇", "possible": "◇"}


def place_duplicates(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    words = scene.say
    found = scene.given.result.figures.get("dedupe", {}).get("pairs")
    pairs = pd.DataFrame({"kind": []}) if found is None else found
    counts = {kind: int((pairs["kind"] == kind).sum()) for kind in _QUOTAS}
    aside = words("duplicates.aside")
    if any(counts.values()):
        parts = [words(f"pairs.{kind}", count=count) for kind, count in counts.items() if count]
        aside = " · ".join([*parts, aside])
    shown = _chosen(pairs)
    rest = sum(counts.values()) - len(shown)
    if rest:
        aside = words("duplicates.more", text=aside, count=rest)
    tables.section_title(canvas, row, number, words("duplicates"), aside)
    if shown.empty:
        key = "duplicates.off" if found is None else "duplicates.none"
        tables.sentence(canvas, row + 1, Col.B, Col.R, words(key))
        return row + 2
    return tables.draw(canvas, row + 1, _columns(scene, shown), Col.B, Col.R, total=False)


def _chosen(pairs: pd.DataFrame) -> pd.DataFrame:
    groups = {kind: pairs[pairs["kind"] == kind] for kind in _QUOTAS}
    taken = {kind: min(_QUOTAS[kind], len(group)) for kind, group in groups.items()}
    free = sum(_QUOTAS.values()) - sum(taken.values())
    for kind, group in groups.items():
        more = min(free, len(group) - taken[kind])
        taken[kind] += more
        free -= more
    return pd.concat([group.head(taken[kind]) for kind, group in groups.items()])


def _columns(scene: Scene, pairs: pd.DataFrame) -> list[tables.Column]:
    words, kinds = scene.say, list(pairs["kind"])
    colors = [palette.WORSE if kind == "contested" else palette.GREY for kind in kinds]
    scores = [None if pd.isna(score) else float(score) for score in pairs["score"]]
    first, second = ([int(row) for row in pairs[side]] for side in ("left", "right"))
    return [
        tables.Column(
            Col.B, words("col.kind"),
            [f"{_MARKS[kind]} {words(f'kind.{kind}')}" for kind in kinds], indent=1, colors=colors,
        ),
        tables.Column(
            Col.C, words("col.score"), scores, tables.RATE, note=words("note.score")
        ),
        tables.Column(
            Col.D, words("col.customer"), scene.texts("customer", first), until=Col.F,
            indent=1,
        ),
        tables.Column(Col.G, words("col.first"), _links(scene, first), until=Col.J),
        tables.Column(Col.K, words("col.second"), _links(scene, second), until=Col.M),
        tables.Column(
            Col.N, words("col.same"), [_fields(scene, keys) for keys in pairs["same"]],
            until=Col.P,
        ),
        tables.Column(
            Col.Q, words("col.different"), [_fields(scene, keys) for keys in pairs["different"]],
            until=Col.R,
        ),
    ]  # fmt: skip


def _links(scene: Scene, rows: Sequence[int]) -> list[Any]:
    table, nobody = scene.given.table, scene.say("owners.nobody")
    return [
        Link(f"{owner or nobody} · {title}", str(table.sheets[row]), str(table.keys[row]))
        for owner, title, row in zip(
            scene.texts("owner", rows), scene.titles(rows), rows, strict=True
        )
    ]


def _fields(scene: Scene, keys: Sequence[str]) -> str:
    labels = [FIELDS[key].label(scene.language) if key in FIELDS else str(key) for key in keys]
    return ("、" if scene.language == "zh" else ", ").join(labels) or "–"
