"""What people do to the table between two runs, and what a run makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli import kit
from tests.cli.kit import (
    BOOK,
    NOW,
    OWNED,
    RULES,
    SHEET,
    by_id,
    cells,
    day,
    deal,
    dealkeeper,
    edit,
    plan_of,
    rearrange,
    sha,
    small,
)

LATER = "2026-11-23T09:00"


def run(folder: Path, now: str = NOW, *args: str) -> kit.Answer:
    answer = dealkeeper("run", folder / RULES, "--now", now, "--yes", *args)
    assert answer.code == 0, answer.said
    return answer


def team_cells(path: Path) -> list[list[object]]:
    return [[row[header] for header in kit.HEADERS] for row in cells(path)]


def test_owned_columns_stand_beside_the_table_and_nothing_else_changes(folder: Path) -> None:
    book = small(folder)
    before = team_cells(book)
    run(folder)
    assert team_cells(book) == before
    first = cells(book)[0]
    assert tuple(first)[len(kit.HEADERS) :] == OWNED
    assert by_id(book, "DK status") == {
        **{f"D-{n:03d}": "Overdue" for n in (1, 2, 4, 5, 7, 8)},
        **{f"D-{n:03d}": "OK" for n in (3, 6)},
    }
    assert by_id(book, "DK due")["D-001"] == day(12) + pd.Timedelta(hours=9)


@pytest.mark.parametrize("order", [range(7, -1, -1), [3, 1, 7, 0, 5, 2, 6, 4]])
def test_sorting_moves_no_value_to_another_row(folder: Path, order: list[int]) -> None:
    book = small(folder)
    run(folder)
    before = {header: by_id(book, header) for header in (*kit.HEADERS[:-1], *OWNED)}
    rearrange(book, order)
    saved = sha(book)
    answer = run(folder)
    assert "untouched" in answer.out
    assert sha(book) == saved
    # now something to write, on the sorted table
    edit(book, {("D-004", "Stage since"): day(21)})
    run(folder)
    after = {header: by_id(book, header) for header in before}
    for header in before:
        for key, value in before[header].items():
            if key != "D-004":
                assert after[header][key] == value, (header, key)
    assert after["DK status"]["D-004"] == "OK"


def test_a_row_that_is_appended_is_decided(folder: Path) -> None:
    book = small(folder)
    run(folder)
    rearrange(book, range(8), [deal(9), deal(10, Stage="Lead")])
    plan = plan_of(folder, "--now", NOW)
    assert {change["key"] for change in plan["changes"]} == {"D-009", "D-010"}
    run(folder)
    assert by_id(book, "DK status")["D-009"] == "OK"
    assert by_id(book, "DK status")["D-010"] == "Overdue"


def test_what_a_person_typed_into_our_cells_stays_and_is_reported(folder: Path) -> None:
    book = small(folder)
    run(folder)
    edit(book, {("D-001", "DK status"): "Call me first", ("D-003", "DK why"): "agreed with Ann"})
    for _ in range(2):
        answer = run(folder, LATER)
        assert "typed by hand were kept" in answer.out
        assert by_id(book, "DK status")["D-001"] == "Call me first"
        assert by_id(book, "DK why")["D-003"] == "agreed with Ann"
    # our own decision for the cell changes
    edit(book, {("D-001", "Stage since"): day(22)})
    run(folder, LATER)
    assert by_id(book, "DK status")["D-001"] == "OK"
    # they take it back
    edit(book, {("D-003", "DK why"): None})
    run(folder, LATER)
    assert by_id(book, "DK why")["D-003"].startswith("“Offer” since")


def test_a_copied_row_is_a_finding_where_the_id_is_the_teams(folder: Path) -> None:
    book = small(folder)
    run(folder)
    first = list(cells(book)[0].values())
    rearrange(book, range(8), [[first[0], "Another customer", *first[2:]]])
    before = cells(book)
    answer = run(folder, LATER)
    assert "share their id" in answer.out
    assert "D-001" in answer.out
    assert cells(book) == before


def test_a_copied_row_gets_an_id_of_its_own_where_the_id_is_ours(folder: Path) -> None:
    rows = [deal(number)[1:] for number in range(1, 9)]
    kit.write_deals(folder / BOOK, rows, kit.HEADERS[1:])
    kit.write_rules(folder)
    book = folder / BOOK
    run(folder)
    ids = [row["DK id"] for row in cells(book)]
    assert len(set(ids)) == 8
    assert all(str(each)[-1].isalpha() for each in ids)
    fifth = list(cells(book)[5].values())
    copy = ["A new customer", *fifth[1:4], fifth[4], day(22), *fifth[6:]]
    rearrange(book, [5, 0, 1, 2, 3, 4, 6, 7], [copy])
    answer = run(folder)
    assert "share their id" not in answer.out
    after = {row["Customer"]: row for row in cells(book)}
    assert after["Customer 6"]["DK id"] == ids[5], "the row known to history keeps the id"
    newcomer = after["A new customer"]
    assert newcomer["DK id"] not in ids
    explained = dealkeeper("explain", newcomer["DK id"], "--rules", folder / RULES)
    assert explained.code == 0
    assert plan_of(folder, "--now", NOW)["cells"] == 0


def test_the_same_moment_gives_the_same_result(folder: Path) -> None:
    made = []
    for name in ("one", "two"):
        place = folder / name
        place.mkdir()
        small(place, summary="{sheet: Summary}")
        made.append(plan_of(place, "--now", NOW))
        run(place)
    # openpyxl writes the moment of saving into the workbook itself
    for plan in made:
        plan.pop("based_on")
    assert made[0] == made[1]
    assert cells(folder / "one" / BOOK) == cells(folder / "two" / BOOK)
    other = small(folder)
    assert other.exists()
    assert plan_of(folder, "--now", "2026-11-05")["changes"] != made[0]["changes"]


def test_a_run_that_changes_too_much_refuses_unless_forced(folder: Path) -> None:
    book = small(folder, rows=60)
    run(folder)
    kit.write_rules(folder, lead="90 days")
    before = sha(book)
    answer = dealkeeper("run", folder / RULES, "--now", NOW, "--yes")
    assert answer.code == 4
    assert "column `DK status`: " in answer.err
    assert "--force" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert sha(book) == before
    assert plan_of(folder, "--now", NOW)["cells"] > 60, "the plan can still be looked at"
    run(folder, NOW, "--force")
    assert set(by_id(book, "DK status").values()) == {"OK"}


def test_a_plan_as_json_says_everything(folder: Path) -> None:
    small(folder)
    target = folder / "plan.json"
    shown = dealkeeper("plan", folder / RULES, "--now", NOW, "--json", target)
    plan = json.loads(target.read_text("utf-8"))
    assert shown.code == 0
    assert f"{plan['cells']} cells" in shown.out
    assert (plan["file"], plan["now"], plan["rows"]) == (BOOK, f"{NOW}:00", 8)
    status = next(change for change in plan["changes"] if change["field"] == "status")
    assert status == {
        "where": f"{SHEET}!2",
        "key": "D-001",
        "field": "status",
        "column": "DK status",
        "before": None,
        "after": "Overdue",
        "rule": "stage_sla",
        "code": status["code"],
        "facts": status["facts"],
        "why": status["why"],
    }
    assert status["code"].startswith("stage_sla.")
    assert status["why"].startswith("“Lead” since 2026-11-02, limit 10 days")
    everything = dealkeeper("plan", folder / RULES, "--now", NOW, "--all")
    assert all(change["key"] in everything.out for change in plan["changes"])


def test_text_of_cells_is_shown_and_written_as_text(folder: Path) -> None:
    odd = ["[bold]Ann[red]", "=HYPERLINK(1)", ":smile: [x]", "{amount}"]
    rows = [deal(n, Customer=odd[n % 4], Owner=odd[(n + 1) % 4].lstrip("=")) for n in range(1, 9)]
    kit.write_deals(folder / BOOK, rows)
    kit.write_rules(folder, rules=f"  - {{use: dedupe}}\n{kit.CLOCK}")
    shown = dealkeeper("plan", folder / RULES, "--now", NOW, "--all")
    assert shown.code == 0, shown.said
    assert "[bold]Ann[red]" in shown.out
    assert ":smile: [x]" in shown.out
    assert dealkeeper("check", folder / RULES).code == 0
    assert dealkeeper("init", folder / BOOK, "--output", folder / "x.yaml").code == 0
    run(folder)
    told = dealkeeper("explain", "D-002", "--rules", folder / RULES)
    assert odd[2] in told.out


@pytest.mark.parametrize(
    "command", ["init", "check", "plan", "run", "serve", "history", "explain", "demo", "schema",
                "doctor"],
)  # fmt: skip
def test_every_command_helps(command: str) -> None:
    overview = dealkeeper("--help")
    answer = dealkeeper(command, "--help")
    assert (overview.code, answer.code) == (0, 0)
    (line,) = (line for line in overview.out.splitlines() if line.startswith(f"  {command} "))
    first = answer.out.split("\n\n")[1].split(".")[0]
    assert line.split(maxsplit=1)[1] == " ".join(first.split()) + ".", "the overview says the same"
    assert answer.out.startswith(f"Usage: dealkeeper {command}")
    assert len(answer.out.split("Options:")[0].split()) > 15, "what it does, in sentences"
    for option in answer.out.split("Options:")[1].splitlines():
        assert not option.startswith("  --") or len(option.split()) > 3 or option.endswith("]"), (
            option
        )
    assert "Exit codes: 0 ok" in overview.out
