"""The clock of the stage: due instants and levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.moments import NEVER, behind, next_of
from rules.options import Span
from rules.rule import Context
from rules.stage_sla.pauses import Pauses
from rules.stage_sla.since import Entry
from rules.worktime import Floats, Moments, WorkTime, Years
from sync.table import Mask, Objects


@dataclass(frozen=True, slots=True)
class Steps:
    """When a clock warns and what follows after its limit; None means never."""

    warn_at: float
    escalate_after: Span | None
    neglected_after: Span | None


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """The clock of each row.

    Attributes:
        running: (rows) which rows are open, so that clocks concern them.
        pause: (rows) why the clock stands still, "" where it does not.
        entry: when each row entered its stage.
        limit: (rows) the limit's text (`5 workdays`), "" where no clock runs.
        due: (rows) datetime64[s], NaT where no clock runs or the calendar is not known.
        level: (rows) code in `LEVELS`, "" without a clock.
        unknown_year: (rows) the year whose holidays the due date would need, 0 where it is known.
        rested: (rows) whether a pause moved the due date.
        until: the first moment at which a clock comes to another level.
    """

    running: Mask
    pause: Objects
    entry: Entry
    limit: Objects
    due: Moments
    level: Objects
    unknown_year: Years
    rested: Mask
    until: pd.Timestamp

    @property
    def active(self) -> Mask:
        """(rows) Which rows are open and not paused."""
        active: Mask = self.running & (self.pause == "")
        return active


def run_clocks(
    frame: pd.DataFrame, ctx: Context, entry: Entry, pauses: Pauses, limit: Objects, steps: Steps
) -> Clocks:
    """Compute due instants and levels.

    Args:
        frame: (rows × `stage`).
        ctx: the moment and the working time.
        entry: when each row entered its stage.
        pauses: what stands still and stood still.
        limit: (rows) limits as text, "" for none.
        steps: warning, escalation, neglect.
    """
    size = len(frame)
    due = np.full(size, np.datetime64("NaT", "s"))
    level = np.where(pauses.kinds != "", "paused", "").astype(object)
    unknown = np.zeros(size, dtype=np.int64)
    rested = np.zeros(size, dtype=bool)
    until = NEVER
    clocked = pauses.running & (pauses.kinds == "") & (limit != "") & ~np.isnat(entry.since)
    for text in pd.unique(limit[clocked]):
        rows = np.flatnonzero(clocked & (limit == text))
        span = Span.parse(text)
        more = pauses.rested(entry.since, span.unit, ctx)[rows]
        due[rows] = ctx.worktime.due(entry.since[rows], span, more)
        turns = _turns(entry.since[rows], due[rows], span, more, ctx, steps)
        level[rows] = _levels(due[rows], turns, ctx)
        until = min(until, next_of(ctx.now, *turns.values()))
        rested[rows] = more > 0
        open_end = rows[np.isnat(due[rows])]
        unknown[open_end] = ctx.worktime.unknown_year(entry.since[open_end])
    return Clocks(
        pauses.running,
        pauses.kinds,
        entry,
        np.where(clocked, limit, ""),
        due,
        level,
        unknown,
        rested,
        until,
    )


def _turns(
    starts: Moments, due: Moments, span: Span, more: Floats, ctx: Context, steps: Steps
) -> Mapping[str, Moments]:
    """Level → (rows) from when on a clock is at it; due exactly now is not overdue yet."""
    worktime = ctx.worktime
    return {
        "due_soon": worktime.due(starts, Span(span.amount * steps.warn_at, span.unit), more),
        "overdue": behind(due),
        "escalated": behind(_later(due, steps.escalate_after, worktime)),
        "neglected": behind(_later(due, steps.neglected_after, worktime)),
    }


def _levels(due: Moments, turns: Mapping[str, Moments], ctx: Context) -> Objects:
    """(rows) the level of each clock, the last one that it has come to."""
    level = np.full(len(due), "ok", dtype=object)
    for name, since in turns.items():
        level[ctx.now.to_datetime64() >= since] = name
    level[np.isnat(due)] = ""
    return level


def _later(due: Moments, after: Span | None, worktime: WorkTime) -> Moments:
    return worktime.due(due, after) if after else np.full(len(due), np.datetime64("NaT", "s"))
