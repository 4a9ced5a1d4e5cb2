"""Handovers: whose hands an opportunity left, and whose it came into, when its stage changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from rules.assign_handler.choices import Choices
from rules.assign_handler.reasons import HANDOVER
from rules.life import log_of, stage_moves
from rules.rule import Context
from sync.table import Finding

Handover = dict[str, str]
"""Of one row: key, at (ISO), stage, before, after (people)."""


def handovers_of_today(frame: pd.DataFrame, choices: Choices, ctx: Context) -> list[Handover]:
    """Return the handovers of the day so far: they stay to be seen until it ends.

    Before its stage changed a row was in the hands of whoever is remembered for it, else of its
    owner.

    Args:
        frame: (rows × key, stage, owner).
        choices: who handles each row now.
        ctx: the moment, the history, and what earlier runs remembered.
    """
    today = ctx.now.normalize()
    found = [one for one in ctx.memory.get("handovers", ()) if pd.Timestamp(one["at"]) >= today]
    seen = {(one["key"], one["at"]) for one in found}
    moves = stage_moves(log_of(frame, ctx))
    moves = moves.only(moves.last & (moves.until >= today.to_datetime64()))
    moved = frame.iloc[moves.row]
    moved_at = {
        key: at.isoformat() for key, at in zip(moved["key"], pd.Series(moves.until), strict=True)
    }
    for row, key, stage, owner in zip(
        moved.index, moved["key"], moved["stage"], moved["owner"], strict=True
    ):
        last_stage, before, _ = ctx.memory.get("handlers", {}).get(key, ("", owner, ""))
        after = choices.handlers[row]
        handed = isinstance(before, str) and after not in (None, before) and last_stage != stage
        if handed and (key, moved_at[key]) not in seen:
            told = {"key": key, "at": moved_at[key], "stage": stage}
            found.append({**told, "before": before, "after": after})
    return sorted(found, key=lambda one: (one["at"], one["key"]))


def handed_over(handovers: Sequence[Handover], keys: pd.Series[Any]) -> list[Finding]:
    """Tell who handed over to whom, one finding per pair of people and stage.

    Args:
        handovers: of the day.
        keys: (rows) of the table.
    """
    groups: dict[tuple[str, str, str], set[str]] = {}
    for one in handovers:
        groups.setdefault((one["stage"], one["before"], one["after"]), set()).add(one["key"])
    found = []
    for (stage, before, after), theirs in sorted(groups.items()):
        rows = np.flatnonzero(keys.isin(theirs))
        facts = {"stage": stage, "before": before, "after": after, "count": len(rows)}
        if len(rows):
            found.append(Finding("assign_handler", HANDOVER.code, "info", rows, facts))
    return found
