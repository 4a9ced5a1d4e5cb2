"""One opportunity's life: its stays in stages, then everything that happened to it, by time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd
from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from jobs.cli.explain import answered, becomes, label, shown, told, unknown
from jobs.cli.session import Session
from jobs.history import Event, Explanation, PatchCell
from jobs.history.changes import FIRST_SEEN
from rules.kpi import Book, Kpi
from rules.life.log import CAME, RETURNED, WENT
from rules.life.stays import MOVED
from rules.past import Past
from rules.rule import Context
from sync.fields import FIELDS
from sync.say import Language, day
from templates.terminal.grids import grid
from templates.words import Words

TEXTS: dict[str, tuple[str, str]] = {
    "dealkeeper": ("dealkeeper", "商机管家"),
    "team": ("team", "团队"),
    "supervisor": ("supervisor", "主管"),
    "run": ("run", "运行"),
    "seen": ("seen by the first run", "首次运行时已在表中"),
    CAME: ("came into the table", "出现在表中"),
    WENT: ("was deleted from the table", "从表中删除"),
    RETURNED: ("came back into the table", "重新出现在表中"),
    "stage": ("Stage", "阶段"),
    "entered": ("Entered", "进入时间"),
    "left": ("Left", "离开时间"),
    "stayed": ("Stayed", "停留"),
    "ended": ("Ended by", "去向"),
    "between": ("{since} … {until}", "{since} … {until}"),
    "by": ("by {until}", "不晚于 {until}"),
    "column": (" (the sheet's own date)", "（表中日期）"),
    "days.days": ("{n} day|{n} days", "{n} 天"),
    "days.workdays": ("{n} workday|{n} workdays", "{n} 个工作日"),
    "so_far": (" so far", "（至今）"),
    "end.moved": ("moved to {stage}", "进入「{stage}」"),
    "end.back": ("went back to {stage}", "退回「{stage}」"),
    "end.cleared": ("the stage was cleared", "阶段被清空"),
    "end.removed": ("the row was deleted", "行被删除"),
    "end.won": ("won", "赢单"),
    "end.lost": ("lost", "丢单"),
    "end.invalid": ("invalid", "无效"),
    "end.duplicate": ("duplicate", "重复"),
    "end.": ("", ""),
}


def life(session: Session, key: str) -> Iterator[RenderableType]:
    """Tell the life of one opportunity, as far as the history knows it.

    Args:
        session: whose history is asked.
        key: of the opportunity.

    Raises:
        Mismatch: no opportunity of that key was ever seen.
    """
    language = session.language
    known = session.history.explain(key)
    if known.first_seen is None:
        raise unknown(session, key)
    headers = {owned.key: owned.header for owned in session.rules_file.layout.columns}
    yield Text(key, style="bold")
    content = (
        f"{label(field, headers, language)} {shown(field, value, language)}"
        for field, value in known.content.items()
        if field in FIELDS or field == "state"
    )
    yield Text(" · ".join(content), style="dim")
    yield from _stays(session, key, Words(language, TEXTS))
    yield Text()
    yield _timeline(known, headers, language)


def _stays(session: Session, key: str, words: Words) -> Iterator[RenderableType]:
    """The stages that the opportunity was in, and for how long."""
    book = _book(session, key)
    stays = book.stays.frame
    stays = stays[stays["source"] != "passed"].reset_index(drop=True)
    if stays.empty:
        return
    titles = [words(name) for name in ("stage", "entered", "left", "stayed", "ended")]
    made = grid(titles, numbers=(titles[3],))
    until = stays["until"].to_numpy()
    now = stays["left"].fillna(session.now).to_numpy(dtype="datetime64[s]")
    days = book.spent(until, now)
    for at, stay in enumerate(stays.to_dict("records")):
        made.add_row(stay["stage"], *_told(stay, days[at], book, words), _end(stays, at, words))
    yield Text()
    yield made


def _told(stay: Mapping[Any, Any], days: float, book: Book, words: Words) -> tuple[str, str, str]:
    """When a stage was entered and left, and how long the opportunity stayed."""
    left = "" if pd.isna(stay["left"]) else day(stay["left"])
    if stay["source"] == "first_seen" or pd.isna(stay["until"]):
        return _entered(stay, words), left, ""
    number = f"{max(days, 0):.1f}".removesuffix(".0")
    length = words(f"days.{book.options.dwell}", n=number, count=days)
    return _entered(stay, words), left, length + ("" if left or stay["end"] else words("so_far"))


def _entered(stay: Mapping[Any, Any], words: Words) -> str:
    """When a stage was entered: a date of the sheet, or the interval that the runs left open."""
    since, until = stay["since"], stay["until"]
    if stay["source"] == "column":
        return day(until) + words("column")
    if pd.isna(since):
        return words("by", until=day(until))
    return day(until) if since == until else words("between", since=day(since), until=day(until))


def _end(stays: pd.DataFrame, at: int, words: Words) -> str:
    end = stays["end"].iloc[at]
    if end != MOVED or at + 1 == len(stays):
        return "" if end == MOVED else words(f"end.{end}")
    back = stays["place"].iloc[at + 1] < stays["place"].iloc[at]
    return words("end.back" if back else "end.moved", stage=stays["stage"].iloc[at + 1])


def _book(session: Session, key: str) -> Book:
    """The book of one opportunity, from what the history knows of it."""
    known = session.history.snapshot().loc[[key]]
    past = session.history.past()
    seen, events = (each[each["key"] == key] for each in (past.seen, past.events))
    gone = pd.to_datetime(known["gone"], format="ISO8601").astype("datetime64[s]")
    frame = known.drop(columns=[FIRST_SEEN]).assign(gone=gone, key=key).reset_index(drop=True)
    settings = session.rules_file.settings
    ctx = Context(session.now, settings, frozenset({*frame.columns, "closed"}), Past(seen, events))
    stanzas = [rule for rule in session.rules_file.rules if isinstance(rule, Kpi)]
    return Book(frame.astype({"key": "str"}), ctx, stanzas[0] if stanzas else Kpi())


def _timeline(known: Explanation, headers: Mapping[str, str], language: Language) -> Grid:
    """Everything that happened, by time: when, who, what, and why where we did it."""
    words = Words(language, TEXTS)
    lines: list[tuple[pd.Timestamp, str, str, str]] = []
    if known.first_seen is not None and not any(each.field == CAME for each in known.events):
        lines.append((known.first_seen, _minute(known.first_seen), words("run"), words("seen")))
    for event in known.events:
        when = _minute(event.until)
        if event.since != event.until:
            when = f"{_minute(event.since)} … {when}"
        lines.append((event.until, when, words(event.source), _what(event, headers, language)))
    reasons: set[tuple[pd.Timestamp, str]] = set()
    for patch in known.patches:
        why = told(patch.code, patch.facts, language)[:1]
        new = [each for each in why if (patch.now, each) not in reasons]
        reasons.update((patch.now, each) for each in why)
        # the `why` column holds nothing but the reasons of the others
        if patch.field != "why":
            what = " — ".join([_what(patch, headers, language), *new])
            lines.append((patch.now, _minute(patch.now), words("dealkeeper"), what))
    for answer in known.answers:
        what = answered(answer, language)
        lines.append((answer.at, _minute(answer.at), words("supervisor"), what))
    made = Grid.grid(padding=(0, 2))
    told_already: set[tuple[str, str]] = set()
    for _, when, who, what in sorted(lines, key=itemgetter(0)):
        # what we filled into the team's cells is known as an event and as a patch
        if who == words("dealkeeper"):
            begun = (when, what.partition(" — ")[0])
            if begun in told_already:
                continue
            told_already.add(begun)
        made.add_row(Text(when, style="dim"), who, what)
    return made


def _what(change: PatchCell | Event, headers: Mapping[str, str], language: Language) -> str:
    if change.field in (CAME, WENT, RETURNED):
        return Words(language, TEXTS)(change.field)
    return becomes(change, headers, language)


def _minute(moment: pd.Timestamp) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
