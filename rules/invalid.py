"""How a value of the rules file is refused: one sentence in both languages, the nearest name."""

from __future__ import annotations

from sync.say import Language, Reason, say


class Invalid(ValueError):
    """A value that the rules file may not hold.

    Raised by the validators of options and settings; being a ValueError, pydantic collects it and
    adds the place. A sentence that begins with "expected" / "应为" gets the value appended.

    Attributes:
        guess: the known name that was most likely meant, None where nothing is near.
    """

    def __init__(self, en: str, zh: str, *, guess: str | None = None, **facts: object) -> None:
        """Say it.

        Args:
            en: the sentence in English, with facts in braces, beginning in lower case.
            zh: the same in Chinese.
            guess: the nearest known name.
            facts: the values named in the sentences.
        """
        self._reason = Reason("invalid", en, zh)
        self._facts = facts
        self.guess = guess
        super().__init__(self.say("en"))

    def say(self, language: Language, got: str = "") -> str:
        """Return the sentence, with what was found instead and the nearest name.

        Args:
            language: `zh` or `en`.
            got: the value as people wrote it, "" to leave it out.
        """
        sentence = say(self._reason, self._facts, language)
        zh = language == "zh"
        if got and sentence.startswith(("expected", "应为")):
            sentence += f"，实际是 {got}" if zh else f", got {got}"
        if self.guess is not None:
            sentence += f"；是否想写 `{self.guess}`？" if zh else f"; did you mean `{self.guess}`?"
        return sentence
