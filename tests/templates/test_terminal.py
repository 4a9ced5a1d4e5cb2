"""What the terminal shows: words in both languages, findings in few lines, what was not written."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console, RenderableType

from jobs.planner import Known, make_plan, phrases
from rules.settings import Settings
from rules.stage_sla import StageSla
from sync.plan import Layout, OwnedColumn, OwnTab
from sync.say import Language, Reason
from sync.store import REASONS as REFUSALS
from sync.store import Receipt, Refusal
from sync.table import Finding
from templates.terminal import words
from templates.terminal.findings import lines, told
from templates.terminal.plan import as_json, render_plan
from templates.terminal.run import Report, render
from templates.terminal.words import aside, joined, moment_text, word
from tests.jobs.tables import table

NOW = pd.Timestamp("2026-11-22 09:00")
both = pytest.mark.parametrize("language", ["zh", "en"])


def text(shown: RenderableType) -> str:
    file = io.StringIO()
    Console(file=file, width=120, highlight=False, markup=False).print(shown)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def report(language: Language, receipt: Receipt | None = None, **changes: Any) -> Report:
    settings = Settings.model_validate(
        {"language": language, "stages": [{"name": "初步沟通", "limit": "5 days"}],
         "calendar": {"country": None}}
    )  # fmt: skip
    layout = Layout(
        columns=(OwnedColumn("status", "管家·时效"), OwnedColumn("due", "管家·截止", "date")),
        **changes,
    )
    rows = table(
        ["A1", "A2"],
        customer=["[bold]甲[/]", "乙"],
        stage=["初步沟通", "初步沟通"],
        owner=["张三", None],
        stage_entered=["2026-11-01", "2026-11-20"],
    )
    prepared = make_plan(
        rows, [StageSla(start="stage_entered")], settings, layout, Known(), NOW
    )  # fmt: skip
    return Report(
        file="商机表.xlsx",
        opens="商机表.xlsx",
        plan=prepared.plan,
        table=prepared.table,
        result=prepared.result,
        settings=settings,
        phrases=phrases(),
        receipt=receipt,
        planned=receipt is None,
    )


def test_every_word_names_the_same_facts_in_both_languages() -> None:
    for key, (chinese, english) in words._WORDS.items():
        fields = [
            {name for _, name, _, _ in Formatter().parse(said) if name}
            for said in (chinese, english)
        ]
        one = key.endswith(".one")
        assert fields[0] == fields[1] or one, key
        assert not re.search(r"[一-鿿」][,:;()?]|[,;:(?][一-鿿「]", chinese), f"{key}: full width"
        assert not re.search(r"[一-鿿]", english), key


@both
def test_one_is_not_many(language: Language) -> None:
    assert word("rows", language, n="1") == {"zh": "1 行", "en": "1 row"}[language]
    assert word("rows", language, n="1,000") == {"zh": "1,000 行", "en": "1,000 rows"}[language]


def test_asides_and_lists() -> None:
    assert aside(["8 rows", "3 more"], "en") == " (8 rows, 3 more)"
    assert aside(["8 行", "另有 3 项"], "zh") == "（8 行，另有 3 项）"
    assert aside([], "zh") == ""
    assert (joined(["甲", "乙"], "zh"), joined(["a", "b"], "en")) == ("甲、乙", "a, b")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2026-11-22T18:00:00", "2026-11-22 18:00"),
        ("2026-11-22T18:00", "2026-11-22 18:00"),
        ("2026-11-22", "2026-11-22"),
        ("Corwin Tall", "Corwin Tall"),
        ("T-1000", "T-1000"),
    ],
)
def test_only_moments_are_rewritten(stored: str, shown: str) -> None:
    assert moment_text(stored) == shown


COUNTED = Reason("a.counted", "rows without a date: {count}", "{count} 行没有日期")
NAMED = Reason("a.named", "“{name}” is unknown", "不认识「{name}」")
KNOWN = {reason.code: reason for reason in (COUNTED, NAMED)}


def finding(reason: Reason, level: str, *rows: int, **facts: object) -> Finding:
    return Finding("a", reason.code, level, np.array(rows, dtype=np.int64), facts)  # type: ignore[arg-type]


def test_findings_are_summed_up_by_kind_errors_first() -> None:
    found = lines(
        [
            finding(NAMED, "info", 0, 1, name="x"),
            finding(NAMED, "info", 1, 2, 3, name="y"),
            finding(COUNTED, "error", 4, 5, count=2),
        ],
        KNOWN,
        "en",
    )
    assert [(line.level, line.sentence, line.rows, line.others) for line in found] == [
        ("error", "rows without a date: 2", 0, 0),
        ("info", "“y” is unknown", 4, 1),
    ]


def test_what_a_sentence_counts_is_not_counted_again() -> None:
    many = [finding(COUNTED, "warning", *range(n), count=n) for n in (7, 3)]
    shown = text(told(many, KNOWN, "en", "nothing"))
    assert shown == "rows without a date: 7 (7 rows, 1 more like it)"
    assert text(told(many[:1], KNOWN, "zh", "无")) == "7 行没有日期"
    assert text(told([], KNOWN, "zh", "没有问题")) == "没有问题"


def test_only_the_first_kinds_are_listed() -> None:
    known = {f"a.{n}": Reason(f"a.{n}", f"kind {n}", f"第 {n} 种") for n in range(12)}
    found = [Finding("a", code, "info", np.arange(12 - at)) for at, code in enumerate(known)]
    shown = text(told(found, known, "en", "nothing")).splitlines()
    assert shown[0] == "kind 0 (12 rows)"
    assert shown[-1] == "… 4 more"
    assert len(shown) == 9


@both
def test_a_plan_names_cells_and_reasons(language: Language) -> None:
    shown = text(render_plan(report(language)))
    blank = {"zh": "（空）", "en": "(blank)"}[language]
    colon = {"zh": "：", "en": ": "}[language]
    assert f"管家·截止{colon}{blank} → 2026-11-06" in shown
    assert {"zh": "（未分配）", "en": "(unassigned)"}[language] in shown
    assert "商机!2" in shown
    plan = as_json(report(language))
    assert [change["key"] for change in plan["changes"]] == ["A1", "A1", "A2", "A2"]


@both
def test_a_run_says_what_was_written_and_what_was_not(language: Language) -> None:
    refused = [Refusal(f"A{n}", "管家·时效", reason.code) for reason in REFUSALS for n in (1, 2)]
    shown = text(
        render(
            report(
                language, Receipt(3, "v2", tuple(refused)), tabs=(OwnTab("summary", "管理汇总"),)
            )
        )
    )
    assert {"zh": "3 格（管家·时效 2，", "en": "3 cells (管家·时效 2, "}[language] in shown
    for reason in REFUSALS:
        sentence = reason.zh if language == "zh" else reason.en
        keys = {"zh": "（A1、A2）", "en": " (A1, A2)"}[language]
        assert f"{sentence}{keys}" in shown.replace("\n", "")
    last = {"zh": "→ 请打开 商机表.xlsx 的「管理汇总」标签页",
            "en": "→ Open 商机表.xlsx, tab “管理汇总”"}[language]  # fmt: skip
    assert shown.splitlines()[-1] == last


@both
def test_nothing_new_is_said_so(language: Language) -> None:
    quiet = report(language)
    nothing = replace(quiet, plan=replace(quiet.plan, patches=(), findings=()))
    shown = text(render_plan(nothing))
    assert word("nothing_pending", language) in shown
    assert word("nothing_found", language) in shown
    assert shown == shown.rstrip()
