"""The catalogue of fields: canonical keys, what they hold, and the headers seen in the wild."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Kind(StrEnum):
    """What a field holds, and so how its cells are parsed and kept (dtype of the column)."""

    TEXT = "text"  # str
    NAME = "name"  # categorical of str: few distinct values
    PERSON = "person"  # categorical of str; "A/B" means A with B helping
    DATE = "date"  # datetime64[s], naive local time
    MONEY = "money"  # Int64, whole cents
    PERCENT = "percent"  # float64, a fraction: 80 % is 0.8
    NUMBER = "number"  # float64


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical field.

    Attributes:
        key: the name used in the rules file and in code.
        kind: what it holds.
        en, zh: labels for people, also the first header alias in each language.
        aliases: further headers that mean this field, in either language.
        weak: headers that mean this field only where no better column is found.
    """

    key: str
    kind: Kind
    en: str
    zh: str
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """Return the field's name for people."""
        return self.zh if language == "zh" else self.en


def _field(key: str, kind: Kind, en: str, zh: str, aliases: str = "", weak: str = "") -> Field:
    def split(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split("|") if part.strip())

    return Field(key, kind, en, zh, split(aliases), split(weak))


_T, _N, _P, _D = Kind.TEXT, Kind.NAME, Kind.PERSON, Kind.DATE

FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        _field(
            "id",
            _T,
            "Opportunity ID",
            "商机编号",
            "Opp ID|Deal ID|Deal no|Opportunity number|Opportunity no|编号|单号|商机号|项目编号|"
            "商机ID|商机单号",
            "No|ID|Number|Lead number|Prospect ID|Row ID|Record ID|Index|序号",
        ),
        _field(
            "name",
            _T,
            "Opportunity",
            "商机名称",
            "Opportunity name|Deal name|Deal|Topic|Project|Project name|项目名称|项目|主题|商机|"
            "商机主题",
        ),
        _field(
            "customer",
            _N,
            "Customer",
            "客户名称",
            "Account|Account name|Company|Company name|Customer name|Client|Client name|"
            "公司|客户|公司名称|单位名称|客户全称|客户简称|单位|客户单位|客户公司|企业名称",
        ),
        _field(
            "contact", _T, "Contact", "联系人", "Contact name|Contact person|客户联系人|联系人姓名"
        ),
        _field(
            "title", _N, "Title", "职位", "Job title|Contact title|职务|岗位|联系人职务", "Role"
        ),
        _field("decision_maker", _T, "Decision maker", "决策人", "关键人|关键决策人"),
        _field(
            "phone",
            _T,
            "Phone",
            "联系电话",
            "Mobile|Phone number|Telephone|Tel|Cell|电话|手机|手机号|手机号码|"
            "联系方式|客户电话|联系人电话",
        ),
        _field("email", _T, "E-mail", "邮箱", "Email|Email address|Mail|电子邮箱|邮件|电子邮件"),
        _field(
            "need", _T, "Need", "需求", "Needs|Requirement|Requirements|客户需求|需求描述|需求内容"
        ),
        _field(
            "product",
            _N,
            "Product",
            "产品",
            "Product name|Product line|Solution|产品线|产品名称|方案|意向产品|解决方案",
        ),
        _field(
            "source",
            _N,
            "Source",
            "来源",
            "Lead source|Opportunity source|Channel|商机来源|渠道|线索来源|来源渠道|客户来源",
        ),
        _field("industry", _N, "Industry", "行业", "Sector|所属行业|客户行业"),
        _field(
            "region",
            _N,
            "Region",
            "区域",
            "Area|地区|省份|大区|所属区域|所在地区",
            "Territory|Province|State|City|城市",
        ),
        _field("size", _N, "Size", "规模", "Company size|Employees|企业规模|公司规模|人数规模"),
        _field(
            "customer_type",
            _N,
            "Customer type",
            "客户类型",
            "Account type|Client type|客户性质|客户分类|新老客户",
        ),
        _field(
            "amount",
            Kind.MONEY,
            "Amount",
            "金额",
            "Value|Deal value|Deal amount|Deal size|Expected revenue|Estimated revenue|"
            "Estimated value|Opportunity amount|Sales amount|Close value|Revenue|Contract value|"
            "Actual revenue|预计金额|商机金额|合同额|合同金额|预计成交金额|预估金额|项目金额|"
            "签约金额|含税金额|不含税金额|金额含税|金额不含税",
        ),
        _field("currency", _N, "Currency", "币种", "货币"),
        _field("budget", Kind.MONEY, "Budget", "预算", "客户预算|预算金额"),
        _field("urgency", _N, "Urgency", "紧迫度", "Priority|需求紧迫度|紧急程度|优先级"),
        _field(
            "probability",
            Kind.PERCENT,
            "Probability",
            "赢单率",
            "Win %|Win probability|Win rate|Likelihood|成交概率|成单概率|成功率|赢率|概率",
        ),
        _field(
            "stage",
            _N,
            "Stage",
            "阶段",
            "Deal stage|Sales stage|Opportunity stage|Pipeline stage|Pipeline phase|Phase|"
            "商机阶段|销售阶段|跟进阶段|项目阶段|当前阶段",
            "Status|状态|商机状态",
        ),
        _field(
            "outcome",
            _N,
            "Outcome",
            "结果",
            "Result|Status|Deal status|Opportunity status|State|状态|商机状态|商机结果|成交状态",
        ),
        _field(
            "owner",
            _P,
            "Owner",
            "负责人",
            "Rep|Sales rep|Sales agent|Salesperson|Sales person|Seller|Account owner|Deal owner|"
            "Opportunity owner|Assigned to|Account manager|主负责人|客户经理|跟进人|销售|销售人员|"
            "业务员|销售负责人|销售代表|销售员|跟单人|商机负责人|归属人|所属销售",
        ),
        _field("backup", _P, "Backup owner", "备份负责人", "协作人|协同人|副负责人|备份人"),
        _field("handler", _P, "Handler", "当前处理人", "Current step with|环节负责人|处理人"),
        _field("snooze", _D, "No reminders until", "免催至", "Snooze until|暂不提醒至"),
        _field("snooze_reason", _T, "Snooze reason", "免催原因", "", "Reason|原因"),
        _field(
            "created",
            _D,
            "Created",
            "创建日期",
            "Created date|Created on|Creation date|Date created|Entered|Entry date|Engage date|"
            "Open date|创建时间|录入时间|录入日期|登记日期|登记时间|建档日期|新建日期",
        ),
        _field(
            "stage_entered",
            _D,
            "Stage since",
            "进入阶段时间",
            "Stage entered|Stage date|Stage changed|Stage change date|进入阶段日期|阶段更新时间|"
            "阶段更新日期|阶段开始时间|阶段开始日期|阶段变更时间",
        ),
        _field(
            "last_activity",
            _D,
            "Last activity",
            "最近跟进",
            "Last contact|Last contacted|Last activity date|Last contact date|最后跟进时间|"
            "最近跟进时间|最近跟进日期|最后跟进日期|最后跟进|上次联系|上次跟进|最近联系|"
            "最新跟进时间|最新跟进日期|最近联系时间|最近拜访日期",
        ),
        _field(
            "follow_ups",
            Kind.NUMBER,
            "Follow-ups",
            "跟进次数",
            "Follow ups|Touches|Total visits|Number of activities|拜访次数|联系次数",
        ),
        _field(
            "next_step",
            _T,
            "Next step",
            "下一步计划",
            "Next steps|Next action|下一步|下步计划|下一步行动|下一步工作",
        ),
        _field(
            "next_step_date",
            _D,
            "Next step date",
            "下次跟进时间",
            "Next contact|Next contact date|Follow-up date|Next activity date|下次跟进日期|"
            "下次跟进|下次联系时间|下次联系|计划跟进日期",
        ),
        _field(
            "expected_close",
            _D,
            "Expected close",
            "预计成交日期",
            "Expected close date|Estimated close date|Est close date|Close date expected|"
            "Target close date|Forecast date|预计成交时间|预计签约日期|预计签单日期|预计成单日期|"
            "预计签约时间|预计关闭日期|预计完成日期|预计签单时间|预计成单时间",
        ),
        _field(
            "closed",
            _D,
            "Closed",
            "成交日期",
            "Closed date|Close date|Date closed|Won date|Actual close date|关闭日期|签约日期|"
            "成交时间|关单日期|签单日期|结束日期|实际成交日期",
        ),
        _field(
            "loss_reason",
            _N,
            "Loss reason",
            "丢单原因",
            "Lost reason|Reason lost|Reason for loss|丢单说明|输单理由|流失原因|失败原因|输单原因",
        ),
        _field("satisfaction", Kind.NUMBER, "Satisfaction", "客户满意度", "CSAT|满意度"),
        _field(
            "paid",
            Kind.MONEY,
            "Paid",
            "回款",
            "Collected|Amount paid|Amount collected|已回款金额|回款金额|已回款|实收金额",
        ),
        _field("grade", _N, "Grade", "等级", "Rating|Tier|客户等级|商机等级|线索等级|级别"),
        _field(
            "note",
            _T,
            "Notes",
            "备注",
            "Note|Comments|Comment|Remarks|Feedback|跟进记录|反馈|说明|备注信息|跟进情况|跟进内容",
        ),
    )
}

# Units that a header may carry in brackets: factor to whole currency units.
UNITS: dict[str, int] = {
    "元": 1, "人民币元": 1, "rmb": 1, "cny": 1, "usd": 1, "eur": 1, "$": 1, "¥": 1, "€": 1,
    "百元": 100, "千元": 1_000, "千": 1_000, "k": 1_000, "thousand": 1_000,
    "万元": 10_000, "万": 10_000, "w": 10_000,
    "百万": 1_000_000, "百万元": 1_000_000, "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000,
    "亿元": 100_000_000, "亿": 100_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip

_BRACKETS = re.compile(r"[(\[【{<][^)\]】}>]*[)\]】}>]")
_NOISE = re.compile(r"[\s_*:./?#-]+")


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", str(text)).casefold()


@cache
def normal_header(text: str) -> str:
    """Fold a header for comparison: width, case, brackets, asterisks, spaces and underscores."""
    folded = _fold(text)
    bare = _BRACKETS.sub("", folded)
    return _NOISE.sub("", bare if _NOISE.sub("", bare) else folded)


@cache
def header_unit(text: str) -> int:
    """Return the factor that a header's bracket gives its numbers: 10,000 for `金额(万元)*`.

    Returns 1 where the header names no unit.
    """
    folded = _fold(text)
    for bracket in _BRACKETS.findall(folded):
        words = [word for word in re.split(r"[\s,/:、,]+", bracket[1:-1]) if word]
        for word in [
            bracket[1:-1].strip(),
            *words,
            *(re.sub(r"^(rmb|cny|usd|eur)", "", w) for w in words),
        ]:
            if UNITS.get(word, 1) != 1:
                return UNITS[word]
    return 1


@cache
def header_aliases() -> tuple[dict[str, tuple[str, int]], dict[str, tuple[str, ...]]]:
    """Return what headers mean.

    Returns:
        (strong, weak): normal header → (field, rank among its aliases), a header of two fields
        belonging to the one listed first; normal header → fields that it may mean where they have
        no better column.
    """
    strong: dict[str, tuple[str, int]] = {}
    weak: dict[str, tuple[str, ...]] = {}
    for field in FIELDS.values():
        for rank, alias in enumerate((field.zh, field.en, *field.aliases, field.key)):
            strong.setdefault(normal_header(alias), (field.key, rank))
        for alias in field.weak:
            header = normal_header(alias)
            weak[header] = (*weak.get(header, ()), field.key)
    return strong, weak
