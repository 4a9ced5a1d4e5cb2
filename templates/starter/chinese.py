"""The Chinese demo team; every name is invented."""

from __future__ import annotations

from templates.starter.vocabulary import Column, Slips, Vocabulary

_DATE = "yyyy/m/d"
_SOURCES = ("官网咨询", "行业展会", "老客户转介绍", "渠道伙伴", "市场活动", "电话拓展")
_PRODUCTS = (
    "产线看板", "设备巡检", "供应商协同", "仓储自动化",
    "预测性维护", "工单系统", "成本核算", "报价平台",
)  # fmt: skip
_TRADES = {
    "汽车零部件": "汽车部件", "医疗器械": "医疗器械", "食品加工": "食品", "新能源": "新能源",
    "电子制造": "电子", "装备制造": "精密机械", "物流仓储": "供应链", "纺织服装": "纺织",
}  # fmt: skip
_STAGES = ("线索挖掘", "初步沟通", "方案定制", "深度跟进", "合同签订")
_OUTCOMES = {
    "open": "进行中", "won": "赢单", "lost": "丢单", "invalid": "无效", "on_hold": "搁置",
}  # fmt: skip
_LOSSES = ("价格过高", "选择竞品", "预算取消", "决策延迟", "需求变化", "方案不匹配")

CHINESE = Vocabulary(
    language="zh",
    font=("微软雅黑", 10),
    table="商机",
    statistics="统计",
    lists="字典",
    title="{team} 商机跟进表",
    hint="每周五 17:00 前更新；带 * 为必填；金额单位万元。右侧为筛选后合计 →",
    columns=(
        Column("id", "商机编号", 13),
        Column("name", "商机名称", 20),
        Column("customer", "客户名称*", 30),
        Column("contact", "联系人", 9),
        Column("title", "职务", 11),
        Column("phone", "联系电话", 16),
        Column("email", "邮箱", 31),
        Column("product", "产品", 12, choices=_PRODUCTS),
        Column("source", "商机来源", 12, choices=_SOURCES),
        Column("industry", "所属行业", 11, choices=tuple(_TRADES)),
        Column("region", "区域", 7),
        Column("amount", "预计金额（万元）", 18, "#,##0.0"),
        Column("probability", "赢单率", 9, "0%"),
        Column("weighted", "加权金额（万元）", 18, "#,##0.0"),
        Column("stage", "销售阶段", 11, choices=_STAGES),
        Column("outcome", "状态", 9, choices=tuple(_OUTCOMES.values())),
        Column("owner", "负责人", 10),
        Column("created", "创建日期", 12, _DATE),
        Column("stage_entered", "进入阶段日期", 13, _DATE),
        Column("last_activity", "最近跟进日期", 13, _DATE),
        Column("follow_ups", "跟进次数", 9, "0"),
        Column("next_step", "下一步计划", 22),
        Column("next_step_date", "下次跟进日期", 13, _DATE),
        Column("expected_close", "预计成交日期", 13, _DATE),
        Column("closed", "关闭日期", 12, _DATE),
        Column("loss_reason", "丢单原因", 11, choices=_LOSSES),
        Column("snooze", "免催至", 12, _DATE),
        Column("snooze_reason", "免催原因", 20),
        Column("note", "备注", 30),
    ),
    brands=(
        (("铖", "cheng"), ("霁", "ji"), ("栩", "xu"), ("岑", "cen"), ("沛", "pei"), ("澔", "hao"),
         ("桦", "hua"), ("珩", "heng"), ("翊", "yi"), ("霖", "lin"), ("垣", "yuan"), ("琮", "cong"),
         ("瀛", "ying"), ("峤", "qiao"), ("旻", "min"), ("燊", "shen")),
        (("川", "chuan"), ("衡", "heng"), ("旷", "kuang"), ("屹", "yi"), ("牧", "mu"),
         ("垚", "yao"), ("禾", "he"), ("序", "xu"), ("瑄", "xuan"), ("野", "ye"), ("榕", "rong"),
         ("崧", "song"), ("朔", "shuo"), ("洵", "xun"), ("笙", "sheng"), ("鲲", "kun")),
    ),
    trades=_TRADES,
    forms=("有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司"),
    cities={
        "华东": ("苏州", "宁波", "嘉兴", "常州", "芜湖", "南通"),
        "华南": ("东莞", "佛山", "中山", "惠州"),
        "华北": ("天津", "济南", "保定", "烟台"),
        "华中": ("武汉", "长沙", "襄阳", "株洲"),
    },
    deal="{brand}{product}项目",
    company="{city}{brand}{trade}{form}",
    variants=(
        "{brand}{trade}", "{brand}{trade}（{city}）{form}", "{city}市{brand}{trade}有限责任公司",
        "{city}{brand}{trade}", " {city}{brand}{trade}{form}",
    ),
    families=(
        ("缪", "miao"), ("卞", "bian"), ("谌", "chen"), ("仇", "qiu"), ("邬", "wu"), ("娄", "lou"),
        ("匡", "kuang"), ("岳", "yue"), ("宦", "huan"), ("束", "shu"), ("茅", "mao"), ("厉", "li"),
    ),
    givens=(
        ("工", "gong"), ("经理", "jl"), ("主任", "zr"), ("伯言", "boyan"), ("清和", "qinghe"),
        ("予安", "yuan"), ("书宁", "shuning"), ("昭明", "zhaoming"), ("维桢", "weizhen"),
    ),
    contact="{family}{given}",
    phones=("{a}{b}{c}", "{a}-{b}-{c}", "+86 {a} {b} {c}", "{a} {b} {c}", "{a}{b}{c}转801"),
    phone_parts=(("166", "0000", ""), ("167", "0000", ""), ("165", "0000", "")),
    phone_digits=4,
    titles=("采购经理", "生产总监", "信息化主任", "总经理", "设备部长", "IT 工程师"),
    products=_PRODUCTS,
    sources=_SOURCES,
    losses=_LOSSES,
    steps=("确认需求负责人", "约现场调研", "提交方案初稿", "邀请决策人演示", "合同条款法务审核"),
    notes=(
        "客户希望年底前上线", "预算已立项", "竞品也在接触", "等客户内部评审",
        "老板很重视，需高层拜访", "先做一个车间试点", "报价已发，待反馈",
        "对接人出差，下周再约", "要求提供同行案例",
    ),
    comments=(
        "客户要求分两期付款，一期 60%", "决策人上个月换了，原来的对接人已调走",
        "此单由渠道报备，勿直接报价", "和集团那条商机是两个项目，不要合并",
    ),
    outcomes=_OUTCOMES,
    typical_amount=46,
    grain=0.5,
    id_prefix="SJ",
    slips=Slips(
        dates=("待定", "年后再说"),
        amounts=("约五十万", "看配置"),
        worded_amounts=("{:g}万", "¥{:g}万"),
        written_dates=("{0}年{1}月{2}日", "{0}.{1}.{2}", "{0}{1:02d}{2:02d}"),
        stages={"方案订制": "方案定制", "深入跟进": "深度跟进"},
        outcomes={"成交": "赢单", "输单": "丢单"},
        blanks=("-", "无", "请选择"),
        snoozes=("客户年终盘点，之后再联系", "对接人休假，回来后约演示"),
        nobody=("公海", "待分配"),
        magnitude=10_000,
    ),
    labels={
        "by_stage": "在途商机（按阶段）", "by_owner": "在途商机（按负责人）",
        "by_month": "近 12 个月赢单", "stage": "阶段", "owner": "负责人", "month": "月份",
        "count": "条数", "amount": "金额（万元）", "total": "合计",
        "month_format": 'yyyy"年"m"月"',
    },
)  # fmt: skip
