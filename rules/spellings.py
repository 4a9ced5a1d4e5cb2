"""Spellings that the supervisor accepted: aliases beside those of the rules file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from rules.questions import standing
from rules.settings import STATES, Member, Outcomes, Settings, Stage


def spelled(settings: Settings, answers: pd.DataFrame) -> Settings:
    """Return the settings with the accepted spellings as aliases.

    The team's cells are not rewritten. A spelling of a name that the rules file no longer has means
    nothing.

    Args:
        settings: of the rules file.
        answers: as `rules.questions.empty_answers`.
    """
    meant: dict[str, dict[str, list[str]]] = {"stage": {}, "owner": {}, "outcome": {}}
    listed: dict[str, dict[str, tuple[str, ...]]] = {
        field: dict(names) for field, names in settings.spellings.items()
    }
    for answer in standing(answers, "spelling"):
        field, word = answer.about
        if answer.verdict in ("yes", "change"):
            if field in meant:
                meant[field].setdefault(answer.value, []).append(word)
            else:
                names = listed.setdefault(field, {})
                names[answer.value] = (*names.get(answer.value, ()), word)
    if not any(meant.values()) and listed == settings.spellings:
        return settings
    changed = {
        "stages": tuple(_stage(stage, meant["stage"]) for stage in settings.stages),
        "team": tuple(_member(member, meant["owner"]) for member in settings.team),
        "outcomes": _outcomes(settings.outcomes, meant["outcome"]),
        "spellings": listed,
    }
    # made anew, not copied: what was worked out of the old names must not come along
    given = {key: getattr(settings, key) for key in Settings.model_fields}
    return Settings.model_construct(**{**given, **changed})


def _stage(stage: Stage, words: Mapping[str, list[str]]) -> Stage:
    return stage.model_copy(update={"aliases": (*stage.aliases, *words.get(stage.name, ()))})


def _member(member: Member, words: Mapping[str, list[str]]) -> Member:
    return member.model_copy(update={"aliases": (*member.aliases, *words.get(member.name, ()))})


def _outcomes(outcomes: Outcomes, words: Mapping[str, list[str]]) -> Outcomes:
    """The outcomes with each new word under the state that has the accepted one."""
    given = {state: getattr(outcomes, state) for state in STATES}
    more: dict[str, tuple[str, ...]] = {
        state: (*known, *(word for name in known for word in words.get(name, ())))
        for state, known in given.items()
    }
    return outcomes.model_copy(update=more)


def respelled(known: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of rows in the accepted spellings: reading a word anew moves nobody.

    Args:
        known: (keys × fields) stages and owners as they were understood before.
        answers: as `rules.questions.empty_answers`.
    """
    meant: dict[str, dict[str, str]] = {}
    for answer in standing(answers, "spelling"):
        field, word = answer.about
        if answer.verdict in ("yes", "change") and field in known.columns:
            meant.setdefault(field, {})[word] = answer.value
    changed = {
        field: known[field].astype("str").replace(words).astype("category")
        for field, words in meant.items()
    }
    return known.assign(**changed) if changed else known
