"""The report of a run: what was found, assigned, marked and written, and what to open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from rules.chain import ChainResult
from rules.questions import Question
from rules.settings import Settings
from rules.stage_sla import LEVELS
from sync.plan import Plan
from sync.say import Language, Reason, listed, say
from sync.store import REASONS as REFUSALS
from sync.store import Receipt
from sync.table import Table
from templates.review.texts import kind_of
from templates.terminal.findings import told
from templates.terminal.grids import facts
from templates.terminal.words import aside, joined, word

SHOWN = 8
_LEVEL_STYLE = {"escalated": "bold red", "overdue": "red", "due_soon": "yellow"}


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What a report tells about.

    Attributes:
        file: name of the spreadsheet as people know it.
        opens: path of the workbook that holds the summary.
        plan, table, result: of the run.
        settings: the team.
        phrases: code → reason.
        receipt: what was written; None for a plan or where nothing had to be.
        planned: whether this is a plan, nothing having been written.
        files: names of the people's own files that are new.
        questions: what waits for a supervisor's answer in the review tab.
    """

    file: str
    opens: str
    plan: Plan
    table: Table
    result: ChainResult
    settings: Settings
    phrases: Mapping[str, Reason]
    receipt: Receipt | None = None
    planned: bool = False
    files: tuple[str, ...] = ()
    questions: Sequence[Question] = ()

    @property
    def language(self) -> Language:
        """Of the report."""
        return self.settings.language


def render(report: Report) -> RenderableType:
    """Lay the report out for the terminal."""
    body = facts()
    language = report.language
    body.add_row(
        word("found", language),
        told(report.plan.findings, report.phrases, language, word("nothing_found", language)),
    )
    if assigned := _assigned(report):
        body.add_row(word("assigned", language), assigned)
    if clocks := _clocks(report):
        body.add_row(word("clocks", language), clocks)
    if report.questions:
        body.add_row(word("review", language), _waiting(report))
    body.add_row(word("pending" if report.planned else "written", language), _written(report))
    if report.receipt and report.receipt.failed:
        lines = [Text(f"△ {e.say(language)}", style="yellow") for e in report.receipt.failed]
        body.add_row(word("not_written", language), Group(*lines))
    if report.receipt and report.receipt.refused:
        body.add_row(word("kept", language), _refused(report))
    parts = [title(report), Text(), body]
    if report.plan.layout.tabs and not report.planned:
        first = report.plan.layout.tabs[0].name
        place = word("open_it", language, file=report.opens, tab=first)
        parts += [Text(), Text(place, style="bold")]
    return Group(*parts)


def title(report: Report) -> RenderableType:
    """Return the two head lines: whose table, which file, how many rows, which moment."""
    language = report.language
    name = report.settings.team_name or "Dealkeeper 商机管家"
    is_open = int((report.result.frame["state"] == "open").sum())
    parts = [
        report.file,
        joined(list(dict.fromkeys(report.table.sheets)), language),
        word("opportunity_count", language, n=f"{len(report.table):,}"),
        word("open_count", language, n=f"{is_open:,}"),
        report.plan.now.strftime("%Y-%m-%d %H:%M"),
    ]
    heading = word("plan", language) + " · " if report.planned else ""
    return Group(
        Text(heading + name, style="bold"),
        Text(" · ".join(part for part in parts if part), style="dim"),
    )


def _assigned(report: Report) -> Text | None:
    """New owners by this plan: filled in, or suggested."""
    language = report.language
    names: dict[str, list[str]] = {"owner": [], "suggested_owner": []}
    for patch in report.plan.patches:
        if patch.column in names:
            names[patch.column] += [name for name in patch.after if name is not None]
    everybody = names["owner"] + names["suggested_owner"]
    if not everybody:
        return None
    kinds = (("filled_in", "owner"), ("suggested", "suggested_owner"))
    made = [word(kind, language, n=len(names[key])) for kind, key in kinds if names[key]]
    counts = pd.Series(everybody).value_counts()
    shown = [f"{name} {count}" for name, count in counts.head(SHOWN).items()]
    if len(counts) > SHOWN:
        shown.append(word("more", language, n=len(counts) - SHOWN))
    return Text(" · ".join([*made, joined(shown, language)]))


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
            text.append(f"{label} {count:,}", style=_LEVEL_STYLE.get(code, ""))
    return text or None


def _waiting(report: Report) -> Text:
    """How many questions of each kind are open, in the words of the review tab."""
    kinds = Counter(kind_of(question, report.language) for question in report.questions)
    return Text(" · ".join(f"{kind} {count:,}" for kind, count in kinds.most_common()))


def _written(report: Report) -> Text:
    language = report.language
    counts: dict[str, int] = {}
    for patch in report.plan.patches:
        counts[patch.column] = counts.get(patch.column, 0) + len(patch)
    tabs = [view.name for view in report.plan.tabs]
    files = report.receipt.files if report.receipt else report.files
    if not counts and not tabs and not files:
        return Text(word("nothing_pending" if report.planned else "nothing_new", language))
    parts = []
    if counts:
        total = report.receipt.written if report.receipt else sum(counts.values())
        columns = [f"{header(report, key)} {count:,}" for key, count in counts.items()]
        cells = word("cells", language, n=f"{total:,}")
        parts.append(cells + aside(columns, language))
    if tabs:
        told = "tabs_pending" if report.planned else "tabs_written"
        parts.append(word(told, language, tabs=joined(tabs, language)))
    if files:
        told = "files_pending" if report.planned else "files_written"
        parts.append(word(told, language, n=f"{len(files):,}", files=listed(files, language)))
    return Text(" · ".join(parts))


def header(report: Report, key: str) -> str:
    """Return a column's text in the sheet."""
    owned = {column.key: column.header for column in report.plan.layout.columns}
    known = report.table.columns.get(key)
    return owned.get(key) or (known.header if known else key)


def _refused(report: Report) -> Group:
    """Cells that were left as they were, one line a column and reason."""
    language = report.language
    refused = report.receipt.refused if report.receipt else ()
    groups: dict[tuple[str, str], list[str]] = {}
    for item in refused:
        groups.setdefault((item.column, item.code), []).append(item.key)
    sentences = {reason.code: say(reason, {}, language) for reason in REFUSALS}
    made = []
    for (column, code), keys in groups.items():
        count = word("cells", language, n=len(keys))
        which = aside([listed(keys, language)], language)
        line = f"{header(report, column)} · {count} · {sentences[code]}{which}"
        made.append(Text(line, style="yellow"))
    return Group(*made)
