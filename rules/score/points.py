"""Points: which lines match, what groups may give at most, and what time takes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.moments import NEVER, next_of
from rules.options import FieldName, Fraction, Limit, Model, Span
from rules.patterns import patterns
from rules.rule import Context
from rules.when import When, matches
from rules.when import until as turns_at
from rules.worktime import Floats, Moments, Years
from sync.table import Objects


class Line(Model):
    """Points for the opportunities that satisfy conditions."""

    when: When
    """Conditions that must all hold."""
    points: float
    """What they are worth; less than 0 takes points away."""
    group: str | None = None
    """Lines of one group give no more together than its cap."""
    name: str | None = None
    """What the points are for, in words; by default the fields of the conditions."""

    @property
    def label(self) -> tuple[str, ...]:
        """The name, or the keys of the fields."""
        return (self.name,) if self.name else tuple(self.when)


class Decay(Model):
    """How points wear off, in steps, so that a score does not move every morning."""

    since: FieldName = "last_activity"
    """The date from which they do; the creation date where it is blank."""
    every: Limit = Span(14, "days")
    """How long a step takes."""
    lose: Fraction = 0.1
    """The share of the points that each step takes away."""
    least: Fraction = 0.5
    """The share that always stays."""

    @property
    def steps(self) -> int:
        """After how many steps nothing more is lost."""
        return int(np.ceil(round((1 - self.least) / self.lose, 9))) if self.lose else 0

    def lost(self, steps: int) -> float:
        """Return the share that is lost after some steps."""
        return round(min(steps * self.lose, 1 - self.least), 9)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The points of each row, by what they are made of: few distinct sums, explained once each.

    Attributes:
        score: (rows) whole points, not below 0.
        index: (rows) which of the sums.
        facts: per sum: `score`, `parts` (labels of what gave points), `points` (label, points of
            each line, cap and decay), `lost` (the share that time took).
        until: the first moment at which time alone gives or takes points.
    """

    score: Floats
    index: Years
    facts: tuple[Mapping[str, object], ...]
    until: pd.Timestamp

    def fact(self, name: str) -> Objects:
        """Return (rows) a fact of each row's sum."""
        column = np.empty(len(self.facts), dtype=object)
        for at, facts in enumerate(self.facts):
            column[at] = facts[name]
        told: Objects = column[self.index]
        return told


def points(
    lines: Sequence[Line],
    caps: Mapping[str, float],
    decay: Decay | None,
    frame: pd.DataFrame,
    ctx: Context,
) -> Points:
    """Sum the points of all rows.

    Args:
        lines: what gives points.
        caps: group → what its lines may give at most.
        decay: how points wear off, None for not at all.
        frame: (rows × the fields of the conditions and of the decay).
        ctx: the moment and the working time.
    """
    held = np.zeros((len(frame), len(lines) + 1), dtype=np.int64)
    for at, line in enumerate(lines):
        held[:, at] = matches(line.when, frame, ctx)
    turns = [turns_at(line.when, frame, ctx) for line in lines]
    if decay is not None:
        held[:, -1], worn = _worn(decay, frame, ctx)
        turns.append(worn)
    distinct, index = patterns(held)
    facts = tuple(_sum(lines, caps, decay, row) for row in distinct)
    scores = np.array([each["score"] for each in facts], dtype=np.float64)
    return Points(scores[index], index, facts, min(turns, default=NEVER))


def _sum(
    lines: Sequence[Line], caps: Mapping[str, float], decay: Decay | None, held: Years
) -> Mapping[str, object]:
    """The facts of one sum; `held` is a flag per line, then the steps of decay."""
    given = [line for line, holds in zip(lines, held, strict=False) if holds]
    told: list[tuple[tuple[str, ...], float]] = [(line.label, line.points) for line in given]
    for group, cap in caps.items():
        over = sum(line.points for line in given if line.group == group) - cap
        if over > 0:
            told.append((("", group), -over))
    total = max(sum(worth for _, worth in told), 0.0)
    lost = decay.lost(int(held[-1])) if decay is not None else 0.0
    # halves are rounded up, as people do
    score = float(np.floor(total * (1 - lost) + 0.5))
    if lost:
        told.append(((), score - total))
    return {
        "score": int(score),
        "parts": tuple(dict.fromkeys(key for line in given for key in line.label)),
        "points": tuple(told),
        "lost": lost,
    }


def _worn(decay: Decay, frame: pd.DataFrame, ctx: Context) -> tuple[Years, pd.Timestamp]:
    """(rows) steps of decay that have passed, and when the next one of any row will have."""
    span = decay.every
    start: Moments = frame[decay.since].fillna(frame["created"]).to_numpy(dtype="datetime64[s]")
    passed = ctx.worktime.elapsed(start, ctx.now.to_datetime64(), span.unit) / span.amount
    steps = np.clip(np.floor(np.nan_to_num(passed)), 0, decay.steps).astype(np.int64)
    until = NEVER
    for step in range(decay.steps):
        rows = np.flatnonzero(steps == step)
        due = ctx.worktime.due(start[rows], Span(span.amount * (step + 1), span.unit))
        # the rounding of the count must not hide a step that is due this second
        steps[rows[due <= ctx.now.to_datetime64()]] += 1
        until = min(until, next_of(ctx.now, due))
    return steps, until
