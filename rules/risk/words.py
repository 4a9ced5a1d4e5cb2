"""What the warnings say, in both languages."""

from __future__ import annotations

from sync.say import Reason

LEVELS: dict[str, tuple[str, str]] = {"high": ("High", "高"), "medium": ("Medium", "中")}
"""Level → the word in the risk column, English and Chinese; no warning, no word."""

# Facts are named after their sign, so that a row can hold the evidence of several.
SIGNS: dict[str, Reason] = {
    "silent": Reason(
        "risk.silent",
        "silent since {silent_since:date}, usually in touch every {silent_days} days",
        "自 {silent_since:date} 起没有联系，平时约每 {silent_days} 天一次",
    ),
    "decision_maker": Reason(
        "risk.decision_maker",
        "the decision maker changed from {decision_maker_before} to {decision_maker_after} "
        "({decision_maker_date:date})",
        "决策人由 {decision_maker_before} 变为 {decision_maker_after}"
        "（{decision_maker_date:date}）",
    ),
    "pushed": Reason(
        "risk.pushed",
        "the expected close was moved later {pushed_times} times, from {pushed_first:date} to "
        "{pushed_last:date}",
        "预计成交日期已推迟 {pushed_times} 次，由 {pushed_first:date} 到 {pushed_last:date}",
    ),
    "slow": Reason(
        "risk.slow",
        "in “{slow_stage}” since {slow_since:date}; won deals took {slow_days} days there (median "
        "of {slow_deals})",
        "自 {slow_since:date} 起停在「{slow_stage}」，赢单在此阶段通常 {slow_days} 天"
        "（{slow_deals} 条的中位数）",
    ),
    "old": Reason(
        "risk.old",
        "open since {old_since:date}; won deals took {old_days} days in all (median of "
        "{old_deals})",
        "自 {old_since:date} 创建至今未成交，赢单通常 {old_days} 天（{old_deals} 条的中位数）",
    ),
    "cut": Reason(
        "risk.cut",
        "the amount was cut from {cut_before:money} to {cut_after:money} ({cut_date:date})",
        "金额由 {cut_before:money} 降至 {cut_after:money}（{cut_date:date}）",
    ),
    "regressed": Reason(
        "risk.regressed",
        "moved back from “{regressed_before}” to “{regressed_after}” ({regressed_date:date})",
        "由「{regressed_before}」退回「{regressed_after}」（{regressed_date:date}）",
    ),
    "no_next_step": Reason("risk.no_next_step", "no next step is planned", "没有下一步计划"),
    "close_passed": Reason(
        "risk.close_passed",
        "the expected close {close_passed_date:date} has passed",
        "预计成交日期 {close_passed_date:date} 已过",
    ),
}
"""Sign → its evidence; the gravest first."""

FOUND = {
    name: Reason(f"risk.found.{name}", f"{en}: {{count}}", f"{{count}} 条商机{zh}")
    for name, en, zh in (
        ("silent", "customers that have fallen silent", "客户突然沉默"),
        ("decision_maker", "decision makers that changed", "决策人变动"),
        ("pushed", "expected closes moved later again and again", "预计成交日期一再推迟"),
        ("slow", "far longer in their stage than won deals", "在当前阶段停留远超赢单"),
        ("old", "open far longer than won deals took", "跟进时间远超赢单"),
        ("cut", "amounts that were cut", "金额被削减"),
        ("regressed", "moved back to an earlier stage", "退回前面的阶段"),
        ("no_next_step", "without a next step", "没有下一步计划"),
        ("close_passed", "past their expected close", "预计成交日期已过"),
    )
}
"""Sign → how a manager hears of several."""

REASONS = (*SIGNS.values(), *FOUND.values())
