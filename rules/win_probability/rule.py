"""The rule that learns the probability of winning, or says why it does not."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field

from rules.invalid import Invalid
from rules.moments import NEVER
from rules.options import FieldName
from rules.patterns import patterns
from rules.rule import Context, Decision, Outcome, Rule, decided
from rules.win_probability.features import AFTERWARDS, USUAL, closed_deals, features, usable
from rules.win_probability.model import Check, Model, check
from rules.win_probability.words import (
    EFFECTS,
    ENOUGH,
    FILLED_LATE,
    GIVEN,
    NO_BETTER,
    NO_FIELDS,
    NOT_INSTALLED,
    ONE_SIDED,
    REASONS,
    TOO_FEW,
)
from sync.fields import FIELDS
from sync.say import Language, Reason
from sync.table import Finding, Objects, Rows

# Deals of each outcome without which nothing can be told of it.
_SIDE = 20
# The latest ones that are learned from; older ones tell less of today.
_LATEST = 20_000
_STEP = 5  # percent: so that a deal more or less moves no cell
_TELLING = 0.1  # log-odds below which a field is not worth naming


def _before(key: str) -> str:
    if key in AFTERWARDS:
        raise Invalid(
            "`{key}` is known only after the outcome, so nothing can be learned from it",
            "`{key}` 在结果确定后才知道，不能用于预测",
            key=key,
        )
    return key


class WinProbability(Rule):
    """The probability of winning, learned from the spreadsheet's own closed deals.

    Only where they are enough, and only where a check by time (learn from the older deals, predict
    the later ones) beats the share of deals won by more than chance, measured by the Brier score;
    else it says so, with the figures, and decides nothing. What is known only after the outcome is
    never used, nor is a field that is blank much more often on one outcome than on the other. It
    needs the extra `learn` (scikit-learn).

    ```yaml
    use: win_probability
    least: 200
    fields: [industry, source, product, region, owner, amount]
    ```

    It decides `win_probability` on open rows: whole percent in steps of 5. Figures: `closed` deals,
    `fields` used, `left_out` (filled in after the outcome), and of the check `tested`, `brier`,
    `base`, `enough`.
    """

    use: Literal["win_probability"] = "win_probability"
    least: int = Field(default=200, ge=200)
    """How many won and lost deals there must be; not below 200."""
    fields: tuple[Annotated[FieldName, AfterValidator(_before)], ...] | None = None
    """What to learn from; left out: industry, region, size, customer type, product, source, owner,
    title, urgency, amount and budget, as far as the sheet has them."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS
    opt_in: ClassVar[bool] = True

    def reads(self) -> frozenset[str]:
        """Return what to learn from, and what tells how a deal ended."""
        return frozenset({"state", "closed", "created", "duplicate_of", *self._fields()})

    def writes(self) -> frozenset[str]:
        """Return the column of the probability."""
        return frozenset({"win_probability"})

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Learn and predict, or tell why not; see `Rule.decide`."""
        fields = [key for key in self._fields() if key in ctx.present]
        closed = closed_deals(frame, fields, ctx).tail(_LATEST)
        won = closed["won"].to_numpy(dtype=bool)
        figures: dict[str, Any] = {"closed": len(closed), "enough": False}
        facts: dict[str, Any] = {"count": len(closed)}
        if len(closed) < self.least:
            return self._nothing(frame, TOO_FEW, facts | {"least": self.least}, figures)
        if min(won.sum(), (~won).sum()) < _SIDE:
            return self._nothing(frame, ONE_SIDED, facts | {"won": int(won.sum())}, figures)
        if find_spec("sklearn") is None:
            return self._nothing(frame, NOT_INSTALLED, {}, figures)
        kept, afterwards = usable(closed, fields)
        figures |= {"fields": tuple(kept), "left_out": afterwards}
        tried = check(closed[kept], won, closed["when"]) if kept else None
        if tried is None:
            return self._nothing(frame, NO_FIELDS, facts, figures)
        facts |= _told(tried)
        figures |= {"tested": tried.tested, "brier": tried.model, "base": tried.base}
        if not tried.better:
            return self._nothing(frame, NO_BETTER, facts, figures)
        figures["enough"] = True
        found = [Finding(self.use, ENOUGH.code, "info", facts=facts)]
        decision = _predicted(frame, Model(closed[kept], won), kept, facts)
        return Outcome(
            {"win_probability": decision}, (*found, *_late(afterwards)), figures, until=NEVER
        )

    @classmethod
    def details(cls, facts: Mapping[str, Any], language: Language) -> list[str]:
        """Name the fields that speak for winning and against it, the strongest first."""
        told = []
        for raises, words in EFFECTS.items():
            named = [key for key, way in facts.get("effects", ()) if way is raises]
            labels = [FIELDS[key].label(language) if key in FIELDS else key for key in named]
            if labels:
                joined = ("、" if language == "zh" else ", ").join(labels)
                told.append(words[language].format(fields=joined))
        return told

    def _fields(self) -> tuple[str, ...]:
        return USUAL if self.fields is None else self.fields

    def _nothing(
        self,
        frame: pd.DataFrame,
        reason: Reason,
        facts: Mapping[str, Any],
        figures: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Leave the column blank and tell why."""
        blank = pd.Series(np.nan, index=range(len(frame)))
        found = (Finding(self.use, reason.code, "info", facts=facts),)
        afterwards = (figures or {}).get("left_out", ())
        return Outcome(
            {"win_probability": decided(blank, np.ones(len(frame), dtype=bool))},
            (*found, *_late(afterwards)),
            figures or {"enough": False},
            until=NEVER,
        )


def _late(fields: tuple[str, ...]) -> tuple[Finding, ...]:
    """Tell of fields that were filled in only after the outcome."""
    if not fields:
        return ()
    facts = {"fields": fields}
    return (Finding("win_probability", FILLED_LATE.code, "info", facts=facts),)


def _told(tried: Check) -> dict[str, Any]:
    scores = {"model": f"{tried.model:.4f}", "base": f"{tried.base:.4f}"}
    return {"tested": tried.tested, **scores}


def _predicted(
    frame: pd.DataFrame, model: Model, fields: list[str], facts: Mapping[str, Any]
) -> Decision:
    """The probability of each open row in whole percent, and which fields move it."""
    is_open = frame["state"].isin(["open", "on_hold"]) & frame["duplicate_of"].isna()
    rows = np.flatnonzero(is_open)
    deals = features(frame.iloc[rows], fields)
    values = pd.Series(np.nan, index=range(len(frame)))
    effects = np.full(len(frame), None, dtype=object)
    if len(rows):
        share = np.rint(model.chances(deals) * 100 / _STEP) * _STEP
        values.iloc[rows] = np.clip(share, _STEP, 100 - _STEP)
        effects[rows] = _effects(model.effects(deals))
    return decided(
        values,
        np.ones(len(frame), dtype=bool),
        np.where(is_open, GIVEN.code, ""),
        percent=values.map("{:.0f}".format, na_action="ignore"),
        effects=effects,
        count=facts["count"],
    )


def _effects(moved: pd.DataFrame) -> Objects:
    """(deals) tuples of (field, whether it raises), the strongest first."""
    names = [str(name) for name in moved.columns]
    steps = np.rint(moved.to_numpy() / _TELLING).astype(np.int64)
    distinct, index = patterns(steps)
    told = np.empty(len(distinct), dtype=object)
    for at, row in enumerate(distinct):
        order: Rows = np.argsort(-np.abs(row), kind="stable")
        told[at] = tuple((names[place], bool(row[place] > 0))
                         for place in order if row[place])  # fmt: skip
    found: Objects = told[index]
    return found
