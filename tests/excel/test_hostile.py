"""Hostile files: bounded time and memory, one sentence, the workbook untouched."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.excel.limits import DEFAULT
from sync.excel.reader import read_grids
from sync.store import Refused, Unreachable
from tests.cli import kit
from tests.excel.fixtures.absurd import absurd
from tests.excel.fixtures.case import SHEET
from tests.excel.fixtures.containers import bomb, cut
from tests.excel.fixtures.hostile import hostile
from tests.excel.fixtures.trees import entities, tabs
from tests.excel.kit import workbook

ROOT = Path(__file__).parents[2]
SECONDS = 20  # of the processor for one file; each takes a few
MEGABYTES = 400  # that one file may add
CASES = hostile()
needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix resource limits")


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """What each file led to, all opened by one process: none may end it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.excel.fixtures.hostile"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    last = done.stderr.strip().splitlines()
    assert done.returncode == 0, last[-1:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {answer["name"]: answer for answer in told}


@needs_limits
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_harmless_or_refused(
    name: str, answers: dict[str, dict[str, Any]]
) -> None:
    told = answers[name]
    for what in ("read", "write", "again"):
        assert not told[what].startswith("!"), told
    says = CASES[name].says
    first = told["read"] or told["write"]
    assert says in first, told
    assert bool(says) == bool(first), told
    assert not told["again"], "what was written can be read"
    assert told["seconds"] < SECONDS
    assert told["megabytes"] < MEGABYTES


def _far() -> bytes:
    return next(case for case in absurd() if "middle of a row" in case.name).make()


@pytest.mark.parametrize(
    ("make", "code", "says", "chinese"),
    [
        (lambda: bomb(SHEET, 600), 4, "too large to be opened safely", "过大"),
        (lambda: entities(SHEET), 4, "declares a document type", "文档类型声明"),
        (lambda: tabs(100_000), 4, "100,000 tabs", "100,000 个工作表"),
        (_far, 5, "delete the stray cells", "请删除远离表格的零散单元格"),
        (lambda: cut(SHEET), 5, "is damaged", "已损坏"),
        (workbook, 2, "no tab `Deals`", "没有工作表“Deals”"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_answers_in_one_sentence_and_leaves_the_file(
    make: Callable[[], bytes],
    code: int,
    says: str,
    chinese: str,
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    rules = kit.write_rules(tmp_path)
    kit.retype(rules, "language: en", f"language: {language}")
    book = tmp_path / kit.BOOK
    book.write_bytes(make())
    before = kit.sha(book)
    told = kit.dealkeeper("run", rules, "--now", kit.NOW, "--yes")
    assert told.code == code, told.said
    assert (says if language == "en" else chinese) in told.err
    assert len(told.err.strip().splitlines()) == 1, told.err
    assert "Traceback" not in told.said
    assert kit.sha(book) == before
    assert [item.name for item in tmp_path.glob("*.xlsx")] == [kit.BOOK]


@pytest.mark.parametrize(
    ("name", "low", "high", "make", "code"),
    [
        ("max_file", "1 KB", "1 MB", workbook, 4),
        ("max_unpacked", "1 KB", "1 MB", workbook, 4),
        ("max_ratio", "300", "5000", lambda: bomb(SHEET, 40), 4),
        ("max_cells", "2", "1000", workbook, 5),
    ],
)
def test_every_limit_is_an_option_that_its_error_names(
    name: str, low: str, high: str, make: Callable[[], bytes], code: int, tmp_path: Path
) -> None:
    rules = kit.write_rules(tmp_path)
    book = tmp_path / kit.BOOK
    book.write_bytes(make())
    kit.retype(rules, "version: 1", f"version: 1\nsafety: {{{name}: {low}}}")
    told = kit.dealkeeper("run", rules, "--now", kit.NOW, "--yes")
    kit.check(told, code, f"raise `safety: {name}` in the rules file")
    kit.retype(rules, f"{name}: {low}", f"{name}: {high}")
    assert name not in kit.dealkeeper("run", rules, "--now", kit.NOW, "--yes").said


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with path.open("wb") as file:
        file.truncate(DEFAULT.file + 1)  # sparse: it takes no room
    with pytest.raises(Refused, match="too large to be opened safely"):
        read_grids(path)


def test_a_panic_of_the_reader_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})

    def crash(_: object) -> None:
        raise panic("index out of bounds")

    path = tmp_path / "deals.xlsx"
    path.write_bytes(workbook())
    monkeypatch.setattr("python_calamine.load_workbook", crash)
    with pytest.raises(Unreachable, match="is damaged"):
        read_grids(path)
