"""Made-up opportunities for the summary page, taken through the real rules."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from rules import chain
from rules.resolve import resolve
from rules.rule import Context, Past, discover
from rules.settings import Settings
from sync.table import Column, Finding, Table
from templates.summary import SummaryInput

NOW = pd.Timestamp("2026-11-20 18:30").as_unit("s")

_WORDS: dict[str, dict[str, list[str]]] = {
    "zh": {
        "stages": ["线索挖掘", "初步沟通", "方案定制", "深度跟进", "合同签订"],
        "brands": ["禾陆", "沛川", "屿格", "筑岚", "穆衡", "昀拓", "岑石", "澄野"],
        "fields": ["新能源科技", "汽车零部件", "医疗器械", "智能装备", "食品", "物流"],
        "cities": ["苏州", "宁波", "合肥", "常州", "温州"],
        "needs": ["设备联网", "能耗管理", "质量追溯", "数据中台", "备件商城", "排产优化"],
        "states": ["进行中", "赢单", "丢单", "无效", "搁置"],
        "people": ["甘棠", "迟砚", "南宫远", "麦冬", "温九思", "阮清", "柏舟", "骆嘉言"],
        "sources": ["官网咨询", "市场活动", "老客户转介绍", "行业展会", "主动拓展", "渠道伙伴",
                    "直播", ""],
        "losses": ["价格过高", "竞品胜出", "预算取消", "决策延迟", ""],
        "next": ["约技术交流", "发送报价单", "确认合同条款与付款节点", "", ""],
    },
    "en": {
        "stages": ["Lead", "First contact", "Solution", "Negotiation", "Contract"],
        "brands": ["Helu", "Peichuan", "Yuge", "Zhulan", "Muheng", "Yuntuo", "Censhi", "Chengye"],
        "fields": ["New Energy", "Auto Parts", "Medical", "Equipment", "Foods", "Logistics"],
        "cities": ["Suzhou", "Ningbo", "Hefei", "Changzhou", "Wenzhou"],
        "needs": ["Machine links", "Energy control", "Traceability", "Data platform", "Spares",
                  "Scheduling"],
        "states": ["open", "won", "lost", "invalid", "on hold"],
        "people": ["Tang Gan", "Ian Chi", "Ada North", "Mai Dong", "Jo Wen", "Qing Ruan",
                   "Zhou Bai", "Jia Luo"],
        "sources": ["Website", "Campaign", "Referral", "Trade fair", "Outbound", "Partner",
                    "Webinar", ""],
        "losses": ["Price", "Competitor", "Budget cancelled", "Decision delayed", ""],
        "next": ["technical workshop", "send the quotation", "agree on payment terms", "", ""],
    },
}  # fmt: skip


def team(language: Literal["zh", "en"], people: int = 8, steps: int = 5, **more: Any) -> Settings:
    """Make the settings of a team."""
    words = _WORDS[language]
    names = [words["stages"][at % 5] + (f" {at // 5 + 1}" if at > 4 else "") for at in range(steps)]
    chances = (0.1, 0.2, 0.4, 0.6, 0.9)
    limits = ("5 workdays", "7 workdays", "15 workdays", "20 workdays", "10 workdays")
    given: dict[str, Any] = {
        "language": language,
        "team_name": "华东企业业务部" if language == "zh" else "East China enterprise team",
        "currency": "CNY",
        "stages": [
            {"name": name, "probability": chances[at % 5], "limit": limits[at % 5]}
            for at, name in enumerate(names)
        ],
        "team": [{"name": person(language, at)} for at in range(people)],
        "targets": {"month": 10_000_000},
    }
    return Settings.model_validate({**given, **more})


def person(language: str, at: int) -> str:
    """Return a name; from the ninth on with a number."""
    words = _WORDS[language]["people"]
    return words[at % 8] + (f" {at // 8 + 1}" if at > 7 else "")


def rows_of(settings: Settings, rows: int, seed: int = 3, scale: float = 1.0) -> pd.DataFrame:
    """(rows × fields) about a third open, three years of dates, some cells blank."""
    rng = np.random.default_rng(seed)
    words = _WORDS[settings.language]
    english = settings.language == "en"

    def pick(name: str, weights: list[float] | None = None) -> list[str]:
        return [str(word) for word in rng.choice(words[name], rows, p=weights)]

    def days(back: np.ndarray[Any, Any]) -> pd.Series[Any]:
        stamps = pd.Series(NOW.normalize() - pd.to_timedelta(back, "D"))
        return stamps.astype("datetime64[s]")

    state = np.array(pick("states", [0.3, 0.31, 0.3, 0.05, 0.04]))
    closed = np.isin(state, words["states"][1:4])
    gone = np.where(rng.random(rows) < 0.25, rng.integers(0, 45, rows), rng.integers(0, 900, rows))
    age = np.where(closed, gone + rng.integers(10, 150, rows), rng.integers(0, 90, rows))
    stage = rng.choice([each.name for each in settings.stages], rows) if settings.stages else ""
    customer = [
        f"{b} {f} ({c})" if english else f"{c}{b}{f}有限公司"
        for b, f, c in zip(pick("brands"), pick("fields"), pick("cities"), strict=True)
    ]
    name = [
        f"{text.split()[0]} · {need}" if english else f"{text[2:4]} · {need}"
        for text, need in zip(customer, pick("needs"), strict=True)
    ]
    owner = np.array([member.name for member in settings.team] or [""])[
        np.minimum(rng.integers(0, max(len(settings.team), 1), rows), rng.integers(0, 60, rows))
    ]
    lost = state == words["states"][2]
    amount = (rng.lognormal(12.9, 0.9, rows) / 5000).round() * 500_000 * scale
    return pd.DataFrame(
        {
            "key": [f"K{at:05d}A" for at in range(rows)],
            "id": [f"K{at:05d}A" for at in range(rows)],
            "customer": customer,
            "name": name,
            "need": [text.split(" · ")[1] for text in name],
            "stage": stage,
            "outcome": state,
            "owner": pd.Series(owner, dtype="str").mask(~closed & (rng.random(rows) < 0.04)),
            "amount": pd.array(amount.astype("int64"), dtype="Int64"),
            "created": days(age),
            "stage_entered": days(np.minimum(age, rng.integers(0, 32, rows))),
            "last_activity": days(np.minimum(age, rng.integers(0, 20, rows))),
            "closed": days(gone).where(pd.Series(closed)),
            "expected_close": days(-rng.integers(-20, 110, rows)).mask(rng.random(rows) < 0.05),
            "next_step": pd.Series(pick("next"), dtype="str").replace("", None),
            "source": pd.Series(pick("sources"), dtype="str").replace("", None),
            "industry": pd.Series(pick("fields"), dtype="str"),
            "region": pd.Series(pick("cities"), dtype="str"),
            "loss_reason": pd.Series(pick("losses"), dtype="str").replace("", None).where(lost),
        }
    )


def history(frame: pd.DataFrame, settings: Settings) -> Past:
    """Make what runs since August saw: amounts and dates that moved, and rows that were deleted."""
    first = frame["created"].mask(frame["created"] < "2026-08-03", pd.Timestamp("2026-08-03"))
    seen = pd.DataFrame({"key": frame["key"], "first_seen": first})
    moved = frame[frame["expected_close"].notna()].iloc[::9].reset_index(drop=True)
    until = pd.Series(pd.date_range("2026-11-02 09:00", periods=len(moved), freq="6h"))
    times = {"since": until - pd.Timedelta(minutes=30), "until": until}
    amounts = moved["amount"] * 8 // 10 + 100_000 * (moved.index % 7)
    dates = moved["expected_close"] - pd.Timedelta(days=21)
    events = pd.concat(
        [
            pd.DataFrame(
                {
                    "key": moved["key"], "field": field, "before": before.astype("str"),
                    "after": moved[field].astype("str"), **times,
                }
            )
            for field, before in (("amount", amounts), ("expected_close", dates))
        ],
        ignore_index=True,
    )  # fmt: skip
    gone = frame.iloc[5::60].assign(
        key=lambda rows: "G" + rows["key"], gone=pd.Timestamp("2026-11-09 09:30")
    )
    gone = resolve(gone.assign(customer=gone["customer"] + " 2").reset_index(drop=True), settings)
    return Past(seen=seen, events=events, gone=gone)


def make(
    settings: Settings,
    rows: int = 322,
    frame: pd.DataFrame | None = None,
    *,
    scale: float = 1.0,
    past: Past | None = None,
    findings: tuple[Finding, ...] = (),
    uses: tuple[str, ...] = ("quality", "dedupe", "assign_owner", "stage_sla", "risk", "kpi"),
) -> SummaryInput:
    """Run the rules over made-up rows and return what the page is built from."""
    read = rows_of(settings, rows, scale=scale) if frame is None else frame
    ctx = Context(NOW, settings, frozenset(read.columns) - {"key"}, past=past or Past())
    options: dict[str, dict[str, Any]] = {
        "assign_owner": {"assign": [{"method": "least_loaded"}]},
        "stage_sla": {"start": "stage_entered"},
    }
    stanzas = [
        discover()[use].model_validate({"use": use, **options.get(use, {})}, context=settings.names)
        for use in uses
        if use in discover()
    ]
    size = len(read)
    sheet = "商机" if settings.language == "zh" else "Opportunities"
    table = Table(
        frame=read.drop(columns="key"),
        keys=read["key"].to_numpy(dtype=object),
        writable=np.ones(size, dtype=bool),
        columns={
            key: Column(key, key, kind="text")  # type: ignore[arg-type]
            for key in read.columns
        },
        cells=pd.DataFrame(index=range(size)),
        sheets=np.full(size, sheet, dtype=object),
        numbers=np.arange(size),
        version="1",
        findings=findings,
    )
    return SummaryInput(
        table=table,
        result=chain.run(stanzas, resolve(read, settings), ctx, {}),
        settings=settings,
        now=NOW,
        tab="管理汇总" if settings.language == "zh" else "Summary",
        next_run=pd.Timestamp("2026-11-23 09:00"),
        rules_file="dealkeeper.yaml",
        version="2026-11-18",
    )
