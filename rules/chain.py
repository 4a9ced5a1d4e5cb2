"""Run the rules in order, each seeing the decisions of those before it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from rules.moments import NEVER
from rules.questions import Question
from rules.rule import Context, Decision, Outcome, Rule
from sync.say import Reason
from sync.table import Finding, column

log = logging.getLogger(__name__)
# Logged around each rule with its label; whoever asks how long a rule takes listens to these.
BEGINS, DONE = "rule %s begins", "rule %s is done"

CRASHED = Reason(
    "chain.crashed",
    "rule `{stanza}` failed and was left out ({error}); the log has the details",
    "规则 `{stanza}` 出错，本次未执行（{error}）；详情见日志",
)
SKIPPED = Reason(
    "chain.skipped",
    "rule `{stanza}` was left out because it needs `{field}` from rule `{failed}`",
    "规则 `{stanza}` 未执行：它需要规则 `{failed}` 的 `{field}`",
)
REASONS = (CRASHED, SKIPPED)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided column and the stanza that decided it."""

    stanza: str
    rule: str
    decision: Decision


@dataclass(frozen=True, slots=True, eq=False)
class ChainResult:
    """What all rules said together.

    Attributes:
        frame: (rows × columns) the resolved table with every decision applied.
        ctx: what the rules knew besides the table, their figures included.
        decided: column → decisions in the order in which they were made.
        findings: of all rules, crashes included.
        figures: rule → its figures.
        memory: stanza label → what it wants to remember.
        kept: stanza label → name → frame that it wants to keep.
        failed: columns that no trustworthy decision exists for; their cells are left alone.
        resolved: (rows × columns) the table as it was before any decision.
        questions: what a supervisor may decide, answered or not.
        until: the earliest `Outcome.until`, None where a rule has none, or has failed.
    """

    frame: pd.DataFrame
    ctx: Context
    decided: Mapping[str, tuple[Decided, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    resolved: pd.DataFrame = field(default_factory=pd.DataFrame)
    questions: tuple[Question, ...] = ()
    until: pd.Timestamp | None = None


def run(
    rules: Sequence[Rule],
    frame: pd.DataFrame,
    ctx: Context,
    memory: Mapping[str, Any],
    kept: Mapping[str, Mapping[str, pd.DataFrame]] = MappingProxyType({}),
) -> ChainResult:
    """Run the rules over a resolved table.

    A rule that crashes becomes a finding; rules that write or read its columns are skipped, the
    others run.

    Args:
        rules: stanzas in order; disabled ones are passed over.
        frame: (rows × columns) resolved, with `key`.
        ctx: the context; each rule gets it with its own memory and its own kept frames.
        memory: stanza label → what it remembered at the last run.
        kept: stanza label → name → frame that it kept at the last run.

    Returns:
        Everything that was decided, found and counted.
    """
    course = _Course(frame, dict(memory))
    for rule in rules:
        if not rule.enabled:
            continue
        if needs := sorted((rule.reads() | rule.writes()) & course.failed.keys()):
            facts = {"field": needs[0], "failed": course.failed[needs[0]]}
            course.leave_out(rule, SKIPPED, facts)
            continue
        past = {"memory": memory.get(rule.label, {}), "kept": kept.get(rule.label, {})}
        log.debug(BEGINS, rule.label)
        try:
            outcome = _decide(rule, course.frame, replace(ctx, figures=course.figures, **past))
        except Exception as error:
            log.exception("rule %s failed", rule.label)
            course.leave_out(rule, CRASHED, {"error": type(error).__name__})
            continue
        course.take(rule, outcome)
        log.debug(DONE, rule.label)
    return course.result(frame, ctx)


@dataclass(slots=True)
class _Course:
    """What stands after each rule: the table with the decisions so far, and all that was said."""

    frame: pd.DataFrame
    memory: dict[str, Any]
    decided: dict[str, list[Decided]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    figures: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    kept: dict[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    until: pd.Timestamp | None = NEVER

    def leave_out(self, rule: Rule, why: Reason, facts: Mapping[str, Any]) -> None:
        """Tell that a rule did not run; what it writes can be trusted by nobody."""
        told = {"stanza": rule.label, **facts}
        self.findings.append(Finding(rule.use, why.code, "error", facts=told))
        self.failed = dict.fromkeys(rule.writes(), rule.label) | self.failed
        self.until = None

    def take(self, rule: Rule, outcome: Outcome) -> None:
        """Apply what a rule decided; later rules see it."""
        for key, decision in outcome.decisions.items():
            self.decided.setdefault(key, []).append(Decided(rule.label, rule.use, decision))
            self.frame = self.frame.assign(**{key: _merged(self.frame, key, decision)})
        self.findings.extend(outcome.findings)
        self.questions.extend(outcome.questions)
        self.figures = {
            **self.figures,
            rule.use: {**self.figures.get(rule.use, {}), **outcome.figures},
        }
        self.memory[rule.label] = outcome.memory
        if outcome.kept:
            self.kept[rule.label] = outcome.kept
        until, later = self.until, outcome.until
        self.until = None if until is None or later is None else min(until, later)

    def result(self, resolved: pd.DataFrame, ctx: Context) -> ChainResult:
        """Return what all rules said together."""
        return ChainResult(
            self.frame,
            replace(ctx, figures=self.figures),
            {key: tuple(made) for key, made in self.decided.items()},
            tuple(self.findings),
            self.figures,
            self.memory,
            self.kept,
            frozenset(self.failed),
            resolved,
            tuple(self.questions),
            self.until,
        )


def _decide(rule: Rule, frame: pd.DataFrame, ctx: Context) -> Outcome:
    """Show a rule its declared columns only, and hold it to the ones that it may write."""
    seen = pd.DataFrame(
        {key: column(frame, key) for key in ("key", *sorted(rule.reads()))}, index=frame.index
    )
    outcome = rule.decide(seen, ctx)
    undeclared = outcome.decisions.keys() - rule.writes()
    if undeclared:
        raise PermissionError(f"{rule.use} decided {sorted(undeclared)} without declaring it")
    return outcome


def _merged(frame: pd.DataFrame, key: str, decision: Decision) -> pd.Series[Any]:
    """The column with the decided rows replaced, in the decision's dtype where it is new."""
    if key not in frame.columns:
        return decision.values.where(decision.mask)
    before, after = frame[key], decision.values
    if isinstance(before.dtype, pd.CategoricalDtype) or isinstance(
        after.dtype, pd.CategoricalDtype
    ):
        merged = np.where(decision.mask, after.astype("object"), before.astype("object"))
        return pd.Series(pd.array(merged, dtype="str"), index=frame.index).astype("category")
    return after.where(decision.mask, before)
