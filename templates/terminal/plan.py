"""A plan for the terminal and for machines: per rule, per owner, then cell by cell with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from rules.rule import catalogue
from sync.plan import Patch
from sync.say import say
from sync.table import as_text, column
from templates.terminal.grids import grid
from templates.terminal.run import Report, header, render
from templates.terminal.words import moment_text, word

SHOWN_CHANGES = 40


def render_plan(report: Report, *, everything: bool = False) -> RenderableType:
    """Lay a plan out: the report, counts per rule and per owner, then the changes.

    Args:
        report: of the plan.
        everything: show all changes, not just the first ones.
    """
    parts: list[RenderableType] = [render(report)]
    if report.plan.patches:
        for part in (_by_rule(report), _by_owner(report), _changes(report, everything=everything)):
            parts += [Text(), part]
    return Group(*parts)


def _by_rule(report: Report) -> Grid:
    language = report.language
    columns = [word(key, language) for key in ("rule", "column", "changes")]
    made = grid(columns, title=word("by_rule", language), numbers=columns[-1:])
    for patch in report.plan.patches:
        made.add_row(patch.rule, header(report, patch.column), f"{len(patch):,}")
    return made


def _by_owner(report: Report) -> Grid:
    language = report.language
    rows = np.concatenate([patch.rows for patch in report.plan.patches])
    owner = as_text(column(report.result.frame, "owner")).iloc[rows]
    counts = owner.fillna(word("nobody_yet", language)).value_counts()
    columns = [word(key, language) for key in ("owner", "changes")]
    made = grid(columns, title=word("by_owner", language), numbers=columns[-1:])
    for name, count in counts.items():
        made.add_row(str(name), f"{count:,}")
    return made


def _changes(report: Report, *, everything: bool) -> RenderableType:
    """Row by row: what each cell becomes, and why once a row."""
    language = report.language
    columns = [word(key, language) for key in ("where", "changed_cells", "why")]
    made = grid(columns, title=word("row_by_row", language))
    shown = 0
    for _, row in groupby(changes(report), key=itemgetter("where")):
        if shown >= SHOWN_CHANGES and not everything:
            break
        cells = list(row)
        shown += len(cells)
        lines = [_becomes(cell, report) for cell in cells if cell["field"] != "why"]
        sentence = next((c["after"] for c in cells if c["field"] == "why" and c["after"]), "")
        why = [sentence] if sentence else list(dict.fromkeys(c["why"] for c in cells if c["why"]))
        where = f"{cells[0]['where']}\n{cells[0]['key']}"
        made.add_row(where, "\n".join(lines) or cells[0]["column"], "\n".join(why))
    hidden = report.plan.cells - shown
    if hidden <= 0:
        return made
    return Group(made, Text(), Text(word("more_rows", language, n=f"{hidden:,}"), style="dim"))


def _becomes(cell: Mapping[str, Any], report: Report) -> str:
    language = report.language
    before, after = (
        word("blank", language) if cell[key] is None else moment_text(str(cell[key]))
        for key in ("before", "after")
    )
    return word("becomes", language, column=cell["column"], before=before, after=after)


def changes(report: Report) -> Iterator[dict[str, Any]]:
    """Yield every cell's change as plain JSON data, row by row.

    Each has `where` (tab and row), `key`, `field`, `column` (header), `before`, `after`, `rule`,
    `code`, `facts` and `why` (the sentence).
    """
    made = [
        (int(row), at, patch) for patch in report.plan.patches for at, row in enumerate(patch.rows)
    ]
    made.sort(key=lambda item: item[0])
    # one pass over each patch's distinct reasons; facts are spelled out once per distinct reason
    spelled: dict[int, tuple[Any, Any]] = {
        id(patch): patch.reasons.distinct() for patch in report.plan.patches
    }
    known = {**catalogue(), **report.phrases}
    for row, at, patch in made:
        index, found = spelled[id(patch)]
        code, facts = found[index[at]]
        yield _change(report, patch, at, row, code, facts) | {
            "why": say(known[code], facts, report.language) if code else ""
        }


def _change(
    report: Report, patch: Patch, at: int, row: int, code: str, facts: dict[str, Any]
) -> dict[str, Any]:
    return {
        "where": f"{report.table.sheets[row]}!{report.table.numbers[row]}",
        "key": str(patch.keys[at]),
        "field": patch.column,
        "column": header(report, patch.column),
        "before": plain(patch.before[at]),
        "after": plain(patch.after[at]),
        "rule": patch.rule,
        "code": code,
        "facts": {name: plain(value) for name, value in facts.items()},
    }


def plain(value: Any) -> Any:
    """Return a cell or fact value as JSON data; dates are ISO text."""
    if value is None or (not isinstance(value, (tuple, list)) and pd.isna(value)):
        return None
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, pd.Timestamp):
        return value.isoformat() if value != value.normalize() else value.date().isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def as_json(report: Report) -> dict[str, Any]:
    """Return a plan as JSON data: what it is based on, counts, findings and every change."""
    known = {**catalogue(), **report.phrases}
    return {
        "file": report.file,
        "based_on": report.plan.based_on,
        "now": report.plan.now.isoformat(),
        "rows": len(report.table),
        "cells": report.plan.cells,
        "tabs": [view.name for view in report.plan.tabs],
        "files": list(report.files),
        "findings": [
            {
                "rule": finding.rule,
                "code": finding.code,
                "level": finding.level,
                "field": finding.field,
                "keys": [str(report.plan.keys[row]) for row in finding.rows],
                "facts": {name: plain(value) for name, value in finding.facts.items()},
                "why": say(known[finding.code], finding.facts, report.language),
            }
            for finding in report.plan.findings
        ],
        "changes": list(changes(report)),
    }
