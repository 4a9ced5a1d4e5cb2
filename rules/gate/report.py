"""What the gates write and tell: the stage that counts, why, and how many rows are held back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from rules.gate.needs import Needs
from rules.gate.walk import Standing, Steps
from rules.gate.words import FOUND, HELD, INCOMPLETE
from rules.rule import Context, Decision, decided
from sync.say import Reason
from sync.table import Finding, Level, as_text


def held_back(standing: Standing, ctx: Context, needs: Needs, steps: Steps) -> pd.DataFrame:
    """Tell why rows are held back; a step that is not allowed comes before what is missing.

    Returns:
        (held rows × kind, stage, claimed, fields), index is the position: key of `HELD`, the stage
        that counts, the one in the sheet, and the missing fields as a tuple, None where it is not
        for them.
    """
    stages = np.array([*ctx.settings.stage_order], dtype=object)
    rows = np.flatnonzero(standing.held)
    earned, claimed = standing.earned[rows], standing.claimed[rows]
    barred = np.where(claimed < earned, "returned", "skipped")
    kind = pd.Series(np.where(steps.allow(earned, claimed), "missing", barred), dtype="str")
    fields = pd.Series(needs.lacking(rows, claimed, moving=True))
    return pd.DataFrame(
        {
            "kind": kind,
            "stage": pd.Series(stages[earned], dtype="str"),
            "claimed": pd.Series(stages[claimed], dtype="str"),
            "fields": fields.astype(object).where(kind == "missing", None),
        }
    ).set_axis(rows)


def decisions(held: pd.DataFrame, standing: Standing) -> Mapping[str, Decision]:
    """Decide the stage that counts, and since when, on every row.

    Args:
        held: from `held_back`.
        standing: where the rows stand.
    """
    size = len(standing.running)
    everywhere = np.ones(size, dtype=bool)
    whole = held.reindex(range(size))
    codes = whole["kind"].map({kind: reason.code for kind, reason in HELD.items()}).fillna("")
    facts = {name: whole[name] for name in ("stage", "claimed", "fields")}
    return {
        "earned_stage": decided(whole["stage"], everywhere, codes, **facts),
        "earned_since": decided(pd.Series(standing.since), everywhere),
    }


def findings(
    held: pd.DataFrame, standing: Standing, needs: Needs, ctx: Context
) -> Iterator[Finding]:
    """Yield a finding per kind, stages and missing fields, of rows held back and of the others.

    Args:
        held: from `held_back`.
        standing: where the rows stand.
        needs: what stages need; rows that stand where they were first seen may lack it too.
        ctx: the stages.
    """
    for kind, facts in (
        ("skipped", ["stage", "claimed"]),
        ("returned", ["stage", "claimed"]),
        ("missing", ["claimed", "fields"]),
    ):
        yield from _grouped(FOUND[kind], "warning", held[held["kind"] == kind], facts)
    stages = np.array([*ctx.settings.stage_order], dtype=object)
    rows = np.flatnonzero(standing.judged & ~standing.held)
    claimed = standing.claimed[rows]
    told = pd.DataFrame({"stage": pd.Series(stages[claimed], dtype="str")})
    told["fields"] = needs.lacking(rows, claimed, moving=False)
    told = told.set_axis(rows)
    yield from _grouped(INCOMPLETE, "info", told[told["fields"] != ()], ["stage", "fields"])


def _grouped(
    reason: Reason, level: Level, told: pd.DataFrame, facts: list[str]
) -> Iterator[Finding]:
    """Yield a finding per distinct facts."""
    for _, same in told.groupby(facts):
        named = {name: same[name].iloc[0] for name in facts}
        yield Finding(
            "gate", reason.code, level, same.index.to_numpy(), {**named, "count": len(same)}
        )


def figures(held: pd.DataFrame, frame: pd.DataFrame) -> Mapping[str, Any]:
    """Count the rows held back by owner ("" for nobody) and by kind.

    Args:
        held: from `held_back`.
        frame: (rows × `owner`).
    """
    owners = as_text(frame["owner"]).fillna("").iloc[held.index].value_counts().sort_index()
    return {
        "held": pd.DataFrame({"owner": owners.index, "held": owners.to_numpy()}),
        "kinds": {str(kind): int(count) for kind, count in held["kind"].value_counts().items()},
    }
