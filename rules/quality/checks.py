"""One check each: what is missing, unknown, out of order, out of proportion, or asleep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rules.moments import behind, midnight, next_of
from rules.options import Span, nearest
from rules.quality import words
from rules.questions import Question, fingerprint
from rules.resolve import fold, outcome_words
from rules.rule import Context
from rules.settings import STATES
from rules.worktime import Moments
from sync.fields import FIELDS, Kind
from sync.say import Reason
from sync.table import Finding, Level, Mask

_DATES = tuple(field.key for field in FIELDS.values() if field.kind is Kind.DATE)
# fields that tell what has happened already
_PAST = ("created", "closed", "last_activity", "stage_entered")
_EARLIEST, _YEARS_AHEAD = pd.Timestamp("2000-01-01"), 10

# Amounts vary by orders of magnitude, so their logarithms are compared: an outlier is further from
# the median than five robust standard deviations (1.4826 × the median absolute deviation, Rousseeuw
# and Croux 1993) and at least fifty-fold, and there are enough amounts to tell.
_DEVIATIONS, _FOLD, _ENOUGH = 5, 50, 20

READS = frozenset(
    {"state", "stage", "outcome", "owner", "amount", "loss_reason", "snooze", *_DATES}
)  # fmt: skip


def missing(frame: pd.DataFrame, cells: Mapping[str, Mask]) -> Iterator[Finding]:
    """Find required cells that are blank, one finding per field."""
    for key, needed in cells.items():
        rows = needed & frame[key].isna().to_numpy()
        yield from _found(words.MISSING, rows, field=key, fields=(key,))


class Stranger(NamedTuple):
    """A word that the rules file does not know: its field, its rows, the nearest valid name."""

    field: str
    word: str
    rows: Mask
    guess: str | None
    names: tuple[str, ...]


def strangers(frame: pd.DataFrame, ctx: Context) -> Iterator[Stranger]:
    """Find stages, outcomes and people that the rules file does not know, word by word."""
    settings = ctx.settings
    stages = {
        word: stage.name for stage in settings.stages for word in (*stage.aliases, stage.name)
    }
    if stages:
        yield from _strangers("stage", frame["stage"], stages)
    folded = {*outcome_words(settings.outcomes, settings.names.stages), *map(fold, stages)}
    said = frame["outcome"].astype("str")
    strange = [word for word in said.dropna().unique() if fold(word) not in folded]
    own = {word: word for state in STATES for word in getattr(settings.outcomes, state)}
    yield from _strangers("outcome", said.where(said.isin(strange)), own)
    people = {
        word: member.name for member in settings.team for word in (*member.aliases, member.name)
    }
    if people:
        running = frame["state"].isin(["open", "on_hold"])
        yield from _strangers("owner", frame["owner"].where(running), people)


def _strangers(key: str, values: pd.Series[Any], known: Mapping[str, str]) -> Iterator[Stranger]:
    """Find words that are none of the known ones; `known` is spelling → name."""
    texts = values.astype("str")
    names = frozenset(known.values())
    for word in sorted(set(texts.dropna().unique()) - names):
        near = nearest(word, frozenset(known))
        guess = None if near is None else known[near]
        yield Stranger(key, word, (texts == word).to_numpy(), guess, tuple(sorted(names)))


def unknown(found: Sequence[Stranger]) -> Iterator[Finding]:
    """Tell of unknown words, one finding each."""
    for stranger in found:
        plain, guessed = words.UNKNOWN[stranger.field]
        facts: dict[str, Any] = {"word": stranger.word}
        if stranger.guess is not None:
            facts["guess"] = stranger.guess
        reason = plain if stranger.guess is None else guessed
        yield from _found(reason, stranger.rows, field=stranger.field, **facts)


def spellings(found: Sequence[Stranger], keys: pd.Series[Any]) -> Iterator[Question]:
    """Ask whether an unknown word means the nearest valid name.

    Args:
        found: the unknown words.
        keys: (rows) keys as text.
    """
    for stranger in found:
        if not stranger.names:
            continue
        plain, guessed = words.UNKNOWN[stranger.field]
        guess = stranger.guess or ""
        shown = keys[stranger.rows].dropna()
        facts = {"word": stranger.word, "count": int(stranger.rows.sum()), "guess": guess}
        yield Question(
            topic="spelling",
            about=(stranger.field, stranger.word),
            compared=fingerprint(guess),
            keys=tuple(sorted(shown[shown != ""])),
            reason=(guessed if guess else plain).code,
            facts=facts,
            proposal=guess,
            others=tuple(name for name in stranger.names if name != guess),
        )


def closing(frame: pd.DataFrame, ctx: Context) -> Iterator[Finding]:
    """Find closed opportunities without a date, and lost ones without a reason."""
    if "closed" in ctx.present:
        rows = frame["state"].isin(["won", "lost"]) & frame["closed"].isna()
        yield from _found(words.NO_CLOSING_DATE, rows.to_numpy(), field="closed")
    if "loss_reason" in ctx.present:
        rows = (frame["state"] == "lost") & frame["loss_reason"].isna()
        yield from _found(words.NO_LOSS_REASON, rows.to_numpy(), field="loss_reason")


def dates(frame: pd.DataFrame, ctx: Context) -> Iterator[Finding]:
    """Find dates in the future that tell the past, in the wrong order, or out of this world."""
    tomorrow = ctx.now.normalize() + pd.Timedelta(days=1)
    latest = tomorrow + pd.DateOffset(years=_YEARS_AHEAD)
    for key in _DATES:
        wild = (frame[key] < _EARLIEST) | (frame[key] >= latest)
        yield from _found(words.IMPLAUSIBLE, wild.to_numpy(), field=key, fields=(key,))
        if key in _PAST:
            ahead = (frame[key] >= tomorrow) & ~wild
            if key == "closed":  # on an open row it may be a plan
                ahead &= ~frame["state"].isin(["open", "on_hold"])
            yield from _found(words.FUTURE, ahead.to_numpy(), field=key, fields=(key,))
    disorder = frame["closed"].dt.normalize() < frame["created"].dt.normalize()
    yield from _found(words.DISORDER, disorder.to_numpy(), field="closed")


def amounts(frame: pd.DataFrame, *, outliers: bool) -> Iterator[Finding]:
    """Find amounts of nothing, and amounts far from all others (a wrong unit, most often)."""
    amount = frame["amount"].to_numpy(dtype=np.float64, na_value=np.nan)
    nothing = (frame["state"] == "open").to_numpy() & (amount <= 0)
    yield from _found(words.NOT_POSITIVE, nothing, field="amount")
    known = np.log(amount[amount > 0])
    if not outliers or len(known) < _ENOUGH:
        return
    middle = np.median(known)
    deviation = 1.4826 * np.median(np.abs(known - middle))
    reach = max(_DEVIATIONS * deviation, np.log(_FOLD))
    low, high = np.exp([middle - reach, middle + reach])
    usual = amount[(amount >= low) & (amount <= high)]
    most, least = int(usual.max()), int(usual.min())
    yield from _found(words.TOO_HIGH, amount > high, "info", field="amount", bound=most)
    small = (amount > 0) & (amount < low)
    yield from _found(words.TOO_LOW, small, "info", field="amount", bound=least)


def zombies(frame: pd.DataFrame, ctx: Context, after: Span) -> Iterator[Finding]:
    """Find open opportunities without any sign of life, and without a plan for one."""
    asleep = ctx.now.to_datetime64() > _asleep_from(frame, ctx, after)
    planned = (frame["next_step_date"] >= ctx.now.normalize()) | (frame["snooze"] > ctx.now)
    rows = (frame["state"] == "open").to_numpy() & asleep & ~planned.to_numpy()
    yield from _found(words.ZOMBIE, rows, "info", field="last_activity", limit=str(after))


def until(frame: pd.DataFrame, ctx: Context, after: Span | None) -> pd.Timestamp:
    """Return when time alone may change a finding: at midnight, when a deal falls asleep or wakes.

    Args:
        frame: (rows × `READS`).
        ctx: the moment.
        after: as for `zombies`, None where nobody looks for them.
    """
    tomorrow = midnight(ctx.now)
    if after is None:
        return tomorrow
    rows = (frame["state"] == "open").to_numpy()
    asleep = behind(_asleep_from(frame, ctx, after)[rows])
    return next_of(ctx.now, tomorrow, asleep, frame["snooze"].to_numpy()[rows])


def _asleep_from(frame: pd.DataFrame, ctx: Context, after: Span) -> Moments:
    """(rows) the last moment at which each row is not asleep yet."""
    signs = frame[["last_activity", "stage_entered", "created"]].max(axis=1)
    return ctx.worktime.due(signs, after)


def _found(
    reason: Reason, rows: Mask, level: Level = "warning", *, field: str, **facts: Any
) -> Iterator[Finding]:
    """Yield a finding where there are rows."""
    where = np.flatnonzero(rows)
    if len(where):
        yield Finding("quality", reason.code, level, where, {**facts, "count": len(where)}, field)
