"""What the quality rule says, in both languages."""

from __future__ import annotations

from sync.say import Reason

MISSING = Reason(
    "quality.missing",
    "open opportunities without {fields:fields}: {count}",
    "{count} 条进行中商机漏填「{fields:fields}」",
)
NO_COLUMN = Reason(
    "quality.missing_column",
    "the sheet has no column for {fields:fields}, which the rules file requires",
    "表中没有「{fields:fields}」列，而规则文件要求填写",
)
UNKNOWN = {
    key: (
        Reason(
            f"quality.unknown_{key}",
            f"{en} “{{word}}” is not in the rules file (rows: {{count}})",
            f"{zh}「{{word}}」不在规则文件中（{{count}} 行）",
        ),
        Reason(
            f"quality.unknown_{key}_guess",
            f"{en} “{{word}}” is not in the rules file (rows: {{count}}); did you mean "
            "“{guess}”?",
            f"{zh}「{{word}}」不在规则文件中（{{count}} 行）；是否为「{{guess}}」？",
        ),
    )
    for key, en, zh in (
        ("stage", "stage", "阶段"),
        ("outcome", "outcome", "结果"),
        ("owner", "owner", "负责人"),
    )
}
SLIP = Reason(
    "quality.odd_spelling",
    "{fields:fields} “{word}” (rows: {count}) looks like “{guess}” (rows: {often}): the same?",
    "「{fields:fields}」中的「{word}」（{count} 行）是否就是「{guess}」（{often} 行）？",
)
NO_CLOSING_DATE = Reason(
    "quality.missing_closed",
    "closed opportunities without a closing date: {count}",
    "{count} 条已关闭商机没有成交/关闭日期",
)
NO_LOSS_REASON = Reason(
    "quality.missing_loss_reason",
    "lost opportunities without a reason: {count}",
    "{count} 条丢单没有写原因",
)
FUTURE = Reason(
    "quality.future",
    "{fields:fields} in the future: {count}",
    "{count} 行的「{fields:fields}」在未来",
)
DISORDER = Reason(
    "quality.closed_before_created",
    "closed before they were created: {count}",
    "{count} 条商机的关闭日期早于创建日期",
)
EXPECTED_BEFORE = Reason(
    "quality.expected_before_created",
    "open opportunities expected to close before they were created: {count}",
    "{count} 条进行中商机的预计成交日期早于创建日期",
)
LONE = Reason(
    "quality.lone_date",
    "{fields:fields} three years or more from all others: {count}",
    "{count} 行的「{fields:fields}」与其他行相差三年以上",
)
IMPLAUSIBLE = Reason(
    "quality.implausible_date",
    "{fields:fields} before 2000 or more than ten years ahead: {count}",
    "{count} 行的「{fields:fields}」早于 2000 年或晚于十年之后",
)
NOT_POSITIVE = Reason(
    "quality.amount_not_positive",
    "open opportunities with an amount of zero or less: {count}",
    "{count} 条进行中商机的金额为零或负数",
)
TOO_HIGH = Reason(
    "quality.amount_high",
    "amounts far above the others, which end at {bound:money} (wrong unit?): {count}",
    "{count} 个金额远高于其他（其余最高为 {bound:money}）：单位是否填错？",
)
TOO_LOW = Reason(
    "quality.amount_low",
    "amounts far below the others, which begin at {bound:money} (wrong unit?): {count}",
    "{count} 个金额远低于其他（其余最低为 {bound:money}）：单位是否填错？",
)
TIMES_HIGH = Reason(
    "quality.amount_times_high",
    "amounts about {factor} times the usual {usual:money} (typed in another unit?): {count}",
    "{count} 个金额约为通常（{usual:money}）的 {factor} 倍：单位是否填错（如元与万元）？",
)
TIMES_LOW = Reason(
    "quality.amount_times_low",
    "amounts about {factor} times below the usual {usual:money} (typed in another unit?): {count}",
    "{count} 个金额约为通常（{usual:money}）的 1/{factor}：单位是否填错（如元与万元）？",
)
ZOMBIE = Reason(
    "quality.zombie",
    "open opportunities without a change for more than {limit:span}: {count}",
    "{count} 条进行中商机超过 {limit:span} 没有动静（僵尸线索）",
)

REASONS = (
    MISSING, NO_COLUMN, *(reason for pair in UNKNOWN.values() for reason in pair), SLIP,
    NO_CLOSING_DATE, NO_LOSS_REASON, FUTURE, DISORDER, EXPECTED_BEFORE, IMPLAUSIBLE, LONE,
    NOT_POSITIVE, TOO_HIGH, TOO_LOW, TIMES_HIGH, TIMES_LOW, ZOMBIE,
)  # fmt: skip
