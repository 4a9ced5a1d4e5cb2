"""What the clocks write: status, due date, stage since, next action, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rules.rule import Context, Decision, decided
from rules.stage_sla.alarms import Alarm
from rules.stage_sla.levels import Clocks
from rules.stage_sla.words import ACTIONS, BETWEEN, LEVELS, PAUSES, UNKNOWN_YEAR, level_code
from sync.plan import Reasons
from sync.say import say
from sync.table import Mask, Objects, Rows, as_text, first_said, looked_up

# levels whose action comes before those of the further clocks
_URGENT = ("escalated", "overdue", "neglected")


def decisions(
    frame: pd.DataFrame, ctx: Context, clocks: Clocks, rung: Sequence[Alarm]
) -> Mapping[str, Decision]:
    """Decide the columns of the clock on every row; rows without a clock are blanked.

    Args:
        frame: (rows × `stage`, `owner`, `handler`, `current_handler`, `snooze`,
            `snooze_reason`).
        ctx: language and people.
        clocks: the clock of each row.
        rung: further clocks that rang.
    """
    everywhere = np.ones(len(frame), dtype=bool)
    words = {code: pair[ctx.settings.language == "zh"] for code, pair in LEVELS.items()}
    due = pd.Series(clocks.due)
    since = pd.Series(clocks.entry.since).where(clocks.running)
    status = decided(
        pd.Series(clocks.level).map(words).astype("str"),
        everywhere,
        _codes(frame, clocks),
        stage=frame["stage"],
        since=since,
        limit=pd.Series(clocks.limit, dtype=object).where(clocks.limit != ""),
        due=due,
        until=frame["snooze"].where(clocks.pause == "snooze"),
        because=frame["snooze_reason"].where(clocks.pause == "snooze"),
        year=pd.Series(clocks.unknown_year, dtype=object).where(clocks.unknown_year > 0),
    )
    return {
        "status": status,
        "due": Decision(due, everywhere, status.reasons),
        "stage_since": Decision(since, everywhere, status.reasons),
        "next_action": _next_action(frame, ctx, clocks, rung, status.reasons),
    }


def _codes(frame: pd.DataFrame, clocks: Clocks) -> Objects:
    """(rows) the code of the sentence that explains the status."""
    codes = np.full(len(clocks.level), "", dtype=object)
    for kind, reason in PAUSES.items():
        codes[clocks.pause == kind] = reason.code
    because = (clocks.pause == "snooze") & frame["snooze_reason"].notna().to_numpy()
    codes[because] = PAUSES["snooze_because"].code
    timed = np.flatnonzero(~np.isnat(clocks.due))
    told = (clocks.level, clocks.entry.source, clocks.rested)
    index, distinct = pd.MultiIndex.from_arrays([part[timed] for part in told]).factorize()
    known = [level_code(level, source, rested=rested) for level, source, rested in distinct]
    codes[timed] = np.array(known, dtype=object)[index]
    codes[clocks.unknown_year > 0] = UNKNOWN_YEAR.code
    return codes


def _next_action(
    frame: pd.DataFrame, ctx: Context, clocks: Clocks, rung: Sequence[Alarm], level: Reasons
) -> Decision:
    """Name everything that the clocks ask for; the reason is that of the first."""
    language = ctx.settings.language
    asked = _level_actions(frame, ctx, clocks)
    urgent = np.isin(clocks.level, _URGENT)
    first, last = (np.flatnonzero((asked != "") & when) for when in (urgent, ~urgent))
    parts: list[tuple[Rows, Any]] = [
        (first, asked[first]),
        *((np.flatnonzero(each.rows), say(ACTIONS[each.name], {}, language)) for each in rung),
        (last, asked[last]),
    ]
    words = np.full(len(frame), "", dtype=object)
    for rows, said in parts:
        between = np.where(words[rows] != "", BETWEEN[language], "").astype(object)
        words[rows] = words[rows] + between + said
    return Decision(
        pd.Series(words).where(words != "").astype("str"),
        np.ones(len(frame), dtype=bool),
        _first_cause(asked, urgent, rung, level),
    )


def _first_cause(asked: Objects, urgent: Mask, rung: Sequence[Alarm], level: Reasons) -> Reasons:
    """The reason of the action that is named first: the level where urgent, else an alarm's."""
    by_level = asked != ""
    codes = np.where(by_level, level.codes, "").astype(object)
    date: Objects = np.full(len(codes), None, dtype=object)
    limit = level.facts["limit"].to_numpy(dtype=object, copy=True)
    for alarm in reversed(rung):
        rows = np.flatnonzero(alarm.rows & ~urgent)
        codes[rows], by_level[rows] = alarm.reason.code, False
        date[rows] = pd.Series(alarm.date[rows]).astype(object).to_numpy()
        limit[rows] = str(alarm.limit) if alarm.limit else None
    limit[codes == ""] = None
    kept = {str(name): column.where(by_level) for name, column in level.facts.items()}
    added = {"date": pd.Series(date, dtype=object), "limit": pd.Series(limit, dtype=object)}
    facts = pd.DataFrame({**kept, **added})
    return Reasons(codes, facts)


def _level_actions(frame: pd.DataFrame, ctx: Context, clocks: Clocks) -> Objects:
    """(rows) what each level asks for, "" where it asks for nothing."""
    words = np.full(len(frame), "", dtype=object)
    rows = np.flatnonzero(np.isin(clocks.level, list(ACTIONS)))
    managers = {member.name: member.manager or "" for member in ctx.settings.team}
    asked = pd.DataFrame(
        {
            "kind": clocks.level[rows],
            "stage": as_text(frame["stage"].iloc[rows]).to_numpy(),
            "who": looked_up(responsible(frame, rows), managers, ""),
        }
    )
    asked["kind"] += np.where((asked["kind"] == "escalated") & (asked["who"] == ""), "_nobody", "")
    index, distinct = pd.MultiIndex.from_frame(asked).factorize()
    said = [
        say(ACTIONS[kind], {"stage": stage, "manager": who}, ctx.settings.language)
        for kind, stage, who in distinct
    ]
    words[rows] = np.array(said, dtype=object)[index]
    return words


def responsible(frame: pd.DataFrame, rows: Rows) -> pd.Series[str]:
    """Return (n, str, RangeIndex) who must act on some rows: the stage's handler, else the owner.

    Args:
        frame: (rows × `current_handler`, `handler`, `owner`).
        rows: (n) positions.
    """
    keys = ("current_handler", "handler", "owner")
    return first_said(*(frame[key].take(rows).reset_index(drop=True) for key in keys))
