"""The review tab as a view: what stands where, what typing does to it, and reading back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from rules.questions import Question
from rules.rule import Past
from sync.say import Language, Reason
from sync.view import Link, SheetView
from templates.review import ReviewInput, build, typed
from templates.review.build import MOST
from tests.jobs.tables import table

NOW = pd.Timestamp("2026-11-20T10:00").as_unit("s")
START = pd.Timestamp("2026-10-01T09:00").as_unit("s")
TABLE = table(
    ["A1", "A2", "A3"],
    customer=["甲公司", "=HYPERLINK(1)", "丙公司"],
    owner=["销售甲", "销售乙", None],
)
REASON = Reason("x", "evidence {n}", "依据 {n}")


def question(*keys: str, **changes: Any) -> Question:
    given: dict[str, Any] = {
        "topic": "duplicate", "about": keys, "compared": "ABCD", "keys": keys, "reason": "x",
        "facts": {"n": 1}, "proposal": keys[0] if keys else "",
    }  # fmt: skip
    return Question(**(given | changes))


def given(*questions: Question, words: dict[str, tuple[str, str]] | None = None) -> ReviewInput:
    lines = [[code, *said] for code, said in (words or {}).items()]
    return ReviewInput(
        questions=questions,
        typed=pd.DataFrame(lines, columns=["code", "answer", "note"], dtype=object),
        table=TABLE,
        frame=TABLE.frame.assign(key=pd.array(TABLE.keys, dtype="str")),
        found=TABLE.frame.assign(key=pd.array(TABLE.keys, dtype="str")),
        past=Past(),
        now=NOW,
        language="zh",
        tab="待复核",
        catalogue={"x": REASON},
    )


def lines(view: SheetView) -> list[dict[str, Any]]:
    """The lines of the tab by header."""
    cells = {(cell.row, cell.column): cell.value for cell in view.cells}
    headers = {at: value for (row, at), value in cells.items() if row == view.freeze - 1}
    return [
        {str(headers[at]): cells.get((row, at)) for at in headers}
        for row in range(view.freeze, view.rows)
    ]


def rows(view: SheetView) -> list[list[Any]]:
    """The tab as a store gives it back."""
    grid: list[list[Any]] = [[""] * view.columns for _ in range(view.rows)]
    for cell in view.cells:
        text = cell.value.text if isinstance(cell.value, Link) else cell.value
        grid[cell.row][cell.column] = "" if text is None else text
    return grid


def test_a_line_tells_what_is_asked_about_whom_and_why() -> None:
    (line,) = lines(build(given(question("A1", "A2"))))
    assert line["商机"] == Link("A1 · 销售甲", "商机", "A1")
    assert line["对照"] == Link("A2 · 销售乙", "商机", "A2")
    assert (line["类型"], line["客户"], line["依据"]) == ("疑似重复", "甲公司", "依据 1")
    assert line["编号"] == question("A1", "A2").code


def test_a_row_that_is_not_in_the_table_is_named_without_a_link() -> None:
    (line,) = lines(build(given(question("A3", "渠道!7", "渠道!8"))))
    assert line["商机"] == Link("A3", "商机", "A3")
    assert line["对照"] == "渠道!7 等 2 条"


def test_what_waits_for_an_answer_comes_before_what_is_done_already() -> None:
    asked = [
        question("A1", "A2", sure=True),
        question("A1", topic="id"),
        question("A1", "A3", topic="contested"),
        question("A2", "A3"),
    ]
    kinds = [line["类型"] for line in lines(build(given(*asked)))]
    assert kinds == ["疑似重复", "抢单", "编号重复", "确定重复"]


def test_typing_is_kept_and_is_no_content_of_ours() -> None:
    asked = question("A1", "A2")
    blank = build(given(asked))
    filled = build(given(asked, words={asked.code: ("再看看", "=1+1")}))
    (line,) = lines(filled)
    assert (line["答复"], line["备注"]) == ("再看看", "=1+1")
    assert typed(rows(filled)).to_numpy().tolist() == [[asked.code, "再看看", "=1+1"]]
    # an answer that nobody understands is marked, and that is content
    assert filled.content_hash() != blank.content_hash()
    noted = build(given(asked, words={asked.code: ("", "待查")}))
    assert noted.content_hash() == blank.content_hash()


def test_an_answer_about_other_content_is_not_shown_again_but_its_note_is() -> None:
    old, new = question("A1", "A2"), question("A1", "A2", compared="WXYZ")
    (line,) = lines(build(given(new, words={old.code: ("是重复", "电话相同")})))
    assert (line["答复"], line["备注"]) == (None, "电话相同")


def test_each_line_offers_the_answers_that_fit_it() -> None:
    word = question(topic="spelling", about=("stage", "x"), proposal="", others=("甲", "乙"))
    owner = question("A3", topic="owner", proposal="张三", others=("李四",))
    view = build(given(question("A1", "A2"), question("A1", "A3"), word, owner))
    offered = {
        row: choices.values
        for choices in view.choices
        for row in range(choices.cells.first_row, choices.cells.last_row + 1)
    }
    assert [offered[row] for row in range(view.freeze, view.rows)] == [
        ("是重复", "不是重复"),
        ("是重复", "不是重复"),
        ("采用", "不采用", "改为 李四"),
        ("不采用", "改为 甲", "改为 乙"),
    ]
    assert len(view.choices) == 3, "one list for neighbours"
    assert view.filter is not None
    assert view.filter.last_row == view.rows - 1


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ([START, START], "首次运行（2026-10-01）时均已存在"),
        ([START, NOW], "A1 销售甲 2026-10-01 09:00；A2 销售丁 2026-11-20 10:00"),
        ([NOW, START], "A2 销售丁 2026-10-01 09:00；A1 销售甲 2026-11-20 10:00"),
    ],
)
def test_who_was_seen_first_with_the_owner_of_then(seen: list[pd.Timestamp], said: str) -> None:
    known = pd.DataFrame({"key": ["A1", "A2"], "first_seen": seen})
    moved = {"key": "A2", "field": "owner", "before": "销售丁", "after": "销售乙"}
    events = pd.DataFrame([moved | {"since": START, "until": NOW}])
    asked = replace(given(question("A1", "A2")), past=Past(seen=known, events=events))
    (line,) = lines(build(asked))
    assert line["最早出现（以本产品的记录为准）"] == said


def test_rows_that_are_new_were_seen_now() -> None:
    known = pd.DataFrame({"key": ["A2"], "first_seen": [START]})
    asked = replace(given(question("A1", "A2")), past=Past(seen=known))
    (line,) = lines(build(asked))
    assert str(line["最早出现（以本产品的记录为准）"]).startswith("A2 销售乙 2026-10-01")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_question_and_very_many(language: Language) -> None:
    none = build(replace(given(), language=language))
    assert (none.filter, none.choices) == (None, ())
    assert typed(rows(none)).empty
    many = [question("A1", f"Z{n}") for n in range(MOST + 100)]
    view = build(replace(given(*many), language=language))
    assert len(lines(view)) == MOST
    head = " ".join(str(cell.value) for cell in view.cells if cell.row < 2)
    assert f"{MOST + 100:,}" in head
    assert f"{MOST:,}" in head


def test_a_tab_is_read_back_in_any_order_of_rows_and_columns() -> None:
    asked = [question("A1", "A2"), question("A1", "A3"), question("A2", "A3")]
    words = {asked[1].code: ("是重复", ""), asked[2].code: ("", "x")}
    grid = rows(build(given(*asked, words=words)))
    turned = [row[::-1] for row in [*grid[:3], *grid[:2:-1], ["随手写的"] * len(grid[0])]]
    read = {code: said for code, *said in typed(turned).to_numpy().tolist()}
    assert read == {
        asked[0].code: ["", ""], asked[1].code: ["是重复", ""], asked[2].code: ["", "x"]
    }  # fmt: skip


@pytest.mark.parametrize("grid", [[], [[""]], [["编号", "答复"]], [[None, 3.0], ["x"]]])
def test_a_tab_without_our_headers_says_nothing(grid: list[list[Any]]) -> None:
    assert typed(grid).empty


def test_numbers_and_repeated_lines_are_read_plainly() -> None:
    code = question("A1", "A2").code
    grid: list[list[Any]] = [["编号", "答复", "备注"], [code, " 是 ", 5.0], [code, "否", ""]]
    assert typed(grid).to_numpy().tolist() == [[code, "是", "5"]]
