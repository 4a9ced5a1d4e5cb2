"""Findings as a few lines: one a kind, the kinds that concern most rows first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from rich.console import Group
from rich.text import Text

from sync.say import Language, Reason, say
from sync.table import Finding, Level
from templates.terminal.words import aside, word

SHOWN = 8
_RANK: dict[Level, int] = {"error": 0, "warning": 1, "info": 2}
_STYLE: dict[Level, str] = {"error": "bold red", "warning": "yellow", "info": "dim"}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of finding.

    Attributes:
        level: of the kind.
        sentence: of the finding that concerns most rows.
        rows: number of distinct rows that the kind concerns; 0 where the sentence says it.
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
    made = [_line(phrases[code], group, language) for code, group in groups.items()]
    made.sort(key=lambda item: (_RANK[item[1].level], -item[0]))
    return [line for _, line in made]


def _line(reason: Reason, group: list[Finding], language: Language) -> tuple[int, Line]:
    """The number of rows that a kind concerns, and its line."""
    largest = max(group, key=lambda finding: len(finding.rows))
    rows = len(np.unique(np.concatenate([finding.rows for finding in group])))
    counted = len(group) == 1 and "{count}" in reason.en and largest.facts.get("count") == rows
    sentence = say(reason, largest.facts, language)
    return rows, Line(largest.level, sentence, 0 if counted else rows, len(group) - 1)


def told(
    findings: Iterable[Finding], phrases: Mapping[str, Reason], language: Language, nothing: str
) -> Group:
    """Lay findings out, a line a kind.

    Args:
        findings: of a plan.
        phrases: code → reason.
        language: of the sentences.
        nothing: said where there is none.
    """
    found = lines(findings, phrases, language)
    if not found:
        return Group(Text(nothing))
    made = [_told(line, language) for line in found[:SHOWN]]
    if len(found) > SHOWN:
        made.append(Text(f"… {word('more', language, n=len(found) - SHOWN)}", style="dim"))
    return Group(*made)


def _told(line: Line, language: Language) -> Text:
    extent = [word("rows", language, n=f"{line.rows:,}")] if line.rows > 1 else []
    if line.others:
        extent.append(word("alike", language, n=line.others))
    text = Text(line.sentence, style=_STYLE[line.level])
    return text.append(aside(extent, language), style="dim")
