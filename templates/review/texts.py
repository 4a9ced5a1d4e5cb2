"""The words of the review tab, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from rules.questions import Question
from sync.say import Language

# Column → its header. The tab is read again by them, in either language.
HEADERS: Mapping[str, tuple[str, str]] = {
    "kind": ("Kind", "类型"),
    "first": ("Opportunity", "商机"),
    "second": ("Compared with", "对照"),
    "customer": ("Customer", "客户"),
    "proposal": ("Proposal", "建议"),
    "answer": ("Answer", "答复"),
    "note": ("Note", "备注"),
    "evidence": ("Evidence", "依据"),
    "seen": ("First seen (by the product, not the sheet)", "最早出现（以本产品的记录为准）"),
    "code": ("Code", "编号"),
}

TEXTS: Mapping[str, tuple[str, str]] = {
    "count": (
        "{count} question is open|{count:,} questions are open",
        "{count:,} 条待复核",
    ),
    "none": ("Nothing to review.", "没有需要复核的内容。"),
    "how": (
        "Choose an answer from the list: the next run carries it out. Sort and filter freely.",
        "请在“答复”列选择，下次运行时执行并不再询问；可任意排序、筛选。",
    ),
    "cut": (
        "The first {shown:,} are listed; the others follow as these are answered.",
        "先列出前 {shown:,} 条，其余在答复后陆续列出。",
    ),
    "duplicate": ("possible duplicate", "疑似重复"),
    "duplicate.sure": ("certain duplicate", "确定重复"),
    "contested": ("contested customer", "抢单"),
    "owner": ("owner", "负责人"),
    "spelling": ("unknown word", "未知写法"),
    "id": ("repeated id", "编号重复"),
    "propose.duplicate": ("mark as duplicate of {proposal}", "标记为重复于 {proposal}"),
    "propose.duplicate.sure": ("marked as duplicate of {proposal}", "已标记为重复于 {proposal}"),
    "propose.contested": ("decide who keeps the customer", "请确定由谁跟进"),
    "propose.owner": ("{proposal}", "{proposal}"),
    "propose.spelling": ("read as “{proposal}”", "读作“{proposal}”"),
    "propose.spelling.none": ("choose what it means", "请选择其含义"),
    "propose.id": (
        "kept by “{proposal}”, the others get new ids",
        "编号归“{proposal}”，其余行另给编号",
    ),
    "seen.both": ("all there at the first run, {at}", "首次运行（{at}）时均已存在"),
    "seen.one": ("{row} {owner} {at}", "{row} {owner} {at}"),
    "nobody": ("(nobody)", "（无人）"),
    "more": ("{first} and {more} more", "{first} 等 {count} 条"),
}


def kind_of(question: Question, language: Language) -> str:
    """Return what the tab calls the kind of a question."""
    return TEXTS[question.topic + (".sure" if question.sure else "")][language == "zh"]
