"""Words of the terminal reports, in both languages."""

from __future__ import annotations

import re

from sync.say import Language

_WORDS: dict[str, tuple[str, str]] = {
    # key: Chinese, English; `key.one` where English says one thing in another way than many
    "found": ("发现", "Found"),
    "assigned": ("分配", "Assigned"),
    "filled_in": ("填写 {n} 条", "{n} filled in"),
    "suggested": ("建议 {n} 条", "{n} suggested"),
    "clocks": ("时效", "Clocks"),
    "written": ("写入", "Written"),
    "pending": ("待写入", "To write"),
    "kept": ("未写", "Not written"),
    "opportunity_count": ("{n} 条商机", "{n} opportunities"),
    "opportunity_count.one": ("1 条商机", "1 opportunity"),
    "open_count": ("在途 {n}", "{n} open"),
    "closed_count": ("已关闭 {n}", "{n} closed"),
    "on_hold_count": ("搁置 {n}", "{n} on hold"),
    "cells": ("{n} 格", "{n} cells"),
    "cells.one": ("1 格", "1 cell"),
    "rows": ("{n} 行", "{n} rows"),
    "rows.one": ("1 行", "1 row"),
    "alike": ("同类另有 {n} 项", "{n} more like it"),
    "nothing_new": ("没有变化，表格未改动", "nothing new, the spreadsheet is untouched"),
    "nothing_pending": ("没有需要写入的内容", "nothing, the spreadsheet is up to date"),
    "nothing_found": ("没有问题", "nothing"),
    "nobody": ("无", "nobody"),
    "files_written": ("已更新个人文件 {n} 个（{files}）", "updated {n} owner files ({files})"),
    "files_pending": (
        "将更新个人文件 {n} 个（{files}）",
        "{n} owner files pending ({files})",
    ),
    "not_written": ("未写入", "Not written"),
    "tabs_written": ("已更新工作表{tabs}", "updated tab {tabs}"),
    "tabs_pending": ("将更新工作表{tabs}", "tab {tabs} to be updated"),
    "open_it": ("→ 请打开 {file} 的「{tab}」标签页", "→ Open {file}, tab “{tab}”"),
    "review": ("待复核", "Review"),
    "tour": ("每条规则做了什么", "What each rule did"),
    "such_as": ("如 {row}：{why}", "such as {row}: {why}"),
    "more": ("另有 {n} 项", "{n} more"),
    "more_rows": ("另有 {n} 处变更，--all 全部显示", "{n} more changes, --all shows them"),
    "more_rows.one": ("另有 1 处变更，--all 全部显示", "1 more change, --all shows it"),
    "rule": ("规则", "Rule"),
    "column": ("列", "Column"),
    "owner": ("负责人", "Owner"),
    "changes": ("变更数", "Changes"),
    "where": ("位置", "Where"),
    "changed_cells": ("单元格", "Cells"),
    "why": ("原因", "Why"),
    "blank": ("（空）", "(blank)"),
    "state": ("状态", "State"),
    "state.open": ("进行中", "open"),
    "state.won": ("赢单", "won"),
    "state.lost": ("丢单", "lost"),
    "state.invalid": ("无效", "invalid"),
    "state.on_hold": ("搁置", "on hold"),
    "state.duplicate": ("重复", "duplicate"),
    "becomes": ("{column}：{before} → {after}", "{column}: {before} → {after}"),
    "by_rule": ("按规则", "By rule"),
    "by_owner": ("按负责人", "By owner"),
    "row_by_row": ("逐行", "Row by row"),
    "plan": ("计划", "Plan"),
    "health": ("体检报告", "Health report"),
    "table": ("表格", "Table"),
    "header_row": ("表头在第 {n} 行", "header in row {n}"),
    "opportunities": ("商机", "Opportunities"),
    "unreadable": ("无法识别", "Unreadable"),
    "missing": ("漏填", "Missing"),
    "duplicates": ("疑似重复", "Likely duplicates"),
    "untouched": ("久未跟进", "Untouched"),
    "untouched_detail": (
        "在途商机中 {n} 条有 {days} 天以上没有跟进（依据「{field}」）",
        "{n} of the open ones without activity for over {days} days (by {field})",
    ),
    "untouched_unknown": (
        "表中没有跟进日期或创建日期，无法判断",
        "cannot tell: the table has no activity or creation date",
    ),
    "load": ("负责人与在手", "Owners and their load"),
    "at_risk": ("有风险的金额", "Amount at risk"),
    "at_risk_detail": (
        "{amount} / 在途 {total}：预计成交日已过、久未跟进或无负责人",
        "{amount} of {total} open: past the expected close, untouched, or without an owner",
    ),
    "no_amount": ("表中没有可用的金额列", "the table has no amount column that could be used"),
    "no_open_amount": ("在途商机都没有金额", "no open opportunity has an amount"),
    "none": ("无", "none"),
    "unassigned": ("未分配", "unassigned"),
    "nobody_yet": ("（未分配）", "(unassigned)"),
    "pairs": ("{n} 对，涉及 {rows} 行", "{n} pairs in {rows} rows"),
    "pairs.one": ("1 对，涉及 {rows} 行", "1 pair in {rows} rows"),
    "option": ("选项", "Option"),
    "default": ("默认值", "Default"),
    "meaning": ("含义", "Meaning"),
    "decides": ("写入：{columns}", "decides: {columns}"),
    "contested": ("抢单 {n} 对", "{n} contested between owners"),
}
# The joint of a list, and what encloses an aside.
_JOINTS: dict[Language, tuple[str, str, str, str]] = {
    "zh": ("、", "，", "（", "）"),
    "en": (", ", ", ", " (", ")"),
}


def word(key: str, language: Language, **facts: object) -> str:
    """Return a word or short phrase in the reader's language."""
    one = f"{key}.one" if str(facts.get("n")) == "1" else ""
    chinese, english = _WORDS.get(one) or _WORDS[key]
    text = chinese if language == "zh" else english
    return text.format(**facts) if facts else text


def joined(items: list[str], language: Language) -> str:
    """Return the items of a list in one line."""
    return _JOINTS[language][0].join(items)


def aside(items: list[str], language: Language) -> str:
    """Return a remark in brackets, to be put after a sentence; "" where there is none."""
    _, comma, before, after = _JOINTS[language]
    return f"{before}{comma.join(items)}{after}" if items else ""


def moment_text(value: str) -> str:
    """Return a stored moment (2026-11-22T18:00:00) as people write it; other text as it is."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:00)?$", r"\1 \2", value)
