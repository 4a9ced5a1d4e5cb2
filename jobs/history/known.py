"""What a plan is told of everything before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from jobs.history import changes
from rules.past import Past


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the history brings to a plan, read once a run.

    Attributes:
        past: for the rules.
        decided: (keys × owned columns) what we last decided; index is the key, missing is blank.
        snapshot: (keys × fields) the latest known values; index is the key.
        memory: stanza label → what it remembered.
        kept: stanza label → name → frame that it kept to spare the next run work.
        last_run: its moment, None before the first.
        typed: (questions × code, answer, note) what stands in the review tab, all text.
    """

    past: Past = field(default_factory=Past)
    decided: pd.DataFrame = field(default_factory=pd.DataFrame)
    snapshot: pd.DataFrame = field(default_factory=changes.empty)
    memory: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)
    last_run: pd.Timestamp | None = None
    typed: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["code", "answer", "note"], dtype=object)
    )
