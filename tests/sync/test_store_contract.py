"""What every store promises, held against each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from sync.excel.store import ExcelStore
from sync.memory import MemoryStore
from sync.plan import Layout, OwnedColumn, Patch, Plan, Reasons
from sync.source import Grid, Reading
from sync.store import Stale, Store
from sync.table import Objects, Table

NOW = pd.Timestamp("2026-11-22T09:00").as_unit("s")
LAYOUT = Layout(
    (OwnedColumn("status", "管家·时效"), OwnedColumn("due", "管家·截止", "date")), (), ("owner",)
)
READING = Reading(now=NOW, layout=LAYOUT)
HEADER = ["商机编号", "客户名称", "阶段", "负责人", "金额"]
ROWS: list[list[Any]] = [
    ["A1", "甲公司", "初步沟通", "小张", 100],
    ["A2", "乙公司", "初步沟通", None, 200],
    ["A3", "丙公司", "合同签订", "小李", 300],
]


class Bench(Protocol):
    """A store with the means to look at it, and to edit it as people do."""

    store: Store

    def cells(self) -> list[list[Any]]:
        """The tab's values, header included, None where blank."""

    def edit(self, row: int, column: int, value: Any) -> None:
        """Type into a cell, counted from 0."""


class InMemory:
    def __init__(self, folder: Path) -> None:
        rows = [list(HEADER), *[["" if v is None else v for v in row] for row in ROWS]]
        self.memory = MemoryStore([Grid("商机", rows)], READING)
        self.store: Store = self.memory

    def cells(self) -> list[list[Any]]:
        rows = self.memory.grids["商机"].rows
        wide = max(len(row) for row in rows)
        return [[None if v == "" else v for v in [*r, *[""] * (wide - len(r))]] for r in rows]

    def edit(self, row: int, column: int, value: Any) -> None:
        cells = self.memory.grids["商机"].rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = "" if value is None else value


class InExcel:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "商机表.xlsx"
        book = Workbook()
        assert book.active is not None
        book.active.title = "商机"
        for row in (HEADER, *ROWS):
            book.active.append(row)
        book.save(self.path)
        self.store: Store = ExcelStore(self.path, READING)

    def cells(self) -> list[list[Any]]:
        return [list(row) for row in load_workbook(self.path)["商机"].values]

    def edit(self, row: int, column: int, value: Any) -> None:
        book = load_workbook(self.path)
        book["商机"].cell(row + 1, column + 1, value)
        book.save(self.path)


@pytest.fixture(params=[InMemory, InExcel], ids=["memory", "excel"])
def bench(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    make: Callable[[Path], Bench] = request.param
    return make(tmp_path)


def objects(values: list[Any]) -> Objects:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def patch(table: Table, column: str, after: dict[str, Any], before: Any = None) -> Patch:
    rows = np.flatnonzero(np.isin(table.keys, list(after)))
    keys = table.keys[rows]
    values = objects([after[key] for key in keys])
    blank = Reasons.blank(len(rows))
    return Patch("test", column, rows, keys, objects([before] * len(rows)), values, blank)


def plan(table: Table, *patches: Patch) -> Plan:
    return Plan(table.version, NOW, LAYOUT, patches, keys=table.keys)


def test_reading_gives_keys_values_and_a_version(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        assert list(table.keys) == ["A1", "A2", "A3"]
        assert table.writable.all()
        assert list(table.frame["amount"]) == [10000, 20000, 30000]
        assert table.version == store.read().version


def test_missing_columns_are_added_directly_beside_the_table(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        due = pd.Timestamp("2026-12-01")
        receipt = store.apply(
            plan(table, patch(table, "status", {"A1": "已超时"}), patch(table, "due", {"A3": due}))
        )
        assert (receipt.written, receipt.refused) == (2, ())
    rows = bench.cells()
    assert rows[0][5:] == ["管家·时效", "管家·截止"]
    assert rows[1][5] == "已超时"
    assert pd.Timestamp(rows[3][6]) == due
    assert [row[:5] for row in rows] == [HEADER, *ROWS]


def test_what_was_written_is_read_back_equal(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        store.apply(plan(table, patch(table, "status", {"A1": "已超时", "A2": "正常"})))
        again = store.read()
    stands = [None if pd.isna(value) else value for value in again.cells["status"]]
    assert stands == ["已超时", "正常", None]
    assert "status" in again.columns
    assert "status" not in again.frame.columns


def test_a_blank_team_cell_is_filled_and_a_taken_one_refused(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        receipt = store.apply(plan(table, patch(table, "owner", {"A1": "小王", "A2": "小王"})))
    assert receipt.written == 1
    assert [(refusal.key, refusal.column) for refusal in receipt.refused] == [("A1", "owner")]
    assert [row[3] for row in bench.cells()[1:]] == ["小张", "小王", "小李"]


def test_a_cell_can_be_blanked(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        store.apply(plan(table, patch(table, "status", {"A1": "已超时"})))
        table = store.read()
        store.apply(plan(table, patch(table, "status", {"A1": None}, before="已超时")))
    assert bench.cells()[1][5] is None


def test_a_spreadsheet_that_changed_since_is_stale_and_untouched(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        bench.edit(1, 1, "改名公司")
        before = bench.cells()
        with pytest.raises(Stale):
            store.apply(plan(table, patch(table, "status", {"A1": "已超时"})))
    assert bench.cells() == before


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "@x", "'x", " x ", "1"])
def test_text_stays_text(bench: Bench, text: str) -> None:
    with bench.store as store:
        table = store.read()
        store.apply(plan(table, patch(table, "status", {"A1": text})))
        again = store.read()
    assert again.cells["status"].iloc[0] == text


def test_nothing_to_write_changes_nothing(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        store.apply(plan(table, patch(table, "status", {"A1": "已超时"})))
        table = store.read()
        receipt = store.apply(plan(table))
        assert (receipt.written, receipt.version) == (0, table.version)
        assert store.read().version == table.version
