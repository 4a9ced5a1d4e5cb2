"""The key of each row: which column is the id, and which rows cannot be told apart by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from sync.say import Reason
from sync.table import Finding, Mask, Objects

REPEATED = Reason(
    "reading.repeated_key",
    "{count} rows share their id in column “{header}” with another row, for example “{text}”; "
    "nothing is written to them until each has its own",
    "“{header}”列有 {count} 行与其他行编号相同，例如“{text}”；在编号唯一之前不会写入这些行",
)
BLANK = Reason(
    "reading.blank_key",
    "no id in column “{header}”: {count} row(s), to which nothing is written",
    "“{header}”列有 {count} 行没有编号，不会写入这些行",
)
FORMULA = Reason(
    "reading.formula_key",
    "column “{header}” is computed by a formula, so its numbers move with the rows; it is not used "
    "as id",
    "“{header}”列由公式算出，行一移动编号就变，因此不作为编号使用",
)
UNFIT = Reason(
    "reading.unfit_key",
    "column “{header}” repeats or lacks its value in {share:percent} of the rows; it is not used "
    "as id",
    "“{header}”列有 {share:percent} 的行重复或缺少编号，因此不作为编号使用",
)
REASONS = (REPEATED, BLANK, FORMULA, UNFIT)

_FIT = 0.5  # share of rows that a column must tell apart to be an id
_NEARLY = 0.9  # a real id column with a few copied rows is better than a running number


class Candidate(NamedTuple):
    """A column that may be the id.

    Attributes:
        header: its text.
        texts: (rows) its values as text, "" where blank.
        weak: whether it is one only for want of a better (`序号`, `No.`).
        formula: whether any of its cells is a formula.
        sure: whether the rules file names it, or it is our own.
    """

    header: str
    texts: Objects
    weak: bool = False
    formula: bool = False
    sure: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """The keys of a table.

    Attributes:
        texts: (rows) key of each row, "" where blank.
        writable: (rows) whether the key is present and unique.
        chosen: index of the candidate that they come from, None where there is no usable one.
        findings: what is wrong with them.
    """

    texts: Objects
    writable: Mask
    chosen: int | None
    findings: tuple[Finding, ...]


def choose(candidates: Sequence[Candidate], rows: int) -> Keys:
    """Choose the id column.

    A column named in the rules file, or our own, is taken as it is, unless it is a formula. Of the
    others the first one wins whose values are all present and unique; a real id column with a few
    repeats still goes before a running number.

    Args:
        candidates: possible id columns, the likeliest first.
        rows: number of rows.

    Returns:
        Keys of all rows, blank where no candidate is fit.
    """
    findings = [_about(FORMULA, header=c.header) for c in candidates if c.formula and c.texts.any()]
    alone = [_single(c.texts) for c in candidates]
    shares = [float(single.mean()) if rows else 1.0 for single in alone]
    usable = [at for at, c in enumerate(candidates) if not c.formula]
    chosen = next((at for at in usable if candidates[at].sure), None)
    if chosen is None:
        fit = [at for at in usable if shares[at] >= (1.0 if candidates[at].weak else _FIT)]
        ranked = sorted(fit, key=lambda at: _rank(candidates[at], shares[at]))
        chosen = ranked[0] if ranked else None
        if chosen is None:
            # a running number that repeats is nothing to tell; a column called id is
            findings.extend(
                _about(UNFIT, header=candidates[at].header, share=1 - shares[at])
                for at in usable
                if not candidates[at].weak and candidates[at].texts.any()
            )
    if chosen is None:
        return Keys(
            np.full(rows, "", dtype=object), np.zeros(rows, dtype=bool), None, tuple(findings)
        )
    taken = candidates[chosen]
    doubts = _doubtful(taken, alone[chosen])
    return Keys(taken.texts, alone[chosen], chosen, (*findings, *doubts))


def _rank(candidate: Candidate, share: float) -> int:
    if not candidate.weak:
        return 0 if share == 1 else 1 if share >= _NEARLY else 3
    return 2


def _about(reason: Reason, **facts: object) -> Finding:
    return Finding("reading", reason.code, "warning", facts=facts, field="id")


def _single(texts: Objects) -> Mask:
    """(rows) whether a key is present and stands in this row only."""
    repeated = pd.Series(texts, dtype=object).duplicated(keep=False).to_numpy()
    return np.asarray((texts != "") & ~repeated, dtype=bool)


def _doubtful(candidate: Candidate, alone: Mask) -> list[Finding]:
    """What is to be said of rows without a key, and of those whose key is not theirs alone."""
    texts, findings = candidate.texts, []
    blank = np.flatnonzero(texts == "")
    if len(blank):
        facts = {"header": candidate.header, "count": len(blank)}
        findings.append(Finding("reading", BLANK.code, "warning", blank, facts, "id"))
    again = np.flatnonzero((texts != "") & ~alone)
    if len(again):
        facts = {"header": candidate.header, "count": len(again), "text": texts[again[0]]}
        findings.append(Finding("reading", REPEATED.code, "warning", again, facts, "id"))
    return findings
