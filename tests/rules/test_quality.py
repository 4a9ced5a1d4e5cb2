"""What the quality rule declares and counts; what it finds is in the cases."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.quality import Quality
from rules.quality.alike import Slip, slips
from rules.questions import Question, answered, empty_answers
from rules.resolve import resolve
from rules.rule import Context
from rules.settings import Settings
from rules.spellings import spelled
from sync.excel.reader import read_grids
from sync.reading import read_table
from sync.say import say
from sync.source import Reading
from tests import kit

SHARED = Path(os.environ.get("DEALKEEPER_SHARED", Path(__file__).parents[3] / "shared"))
PUBLIC = SHARED / "data" / "opportunities" / "maven_sales_pipeline.xlsx"


def test_required_fields_are_declared() -> None:
    rule = Quality.model_validate(
        {"use": "quality", "required": ["budget"], "from_stage": {"合同签订": ["decision_maker"]}}
    )
    assert {"budget", "decision_maker", "stage"} <= rule.reads()
    assert rule.writes() == frozenset()


def test_completeness_reconciles_with_its_totals() -> None:
    rows = "id | customer | amount | owner\nA1 | 甲 | 5 | 小甲\nA2 | | 5 |\nA3 | | | 小甲"
    figures = kit.play("quality", {"rows": rows}).outcome.figures
    table = figures["completeness"]
    assert table.to_dict("list") == {"owner": ["", "小甲"], "filled": [1, 4], "required": [3, 6]}
    assert (figures["filled"], figures["required"]) == (5, 9)


def test_findings_read_well_in_both_languages() -> None:
    rows = "id | stage | amount\nA1 | 初步勾通 |"
    played = kit.play("quality", {"rows": rows, "settings": {"stages": [{"name": "初步沟通"}]}})
    reasons = {reason.code: reason for reason in played.rule.reasons}
    said = [
        say(reasons[finding.code], finding.facts, language)
        for finding in played.outcome.findings
        for language in ("zh", "en")
    ]
    assert said == [
        "1 条进行中商机漏填「金额」",
        "open opportunities without Amount: 1",
        "阶段「初步勾通」不在规则文件中（1 行）；是否为「初步沟通」？",
        "stage “初步勾通” is not in the rules file (rows: 1); did you mean “初步沟通”?",
    ]


def test_the_check_of_spellings_is_quick_on_a_column_of_many_words() -> None:
    counts = {
        f"{word} {number}": 6 for number in range(200) for word in ("Alpha", "Omega", "Delta")
    }
    assert list(slips({**counts, "Alpah 7": 1})) == [Slip("Alpah 7", "Alpha 7", 6)]
    assert not list(slips({f"free text of row {row}": 1 for row in range(50_000)}))


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(max_size=12), st.integers(1, 100), max_size=12))
def test_any_words_have_at_most_one_meaning(counts: dict[str, int]) -> None:
    found = list(slips(counts))
    assert len({slip.word for slip in found}) == len(found)
    for slip in found:
        assert slip.word != slip.guess
        assert slip.often == counts[slip.guess]
        assert not any(other.word == slip.guess and other.guess == slip.word for other in found)


def test_an_accepted_spelling_is_an_alias_from_then_on() -> None:
    question = Question("spelling", ("product", "GTXPro"), "AAAA", ("A1",), "", proposal="GTX Pro")
    answers = empty_answers()
    answers.loc[question.id] = answered(question, "yes", "GTX Pro", "", "2026-09-07T10:00:00")
    settings = spelled(Settings(), answers)
    assert settings.spellings == {"product": {"GTX Pro": ("GTXPro",)}}
    frame = resolve(kit.frame_of("id | product\nA1 | GTXPro\nA2 | gtx pro\nA3 | Other"), settings)
    assert list(frame["product"]) == ["GTX Pro", "GTX Pro", "Other"]
    assert spelled(settings, answers).spellings == {"product": {"GTX Pro": ("GTXPro", "GTXPro")}}


@pytest.mark.shared
@pytest.mark.skipif(not PUBLIC.exists(), reason=f"{PUBLIC} is absent")
def test_a_clean_public_table_raises_no_false_alarm() -> None:
    grids, version = read_grids(PUBLIC)
    now = pd.Timestamp("2018-01-05 10:00").as_unit("s")
    table, _ = read_table(grids, Reading(now=now), version)
    frame = resolve(table.frame, Settings()).assign(key=table.keys)
    ctx = Context(now, Settings(), frozenset(table.frame.columns))
    found = {finding.code for finding in kit.decide(Quality(), frame, ctx).findings}
    assert found <= {"quality.missing", "quality.missing_loss_reason", "quality.zombie"}
