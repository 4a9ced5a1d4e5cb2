"""`dealkeeper explain KEY`: why our cells of a row say what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from jobs.cli.options import rules_option
from jobs.cli.screen import tell
from jobs.cli.session import Session
from jobs.history import Answered, Event, Explanation, PatchCell
from jobs.planner import phrases
from rules.options import nearest
from rules.questions import ANSWERS
from rules.rule import discover
from sync.fields import FIELDS, Kind
from sync.say import Language, listed, money, say
from sync.store import Mismatch
from templates.terminal.words import moment_text, word

_UNKNOWN = {
    "zh": "没有编号为「{key}」的商机记录{hint}；请核对编号，或先运行 dealkeeper run",
    "en": "no opportunity `{key}` is known{hint}; check the key, or run dealkeeper run first",
}
_UNDECIDED = {"zh": "没有需要说明的决定", "en": "nothing was decided for this row"}
_HINT = {"zh": "（是否想查「{guess}」？）", "en": " (did you mean `{guess}`?)"}
_SUPERVISOR = {"zh": "主管答复", "en": "Answered by the supervisor"}

LATEST = 12  # cells written that are shown


@click.command()
@click.argument("key")
@rules_option
def explain(key: str, rules_path: Path | None, now: dt.datetime | None) -> None:
    """Tell why our cells of the row KEY say what they say.

    Shows the decisions of the latest run with their rule, facts and rejected alternatives, and the
    cells that were written.
    """
    session = Session.open(rules_path, now)
    known = session.history.explain(key)
    if known.first_seen is None:
        raise unknown(session, key)
    headers = {owned.key: owned.header for owned in session.rules_file.layout.columns}
    tell(*_lines(known, headers, session.language))


def unknown(session: Session, key: str) -> Mismatch:
    """Return what to raise where no opportunity of that key was ever seen."""
    keys = tuple(str(known) for known in session.history.snapshot().index)
    guess = nearest(key, keys)

    def sentence(language: Language) -> str:
        hint = _HINT[language].format(guess=guess) if guess else ""
        return _UNKNOWN[language].format(key=key, hint=hint)

    return Mismatch(sentence("en"), zh=sentence("zh"))


def label(field: str, headers: Mapping[str, str], language: Language) -> str:
    """Return a column's name for people: our header, or the field's."""
    if field in headers:
        return headers[field]
    if field == "state":
        return word("state", language)
    return FIELDS[field].label(language) if field in FIELDS else field


def shown(field: str, value: str | None, language: Language) -> str:
    """Return a stored value for people: amounts in currency units, moments without the `T`."""
    if value is None:
        return word("blank", language)
    if field == "state":
        return word(f"state.{value}", language)
    known = FIELDS.get(field)
    if known and known.kind is Kind.MONEY and value.lstrip("-").isdigit():
        return money(int(value))
    return moment_text(value)


def becomes(change: PatchCell | Event, headers: Mapping[str, str], language: Language) -> str:
    """Return what a change did to a cell: column, before, after."""
    before, after = (shown(change.field, v, language) for v in (change.before, change.after))
    column = label(change.field, headers, language)
    return word("becomes", language, column=column, before=before, after=after)


def _lines(
    known: Explanation, headers: Mapping[str, str], language: Language
) -> Iterator[RenderableType]:
    content = " · ".join(
        f"{label(field, headers, language)} {shown(field, value, language)}"
        for field, value in known.content.items()
        if field in FIELDS
    )
    yield Text(known.key, style="bold")
    yield Text(content, style="dim")
    decided = {decision.field for decision in known.decisions}
    reasons = [(decision.field, decision.code, decision.facts) for decision in known.decisions]
    place = {field: at for at, field in enumerate(headers)}
    reasons.sort(key=lambda reason: place.get(reason[0], len(place)))
    # what was filled in at an earlier run stands in a cell of the team's now: why, from that run
    reasons += [(p.field, p.code, p.facts) for p in known.patches if p.field not in decided]
    said: set[str] = set()
    for field, code, facts in reasons:
        lines = told(code, facts, language)
        if not lines or lines[0] in said:
            continue
        said.add(lines[0])
        rule = code.partition(".")[0]
        yield from ("", Text(f"{label(field, headers, language)} · {rule}", style="bold"))
        yield from (_inside(line) for line in lines)
    if not said:
        yield from ("", _inside(_UNDECIDED[language]))
    if known.answers:
        yield from ("", Text(_SUPERVISOR[language], style="bold"))
    for answer in known.answers:
        yield _inside(f"{answer.at:%Y-%m-%d %H:%M}  {answered(answer, language)}")
    if known.patches:
        yield from ("", Text(word("written", language), style="bold"))
    for patch in known.patches[-LATEST:]:
        moment = patch.now.strftime("%Y-%m-%d %H:%M")
        yield _inside(f"{moment}  {becomes(patch, headers, language)}")


def answered(answer: Answered, language: Language) -> str:
    """Return what the supervisor answered: the other rows, the answer, the note."""
    words = ANSWERS[answer.topic][answer.verdict][language == "zh"]
    if answer.verdict == "change":
        words = f"{words} {answer.value}"
    about = listed(answer.others, language)
    return " · ".join(part for part in (about, words, answer.note) if part)


def _inside(line: str) -> RenderableType:
    return Padding(Text(line), (0, 0, 0, 2))


def told(code: str, facts: Mapping[str, Any], language: Language) -> list[str]:
    """Return the sentence of a reason, then what its rule spells out besides."""
    if not code:
        return []
    rule = discover().get(code.partition(".")[0])
    more = rule.details(facts, language) if rule else []
    return [say(phrases()[code], facts, language), *more]
