"""The report of a run: what was found, assigned, marked and written, and what to open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from rules.chain import ChainResult
from rules.settings import Settings
from rules.stage_sla import LEVELS
from sync.plan import Plan
from sync.say import Language, Reason
from sync.store import Receipt
from sync.table import Table
from templates.terminal.findings import Line, lines
from templates.terminal.words import word

SHOWN_FINDINGS = 8
_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_LEVEL_STYLE = {"escalated": "bold red", "overdue": "red", "due_soon": "yellow"}


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What a report tells about.

    Attributes:
        file: name of the spreadsheet as people know it.
        plan, table, result: of the run.
        settings: the team.
        phrases: code → reason.
        receipt: what was written; None for a plan or where nothing had to be.
        planned: whether this is a plan, nothing having been written.
    """

    file: str
    plan: Plan
    table: Table
    result: ChainResult
    settings: Settings
    phrases: Mapping[str, Reason]
    receipt: Receipt | None = None
    planned: bool = False

    @property
    def language(self) -> Language:
        """Of the report."""
        return self.settings.language


def render(report: Report) -> RenderableType:
    """Lay the report out for the terminal."""
    body = Grid.grid(padding=(0, 2))
    body.add_column(no_wrap=True, style="bold")
    body.add_column(overflow="fold")
    say = report.language
    body.add_row(word("found", say), _found(report))
    if assigned := _assigned(report):
        body.add_row(word("assigned", say), assigned)
    if clocks := _clocks(report):
        body.add_row(word("clocks", say), clocks)
    body.add_row(word("pending" if report.planned else "written", say), _written(report))
    if report.receipt and report.receipt.refused:
        body.add_row(word("kept", say), _refused(report))
    return Group(title(report), Text(), body, Text(), _open_it(report))


def title(report: Report) -> RenderableType:
    """Return the two head lines: whose table, which file, how many rows, which moment."""
    say = report.language
    name = report.settings.team_name or "Dealkeeper 商机管家"
    state = report.result.frame["state"]
    tabs = "、".join(dict.fromkeys(report.table.sheets)) if len(report.table) else ""
    counts = (
        f"{len(report.table):,} {word('rows', say)}"
        f" · {int((state == 'open').sum()):,} {word('of_them_open', say)}"
    )
    parts = [report.file, tabs, counts, report.plan.now.strftime("%Y-%m-%d %H:%M")]
    heading = word("plan", say) + " · " if report.planned else ""
    return Group(
        Text(heading + name, style="bold"),
        Text(" · ".join(part for part in parts if part), style="dim"),
    )


def _found(report: Report) -> RenderableType:
    found = lines(report.plan.findings, report.phrases, report.language)
    if not found:
        return Text(word("nothing_found", report.language))
    shown = [_line(line, report.language) for line in found[:SHOWN_FINDINGS]]
    if len(found) > SHOWN_FINDINGS:
        more = word("more", report.language, n=len(found) - SHOWN_FINDINGS)
        shown.append(Text(f"… {more}", style="dim"))
    return Group(*shown)


def _line(line: Line, language: Language) -> Text:
    text = Text(line.sentence, style=_STYLE[line.level])
    extra = []
    if line.rows > 1:
        extra.append(f"{line.rows:,} {word('row_count', language)}")
    if line.others:
        extra.append(f"+{word('more', language, n=line.others)}")
    return text.append(f"  ({', '.join(extra)})", style="dim") if extra else text


def _assigned(report: Report) -> Text | None:
    """New owners by this plan: filled in, or suggested."""
    names = [
        name
        for patch in report.plan.patches
        if patch.column in ("owner", "suggested_owner")
        for name in patch.after
        if name is not None
    ]
    if not names:
        return None
    counts = pd.Series(names).value_counts()
    shown = ", ".join(f"{name} {count}" for name, count in counts.head(8).items())
    rest = f" … {word('more', report.language, n=len(counts) - 8)}" if len(counts) > 8 else ""
    return Text(f"{len(names)}: {shown}{rest}")


def _clocks(report: Report) -> Text | None:
    frame = report.result.frame
    if "status" not in frame.columns:
        return None
    counts = frame["status"].value_counts()
    text = Text()
    for code in ("escalated", "overdue", "due_soon", "ok", "neglected", "paused"):
        english, chinese = LEVELS[code]
        label = chinese if report.language == "zh" else english
        if count := int(counts.get(label, 0)):
            text.append(" · " if text else "")
            text.append(f"{label} {count}", style=_LEVEL_STYLE.get(code, ""))
    return text or None


def _written(report: Report) -> Text:
    counts: dict[str, int] = {}
    for patch in report.plan.patches:
        counts[patch.column] = counts.get(patch.column, 0) + len(patch)
    summary = report.plan.summary is not None
    if not counts and not summary:
        return Text(word("nothing_new", report.language))
    headers = {owned.key: owned.header for owned in report.plan.layout.columns}
    headers |= {
        key: column.header for key, column in report.table.columns.items() if key not in headers
    }
    parts = []
    if counts:
        total = report.receipt.written if report.receipt else sum(counts.values())
        columns = ", ".join(f"{headers.get(key, key)} {n:,}" for key, n in counts.items())
        parts.append(f"{total:,} {word('cells', report.language)} ({columns})")
    if summary:
        parts.append(
            word("summary_pending" if report.planned else "summary_written", report.language)
        )
    return Text(" · ".join(parts))


def _refused(report: Report) -> Group:
    """Cells that were left as they were, one line a reason."""
    refused = report.receipt.refused if report.receipt else ()
    kinds = pd.DataFrame([(item.column, item.code) for item in refused], columns=["column", "code"])
    made = []
    for (column, code), group in kinds.groupby(["column", "code"], sort=False):
        keys = ", ".join(refused[int(at)].key for at in np.asarray(group.index[:3]))
        made.append(Text(f"{column}: {len(group)} · {code} ({keys})", style="yellow"))
    return Group(*made)


def _open_it(report: Report) -> Text:
    if report.planned or not report.plan.layout.summary:
        return Text()
    tab = report.plan.layout.summary
    if report.language == "zh":
        return Text(f"→ 请打开 {report.file} 的「{tab}」标签页", style="bold")
    return Text(f"→ Open {report.file}, tab “{tab}”", style="bold")
