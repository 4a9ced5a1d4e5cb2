"""The risk rule: warning signs of open opportunities, and how grave they are together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd
from pydantic import Field

from rules.moments import next_of
from rules.options import Fraction, Limit, Span
from rules.patterns import patterns
from rules.risk.lives import life
from rules.risk.signs import LOOK, Bounds, Case, Sign
from rules.risk.words import FOUND, LEVELS, REASONS, SIGNS
from rules.rule import Context, Decision, Outcome, Rule, decided
from sync.say import Language, Reason, say
from sync.table import Finding, Objects

Name = Literal[
    "silent", "decision_maker", "pushed", "slow", "cut", "regressed", "no_next_step", "close_passed"
]


class Risk(Rule):
    """Warns of open opportunities that are slipping away, and shows the evidence.

    The signs: a customer silent for far longer than is usual with them, a new decision maker, an
    expected close moved later again and again, far longer in the stage than won deals were there
    (in all, where the stage has no such past), an amount cut, a step back, no next step, an
    expected close in the past. Snoozed opportunities and those on hold are left in peace.

    ```yaml
    use: risk
    signs: [silent, decision_maker, pushed, slow, cut, regressed, no_next_step, close_passed]
    high: 2                 # signs that make the risk high
    silent: 2               # times the usual gap between two contacts
    silent_least: 7 days
    pushed: 2
    slow: 1.5               # times the median of won deals
    cut: 10%
    recent: 90 days         # how long a change counts
    ```

    It decides `risk`: high or medium, blank without a sign. Figures: `open`, `flagged` rows,
    `signs` (sign → rows), `usual` (stage → median days of won deals).
    """

    use: Literal["risk"] = "risk"
    signs: tuple[Name, ...] = get_args(Name)
    """The signs that are looked for."""
    high: int = Field(default=2, ge=1)
    """How many signs together make the risk high; fewer make it medium."""
    silent: float = Field(default=2, ge=1)
    """A customer is silent after so many times the usual gap between two contacts."""
    silent_least: Limit = Span(7, "days")
    """... and not before this."""
    pushed: int = Field(default=2, ge=1)
    """How often the expected close must have been moved later."""
    slow: float = Field(default=1.5, ge=1)
    """How many times the median of won deals is too long."""
    cut: Fraction = 0.1
    """The share of the amount that must be gone."""
    recent: Limit = Span(90, "days")
    """How long a new decision maker, a cut or a step back counts."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS

    def reads(self) -> frozenset[str]:
        """Return what the signs are told from."""
        return frozenset(
            {
                "state", "stage", "duplicate_of", "snooze", "created", "closed", "stage_entered",
                "last_activity", "follow_ups", "decision_maker", "expected_close", "amount",
                "next_step", "next_step_date",
            }
        )  # fmt: skip

    def writes(self) -> frozenset[str]:
        """Return the column of the risk."""
        return frozenset({"risk"})

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Look for the signs on all rows; see `Rule.decide`."""
        snoozed = frame["snooze"] > ctx.now
        is_open = (frame["state"] == "open") & frame["duplicate_of"].isna()
        known = life(frame, ctx)
        bounds = Bounds(
            self.silent, self.silent_least, self.pushed, self.slow, self.cut, self.recent
        )
        case = Case(frame, ctx, known, (is_open & ~snoozed).to_numpy(), bounds)
        found = [sign for name in self.signs for sign in LOOK[name](case)]
        found.sort(key=lambda sign: list(SIGNS).index(sign.name))
        shown = np.zeros((len(frame), len(found)), dtype=bool)
        for at, sign in enumerate(found):
            shown[sign.rows, at] = True
        ends = frame["snooze"][is_open].to_numpy()
        return Outcome(
            {"risk": _decision(found, shown, self.high, ctx.settings.language)},
            tuple(_finding(sign) for sign in found if len(sign.rows)),
            {
                "open": int(is_open.sum()),
                "flagged": int(shown.any(axis=1).sum()),
                "signs": {sign.name: len(sign.rows) for sign in found},
                "usual": known.days,
            },
            until=next_of(ctx.now, ends, *(sign.until for sign in found)),
        )

    @classmethod
    def details(cls, facts: Mapping[str, Any], language: Language) -> list[str]:
        """Show the further signs with their evidence."""
        return [say(SIGNS[name], facts, language) for name in facts.get("signs", ())[1:]]


def _finding(sign: Sign) -> Finding:
    facts = {"count": len(sign.rows)}
    return Finding("risk", FOUND[sign.name].code, "info", sign.rows, facts)


def _decision(
    found: Sequence[Sign], shown: np.ndarray[Any, Any], high: int, language: Language
) -> Decision:
    """The level of each row; the gravest sign gives the sentence, the others stand behind it."""
    size = len(shown)
    words = {name: pair[language == "zh"] for name, pair in LEVELS.items()}
    count = shown.sum(axis=1)
    level = np.where(count >= high, words["high"], words["medium"]).astype(object)
    level[count == 0] = None
    facts: dict[str, Objects] = {}
    for sign in found:
        for key, values in sign.facts.items():
            column = np.full(size, None, dtype=object)
            column[sign.rows] = values.astype(object)
            facts[f"{sign.name}_{key}"] = column
    distinct, index = patterns(shown)
    named = np.empty(len(distinct), dtype=object)
    for at, pattern in enumerate(distinct):
        named[at] = tuple(s.name for s, there in zip(found, pattern, strict=True) if there)
    codes = np.array([SIGNS[names[0]].code if names else "" for names in named], dtype=object)
    return decided(
        pd.Series(level, dtype="str"),
        np.ones(size, dtype=bool),
        codes[index],
        signs=named[index],
        **facts,
    )
