"""What a demo team's sheet is made of: invented names and the words that people really type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.say import Language


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the demo table.

    Attributes:
        key: canonical field, or `weighted` for the team's own formula.
        header: its text.
        width: in characters.
        format: number format, "" for text.
        choices: values of its list, where it has one.
    """

    key: str
    header: str
    width: float
    format: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slips:
    """What people type that a machine stumbles over, per kind; each is used a few times.

    Attributes:
        dates: not dates at all.
        amounts: amounts that nobody can read.
        worded_amounts: `{}` is the amount; readable, with a unit of its own.
        written_dates: date patterns of `strftime` for dates kept as text.
        stages: misspelt stage → the stage that was meant.
        outcomes: other words for an outcome → the outcome.
        blanks: placeholders for nothing.
        snoozes: why somebody wants no reminders for a while.
        nobody: owners that are nobody.
        magnitude: factor of an amount typed in the wrong unit, 0 where the column has none.
    """

    dates: tuple[str, ...]
    amounts: tuple[str, ...]
    worded_amounts: tuple[str, ...]
    written_dates: tuple[str, ...]
    stages: Mapping[str, str]
    outcomes: Mapping[str, str]
    blanks: tuple[str, ...]
    snoozes: tuple[str, ...]
    nobody: tuple[str, ...]
    magnitude: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A language's words for the demo.

    Attributes:
        language: `zh` or `en`.
        font: typeface of the workbook, and its size in points.
        table, statistics, lists: names of the tabs.
        title, hint: the two rows above the header; `{team}` is the team's name.
        columns: of the table, from A.
        brands: (first, second) syllables with their Latin spelling, joined to invented brands.
        trades: industry → word in the names of its companies.
        forms: legal forms.
        cities: region → cities.
        deal: pattern of a deal's name (`{brand}`, `{product}`).
        company: pattern of a full name (`{brand}`, `{trade}`, `{form}`, `{city}`).
        variants: patterns of the same name as others type it.
        families, givens: of contacts, with their Latin spelling.
        contact: pattern of a person's name (`{family}`, `{given}`).
        phones: patterns of one number (`{a}`, `{b}`, `{c}`), the usual one first.
        phone_parts: fixed parts of numbers that no line has (the last part goes on with digits).
        phone_digits: how many.
        titles, products, sources, losses: values of their columns.
        steps: next step per stage, in stage order.
        notes: remarks in the notes column.
        comments: remarks pinned to cells.
        outcomes: words of the status column: open, won, lost, invalid, on hold.
        typical_amount: median amount in the unit of the column; amounts are multiples of `grain`.
        id_prefix: of the deal numbers.
        labels: headings of the statistics tab.
    """

    language: Language
    font: tuple[str, int]
    table: str
    statistics: str
    lists: str
    title: str
    hint: str
    columns: tuple[Column, ...]
    brands: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
    trades: Mapping[str, str]
    forms: tuple[str, ...]
    cities: Mapping[str, tuple[str, ...]]
    deal: str
    company: str
    variants: tuple[str, ...]
    families: tuple[tuple[str, str], ...]
    givens: tuple[tuple[str, str], ...]
    contact: str
    phones: tuple[str, ...]
    phone_parts: tuple[tuple[str, str, str], ...]
    phone_digits: int
    titles: tuple[str, ...]
    products: tuple[str, ...]
    sources: tuple[str, ...]
    losses: tuple[str, ...]
    steps: tuple[str, ...]
    notes: tuple[str, ...]
    comments: tuple[str, ...]
    outcomes: Mapping[str, str]
    typical_amount: float
    grain: float
    id_prefix: str
    slips: Slips
    labels: Mapping[str, str]
