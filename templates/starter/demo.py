"""Write the demo: three years of an invented team's opportunities, and its rules file."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sync.say import Language
from templates.starter.chinese import CHINESE
from templates.starter.deals import make_deals
from templates.starter.english import ENGLISH
from templates.starter.rulebook import rulebook
from templates.starter.slips import type_in
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
    words = CHINESE if language == "zh" else ENGLISH
    rng = random.Random(f"{language}-{seed}")  # noqa: S311 - a demo, not a secret
    book = rulebook(language, pd.Timestamp(now))
    typed = type_in(make_deals(words, book, rows, rng), words, book, rng)
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(folder / book.workbook, folder / RULES_NAME)
    write_workbook(files.workbook, typed, words, book)
    files.rules.write_text(book.text, encoding="utf-8")
    return files
