"""What is to be said about the tabs as a whole: headers, notes below, further tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sync.fields import FIELDS
from sync.say import Reason
from sync.tab import Tab
from sync.table import Finding, Level
from sync.tabs import Tabs

TWO_AMOUNTS = Reason(
    "reading.two_amounts",
    "several columns could be the amount: {candidates:list}; none is used until the rules file "
    "names one under `columns`",
    "有多列可能是金额：{candidates:list}；在规则文件的 columns 中指定之前都不使用",
)
RIVALS = Reason(
    "reading.rival_columns",
    "several columns could be {field}: {candidates:list}; none is used until the rules file names "
    "one under `columns`",
    "有多列可能是“{field_zh}”：{candidates:list}；在规则文件的 columns 中指定之前都不使用",
)
DUPLICATE = Reason(
    "reading.duplicate_header",
    "the header “{header}” stands over {count} columns; the first one is read",
    "列名“{header}”重复了 {count} 次，只读取第一列",
)
UNNAMED = Reason(
    "reading.blank_header",
    "{count} columns of tab “{sheet}” hold something under a blank header and are not read",
    "工作表“{sheet}”有 {count} 列有内容但没有列名，未读取",
)
NOTES = Reason(
    "reading.notes_below",
    "{count} rows below the table on tab “{sheet}” look like notes (from row {row}) and are not "
    "read as opportunities",
    "工作表“{sheet}”表格下方有 {count} 行像是备注（从第 {row} 行起），没有按商机读取",
)
OTHERS = Reason(
    "reading.other_tables",
    "tabs {sheets:list} have a header like the table's and are not read; name them under `sheet` "
    "or `archive` if they belong to it",
    "工作表 {sheets:list} 的表头与本表相似但没有读取；如属于本表，请在 sheet 或 archive 中写明",
)
HEADLESS = Reason(
    "reading.headless_archive",
    "no header was found on the archive tabs {sheets:list}; they are not read",
    "归档工作表 {sheets:list} 中找不到表头，没有读取",
)
EMPTY = Reason(
    "reading.no_rows",
    "the table on tab “{sheet}” has no rows",
    "工作表“{sheet}”的表格没有数据行",
)
REASONS = (TWO_AMOUNTS, RIVALS, DUPLICATE, UNNAMED, NOTES, OTHERS, HEADLESS, EMPTY)


def remarks(tabs: Tabs) -> Iterator[Finding]:
    """Yield findings about the tabs that are no matter of single rows.

    Args:
        tabs: as chosen.
    """
    for key in {key for tab in tabs.main for key in tab.header.match.rivals}:
        headers = [h for tab in tabs.main for h in tab.header.rivals(key)]
        facts = {"candidates": tuple(dict.fromkeys(headers))}
        if key == "amount":
            yield Finding("reading", TWO_AMOUNTS.code, "warning", facts=facts, field=key)
        else:
            names = {"field": FIELDS[key].en, "field_zh": FIELDS[key].zh}
            yield Finding("reading", RIVALS.code, "warning", facts=names | facts, field=key)
    for tab in tabs.main:
        yield from _headers(tab)
        if len(tab.notes):
            facts_ = {"sheet": tab.name, "count": len(tab.notes), "row": int(tab.notes[0]) + 1}
            yield Finding("reading", NOTES.code, "info", facts=facts_)
        if len(tab) == 0:
            yield Finding("reading", EMPTY.code, "warning", facts={"sheet": tab.name})
    if tabs.others:
        yield Finding("reading", OTHERS.code, "info", facts={"sheets": tabs.others})
    if tabs.headless:
        yield Finding("reading", HEADLESS.code, "warning", facts={"sheets": tabs.headless})


def _headers(tab: Tab) -> Iterator[Finding]:
    """Headers that stand twice, and content under none."""
    counts = Counter(cell.text for cell in tab.header.cells)
    understood = {*tab.header.match.columns.values(), *tab.header.match.ids}
    for text, count in counts.items():
        if count > 1:
            read = any(c.column in understood for c in tab.header.cells if c.text == text)
            level: Level = "warning" if read else "info"
            facts = {"header": text, "count": count}
            yield Finding("reading", DUPLICATE.code, level, facts=facts)
    unnamed = tab.unnamed()
    if unnamed:
        facts = {"sheet": tab.name, "count": len(unnamed)}
        yield Finding("reading", UNNAMED.code, "info", facts=facts)
