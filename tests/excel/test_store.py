"""The store: reads, plans by key, writes in place, and never leaves half a workbook."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from sync.excel.files import version_of
from sync.excel.store import ExcelStore
from sync.plan import Highlight, Layout, OwnedColumn, OwnTab, Patch, Plan, Reasons
from sync.source import Reading
from sync.store import Busy, Mismatch, Receipt, Refused, Stale, Store, Unreachable
from sync.table import Table
from sync.view import SheetView
from tests.excel.kit import objects
from tests.excel.test_summary_tab import view

NOW = pd.Timestamp(2026, 11, 22, 9)
LAYOUT = Layout(
    (
        OwnedColumn("status", "管家·时效", choices=("正常", "已超时")),
        OwnedColumn("due", "管家·到期", "date"),
    ),
    (Highlight("status", "已超时", "FDE7E9"),),
    ("owner",),
    (OwnTab("summary", "管理汇总"),),
)
HEADER = ["商机编号", "客户名称", "阶段", "负责人", "预计金额", "创建日期"]
ROWS = [
    [f"甲-{number}", f"客户{number}", "初步沟通", "小张" if number % 2 else None, 1000 * number,
     pd.Timestamp(2026, 10, 1).to_pydatetime()]
    for number in range(1, 7)
]  # fmt: skip


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return make(tmp_path / "商机表.xlsx")


def make(path: Path, rows: list[list[Any]] = ROWS) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "商机"
    sheet.append(["我们的商机"])
    sheet.append(HEADER)
    for row in rows:
        sheet.append(row)
    sheet.auto_filter.ref = f"A2:F{2 + len(rows)}"
    book.save(path)
    return path


def store(path: Path, **options: Any) -> ExcelStore:
    return ExcelStore(path, Reading(now=NOW, layout=LAYOUT), **options)


def patch(table: Table, column: str, after: list[Any]) -> Patch:
    """Return the changes that give a column the values of `after`, of all rows."""
    before = table.cells[column].to_numpy(dtype=object) if column in table.cells else None
    before = objects(*([None] * len(after))) if before is None else before
    rows = np.array([at for at, value in enumerate(after) if value != before[at]], dtype=np.int64)
    return Patch(
        "test", column, rows, table.keys[rows], before[rows], objects(*after)[rows],
        Reasons.blank(len(rows)),
    )  # fmt: skip


def plan(table: Table, *patches: Patch, shown: SheetView | None = None) -> Plan:
    kept = tuple(item for item in patches if len(item))
    return Plan(table.version, NOW, LAYOUT, kept, (shown,) if shown else (), keys=table.keys)


def run(path: Path, shown: SheetView | None = None, **options: Any) -> Receipt:
    """Read, decide the same as ever, write."""
    with store(path, **options) as opened:
        table = opened.read()
        status = patch(table, "status", ["已超时", "正常"] * (len(table) // 2))
        due = patch(table, "due", [pd.Timestamp(2026, 12, 1)] * len(table))
        return opened.apply(plan(table, status, due, shown=shown))


def rows_of(path: Path) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path)["商机"].iter_rows(values_only=True)]


def test_it_is_a_store(path: Path) -> None:
    assert isinstance(store(path), Store)


def test_columns_are_added_and_read_again_and_the_second_run_writes_nothing(path: Path) -> None:
    receipt = run(path, view(1, 2))
    assert (receipt.written, receipt.refused, receipt.tabs) == (12, (), ("管理汇总",))
    assert receipt.version == version_of(path.read_bytes())
    assert rows_of(path)[1][6:] == ["管家·时效", "管家·到期"]
    assert [row[6] for row in rows_of(path)[2:]] == ["已超时", "正常"] * 3
    assert load_workbook(path)["商机"].auto_filter.ref == "A2:H8"
    with store(path) as opened:
        table = opened.read()
    assert table.cells["status"].tolist() == ["已超时", "正常"] * 3
    assert {key: tab.content for key, tab in table.tabs.items()} == {
        "summary": view(1, 2).content_hash()
    }
    written = path.read_bytes()
    again = run(path, view(1, 2))
    assert (again.written, again.tabs, again.version) == (0, (), receipt.version)
    assert path.read_bytes() == written


def test_rows_are_found_by_key_after_sorting(path: Path) -> None:
    run(path)
    make(path, list(reversed(ROWS)))
    run(path)
    assert {row[0]: row[6] for row in rows_of(path)[2:]}["甲-6"] == "已超时"


def test_team_cells_are_filled_only_where_they_hold_what_was_read(path: Path) -> None:
    with store(path) as opened:
        table = opened.read()
        filled = patch(table, "owner", ["小李"] * len(table))
        wrong = replace(filled, before=objects(*[None] * len(filled)))
        receipt = opened.apply(plan(table, wrong))
    assert receipt.written == 3
    assert [row[3] for row in rows_of(path)[2:]] == ["小张", "小李"] * 3
    assert [(item.key, item.column, item.code) for item in receipt.refused] == [
        (f"甲-{number}", "owner", "store.changed") for number in (1, 3, 5)
    ]


def test_a_change_in_between_is_stale_and_nothing_is_lost(path: Path) -> None:
    with store(path) as opened:
        table = opened.read()
        make(path, ROWS[:4])
        changed = path.read_bytes()
        with pytest.raises(Stale):
            opened.apply(plan(table, patch(table, "status", ["正常"] * len(table))))
    assert path.read_bytes() == changed


def test_a_change_at_the_last_moment_is_stale_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store(path) as opened:
        table = opened.read()
        real = os.fsync

        def human(handle: int) -> None:
            real(handle)
            make(path, ROWS[:4])

        monkeypatch.setattr(os, "fsync", human)
        with pytest.raises(Stale):
            opened.apply(plan(table, patch(table, "status", ["正常"] * len(table))))
    assert len(rows_of(path)) == 6
    assert _beside(path) == {path.name}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_full_disk_leaves_the_old_workbook_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unreachable, match=os.strerror(code)):
        run(path)
    assert path.read_bytes() == before
    assert _beside(path) == {path.name}


def test_a_read_only_file_is_refused(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(Refused, match="read-only"):
        run(path)


def test_what_a_killed_run_left_behind_is_swept(path: Path) -> None:
    left = path.with_name(f".{path.name}.dealkeeper-x1.tmp")
    left.write_bytes(b"half")
    other = path.with_name("notes.tmp")
    other.write_bytes(b"mine")
    run(path)
    assert _beside(path) == {path.name, other.name}


def test_links_are_followed_and_permissions_kept(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    assert run(link).written == 12
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert rows_of(path)[1][6] == "管家·时效"


def test_backups_keep_the_first_and_the_last_five(path: Path, tmp_path: Path) -> None:
    pristine = path.read_bytes()
    folder = tmp_path / "backups"
    for number in range(8):
        run(path, view(float(number)), backups=folder)
    kept = sorted(item.name for item in folder.iterdir())
    assert len(kept) == 6
    assert (folder / "pristine.xlsx").read_bytes() == pristine


def test_no_backup_no_writing(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unreachable, match="no backup"):
        run(path, backups=tmp_path / "file")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "content", "who"),
    [
        (
            "~$商机表.xlsx",
            b"\x05Alice" + b" " * 49 + b"\x02\0" + "小王".encode("utf-16-le"),
            "小王",
        ),
        ("~$商机表.xlsx", b"\x05Alice" + b" " * 20, "Alice"),
        (".~商机表.xlsx", b"", ".~商机表.xlsx"),
        (".~lock.商机表.xlsx#", ",小李,host,22.11.2026 09:00,file:///x;".encode(), "小李"),
    ],
)
def test_a_workbook_that_is_open_elsewhere_is_busy(
    path: Path, name: str, content: bytes, who: str
) -> None:
    lock = path.with_name(name)
    lock.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(Busy) as busy, store(path):
        pass
    assert who in str(busy.value)
    assert path.read_bytes() == before
    assert len(store(path).read()) == 6  # looking is always possible
    os.utime(lock, (0, 0))  # left behind long ago by a crash
    assert run(path).written == 12


def test_it_waits_for_others_to_close(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = path.with_name(f"~${path.name}")
    lock.write_bytes(b"")
    monkeypatch.setattr("sync.excel.store.time.sleep", lambda _: lock.unlink(missing_ok=True))
    with store(path, wait=60) as opened:
        assert len(opened.read()) == 6


def test_somebody_who_opens_it_during_the_run_is_respected(path: Path) -> None:
    with store(path) as opened:
        table = opened.read()
        path.with_name(f"~${path.name}").write_bytes(b"")
        with pytest.raises(Busy):
            opened.apply(plan(table, patch(table, "status", ["正常"] * len(table))))


def test_one_run_at_a_time(path: Path) -> None:
    with store(path), pytest.raises(Busy, match="another run"), store(path):
        pass
    with store(path):
        pass


def test_a_plan_for_a_column_that_is_not_there(path: Path) -> None:
    with store(path) as opened:
        table = opened.read()
        with pytest.raises(Mismatch, match="backup"):
            opened.apply(plan(table, patch(table, "backup", ["小李"] * len(table))))


def test_links_know_where_the_keys_stand(path: Path) -> None:
    run(path, view(1, 2))
    formula = load_workbook(path)["管理汇总"]["A3"].value
    assert "'商机'!$A:$A" in formula


def test_the_summary_tab_is_never_taken_for_the_table(path: Path) -> None:
    run(path, view(1, 2))
    book = load_workbook(path)
    assert book.sheetnames == ["商机", "管理汇总"]
    with store(path) as opened:
        assert set(opened.read().sheets) == {"商机"}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        store(tmp_path / "none.xlsx").read()


def _beside(path: Path) -> set[str]:
    return {item.name for item in _files(path.parent)}


def _files(folder: Path) -> Iterator[Path]:
    return (item for item in folder.iterdir() if item.is_file())
