"""Conflict copies of sync clients, lock files of those who are gone."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from sync.excel.conflicts import conflict_copies, require_single
from sync.excel.locks import holder, require_free
from sync.store import Busy

DAY = 86_400


def make(path: Path, *tabs: str, age: float = 0) -> Path:
    """Write a workbook that was saved `age` days ago."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for tab in tabs or ("商机", "说明"):
        book.create_sheet(tab)
    book.save(path)
    return aged(path, age)


def aged(path: Path, days: float) -> Path:
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return make(tmp_path / "商机表.xlsx", age=2)


@pytest.mark.parametrize(
    "name",
    [
        "商机表 (小王's conflicted copy 2026-11-20).xlsx",
        "商机表 (小王 的冲突副本 2026-11-20).xlsx",
        "商机表（冲突副本）.xlsx",
        "商机表(小王的冲突文件2026-11-20).xlsx",
        "商机表 (conflicted copy 2026-11-20 093612).xlsx",
        "商机表-NSConflict-小王-mac-v2.xlsx",
        "商机表.xlsx (SFConflict wang@example.com 2026-11-20-09-36-12)",
        "商机表 (SFConflict wang@example.com 2026-11-20-09-36-12).xlsx",
        "商机表.sync-conflict-20261120-093612-ABCDEFG.xlsx",
        "商机表.Conflict.xlsx",
        "商机表_WANG-PC_Nov-20-0936-2026_Conflict.xlsx",
        "商机表-DESKTOP-4F7K2QL.xlsx",
        "商机表-LAPTOP-9AB8CDEF-2.xlsx",
    ],
)
@pytest.mark.parametrize(("age", "counts"), [(1, True), (29, True), (31, False)])
def test_the_names_that_sync_clients_give(
    path: Path, name: str, age: float, *, counts: bool
) -> None:
    copy = make(path.with_name(name), age=age)
    assert conflict_copies(path) == ([copy] if counts else [])


@pytest.mark.parametrize(
    "name",
    [
        "商机表.dealkeeper.xlsx",  # our own side file
        "商机表 2025.xlsx",
        "商机表-华东.xlsx",
        "商机表-EMEA.xlsx",
        "商机表冲突分析.xlsx",
        "旧商机表 (冲突副本).xlsx",
        "商机表 (冲突副本).docx",
        "~$商机表.xlsx",
    ],
)
def test_other_files_are_no_conflict_copies(path: Path, name: str) -> None:
    make(path.with_name(name))
    assert conflict_copies(path) == []


@pytest.mark.parametrize(("age", "counts"), [(1, True), (3, False)])
def test_a_number_alone_counts_only_while_the_file_is_newer(
    path: Path, age: float, *, counts: bool
) -> None:
    make(path.with_name("商机表 (1).xlsx"), age=age)
    assert bool(conflict_copies(path)) == counts


def test_a_workbook_with_other_tabs_is_another_workbook(path: Path) -> None:
    make(path.with_name("商机表 (conflict resolution log).xlsx"), "Log", "People")
    assert conflict_copies(path) == []


def test_a_copy_that_has_not_arrived_whole_counts(path: Path) -> None:
    copy = path.with_name("商机表 (冲突副本).xlsx")
    copy.write_bytes(path.read_bytes()[:100])
    assert conflict_copies(path) == [copy]


def test_an_old_copy_that_is_newer_than_the_workbook_counts(path: Path) -> None:
    aged(path, 90)
    copy = make(path.with_name("商机表 (冲突副本).xlsx"), age=60)
    assert conflict_copies(path) == [copy]


def test_the_run_is_told_what_to_do(path: Path) -> None:
    require_single(path)
    shutil.copy(path, path.with_name("商机表 (冲突副本).xlsx"))
    with pytest.raises(Busy, match=r"conflict copy.*move it away") as busy:
        require_single(path)
    assert "商机表 (冲突副本).xlsx" in busy.value.say("zh")


def test_a_missing_workbook_has_no_copies(tmp_path: Path) -> None:
    assert conflict_copies(tmp_path / "none" / "none.xlsx") == []


def test_a_lock_file_of_yesterday_may_be_deleted_by_hand(path: Path) -> None:
    lock = path.with_name("~$商机表.xlsx")
    lock.write_bytes(b"\x05Alice" + b" " * 20)
    with pytest.raises(Busy) as fresh:
        require_free(path)
    assert "delete" not in str(fresh.value)
    aged(lock, 2)
    with pytest.raises(Busy, match="delete its lock file") as old:
        require_free(path)
    assert lock.name in old.value.say("zh")
    aged(lock, 8)
    assert holder(path) is None
