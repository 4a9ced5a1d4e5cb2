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
    resolved = frame
    decided: dict[str, list[Decided]] = {}
    findings: list[Finding] = []
    questions: list[Question] = []
    figures: dict[str, Mapping[str, Any]] = {}
    remembered: dict[str, Any] = dict(memory)
    keeping: dict[str, Mapping[str, pd.DataFrame]] = {}
    failed: dict[str, str] = {}
    until: pd.Timestamp | None = NEVER
    for rule in rules:
        if not rule.enabled:
            continue
        needs = sorted((rule.reads() | rule.writes()) & failed.keys())
        if needs:
            facts = {"stanza": rule.label, "field": needs[0], "failed": failed[needs[0]]}
            findings.append(Finding(rule.use, SKIPPED.code, "error", facts=facts))
            until = None
            failed.update(dict.fromkeys(rule.writes() - failed.keys(), rule.label))
            continue
        past = {"memory": memory.get(rule.label, {}), "kept": kept.get(rule.label, {})}
        try:
            outcome = _decide(rule, frame, replace(ctx, figures=figures, **past))
        except Exception as error:
            log.exception("rule %s failed", rule.label)
            facts = {"stanza": rule.label, "error": type(error).__name__}
            findings.append(Finding(rule.use, CRASHED.code, "error", facts=facts))
            until = None
            failed.update(dict.fromkeys(rule.writes(), rule.label))
            continue
        for key, decision in outcome.decisions.items():
            decided.setdefault(key, []).append(Decided(rule.label, rule.use, decision))
            frame = frame.assign(**{key: _merged(frame, key, decision)})
        findings.extend(outcome.findings)
        questions.extend(outcome.questions)
        figures[rule.use] = {**figures.get(rule.use, {}), **outcome.figures}
        remembered[rule.label] = outcome.memory
        if outcome.kept:
            keeping[rule.label] = outcome.kept
        until = None if until is None or outcome.until is None else min(until, outcome.until)
    return ChainResult(
        frame,
        replace(ctx, figures=figures),
        {key: tuple(made) for key, made in decided.items()},
        tuple(findings),
        figures,
        remembered,
        keeping,
        frozenset(failed),
        resolved,
        tuple(questions),
        until,
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
