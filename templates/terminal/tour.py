"""What each rule did in a run, with a row to look at: the last words of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from rules.rule import Rule
from sync.plan import Reasons
from sync.table import Rows
from templates.terminal.findings import lines
from templates.terminal.grids import facts
from templates.terminal.run import Report, header
from templates.terminal.words import joined, word


def tour(report: Report, rules: Sequence[Rule]) -> RenderableType:
    """Tell rule by rule what was decided, on which row to see it, and what else there is to know.

    Args:
        report: of the run.
        rules: the stanzas in order; one that neither decided nor found anything is left out.
    """
    body = facts()
    for rule in rules:
        decided = [*_decided(report, rule)]
        told = [*decided, *_found(report, rule, quiet=bool(decided))]
        if told:
            body.add_row(rule.label, Group(*map(Text, told)))
    title = Text(word("tour", report.language), style="bold")
    return Group(Text(), title, body, Text())


def _decided(report: Report, rule: Rule) -> Iterator[str]:
    """The columns that a rule filled, and why on one row."""
    columns, examples = list[str](), list[str]()
    for column, rows, reasons in _filled(report, rule):
        columns.append(f"{header(report, column)} {len(rows):,}")
        examples += _example(report, rows, reasons)
    if columns:
        yield joined(columns, report.language)
    yield from examples[:1]


def _filled(report: Report, rule: Rule) -> Iterator[tuple[str, Rows, Reasons]]:
    """Columns with the rows where a rule's word stands; of a team's column, where it is new."""
    layout = report.plan.layout
    owned = {column.key for column in layout.columns}
    for column, made in report.result.decided.items():
        for decision in (each.decision for each in made if each.stanza == rule.label):
            rows = np.flatnonzero(decision.mask & decision.values.notna().to_numpy())
            if len(rows) and column in owned:
                yield column, rows, decision.reasons.take(rows)
    for patch in report.plan.patches:
        if patch.column in layout.fillable and patch.rule in (rule.use, rule.label):
            yield patch.column, patch.rows, patch.reasons


def _example(report: Report, rows: Rows, reasons: Reasons) -> Iterator[str]:
    """The key of the first row with a reason, and the reason."""
    for place in np.flatnonzero(reasons.codes != "")[:1]:
        (why,) = reasons.take(np.array([place])).render(report.phrases, report.language)
        yield word("such_as", report.language, row=report.table.keys[rows[place]], why=why)


def _found(report: Report, rule: Rule, *, quiet: bool) -> Iterator[str]:
    """The gravest thing that a rule found; `quiet` leaves out the report's own warnings."""
    findings = [finding for finding in report.plan.findings if finding.rule == rule.use]
    for line in lines(findings, report.phrases, report.language)[:1]:
        if line.level == "info" or not quiet:
            yield line.sentence
