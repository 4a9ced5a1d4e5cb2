"""Among people and faults nothing is lost, doubled or left in a wrong row."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.google.kit import People
from tests.sheets_server import Act, running
from tests.sheets_server.book import Book
from tests.sheets_server.server import Asked
from tests.simulation import team
from tests.simulation.__main__ import INTENSITIES, figures
from tests.simulation.oracle import Oracle
from tests.simulation.unseen import Watched
from tests.simulation.world import Figures, simulate


@pytest.fixture(autouse=True)
def _locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def check(found: Figures) -> None:
    """Nothing is wrong; a quiet run reads once and writes at most twice."""
    assert (found.wrong, found.lost, found.doubled) == (0, 0, 0), found.details
    assert set(found.quiet) <= {(1, 0), (1, 1), (1, 2)}


@pytest.mark.parametrize("intensity", INTENSITIES)
def test_runs_among_people_and_faults(intensity: float) -> None:
    for seed in range(2):
        check(simulate(seed, intensity, 4))


def test_the_whole_job() -> None:
    check(simulate(1, 0.5, 2, is_whole=True))


@pytest.mark.slow
def test_many_runs() -> None:
    found = figures(2000, 0, INTENSITIES, 2, is_whole=False)
    assert sum(one.runs for one in found.values()) >= 2000
    for part in found.values():
        assert (part.wrong, part.lost, part.doubled) == (0, 0, 0), part.details


def table(oracle: Oracle) -> list[list[object]]:
    """What the people of an oracle typed, with our columns."""
    header = [*team.HEADER, team.STATUS, team.DUE]
    return [header, *([row.get(name, "") for name in header] for row in oracle.rows.values())]


def oracle() -> Oracle:
    rows = {row[team.KEY]: row for row in team.rows(Random(1))}  # noqa: S311 - people, not secrets
    return Oracle(team.KEY, rows, {team.STATUS: team.STATUS, team.DUE: team.DUE})


def test_the_oracle_sees_a_value_in_a_wrong_row() -> None:
    judge = oracle()
    rows = table(judge)
    assert judge.strangers(rows) == []
    # that of the row above
    rows[2][-1] = 46330 + 5 / 1440
    assert len(judge.strangers(rows)) == 1
    rows[2][rows[0].index(team.OWNER)] = "somebody"
    assert len(judge.strangers(rows)) == 2


def test_the_oracle_sees_what_people_lost() -> None:
    judge = oracle()
    rows = table(judge)
    assert judge.lost(rows) == []
    judge.learn(
        [
            Act("edit", 0, {"row": "S001", "column": team.NOTE, "before": "", "after": "人1"}),
            Act("append", 0, {"row": "人2", "cells": {team.STAGE: "人2"}}),
            Act("delete", 0, {"row": "S002"}),
            Act("add_column", 0, {"column": "人3"}),
            Act("rename", 0, {"before": team.AMOUNT, "after": "金额"}),
        ]
    )
    told = judge.lost(rows)
    assert f"S001.{team.NOTE}: '记录1', not '人1'" in told
    assert "row 人2 is gone" in told
    assert "row S002 appeared" in told
    assert {"column 人3", "column 金额"} <= set(told)


def test_the_oracle_lets_people_type_into_rows_without_a_name() -> None:
    judge = oracle()
    rows = table(judge)
    blank = [""] * len(rows[0])
    rows.append([*blank[:-1], 46330])
    assert judge.lost(rows) == ["a row without a name says {46330}"]
    facts = {"row": None, "column": team.NOTE, "before": None, "after": "人1"}
    judge.learn([Act("edit", 0, facts)])
    assert judge.lost([*rows[:-1], ["", "人1"]]) == []
    assert judge.lost(rows[:-1]) == ["人1 is gone"]


def test_the_oracle_asks_for_an_id_in_a_row_of_the_table_only() -> None:
    rows = {"S001": {team.CUSTOMER: "S001", team.REGION: "", team.NOTE: ""}}
    judge = Oracle(team.CUSTOMER, rows, {team.OUR_KEY: team.OUR_KEY})
    header, noted = [*judge.headers, team.OUR_KEY], ["S001", "", "记录", ""]
    now = team.START
    assert judge.wrong([header, noted], now) == ["S001: no id"]
    assert judge.wrong([header, [], noted], now) == []
    assert judge.wrong([header, [], ["S001", "华东", "记录", ""]], now) == ["S001: no id"]


@pytest.mark.parametrize("answered", [True, False])
def test_an_owner_that_is_overwritten_unseen_is_told_from_one_that_we_saw(answered: bool) -> None:
    with running() as server:
        people = People(server, team.TAB)
        people.type(0, 0, [[team.KEY, team.OWNER], ["S001", "王一"]])
        others = frozenset({team.KEY})
        crowd = Watched(server, team.KEY, 0, 1, sheet=team.TAB, spared=others, weights={"edit": 1})
        written = server.spreadsheet(people.id)
        typed = crowd.before(server.cloud, written)
        assert owner(typed) != owner(written)
        server.log.append(Asked("get", "GET", "/", 200 if answered else 503))
        crowd.settle(typed)
        crowd.settle(written)
        assert crowd.overwritten == ({} if answered else {"S001": "王一"})


def owner(book: Book) -> object:
    return book.sheets[0].grid[1, 1].entered
