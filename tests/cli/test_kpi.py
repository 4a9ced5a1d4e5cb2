"""`dealkeeper kpi`: figures with basis, definition, groups and rows; and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.kit import CLOCK, NOW, RULES, check, day, deal, dealkeeper, write_deals, write_rules

KPI = CLOCK + "\n  - {use: kpi, period: month}"
HEADERS = ("Deal ID", "Customer", "Amount", "Stage", "Owner", "Created", "Stage since", "Double",
           "Closed", "Source")  # fmt: skip


@pytest.fixture
def book(folder: Path) -> Path:
    rows = [
        [*deal(1, Stage="Closed Won"), day(3), "Web"],
        [*deal(2, Stage="Closed Lost"), day(4), "Web"],
        [*deal(3, Stage="Closed Won"), day(30), None],
        [*deal(4), None, "Fair"],
    ]
    write_deals(folder / "deals.xlsx", rows, HEADERS)
    write_rules(folder, rules=KPI)
    return folder / "deals.xlsx"


def told(*args: object) -> str:
    answer = dealkeeper("kpi", *args, "--now", NOW)
    assert answer.code == 0, answer.said
    return answer.out


def data(*args: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(*args, "--json"))
    return found


def test_every_figure_in_a_line(book: Path) -> None:
    lines = told(RULES).splitlines()
    assert "2026-11-01 … 2026-11-22" in lines[0]
    (rate,) = (line for line in lines if " win_rate " in line)
    assert "50.0%" in rate
    assert "1 ÷ 2" in rate
    assert data(RULES)["figures"]["won"]["value"] == 1000


def test_one_figure_with_its_groups_and_rows(book: Path) -> None:
    out = told("win_rate", "--by", "source", "--rows", RULES)
    assert "won ÷ (won + lost), closed in the period, by count" in out
    assert "Deals row 2" in out
    assert "Deals row 4" not in out
    found = data("Win rate", "--by", "Source", "--rows", RULES)
    assert found["groups"][0] | {"facts": {}} == {
        "name": "Web", "value": 0.5, "numerator": 1, "denominator": 2, "previous": None,
        "count": 2, "facts": {},
    }  # fmt: skip
    assert [row["key"] for row in found["rows"]] == ["D-001", "D-002"]


def test_another_period(book: Path) -> None:
    assert data("won", "--period", "2026-10", RULES)["value"] == 0
    assert data("won", "--period", "2026", RULES)["period"] == {
        "first": "2026-01-01", "last": "2026-11-22",
    }  # fmt: skip


def test_nothing_is_written(book: Path) -> None:
    before = book.read_bytes()
    told(RULES)
    assert book.read_bytes() == before
    assert "no run yet" in dealkeeper("history", RULES).out


def test_a_deleted_deal_is_listed_and_still_counts(book: Path) -> None:
    assert dealkeeper("run", RULES, "--yes", "--now", "2026-11-20T09:00").code == 0
    kept = [[*deal(1, Stage="Closed Won"), day(3), "Web"], [*deal(4), None, "Fair"]]
    write_deals(book, kept, HEADERS)
    assert dealkeeper("run", RULES, "--yes", "--now", "2026-11-21T09:00").code == 0
    found = data("removed", "--rows", RULES)
    assert found["value"] == 2
    assert {(row["place"], row["key"]) for row in found["rows"]} == {
        ("deleted", "D-002"), ("deleted", "D-003"),
    }  # fmt: skip
    rate = data("win_rate", RULES)
    assert (rate["numerator"], rate["denominator"]) == (1, 2)
    assert "deleted" in told("removed", "--rows", RULES)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["win_rat", RULES], "there is no KPI `win_rat`; `dealkeeper kpi` lists them all; did you"),
        (["won", "--by", "ownr", RULES], "did you mean `owner`?"),
        (["won", "--period", "2026-Q5", RULES], "expected a period such as `2026-11`"),
        (["--rows", RULES], "give the NAME of a KPI"),
    ],
)
def test_what_cannot_be_told(book: Path, args: list[str], says: str) -> None:
    answer = dealkeeper("kpi", *args)
    if "Usage" in answer.err:
        assert answer.code == 2
        assert says in answer.err
    else:
        check(answer, 2, says)
