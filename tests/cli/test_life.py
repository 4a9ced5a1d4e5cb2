"""`dealkeeper history KEY`: one opportunity's stages and everything that happened, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.say import Language
from tests.cli.kit import RULES, day, deal, dealkeeper, edit, retype, small, write_deals

HEADERS = ("Deal ID", "Customer", "Amount", "Stage", "Owner", "Created", "Stage since", "Double")


def ran(folder: Path, now: str) -> None:
    answer = dealkeeper("run", folder / RULES, "--yes", "--now", now)
    assert answer.code == 0, answer.said


@pytest.fixture
def lived(folder: Path) -> Path:
    """A deal that moved on, grew, went back and was deleted; another without dates of its own."""
    book = small(folder, rows=3)
    ran(folder, "2026-11-10T09:00")
    edit(book, {("D-001", "Stage"): "Offer", ("D-001", "Stage since"): day(10),
                ("D-001", "Amount"): 2500.5})  # fmt: skip
    ran(folder, "2026-11-12T09:00")
    edit(book, {("D-001", "Stage"): "Lead", ("D-001", "Stage since"): None})
    ran(folder, "2026-11-13T09:00")
    edit(book, {("D-001", "Stage"): "Closed Won"})
    ran(folder, "2026-11-15T09:00")
    write_deals(book, [deal(2), deal(3), deal(9)], HEADERS)
    ran(folder, "2026-11-16T09:00")
    return folder


def told(folder: Path, key: str) -> list[str]:
    answer = dealkeeper("history", key, "--rules", folder / RULES, "--now", "2026-11-20T09:00")
    assert answer.code == 0, answer.said
    return [" ".join(line.split()) for line in answer.out.splitlines()]


def test_stages_with_their_intervals_and_lengths(lived: Path) -> None:
    lines = told(lived, "D-001")
    stages = [line for line in lines if line.startswith(("Lead ", "Offer "))]
    assert stages == [
        "Lead 2026-11-01 … 2026-11-10 09:00 2026-11-12 09:00 moved to Offer",
        "Offer 2026-11-10 09:00 … 2026-11-12 09:00 2026-11-13 09:00 1 day went back to Lead",
        "Lead 2026-11-12 09:00 … 2026-11-13 09:00 2026-11-15 09:00 2 days won",
    ]


def test_everything_that_happened_in_order_and_by_whom(lived: Path) -> None:
    lines = told(lived, "D-001")
    happened = [line for line in lines if " team " in line or " run " in line]
    between = "2026-11-10 09:00 … 2026-11-12 09:00 team"
    assert happened[0] == "2026-11-10 09:00 run seen by the first run"
    assert f"{between} Amount: 1,000 → 2,500.50" in happened
    assert "2026-11-13 09:00 … 2026-11-15 09:00 team State: open → won" in happened
    assert happened[-1].endswith("team was deleted from the table")
    ours = [line for line in lines if " dealkeeper " in line]
    assert any("DK status: (blank) → Due soon — “Lead” since 2026-11-02" in line for line in ours)
    assert "2026-11-10 09:00 dealkeeper DK due: (blank) → 2026-11-12 09:00" in ours


def test_a_row_that_came_later(lived: Path) -> None:
    lines = told(lived, "D-009")
    assert "2026-11-15 09:00 … 2026-11-16 09:00 team came into the table" in lines


@pytest.mark.parametrize(("language", "says"), [("zh", "首次运行时已在表中"), ("en", "seen by")])
def test_in_both_languages(lived: Path, language: Language, says: str) -> None:
    retype(lived / RULES, "language: en", f"language: {language}")
    assert says in "\n".join(told(lived, "D-001"))
