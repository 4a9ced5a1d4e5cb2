"""How long clocks may run: one limit, or lines of conditions whose first match gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, PlainSerializer

from rules.options import Limit, Model, Span
from rules.rule import Context
from rules.when import When, matches
from sync.table import Objects, looked_up


class LimitLine(Model):
    """A limit for some opportunities; the first line that matches gives it."""

    when: When = Field(default_factory=dict)
    """Conditions that must all hold; without any the line takes all that are left."""
    limit: Limit
    """How long the clock may run."""


def _lines(value: object) -> object:
    if value is None:
        return ()
    return value if isinstance(value, (list, tuple)) else [{"limit": value}]


def _plain(lines: Sequence[LimitLine]) -> Any:
    if not lines:
        return None
    if len(lines) == 1 and not lines[0].when:
        return str(lines[0].limit)
    return [line.model_dump(mode="json", by_alias=True, exclude_defaults=True) for line in lines]


ClockLimit = Annotated[
    tuple[LimitLine, ...],
    BeforeValidator(_lines, json_schema_input_type=str | list[LimitLine] | None),
    PlainSerializer(_plain, when_used="json"),
]
"""`10 workdays`, or `[{when: {score_grade: A}, limit: 3 workdays}, {limit: 10 workdays}]`."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, (str, Span)) else value


Spans = Annotated[
    tuple[Limit, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])
]
"""`7 days`, or `[7 days, 90 days]`."""


def stage_limits(frame: pd.DataFrame, ctx: Context, lines: Sequence[LimitLine]) -> Objects:
    """Return (rows) the limit of each row's stage as text: the first matching line, else its own.

    Args:
        frame: (rows × `stage` and the fields of the conditions).
        ctx: the stages, the moment.
        lines: limits by conditions.
    """
    by_stage = {stage.name: str(stage.limit or "") for stage in ctx.settings.stages}
    own = looked_up(frame["stage"], by_stage, "")
    found = row_limits(frame, ctx, lines)
    found = np.where(found == "", own, found)
    found[frame["stage"].isna().to_numpy()] = ""
    return found


def row_limits(frame: pd.DataFrame, ctx: Context, lines: Sequence[LimitLine]) -> Objects:
    """Return (rows) the limit that the first matching line gives as text, "" for none.

    Args:
        frame: (rows × the fields of the conditions).
        ctx: the moment.
        lines: limits by conditions.
    """
    found = np.full(len(frame), "", dtype=object)
    for line in reversed(lines):
        found[matches(line.when, frame, ctx)] = str(line.limit)
    return found
