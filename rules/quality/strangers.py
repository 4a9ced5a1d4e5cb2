"""Words that are no valid name of their column, or that look like slips of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any, get_args

import pandas as pd

from rules.assign_owner.people import COVERS
from rules.options import nearest
from rules.quality import words
from rules.quality.alike import slips
from rules.quality.telling import told
from rules.questions import Question, fingerprint
from rules.resolve import fold, outcome_words
from rules.rule import Context
from rules.settings import STATES, Listed, Settings
from sync.say import Reason
from sync.table import Finding, Mask, as_text

_OFFERED = 30  # names to choose from where there is no list of valid ones


@dataclass(frozen=True, slots=True, eq=False)
class Stranger:
    """A word that is no valid name of its field, or hardly one.

    Attributes:
        column: key of its field.
        word: as the cells have it.
        rows: (rows) where it stands.
        guess: the nearest valid name, "" for none.
        names: the valid names.
        reason: why it is told, `facts` the values besides word, guess and count.
    """

    column: str
    word: str
    rows: Mask
    guess: str
    names: tuple[str, ...]
    reason: Reason
    facts: Mapping[str, Any] = field_of(default_factory=dict)

    def facts_told(self) -> dict[str, Any]:
        """Return the facts of its reason, the number of rows besides."""
        guess = {"guess": self.guess} if self.guess else {}
        return {"word": self.word, **guess, **self.facts}


def strangers(frame: pd.DataFrame, ctx: Context) -> Iterator[Stranger]:
    """Find words that the rules file does not know, and words that look like slips of others."""
    settings = ctx.settings
    stages = {
        word: stage.name for stage in settings.stages for word in (*stage.aliases, stage.name)
    }
    if stages:
        yield from _strangers("stage", frame["stage"], stages)
    folded = {*outcome_words(settings.outcomes, settings.names.stages), *map(fold, stages)}
    said = as_text(frame["outcome"])
    strange = [word for word in said.dropna().unique() if fold(word) not in folded]
    own = {word: word for state in STATES for word in getattr(settings.outcomes, state)}
    yield from _strangers("outcome", said.where(said.isin(strange)), own)
    people = {
        word: member.name for member in settings.team for word in (*member.aliases, member.name)
    }
    if people:
        running = frame["state"].isin(["open", "on_hold"])
        yield from _strangers("owner", frame["owner"].where(running), people)
    for listed in get_args(Listed):
        yield from _odd(listed, frame[listed], settings)


def _strangers(key: str, values: pd.Series[Any], known: Mapping[str, str]) -> Iterator[Stranger]:
    """Find words that are none of the known ones; `known` is spelling → name."""
    texts = as_text(values)
    names = frozenset(known.values())
    plain, guessed = words.UNKNOWN[key]
    for word in sorted(set(texts.dropna().unique()) - names):
        near = nearest(word, frozenset(known))
        guess = "" if near is None else known[near]
        rows = (texts == word).to_numpy()
        yield Stranger(key, word, rows, guess, tuple(sorted(names)), guessed if guess else plain)


def _odd(key: Listed, values: pd.Series[Any], settings: Settings) -> Iterator[Stranger]:
    """Find words of a column without a list of valid ones that look like slips of others."""
    texts = as_text(values)
    counts = {str(word): int(count) for word, count in texts.value_counts().items()}
    names = {*settings.spellings.get(key, ())}
    for covered, lists in COVERS.items():
        if covered == key:
            names |= {word for member in settings.team for word in getattr(member, lists)}
    if key == "product":
        names |= settings.targets.products.keys()
    usual = sorted(counts.keys() | names, key=lambda word: (-counts.get(word, 0), word))[:_OFFERED]
    for slip in slips(counts, names):
        rows = (texts == slip.word).to_numpy()
        offered = tuple(word for word in usual if word != slip.word)
        facts = {"fields": (key,), "often": slip.often}
        yield Stranger(key, slip.word, rows, slip.guess, offered, words.SLIP, facts)


def unknown(found: Sequence[Stranger]) -> Iterator[Finding]:
    """Tell of strange words, one finding each."""
    for stranger in found:
        yield from told(
            stranger.reason, stranger.rows, field=stranger.column, **stranger.facts_told()
        )


def spellings(found: Sequence[Stranger], keys: pd.Series[Any]) -> Iterator[Question]:
    """Ask whether a strange word means the nearest valid name.

    Args:
        found: the strange words.
        keys: (rows) keys as text.
    """
    for stranger in found:
        if not stranger.names:
            continue
        shown = keys[stranger.rows].dropna()
        yield Question(
            topic="spelling",
            about=(stranger.column, stranger.word),
            compared=fingerprint(stranger.guess),
            keys=tuple(sorted(shown[shown != ""])),
            reason=stranger.reason.code,
            facts={**stranger.facts_told(), "count": int(stranger.rows.sum())},
            proposal=stranger.guess,
            others=tuple(name for name in stranger.names if name != stranger.guess),
        )
