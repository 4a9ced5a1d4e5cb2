"""The review tab: one table of questions, in an order that stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from rules.past import Past
from rules.questions import ANSWERS, Question, Topic, understood
from sync.say import Language, Reason, say
from sync.table import Table, as_text, column
from sync.view import Border, Cell, Choices, Link, Range, SheetView, Style, Value
from templates.review.seen import Witness
from templates.review.texts import HEADERS, TEXTS, kind_of
from templates.summary import palette
from templates.summary.grid import measure
from templates.words import Words

KEY = "review"  # of the tab, whatever it is called
MOST = 500  # questions that are listed at a time

# (topic, whether it is carried out already) in the order of the tab: what waits for an answer first
_ORDER: tuple[tuple[Topic, bool], ...] = (
    ("duplicate", False), ("contested", False), ("owner", False), ("spelling", False),
    ("id", False), ("duplicate", True),
)  # fmt: skip
_WIDTHS: Mapping[str, int] = {
    "kind": 118, "first": 150, "second": 150, "customer": 190, "proposal": 190, "answer": 120,
    "note": 180, "evidence": 320, "seen": 230, "code": 128,
}  # fmt: skip
_COLUMNS = tuple(_WIDTHS)
_TYPED = ("answer", "note")
_TITLE, _HOW, _HEADER, _FIRST = 0, 1, 2, 3  # rows
_LINE, _PADDING, _INDENT = 16, 8, 9  # px
_FONTS = {"zh": ("Microsoft YaHei", "Noto Sans SC"), "en": ("Calibri", "Carlito")}


@dataclass(frozen=True, slots=True, eq=False)
class ReviewInput:
    """Everything that the tab is made from.

    Attributes:
        questions: those that are open.
        typed: (questions × code, answer, note) what stands in the tab now.
        table: as read, for tab names and keys of the links.
        frame: (rows × columns) resolved, with `key`, `customer` and `owner`.
        found: the same before anything was decided, owners as people left them.
        past: who was seen when, and who owned it, until this run.
        now: the moment of the run, naive local time.
        language: of the tab.
        tab: its name.
        catalogue: every reason that a question may have, by code.
    """

    questions: Sequence[Question]
    typed: pd.DataFrame
    table: Table
    frame: pd.DataFrame
    found: pd.DataFrame
    past: Past
    now: pd.Timestamp
    language: Language
    tab: str
    catalogue: Mapping[str, Reason] = field(default_factory=dict)


def build(given: ReviewInput) -> SheetView:
    """Make the review tab.

    What people typed stays with its question: a note while the question is open, an answer only
    while it is about the same content and could not be understood.

    Args:
        given: the open questions, and what is needed to show them.

    Returns:
        The tab; equal for equal questions, whatever people typed.
    """
    shown = _ordered(given.questions)[:MOST]
    page = _Page(given, shown)
    cells = [*page.head(len(given.questions), len(shown))]
    heights = [(_TITLE, 34), (_HEADER, 24)]
    for row, question in enumerate(shown, _FIRST):
        line = page.line(row, question)
        cells += line
        heights.append((row, page.height(line)))
    last = _FIRST + max(len(shown), 1) - 1
    answer, note, end = _at("answer"), _at("note"), len(_COLUMNS) - 1
    return SheetView(
        key=KEY,
        name=given.tab,
        language=given.language,
        widths=tuple(_WIDTHS.values()),
        heights=tuple(heights),
        cells=tuple(cells),
        rows=last + 1,
        columns=len(_COLUMNS),
        hidden_from=len(_COLUMNS),
        freeze=_FIRST,
        repeat=(_HEADER, _HEADER),
        footer=(given.tab, "{page} / {pages}", ""),
        tab_color=palette.WARNING,
        fonts=_FONTS[given.language],
        typed=(Range(_FIRST, answer, last, note),),
        choices=tuple(page.choices(shown)),
        filter=Range(_HEADER, 0, last, end) if shown else None,
    )


def _at(name: str) -> int:
    return _COLUMNS.index(name)


def _ordered(questions: Sequence[Question]) -> list[Question]:
    """By kind; within one, as the rules gave them."""
    return sorted(questions, key=lambda question: _ORDER.index((question.topic, question.sure)))


class _Page:
    """Places the cells of the tab."""

    def __init__(self, given: ReviewInput, shown: Sequence[Question]) -> None:
        self._given = given
        self._words = Words(given.language, TEXTS)
        wanted = {key for question in shown for key in question.keys}
        rows = np.flatnonzero(given.frame["key"].isin(wanted))
        frame = given.frame.iloc[rows]
        self._witness = Witness(given.found.iloc[rows], given.past, given.now, self._words)
        keys = frame["key"].tolist()
        places = zip(keys, given.table.sheets[rows], given.table.writable[rows], strict=True)
        self._sheets = {key: str(sheet) for key, sheet, known in places if known}
        customers = as_text(column(frame, "customer")).fillna("")
        self._customers = dict(zip(keys, customers, strict=True))
        owners = as_text(column(frame, "owner")).fillna("")
        self._owners = dict(zip(keys, owners, strict=True))
        self._typed = {
            code.partition("-")[0]: (code, answer, note)
            for code, answer, note in given.typed.to_numpy()
        }

    def _style(self, size: float, **look: Any) -> Style:
        # Latin type is one point larger than Chinese to look the same
        return Style(size=size + (self._given.language == "en"), **look)

    def head(self, count: int, shown: int) -> Iterator[Cell]:
        """Place the title, how to answer, and the headers."""
        words = self._words
        title = f"{self._given.tab}   {words('count', count=count)}"
        yield Cell(_TITLE, 0, title, self._style(14, bold=True))
        how = words("how") if count else words("none")
        if count > shown:
            how += " " + words("cut", shown=shown)
        yield Cell(_HOW, 0, how, self._style(9, color=palette.GREY))
        rule = Border("thin", palette.RULE)
        for at, name in enumerate(_COLUMNS):
            header = HEADERS[name][self._given.language == "zh"]
            style = self._style(8.5, bold=True, color=palette.GREY, bottom=rule, indent=min(at, 1))
            yield Cell(_HEADER, at, header, style)

    def line(self, row: int, question: Question) -> list[Cell]:
        """Place a question."""
        answer, note = self._people(question)
        values: dict[str, Value] = {
            "kind": kind_of(question, self._given.language),
            "first": self._link(question.keys[:1]),
            "second": self._link(question.keys[1:]) if question.topic != "spelling" else "",
            "customer": self._customers.get(question.keys[0], "") if question.keys else "",
            "proposal": self._proposal(question),
            "answer": answer,
            "note": note,
            "evidence": self._evidence(question),
            "seen": self._witness.tell(question),
            "code": question.code,
        }
        hairline = Border("thin", palette.HAIRLINE)
        box = {"left": hairline, "right": hairline}
        unclear = bool(answer) and understood(answer, question) is None
        looks: dict[str, dict[str, Any]] = {
            "answer": {"fill": palette.WARNING_GROUND if unclear else palette.TILE, **box},
            "note": {"fill": palette.TILE, **box},
            "code": {"color": palette.GREY},
        }
        cells = []
        for at, name in enumerate(_COLUMNS):
            look = looks.get(name, {})
            if isinstance(values[name], Link):
                look = {"color": palette.BLUE, "underline": True}
            style = self._style(9, wrap=True, bottom=hairline, indent=min(at, 1), **look)
            cells.append(Cell(row, at, values[name] or None, style))
        return cells

    def height(self, line: Sequence[Cell]) -> int:
        """Return the height in px that the longest text of a line needs."""
        lines = 1
        for cell, width in zip(line, _WIDTHS.values(), strict=True):
            if isinstance(cell.value, str) and cell.column not in map(_at, _TYPED):
                need = measure(cell.value, cell.style.size, self._given.language)
                lines = max(lines, -(-int(need) // (width - _PADDING - _INDENT)))
        return lines * _LINE + _PADDING

    def choices(self, shown: Sequence[Question]) -> Iterator[Choices]:
        """Offer each row the answers that fit it, in one list for neighbours with the same."""
        zh = self._given.language == "zh"
        offers = []
        for row, question in enumerate(shown, _FIRST):
            fits = ANSWERS[question.topic]
            plain = [words[zh] for verdict, words in fits.items() if verdict != "change"]
            if question.topic == "spelling" and not question.proposal:
                plain = plain[1:]
            others = question.others if "change" in fits else ()
            offers.append((row, (*plain, *(f"{fits['change'][zh]} {name}" for name in others))))
        for values, group in groupby(offers, key=lambda offer: offer[1]):
            rows = [row for row, _ in group]
            yield Choices(Range(rows[0], _at("answer"), rows[-1], _at("answer")), values)

    def _people(self, question: Question) -> tuple[str, str]:
        """What people typed beside the question: its answer counts only for the same content."""
        code, answer, note = self._typed.get(question.id, ("", "", ""))
        return (answer if code == question.code else ""), note

    def _proposal(self, question: Question) -> str:
        key = f"propose.{question.topic}" + (".sure" if question.sure else "")
        if question.topic == "spelling" and not question.proposal:
            key += ".none"
        return self._words(key, proposal=question.proposal)

    def _evidence(self, question: Question) -> str:
        return say(self._given.catalogue[question.reason], question.facts, self._given.language)

    def _link(self, keys: Sequence[str]) -> Value:
        """The first of some keys with its owner, as a link to its row, and how many there are."""
        if not keys:
            return ""
        owner = self._owners.get(keys[0])
        text = f"{keys[0]} · {owner}" if owner else keys[0]
        if len(keys) > 1:
            text = self._words("more", first=text, count=len(keys), more=len(keys) - 1)
        sheet = self._sheets.get(keys[0])
        return text if sheet is None else Link(text, sheet, keys[0])
