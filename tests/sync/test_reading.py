"""Reading, case by case: tests/cases/reading/*.yaml, which anyone can add to."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from sync.fields import Kind
from sync.grid import Area, Grid
from sync.plan import Layout, OwnedColumn, OwnTab
from sync.reading import REASONS, detect, read_table
from sync.say import say
from sync.source import Activities, Places, Reading, TableTabs
from sync.store import Mismatch
from sync.table import Table

CASES = Path(__file__).parent.parent / "cases" / "reading"
NOW = pd.Timestamp("2026-01-10 09:00")


def _cases() -> list[Any]:
    yaml = YAML(typ="safe", pure=True)
    return [
        pytest.param(case, id=f"{file.stem}: {case['name']}")
        for file in sorted(CASES.glob("*.yaml"))
        for case in yaml.load(file.read_text(encoding="utf-8"))
    ]


def _area(text: str) -> Area:
    """`A2:C5` as an area."""
    (first_row, first_column), (last_row, last_column) = map(_cell, text.split(":"))
    return Area(first_row, first_column, last_row, last_column)


def _cell(text: str) -> tuple[int, int]:
    column = string.ascii_uppercase.index(text[0])
    return int(text[1:]) - 1, column


def grid(name: str, tab: Any) -> Grid:
    """A tab of a case: its rows, or a mapping with rows and what else there is."""
    tab = tab if isinstance(tab, Mapping) else {"rows": tab}
    width = max((len(row) for row in tab["rows"]), default=0)
    formulas: dict[int, list[int]] = {}
    for cell in tab.get("formulas", ()):
        row, column = _cell(cell)
        formulas.setdefault(column, []).append(row)
    return Grid(
        name,
        [
            [*("" if v is None else v for v in row), *[""] * (width - len(row))]
            for row in tab["rows"]
        ],
        merged=tuple(map(_area, tab.get("merged", ()))),
        formulas={column: np.array(rows) for column, rows in formulas.items()},
        tables=tuple(map(_area, tab.get("tables", ()))),
        filter=_area(tab["filter"]) if "filter" in tab else None,
        visible=not tab.get("hidden", False),
        filled=np.array([row - 1 for row in tab.get("filled", ())], dtype=np.int64),
    )


def reading(options: Mapping[str, Any]) -> Reading:
    """What the rules file says, in the case's words."""
    owned = tuple(
        OwnedColumn(key, header, "id" if key == "id" else "date" if key == "due" else "text")
        for key, header in options.get("owned", {}).items()
    )
    return Reading(
        pd.Timestamp(options.get("now", NOW)),
        sheets=tuple(options.get("sheets", ())),
        archive=tuple(options.get("archive", ())),
        columns=options.get("columns", {}),
        custom={key: Kind(kind) for key, kind in options.get("custom", {}).items()},
        activities=Activities(**options["activities"]) if "activities" in options else None,
        header_row=options.get("header_row"),
        tables=tuple(
            TableTabs(tuple(table["sheets"]), table.get("columns", {}), table.get("header_row"))
            for table in options.get("tables", ())
        ),
        layout=Layout(
            owned,
            fillable=tuple(options.get("fillable", ())),
            tabs=tuple(OwnTab(key, name) for key, name in options.get("own", {}).items()),
        ),
    )


def plain(values: pd.Series[Any], money: bool) -> list[Any]:
    """Values as a case writes them: amounts in whole units, dates as text, None where missing."""
    found: list[Any] = []
    for value in values.astype(object):
        if pd.isna(value):
            found.append(None)
        elif isinstance(value, pd.Timestamp):
            found.append(
                value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M")
            )
        else:
            found.append(value / 100 if money else value)
    return found


def _frame(table: Table, expected: Mapping[str, Any]) -> None:
    for key, values in expected.items():
        if values == "absent":
            assert key not in table.frame.columns
            continue
        money = key in table.columns and table.columns[key].kind is Kind.MONEY
        wanted = [str(v) if hasattr(v, "year") else v for v in values]
        assert plain(table.frame[key], money) == wanted, key


def _archive(table: Table, expected: Mapping[str, Any]) -> None:
    for key, values in expected.items():
        assert plain(table.archive[key], key == "amount") == values, key


def _cells(table: Table, expected: Mapping[str, Any]) -> None:
    for key, values in expected.items():
        found = [str(v) if isinstance(v, pd.Timestamp) else v for v in table.cells[key]]
        assert found == values, key


def _headers(table: Table, expected: Mapping[str, str]) -> None:
    assert {key: column.header for key, column in table.columns.items()} == expected


def _findings(table: Table, expected: list[str]) -> None:
    catalogue = {reason.code: reason for reason in REASONS}
    for finding in table.findings:
        assert say(catalogue[finding.code], finding.facts, "zh")
        assert say(catalogue[finding.code], finding.facts, "en")
    found = [finding.code.removeprefix("reading.") for finding in table.findings]
    assert sorted(found) == sorted(expected)


def _found(table: Table, expected: Mapping[str, list[int]]) -> None:
    rows = {f.code.removeprefix("reading."): table.numbers[f.rows].tolist() for f in table.findings}
    assert {code: rows.get(code) for code in expected} == expected


def _listed(name: str) -> Callable[[Table, Any], None]:
    def check(table: Table, expected: list[Any]) -> None:
        assert getattr(table, name).tolist() == expected

    return check


def _colored(table: Table, expected: bool) -> None:
    assert table.colored is expected


CHECKS: dict[str, Callable[[Table, Any], None]] = {
    "frame": _frame, "archive": _archive, "cells": _cells, "headers": _headers,
    "findings": _findings, "found": _found, "colored": _colored,
    **{name: _listed(name) for name in ("keys", "writable", "sheets", "numbers")},
}  # fmt: skip


def _stands(table: Table, places: Places, place: Mapping[str, list[int]] | None) -> None:
    """Every row stands where its number and its tab say."""
    assert list(places.row + 1) == table.numbers.tolist()
    assert [places.sheets[at].name for at in places.sheet] == table.sheets.tolist()
    assert len(table.frame) == len(table.cells) == len(table.keys) == len(table.writable)
    if place is not None:
        first = places.sheets[0]
        assert [first.first_row + 1, first.last_row + 1] == place["rows"]
        assert [first.first_column + 1, first.last_column + 1] == place["columns"]


@pytest.mark.parametrize("case", _cases())
def test_case(case: Mapping[str, Any]) -> None:
    tabs = case.get("tabs", {"商机": case})
    grids = [grid(name, tab) for name, tab in tabs.items()]
    options = reading(case.get("reading", {}))
    expected = dict(case["expect"])
    if mismatch := expected.pop("mismatch", None):
        with pytest.raises(Mismatch) as caught:
            read_table(grids, options, "v1")
        assert list(caught.value.path) == mismatch["path"]
        assert mismatch["says"] in str(caught.value)
        assert caught.value.zh
        return
    table, places = read_table(grids, options, "v1")
    _stands(table, places, expected.pop("place", None))
    for name, wanted in expected.items():
        CHECKS[name](table, wanted)


def test_detect_tells_what_a_first_rules_file_needs() -> None:
    rows: list[list[Any]] = [
        ["销售商机表"],
        ["商机编号", "客户名称", "预计金额(万元)", "合同额", "商机阶段", "天气"],
        ["A1", "甲", 1, 2, "线索", "晴"],
        ["A2", "乙", 1, 2, "线索", "雨"],
    ]
    found = detect([Grid("商机", rows)], Reading(NOW))
    assert (found.sheet, found.header_row, found.rows) == ("商机", 2, 2)
    assert found.columns == {"id": "商机编号", "customer": "客户名称", "stage": "商机阶段"}
    assert found.rivals == {"amount": ("预计金额(万元)", "合同额")}
    assert found.unknown == ("天气",)


def test_every_reason_has_both_languages_and_its_own_code() -> None:
    codes = [reason.code for reason in REASONS]
    assert len(codes) == len(set(codes))
    assert all(
        reason.zh and reason.en and code.startswith("reading.")
        for reason, code in zip(REASONS, codes, strict=True)
    )
