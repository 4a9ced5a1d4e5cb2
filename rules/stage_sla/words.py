"""What the SLA clocks say: levels, reasons, actions and findings, in both languages."""

from __future__ import annotations

from sync.say import Reason

LEVELS: dict[str, tuple[str, str]] = {
    "ok": ("OK", "正常"),
    "due_soon": ("Due soon", "即将超时"),
    "overdue": ("Overdue", "已超时"),
    "escalated": ("Escalated", "已升级"),
    "paused": ("Paused", "暂停"),
    "neglected": ("Neglected", "久未更新"),
}
"""Level → the word in the status column, English and Chinese."""

CLOCKED = ("ok", "due_soon", "overdue", "escalated", "neglected")

SOURCES: dict[str, tuple[str, str]] = {
    "earned": (" (as earned)", "（以实际达到为准）"),
    "column": ("", ""),
    "history": (" (as seen in the sheet)", "（据历次运行所见）"),
    "created": (" (creation date)", "（起算=创建日期）"),
    "first_seen": (" (first run)", "（起算=首次运行）"),
}
"""Where the start of a clock comes from → how the sentence says it."""

BETWEEN = {"zh": "；", "en": "; "}
"""What stands between two actions."""

_RESTED = (", pauses not counted", "，暂停时间不计")


def level_code(level: str, source: str, *, rested: bool) -> str:
    """Return the code of the sentence that explains a level."""
    return f"stage_sla.{level}.{source}{'.rested' if rested else ''}"


def _level_reason(level: str, source: str, *, rested: bool) -> Reason:
    (en, zh), (en_source, zh_source) = LEVELS[level], SOURCES[source]
    en_rest, zh_rest = _RESTED if rested else ("", "")
    return Reason(
        level_code(level, source, rested=rested),
        f"“{{stage}}” since {{since:date}}{en_source}, limit {{limit:span}}{en_rest}, "
        f"to move on by {{due:date}} ({en.lower()})",
        f"「{{stage}}」自 {{since:date}} 起{zh_source}，限 {{limit:span}}{zh_rest}，"
        f"应在 {{due:date}} 前推进（{zh}）",
    )


PAUSES = {
    "snooze": Reason(
        "stage_sla.paused.snooze",
        "no reminders until {until:date}, the clock stands still",
        "免催至 {until:date}，暂停计时",
    ),
    "snooze_because": Reason(
        "stage_sla.paused.snooze_because",
        "no reminders until {until:date} ({because}), the clock stands still",
        "免催至 {until:date}（{because}），暂停计时",
    ),
    "hold": Reason(
        "stage_sla.paused.hold", "on hold, the clock stands still", "已搁置，暂停计时"
    ),
    "stage": Reason(
        "stage_sla.paused.stage", "no clock runs in “{stage}”", "「{stage}」阶段不计时"
    ),
    "condition": Reason(
        "stage_sla.paused.condition",
        "a pause condition of the rules file holds, the clock stands still",
        "符合规则文件中的暂停条件，暂停计时",
    ),
}  # fmt: skip

UNKNOWN_YEAR = Reason(
    "stage_sla.unknown_year",
    "“{stage}” since {since:date}, limit {limit:span}: the due date needs the official holidays of "
    "{year}, which are not known yet",
    "「{stage}」自 {since:date} 起，限 {limit:span}："
    "截止日要用到 {year} 年的法定节假日安排，尚未公布，暂不计算",
)

# Further clocks: why they ask for something.
CLOSE_PASSED = Reason(
    "stage_sla.close_passed",
    "the expected close date {date:date} has passed",
    "预计成交日期 {date:date} 已过",
)
NEXT_STEP_PASSED = Reason(
    "stage_sla.next_step_passed",
    "the next step was planned for {date:date}",
    "下一步原定于 {date:date}，日期已过",
)
FOLLOW_UP = Reason(
    "stage_sla.follow_up",
    "last contact on {date:date}, longer ago than {limit:span}",
    "最近跟进为 {date:date}，已超过 {limit:span}",
)
UNASSIGNED = Reason(
    "stage_sla.unassigned",
    "no owner since {date:date}, longer than {limit:span}",
    "自 {date:date} 起无负责人，已超过 {limit:span}",
)
NO_RESPONSE = Reason(
    "stage_sla.no_response",
    "no contact since it came in on {date:date}, longer than {limit:span}",
    "{date:date} 录入后一直未联系客户，已超过 {limit:span}",
)
CALL_BACK = Reason(
    "stage_sla.call_back",
    "won on {date:date}; the call-back after {limit:span} is due",
    "{date:date} 赢单，成交后 {limit:span} 的回访已到期",
)
UNPAID = Reason(
    "stage_sla.unpaid",
    "won on {date:date} and not fully paid after {limit:span}",
    "{date:date} 赢单，超过 {limit:span} 仍未全额回款",
)
PAY_BY_PASSED = Reason(
    "stage_sla.pay_by_passed",
    "to be paid by {date:date}, and not fully paid",
    "约定 {date:date} 前回款，仍未全额到账",
)

ACTIONS = {
    "escalated": Reason(
        "stage_sla.do.escalated",
        "Ask {manager} to step in on “{stage}”",
        "请 {manager} 介入「{stage}」",
    ),
    "escalated_nobody": Reason(
        "stage_sla.do.escalated_nobody",
        "Ask the manager to step in on “{stage}”",
        "请主管介入「{stage}」",
    ),
    "overdue": Reason(
        "stage_sla.do.overdue",
        "Move “{stage}” on, or say why not",
        "推进「{stage}」，或说明原因",
    ),
    "due_soon": Reason("stage_sla.do.due_soon", "Move “{stage}” on soon", "尽快推进「{stage}」"),
    "neglected": Reason(
        "stage_sla.do.neglected", "Confirm that it is alive, or close it", "确认是否继续，否则关闭"
    ),
    "unassigned": Reason("stage_sla.do.unassigned", "Assign an owner", "指定负责人"),
    "close_passed": Reason(
        "stage_sla.do.close_passed", "Update the expected close date", "更新预计成交日期"
    ),
    "next_step_passed": Reason(
        "stage_sla.do.next_step_passed",
        "Do the next step and date a new one",
        "完成下一步并更新日期",
    ),
    "no_response": Reason(
        "stage_sla.do.no_response", "Contact the customer for the first time", "尽快首次联系客户"
    ),
    "follow_up": Reason("stage_sla.do.follow_up", "Contact the customer", "跟进客户"),
    "call_back": Reason("stage_sla.do.call_back", "Call the customer back", "回访客户"),
    "unpaid": Reason("stage_sla.do.unpaid", "Ask for the payment", "跟进回款"),
}  # fmt: skip

FOUND = {
    "escalated": Reason(
        "stage_sla.found.escalated",
        "escalated in “{stage}”: {count}",
        "「{stage}」有 {count} 条已升级",
    ),
    "overdue": Reason(
        "stage_sla.found.overdue",
        "overdue in “{stage}”: {count}",
        "「{stage}」有 {count} 条已超时",
    ),
    "due_soon": Reason(
        "stage_sla.found.due_soon",
        "due soon in “{stage}”: {count}",
        "「{stage}」有 {count} 条即将超时",
    ),
    "neglected": Reason(
        "stage_sla.found.neglected",
        "overdue by more than {limit:span}, to be confirmed or closed: {count}",
        "{count} 条商机超时已超过 {limit:span}，久未更新：请确认或关闭",
    ),
    "close_passed": Reason(
        "stage_sla.found.close_passed",
        "open opportunities whose expected close has passed: {count}",
        "{count} 条进行中商机的预计成交日期已过",
    ),
    "next_step_passed": Reason(
        "stage_sla.found.next_step_passed",
        "next steps past their date: {count}",
        "{count} 条商机的下一步日期已过",
    ),
    "follow_up": Reason(
        "stage_sla.found.follow_up",
        "no follow-up for more than {limit:span}: {count}",
        "{count} 条商机超过 {limit:span} 未跟进",
    ),
    "no_response": Reason(
        "stage_sla.found.no_response",
        "not contacted for more than {limit:span} since they came in: {count}",
        "{count} 条商机录入超过 {limit:span} 仍未首次联系",
    ),
    "call_back": Reason(
        "stage_sla.found.call_back",
        "won customers whose call-back after {limit:span} is due: {count}",
        "{count} 条赢单的 {limit:span} 回访已到期",
    ),
    "unpaid": Reason(
        "stage_sla.found.unpaid",
        "won deals that are not fully paid in time: {count}",
        "{count} 条赢单逾期未全额回款",
    ),
    "unassigned": Reason(
        "stage_sla.found.unassigned",
        "no owner for more than {limit:span}: {count}",
        "{count} 条商机超过 {limit:span} 无负责人",
    ),
    "no_limit": Reason(
        "stage_sla.found.no_limit",
        "“{stage}” has no limit; open opportunities without a clock: {count}",
        "「{stage}」未设时限：{count} 条进行中商机不计时",
    ),
    "unknown_year": Reason(
        "stage_sla.found.unknown_year",
        "due dates that need the official holidays of {year}, which are not known yet, and so were "
        "not computed: {count}",
        "{count} 条截止日要用到 {year} 年的法定节假日安排，尚未公布，未计算",
    ),
}  # fmt: skip

NO_LIMITS = Reason(
    "stage_sla.no_limits",
    "rule `{stanza}`: no stage has a `limit` and the rule has no `limits`, so no clock runs",
    "规则 `{stanza}`：各阶段都没有设置 `limit`，规则也没有 `limits`，不会计时",
)

REASONS = (
    *(
        _level_reason(level, source, rested=rested)
        for level in CLOCKED
        for source in SOURCES
        for rested in (False, True)
    ),
    *PAUSES.values(),
    UNKNOWN_YEAR, CLOSE_PASSED, NEXT_STEP_PASSED, FOLLOW_UP, UNASSIGNED, NO_RESPONSE,
    CALL_BACK, UNPAID, PAY_BY_PASSED,
    *ACTIONS.values(),
    *FOUND.values(),
    NO_LIMITS,
)  # fmt: skip
