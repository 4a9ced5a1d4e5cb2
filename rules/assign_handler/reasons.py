"""What the handler rule says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from sync.say import Reason

NAMED = Reason("assign_handler.named", "the sheet names {handler}", "表中已写明由 {handler} 处理")
OWNER = Reason(
    "assign_handler.owner",
    "“{stage}” is handled by the owner {handler}",
    "「{stage}」由负责人 {handler} 处理",
)
STANDS_IN = Reason(
    "assign_handler.stands_in",
    "“{stage}” is handled by {handler} while the owner {absent} is away or has left",
    "负责人 {absent} 请假或已离职，「{stage}」由 {handler} 处理",
)
NONE = Reason(
    "assign_handler.none",
    "“{stage}”: nobody under line {line} can handle it now",
    "「{stage}」：「{line}」中目前无人可处理",
)
HANDOVER = Reason(
    "assign_handler.handover",
    "handed over today at “{stage}”, {before} to {after}: {count}",
    "今日交接到「{stage}」：{before} → {after}，{count} 条",
)
LINT_ROLE = Reason(
    "assign_handler.lint_role",
    "stage “{stage}” wants the role {role}, which nobody in the team has",
    "阶段「{stage}」的责任角色「{role}」没有人担任",
)

_METHODS: Mapping[str, tuple[str, str]] = {
    "fixed": ("{handler} is named", "指定 {handler}"),
    "round_robin": ("{handler} is next in turn", "轮到 {handler}"),
    "least_loaded": ("{handler} has the lightest load", "{handler} 负载最少"),
    "weighted": ("{handler} is next in turn by weight", "加权轮到 {handler}"),
    "best_fit": ("{handler} fits best", "{handler} 最匹配"),
    "backup": ("{handler} stands in for {absent}", "{handler} 代替 {absent}"),
}
BY_METHOD: Mapping[str, Reason] = {
    name: Reason(
        f"assign_handler.{name}",
        f"“{{stage}}” by line {{line}}: {en}",
        f"「{{stage}}」按「{{line}}」：{zh}",
    )
    for name, (en, zh) in _METHODS.items()
}
REASONS = (NAMED, OWNER, STANDS_IN, *BY_METHOD.values(), NONE, HANDOVER, LINT_ROLE)
