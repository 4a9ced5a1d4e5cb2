"""Headers: folding, units, the nearest name, and a catalogue without contradictions."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sync.fields import FIELDS, header_aliases, header_unit, normal_header
from sync.grid import Grid
from sync.header import find_header
from sync.matching import nearest
from sync.source import Reading

READING = Reading(pd.Timestamp("2026-01-10 09:00"))


@pytest.mark.parametrize(
    ("header", "folded"),
    [
        (" 金额(万元)* ", "金额"),
        ("金额（万元）", "金额"),
        ("Expected_Close Date", "expectedclosedate"),
        ("Ｓｔａｇｅ:", "stage"),
        ("Win %", "win%"),
        ("(备注)", "(备注)"),
    ],
)
def test_headers_are_folded(header: str, folded: str) -> None:
    assert normal_header(header) == folded


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("金额", 1),
        ("金额(万元)", 10_000),
        ("金额（万元/含税）", 10_000),
        ("Amount (USD k)", 1_000),
        ("合同额(亿)", 100_000_000),
        ("金额(元)", 1),
    ],
)
def test_units_of_headers(header: str, unit: int) -> None:
    assert header_unit(header) == unit


@pytest.mark.parametrize(
    ("given", "known", "expected"),
    [
        ("Ammount", ["Owner", "Amount"], "Amount"),
        ("日期", ["客户", "跟进日期"], "跟进日期"),
        ("预估金额", ["预计金额", "阶段"], "预计金额"),
        ("xyz", ["客户"], None),
        ("客户", [], None),
    ],
)
def test_the_nearest_name(given: str, known: list[str], expected: str | None) -> None:
    assert nearest(given, known) == expected


def test_every_field_is_found_by_its_own_labels() -> None:
    strong, weak = header_aliases()
    for key, field in FIELDS.items():
        assert strong[normal_header(field.zh)][0] == key
        assert strong[normal_header(field.en)][0] == key
    assert all(key in FIELDS for keys in weak.values() for key in keys)


def test_no_header_is_strong_for_two_fields() -> None:
    claims: dict[str, set[str]] = {}
    for field in FIELDS.values():
        for alias in (field.en, field.zh, *field.aliases):
            claims.setdefault(normal_header(alias), set()).add(field.key)
    assert {alias: keys for alias, keys in claims.items() if len(keys) > 1} == {}


def test_one_known_word_is_no_header() -> None:
    assert find_header(Grid("x", [["客户", "随便"], ["甲", "1"]]), READING) is None
    assert find_header(Grid("x", []), READING) is None


def test_the_header_may_stand_far_down() -> None:
    rows: list[list[Any]] = [*([["说明"]] * 25), ["客户", "阶段", "负责人"]]
    found = find_header(Grid("x", rows), READING)
    assert found is not None
    assert found.row == 25
