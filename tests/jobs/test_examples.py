"""What admins expect of example rows is held against what the rules make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load
from jobs.examples import failures
from tests.cli import kit

_HEAD = """\
version: 1
id: east
language: {language}
spreadsheet:
  excel: deals.xlsx
  columns: {{score_card: {{header: Card, kind: number}}}}
stages: [{{name: 初步沟通, limit: 5 workdays}}, {{name: 方案定制, limit: 9 workdays}}]
team: [{{name: 销售甲, aliases: [小甲]}}, {{name: 销售乙}}]
unassigned: [公海]
rules:
  - {{use: quality, required: [customer, phone]}}
  - {{use: dedupe}}
  - use: assign_owner
    assign:
      - {{name: 大单, when: {{amount: {{at_least: 50万}}}}, to: 销售甲}}
      - {{name: 其他, to: 销售乙}}
  - {{use: stage_sla}}
tests:
"""
_BIG = "now: 2026-09-07 10:00, row: {customer: 示例公司, amount: 60万, owner: 公海}"
_OLD = "now: 2026-09-07 10:00, row: {stage: 初步沟通, owner: 小甲, stage_entered: 8月31日}"
_TYPED = "now: 2026-09-07, row: {customer: 示例公司, probability: 30%, score_card: 7}"
_TWICE = (
    "now: 2026-09-07 10:00, row: {id: A2, customer: 示例, need: 上云, created: 2026-09-02}, "
    "others: [{id: A1, customer: 示例, need: 上云, owner: 销售乙, created: 2026-09-01}]"
)


def failed(folder: Path, *tests: str, language: str = "zh") -> list[str]:
    """Return `line: sentence` of every expectation that the rules of the page do not meet."""
    head = _HEAD.format(language=language)
    file = folder / "dealkeeper.yaml"
    file.write_text(head + "".join(f"  - {{{test}}}\n" for test in tests), encoding="utf-8")
    begin = head.count("\n")
    return [f"{one.line - begin}: {one.message}" for one in failures(load(file))]


@pytest.mark.parametrize(
    "test",
    [
        f"{_BIG}, expect: {{owner: 销售甲}}",
        f"{_BIG}, expect: {{suggested_owner: 销售甲, status: , duplicate_of: null}}",
        f"{_BIG}, expect: {{amount: 600000, finding: 漏填「联系电话」}}".replace(
            "60万", "60万, phone: "
        ),
        f"{_BIG}, expect: {{finding: quality.missing}}".replace("60万", "60万, phone: "),
        f"{_BIG}, expect: {{finding: []}}",
        f"{_OLD}, expect: {{status: 已超时, due: 2026-09-04, stage_since: 2026-08-31}}",
        f"{_OLD}, expect: {{due: 2026年9月4日 18:00, owner: 销售甲, state: open}}",
        f"{_TYPED}, expect: {{probability: 0.3, score_card: 7.0}}",
        f"{_TWICE}, expect: {{duplicate_of: A1, owner: 销售乙}}",
    ],
)
def test_what_is_expected_comes(tmp_path: Path, test: str) -> None:
    assert failed(tmp_path, test) == []


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (
            f"name: 大单, {_BIG}, expect: {{owner: 销售乙}}",
            "`suggested_owner` 应为 销售乙，实际为 销售甲（按分配规则「大单」指定给 销售甲）",
        ),
        (
            f"{_BIG}, expect: {{status: 已超时}}",
            "测试「#1」：`status` 应为 已超时，实际为 空白",
        ),
        (
            f"{_OLD}, expect: {{status: }}",
            "测试「#1」：`status` 应为 空白，实际为 已超时（「初步沟通」自 2026-08-31 起，",
        ),
        (f"{_OLD}, expect: {{due: 2026-09-04 17:00}}", "17:00，实际为 2026-09-04 18:00"),
        (f"{_BIG}, expect: {{amount: 60}}", "`amount` 应为 60，实际为 600,000"),
        (f"{_BIG}, expect: {{finding: [重复]}}", "`finding` 应为 重复，实际为 无"),
        (f"{_OLD}, expect: {{finding: []}}", "`finding` 应为 无，实际为 「初步沟通」有 1 条已超时"),
    ],
)  # fmt: skip
def test_what_does_not_come_is_told(tmp_path: Path, test: str, told: str) -> None:
    [said] = failed(tmp_path, f"{_BIG}, expect: {{owner: 销售甲}}", test.replace("#1", "#2"))
    assert said.startswith("2: ")
    assert told.replace("#1", "#2") in said


def test_in_english(tmp_path: Path) -> None:
    [said] = failed(tmp_path, f"{_BIG}, expect: {{owner: 销售乙}}", language="en")
    assert said == (
        "1: test “#1”: `suggested_owner` should be 销售乙 and is 销售甲 (line 大单 names 销售甲)"
    )


def test_nothing_runs_while_a_test_fails(tmp_path: Path) -> None:
    kit.write_deals(tmp_path / kit.BOOK, [kit.deal(1)])
    rules = kit.write_rules(tmp_path)
    example = "{now: 2026-11-22 09:00, row: {stage: Lead, stage_entered: 2026-11-01}"
    text = rules.read_text("utf-8") + f"tests:\n  - {example}, expect: {{status: OK}}}}\n"
    rules.write_text(text, encoding="utf-8")
    before = kit.listing(tmp_path)
    line = text.count("\n")
    for command in ("check", "plan", "run"):
        answer = kit.dealkeeper(command, rules, "--now", kit.NOW)
        kit.check(answer, 2, f"dealkeeper.yaml:{line}:")
        assert (
            "tests[1].expect.status: test “#1”: `status` should be OK and is Overdue" in answer.err
        )
    assert kit.listing(tmp_path) == before
    rules.write_text(text.replace("status: OK", "status: overdue"), encoding="utf-8")
    checked = kit.dealkeeper("check", rules, "--now", kit.NOW)
    assert "1 rules, 1 tests passed;" in checked.out
    assert kit.dealkeeper("run", rules, "--now", kit.NOW, "--yes").code == 0
