"""The way of a new user: init, check, plan, run, run again, explain, history, schema, doctor."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from rules.kpi.headline import TILES
from rules.rule import discover
from sync.say import Language
from templates.starter import DemoFiles
from tests.cli.conftest import LANGUAGES, PLAN
from tests.cli.kit import NOW, RULES, dealkeeper, plan_of, sha

both = pytest.mark.parametrize("language", LANGUAGES)
# What a pipe must not carry: colours, lines drawn with signs, blanks at the end of a line.
_NOT_PLAIN = re.compile(r"\x1b|[\u2500-\u259f]|[ \t]+$", re.MULTILINE)


def workbook_in(folder: Path) -> Path:
    (found,) = folder.glob("*.xlsx")
    return found


@pytest.fixture
def untouched(fresh_demos: dict[Language, DemoFiles], language: Language, tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    shutil.copytree(fresh_demos[language].rules.parent, folder)
    return folder


@pytest.fixture
def done(run_demos: dict[Language, Path], language: Language, tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    shutil.copytree(run_demos[language], folder)
    return folder


@both
def test_init_writes_a_rules_file_that_checks(
    untouched: Path, language: Language, tmp_path: Path
) -> None:
    workbook = workbook_in(untouched)
    before = sha(workbook)
    (untouched / RULES).unlink()
    answer = dealkeeper("init", workbook, "--now", NOW)
    assert (answer.code, answer.err) == (0, "")
    for word in {
        "zh": ("体检报告", "300 条商机", "无法识别", "疑似重复", "负责人与在手", "有风险的金额"),
        "en": ("Health report", "300 opportunities", "Unreadable", "Likely duplicates",
               "Owners and their load", "Amount at risk"),
    }[language]:  # fmt: skip
        assert word in answer.out
    assert not _NOT_PLAIN.search(answer.out)
    assert dealkeeper("check", untouched / RULES).code == 0
    plan = plan_of(untouched, "--now", NOW)
    team = {change["field"] for change in plan["changes"]} & {"owner", "id", "backup"}
    assert not team, "init proposes a modest start"
    assert sha(workbook) == before
    assert [path.name for path in untouched.iterdir() if path.suffix == ".xlsx"] == [workbook.name]


def test_init_never_replaces_a_rules_file(fresh_demos: dict[Language, DemoFiles]) -> None:
    files = fresh_demos["en"]
    before = files.rules.read_bytes()
    answer = dealkeeper("init", files.workbook)
    assert answer.code == 2
    assert "exists; name another file with --output" in answer.err
    assert files.rules.read_bytes() == before


@both
def test_check_tells_what_the_table_holds(untouched: Path, language: Language) -> None:
    answer = dealkeeper("check", untouched / RULES)
    assert answer.code == 0
    last = answer.out.splitlines()[-1]
    assert last.startswith(
        {"zh": f"{RULES}：正确。11 条规则", "en": f"{RULES}: fine. 11 rules"}[language]
    )
    assert all(line.startswith("△") for line in answer.out.splitlines()[:1])


@both
def test_plan_writes_nothing_and_run_wants_a_confirmation(
    untouched: Path, language: Language
) -> None:
    workbook = workbook_in(untouched)
    before = sha(workbook)
    planned = dealkeeper("plan", untouched / RULES, "--now", NOW, "--exit-code")
    assert planned.code == 1
    refused = dealkeeper("run", untouched / RULES, "--now", NOW)
    assert refused.code == 4
    assert "dealkeeper run --yes" in refused.err
    assert len(refused.err.splitlines()) == 1
    assert planned.out.strip() in refused.out, "the first run shows its plan"
    for answer in (planned, refused):
        assert not _NOT_PLAIN.search(answer.out)
    assert sha(workbook) == before
    none = {"zh": "还没有运行记录", "en": "no run yet"}[language]
    assert dealkeeper("history", untouched / RULES).out.strip() == none
    assert not list(untouched.glob(".dealkeeper/*/backups/*"))


@both
def test_run_does_what_plan_showed(untouched: Path, language: Language) -> None:
    workbook = workbook_in(untouched)
    pristine = sha(workbook)
    plan = plan_of(untouched, "--now", NOW)
    assert plan["cells"] == len(plan["changes"]) > 300
    assert plan["tabs"] == {"zh": ["管理汇总", "待复核"], "en": ["Summary", "Review"]}[language]
    answer = dealkeeper("run", untouched / RULES, "--now", NOW, "--yes")
    assert (answer.code, answer.err) == (0, "")
    assert f"{plan['cells']} {'格' if language == 'zh' else 'cells'}" in answer.out
    assert not _NOT_PLAIN.search(answer.out)
    (copy,) = untouched.glob(".dealkeeper/*/backups/pristine.xlsx")
    assert sha(copy) == pristine
    changed = {change["key"] for change in plan["changes"] if change["rule"] == "assign_owner"}
    assert changed
    for key in changed:
        explained = dealkeeper("explain", key, "--rules", untouched / RULES)
        assert explained.code == 0
        assert "assign_owner" in explained.out


@both
def test_a_second_run_leaves_every_byte(done: Path, language: Language) -> None:
    workbook = workbook_in(done)
    before, files = sha(workbook), sorted(done.iterdir())
    plan = plan_of(done, "--now", NOW)
    assert (plan["cells"], plan["changes"], plan["tabs"]) == (0, [], [])
    assert dealkeeper("plan", done / RULES, "--now", NOW, "--exit-code").code == 0
    for _ in range(2):
        answer = dealkeeper("run", done / RULES, "--now", NOW)
        assert answer.code == 0
        assert {"zh": "表格未改动", "en": "the spreadsheet is untouched"}[language] in answer.out
    assert sha(workbook) == before
    assert sorted(done.iterdir()) == files
    backups = list(done.glob(".dealkeeper/*/backups/*"))
    assert len(backups) == 2, "nothing is backed up where nothing is written"


@both
def test_history_and_explain_tell_the_life_of_a_row(done: Path, language: Language) -> None:
    listed = dealkeeper("history", done / RULES)
    assert listed.code == 0
    assert "2026-11-22 09:00" in listed.out
    plan = json.loads((done / PLAN).read_text("utf-8"))
    key = next(change["key"] for change in plan["changes"] if change["field"] == "status")
    life = dealkeeper("history", key, "--rules", done / RULES)
    told = dealkeeper("explain", key, "--rules", done / RULES)
    status = {"zh": "管家·时效", "en": "DK status"}[language]
    for answer in (listed, life, told):
        assert answer.code == 0
        assert not _NOT_PLAIN.search(answer.out)
    assert status in life.out
    assert f"{status} · stage_sla" in told.out
    near = dealkeeper("explain", key[:-1] + "X", "--rules", done / RULES)
    assert near.code == 2
    assert {"zh": "是否想查", "en": "did you mean"}[language] in near.err
    assert dealkeeper("history", key[:-1] + "X", "--rules", done / RULES).err == near.err


@both
def test_doctor_looks_at_everything(done: Path, language: Language) -> None:
    answer = dealkeeper("doctor", done / RULES, "--now", "2026-01-05")
    assert answer.code == 0, answer.out
    assert {"zh": "300 行", "en": "300 rows"}[language] in answer.out
    workbook_in(done).unlink()
    broken = dealkeeper("doctor", done / RULES, "--now", "2026-01-05")
    assert broken.code == 1
    assert "✗" in broken.out


def test_schema_is_printed_or_written(folder: Path) -> None:
    printed = dealkeeper("schema")
    assert printed.code == 0
    assert dealkeeper("schema", folder / "schema.json").code == 0
    written = json.loads((folder / "schema.json").read_text("utf-8"))
    assert json.loads(printed.out) == written
    assert "spreadsheet" in written["properties"]


@both
def test_demo_in_one_command(folder: Path, language: Language) -> None:
    answer = dealkeeper("demo", "--language", language, "--now", NOW)
    assert (answer.code, answer.err) == (0, "")
    shown = answer.out.split({"zh": "每条规则做了什么", "en": "What each rule did"}[language])[1]
    rules = {line.split()[0] for line in shown.splitlines() if line[:1].isalpha()}
    assert discover().keys() <= rules
    waiting = {
        "zh": ("确定重复", "疑似重复", "抢单", "未知写法", "负责人", "编号重复"),
        "en": ("certain duplicate", "possible duplicate", "contested customer", "unknown word",
               "owner", "repeated id"),
    }[language]  # fmt: skip
    review = answer.out.split({"zh": "\n待复核", "en": "\nReview"}[language])[1]
    assert all(f"{kind} " in review for kind in waiting)
    place = folder / ("demo" if language == "zh" else "demo-en")
    book = sha(workbook_in(place))
    told = dealkeeper("kpi", str(place / RULES), "--json", "--now", NOW).out
    shown = json.loads(told)["figures"]
    alone = [code for code in TILES if shown[code]["previous"] is None]
    assert not alone, "every tile is compared with the weeks before"
    assert all(shown[code]["value"] for code in ("pushes", "waterfall", "removed"))
    left = plan_of(place, "--now", NOW)
    assert (left["cells"], left["tabs"]) == (0, []), "whoever decides anew finds nothing to write"
    again = dealkeeper("demo", "--language", language, "--now", NOW)
    assert again.code == 0
    assert "--fresh" in again.out
    assert sha(workbook_in(place)) == book
    anew = dealkeeper("demo", "--language", language, "--now", NOW, "--fresh")
    assert anew.code == 0
    assert sha(workbook_in(place)) == book, "the same demo, the same bytes"
