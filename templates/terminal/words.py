"""Words of the terminal reports, in both languages."""

from __future__ import annotations

from sync.say import Language

_WORDS: dict[str, tuple[str, str]] = {
    # key: Chinese, English
    "found": ("发现", "Found"),
    "assigned": ("分配", "Assigned"),
    "clocks": ("时效", "Clocks"),
    "written": ("写入", "Written"),
    "pending": ("待写入", "To write"),
    "kept": ("未写", "Not written"),
    "open_it": ("请打开", "Open"),
    "tab": ("标签页", "tab"),
    "rows": ("条商机", "opportunities"),
    "of_them_open": ("在途", "open"),
    "cells": ("格", "cells"),
    "row_count": ("行", "rows"),
    "nothing_new": ("没有变化,表格未改动", "nothing new, the spreadsheet is untouched"),
    "nothing_found": ("没有问题", "nothing"),
    "nobody": ("无", "nobody"),
    "summary_written": ("汇总页已更新", "summary tab updated"),
    "summary_pending": ("汇总页将更新", "summary tab to be updated"),
    "more": ("另有 {n} 项", "{n} more"),
    "more_rows": ("另有 {n} 处变更,--all 全部显示", "{n} more changes, --all shows them"),
    "rule": ("规则", "Rule"),
    "column": ("列", "Column"),
    "owner": ("负责人", "Owner"),
    "key": ("编号", "Key"),
    "changes": ("变更数", "Changes"),
    "where": ("位置", "Where"),
    "before": ("原值", "Before"),
    "after": ("新值", "After"),
    "why": ("原因", "Why"),
    "blank": ("(空)", "(blank)"),
    "by_rule": ("按规则", "By rule"),
    "by_owner": ("按负责人", "By owner"),
    "row_by_row": ("逐行", "Row by row"),
    "plan": ("计划", "Plan"),
    "new_columns": ("新增列", "New columns"),
    "health": ("体检报告", "Health report"),
    "table": ("表格", "Table"),
    "header_row": ("表头行", "header in row"),
    "opportunities": ("商机", "Opportunities"),
    "closed": ("已关闭", "closed"),
    "other": ("其他", "other"),
    "unreadable": ("无法识别", "Unreadable"),
    "missing": ("漏填", "Missing"),
    "duplicates": ("疑似重复", "Likely duplicates"),
    "untouched": ("久未跟进", "Untouched"),
    "untouched_detail": (
        "{n} 条在途商机 {days} 天以上没有跟进(依据「{field}」)",
        "{n} open opportunities without activity for over {days} days (by {field})",
    ),
    "untouched_unknown": (
        "表中没有跟进日期或创建日期,无法判断",
        "cannot tell: the table has no activity or creation date",
    ),
    "load": ("负责人与在手", "Owners and their load"),
    "at_risk": ("有风险的金额", "Amount at risk"),
    "at_risk_detail": (
        "{amount} / 在途 {total}:预计成交日已过、久未跟进或无负责人",
        "{amount} of {total} open: past the expected close, untouched, or without an owner",
    ),
    "no_amount": ("表中没有可用的金额列", "the table has no amount column that could be used"),
    "cells_count": ("{n} 格", "{n} cells"),
    "none": ("无", "none"),
    "unassigned": ("未分配", "unassigned"),
    "clusters": ("{n} 对,涉及 {rows} 行", "{n} pairs, {rows} rows"),
    "contested": ("抢单 {n} 对", "{n} contested between owners"),
}


def word(key: str, language: Language, **facts: object) -> str:
    """Return a word or short phrase in the reader's language."""
    chinese, english = _WORDS[key]
    text = chinese if language == "zh" else english
    return text.format(**facts) if facts else text
