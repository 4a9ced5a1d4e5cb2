"""Texts for people in both languages, picked by a key and filled with facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.say import Language


@dataclass(frozen=True, slots=True)
class Words:
    """A catalogue of texts, read in one language.

    Attributes:
        language: `zh` or `en`.
        texts: key → (English, Chinese). An English text may hold two forms, divided by `|`: the
            first is taken where the fact `count` is 1.
    """

    language: Language
    texts: Mapping[str, tuple[str, str]]

    def __call__(self, key: str, **facts: Any) -> str:
        """Return the text of a key with its facts filled in."""
        english, chinese = self.texts[key]
        if self.language == "zh":
            return chinese.format(**facts)
        one, _, many = english.partition("|")
        return (one if not many or facts.get("count") == 1 else many).format(**facts)
