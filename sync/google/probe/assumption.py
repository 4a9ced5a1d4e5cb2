"""One thing that the product takes for granted about Google, and how it is tried."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sync.google.probe.scratch import Scratch
from sync.say import Language

Trial = Callable[[Scratch], str]
Verdict = Literal["held", "failed", "unknown"]


class CannotTell(Exception):
    """The trial could not be carried out, which says nothing about the assumption."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is taken for granted.

    Attributes:
        en, zh: the assumption as a statement.
        does: what is done on the scratch tab, and how the result is written.
        expects: each result that agrees with the statement.
        trial: carries it out on a blank scratch tab and returns the result, in signs that need no
            language: places, numbers, status codes, what stands in cells.
    """

    en: str
    zh: str
    does: str
    expects: tuple[str, ...]
    trial: Trial

    def say(self, language: Language) -> str:
        """Return the statement."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Finding:
    """What a trial showed: `seen` is its result, or why there is none."""

    assumption: Assumption
    verdict: Verdict
    seen: str


def assumed(en: str, zh: str, *expects: str) -> Callable[[Trial], Assumption]:
    """Make an assumption of a trial; its docstring tells what it does.

    Args:
        en: the assumption as a statement.
        zh: the same in Chinese.
        expects: each result that agrees with it.
    """

    def made(trial: Trial) -> Assumption:
        does = " ".join((inspect.getdoc(trial) or "").split())
        return Assumption(en, zh, does, expects, trial)

    return made
