"""Every KPI: its name, its unit, what it counts and how that becomes one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules.kpi import derived, funnel, pipeline, process, results
from rules.kpi.book import Count
from rules.kpi.derived import Combine
from rules.kpi.figures import How, Unit
from sync.say import Language

# What must reach back to the days before for a figure of theirs to be compared with: the sheet's
# own dates, the history, either, or what runs wrote into our columns; "" for what cannot be told of
# another moment.
Reach = Literal["created", "closed", "history", "either", "status", "risk", ""]


@dataclass(frozen=True, slots=True)
class Measure:
    """One KPI.

    Attributes:
        code: how it is called in rules, on the command line and in cells' names.
        en, zh: its name for people.
        unit: of its value.
        how: how what it counts becomes one value.
        count: what it counts in a window; None where it follows from other KPIs.
        reach: what must be known for the period before; of one that follows from others, theirs.
        by: the dimension that it is told by where none is asked for.
        setting: the option of the rule that decides what it means.
        meaning: the KPI whose definition it shares, "" for its own.
        stands: whether it tells how things stand at the end of the days, not what happened in them.
        ahead: whether it looks at all days of the period, those to come included.
        parts: the KPIs that it follows from.
        combine: how it follows from them.
    """

    code: str
    en: str
    zh: str
    unit: Unit
    how: How
    count: Count | None = None
    reach: Reach = ""
    by: str = ""
    setting: str = ""
    meaning: str = ""
    stands: bool = False
    ahead: bool = False
    parts: tuple[str, ...] = ()
    combine: Combine | None = None

    def label(self, language: Language) -> str:
        """Return its name for people."""
        return self.zh if language == "zh" else self.en


_ALL = (
    Measure("won", "Won", "赢单金额", "money", "sum", results.won, "closed"),
    Measure("won_count", "Deals won", "赢单数", "count", "sum", results.won_count, "closed"),
    Measure("lost", "Lost", "丢单金额", "money", "sum", results.lost, "closed"),
    Measure("lost_count", "Deals lost", "丢单数", "count", "sum", results.lost_count, "closed"),
    Measure(
        "win_rate", "Win rate", "赢单率", "rate", "share", results.win_rate, "closed",
        setting="win_rate",
    ),
    Measure(
        "win_rate_value", "Win rate by amount", "金额赢单率", "rate", "share",
        results.win_rate_value, "closed", setting="win_rate",
    ),
    Measure("new", "New", "新增商机", "count", "sum", results.new, "created"),
    Measure("new_amount", "New amount", "新增金额", "money", "sum", results.new_amount, "created",
            meaning="new"),
    Measure("open", "Open pipeline", "在途金额", "money", "sum", pipeline.open_pipeline, "either",
            stands=True),
    Measure("open_count", "Open", "在途商机", "count", "sum", pipeline.open_count, "either",
            stands=True),
    Measure("total", "All opportunities", "商机总数", "count", "sum", results.total, stands=True),
    Measure(
        "weighted", "Weighted pipeline", "加权预测", "money", "product",
        pipeline.weighted_pipeline, "either", stands=True,
    ),
    Measure("due", "Due in the period", "本期预计成交", "money", "sum", pipeline.due, "history",
            ahead=True),
    Measure(
        "coverage", "Coverage", "目标覆盖率", "times", "sum",
        parts=("due", "won"), combine=derived.coverage,
    ),
    Measure(
        "attainment", "Target attainment", "目标达成率", "rate", "sum",
        parts=("won",), combine=derived.attainment,
    ),
    Measure(
        "forecast", "Forecast", "成交预测", "money", "sum", pipeline.forecast, by="month",
        stands=True,
    ),
    Measure(
        "waterfall", "Pipeline change", "在途变化", "money", "sum", pipeline.waterfall, "either",
        by="movement",
    ),
    Measure("cycle", "Cycle (median)", "成交周期中位", "days", "median", results.cycle, "closed"),
    Measure("cycle_mean", "Cycle (mean)", "成交周期均值", "days", "mean", results.cycle, "closed"),
    Measure(
        "velocity", "Sales velocity", "销售速度", "money_per_day", "sum",
        parts=("open_count", "won", "win_rate", "cycle_mean"), combine=derived.velocity,
    ),
    Measure(
        "stage_conversion", "Stage conversion", "阶段转化率", "rate", "share",
        funnel.conversion, by="stage",
    ),
    Measure("stage_still", "Still in stage", "阶段滞留率", "rate", "share", funnel.still,
            by="stage"),
    Measure("stage_lost", "Lost from stage", "阶段流失率", "rate", "share", funnel.lost_from,
            by="stage"),
    Measure("dwell", "Dwell (median)", "停留时长中位", "days", "median", funnel.dwell, "history",
            by="stage", setting="dwell"),
    Measure("dwell_mean", "Dwell (mean)", "停留时长均值", "days", "mean", funnel.dwell, "history",
            by="stage", setting="dwell", meaning="dwell"),
    Measure("dwell_open", "Dwell so far (median)", "在阶段已停留中位", "days", "median",
            funnel.dwell_open, by="stage", setting="dwell", stands=True),
    Measure("dwell_open_mean", "Dwell so far (mean)", "在阶段已停留均值", "days", "mean",
            funnel.dwell_open, by="stage", setting="dwell", meaning="dwell_open",
            stands=True),
    Measure("valid_leads", "Valid-lead share", "有效线索占比", "rate", "share",
            results.valid_leads),
    Measure("sla", "SLA compliance", "SLA 及时率", "rate", "share", process.sla, "status",
            setting="sla"),
    Measure("first_response", "First response (median)", "首次响应中位", "hours", "median",
            process.first_response, "history"),
    Measure("first_response_p90", "First response (90th percentile)", "首次响应 90 分位",
            "hours", "p90", process.first_response, "history", meaning="first_response"),
    Measure("handover", "Handover response", "协作响应时间", "hours", "median", process.handover,
            "history", by="stage"),
    Measure("followed_up", "Follow-up rate", "跟进率", "rate", "share", process.followed_up,
            "history"),
    Measure("visits", "Follow-ups per won deal", "单均跟进次数", "points", "mean",
            results.visits, "closed"),
    Measure("activity_gap", "Days since last activity (median)", "未跟进天数中位", "days",
            "median", process.activity_gap, "history", by="gap", stands=True),
    Measure("alerts", "Alert trigger rate", "预警触发率", "rate", "share", process.alerts, "risk",
            stands=True),
    Measure("source_quality", "Win rate by source", "来源质量", "rate", "share",
            results.win_rate, "closed", by="source", setting="win_rate"),
    Measure("loss_reasons", "Loss reasons", "丢单原因", "count", "sum", results.lost_count,
            "closed", by="loss_reason"),
    Measure("satisfaction", "Satisfaction", "客户满意度", "points", "mean", results.satisfaction,
            "closed"),
    Measure("collection", "Collection rate", "回款率", "rate", "share", results.collection,
            "closed"),
    Measure("pushes", "Closes pushed back", "成交推迟次数", "count", "sum", process.pushes,
            "history"),
    Measure("regressions", "Steps back", "阶段回退次数", "count", "sum", process.regressions,
            "history"),
    Measure("completeness", "Data completeness", "数据完整率", "rate", "share",
            process.completeness, stands=True),
    Measure("not_updated", "Not updated", "未更新商机", "count", "sum", process.not_updated,
            "history", by="owner"),
    Measure("removed", "Rows removed", "已删除商机", "count", "sum", process.removed, "history",
            by="state"),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = {measure.code: measure for measure in _ALL}
