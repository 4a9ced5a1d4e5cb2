"""Moves from stage to stage, as the history knows them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from rules.resolve import fold
from rules.rule import Context
from rules.settings import Settings


def stage_moves(ctx: Context) -> pd.DataFrame:
    """Return the changes of stage that the history knows, in the team's names.

    A new spelling of the same stage is no move.

    Args:
        ctx: the past and the stages.

    Returns:
        (moves × key, before, after, since, until) by time; "" is a row without a stage.
    """
    events = ctx.past.events
    events = events[events["field"] == "stage"].drop(columns="field")
    events = events.assign(
        before=_stage_names(events["before"], ctx.settings),
        after=_stage_names(events["after"], ctx.settings),
    )
    return events[events["before"] != events["after"]].reset_index(drop=True)


def _stage_names(words: pd.Series[Any], settings: Settings) -> pd.Series[Any]:
    """(rows) the team's name for each spelling of a stage, "" where there is none."""
    names = {
        fold(word): stage.name for stage in settings.stages for word in (*stage.aliases, stage.name)
    }
    texts = words.astype("str").fillna("")
    return texts.map({word: names.get(fold(word), word) for word in texts.unique()})
