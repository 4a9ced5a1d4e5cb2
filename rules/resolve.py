"""Bring a table's words to the team's names: stage, outcome, owner, product and the like.

Aliases and the common spellings of outcomes are folded to the names of the rules file; what is not
known stays as it stands, for the quality rule to report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from rules.settings import STATES, Member, Outcomes, Settings, Stage, State
from sync.table import as_text, column

# Fields that hold people of the team.
PEOPLE = ("owner", "backup", "handler")
# Spellings seen in the wild; the rules file adds the team's own.
_COMMON: dict[State, str] = {
    "open": "open|in progress|active|ongoing|new|进行中|跟进中|在途|未关闭|开放",
    "won": "won|closed won|close won|win|deal won|赢单|成交|已成交|已赢单|签约|已签约|中标|成单",
    "lost": "lost|closed lost|close lost|lose|deal lost|丢单|输单|已丢单|已流失|流失|失败|未中标",
    "invalid": "invalid|disqualified|unqualified|junk|spam|无效|作废|废弃|无效商机",
    "on_hold": "on hold|onhold|paused|suspended|deferred|搁置|暂停|暂缓|挂起",
    "duplicate": "duplicate|dup|重复|重复商机",
}


@cache
def fold(text: str) -> str:
    """Fold a word for comparison: width, case, and everything but letters and digits."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w]+|_", "", folded) or folded.strip()


def outcome_words(outcomes: Outcomes, stages: frozenset[str]) -> dict[str, State]:
    """Return folded word → state; a common spelling never hides a stage of the team's own."""
    words: dict[str, State] = {}
    own = {fold(stage) for stage in stages}
    for state in STATES:
        for word in _COMMON[state].split("|"):
            if fold(word) not in own:
                words[fold(word)] = state
    for state in STATES:
        for word in getattr(outcomes, state):
            words[fold(word)] = state
    return words


def resolve(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the frame with stage, owner, state and the listed words in the team's names.

    Args:
        frame: (rows × fields) as read.
        settings: stages, outcomes, people.

    Returns:
        A new frame of the same rows. `stage` and `owner` are categorical with names of the rules
        file where they are known; words that mean nobody (公海) become blank owners. `state` is
        added: categorical over `STATES`; blank outcomes are open. A stage cell with an outcome
        (`Closed Won`) sets the state and leaves the stage blank.
    """
    stage = column(frame, "stage")
    outcome = column(frame, "outcome")
    words = outcome_words(settings.outcomes, settings.names.stages)
    stage_state = _lookup(stage, words)
    said = _lookup(outcome, words)
    # the outcome column wins; where it is blank or says open, the stage column may say more
    state = np.where(
        (said != "") & (said != "open"), said, np.where(stage_state != "", stage_state, "open")
    )
    named = spellings(settings, "stage")
    stages = _rename(stage, named)
    is_outcome = pd.Series(stage_state != "")
    added: dict[str, Any] = {
        "state": pd.Categorical(state, categories=pd.Index(STATES, dtype="str")),
    }
    if "stage" in frame.columns:
        texts = as_text(stage)
        known = [word for word in texts.dropna().unique() if named(word) in settings.names.stages]
        added["stage"] = stages.mask(is_outcome & ~texts.isin(known)).astype("category")
    nobody = {fold(word) for word in settings.unassigned}
    for key in PEOPLE:
        if key in frame.columns:
            person = _rename(frame[key], spellings(settings, key))
            absent = {text for text in person.dropna().unique() if fold(text) in nobody}
            added[key] = person.mask(person.isin(absent)).astype("category")
    for key in settings.spellings:
        if key in frame.columns:
            added[key] = _rename(frame[key], spellings(settings, key)).astype("category")
    return frame.assign(**added)


def spellings(settings: Settings, field: str) -> Callable[[str], str]:
    """Return what gives a word of a field its spelling in the rules file, others as they are."""
    known: Sequence[Stage | Member] = ()
    if field == "stage":
        known = settings.stages
    elif field in PEOPLE:
        known = settings.team
    names = {fold(word): each.name for each in known for word in (*each.aliases, each.name)}
    for listed, meant in settings.spellings.items():
        if listed == field:
            names |= {fold(word): name for name, words in meant.items() for word in (*words, name)}
    return lambda word: names.get(fold(word), word)


def _lookup(values: pd.Series[Any], words: dict[str, State]) -> np.ndarray[Any, Any]:
    """(rows) the state that each word means, "" where none."""
    codes, distinct = pd.factorize(values)
    return np.array([*(words.get(fold(str(word)), "") for word in distinct), ""], dtype=object)[
        codes
    ]


def _rename(values: pd.Series[Any], named: Callable[[str], str]) -> pd.Series[Any]:
    """(rows, str) each value under its team name."""
    codes, distinct = pd.factorize(values)
    renamed = pd.array([*(named(str(word)) for word in distinct), None], dtype="str")
    return pd.Series(renamed.take(codes), index=values.index)
