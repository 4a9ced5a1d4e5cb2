"""What each figure means, in both languages; the definition in force is printed with the figure."""

from __future__ import annotations

from sync.say import Reason

DEFINITIONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("won", "amount of the deals won, closed in the period", "本期关闭且赢单的金额"),
        Reason(
            "win_rate.decided",
            "won ÷ (won + lost), closed in the period, by count",
            "赢单 ÷（赢单 + 丢单），按本期关闭，数量口径",
        ),
        Reason(
            "win_rate.all_closed",
            "won ÷ all closed, invalid included, closed in the period, by count",
            "赢单 ÷ 全部关闭（含无效），按本期关闭，数量口径",
        ),
        Reason(
            "win_rate.created",
            "won ÷ created in the period, undecided included, by count",
            "赢单 ÷ 本期创建（含未决），数量口径",
        ),
        Reason(
            "open",
            "not closed; invalid and duplicates excluded, on hold included",
            "未关闭；无效与重复不计，搁置计入",
        ),
        Reason(
            "weighted",
            "Σ open amount × probability (own one first, else the stage's)",
            "Σ 在途金额 × 赢单率（有自填用自填，否则用阶段概率）",
        ),
        Reason(
            "coverage",
            "open amount due to close in the period ÷ (target − won)",
            "本期预计成交的在途金额 ÷（目标 − 已赢）",
        ),
        Reason(
            "new",
            "created in the period; invalid and duplicates excluded",
            "本期创建；无效与重复不计",
        ),
        Reason(
            "cycle",
            "days from created to closed of the deals won in the period, median",
            "本期赢单从创建到成交的天数，取中位数",
        ),
        Reason(
            "sla",
            "stage clocks within their limit ÷ all running ones; paused excluded",
            "未超时 ÷ 计时中的环节；暂停不计",
        ),
        Reason(
            "attainment",
            "won in the period ÷ target of the period",
            "本期赢单金额 ÷ 本期目标",
        ),
        Reason(
            "forecast",
            "open amount by expected close; committed from {commit:percent}, "
            "best case from {best_case:percent}",
            "在途金额按预计成交月；赢单率 {commit:percent} 起为承诺，"
            "{best_case:percent} 起为较有把握",
        ),
        Reason(
            "dwell",
            "days since the stage was entered, median of open deals",
            "在途商机进入当前阶段至今的天数，取中位数",
        ),
        Reason(
            "overdue",
            "stage limit passed: overdue, escalated and neglected together",
            "超过阶段时限：已超时、已升级与久未更新合计",
        ),
        Reason(
            "active",
            "open deals with an activity in the last 7 days ÷ open deals",
            "近 7 天有跟进的在途商机 ÷ 在途商机",
        ),
        Reason(
            "complete",
            "required cells filled ÷ required cells, open deals",
            "已填必填格 ÷ 必填格，在途商机",
        ),
    )
}
