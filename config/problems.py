"""What is wrong with a rules file: one sentence per problem, with file, line, column and path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from config.positions import Path, Place, Positions, dotted, value_at
from rules.invalid import Invalid
from sync.say import Language

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong at a path, not yet placed or worded.

    Attributes:
        path: in the document; a missing key may end it.
        error: the sentence.
        on_key: whether the key is wrong, not its value.
        place: where it stands, if the path does not tell.
    """

    path: Path
    error: Invalid
    on_key: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error as people see it; problems sort by place.

    Attributes:
        file: the rules file as it was named.
        line, column: from 1; 0 where no place in the file is to blame.
        path: `rules[2].assign[0].to`, "" for the file as a whole.
        message: the sentence.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        path = f" {self.path}:" if self.path else ""
        return f"{self.file}{place}:{path} {self.message}"


class ConfigErrors(Exception):
    """Everything that is wrong with a rules file, by place.

    Attributes:
        problems: at least one.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def problem(flaw: Flaw, file: File, data: Any, positions: Positions, language: Language) -> Problem:
    """Place and word a flaw.

    Args:
        flaw: what is wrong.
        file: the rules file.
        data: the document as plain data.
        positions: where its parts stand.
        language: of the sentence.
    """
    place = flaw.place or (positions.key if flaw.on_key else positions.value)(flaw.path)
    got = ""
    if flaw.path in positions.values and not flaw.on_key:
        value = value_at(data, flaw.path)
        if not (isinstance(value, (dict, list)) and flaw.error.guess):
            got = _got(value, positions.values[flaw.path].text, language)
    return Problem(
        str(file), place.line, place.column, dotted(flaw.path), flaw.error.say(language, got)
    )


def _got(value: Any, text: str, language: Language) -> str:
    """Say what stands there: the value as it is written, or what kind of thing it is."""
    zh = language == "zh"
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    match value:
        case None:
            return "空值" if zh else "nothing"
        case list():
            return "列表" if zh else "a list"
        case dict():
            return "「键: 值」" if zh else "a mapping"
    return f"`{short}`"
