"""Which stage each opportunity really earned: its moves, judged one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rules.gate.needs import Needs, Places
from rules.life import log_of, mapped, stage_moves
from rules.rule import Context
from rules.stage_sla.since import first_seen
from rules.worktime import Moments
from sync.table import Mask

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Steps:
    """How far one move may go: stages skipped at once (None: any number), and whether back."""

    may_skip: int | None
    may_return: bool

    def allow(self, earned: Places, claimed: Places) -> Mask:
        """Return (rows) whether a move between two places is one that may be made at all."""
        farthest = np.inf if self.may_skip is None else 1 + self.may_skip
        ahead = claimed - earned
        allowed: Mask = (earned == NOWHERE) | np.where(
            ahead < 0, self.may_return, ahead <= farthest
        )
        return allowed


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where the rows stand.

    Attributes:
        running: (rows) whether the gates concern the row.
        claimed: (rows) place of the stage in the sheet, `NOWHERE` where it is none of the team's.
        earned: (rows) place of the stage that counts.
        since: (rows) datetime64[s] when that was earned, where the dates of the sheet and of the
            history mean something else; NaT where they tell, and for what was before all memory.
    """

    running: Mask
    claimed: Places
    earned: Places
    since: Moments

    @property
    def judged(self) -> Mask:
        """(rows) Which rows stand in a stage that can be earned."""
        judged: Mask = self.running & (self.claimed != NOWHERE)
        return judged

    @property
    def held(self) -> Mask:
        """(rows) Whether another stage counts than the one in the sheet."""
        held: Mask = self.judged & (self.earned != self.claimed)
        return held


def walk(frame: pd.DataFrame, ctx: Context, running: Mask, needs: Needs, steps: Steps) -> Standing:
    """Judge the moves that no run has judged before, then what was held back so far.

    A move is judged once, by what the row holds then: what was earned stays earned. One that was
    held back is earned by the first run that finds nothing against it any more.

    Args:
        frame: (rows × `key`, `stage`).
        ctx: the moment, the past and the stanza's memory.
        running: (rows) which rows the gates concern; their keys are unique.
        needs: what stages need.
        steps: how far one move may go.
    """
    claimed = _places(frame["stage"], ctx)
    moves = _moves(frame, ctx, running)
    new = moves[_unjudged(moves, frame, ctx)]
    earned, since = _before(frame, ctx, new, running, claimed)
    came_back = np.zeros(len(frame), dtype=bool)
    turn = new.groupby("row").cumcount().to_numpy()
    for number in range(int(turn.max(initial=-1)) + 1):
        rows, target = (new[name].to_numpy()[turn == number] for name in ("row", "after"))
        home = target == earned[rows]
        fine = ~home & _fine(earned[rows], rows, target, needs, steps)
        earned[rows[fine]], since[rows[fine]] = target[fine], np.datetime64("NaT")
        came_back[rows] = home & ~fine
    late = np.flatnonzero(running & (claimed != NOWHERE) & (earned != claimed))
    late = late[_fine(earned[late], late, claimed[late], needs, steps)]
    earned[late], since[late] = claimed[late], ctx.now.to_datetime64()
    unknown = np.isnat(since) & running & ((earned != claimed) | came_back)
    since[unknown] = _entered(moves, earned, unknown)
    unknown &= np.isnat(since) & came_back
    since[unknown] = first_seen(frame, ctx).to_numpy()[unknown]
    return Standing(running, claimed, earned, since)


def remembered(frame: pd.DataFrame, standing: Standing, ctx: Context) -> dict[str, Any]:
    """Return what to remember, as JSON values: what the sheet and its dates do not tell."""
    stages = [*ctx.settings.stage_order]
    rows = np.flatnonzero(
        standing.running & ((standing.earned != standing.claimed) | ~np.isnat(standing.since))
    )
    keys, moments = frame["key"].iloc[rows], pd.Series(standing.since[rows])
    kept = {
        key: [stages[place], None if pd.isna(since) else since.isoformat()]
        for key, place, since in zip(keys, standing.earned[rows], moments, strict=True)
    }
    moves = _moves(frame, ctx, standing.running)
    latest = frame["key"].iloc[moves["row"][moves["until"] == ctx.now]].value_counts()
    then = {str(key): int(count) for key, count in latest.items()}
    return {"judged": ctx.now.isoformat(), "then": then, "earned": kept}


def _fine(earned: Places, rows: Places, target: Places, needs: Needs, steps: Steps) -> Mask:
    """(moves) whether nothing is against them; only a move forward needs anything."""
    return steps.allow(earned, target) & ((target < earned) | needs.met(rows, target))


def _places(stages: pd.Series[Any], ctx: Context) -> Places:
    """(rows) the place of each stage in the process, `NOWHERE` for others."""
    found = np.nan_to_num(mapped(stages, ctx.settings.stage_order), nan=NOWHERE)
    return np.asarray(found, dtype=np.int64)


def _moves(frame: pd.DataFrame, ctx: Context, running: Mask) -> pd.DataFrame:
    """(moves × row, before, after, until) to stages of the team, by row, then by time.

    `before` looks back past what is none of them: on hold, closed, misspelt.
    """
    moves = stage_moves(log_of(frame, ctx))
    moves = moves.only(running[moves.row])
    found = pd.DataFrame(
        {
            "row": moves.row,
            "before": _places(moves.before, ctx),
            "after": _places(moves.after, ctx),
            "until": moves.until,
        }
    )
    stage = found["before"].where(found["before"] != NOWHERE)
    stage = stage.groupby(found["row"]).ffill().fillna(NOWHERE)
    return found.assign(before=stage.astype("int64"))[found["after"] != NOWHERE]


def _unjudged(moves: pd.DataFrame, frame: pd.DataFrame, ctx: Context) -> Mask:
    """(moves) which ones no run has judged, also of those that share the last run's moment."""
    judged = pd.Timestamp(ctx.memory.get("judged", 0))
    same = (moves["until"] == judged).to_numpy()
    then = frame["key"].iloc[moves["row"]].map(ctx.memory.get("then", {})).fillna(0).to_numpy()
    turn = moves["until"].eq(judged).groupby(moves["row"]).cumsum().to_numpy()
    fresh: Mask = (moves["until"] > judged).to_numpy() | (same & (turn > then))
    return fresh


def _before(
    frame: pd.DataFrame, ctx: Context, new: pd.DataFrame, running: Mask, claimed: Places
) -> tuple[Places, Moments]:
    """(rows) what counted before the new moves, and since when: memory, else their start.

    A row without moves has earned the stage in which it was first seen, whatever it lacks.
    """
    earned = claimed.copy()
    since = np.full(len(frame), np.datetime64("NaT"), dtype="datetime64[s]")
    first = new.drop_duplicates("row")
    earned[first["row"]] = first["before"]
    kept: Mapping[str, Any] = ctx.memory.get("earned", {})
    order = ctx.settings.stage_order
    for row in np.flatnonzero(running & frame["key"].isin(list(kept)).to_numpy()):
        stage, moment = kept[frame["key"].iloc[row]]
        if stage in order:
            earned[row], since[row] = order[stage], np.datetime64(moment or "NaT", "s")
    return earned, since


def _entered(moves: pd.DataFrame, earned: Places, rows: Mask) -> Moments:
    """(of the rows) the last move into the stage that counts, NaT where none is known."""
    into = moves[moves["after"].to_numpy() == earned[moves["row"]]]
    last = into.drop_duplicates("row", keep="last").set_index("row")["until"]
    return np.asarray(last.reindex(np.flatnonzero(rows)), dtype="datetime64[s]")
