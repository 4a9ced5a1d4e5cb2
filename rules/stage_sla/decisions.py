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
from sync.say import say
from sync.table import Objects

# levels whose action comes before those of the further clocks
_URGENT = ("escalated", "overdue", "neglected")


def decisions(
    frame: pd.DataFrame, ctx: Context, clocks: Clocks, rung: Sequence[Alarm]
) -> Mapping[str, Decision]:
    """Decide the columns of the clock on every row; rows without a clock are blanked.

    Args:
        frame: (rows × `stage`, `owner`, `handler`, `snooze`).
        ctx: language and people.
        clocks: the clock of each row.
        rung: further clocks that rang.
    """
    everywhere = np.ones(len(frame), dtype=bool)
    codes = _codes(clocks)
    facts = {
        "stage": frame["stage"].astype(object),
        "since": pd.Series(clocks.entry.since),
        "limit": _some(clocks.limit),
        "due": pd.Series(clocks.due),
        "until": frame["snooze"].where(clocks.pause == "snooze"),
        "year": pd.Series(clocks.unknown_year, dtype=object).where(clocks.unknown_year > 0),
    }
    words = {code: pair[ctx.settings.language == "zh"] for code, pair in LEVELS.items()}
    status = pd.Series(clocks.level).map(words).astype("str")
    since = pd.Series(clocks.entry.since).where(clocks.running)
    return {
        "status": decided(status, everywhere, codes, **facts),
        "due": decided(pd.Series(clocks.due), everywhere, codes, **facts),
        "stage_since": decided(since, everywhere, codes, **facts),
        "next_action": _next_action(frame, ctx, clocks, rung, codes, facts),
    }


def _codes(clocks: Clocks) -> Objects:
    """(rows) the code of the sentence that explains the status."""
    codes = np.full(len(clocks.level), "", dtype=object)
    for kind, reason in PAUSES.items():
        codes[clocks.pause == kind] = reason.code
    timed = ~np.isnat(clocks.due)
    for level in np.unique(clocks.level[timed]):
        for source in np.unique(clocks.entry.source[timed]):
            for rested in (False, True):
                rows = (clocks.level == level) & (clocks.entry.source == source)
                codes[timed & rows & (clocks.rested == rested)] = level_code(
                    level, source, rested=rested
                )
    codes[clocks.unknown_year > 0] = UNKNOWN_YEAR.code
    return codes


def _next_action(
    frame: pd.DataFrame,
    ctx: Context,
    clocks: Clocks,
    rung: Sequence[Alarm],
    codes: Objects,
    facts: Mapping[str, object],
) -> Decision:
    """Name everything that the clocks ask for; the reason is that of the first."""
    language = ctx.settings.language
    asked = _level_actions(frame, ctx, clocks)
    urgent = np.isin(clocks.level, _URGENT)
    parts = [np.where(urgent, asked, "")]
    parts += [np.where(alarm.rows, say(ACTIONS[alarm.name], {}, language), "") for alarm in rung]
    parts.append(np.where(urgent, "", asked))
    words = np.full(len(frame), "", dtype=object)
    for part in parts:
        between = np.where((words != "") & (part != ""), BETWEEN[language], "")
        words = words + between + part.astype(object)
    cause, date = np.where(words != "", codes, ""), np.full(len(frame), np.datetime64("NaT", "s"))
    limit = clocks.limit.copy()
    for alarm in reversed(rung):
        first = alarm.rows & ~urgent
        cause[first], date[first] = alarm.reason.code, alarm.date[first]
        limit[first] = str(alarm.limit or "")
    values = pd.Series(words).where(words != "").astype("str")
    return decided(
        values,
        np.ones(len(frame), dtype=bool),
        cause,
        **{**facts, "limit": _some(limit), "date": pd.Series(date)},
    )


def _level_actions(frame: pd.DataFrame, ctx: Context, clocks: Clocks) -> Objects:
    """(rows) what each level asks for, "" where it asks for nothing."""
    managers = {member.name: member.manager or "" for member in ctx.settings.team}
    manager = responsible(frame).map(managers).astype("str").fillna("")
    nobody = (clocks.level == "escalated") & (manager == "")
    asked = pd.DataFrame(
        {
            "kind": pd.Series(clocks.level).mask(nobody, "escalated_nobody"),
            "stage": frame["stage"].astype("str").fillna(""),
            "manager": manager,
        }
    )
    index, distinct = pd.MultiIndex.from_frame(asked).factorize()
    words = [
        say(ACTIONS[kind], {"stage": stage, "manager": who}, ctx.settings.language)
        if kind in ACTIONS
        else ""
        for kind, stage, who in distinct
    ]
    found: Objects = np.array(words, dtype=object)[index]
    return found


def _some(texts: Objects) -> pd.Series[Any]:
    """(rows) texts, missing where blank, so that no reason carries an empty fact."""
    return pd.Series(texts, dtype=object).where(texts != "")


def responsible(frame: pd.DataFrame) -> pd.Series[str]:
    """Return (rows, str) who must act: the handler, else the owner."""
    return frame["handler"].astype("str").fillna(frame["owner"].astype("str"))
