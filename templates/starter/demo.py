"""Write the demo: three years of an invented team's opportunities, and its rules file."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sync.say import Language
from templates.starter.chinese import CHINESE
from templates.starter.deals import Deal, make_deals
from templates.starter.english import ENGLISH
from templates.starter.past import Morning, mornings
from templates.starter.rulebook import Rulebook, rulebook
from templates.starter.slips import Row, type_in
from templates.starter.vocabulary import Vocabulary
from templates.starter.workbook import write_workbook

RULES_NAME = "dealkeeper.yaml"


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What a demo consists of: paths of the workbook and of its rules file."""

    workbook: Path
    rules: Path


def write_demo(
    folder: Path,
    language: Language,
    now: dt.date | pd.Timestamp,
    rows: int = 300,
    seed: int = 7,
) -> DemoFiles:
    """Write a demo workbook and its rules file; files of the same names are replaced.

    The same arguments give the same bytes.

    Args:
        folder: where they are put; made where missing.
        language: `zh` or `en`.
        now: the moment that the sheet is kept up to, naive local time.
        rows: how many opportunities, at least one.
        seed: another number, another team's history.

    Returns:
        The files.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    made = _make(language, now, rows, seed)
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(folder / made.book.workbook, folder / RULES_NAME)
    write_workbook(files.workbook, made.rows, made.words, made.book)
    files.rules.write_text(made.book.text, encoding="utf-8")
    return files


def demo_past(
    language: Language, now: dt.date | pd.Timestamp, rows: int = 300, seed: int = 7
) -> tuple[Morning, ...]:
    """Return the table of the same demo as it stood on the Mondays before, oldest first.

    Args: as for `write_demo`.
    """
    made = _make(language, now, rows, seed)
    rng = random.Random(f"past-{language}-{seed}")  # noqa: S311 - as above
    return mornings(made.deals, made.rows, made.words, made.book, rng)


class _Made(NamedTuple):
    words: Vocabulary
    book: Rulebook
    deals: list[Deal]
    rows: list[Row]


def _make(language: Language, now: dt.date | pd.Timestamp, rows: int, seed: int) -> _Made:
    words = CHINESE if language == "zh" else ENGLISH
    rng = random.Random(f"{language}-{seed}")  # noqa: S311 - a demo, not a secret
    book = rulebook(language, pd.Timestamp(now))
    deals = make_deals(words, book, rows, rng)
    return _Made(words, book, deals, type_in(deals, words, book, rng))
