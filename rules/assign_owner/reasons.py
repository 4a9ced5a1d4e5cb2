"""What the assignment rule says, in both languages.

The sentences hold only facts that stay the same while nothing happens; loads and candidates are
spelled out on demand by `details`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sync.say import Language, Reason, say

Gate = Literal[
    "left",
    "leave",
    "off_duty",
    "max_open",
    "max_new",
    "skill",
    "region",
    "product",
    "industry",
    "declined",
    "cooldown",
]

DUPLICATE = Reason(
    "assign_owner.duplicate",
    "duplicate of {source}, so it goes to its owner {owner}",
    "与 {source} 重复，随其负责人 {owner}",
)
STICKY = Reason(
    "assign_owner.sticky",
    "{owner} already looks after this customer",
    "同一客户已由 {owner} 负责",
)
SUPERVISOR = Reason(
    "assign_owner.supervisor",
    "the supervisor chose {owner} on {source}",
    "主管于 {source} 指定 {owner}",
)
BACKUP = Reason(
    "assign_owner.backup",
    "{owner} stands in for {absent}, who is away or has left",
    "{absent} 请假或已离职，由备份负责人 {owner} 接手",
)
FIXED = Reason(
    "assign_owner.fixed",
    "line {line} names {owner}",
    "按分配规则「{line}」指定给 {owner}",
)
ROUND_ROBIN = Reason(
    "assign_owner.round_robin",
    "line {line}: {owner} is next in turn",
    "按分配规则「{line}」轮询，轮到 {owner}",
)
LEAST_LOADED = Reason(
    "assign_owner.least_loaded",
    "line {line}: {owner} has the lightest load",
    "按分配规则「{line}」，{owner} 负载最少",
)
WEIGHTED = Reason(
    "assign_owner.weighted",
    "line {line}: {owner} is next in turn by weight",
    "按分配规则「{line}」加权轮询，轮到 {owner}",
)
BEST_FIT = Reason(
    "assign_owner.best_fit",
    "line {line}: {owner} fits best",
    "按分配规则「{line}」，{owner} 最匹配",
)
NONE = Reason(
    "assign_owner.none",
    "no eligible owner under line {line}: {left} left, {leave} on leave, {full} at capacity, "
    "{unfit} not in charge of it",
    "「{line}」没有合格的负责人：离职 {left} 人，请假 {leave} 人，满额 {full} 人，"
    "不负责 {unfit} 人",
)
OFF_DUTY = Reason(
    "assign_owner.off_duty",
    "everybody in charge under line {line} is off duty; it is assigned when they are back at work",
    "「{line}」中可负责的人均不在工作时间；上班后再分配",
)
BACKUP_NAMED = Reason(
    "assign_owner.backup_named",
    "{backup} is the backup of {owner}",
    "{owner} 的备份负责人是 {backup}",
)
NO_LINE = Reason(
    "assign_owner.no_line",
    "no assignment line matches; add a last line without conditions",
    "没有匹配的分配规则；请在最后加一条不带条件的规则",
)

LINT_UNREACHABLE = Reason(
    "assign_owner.lint_unreachable",
    "line {line} can never match: line {earlier} takes all its rows",
    "分配规则「{line}」永远不会生效：「{earlier}」已包含它的所有行",
)
LINT_CATCH_ALL = Reason(
    "assign_owner.lint_catch_all",
    "the last line {line} has conditions: rows that match no line get no owner",
    "最后一条分配规则「{line}」带有条件：未匹配的行将没有负责人",
)
LINT_LEFT = Reason(
    "assign_owner.lint_left",
    "line {line} names {person}, who has left",
    "分配规则「{line}」仍指定已离职的 {person}",
)
LINT_BACKUP = Reason(
    "assign_owner.lint_backup",
    "the backup of {person} is {backup}, who has left",
    "{person} 的备份负责人 {backup} 已离职",
)
LINT_EMPTY = Reason(
    "assign_owner.lint_empty",
    "line {line} has nobody to choose from",
    "分配规则「{line}」没有可选的负责人",
)
LINT_FULL = Reason(
    "assign_owner.lint_full",
    "line {line}: nobody of its pool may be given anything, because their limits are 0",
    "分配规则「{line}」的候选人上限均为 0，无人可分配",
)
LINT_AWAY = Reason(
    "assign_owner.lint_away",
    "line {line}: everybody in its pool is on leave on {day:date}",
    "分配规则「{line}」的候选人在 {day:date} 全部请假",
)
LINT_UNCOVERED = Reason(
    "assign_owner.lint_uncovered",
    "line {line} takes {value}, which nobody in its pool covers",
    "分配规则「{line}」包含「{value}」，但候选人中无人负责",
)
BY_METHOD: Mapping[str, Reason] = {
    "fixed": FIXED,
    "round_robin": ROUND_ROBIN,
    "least_loaded": LEAST_LOADED,
    "weighted": WEIGHTED,
    "best_fit": BEST_FIT,
}
REASONS = (
    DUPLICATE, STICKY, SUPERVISOR, BACKUP, *BY_METHOD.values(), NONE, OFF_DUTY, NO_LINE,
    LINT_UNREACHABLE, LINT_CATCH_ALL, LINT_LEFT, LINT_BACKUP, LINT_EMPTY, LINT_FULL,
    LINT_AWAY, LINT_UNCOVERED, BACKUP_NAMED,
)  # fmt: skip

_CANDIDATES = Reason("candidates", "candidates: {who:list}", "候选人：{who:list}")
_REJECTED = Reason("rejected", "not {who}: {gate}", "未选 {who}：{gate}")
_SOURCE = Reason("source", "seen from {source}", "依据：{source}")
_LOAD = Reason("load", "{owner} had {load} open", "{owner} 此前在手 {load} 条")
_AMOUNT = Reason(
    "load_amount",
    "{owner} had {load_amount:money} open",
    "{owner} 此前在手金额 {load_amount:money}",
)
_GATE_WORDS: Mapping[str, tuple[str, str]] = {
    "left": ("has left", "已离职"),
    "leave": ("on leave", "请假"),
    "off_duty": ("off duty now", "不在工作时间"),
    "max_open": ("has as many open deals as allowed", "在手商机已满"),
    "max_new": ("has been given as many as allowed in this period", "本期新分配已满"),
    "skill": ("lacks the skill", "不具备所需技能"),
    "cooldown": ("had it until lately", "刚从其名下收回"),
    "region": ("not in charge of this region", "不负责该区域"),
    "product": ("not in charge of this product", "不负责该产品"),
    "declined": ("declined by the supervisor", "主管不采用"),
    "industry": ("not in charge of this industry", "不负责该行业"),
}


def details(facts: Mapping[str, Any], language: Language) -> list[str]:
    """Spell out what stands behind an assignment: candidates, loads, and every rejection.

    Args:
        facts: of a reason of this rule; tuples may have become lists on their way through JSON.
        language: `zh` or `en`.

    Returns:
        Short lines, in the order in which they explain the decision.
    """
    lines = []
    if facts.get("source"):
        lines.append(say(_SOURCE, facts, language))
    if facts.get("candidates"):
        lines.append(say(_CANDIDATES, {"who": facts["candidates"]}, language))
    lines.extend(say(load, facts, language) for load in (_LOAD, _AMOUNT) if load.code in facts)
    rejected: Iterable[tuple[str, str]] = facts.get("rejected") or ()
    for who, gate in rejected:
        english, chinese = _GATE_WORDS[gate]
        word = chinese if language == "zh" else english
        lines.append(say(_REJECTED, {"who": who, "gate": word}, language))
    return lines
