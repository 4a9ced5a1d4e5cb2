"""What each figure means, in both languages; the definition in force is printed with the figure."""

from __future__ import annotations

from sync.say import Reason

DEFINITIONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("won", "amount of the deals won, closed in the period", "本期关闭且赢单的金额"),
        Reason("won_count", "deals won, closed in the period", "本期关闭且赢单的商机数"),
        Reason("lost", "amount of the deals lost, closed in the period", "本期关闭且丢单的金额"),
        Reason("lost_count", "deals lost, closed in the period", "本期关闭且丢单的商机数"),
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
            "win_rate_value.decided",
            "won ÷ (won + lost), closed in the period, by amount",
            "赢单 ÷（赢单 + 丢单），按本期关闭，金额口径",
        ),
        Reason(
            "win_rate_value.all_closed",
            "won ÷ all closed, invalid included, closed in the period, by amount",
            "赢单 ÷ 全部关闭（含无效），按本期关闭，金额口径",
        ),
        Reason(
            "win_rate_value.created",
            "won ÷ created in the period, undecided included, by amount",
            "赢单 ÷ 本期创建（含未决），金额口径",
        ),
        Reason(
            "source_quality.decided",
            "won ÷ (won + lost) by source, closed in the period, by count",
            "按来源：赢单 ÷（赢单 + 丢单），按本期关闭，数量口径",
        ),
        Reason(
            "source_quality.all_closed",
            "won ÷ all closed by source, invalid included, closed in the period, by count",
            "按来源：赢单 ÷ 全部关闭（含无效），按本期关闭，数量口径",
        ),
        Reason(
            "source_quality.created",
            "won ÷ created in the period by source, undecided included, by count",
            "按来源：赢单 ÷ 本期创建（含未决），数量口径",
        ),
        Reason(
            "open_count",
            "number of opportunities not closed; on hold included",
            "未关闭的商机数，搁置计入",
        ),
        Reason(
            "total",
            "all opportunities of the table; invalid and duplicates excluded",
            "表中全部商机；无效与重复不计",
        ),
        Reason(
            "due",
            "open amount expected to close within the whole period",
            "预计在整个期间内成交的在途金额",
        ),
        Reason(
            "waterfall",
            "start + new + reopened + increased − decreased − won − lost − removed = end",
            "期初 + 新增 + 重开 + 增额 − 减额 − 赢单 − 丢单 − 移除 = 期末",
        ),
        Reason(
            "cycle_mean",
            "days from created to closed of the deals won in the period, mean",
            "本期赢单从创建到成交的天数，取平均值",
        ),
        Reason(
            "velocity",
            "open count × mean won amount × win rate ÷ mean cycle days: amount a day",
            "在途数 × 平均赢单金额 × 赢单率 ÷ 平均成交周期，每天的金额",
        ),
        Reason(
            "stage_conversion",
            "in a later stage or won ÷ entered the stage in the period, each deal once; "
            "before the first run only of the deals created in the period",
            "其后进入后续阶段或赢单 ÷ 本期进入该阶段，同一商机只计一次；"
            "首次运行之前仅统计本期创建的商机",
        ),
        Reason(
            "stage_still",
            "neither moved on nor closed ÷ entered the stage in the period",
            "未推进也未关闭 ÷ 本期进入该阶段",
        ),
        Reason(
            "stage_lost",
            "closed without a win, or deleted ÷ entered the stage in the period",
            "未赢单而关闭或被删除 ÷ 本期进入该阶段",
        ),
        Reason(
            "dwell.days",
            "days in a stage, of the stays that ended in the period",
            "本期结束的阶段停留天数",
        ),
        Reason(
            "dwell.workdays",
            "workdays in a stage, of the stays that ended in the period",
            "本期结束的阶段停留工作日数",
        ),
        Reason(
            "dwell_open.days",
            "days since the stage was entered, of open deals",
            "在途商机进入当前阶段至今的天数",
        ),
        Reason(
            "dwell_open.workdays",
            "workdays since the stage was entered, of open deals",
            "在途商机进入当前阶段至今的工作日数",
        ),
        Reason(
            "valid_leads",
            "reached the second stage or won ÷ created in the period, invalid included",
            "到达第二阶段或赢单 ÷ 本期创建（含无效）",
        ),
        Reason(
            "first_response",
            "working hours from creation to the first activity, of those created in the period",
            "本期创建的商机从创建到首次跟进的工作小时",
        ),
        Reason(
            "handover",
            "working hours from entering a stage to its handler's first activity there; where no "
            "handler is named, the owner's",
            "进入阶段到当前处理人首次跟进的工作小时，取中位数；未指定处理人时按负责人",
        ),
        Reason(
            "followed_up",
            "open deals with an activity in the period ÷ open deals",
            "本期有跟进的在途商机 ÷ 在途商机",
        ),
        Reason(
            "visits",
            "follow-ups of the deals won in the period, mean",
            "本期赢单的跟进次数，取平均值",
        ),
        Reason(
            "activity_gap",
            "days since the last activity of open deals",
            "在途商机距上次跟进的天数",
        ),
        Reason(
            "alerts",
            "open deals with a risk flag ÷ open deals",
            "有风险标记的在途商机 ÷ 在途商机",
        ),
        Reason(
            "loss_reasons",
            "deals lost by reason, closed in the period",
            "按原因统计的丢单，按本期关闭",
        ),
        Reason(
            "satisfaction",
            "satisfaction of the customers won in the period, mean; blank ones left out",
            "本期赢单客户的满意度，取平均值；未填不计",
        ),
        Reason(
            "collection",
            "paid ÷ amount, of the deals won in the period",
            "已回款 ÷ 金额，本期赢单",
        ),
        Reason(
            "pushes",
            "times that an expected close moved later in the period",
            "本期预计成交日期推迟的次数",
        ),
        Reason(
            "regressions",
            "steps back to an earlier stage in the period",
            "本期退回先前阶段的次数",
        ),
        Reason(
            "not_updated",
            "open deals of owners none of whose deals changed in the period",
            "本期名下没有任何变化的负责人的在途商机",
        ),
        Reason(
            "removed",
            "rows that were deleted from the table in the period",
            "本期从表中删除的行",
        ),
        Reason(
            "open",
            "not closed; invalid and duplicates excluded, on hold included",
            "未关闭；无效与重复不计，搁置计入",
        ),
        Reason(
            "weighted",
            "Σ open amount × probability (own one first, then a learned one, else the stage's)",
            "Σ 在途金额 × 赢单率（依次取自填、赢单预测、阶段概率）",
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
            "sla.running",
            "stage clocks within their limit ÷ all running ones; paused excluded",
            "未超时 ÷ 计时中的环节；暂停不计",
        ),
        Reason(
            "sla.due",
            "kept ÷ (kept + missed), of the stage clocks that ended in the period or are overdue; "
            "open and not yet due excluded",
            "按时 ÷（按时 + 超时），本期结束或已超时的环节；未到期的在途不计",
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
            "completeness",
            "required cells filled ÷ required cells, open deals",
            "已填必填格 ÷ 必填格，在途商机",
        ),
    )
}
