"""Make the plan: run the rules over a table and compare what they want with what stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from jobs import identity, repeats, review, tab_reasons, threeway
from jobs.coded import Coded
from jobs.history import changes
from jobs.history.known import Known as Known  # who makes a plan brings it
from rules import chain
from rules.past import Past
from rules.questions import Question, still_open
from rules.resolve import resolve
from rules.rule import Context, Rule, catalogue
from rules.settings import Settings
from rules.spellings import respelled, spelled
from sync.excel.owner_file import OwnerFile
from sync.plan import Layout, Patch, Plan, Reasons
from sync.reading import REASONS as READING
from sync.say import Language, Reason
from sync.table import Finding, Table

# The decided columns whose reasons make up the sentence in the `why` column, in reading order.
WHY = ("status", "earned_stage", "risk", "duplicate_of", "suggested_owner")
REASONS = (
    *identity.REASONS, *repeats.REASONS, *threeway.REASONS, *review.REASONS, *tab_reasons.REASONS,
    *chain.REASONS,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A plan and everything that was learned on the way to it.

    Attributes:
        plan: what would be written.
        table: as read, with ids given.
        result: what the rules said.
        decided: (keys × owned columns) what we decided, for the next three-way comparison.
        reasons: (column) → reasons of the latest decisions, aligned with the table.
        known: what the history knew before; the supervisor's answers include the new ones.
        happened: (events × key, field, before, after, source) what people did since the last run.
        questions: those that are open.
        files: the people's own workbooks as they should stand.
    """

    plan: Plan
    table: Table
    result: chain.ChainResult
    decided: pd.DataFrame
    reasons: Mapping[str, Reasons]
    known: Known
    happened: pd.DataFrame
    questions: tuple[Question, ...]
    files: tuple[OwnerFile, ...] = ()


def make_plan(
    table: Table,
    rules: Sequence[Rule],
    settings: Settings,
    layout: Layout,
    known: Known,
    now: pd.Timestamp,
) -> Prepared:
    """Decide everything and compare it with what stands in the cells; nothing is written.

    Args:
        table: as read.
        rules: stanzas in order.
        settings: the team.
        layout: our columns; decisions on columns outside it and outside `fillable` are not written.
        known: what the history knows.
        now: the moment, naive local time.

    Returns:
        The plan (without generated tabs) and what it came from.
    """
    headers = {owned.key: owned.header for owned in layout.columns}
    table, ids = identity.give_ids(table, known.snapshot, headers.get("id", ""))
    table, kept = repeats.settle(table, known.snapshot, known.past.answers)
    asking = any(tab.answered for tab in layout.tabs)
    decide = partial(_decide, rules=rules, settings=settings, now=now, asking=asking)
    result, happened = decide(table, known)
    heard, answered = _heard(table, result, known, now)
    if heard is not known:
        known = heard
        table, kept = repeats.settle(table, known.snapshot, known.past.answers)
        result, happened = decide(table, known)
    wanted = _wanted(result, layout, table, settings.language)
    fills = [
        patch
        for column in layout.fillable
        if column in wanted and column in table.columns
        for patch in threeway.fill(column, wanted[column], table)
    ]
    if fills:
        # everything else is decided on the table as this run leaves it, so that the next run,
        # which reads it so, has nothing to add
        left = _filled(table, fills)
        again, _ = decide(left, _settled(known, result, fills, now))
        result = replace(again, resolved=result.resolved, memory=result.memory)
        given = {patch.column: wanted[patch.column] for patch in fills}
        wanted = {**_wanted(result, layout, left, settings.language), **given}
    ours = _compare(wanted, layout, table, known.decided)
    keyed = [patch for patch in (ids, kept) if patch is not None]
    patches = (*keyed, *ours.patches, *fills)
    plan = Plan(
        based_on=table.version,
        now=now,
        layout=layout,
        patches=tuple(patch for patch in patches if len(patch)),
        findings=(*table.findings, *result.findings, *ours.findings, *answered),
        keys=table.keys,
        memory=result.memory,
    )
    reasons = {column: want.reasons for column, want in wanted.items() if column != "why"}
    decided = ours.decided[table.writable]
    questions = still_open(_asked(table, result, known), known.past.answers) if asking else ()
    return Prepared(plan, table, result, decided, reasons, known, happened, questions)


@dataclass(frozen=True, slots=True, eq=False)
class _Ours:
    """Our columns after the comparison: what changes, what was decided, what was noticed."""

    patches: tuple[Patch, ...]
    decided: pd.DataFrame
    findings: tuple[Finding, ...]


def _compare(
    wanted: Mapping[str, threeway.Wanted], layout: Layout, table: Table, decided: pd.DataFrame
) -> _Ours:
    """Compare our columns three ways."""
    at = decided.index.get_indexer(pd.Index(table.keys, dtype=object))
    seen = at >= 0
    before = {
        str(column): Coded.of(pd.Series(decided[column].array.take(at, allow_fill=True)))
        for column in decided.columns
    }
    ours = {c: last for c, last in before.items() if c in table.cells.columns and c in wanted}
    columns = {*ours, *(owned.key for owned in layout.columns)}
    stands = {column: threeway.standing(table, column) for column in columns}
    moved = threeway.left_behind(stands, ours, seen)
    patches: list[Patch] = []
    findings: list[Finding] = []
    made: dict[str, Coded] = {}
    if moved.any():
        rows = np.flatnonzero(moved)
        code = threeway.MOVED.code
        findings.append(Finding("threeway", code, "warning", rows, {"count": len(rows)}))
    for owned in layout.columns:
        last = before.get(owned.key) or Coded.blank(len(table))
        if owned.key not in wanted:
            made[owned.key] = last
            continue
        known = threeway.Before(stands[owned.key], last, seen & ~moved)
        compared = threeway.compare(owned.key, wanted[owned.key], table, known)
        patches.extend(compared.patches)
        made[owned.key] = compared.decided
        if len(compared.kept):
            facts = {"column": owned.header, "count": len(compared.kept)}
            code = threeway.KEPT.code
            findings.append(Finding("threeway", code, "info", compared.kept, facts, owned.key))
    # what was decided for a column whose rule is switched off is still no person's word
    made |= {column: last for column, last in before.items() if column not in made}
    index = pd.Index(table.keys, dtype=object)
    cells = {column: decision.column().array for column, decision in made.items()}
    return _Ours(tuple(patches), pd.DataFrame(cells, index=index), tuple(findings))


def phrases() -> Mapping[str, Reason]:
    """Return every reason that a plan can hold, by code."""
    return {**catalogue(), **{reason.code: reason for reason in (*REASONS, *READING)}}


def _heard(
    table: Table, result: chain.ChainResult, known: Known, now: pd.Timestamp
) -> tuple[Known, tuple[Finding, ...]]:
    """Return what is known with the answers to what the rules ask, and what is to be told."""
    if not (known.typed["answer"] != "").any():
        return known, ()
    answers, told = review.read(known.typed, _asked(table, result, known), known.past.answers, now)
    if answers is known.past.answers:
        return known, told
    return replace(known, past=replace(known.past, answers=answers)), told


def _asked(table: Table, result: chain.ChainResult, known: Known) -> tuple[Question, ...]:
    return (*result.questions, *repeats.repeated_ids(table, known.snapshot))


def _decide(
    table: Table,
    known: Known,
    *,
    rules: Sequence[Rule],
    settings: Settings,
    now: pd.Timestamp,
    asking: bool,
) -> tuple[chain.ChainResult, pd.DataFrame]:
    """Run the rules; return what they said, and what people did since the last run."""
    settings = spelled(settings, known.past.answers)
    frame = resolve(table.frame, settings).assign(key=pd.array(table.keys, dtype="str"))
    archive = resolve(table.archive, settings) if len(table.archive.columns) else table.archive
    happened = changes.nothing()
    if known.last_run is not None:
        before = respelled(known.snapshot, known.past.answers)
        happened = changes.compare(before, changes.as_read(frame, table))
    ctx = Context(
        now=now,
        settings=settings,
        present=frozenset(table.frame.columns),
        past=_past(known, table, happened, now),
        archive=archive,
        asking=asking,
    )
    return chain.run(rules, frame, ctx, known.memory, known.kept), happened


def _past(known: Known, table: Table, happened: pd.DataFrame, now: pd.Timestamp) -> Past:
    """The past up to this moment: what people did since the last run belongs to it."""
    if known.last_run is None:
        return known.past
    past = replace(known.past, gone=changes.gone(known.snapshot, table.keys, now))
    if not len(happened):
        return past
    return past.with_events(happened.assign(since=min(known.last_run, now), until=now))


def _settled(
    known: Known, result: chain.ChainResult, fills: Sequence[Patch], now: pd.Timestamp
) -> Known:
    """What is known as this run leaves it: whom it gave what, and what its rules remember."""
    past = known.past
    parts = [past.assignments]
    for patch in fills:
        if patch.column == "owner":
            given = {"key": patch.keys, "owner": patch.after, "at": now, "rule": patch.rule}
            parts.append(pd.DataFrame(given).astype(past.assignments.dtypes.to_dict()))
    past = replace(past, assignments=pd.concat(parts, ignore_index=True))
    return replace(known, past=past, memory=result.memory, kept=result.kept)


def _filled(table: Table, fills: Sequence[Patch]) -> Table:
    """The table with its team cells as they will stand after the run."""
    frame, cells = table.frame.copy(), table.cells.copy()
    for patch in fills:
        values = frame[patch.column].astype(object).to_numpy(copy=True)
        values[patch.rows] = patch.after
        frame[patch.column] = pd.array(values, dtype="str").astype("category")
        cells.loc[patch.rows, patch.column] = patch.after
    return replace(table, frame=frame, cells=cells)


def _wanted(
    result: chain.ChainResult, layout: Layout, table: Table, language: Language
) -> dict[str, threeway.Wanted]:
    """Column → what the rules want; columns without a trustworthy decision are left out."""
    wanted = {
        column: threeway.combine(made)
        for column, made in result.decided.items()
        if column not in result.failed
    }
    _suggest_where_taken(wanted, table)
    if "why" in {owned.key for owned in layout.columns} and not result.failed.intersection(WHY):
        parts = [wanted[column] for column in WHY if column in wanted]
        if parts:
            wanted["why"] = _why(parts, language)
    return wanted


def _suggest_where_taken(wanted: dict[str, threeway.Wanted], table: Table) -> None:
    """Turn an owner into a suggestion where it cannot be filled in.

    What stands in a cell (公海) is replaced only where a rule was told to, and of several tables
    one may have no owners.
    """
    owner, suggested = wanted.get("owner"), wanted.get("suggested_owner")
    if owner is None:
        return
    taken = owner.mask & threeway.standing(table, "owner").known
    if owner.replaces is not None:
        taken &= ~owner.replaces
    if "owner" in table.columns:
        taken |= owner.mask & ~threeway.has_column(table, "owner")
    others = Coded.blank(len(table)) if suggested is None else suggested.values
    values = owner.values.where(taken, others)
    everywhere = np.ones(len(table), dtype=bool)
    why = owner if suggested is None else suggested
    wanted["suggested_owner"] = threeway.Wanted(values, everywhere, why.reasons, why.rules)
    # the reason stands once in the `why` sentence
    silent = Reasons(np.where(taken, "", owner.reasons.codes), owner.reasons.facts)
    wanted["owner"] = replace(owner, mask=owner.mask & ~taken, reasons=silent)


def _why(parts: Sequence[threeway.Wanted], language: Language) -> threeway.Wanted:
    """Join the sentences of several columns; the sentence is its own reason."""
    known = phrases()
    rows = len(parts[0].mask)
    sentence = np.full(rows, "", dtype=object)
    rules = np.full(rows, "", dtype=object)
    mask = np.zeros(rows, dtype=bool)
    joint = ";" if language == "zh" else "; "
    for part in parts:
        words = np.where(part.mask, part.reasons.render(known, language), "")
        both = (sentence != "") & (words != "")
        sentence = sentence + np.where(both, joint, "") + words
        rules = np.where((rules == "") & (words != ""), part.rules, rules)
        mask |= part.mask
    rules = np.where(rules == "", next(iter(parts)).rules, rules)
    rules = np.where(rules == "", "why", rules)
    return threeway.Wanted(Coded.of(sentence), mask, Reasons.blank(rows), rules)
