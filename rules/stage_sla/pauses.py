"""Where clocks stand still, and for how long they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rules.options import Unit
from rules.rule import Context
from rules.when import Test, matches
from rules.worktime import Floats, Moments
from sync.table import Mask, Objects

Spans = list[list[str | None]]


def pause_kinds(frame: pd.DataFrame, ctx: Context, pause_when: Mapping[str, Test]) -> Objects:
    """Return (rows) why the clock stands still: snooze, hold, stage, condition; "" where it runs.

    Args:
        frame: (rows × `state`, `stage`, `snooze` and the fields of `pause_when`).
        ctx: the moment and the stages.
        pause_when: conditions; empty means none.
    """
    kinds = np.full(len(frame), "", dtype=object)
    if pause_when:
        kinds[matches(pause_when, frame, ctx)] = "condition"
    stages = [stage.name for stage in ctx.settings.stages if stage.pause]
    kinds[frame["stage"].isin(stages).to_numpy()] = "stage"
    kinds[(frame["state"] == "on_hold").to_numpy()] = "hold"
    kinds[(frame["snooze"] > ctx.now).to_numpy()] = "snooze"
    return kinds


class Pauses:
    """What the stanza remembers of pauses: key → the stage, and from when to when.

    A pause is noticed by the run that first sees it and ends when a run no longer sees it, or at
    the end of the snooze. It counts for the stay in which it happened: another stage forgets it.
    """

    def __init__(self, frame: pd.DataFrame, ctx: Context, kinds: Objects, running: Mask) -> None:
        """Bring what was remembered up to this run.

        Args:
            frame: (rows × `key`, `stage`, `snooze`).
            ctx: the moment and the stanza's memory.
            kinds: (rows) from `pause_kinds`.
            running: (rows) which rows are open.
        """
        self.kinds, self.running = np.where(running, kinds, ""), running
        self._now = ctx.now
        self._kept: dict[str, dict[str, Any]] = {}
        self._row: dict[str, int] = {}
        remembered: Mapping[str, Any] = ctx.memory.get("pauses", {})
        unique = ~frame["key"].duplicated(keep=False) & (frame["key"] != "")
        timed = running & (unique & frame["stage"].notna()).to_numpy()
        # in a pause stage no clock ever runs, so there is nothing to make up for
        paused = (self.kinds != "") & (self.kinds != "stage")
        concerned = paused | frame["key"].isin(list(remembered)).to_numpy()
        rows = np.flatnonzero(concerned & timed)
        for row, key, stage, snooze in zip(
            rows.tolist(), *(frame[name].iloc[rows] for name in ("key", "stage", "snooze")),
            strict=True,
        ):  # fmt: skip
            before = remembered.get(key, {})
            spans = before["spans"] if before.get("stage") == stage else []
            spans = self._continued(spans, paused=bool(paused[row]), snooze=snooze)
            if spans:
                self._kept[key] = {"stage": stage, "spans": spans}
                self._row[key] = row

    def _continued(self, spans: Spans, *, paused: bool, snooze: Any) -> Spans:
        """Open a span where a pause begins, close it where it has ended."""
        is_open = bool(spans) and spans[-1][1] is None
        if paused == is_open:
            return spans
        if paused:
            return [*spans, [self._now.isoformat(), None]]
        start = pd.Timestamp(str(spans[-1][0]))
        end = pd.Timestamp(snooze) if start < snooze <= self._now else self._now
        return [*spans[:-1], [start.isoformat(), end.isoformat()]]

    def memory(self) -> dict[str, Any]:
        """Return what to remember, as JSON values."""
        return {"pauses": self._kept} if self._kept else {}

    def rested(self, starts: Moments, unit: Unit, ctx: Context) -> Floats:
        """Return (rows) units of completed pauses since each start, in the stage of now."""
        rows, firsts, lasts = [], [], []
        for key, kept in self._kept.items():
            for start, end in kept["spans"]:
                if end is not None:
                    rows.append(self._row[key])
                    firsts.append(start)
                    lasts.append(end)
        total = np.zeros(len(starts))
        if rows:
            since = starts[rows]
            begin = np.maximum(np.array(firsts, dtype="datetime64[s]"), since)
            end_at = np.maximum(np.array(lasts, dtype="datetime64[s]"), begin)
            elapsed = ctx.worktime.elapsed(begin, end_at, unit)
            np.add.at(total, rows, np.nan_to_num(elapsed))
        return total
