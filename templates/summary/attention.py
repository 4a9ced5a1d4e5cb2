"""Section "What needs action now": the only part of the page that is acted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.rule import catalogue
from sync.plan import Reasons
from sync.say import span
from sync.table import Rows
from sync.view import Link
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.scene import Scene

# most rows of each level, so that no level hides another
_QUOTAS = {"escalated": 5, "overdue": 3, "unassigned": 1}
_MARKS = {"escalated": "■", "overdue": "▲", "unassigned": "○"}
_COLORS = {
    "escalated": palette.WORSE,
    "overdue": palette.WORSE,
    "unassigned": palette.WARNING,
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One opportunity on the list."""

    row: int
    level: str


def place_attention(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    levels = _by_level(scene)
    counts = {level: len(rows) for level, rows in levels.items()}
    neglected = int((scene.level == "neglected").sum())
    aside = [scene.say(f"aside.{level}", count=count) for level, count in counts.items()]
    if neglected:
        aside.append(scene.say("aside.neglected", count=neglected))
    tables.section_title(canvas, row, number, scene.say("attention"), " · ".join(aside))
    cases = _chosen(levels)
    if not cases:
        tables.sentence(canvas, row + 1, Col.B, Col.R, scene.say("attention.none"))
        return row + 2
    end = tables.draw(canvas, row + 1, _columns(scene, cases), Col.B, Col.R, total=False)
    for at, case in enumerate(cases, row + 2):
        if case.level == "escalated":
            canvas.fill(at, Col.B, Col.B, palette.WORSE_GROUND)
    rest = sum(counts.values()) - len(cases)
    if rest:
        link = Link(scene.say("attention.more", count=rest), str(scene.given.table.sheets[0]))
        look = canvas.style(color=palette.BLUE, underline=True, indent=1)
        canvas.text(end, Col.B, Col.I, link, look)
        end += 1
    return end


def _by_level(scene: Scene) -> dict[str, Rows]:
    """Level → rows, largest amount first."""
    overdue = scene.days_since("due").to_numpy("float64", na_value=0)
    amounts = np.nan_to_num(scene.amounts())
    keys = np.asarray(scene.given.table.keys, dtype="str")
    order = np.lexsort((keys, -overdue, -amounts))
    late = scene.level.isin(["escalated", "overdue"]).to_numpy()
    nobody = scene.open & ~late & (scene.words("owner") == "").to_numpy()
    nobody &= scene.has("owner")
    masks = {
        "escalated": (scene.level == "escalated").to_numpy(),
        "overdue": (scene.level == "overdue").to_numpy(),
        "unassigned": nobody,
    }
    return {level: order[mask[order]] for level, mask in masks.items()}


def _chosen(levels: dict[str, Rows]) -> list[_Case]:
    """The rows on the list: quotas first, then places left free go to the graver levels."""
    taken = {level: min(_QUOTAS[level], len(rows)) for level, rows in levels.items()}
    free = sum(_QUOTAS.values()) - sum(taken.values())
    for level, rows in levels.items():
        more = min(free, len(rows) - taken[level])
        taken[level] += more
        free -= more
    return [
        _Case(int(row), level) for level, rows in levels.items() for row in rows[: taken[level]]
    ]


def _columns(scene: Scene, cases: Sequence[_Case]) -> list[tables.Column]:
    say = scene.say
    rows = [case.row for case in cases]
    over = scene.days_since("due").where(scene.level.isin(["escalated", "overdue"]))
    days = [over.iloc[row] for row in rows]
    amounts = scene.amounts()
    why, full = _why(scene, cases)
    return [
        tables.Column(
            Col.B, say("col.level"),
            [f"{_MARKS[case.level]} {say(f'level.{case.level}')}" for case in cases],
            indent=1, colors=[_COLORS[case.level] for case in cases],
            strong=[case.level == "escalated" for case in cases],
        ),
        tables.Column(
            Col.C, say("col.days_over"), [None if np.isnan(day) else int(day) for day in days],
            tables.DAYS, note=say("note.days_over"),
        ),
        tables.Column(Col.D, say("col.opportunity"), scene.links(rows), until=Col.F, indent=1),
        tables.Column(
            Col.G, say("col.customer"), scene.texts("customer", rows),
            until=Col.J,
        ),
        tables.Column(
            Col.K, say("col.owner"), [owner or "–" for owner in scene.texts("owner", rows)]
        ),
        tables.Column(
            Col.L, say("col.amount"),
            [None if np.isnan(amounts[row]) else scene.unit.of(amounts[row]) for row in rows],
            tables.amount(scene.unit.pattern), note=say("note.unit", unit=scene.unit.label),
        ),
        tables.Column(
            Col.M, say("col.stage"), scene.texts("stage", rows), indent=1
        ),
        tables.Column(Col.N, say("col.why"), why, until=Col.P, notes=full),
        tables.Column(
            Col.Q, say("col.next"), _next(scene, cases), until=Col.R
        ),
    ]  # fmt: skip


def _why(scene: Scene, cases: Sequence[_Case]) -> tuple[list[str], list[str]]:
    """(short, full) reason of each case, the full one as the rule says it."""
    made = scene.given.result.decided.get("status", ())
    reasons = made[-1].decision.reasons if made else Reasons.blank(len(scene.frame))
    some = reasons.take(np.array([case.row for case in cases], dtype=np.int64))
    full = some.render({**catalogue(), **scene.given.catalogue}, scene.language)
    limits = some.facts.get("limit")
    stayed, age = scene.days_since("stage_since"), scene.days_since("created")
    short = []
    for at, case in enumerate(cases):
        limit = None if limits is None else limits.iloc[at]
        days = (age if case.level == "unassigned" else stayed).iloc[case.row]
        days = np.nan if days < 0 else days  # created in the future: the quality rule tells
        if case.level == "unassigned":
            key = "why.nobody" if np.isnan(days) else "why.nobody_days"
        else:
            known = isinstance(limit, str)
            key = "why.late" if np.isnan(days) else "why.stay_limit" if known else "why.stay"
        facts = {"count": 0 if np.isnan(days) else int(days), "limit": ""}
        if isinstance(limit, str):
            facts["limit"] = span(limit, scene.language)
        short.append(scene.say(key, **facts))
    return short, [str(text) for text in full]


def _next(scene: Scene, cases: Sequence[_Case]) -> list[str]:
    """What the team plans, else what the rules advise; whom to ask where nobody works on it."""
    rows = [case.row for case in cases]
    columns = (scene.texts(key, rows) for key in ("suggested_owner", "next_step", "next_action"))
    return [
        scene.say("next.suggested", owner=suggested)
        if case.level == "unassigned" and suggested
        else planned or advised
        for case, suggested, planned, advised in zip(cases, *columns, strict=True)
    ]
