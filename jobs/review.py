"""Questions and answers between two runs: what people typed becomes answers that stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from rules.questions import Question, answered, understood
from sync.say import Reason
from sync.table import Finding

ANSWERED = Reason(
    "review.answered",
    "the supervisor answered {count} question(s): {codes:list}",
    "主管答复了 {count} 条待复核问题：{codes:list}",
)
UNCLEAR = Reason(
    "review.unclear",
    "the answers to {codes:list} could not be understood ({texts:list}); choose one of the list in "
    "the cell",
    "{codes:list} 的答复无法识别（{texts:list}），请从单元格的下拉列表中选择",
)
LAPSED = Reason(
    "review.lapsed",
    "the rows that {codes:list} ask about changed before the answers were read; nothing was done, "
    "what is still open is asked again",
    "{codes:list} 所涉及的行在读取答复前已有变化，未执行；仍有疑问的会重新询问",
)
REASONS = (ANSWERED, UNCLEAR, LAPSED)


def read(
    typed: pd.DataFrame, asked: Sequence[Question], before: pd.DataFrame, now: pd.Timestamp
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Take the answers that people typed.

    An answer counts for the content that was asked about: where that has changed meanwhile, or the
    question has gone, nothing is carried out.

    Args:
        typed: (questions × code, answer, note) what stands in the review tab.
        asked: the questions that the rules ask now.
        before: answers that stand, as `rules.questions.empty_answers`.
        now: the moment of the run.

    Returns:
        All answers that stand, and what is to be told of the new ones.
    """
    questions = {question.code: question for question in asked}
    done, unclear, lapsed = dict[str, list[str]](), dict[str, str](), list[str]()
    given = typed[(typed["answer"] != "") & ~typed["code"].isin(before["code"])]
    for code, text, note in given.to_numpy():
        question = questions.get(code)
        verdict = understood(text, question) if question else None
        if question is None:
            lapsed.append(code)
        elif verdict is None:
            unclear[code] = text
        else:
            done[question.id] = answered(question, *verdict, note, f"{now:%Y-%m-%dT%H:%M:%S}")
    new = pd.DataFrame.from_dict(done, orient="index", columns=before.columns, dtype=object)
    standing = pd.concat([before[~before.index.isin(new.index)], new]) if done else before
    return standing, tuple(_told(new, unclear, lapsed))


def _told(new: pd.DataFrame, unclear: dict[str, str], lapsed: Sequence[str]) -> Iterator[Finding]:
    if len(new):
        facts = {"count": len(new), "codes": tuple(new.index)}
        yield Finding("review", ANSWERED.code, "info", facts=facts)
    if unclear:
        facts = {"codes": tuple(unclear), "texts": tuple(unclear.values())}
        yield Finding("review", UNCLEAR.code, "warning", facts=facts)
    if lapsed:
        yield Finding("review", LAPSED.code, "warning", facts={"codes": tuple(lapsed)})
