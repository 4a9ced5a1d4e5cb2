"""Two sets of rules over the same past, as people read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from sync.fields import FIELDS
from sync.say import Language, Reason, day
from templates.terminal.grids import grid
from templates.terminal.words import joined
from templates.words import Words

Pair = tuple[int, int]

TEXTS: dict[str, tuple[str, str]] = {
    "title": (
        "{count:,} moment from {first} to {last}|{count:,} moments from {first} to {last}",
        "{first} 至 {last}，共 {count:,} 个时点",
    ),
    "in_force": ("In force", "现行规则"),
    "changed": ("Changed", "新规则"),
    "difference": ("Difference", "差异"),
    "late_by_stage": ("Past their limit, by stage", "曾超时商机，按阶段"),
    "late_by_owner": ("Past their limit, by owner", "曾超时商机，按负责人"),
    "given": ("Given to", "分配给"),
    "load": ("Open at the end", "期末在手"),
    "findings": ("Findings at the end", "期末发现"),
    "all": ("All", "合计"),
    "nobody": ("(nobody)", "（无人负责）"),
    "blank": ("(none)", "（空）"),
    "same": ("no difference", "没有差异"),
    "limits": ("What the history cannot tell", "历史无法还原的内容"),
    "since": (
        (
            "The first run was on {since}: before it only the sheet's own dates are known, and "
            "rows deleted earlier are missing."
        ),
        "首次运行在 {since}：此前只能依据表中日期，之前删除的行无法还原。",
    ),
    "no_runs": (
        "No run was recorded: the past is told by the sheet's own dates alone.",
        "还没有运行记录：过去的状态只能依据表中日期还原。",
    ),
    "untold": (
        "Told as they are now, since the history does not track them: {fields}.",
        "历史未跟踪以下字段，一律按当前内容：{fields}。",
    ),
    "memory": (
        (
            "Rotation and pauses begin anew with the first moment; a suggested owner counts as "
            "accepted."
        ),
        "轮询与暂停从首个时点重新开始；建议的负责人视为已采纳。",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed rules would have done, beside what those in force would have.

    Every count is a pair: under the rules in force, under the changed ones.

    Attributes:
        moments: at which both decided, in order.
        late: opportunities that were past their limit at any moment.
        late_by_stage, late_by_owner: name → the same, by where and whose they were first.
        given: owner → opportunities that were given to them.
        load: owner → open opportunities at the last moment; "" is nobody.
        findings: code → rows at the last moment, where the two differ.
        since: the first run; what was before it is told by the sheet's own dates alone.
        untold: fields that either set of rules reads and the history does not track.
    """

    moments: tuple[pd.Timestamp, ...]
    late: Pair = (0, 0)
    late_by_stage: Mapping[str, Pair] = field(default_factory=dict)
    late_by_owner: Mapping[str, Pair] = field(default_factory=dict)
    given: Mapping[str, Pair] = field(default_factory=dict)
    load: Mapping[str, Pair] = field(default_factory=dict)
    findings: Mapping[str, Pair] = field(default_factory=dict)
    since: pd.Timestamp | None = None
    untold: tuple[str, ...] = ()


def render_replay(
    found: Comparison, phrases: Mapping[str, Reason], language: Language
) -> RenderableType:
    """Lay a comparison out.

    Args:
        found: the comparison.
        phrases: code → reason, for the findings.
        language: of the words.
    """
    words = Words(language, TEXTS)
    first, last = day(found.moments[0]), day(found.moments[-1])
    parts: list[RenderableType] = [
        Text(words("title", count=len(found.moments), first=first, last=last), style="bold")
    ]

    def code_name(code: str) -> str:
        return code if code not in phrases else _spoken(phrases[code], language)

    for title, pairs, blank, total in (
        ("late_by_stage", found.late_by_stage, "blank", found.late),
        ("late_by_owner", found.late_by_owner, "nobody", found.late),
        ("given", found.given, "nobody", _sum(found.given)),
        ("load", found.load, "nobody", _sum(found.load)),
        ("findings", found.findings, "blank", None),
    ):
        name = code_name if title == "findings" else _named(words, blank)
        parts += [Text(), _table(words(title), pairs, name, total, words)]
    parts += [Text(), Text(words("limits"), style="bold")]
    parts += [Text(sentence, style="dim") for sentence in _limits(found, words)]
    return Group(*parts)


def _named(words: Words, blank: str) -> Callable[[str], str]:
    return lambda name: name or words(blank)


def _sum(pairs: Mapping[str, Pair]) -> Pair:
    return sum(pair[0] for pair in pairs.values()), sum(pair[1] for pair in pairs.values())


def _table(
    title: str, pairs: Mapping[str, Pair], name: Callable[[str], str], total: Pair | None,
    words: Words,
) -> RenderableType:  # fmt: skip
    """Names with both counts and their difference, and the whole below."""
    if not pairs:
        return Text(f"{title}: {words('same') if total is None else '0'}")
    titles = [title, *(words(key) for key in ("in_force", "changed", "difference"))]
    made = grid(titles, numbers=titles[1:])
    for each, pair in pairs.items():
        made.add_row(name(each), *_counts(pair))
    if total is not None:
        made.add_row(words("all"), *_counts(total), style="bold")
    return made


def _counts(pair: Pair) -> tuple[str, str, str]:
    before, after = pair
    return f"{before:,}", f"{after:,}", f"{after - before:+,}" if after != before else "="


def _spoken(reason: Reason, language: Language) -> str:
    """The sentence of a finding with its facts left open."""
    return re.sub(r"\{[^}]*\}", "…", reason.zh if language == "zh" else reason.en)


def _limits(found: Comparison, words: Words) -> list[str]:
    told = [words("memory")]
    if found.untold:
        known = [FIELDS[key].label(words.language) for key in found.untold if key in FIELDS]
        names = [*known, *(key for key in found.untold if key not in FIELDS)]
        told.insert(0, words("untold", fields=joined(names, words.language)))
    if found.since is None:
        return [words("no_runs"), *told]
    if found.since > found.moments[0]:
        told.insert(0, words("since", since=day(found.since)))
    return told
