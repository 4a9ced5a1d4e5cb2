"""What rules ask the supervisor, and the answers that stand.

A question is known by what it is about, never by its place in a list. Its code also tells what was
compared: when that changes, an old answer no longer fits and the question may be asked again.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import pandas as pd

from rules.resolve import fold

Topic = Literal["duplicate", "contested", "owner", "spelling", "id"]
Verdict = Literal["yes", "no", "change", "noted"]
# Topic → verdicts that fit it, in (English, Chinese). `change` is followed by what is wanted.
ANSWERS: Mapping[Topic, Mapping[Verdict, tuple[str, str]]] = {
    "duplicate": {"yes": ("duplicate", "是重复"), "no": ("not a duplicate", "不是重复")},
    "contested": {"noted": ("noted", "知道了")},
    "owner": {
        "yes": ("accept", "采用"), "no": ("reject", "不采用"), "change": ("change to", "改为"),
    },
    "spelling": {
        "yes": ("accept", "采用"), "no": ("reject", "不采用"), "change": ("change to", "改为"),
    },
    "id": {
        "yes": ("accept", "采用"), "change": ("kept by", "归"), "noted": ("noted", "知道了"),
    },
}  # fmt: skip
# What people say instead, whatever the question.
_ALSO: Mapping[Verdict, tuple[str, ...]] = {
    "yes": ("yes", "y", "accept", "true", "是", "对", "采用", "同意", "确认"),
    "no": ("no", "n", "reject", "false", "否", "不是", "不采用", "不同意"),
    "noted": ("noted", "ok", "知道了", "已知", "好"),
}  # fmt: skip
_ID_LENGTH, _PRINT_LENGTH = 8, 4  # signs of base 32: 40 bits tell questions apart


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a supervisor may decide.

    Attributes:
        topic: what kind of question it is.
        about: what it is about: the keys of two rows, a key, or a field and a word. Two questions
            about the same are the same question.
        compared: `fingerprint` of what the question rests on.
        keys: rows concerned, the one that stays first.
        reason: code of the `Reason` that tells the evidence, `facts` its values.
        proposal: what is proposed: a master's key, an owner, a spelling; "" for nothing.
        others: what may be chosen instead of it.
        sure: whether the proposal is carried out already, unless it is rejected.
    """

    topic: Topic
    about: tuple[str, ...]
    compared: str
    keys: tuple[str, ...]
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    proposal: str = ""
    others: tuple[str, ...] = ()
    sure: bool = False

    @property
    def id(self) -> str:
        """What it is known by, such as `D4KQ7M2XA`."""
        return question_id(self.topic, self.about)

    @property
    def code(self) -> str:
        """Its id and what was compared, such as `D4KQ7M2XA-7M2X`."""
        return f"{self.id}-{self.compared}"


class Answer(NamedTuple):
    """An answer that stands: `value` is what to change to, `at` the run that read it."""

    about: tuple[str, ...]
    compared: str
    verdict: Verdict
    value: str
    at: pd.Timestamp


def question_id(topic: Topic, about: Iterable[str]) -> str:
    """Return what a question is known by: its topic's letter and a hash of what it is about."""
    return topic[0].upper() + _hash(topic, *about)[:_ID_LENGTH]


def fingerprint(*texts: str) -> str:
    """Return four signs that differ where texts differ by more than case and blanks."""
    return _hash(*(" ".join(text.casefold().split()) for text in texts))[:_PRINT_LENGTH]


def _hash(*texts: str) -> str:
    digest = hashlib.sha256("\x1f".join(texts).encode()).digest()
    return base64.b32encode(digest[:10]).decode()


def understood(text: str, question: Question) -> tuple[Verdict, str] | None:
    """Return the verdict that people's words give, and what to change to.

    Args:
        text: what was typed, in either language; the name of something else that may be chosen
            means a change to it.
        question: the question that it answers.

    Returns:
        None where the words are no answer to this question.
    """
    said = fold(text)
    fits = ANSWERS[question.topic]
    for verdict, words in fits.items():
        if verdict != "change" and said in map(fold, (*words, *_ALSO[verdict])):
            return verdict, question.proposal if verdict == "yes" else ""
    if "change" in fits:
        for other in (question.proposal, *question.others):
            if other and said in (fold(other), *(fold(word + other) for word in fits["change"])):
                return "change", other
    return None


def empty_answers() -> pd.DataFrame:
    """Return no answers: (answers × code, topic, about, verdict, value, note, at), all text.

    `about` is JSON; `at` an ISO moment. The index is the question's id: one answer a question.
    """
    names = ["code", "topic", "about", "verdict", "value", "note", "at"]
    return pd.DataFrame(index=pd.Index([], dtype=object), columns=names, dtype=object)


def answered(question: Question, verdict: Verdict, value: str, note: str, at: str) -> list[str]:
    """Return an answer as a row of `empty_answers`."""
    about = json.dumps(question.about, ensure_ascii=False)
    return [question.code, question.topic, about, verdict, value, note, at]


def standing(answers: pd.DataFrame, topic: Topic) -> list[Answer]:
    """Return the answers on a topic, oldest first.

    Args:
        answers: as `empty_answers`.
        topic: of the questions.
    """
    rows = answers[answers["topic"] == topic].sort_values("at", kind="stable")
    columns = (rows[name].tolist() for name in ("about", "code", "verdict", "value", "at"))
    return [
        Answer(
            tuple(json.loads(about)),
            code.partition("-")[2],
            verdict,
            value,
            pd.Timestamp(at).as_unit("s"),
        )
        for about, code, verdict, value, at in zip(*columns, strict=True)
    ]


def still_open(questions: Iterable[Question], answers: pd.DataFrame) -> tuple[Question, ...]:
    """Return the questions that nobody has answered on what is compared now, each once."""
    settled = set(answers["code"])
    found = {question.code: question for question in questions}
    return tuple(question for code, question in found.items() if code not in settled)
