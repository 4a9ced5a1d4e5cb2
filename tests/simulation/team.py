"""The team of the simulation: its table, its rules file, and what its rules must say of a row.

Every row has a minute of the day of its own, which is also that of its due date, and a region,
which decides its owner: so a value that stands in another row is known as such.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any, Final

TAB: Final = "商机"
KEY, CUSTOMER, REGION, STAGE = "商机编号", "客户名称", "区域", "阶段"
SINCE, OWNER, AMOUNT, NOTE = "进入阶段时间", "负责人", "预计金额", "备注"
HEADER: Final = (KEY, CUSTOMER, REGION, STAGE, SINCE, OWNER, AMOUNT, NOTE)
STATUS, DUE, WHY, OUR_KEY = "管家·时效", "管家·截止", "管家·原因", "管家·编号"
NAMED: Final = frozenset({CUSTOMER, REGION, STAGE, SINCE, OWNER, OUR_KEY})
"""Headers by which the rules find what they need: renaming one asks for the admin."""
LIMITS: Final = {"初步沟通": 5, "方案定制": 12, "深度跟进": 30}
"""Stage → days until an opportunity is overdue."""
OWNERS: Final = {"华东": "王一", "华南": "李二", "华北": "张三", "西南": "赵四", "西北": "钱五"}
"""Region → who gets its opportunities."""
OVERDUE, IN_TIME = "已超时", frozenset({"正常", "即将超时"})
START: Final = dt.datetime(2026, 11, 2, 9)  # noqa: DTZ001 - the spreadsheet's own time
ROWS: Final = 24

RULES: Final = """\
version: 1
id: simulation
language: zh
timezone: Asia/Shanghai
spreadsheet: {google: simulation-simulation-simulation-simulation, sheet: 商机, wait: 5 minutes}
stages:
  - {name: 初步沟通, limit: 5 days}
  - {name: 方案定制, limit: 12 days}
  - {name: 深度跟进, limit: 30 days}
calendar: {country: null}
team: [{name: 王一}, {name: 李二}, {name: 张三}, {name: 赵四}, {name: 钱五}]
rules:
  - use: assign_owner
    mode: fill
    sticky: false
    follow_duplicates: false
    assign:
      - {when: {region: 华东}, to: [王一]}
      - {when: {region: 华南}, to: [李二]}
      - {when: {region: 华北}, to: [张三]}
      - {when: {region: 西南}, to: [赵四]}
      - {when: {region: 西北}, to: [钱五]}
  - use: stage_sla
    start: stage_entered
    escalate_after: null
    neglected_after: null
    close_passed: false
    next_step_passed: false
owned: {stage_since: false, next_action: false, duplicate_of: false, suggested_owner: false}
"""


def rows(random: Random) -> list[dict[str, Any]]:
    """Rows of a table, by header; every third has no owner yet."""
    made = []
    for number in range(ROWS):
        minute = dt.timedelta(days=random.randint(-20, 0), minutes=7 * number + 5)
        made.append(
            {
                KEY: f"S{number:03}",
                CUSTOMER: f"客户{number:03}",
                REGION: random.choice(list(OWNERS)),
                STAGE: random.choice(list(LIMITS)),
                SINCE: f"{START.replace(hour=0) + minute:%Y-%m-%d %H:%M}",
                OWNER: "" if number % 3 == 0 else random.choice(list(OWNERS.values())),
                AMOUNT: 1000 + number,
                NOTE: f"记录{number}",
            }
        )
    return made


def due(row: dict[str, Any]) -> dt.datetime | None:
    """When a row is due, None where people typed what no rule can read."""
    limit = LIMITS.get(str(row.get(STAGE)))
    try:
        since = dt.datetime.strptime(str(row.get(SINCE)), "%Y-%m-%d %H:%M")  # noqa: DTZ007
    except ValueError:
        return None
    return since + dt.timedelta(days=limit) if limit is not None else None
