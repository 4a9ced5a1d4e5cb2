"""The score rule: points, grade and tags of open opportunities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, field_validator

from rules.invalid import Invalid
from rules.rule import Context, Decision, Outcome, Rule, decided
from rules.score import defaults
from rules.score.points import Decay, Line, Points, points
from rules.score.tags import Tag, tagged
from rules.score.words import CAP, DECAY, GIVEN, GRADE, NO_COLUMN, NOTHING, REASONS, WORN
from rules.when import fields_of, until
from sync.fields import FIELDS
from sync.say import Language, Reason
from sync.table import Finding, Mask, Objects

_OWN = frozenset({"score", "score_grade"})


class Score(Rule):
    """Points for what is known of an opportunity, the grade that they make, and tags.

    Every line of `points` whose conditions hold gives its points; lines of one group give no more
    together than the group's cap. What is left wears off in steps while nobody is in touch. The
    grade is the best one whose cut-off is reached. `explain` shows the points one by one.

    ```yaml
    use: score
    points:
      - {when: {title: {contains: [总, 董事]}}, points: 20, group: 职位}
      - {when: {title: {contains: [经理]}}, points: 10, group: 职位}
      - {when: {industry: [制造, 能源]}, points: 15}
      - {name: 大单, when: {amount: {at_least: 50万}}, points: 25}
      - {when: {last_activity: {within: 14 days}}, points: 20}
    caps: {职位: 20}
    decay: {since: last_activity, every: 14 days, lose: 10%, least: 50%}
    grades: {A: 60, B: 30, C: 0}
    tags:
      - {tag: 高意向, when: {score: {at_least: 60}}}
      - {tag: 易流失, when: {last_activity: {older_than: 30 days}}}
    ```

    It decides `score`, `score_grade` and `tags`, blank on rows that are closed or marked as
    duplicates. Conditions of later rules may also say `grade`: that is the sheet's own column where
    there is one, else this grade. Figures: `grades` (grade → rows), `mean` (of the scores).
    """

    use: Literal["score"] = "score"
    points: tuple[Line, ...] | None = None
    """What gives points: conditions, `points`, and where wanted a `group` and a `name`; left out:
    title, decision maker, budget, urgency, source, last contact and next step, 100 together."""
    caps: dict[str, float] | None = None
    """What the lines of a group may give at most; left out: none, or those of the usual points."""
    decay: Decay | None = Decay()
    """How points wear off: the date `since`, `every` step, what each step takes (`lose`) and what
    always stays (`least`); `null` for not at all."""
    grades: dict[str, float] = Field(default_factory=lambda: {"A": 60.0, "B": 30.0, "C": 0.0})
    """Grade → the points from which it is given."""
    tags: tuple[Tag, ...] | None = None
    """Words and their conditions; left out: 高意向, 需跟进 and 易流失."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS
    opt_in: ClassVar[bool] = True

    @field_validator("grades")
    @classmethod
    def _apart(cls, value: dict[str, float]) -> dict[str, float]:
        if not value or len(set(value.values())) < len(value):
            raise Invalid(
                "expected grades with different cut-offs, such as `{{A: 60, B: 30, C: 0}}`",
                "应为分数线互不相同的等级，例如 `{{A: 60, B: 30, C: 0}}`",
            )
        return value

    def reads(self) -> frozenset[str]:
        """Return the fields of the conditions and the dates from which points wear off."""
        conditions = [line.when for line in self._lines()] + [tag.when for tag in self._tags("zh")]
        wearing = {self.decay.since, "created"} if self.decay else set()
        named = frozenset().union(*map(fields_of, conditions), wearing)
        return (named | {"state", "duplicate_of"}) - _OWN

    def writes(self) -> frozenset[str]:
        """Return the columns of the score, and the grade that conditions may name."""
        return frozenset({"score", "score_grade", "grade", "tags"})

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Score all open rows; see `Rule.decide`."""
        rows = frame["state"].isin(["open", "on_hold"]) & frame["duplicate_of"].isna()
        given = points(self._lines(), self._caps(), self.decay, frame, ctx)
        score = pd.Series(given.score).where(rows)
        grade, least = self._graded(score)
        told = frame.assign(score=score, score_grade=grade)
        graded = decided(
            pd.Series(grade, dtype="str"),
            np.ones(len(frame), dtype=bool),
            np.where(least.notna(), GRADE.code, ""),
            score=given.fact("score"),
            grade=grade,
            least=least,
        )
        decisions = {
            "score": _scored(score, given),
            "score_grade": graded,
            "tags": self._tagged(told, ctx, rows),
        }
        if "grade" not in ctx.present:
            decisions["grade"] = graded
        counted = pd.Series(grade, dtype="str").value_counts()
        return Outcome(
            decisions,
            tuple(self._absent(ctx)),
            {
                "grades": {each: int(counted.get(each, 0)) for each in self._order()},
                "mean": float(score.mean()) if rows.any() else None,
            },
            until=min(
                [given.until]
                + [until(tag.when, told, ctx) for tag in self._tags(ctx.settings.language)]
            ),
        )

    @classmethod
    def details(cls, facts: Mapping[str, Any], language: Language) -> list[str]:
        """Show the points one by one."""
        return [f"{_label(label, language)} {worth:+g}" for label, worth in facts.get("points", ())]

    def _lines(self) -> tuple[Line, ...]:
        return defaults.POINTS if self.points is None else self.points

    def _caps(self) -> Mapping[str, float]:
        if self.caps is None:
            return defaults.CAPS if self.points is None else {}
        return self.caps

    def _tags(self, language: Language) -> tuple[Tag, ...]:
        return defaults.tags(self._order()[0], language) if self.tags is None else self.tags

    def _order(self) -> list[str]:
        """The grades, best first."""
        return sorted(self.grades, key=lambda grade: -self.grades[grade])

    def _graded(self, score: pd.Series[Any]) -> tuple[Objects, pd.Series[Any]]:
        """(rows) the grade, None below the last cut-off, and the points from which it is given."""
        grade = np.full(len(score), None, dtype=object)
        least = pd.Series(np.nan, index=score.index)
        for each in reversed(self._order()):
            reached = score >= self.grades[each]
            grade[reached], least[reached] = each, self.grades[each]
        return grade, least.map("{:g}".format, na_action="ignore")

    def _tagged(self, frame: pd.DataFrame, ctx: Context, rows: pd.Series[Any]) -> Decision:
        words = tagged(self._tags(ctx.settings.language), frame, ctx, rows.to_numpy())
        return decided(pd.Series(words, dtype="str"), np.ones(len(frame), dtype=bool))

    def _absent(self, ctx: Context) -> Iterator[Finding]:
        """Fields that the rules file gives points for and the sheet does not have."""
        named = dict.fromkeys(key for line in self.points or () for key in line.when)
        absent = tuple(key for key in named if key in FIELDS and key not in ctx.present)
        if absent:
            yield Finding("score", NO_COLUMN.code, "info", facts={"fields": absent})


def _scored(score: pd.Series[Any], given: Points) -> Decision:
    """The score of each row, with what it is made of."""
    known: Mask = score.notna().to_numpy()
    codes = np.array([_code(facts) for facts in given.facts], dtype=object)[given.index]
    return decided(
        score,
        np.ones(len(score), dtype=bool),
        np.where(known, codes, ""),
        score=given.fact("score"),
        parts=given.fact("parts"),
        points=given.fact("points"),
        lost=given.fact("lost"),
    )


def _code(facts: Mapping[str, Any]) -> str:
    if not facts["parts"]:
        return NOTHING.code
    return WORN.code if facts["lost"] else GIVEN.code


def _label(label: Any, language: Language) -> str:
    """What a line of the sum is for: a name or fields, `("", group)` for a cap, () for decay."""
    match tuple(label):
        case ():
            return DECAY[language]
        case ("", group):
            return CAP[language].format(group=group)
    named = [FIELDS[key].label(language) if key in FIELDS else key for key in label]
    return ("、" if language == "zh" else ", ").join(named)
