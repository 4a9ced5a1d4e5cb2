"""The comments of a new rules file, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

Pair = tuple[str, str]

# Part of the file → the comment above it; `rule.option` → the lines that stand for that option.
BLOCKS: Mapping[str, Pair] = {
    "head": (
        (
            "Rules file of Dealkeeper. Keys are English, values in the team's own words.\n"
            "Look at what a run would do: dealkeeper plan. Do it: dealkeeper run."
        ),
        (
            "商机管家的规则文件。键为英文，值用团队自己的说法。\n"
            "查看将要执行的改动：dealkeeper plan；执行：dealkeeper run。"
        ),
    ),
    "spreadsheet": (
        "The workbook, and what is where in it.",
        "表格文件，以及各项内容所在位置。",
    ),
    "google": (
        "How Google knows us. No secret belongs into this file.",
        "以什么身份访问 Google。本文件中不写任何密钥。",
    ),
    "stages": (
        (
            "The steps of the sales process, in order; please put them in yours. A stage may also\n"
            "have a role (`role: ...`) and a chance of winning (`probability: 20%`)."
        ),
        (
            "销售阶段，按先后顺序排列（请按实际调整）。每个阶段还可写责任角色 `role: 客户经理`\n"
            "和赢单率 `probability: 20%`。"
        ),
    ),
    "outcomes": (
        "How an opportunity stands: the words that the sheet uses besides the common ones.",
        "商机结果：常见说法之外，表中还使用的词。",
    ),
    "team": (
        (
            "The people. More about a person: roles, regions, products, max_open, leave, backup,\n"
            "manager; `active: false` for somebody who has left."
        ),
        (
            "团队成员。还可写 roles（角色）、regions（区域）、products（产品）、max_open\n"
            "（在手上限）、leave（请假）、backup（备份）、manager（上级）；\n"
            "已离职写 `active: false`。"
        ),
    ),
    "calendar": ("When the team works.", "工作时间。"),
    "targets": (
        (
            "Amount to be won, in whole currency: {month: 1000000}, also quarter, year, 2026-Q4,\n"
            "and by owners, products, customer_types: {owners: {Ann: 200000}}."
        ),
        (
            "业绩目标，单位为元：{month: 1000000}，也可用 quarter、year、2026-Q4；还可分别设定\n"
            "owners（个人）、products（产品）、customer_types（客户类型）。"
        ),
    ),
    "rules": (
        "The rules, in the order in which they decide. `enabled: false` switches one off.",
        "规则，按顺序执行。`enabled: false` 可停用某条规则。",
    ),
    "assign_owner.assign": (
        (
            "assign:  # the first line whose conditions hold decides; the last takes what is left\n"
            "  # - {when: {region: East, amount: {at_least: 500000}}, to: [Ann, Bob]}\n"
            "  - {method: least_loaded}"
        ),
        (
            "assign:  # 第一条满足条件的生效；最后一条兜底\n"
            "  # - {when: {region: 华东, amount: {at_least: 50万}}, to: [张三, 李四]}\n"
            "  - {method: least_loaded}"
        ),
    ),
    "owned": (
        "Our own columns, beside the table; `false` leaves one out.",
        "本产品自有的列，紧邻表格右侧；写 `false` 则不要该列。",
    ),
    "highlight": (
        "Rows that need attention. Colours need quotes.",
        "需要关注的行的底色与字色；颜色值须加引号。",
    ),
    "safety": (
        "A run refuses to change a larger share of a column (from 50 rows on), or to open more.",
        "一次运行改动某列超过此比例（50 行起）或文件过大时，拒绝执行。",
    ),
    "summary": (
        "The generated tab for managers; `summary: false` for none.",
        "自动生成的管理汇总页；不需要可写 `summary: false`。",
    ),
    "review": (
        "Where a supervisor answers on duplicates, owners, words: `{sheet: DK Review}`.",
        "供主管答复的待复核页（疑似重复、建议负责人、未知写法等）；启用请写 `{sheet: 待复核}`。",
    ),
    "jobs": (
        "When `dealkeeper serve` runs: every 30 minutes, or `every: monday at 09:00`.",
        "`dealkeeper serve` 的运行时间：每 30 分钟，或 `every: 周一 09:00`。",
    ),
}

# Key of an assignment line → what it is for.
_LINE: Mapping[str, Pair] = {
    "name": ("its name in explanations", "该条规则在说明中的名称"),
    "when": ("conditions; none for all", "条件；不写则兜底"),
    "to": ("people to choose from", "候选人；不写则为全体成员"),
    "role": ("only people with this role", "只限此角色的成员"),
    "skills": (
        "only people with all of these skills",
        "只限具备这些技能的成员",
    ),
    "match": ("what a person must cover", "须与成员匹配的字段，代替总设置"),
    "method": (
        "fixed, round_robin, least_loaded, weighted or best_fit",
        "fixed 指定、round_robin 轮询、least_loaded 负载最少、weighted 加权、best_fit 最匹配",
    ),
}

# Key of a limit by conditions → what it is for.
_LIMIT: Mapping[str, Pair] = {
    "when": ("conditions; none for all that are left", "条件；不写则为其余全部"),
    "limit": ("how long the clock may run", "时限"),
}

# `part.key` → what it is for.
OPTIONS: Mapping[str, Pair] = {
    ".id": ("the history follows this, not the file's path", "历史记录以此为准，与文件路径无关"),
    ".timezone": ("of the dates in the sheet", "表中日期所在时区"),
    ".unassigned": ("words that mean nobody", "表示无人负责的词"),
    "spreadsheet.excel": ("relative to this file", "相对于本文件的路径"),
    "spreadsheet.google": ("id or address of the Google Sheet", "Google 表格的 id 或网址"),
    "google.sign_in": (
        "default: a service account's key file; keyring: a key in the keyring; user: a person",
        "default 用服务账号密钥文件；keyring 用系统密钥环中的密钥；user 由本人在浏览器登录",
    ),
    "google.key_file": (
        "of the service account; readable by you alone",
        "服务账号密钥文件，仅本人可读",
    ),
    "google.impersonate": ("a service account to act for", "代为操作的服务账号"),
    "google.address": ("of a gateway to the Sheets API", "Sheets API 网关的地址"),
    "spreadsheet.sheet": ('a name or pattern, such as "2026-*"', '工作表名或通配，例如 "2026-*月"'),
    "spreadsheet.header_row": ("counted from 1", "表头所在行，从 1 数起"),
    "spreadsheet.archive": ('read-only tabs, such as ["Closed*"]', '只读工作表，例如 ["已成交*"]'),
    "spreadsheet.when_open": (
        "while the workbook is open: wait, report_only or side_file",
        "文件被打开时：wait 等待、report_only 只出报告、side_file 另存",
    ),
    "spreadsheet.wait": ("then give up", "最长等待时间"),
    "columns": ("field: header", "字段：列名"),
    "doubtful": ("could also be", "也可能是"),
    "outcomes.won": ("won", "赢单"),
    "outcomes.lost": ("lost", "丢单"),
    "outcomes.open": ("still open", "进行中"),
    "outcomes.invalid": ("not a real opportunity", "无效"),
    "outcomes.on_hold": ("clocks stand still", "搁置，停止计时"),
    "outcomes.duplicate": ("the same as another", "重复"),
    "calendar.country": ("official holidays and make-up workdays", "法定节假日与调休"),
    "calendar.hours": ('or "09:00-12:00, 13:30-18:00"', '或 "09:00-12:00, 13:30-18:00"'),
    "calendar.hours_on": (
        'half days: {2026-12-31: "09:00-12:00"}',
        '个别日期的工时：{2026-12-31: "09:00-12:00"}',
    ),
    "calendar.off": ("extra days off", "额外休息日"),
    "calendar.work": ("extra workdays", "额外工作日"),
    "highlight.scope": ("row, or only our own cells", "row 整行，cells 仅自有单元格"),
    "highlight.escalated": ("the manager is told", "已升级"),
    "highlight.overdue": ("past the limit", "已超时"),
    "highlight.due_soon": ("near the limit", "即将超时"),
    "safety.team_columns": ("of the team's own columns", "团队自己的列"),
    "safety.status": ("of our columns", "本产品自有的列"),
    "safety.max_file": ("the largest workbook that is opened", "可打开的最大文件"),
    "safety.max_unpacked": ("its content, which the file packs", "文件解压后的最大内容"),
    "safety.max_ratio": ("content ÷ file, against zip bombs", "解压比上限，防压缩炸弹"),
    "safety.max_cells": ("of all tabs, blank ones between included", "所有工作表的单元格总数"),
    "summary.weekly": ("a tab for each week that is kept", "每周另存一页周报，不再改写"),
    "summary.weekly_tabs": (
        "from so many on the oldest is mentioned; none is deleted",
        "周报达到此数时提示最早一页；不会删除",
    ),
    "summary.owners": (
        "a board for everybody with open deals, or `[Ann, Bob]`",
        "每人一页个人看板；也可只列出几人，如 `[张三, 李四]`",
    ),
    "summary.owner_files": (
        "folder for workbooks with one person's rows each; null for none",
        "另存每人一个文件的文件夹，各含本人的商机；null 为不生成",
    ),
    "owned.prefix": ("before each header", "列名前缀"),
    "owned.id": ("added only where the sheet has no usable id", "仅在表中没有可用编号时添加"),
    "quality": ("what is missing or cannot be right", "数据质量：漏填与异常"),
    "dedupe": ("the same opportunity twice", "查重"),
    "gate": ("what an opportunity needs for its next stage", "推进条件：满足后才算进入下一阶段"),
    "assign_owner": ("who looks after new opportunities", "分配负责人"),
    "stage_sla": ("how long an opportunity may stay in its stage", "阶段时效"),
    "kpi": ("figures of the summary", "汇总指标"),
    "quality.required": (
        "[customer, amount] for example; null: the usual ones that the sheet has",
        "必填字段，例如 [customer, amount]；null 为表中已有的常用字段",
    ),
    "quality.from_stage": (
        "needed from a stage on: {Contract: [decision_maker]}",
        "自某阶段起必填：{合同签订: [decision_maker]}",
    ),
    "quality.zombie_after": (
        "no change for so long; null for no check",
        "长期无变化；null 为不检查",
    ),
    "quality.outliers": ("amounts far from all others", "金额明显异常"),
    "dedupe.certain": ("score from which a duplicate is marked", "达到此分值即标记为重复"),
    "dedupe.possible": ("score from which it is put up for review", "达到此分值交主管复核"),
    "dedupe.fields": (
        "further columns: {note: street}; {contact: null} leaves one out",
        "另行比较的列：{note: street}；{contact: null} 表示不比较",
    ),
    "dedupe.about": ("what the opportunity is about", "说明商机内容的字段"),
    "dedupe.master": ("the oldest or newest row with an owner", "主商机：oldest 最早、newest 最新"),
    "dedupe.states": ("which opportunities are compared", "参与比较的商机状态"),
    "gate.proof": ("needed for every move forward", "每次推进都须填写"),
    "gate.required": (
        "needed from a stage on: {Contract: [decision_maker]}",
        "自某阶段起须填写：{合同签订: [decision_maker]}",
    ),
    "gate.may_skip": (
        "stages skipped at once; null for any number",
        "一次可跳过的阶段数；null 不限",
    ),
    "gate.may_return": ("whether a stage may be left backwards", "是否允许退回前面的阶段"),
    "score": ("how promising an opportunity is", "线索评分与评级"),
    "score.points": (
        "[{when: {industry: [Energy]}, points: 10}]; null: the usual ones",
        "[{when: {industry: [制造]}, points: 10}]；null 为常用项目",
    ),
    "score.points[].when": ("conditions", "条件"),
    "score.points[].points": ("what they are worth; may be negative", "分值，可为负"),
    "score.points[].group": ("lines that share a cap", "共用上限的分组"),
    "score.points[].name": ("in words", "说明"),
    "score.decay.since": ("date from which points wear off", "从该日期起扣减"),
    "score.decay.every": ("how long a step takes", "每级时长"),
    "score.decay.lose": ("share that a step takes away", "每级扣减比例"),
    "score.decay.least": ("share that always stays", "至少保留的比例"),
    "score.tags[].tag": ("the word", "标签"),
    "score.tags[].when": ("conditions; score and score_grade too", "条件，可用 score、score_grade"),
    "score.caps": ("most that a group of lines gives: {role: 20}", "每组最多分数：{职位: 20}"),
    "score.decay": ("points wear off in steps; null for never", "分数随时间逐级扣减；null 为不扣"),
    "score.grades": ("grade: points from which it is given", "等级：最低分数"),
    "score.tags": (
        "[{tag: large, when: {amount: {at_least: 500000}}}]; null: the usual ones",
        "[{tag: 大单, when: {amount: {at_least: 50万}}}]；null 为高意向、需跟进、易流失",
    ),
    "pool": ("back to the pool where nobody follows up", "公海：无人跟进的商机收回"),
    "pool.after": ("longest time without a follow-up", "超过此时间未跟进即收回"),
    "pool.protection": ("kept in any case after getting it; null", "新获得后的保护期；null 为无"),
    "pool.extension": (
        "how far a snooze puts the return off, once; null",
        "免催至最多可推迟多久（一次）；null 为不可",
    ),
    "pool.maximum": ("kept at most; null for any time", "最长保留时间；null 为不限"),
    "pool.warn": ("how long before it is warned of", "提前多久提醒"),
    "pool.cooldown": ("before the same owner may have it again", "同一人多久后才能再获得"),
    "pool.hops": ("then a manager decides; null for never", "收回几次后交主管决定；null 为不限"),
    "pool.won_customers": ("rows of customers with won deals stay", "已有赢单的客户不收回"),
    "pool.exempt": ("[{amount: {at_least: 1000000}}]", "豁免条件：[{amount: {at_least: 100万}}]"),
    "pool.action": (
        "tell only, return (write the pool's word), reassign",
        "tell 仅提醒，return 填写公海，reassign 重新分配",
    ),
    "risk": ("opportunities that are slipping away", "流失预警"),
    "risk.signs": ("what is looked for", "检查的信号"),
    "risk.high": ("signs that make the risk high", "达到几个信号为高风险"),
    "risk.silent": ("times the usual gap between contacts", "超过平时联系间隔的倍数即为沉默"),
    "risk.silent_least": ("and not before this", "至少超过此时间"),
    "risk.pushed": ("how often the expected close was moved later", "预计成交日期推迟几次"),
    "risk.slow": ("times the median of won deals in the stage", "超过赢单在该阶段停留中位数的倍数"),
    "risk.cut": ("share of the amount that was cut", "金额削减比例"),
    "risk.recent": ("how long such a change counts", "上述变动的有效期"),
    "win_probability": (
        "learned from closed deals, where they suffice",
        "赢单预测（依据已关闭商机）",
    ),
    "win_probability.least": (
        "closed deals needed, at least 200",
        "所需的已关闭商机数，不少于 200",
    ),
    "win_probability.fields": (
        "[industry, source]; null: the usual ones",
        "例如 [industry, source]；null 为常用字段",
    ),
    ".enabled": ("true switches it on", "改为 true 即启用"),
    "assign_owner.enabled": ("the sheet names no owners", "表中没有负责人"),
    "assign_owner.mode": (
        "suggest only; `fill` writes blank owner cells",
        "suggest 仅给建议，fill 填写空白的负责人",
    ),
    "assign_owner.assign": ("the first line whose conditions hold decides", "第一条满足条件的生效"),
    **{f"assign_owner.assign[].{key}": pair for key, pair in _LINE.items()},
    "assign_owner.assign[].mode": (
        "suggest or fill, instead of the rule's own",
        "suggest 只建议、fill 直接填写，代替总设置",
    ),
    "assign_owner.sticky": ("the same customer keeps its owner", "同一客户沿用原负责人"),
    "assign_owner.follow_duplicates": (
        "a duplicate goes to the owner of its master",
        "重复商机随主商机的负责人",
    ),
    "assign_owner.load": (
        "least_loaded compares count or amount",
        "负载按 count 数量或 amount 金额",
    ),
    "assign_owner.match": ("what a person must cover", "须与成员匹配的字段"),
    "assign_owner.fill_backup": (
        "with `fill`: the owner's backup too, where blank",
        "fill 时一并填写空白的备份负责人",
    ),
    "assign_owner.on_duty": (
        "new rows only to people within their working hours",
        "只分给当前在工作时间内的人",
    ),
    "assign_owner.priority": ("high values are assigned first", "数值高者先分配"),
    "assign_handler": ("who must act in the stage, by its role", "按阶段角色确定当前处理人"),
    "assign_handler.assign": (
        "lines before the roles of the stages, as under assign_owner",
        "先于阶段角色的分配规则，写法同 assign_owner",
    ),
    **{f"assign_handler.assign[].{key}": pair for key, pair in _LINE.items()},
    "assign_handler.method": (
        "among the people with the stage's role",
        "在担任该角色的人中如何选择",
    ),
    "assign_handler.match": ("what a person must cover", "须与成员匹配的字段"),
    "assign_handler.priority": ("high values come first", "数值高者先确定"),
    "stage_sla.start": (
        "where the stage entry is unknown: first_seen, created or stage_entered",
        "阶段起始未知时：first_seen 首次运行、created 创建日、stage_entered 不计",
    ),
    "stage_sla.warn_at": ("due soon from here", "达到此比例即将超时"),
    "stage_sla.escalate_after": (
        "after the due date; null for never",
        "超时多久后升级；null 为不升级",
    ),
    "stage_sla.neglected_after": (
        "older ones become one line instead of red rows",
        "超时更久的只合并为一行，不逐行标红",
    ),
    "stage_sla.limits": (
        "by condition: [{when: {amount: {at_least: 500000}}, limit: 3 workdays}]",
        "按条件：[{when: {amount: {at_least: 50万}}, limit: 3 workdays}]",
    ),
    **{f"stage_sla.limits[].{key}": pair for key, pair in _LIMIT.items()},
    "stage_sla.pause_when": ("conditions that stop the clock", "满足条件时停止计时"),
    "stage_sla.close_passed": (
        "remind when the expected close has passed",
        "预计成交日期已过时提醒",
    ),
    "stage_sla.next_step_passed": (
        "remind when the next step is overdue",
        "下次跟进日期已过时提醒",
    ),
    "stage_sla.follow_up": (
        "longest time without contact, 10 workdays",
        "最长未跟进时间，例如 10 workdays",
    ),
    "stage_sla.respond_within": (
        "from creation to the first contact: 4 working hours",
        "录入到首次联系，例如 4 workhours",
    ),
    "stage_sla.call_back": (
        "after a deal was won: [7 days, 90 days]",
        "赢单后回访：[7 days, 90 days]",
    ),
    "stage_sla.pay_within": ("after a deal was won: 30 days", "赢单后回款期限：30 days"),
    "stage_sla.pay_by": ("a date column that says so itself", "写明回款日期的列"),
    **{
        f"stage_sla.{clock}[].{key}": pair
        for clock in ("follow_up", "respond_within", "assign_within", "pay_within")
        for key, pair in _LIMIT.items()
    },
    "stage_sla.assign_within": ("longest time without an owner", "最长无人负责时间"),
    "kpi.period": (
        "day, week, month, quarter or year, to date",
        "day 日、week 周、month 月、quarter 季、year 年，截至当日",
    ),
    "kpi.year_starts": ("month in which the fiscal year starts", "财年起始月份"),
    "kpi.recent": (
        "days over which sources, loss reasons and stage fates are counted",
        "来源、丢单原因、阶段去向的统计天数",
    ),
    "kpi.sla": (
        "running: clocks now; due: those that ended or are overdue",
        "running 当前计时、due 本期结束或已超时",
    ),
    "kpi.dwell": ("days or workdays in a stage", "停留时长按 days 自然日、workdays 工作日"),
    "kpi.deleted": (
        "closed deals that were deleted still count",
        "已删除的已关闭商机仍计入指标",
    ),
    "kpi.win_rate": (
        "decided: won / (won + lost); all_closed; created",
        "decided 赢单÷（赢单+丢单）、all_closed 全部关闭、created 按创建",
    ),
    "kpi.commit": ("probability from which a deal is committed", "赢单率达到此值计为承诺"),
    "kpi.best_case": ("and from which it is best case", "达到此值计为乐观"),
}
