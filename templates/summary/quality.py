"""Sections "Data quality" and "Definitions", side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from rules.kpi import DEFINITIONS, MEASURES, definition, ratio
from sync.say import day, say
from sync.table import Finding, as_text
from sync.view import Value
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.summary.notes import figure_note
from templates.summary.scene import Scene

_MOST = 6
_KINDS = ("missing", "unreadable", "unknown", "other")
_REMOVED = 5  # rows that are shown
_DEFINED = (
    "open", "win_rate", "weighted", "coverage", "cycle", "sla", "forecast", "overdue",
    "stage_conversion", "dwell", "first_response", "alerts", "waterfall", "completeness",
)  # fmt: skip


def place_quality(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    """Place both sections and return the row after the longer one."""
    table = _by_owner(scene)
    shown, rest = table.head(_MOST), table.iloc[_MOST:]
    aside = scene.say("quality.aside")
    if len(rest):
        aside += scene.say("quality.rest", count=len(rest), findings=int(rest["all"].sum()))
    tables.half_title(canvas, row, Col.B, number, scene.say("quality"), aside)
    if table.empty:
        key = "quality.none" if len(scene.frame) else "none.opportunities"
        tables.sentence(canvas, row + 1, Col.B, Col.I, scene.say("end", text=scene.say(key)))
        left = row + 2
    else:
        columns = _columns(scene, shown)
        left = tables.draw(canvas, row + 1, columns, Col.B, Col.I, total=False)
    if scene.kpi:
        left = _place_removed(canvas, scene, left)
    return max(left, _place_definitions(canvas, scene, row, number + 1))


def _place_removed(canvas: Canvas, scene: Scene, row: int) -> int:
    """The rows that were deleted in the period, with what stood in them last."""
    words, table = scene.say, scene.kpi["removed"]
    counting = "removed.aside" if scene.kpi["options"].deleted else "removed.aside_left_out"
    counted = words(counting, count=len(table)) if len(table) else ""
    note = figure_note(scene, "removed")
    tables.panel_title(canvas, row, Col.B, words("removed"), counted, note)
    if table.empty:
        told = words("removed.none", day=day(scene.watched_since))
        tables.sentence(canvas, row + 1, Col.B, Col.I, told)
        return row + 2
    shown = table.head(_REMOVED)
    columns = removed_columns(scene, shown, Col.B)
    end = tables.draw(canvas, row + 1, columns, Col.B, Col.I, total=False)
    if len(table) > len(shown):
        more = words("removed.more", count=len(table) - len(shown))
        tables.sentence(canvas, end, Col.B, Col.I, more)
        end += 1
    return end


def removed_columns(scene: Scene, shown: pd.DataFrame, first: int) -> list[tables.Column]:
    """Return the columns that tell of deleted rows.

    Args:
        scene: words and unit.
        shown: (rows × columns) as `rules.kpi.tables.removed` has them.
        first: the first of the eight columns of the grid that they take.
    """
    words, unit = scene.say, scene.unit
    amounts = [None if pd.isna(cents) else unit.of(int(cents)) for cents in shown["amount"]]
    names = [str(name or key) for name, key in zip(shown["customer"], shown["key"], strict=True)]
    return [
        tables.Column(first, words("col.customer"), names, until=first + 1),
        tables.Column(first + 2, words("col.owner"), [str(each) or "–" for each in shown["owner"]]),
        tables.Column(
            first + 3, words("col.stage"), list(as_text(shown["stage"])), until=first + 4
        ),
        tables.Column(
            first + 5, words("col.amount"), amounts, tables.amount(unit.pattern),
            note=words("note.unit", unit=unit.label),
        ),
        tables.Column(
            first + 6, words("col.gone"), [pd.Timestamp(at).date() for at in shown["gone"]],
            words("format.day"), note=words("note.gone"),
        ),
        tables.Column(
            first + 7, words("col.state"), [words(f"state.{state}") for state in shown["state"]],
            colors=[palette.WORSE if state == "lost" else "" for state in shown["state"]],
            indent=1,
        ),
    ]  # fmt: skip


def _place_definitions(canvas: Canvas, scene: Scene, row: int, number: int) -> int:
    title, aside = scene.say("definitions"), scene.say("definitions.aside")
    tables.half_title(canvas, row, Col.K, number, title, aside)
    if not scene.kpi:
        return row + 1
    rule = scene.kpi["options"]
    facts = {"commit": rule.commit, "best_case": rule.best_case}
    for code in _DEFINED:
        row += 1
        term = definition(code, rule) if code in MEASURES else code
        size = 8.5
        canvas.text(row, Col.K, Col.L, scene.say(f"define.{code}"), canvas.style(size, bold=True))
        look = canvas.style(size, color=palette.GREY)
        meaning = say(DEFINITIONS[term], facts, scene.language)
        clauses = [meaning] if canvas.fits(Col.M, Col.R, meaning, look) else _clauses(meaning)
        for place, clause in enumerate(clauses):
            canvas.text(row + place, Col.M, Col.R, clause, look)
        row += len(clauses) - 1
    return _place_rates(canvas, scene, row + 1)


def _clauses(meaning: str) -> list[str]:
    """The parts of a definition that is too long for one line."""
    return re.split("(?<=；)|(?<=;) ", meaning)


def _place_rates(canvas: Canvas, scene: Scene, row: int) -> int:
    """What amounts in other currencies were added at, where the table has any."""
    if not scene.rates:
        return row
    own = scene.given.settings.currency
    told = ", ".join(f"1 {code} = {rate:g} {own}" for code, rate in scene.rates.items())
    canvas.text(row, Col.K, Col.L, scene.say("define.rates"), canvas.style(8.5, bold=True))
    canvas.text(row, Col.M, Col.R, told, canvas.style(8.5, color=palette.GREY))
    return row + 1


def _kind(finding: Finding) -> str:
    if finding.code == "reading.wrong_kind":
        return "unreadable"
    found = re.search(r"missing|unreadable|unknown", finding.code)
    return found[0] if found else "other"


def _marks(scene: Scene) -> Iterator[tuple[Finding, str]]:
    """Findings about cells of opportunities, with their kind."""
    for finding in (*scene.given.table.findings, *scene.given.result.findings):
        read = finding.rule == "reading" and finding.level != "info"
        if (read or finding.rule == "quality") and len(finding.rows):
            yield finding, _kind(finding)


def _by_owner(scene: Scene) -> pd.DataFrame:
    """(owners × owner, all, complete, one column per kind), most findings first."""
    owner = scene.words("owner")
    counts = pd.DataFrame(0, index=sorted(owner.unique()), columns=list(_KINDS))
    for finding, kind in _marks(scene):
        cells = len(finding.facts.get("fields", (finding.field,)))
        found = owner.iloc[finding.rows].value_counts() * cells
        counts[kind] = counts[kind].add(found, fill_value=0).astype("int64")
    counts["all"] = counts.sum(axis=1)
    counts = counts[counts["all"] > 0].rename_axis("owner").reset_index()
    complete = _completeness(scene)
    counts["complete"] = [complete.get(name) for name in counts["owner"]]
    return counts.sort_values(["all", "owner"], ascending=[False, True]).reset_index(drop=True)


def _completeness(scene: Scene) -> dict[str, float | None]:
    """Owner → required cells filled ÷ required cells, as the quality rule counted them."""
    table = scene.given.result.figures.get("quality", {}).get("completeness")
    if not isinstance(table, pd.DataFrame):
        return {}
    return {
        str(owner): ratio(float(filled), float(required))
        for owner, filled, required in zip(
            table["owner"].fillna(""), table["filled"], table["required"], strict=True
        )
    }


def _columns(scene: Scene, table: pd.DataFrame) -> list[tables.Column]:
    words = scene.say

    def counts(at: int, kind: str, **look: Any) -> tables.Column:
        values: list[Value] = [int(count) for count in table[kind]]
        note = words(f"note.{kind}")
        return tables.Column(at, words(f"col.{kind}"), values, tables.FINDINGS, note=note, **look)

    names = [name or words("owners.nobody") for name in table["owner"]]
    shares = [None if pd.isna(share) else float(share) for share in table["complete"]]
    return [
        tables.Column(Col.B, words("col.owner"), names),
        counts(Col.C, "all", bar=palette.COUNTED),
        tables.Column(
            Col.E, words("col.complete"), shares, tables.RATE,
            note=say(DEFINITIONS["completeness"], {}, scene.language),
        ),
        counts(Col.F, "missing"),
        counts(Col.G, "unreadable"),
        counts(Col.H, "unknown"),
        counts(Col.I, "other"),
    ]  # fmt: skip
