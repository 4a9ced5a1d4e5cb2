"""What people's words mean as answers, and what becomes of answers that stand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dedupe import Dedupe
from rules.questions import (
    ANSWERS,
    Question,
    answered,
    empty_answers,
    fingerprint,
    still_open,
    understood,
)
from rules.resolve import resolve
from rules.rule import Context, Past
from rules.settings import Settings
from rules.spellings import respelled, spelled
from tests import kit

NOW = pd.Timestamp("2026-11-20T10:00").as_unit("s")
AT = "2026-11-20T10:00:00"
SETTINGS = Settings.model_validate(
    {
        "stages": [{"name": "初步沟通", "aliases": ["初步接触"]}, {"name": "合同签订"}],
        "team": [{"name": "销售甲"}],
        "outcomes": {"won": ["成交"]},
        "calendar": {"country": None},
    }
)
OWNER = Question("owner", ("A1",), "ABCD", ("A1",), "x", proposal="张三", others=("李四",))
WORD = Question("spelling", ("stage", "初步勾通"), "ABCD", (), "x", proposal="初步沟通")
DOUBLE = Question("duplicate", ("A1", "A2"), "ABCD", ("A1", "A2"), "x", proposal="A1")


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        (DOUBLE, "是重复", ("yes", "A1")),
        (DOUBLE, " 不是重复 ", ("no", "")),
        (DOUBLE, "duplicate", ("yes", "A1")),
        (DOUBLE, "Not a duplicate", ("no", "")),
        (DOUBLE, "Ｙｅｓ", ("yes", "A1")),
        (DOUBLE, "不是", ("no", "")),
        (DOUBLE, "知道了", None),
        (DOUBLE, "改为 A3", None),
        (DOUBLE, "也许", None),
        (OWNER, "采用", ("yes", "张三")),
        (OWNER, "不采用", ("no", "")),
        (OWNER, "改为 李四", ("change", "李四")),
        (OWNER, "改为：李四", ("change", "李四")),
        (OWNER, "change to 李四", ("change", "李四")),
        (OWNER, "李四", ("change", "李四")),
        (OWNER, "改为 王五", None),
        (OWNER, "改为", None),
        (OWNER, "=1+1", None),
    ],
)
def test_words_that_answer(question: Question, text: str, verdict: Any) -> None:
    assert understood(text, question) == verdict


def test_every_word_that_is_offered_is_understood_in_both_languages() -> None:
    for topic, fits in ANSWERS.items():
        question = Question(topic, ("A1",), "ABCD", ("A1",), "x", proposal="甲", others=("乙",))
        for verdict, words in fits.items():
            for word in words:
                said = f"{word} 乙" if verdict == "change" else word
                assert understood(said, question) == (
                    verdict, {"yes": "甲", "change": "乙"}.get(verdict, "")
                )  # fmt: skip


def test_a_question_is_known_by_what_it_is_about() -> None:
    again = Question("duplicate", ("A1", "A2"), "EFGH", ("A2", "A1"), "y", proposal="A2", sure=True)
    assert again.id == DOUBLE.id
    assert again.code != DOUBLE.code
    other = Question("duplicate", ("A1A", "2"), "ABCD", (), "x")
    assert other.id != DOUBLE.id


def test_an_answer_holds_for_what_was_compared() -> None:
    rows = [answered(DOUBLE, "no", "", "", AT)]
    answers = pd.DataFrame(rows, index=[DOUBLE.id], columns=empty_answers().columns, dtype=object)
    changed = Question("duplicate", DOUBLE.about, "WXYZ", DOUBLE.keys, "x")
    assert still_open([DOUBLE, changed, OWNER, OWNER], answers) == (changed, OWNER)


def test_a_fingerprint_sees_past_case_and_blanks_only() -> None:
    assert fingerprint("Acme  Ltd", "x") == fingerprint(" acme ltd", "X ")
    assert fingerprint("Acme", "x") != fingerprint("Acme x", "")


def stand(*rows: tuple[Question, str, str]) -> pd.DataFrame:
    """Answers to questions: (question, verdict, value)."""
    lines = [answered(question, verdict, value, "", AT) for question, verdict, value in rows]  # type: ignore[arg-type]
    index = [question.id for question, _, _ in rows]
    return pd.DataFrame(lines, index=index, columns=empty_answers().columns, dtype=object)


def test_an_accepted_spelling_is_an_alias() -> None:
    won = Question("spelling", ("outcome", "签了"), "ABCD", (), "x")
    owner = Question("spelling", ("owner", "小甲"), "ABCD", (), "x")
    no = Question("spelling", ("stage", "合同"), "ABCD", (), "x", proposal="合同签订")
    answers = stand(
        (WORD, "yes", "初步沟通"), (won, "change", "成交"), (owner, "yes", "销售甲"), (no, "no", "")
    )
    learnt = spelled(SETTINGS, answers)
    frame = pd.DataFrame(
        {"stage": ["初步勾通", "合同"], "outcome": ["签了", None], "owner": ["小甲", "小乙"]},
        dtype="str",
    )
    read = resolve(frame, learnt)
    assert read["stage"].tolist() == ["初步沟通", "合同"]
    assert read["state"].tolist() == ["won", "open"]
    assert read["owner"].tolist() == ["销售甲", "小乙"]
    assert SETTINGS.stages[0].aliases == ("初步接触",), "the rules file is as it was"
    assert learnt.names == SETTINGS.names


def test_a_spelling_of_a_name_that_is_gone_means_nothing() -> None:
    learnt = spelled(SETTINGS, stand((WORD, "change", "已取消的阶段")))
    read = resolve(pd.DataFrame({"stage": ["初步勾通"]}, dtype="str"), learnt)
    assert read["stage"].tolist() == ["初步勾通"]


def test_reading_a_word_anew_moves_nobody() -> None:
    known = pd.DataFrame({"stage": ["初步勾通", "合同签订"]}, index=["A1", "A2"], dtype="category")
    after = respelled(known, stand((WORD, "yes", "初步沟通")))
    assert after["stage"].tolist() == ["初步沟通", "合同签订"]
    assert known["stage"].tolist() == ["初步勾通", "合同签订"]
    assert respelled(known, empty_answers()) is known


TABLE = """
id | customer             | need     | product | phone       | owner  | created
A1 | 上海华讯科技有限公司 | 数据中台 | 平台版  | 13800001111 | 销售甲 | 2026-11-01
A2 | 上海华讯科技有限公司 | 数据中台 | 专业版  | 13800001111 | 销售乙 | 2026-11-05
A3 | 上海华讯科技有限公司 | 数据中台 | 平台版  | 13800001111 | 销售甲 | 2026-11-09
B1 | 北京远山食品有限公司 | 质量追溯 |         | 13900002222 | 销售甲 | 2026-11-02
"""
# names are told apart by how rare they are: others are needed for that
OTHERS = "\n".join(
    f"Z{n} | 示例{sign}业{n}有限公司 | 需求{n} | | 1360000{n:04d} | 销售甲 | 2026-10-01"
    for n, sign in enumerate("甲乙丙丁戊己庚辛壬癸")
)


def dedupe(frame: pd.DataFrame, answers: pd.DataFrame) -> tuple[dict[str, Any], list[Question]]:
    """Key → master, and what is asked."""
    resolved = resolve(frame, SETTINGS)
    ctx = Context(NOW, SETTINGS, frozenset(resolved.columns), Past(answers=answers))
    outcome = kit.decide(Dedupe(), resolved, ctx)
    marks = outcome.decisions["duplicate_of"].values.astype(object)
    made = {
        key: None if pd.isna(mark) else mark
        for key, mark in zip(resolved["key"], marks, strict=True)
        if not key.startswith("Z")
    }
    return made, list(outcome.questions)


def about(questions: list[Question], *keys: str) -> Question:
    (found,) = [q for q in questions if q.topic == "duplicate" and set(q.about) == set(keys)]
    return found


def test_a_certain_pair_may_be_taken_back_and_a_possible_one_confirmed() -> None:
    frame = kit.frame_of(TABLE + OTHERS)
    marks, asked = dedupe(frame, empty_answers())
    assert marks == {"A1": None, "A2": None, "A3": "A1", "B1": None}
    certain, possible = about(asked, "A1", "A3"), about(asked, "A1", "A2")
    assert (certain.sure, possible.sure) == (True, False)
    marks, _ = dedupe(frame, stand((certain, "no", "")))
    assert marks == {"A1": None, "A2": None, "A3": None, "B1": None}
    marks, asked = dedupe(frame, stand((possible, "yes", "A1")))
    assert marks == {"A1": None, "A2": "A1", "A3": "A1", "B1": None}
    assert about(asked, "A1", "A2").code == possible.code, "answered, and known as such"


def test_a_confirmed_pair_stays_when_the_rows_are_sorted() -> None:
    frame = kit.frame_of(TABLE + OTHERS)
    possible = about(dedupe(frame, empty_answers())[1], "A1", "A2")
    for order in ([3, 1, 0, 2], [1, 0, 3, 2]):
        shuffled = frame.iloc[order].reset_index(drop=True)
        assert dedupe(shuffled, stand((possible, "yes", "A1")))[0]["A2"] == "A1"


@pytest.mark.parametrize(("field", "value"), [("customer", "上海华讯集团"), ("phone", "1")])
def test_an_answer_lapses_when_what_was_compared_changes(field: str, value: str) -> None:
    frame = kit.frame_of(TABLE + OTHERS)
    possible = about(dedupe(frame, empty_answers())[1], "A1", "A2")
    texts = frame[field].astype("str").where(frame["id"] != "A2", value)
    changed = frame.assign(**{field: texts})
    assert dedupe(changed, stand((possible, "yes", "A1")))[0]["A2"] is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["yes", "no", None]), min_size=6, max_size=6))
def test_what_the_supervisor_says_goes_before_the_evidence(verdicts: list[str | None]) -> None:
    frame = kit.frame_of(TABLE + OTHERS)
    keys = ("A1", "A2", "A3", "B1")
    pairs = [(a, b) for n, a in enumerate(keys) for b in keys[n + 1 :]]
    said = [
        (question_of(frame, pair), verdict, pair[0] if verdict == "yes" else "")
        for pair, verdict in zip(pairs, verdicts, strict=True)
        if verdict
    ]
    marks, asked = dedupe(frame, stand(*said))
    group = {key: marks[key] or key for key in keys}
    for question, verdict, _ in said:
        one, other = question.about
        if verdict == "no":
            assert group[one] != group[other]
            assert question.about not in {q.about for q in asked}
        elif "no" not in verdicts:  # answers that contradict each other cannot all be carried out
            assert group[one] == group[other]


def test_a_rejected_pair_stays_apart_among_hundreds_of_equal_rows() -> None:
    equal = "\n".join(
        f"A{n:03d} | 上海华讯科技有限公司 | 数据中台 | 平台版 | 13800001111 | 销售甲 | 2026-11-01"
        for n in range(230)
    )
    head = TABLE.strip().splitlines()[0]
    frame = kit.frame_of(f"{head}\n{equal}\n{OTHERS}")
    rejected = question_of(frame, ("A000", "A200"))
    together, _ = dedupe(frame, empty_answers())
    assert together["A200"] == together["A100"] == "A000"
    marks, _ = dedupe(frame, stand((rejected, "no", "")))
    assert "A000" not in (marks["A200"], marks.get(marks["A200"] or ""))
    assert sum(mark is None for key, mark in marks.items()) == 2, "the others are still duplicates"


def question_of(frame: pd.DataFrame, pair: tuple[str, str]) -> Question:
    """The question about two rows, as the rule would ask it."""
    rows = frame[frame["id"].isin(pair)]
    fields = ("customer", "phone", "need", "product")
    told = [
        "\x1e".join(f"{n}={rows[n].iloc[at]}" for n in sorted(fields) if pd.notna(rows[n].iloc[at]))
        for at in range(2)
    ]
    return Question("duplicate", tuple(sorted(pair)), fingerprint(*sorted(told)), pair, "x")


def test_rows_without_a_key_of_their_own_are_not_asked_about() -> None:
    frame = kit.frame_of(TABLE + OTHERS)
    keys = ["A1", "A1", "", *frame["id"].iloc[3:]]
    frame = frame.assign(id=pd.array(keys, dtype="str"), key=pd.array(keys, dtype="str"))
    assert not [q for q in dedupe(frame, empty_answers())[1] if q.topic == "duplicate"]
