"""Whatever is wrong: one clear sentence, the right exit code, the workbook untouched."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli import kit
from tests.cli.kit import BOOK, NOW, RULES, check, deal, dealkeeper, listing, retype, sha

Spoil = Callable[[Path], object]

ROOT = Path(__file__).parents[2]
both = pytest.mark.parametrize("language", ["en", "zh"])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Case:
    """A folder that was spoilt, and what `run` answers in it."""

    name: str
    spoil: Spoil
    code: int
    says: str
    chinese: str


def content(data: bytes) -> Spoil:
    return lambda folder: (folder / BOOK).write_bytes(data)


def beside(name: str, data: bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(data)


def truncated(folder: Path) -> None:
    data = (folder / BOOK).read_bytes()
    (folder / BOOK).write_bytes(data[: len(data) // 2])


def renamed(folder: Path) -> None:
    (folder / BOOK).rename(folder / "deal.xlsx")


def a_folder(folder: Path) -> None:
    (folder / BOOK).unlink()
    (folder / BOOK).mkdir()


def another_zip(folder: Path) -> None:
    with zipfile.ZipFile(folder / BOOK, "w") as package:
        package.writestr("readme.txt", "no workbook")


def table(*headers: str, rows: int = 3) -> Spoil:
    return lambda folder: kit.write_deals(
        folder / BOOK, [deal(number)[: len(headers)] for number in range(1, rows + 1)], headers
    )


def read_only(folder: Path) -> None:
    (folder / BOOK).chmod(0o444)


def in_the_way(folder: Path) -> None:
    (folder / "state").write_text("a file where a folder is wanted")


def broken_history(folder: Path) -> None:
    (folder / "state" / "kit").mkdir(parents=True)
    (folder / "state" / "kit" / "history.sqlite").write_bytes(b"no database" * 100)


def typed(old: str, new: str) -> Spoil:
    return lambda folder: retype(folder / RULES, old, new)


READING = (
    Case("missing", lambda folder: (folder / BOOK).unlink(), 5, "there is no file", "找不到文件"),
    Case("misspelt", renamed, 5, "did you mean `deal.xlsx`?", "是不是“deal.xlsx”？"),
    Case("password", content(OLE + bytes(600) + ENCRYPTED + bytes(4000)), 5,
         "is protected by a password", "设有密码"),
    Case("old format", content(OLE + bytes(4000)), 5, "save it as .xlsx", "另存为 .xlsx"),
    Case("truncated", truncated, 5, "not a whole .xlsx workbook", "不是完整的 .xlsx 工作簿"),
    Case("text", content("商机,客户\n".encode() * 50), 5, "is not an Excel workbook", "不是 Excel"),
    Case("empty", content(b""), 5, "is empty", "空文件"),
    Case("another zip", another_zip, 5, "not a whole .xlsx workbook", "不是完整的 .xlsx 工作簿"),
    Case("no header", table("Alpha", "Beta", "Gamma"), 2, "no header row was found", "找不到表头"),
)  # fmt: skip
RUNNING = (
    Case("folder", a_folder, 5, "cannot be read: ", "无法读取"),
    Case("open in Excel", beside(f"~${BOOK}", b"\x03Ann"), 5, "open elsewhere (Ann)", "Ann"),
    Case("open in WPS", beside(f".~{BOOK}", b"\x03Bob"), 5, "open elsewhere (Bob)", "Bob"),
    Case("open in LibreOffice", beside(f".~lock.{BOOK}#", b",cy,host,22.11.2026 09:00,;"), 5,
         "open elsewhere (cy)", "cy"),
    Case("no rows", table(*kit.HEADERS, rows=0), 4, "no opportunity below it", "只有表头"),
    Case("read-only", read_only, 4, "is read-only", "只读"),
    Case("state in the way", in_the_way, 5, "cannot make the state folder", "无法建立状态文件夹"),
    Case("broken history", broken_history, 5, "the history at", "历史数据库"),
    Case("no rules file", lambda folder: (folder / RULES).unlink(), 2,
         "dealkeeper.yaml: there is no such rules file", "规则文件不存在"),
    Case("unknown tab", typed("sheet: Deals", "sheet: Dales"), 2,
         "dealkeeper.yaml:6:41: there is no tab `Dales` in the spreadsheet; did you mean `Deals`?",
         "dealkeeper.yaml:6:41: 表格文件中没有工作表“Dales”"),
    Case("unknown column", typed("sheet: Deals", "columns: {amount: Amuont}"), 2,
         "dealkeeper.yaml:6:52: there is no column `Amuont` in the table; did you mean `Amount`?",
         "dealkeeper.yaml:6:52: 表格中没有“Amuont”列；是不是“Amount”？"),
    Case("unknown person", typed(kit.CLOCK, "  - {use: assign_owner, assign: [{to: [Anne]}]}"), 2,
         "rules[1].assign[1].to[1]: unknown person `Anne`; did you mean `Ann`?",
         "人员 `Anne` 不存在；是否想写 `Ann`？"),
    Case("unknown stage", typed(kit.CLOCK, "  - {use: quality, from_stage: {Ofer: [amount]}}"), 2,
         "unknown stage `Ofer`; did you mean `Offer`?", "阶段 `Ofer` 不存在；是否想写 `Offer`？"),
    Case("unknown rule", typed(kit.CLOCK, "  - {use: dedup}"), 2,
         "got `dedup`; did you mean `dedupe`?", "是否想写 `dedupe`？"),
    Case("not YAML", typed("stages:", "stages: ]"), 2, "dealkeeper.yaml:7:", "dealkeeper.yaml:7:"),
)  # fmt: skip


@both
@pytest.mark.parametrize("case", [*READING, *RUNNING], ids=lambda case: case.name)
def test_a_run_answers_with_a_sentence(
    team: Path, case: Case, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
    retype(team / RULES, "language: en", f"language: {language}")
    case.spoil(team)
    before = listing(team)
    answer = dealkeeper("run", "--now", NOW, "--yes")
    check(answer, case.code, case.says if language == "en" else case.chinese)
    assert listing(team) == before


@both
@pytest.mark.parametrize("case", READING, ids=lambda case: case.name)
def test_init_answers_with_the_same_sentence(
    team: Path, case: Case, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
    (team / RULES).unlink()
    case.spoil(team)
    before = listing(team)
    answer = dealkeeper("init", BOOK, "--now", NOW)
    check(answer, case.code, case.says if language == "en" else case.chinese)
    assert listing(team) == before, "no rules file is left behind"


@pytest.mark.parametrize("command", ["check", "plan", "doctor"])
@pytest.mark.parametrize("case", READING, ids=lambda case: case.name)
def test_looking_answers_too(team: Path, case: Case, command: str) -> None:
    case.spoil(team)
    before = listing(team)
    answer = dealkeeper(command, "--now", NOW)
    assert case.says in answer.said
    assert answer.code == (case.code if command != "doctor" else 1)
    assert "Traceback" not in answer.said
    assert listing(team) == before


SHARED = Path(os.environ.get("DEALKEEPER_SHARED", ROOT.parent / "shared")) / "data" / "workbooks"
PROTECTED = ("extenxls_pwd123", "protect", "protected_sha512")


@pytest.mark.shared
@pytest.mark.parametrize("name", PROTECTED)
def test_real_files_with_a_password(team: Path, name: str) -> None:
    source = SHARED / "poi" / f"poi__test-data__poifs__{name}.xlsx"
    if not source.exists():
        pytest.skip(f"{source.name} is not beside the checkout")
    shutil.copy(source, team / BOOK)
    before = listing(team)
    check(dealkeeper("run", "--yes"), 5, "is protected by a password")
    assert listing(team) == before


def test_while_others_have_it_open_looking_is_allowed(team: Path) -> None:
    (team / f"~${BOOK}").write_bytes(b"\x03Ann")
    for command in ("check", "plan"):
        assert dealkeeper(command, "--now", NOW).code == 0


def test_repeated_and_blank_ids_are_reported_and_left_alone(team: Path) -> None:
    changes: dict[int, dict[str, Any]] = {3: {"Deal ID": "D-002"}, 5: {"Deal ID": None}}
    rows = [deal(number, **changes.get(number, {})) for number in range(1, 9)]
    kit.write_deals(team / BOOK, rows)
    answer = dealkeeper("run", "--now", NOW, "--yes")
    assert answer.code == 0
    assert "share their id in column “Deal ID”" in answer.out
    assert "no id in column “Deal ID”" in answer.out
    for row in kit.cells(team / BOOK):
        alone = row["Deal ID"] in ("D-002", None)
        assert (row["DK status"] is None) == alone, row


def test_headers_that_repeat_are_told(team: Path) -> None:
    headers = [*kit.HEADERS[:6], "Stage", "Stage"]
    kit.write_deals(team / BOOK, [deal(number) for number in range(1, 9)], headers)
    before = sha(team / BOOK)
    answer = dealkeeper("check")
    assert "Stage" in answer.said
    assert "Traceback" not in answer.said
    assert sha(team / BOOK) == before


def test_wrong_usage_answers_2(team: Path) -> None:
    for args, says in (
        (("plan", "--now", "yesterday"), "expected a moment such as 2026-11-22T09:00"),
        (("plan", "--now", "2026-11-22T09:00+08:00"), "leave out the zone"),
        (("plan", RULES, "--rules", RULES), "give the rules file once"),
        (("plan", "other.yaml"), "there is no such rules file"),
        (("plan", "."), "is a directory"),
        (("plna",), "there is no command `plna`; did you mean `plan`?"),
        (("xyz",), "there is no command `xyz`"),
        (("run", "--now"), "requires an argument"),
        (("init",), "one of the two"),
        (("init", BOOK, "--google", "x"), "one of the two"),
        (("init", BOOK, "--key-file", "key.json", "--output", "x.yaml"), "go with --google"),
        (("init", "--google", "no id!", "--output", "x.yaml"), "address of a Google Sheet"),
        (("init", BOOK, "--sheet", "Dales", "--output", "x.yaml"), "did you mean `Deals`?"),
        (("serve",), "has no `jobs:`"),
        (("explain", "D-001"), "no opportunity `D-001` is known"),
    ):
        answer = dealkeeper(*args)
        assert answer.code == 2, (args, answer.said)
        assert says in answer.err, (args, answer.said)
        assert "Traceback" not in answer.err
    assert not (team / "x.yaml").exists()
