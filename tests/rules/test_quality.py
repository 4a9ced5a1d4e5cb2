"""What the quality rule declares and counts; what it finds is in the cases."""

from __future__ import annotations

from rules.quality import Quality
from sync.say import say
from tests import kit


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
