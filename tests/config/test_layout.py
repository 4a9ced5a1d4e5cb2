"""Our own columns and highlights, as the rules file asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load
from rules.stage_sla import LEVELS
from sync.plan import Highlight, Layout

HEAD = "version: 1\nid: east\nspreadsheet: {excel: deals.xlsx}\n"


def layout(folder: Path, text: str, language: str = "en") -> Layout:
    """Return the layout of a rules file."""
    file = folder / "dealkeeper.yaml"
    file.write_text(f"{HEAD}language: {language}\n{text}", encoding="utf-8")
    return load(file).layout


@pytest.mark.parametrize(
    ("language", "headers"),
    [
        (
            "zh",
            [
                "管家·编号", "管家·时效", "管家·截止", "管家·阶段起始", "管家·建议负责人",
                "管家·重复于", "管家·下一步", "管家·原因",
            ],
        ),
        (
            "en",
            [
                "DK id", "DK status", "DK due", "DK stage since", "DK suggested owner",
                "DK duplicate of", "DK next action", "DK why",
            ],
        ),
    ],
)  # fmt: skip
def test_headers(tmp_path: Path, language: str, headers: list[str]) -> None:
    columns = layout(tmp_path, "", language).columns
    assert [column.header for column in columns] == headers
    kinds = {column.key: column.kind for column in columns if column.kind != "text"}
    assert kinds == {"id": "id", "due": "date", "stage_since": "date"}


@pytest.mark.parametrize(
    ("rules", "there"),
    [
        ("[]", False),
        ("[{use: gate}]", True),
        ("[{use: gate, enabled: false}]", False),
    ],
)
def test_some_columns_come_with_their_rule(tmp_path: Path, rules: str, there: bool) -> None:
    keys = [column.key for column in layout(tmp_path, f"rules: {rules}").columns]
    assert ("earned_stage" in keys) is there


@pytest.mark.parametrize(
    ("owned", "headers"),
    [
        ("{status: Clock, why: false}", {"status": "DK Clock"}),
        ("{prefix: 'x ', status: x Clock}", {"status": "x Clock", "due": "x due"}),
        ("{prefix: '', due: Due date}", {"due": "Due date", "status": "status"}),
    ],
)
def test_headers_of_the_admins_own(tmp_path: Path, owned: str, headers: dict[str, str]) -> None:
    found = {column.key: column.header for column in layout(tmp_path, f"owned: {owned}").columns}
    assert found.items() >= headers.items()
    assert ("why" in found) == ("why: false" not in owned)


@pytest.mark.parametrize(("language", "word"), [("en", 0), ("zh", 1)])
def test_status_offers_the_levels_and_drives_the_highlights(
    tmp_path: Path, language: str, word: int
) -> None:
    found = layout(tmp_path, "", language)
    [status] = [column for column in found.columns if column.key == "status"]
    assert status.choices == tuple(pair[word] for pair in LEVELS.values())
    assert found.highlights == (
        Highlight("status", LEVELS["escalated"][word], "FBE9E1", "B8431A"),
        Highlight("status", LEVELS["overdue"][word], "FBE9E1"),
        Highlight("status", LEVELS["due_soon"][word], "FCF2DA", "8A5A00"),
    )


def test_highlights_of_the_admins_own(tmp_path: Path) -> None:
    colours = 'overdue: "#ffcc00", due_soon: {fill: "112233", bold: true}'
    text = f"highlight: {{scope: cells, escalated: false, {colours}}}"
    found = layout(tmp_path, text).highlights
    assert [(one.fill, one.color, one.bold, one.scope) for one in found] == [
        ("FFCC00", "", False, "cells"),
        ("112233", "", True, "cells"),
    ]


def test_no_status_column_no_highlight(tmp_path: Path) -> None:
    assert layout(tmp_path, "owned: {status: false}").highlights == ()


@pytest.mark.parametrize(
    ("rules", "fillable"),
    [
        ("[{use: assign_owner, mode: fill}]", ("owner",)),
        ("[{use: assign_owner, mode: suggest}]", ()),
        ("[{use: assign_owner, mode: fill, enabled: false}]", ()),
    ],
)
def test_only_a_rule_that_fills_may_fill(
    tmp_path: Path, rules: str, fillable: tuple[str, ...]
) -> None:
    assert layout(tmp_path, f"rules: {rules}").fillable == fillable


@pytest.mark.parametrize(
    ("summary", "name"),
    [
        ("summary: {}", "DK Summary"),
        ("summary: true", "DK Summary"),
        ("summary: {sheet: Boss}", "Boss"),
        ("summary: false", ""),
    ],
)
def test_summary_tab(tmp_path: Path, summary: str, name: str) -> None:
    tabs = layout(tmp_path, summary).tabs
    assert [tab.name for tab in tabs] == ([name] if name else [])


def test_a_date_shows_with_its_time(tmp_path: Path) -> None:
    columns = layout(tmp_path, "rules: [{use: stage_sla}, {use: pool, after: 10 days}]").columns
    dates = {column.key: column.width for column in columns if column.kind == "date"}
    assert {"due", "returns_on"} <= set(dates)
    assert min(dates.values()) > len("2026-11-27 17:30")
