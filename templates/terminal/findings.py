"""Findings as a few lines: one a kind, the kinds that concern most rows first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sync.say import Language, Reason, say
from sync.table import Finding, Level

_RANK: dict[Level, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of finding.

    Attributes:
        level: of the kind.
        sentence: of the finding that concerns most rows.
        rows: number of distinct rows that the kind concerns.
        others: number of further findings of the same kind.
    """

    level: Level
    sentence: str
    rows: int
    others: int


def lines(
    findings: Iterable[Finding], phrases: Mapping[str, Reason], language: Language
) -> list[Line]:
    """Sum findings up per code.

    Args:
        findings: of a plan.
        phrases: code → reason.
        language: of the sentences.

    Returns:
        Errors first, then by number of rows.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    made = []
    for code, group in groups.items():
        largest = max(group, key=lambda finding: len(finding.rows))
        rows = len(np.unique(np.concatenate([finding.rows for finding in group])))
        sentence = say(phrases[code], largest.facts, language)
        made.append(Line(largest.level, sentence, rows, len(group) - 1))
    return sorted(made, key=lambda line: (_RANK[line.level], -line.rows))
