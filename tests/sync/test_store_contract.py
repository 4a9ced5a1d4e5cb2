"""What every store promises, held against each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from sync.excel.store import ExcelStore
from sync.grid import Grid
from sync.memory import MemoryStore
from sync.plan import Layout, OwnedColumn, OwnTab, Patch, Plan, Reasons
from sync.source import Reading
from sync.store import Stale, Store
from sync.table import Objects, Table
from sync.view import Cell, Choices, Link, Range, Rich, Run, SheetView
from tests.google import kit
from tests.sheets_server import Server, running

NOW = pd.Timestamp("2026-11-22T09:00").as_unit("s")
LAYOUT = Layout(
    (OwnedColumn("status", "管家·时效"), OwnedColumn("due", "管家·截止", "date")),
    (),
    ("owner",),
    (OwnTab("summary", "管理汇总"), OwnTab("review", "待复核", answered=True)),
)
READING = Reading(now=NOW, layout=LAYOUT, columns={"id": "商机编号"})
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

    def answer(self, row: int, column: int, value: Any) -> None:
        """Type into a cell of the review tab, counted from 0."""


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

    def answer(self, row: int, column: int, value: Any) -> None:
        self.memory.drawn["review"][row][column] = value


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

    def answer(self, row: int, column: int, value: Any) -> None:
        book = load_workbook(self.path)
        book["待复核"].cell(row + 1, column + 1, value)
        book.save(self.path)


class InGoogle:
    """Over HTTP, against the local server."""

    server: Server

    def __init__(self, folder: Path) -> None:
        self.people = kit.People(self.server)
        self.people.type(0, 0, [HEADER, *ROWS])
        self.store: Store = kit.store(self.people, READING)

    def cells(self) -> list[list[Any]]:
        rows = self.people.look()
        wide = max(len(row) for row in rows)
        cells = [[None if v == "" else v for v in [*r, *[""] * (wide - len(r))]] for r in rows]
        return [[_moment(value) for value in row] for row in cells]

    def edit(self, row: int, column: int, value: Any) -> None:
        self.people.type(row, column, [["" if value is None else value]])

    def answer(self, row: int, column: int, value: Any) -> None:
        self.people.type(row, column, [[value]], self.people.number("待复核"))


def _moment(value: Any) -> Any:
    """What Google counts in days since 1899, as a moment."""
    if isinstance(value, (int, float)) and value > 20_000:
        return pd.Timestamp("1899-12-30") + pd.Timedelta(days=value)
    return value


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    with running() as InGoogle.server:
        yield


@pytest.fixture(params=[InMemory, InExcel, InGoogle], ids=["memory", "excel", "google"])
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


def plan(table: Table, *patches: Patch, tabs: tuple[SheetView, ...] = ()) -> Plan:
    return Plan(table.version, NOW, LAYOUT, patches, tabs, keys=table.keys)


def generated(key: str, name: str, *cells: Cell, **more: Any) -> SheetView:
    return SheetView(key, name, "zh", (80, 80, 80), (), cells, 3, 3, 3, **more)


def summary(won: int) -> SheetView:
    text = Rich((Run("赢单", bold=True), Run("金额")))
    return generated("summary", "管理汇总", Cell(0, 0, text), Cell(0, 1, won, name="DK_Won"))


def review(question: str, answer: str = "") -> SheetView:
    cells = (
        *(Cell(0, at, header) for at, header in enumerate(("编号", "商机", "答复"))),
        Cell(1, 0, question), Cell(1, 1, Link("A1", "商机", "A1")), Cell(1, 2, answer),
    )  # fmt: skip
    typed = Range(1, 2, 1, 2)
    return generated(
        "review", "待复核", *cells,
        typed=(typed,), choices=(Choices(typed, ("是", "否")),), filter=Range(0, 0, 1, 2),
    )  # fmt: skip


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


@pytest.mark.parametrize("number", [False, True])
def test_a_repeated_id_of_the_teams_gives_way_where_the_plan_says_so(
    bench: Bench, number: bool
) -> None:
    old: Any = 17 if number else "A1"
    for row in (1, 3):
        bench.edit(row, 0, old)
    with bench.store as store:
        table = store.read()
        assert not table.writable[[0, 2]].any()
        rows, new = np.array([2]), np.array(["B7"], dtype=object)
        before = table.cells["id"].to_numpy(dtype=object)[rows]
        given = Patch("review", "id", rows, new, before, new, Reasons.blank(1))
        keys = table.keys.copy()
        keys[rows] = new
        receipt = store.apply(Plan(table.version, NOW, LAYOUT, (given,), keys=keys))
        assert (receipt.written, receipt.refused) == (1, ())
        again = store.read()
    assert list(again.keys) == [str(old), "A2", "B7"]
    assert again.writable.all()
    assert bench.cells()[1][0] == old
    assert bench.cells()[3][1:5] == ROWS[2][1:5]


def test_a_cell_can_be_blanked(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        store.apply(plan(table, patch(table, "status", {"A1": "已超时"})))
        table = store.read()
        store.apply(plan(table, patch(table, "status", {"A1": None}, before="已超时")))
    assert bench.cells()[1][5] is None


def test_what_people_typed_since_is_never_overwritten(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        bench.edit(2, 3, "小赵")
        before = bench.cells()
        try:
            receipt = store.apply(plan(table, patch(table, "owner", {"A2": "小王"})))
        except Stale:
            assert bench.cells() == before
        else:
            assert receipt.written == 0
            assert [(refusal.key, refusal.column) for refusal in receipt.refused] == [
                ("A2", "owner")
            ]
    assert [row[:5] for row in bench.cells()] == [row[:5] for row in before]


def test_a_plan_of_an_older_reading_is_stale(bench: Bench) -> None:
    with bench.store as store:
        table = store.read()
        bench.edit(1, 1, "改名公司")
        store.read()
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


def test_several_tabs_are_made_and_known_again(bench: Bench) -> None:
    views = (summary(3), review("Q1"))
    with bench.store as store:
        table = store.read()
        assert table.tabs == {}
        receipt = store.apply(plan(table, patch(table, "status", {"A1": "正常"}), tabs=views))
        assert (receipt.written, receipt.tabs) == (1, ("管理汇总", "待复核"))
        again = store.read()
    assert {key: tab.content for key, tab in again.tabs.items()} == {
        view.key: view.content_hash() for view in views
    }
    assert set(again.sheets) == {"商机"}


def test_one_of_several_tabs_is_rewritten_alone(bench: Bench) -> None:
    with bench.store as store:
        store.apply(plan(store.read(), tabs=(summary(3), review("Q1"))))
        receipt = store.apply(plan(store.read(), tabs=(review("Q2"),)))
        again = store.read()
    assert receipt.tabs == ("待复核",)
    assert again.tabs["summary"].content == summary(3).content_hash()
    assert [row[0] for row in again.tabs["review"].rows] == ["编号", "Q2"]


def test_what_people_answer_is_read_back_and_is_no_content_of_ours(bench: Bench) -> None:
    with bench.store as store:
        store.apply(plan(store.read(), tabs=(summary(3), review("Q1"))))
        asked = store.read()
        assert [asked.tabs["review"].rows[1][at] for at in (0, 2)] == ["Q1", ""]
        bench.answer(1, 2, "是")
        answered = store.read()
    assert answered.version != asked.version
    assert answered.tabs["review"].rows[1][2] == "是"
    assert not answered.tabs["summary"].rows
    assert review("Q1", "是").content_hash() == answered.tabs["review"].content


def test_an_answer_after_reading_makes_the_plan_stale(bench: Bench) -> None:
    with bench.store as store:
        store.apply(plan(store.read(), tabs=(review("Q1"),)))
        table = store.read()
        bench.answer(1, 2, "是")
        with pytest.raises(Stale):
            store.apply(plan(table, tabs=(review("Q2"),)))
        assert store.read().tabs["review"].rows[1][2] == "是"


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "@x", "'x"])
def test_what_is_written_for_people_stays_text(bench: Bench, text: str) -> None:
    with bench.store as store:
        store.apply(plan(store.read(), tabs=(review(text, text),)))
        rows = store.read().tabs["review"].rows
    assert [rows[1][0], rows[1][2]] == [text, text]
