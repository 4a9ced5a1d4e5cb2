"""The history: what a run leaves behind, and what can be asked of it."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from jobs.history import History, RunRecord, log, schema, states
from jobs.planner import Prepared, make_plan
from rules.assign_owner import AssignOwner
from rules.kpi import Kpi
from rules.risk import Risk
from rules.settings import Settings
from rules.stage_sla import StageSla
from sync.plan import Layout, OwnedColumn
from sync.store import Busy, Receipt, Refusal, Unreachable
from sync.table import Table
from tests.jobs.tables import table

MONDAY, TUESDAY, WEDNESDAY, FRIDAY = (
    pd.Timestamp(f"2026-09-{day} 09:00").as_unit("s") for day in ("07", "08", "09", "11")
)
SETTINGS = Settings.model_validate(
    {
        "team": [{"name": "甲"}, {"name": "乙"}],
        "stages": [{"name": "初步沟通"}, {"name": "方案定制"}],
    }
)
SUGGEST = Layout(columns=(OwnedColumn("suggested_owner", "管家·建议负责人"),))
FILL = Layout(columns=(), fillable=("owner",))


# The address of an empty PostgreSQL database, for trying all of this there: see `.ci/run`.
POSTGRES = os.environ.get("DEALKEEPER_POSTGRES", "")
sqlite_only = pytest.mark.skipif(bool(POSTGRES), reason="of SQLite alone")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    if not POSTGRES:
        yield History(f"sqlite:///{tmp_path / 'history.sqlite'}", "kit")
        return
    room = f"kit_{uuid.uuid4().hex}"
    engine = sa.create_engine(POSTGRES, poolclass=sa.pool.NullPool)
    with engine.begin() as db:
        db.execute(sa.text(f"CREATE SCHEMA {room}"))
    yield History(f"{POSTGRES}?options=-csearch_path%3D{room}", "kit")
    with engine.begin() as db:
        db.execute(sa.text(f"DROP SCHEMA {room} CASCADE"))


def deals(keys: str = "ABC", version: str = "v1", **changed: list[Any]) -> Table:
    """Three deals: two owned, one without an owner."""
    fields: dict[str, list[Any]] = {
        "customer": ["一厂", "二厂", "三厂"],
        "stage": ["初步沟通"] * 3,
        "owner": ["甲", "乙", None],
        "amount": [1000, 2000, 3000],
        "expected_close": ["2026-10-01", None, "2026-10-31"],
    }
    rows = ["ABC".index(key) for key in keys]
    picked = {name: [values[row] for row in rows] for name, values in (fields | changed).items()}
    cells = {"suggested_owner": [None] * len(rows), "owner": picked["owner"]}
    return table(list(keys), cells=cells, version=version, **picked)


def planned(
    history: History, deals: Table, now: pd.Timestamp, layout: Layout = SUGGEST
) -> Prepared:
    mode = "fill" if layout.fillable else "suggest"
    rule = AssignOwner.model_validate({"use": "assign_owner", "mode": mode})
    known = history.known()
    return make_plan(deals, [rule], SETTINGS, layout, known, now)


def ran(
    history: History,
    deals: Table,
    now: pd.Timestamp,
    layout: Layout = SUGGEST,
    refused: tuple[Refusal, ...] = (),
) -> Prepared:
    """Plan, pretend to write, record."""
    prepared = planned(history, deals, now, layout)
    cells = prepared.plan.cells
    receipt = Receipt(cells - len(refused), "after", refused) if cells else None
    history.record(RunRecord(now, prepared, receipt, "rules"))
    return prepared


def happened(history: History) -> list[tuple[str, str, str | None, str | None]]:
    frame = history.past().events
    frame = frame.astype(object).where(frame.notna(), None)
    return list(frame[["key", "field", "before", "after"]].itertuples(index=False, name=None))


def test_a_fresh_history_knows_nothing(history: History) -> None:
    assert not history.has_runs()
    assert history.memory() == {}
    assert history.runs() == []
    assert history.decided().empty
    past = history.past()
    assert (len(past.seen), len(past.events), len(past.assignments)) == (0, 0, 0)
    assert str(past.events["since"].dtype) == "datetime64[s]"
    nothing = history.explain("A")
    assert (nothing.first_seen, nothing.content, nothing.decisions) == (None, {}, ())


def test_the_first_run_sees_every_row_and_nothing_happen(history: History) -> None:
    ran(history, deals(), MONDAY)
    past = history.past()
    assert happened(history) == []
    assert list(past.seen.itertuples(index=False, name=None)) == [(key, MONDAY) for key in "ABC"]
    assert past.assignments.to_dict("records") == [
        {"key": "C", "owner": "甲", "at": MONDAY, "rule": "assign_owner"}
    ]
    (run,) = history.runs()
    assert (run.now, run.version_before, run.version_after) == (MONDAY, "v1", "after")
    assert run.counts["written"] == 1
    assert run.counts["rows"] == 3


def test_changes_carry_the_interval_in_which_they_happened(history: History) -> None:
    ran(history, deals(), MONDAY)
    changed = deals(
        stage=["方案定制", "初步沟通", "初步沟通"],
        amount=[1000, 2500.5, None],
        expected_close=["2026-10-02", "2026-11-01", None],
    )
    ran(history, changed, FRIDAY)
    assert happened(history) == [
        ("A", "stage", "初步沟通", "方案定制"),
        ("B", "amount", "200000", "250050"),
        ("C", "amount", "300000", None),
        ("A", "expected_close", "2026-10-01", "2026-10-02"),
        ("B", "expected_close", None, "2026-11-01"),
        ("C", "expected_close", "2026-10-31", None),
    ]
    (event,) = history.events("A")[:1]
    assert (event.since, event.until, event.source) == (MONDAY, FRIDAY, "team")


def test_rows_come_go_and_come_back_with_their_last_content(history: History) -> None:
    ran(history, deals("AB"), MONDAY)
    ran(history, deals("BC"), TUESDAY)
    snapshot = history.snapshot()
    assert snapshot.loc["A", "customer"] == "一厂"
    assert snapshot.loc["A", "gone"] == "2026-09-08T09:00:00"
    assert snapshot["gone"].notna().sum() == 1
    ran(history, deals("ABC"), FRIDAY)
    assert happened(history) == [
        ("C", "created", None, None),
        ("A", "removed", None, None),
        ("A", "reappeared", None, None),
    ]
    assert history.snapshot()["gone"].isna().all()
    assert list(history.past().seen["first_seen"]) == [MONDAY, MONDAY, TUESDAY]


def test_a_column_that_vanishes_is_not_a_change_of_every_row(history: History) -> None:
    ran(history, deals(), MONDAY)
    full = deals()
    bare = replace(full, frame=full.frame.drop(columns="amount"))
    ran(history, bare, TUESDAY)
    assert history.snapshot().loc["B", "amount"] == 200_000
    ran(history, deals(amount=[1000, 2000, 3500]), FRIDAY)
    assert happened(history) == [("C", "amount", "300000", "350000")]


def test_our_own_write_back_is_no_work_of_the_team(history: History) -> None:
    ran(history, deals(), MONDAY, FILL)
    (event,) = history.events("C")
    assert (event.field, event.before, event.after) == ("owner", None, "甲")
    assert (event.since, event.until, event.source) == (MONDAY, MONDAY, "dealkeeper")
    ran(history, deals(owner=["甲", "乙", "甲"], version="v2"), TUESDAY, FILL)
    assert len(history.events("C")) == 1
    assert history.snapshot().loc["C", "owner"] == "甲"


def test_a_refused_cell_was_not_written_and_is_decided_again(history: History) -> None:
    refused = (Refusal("C", "suggested_owner", "store.formula"),)
    ran(history, deals(), MONDAY, refused=refused)
    assert history.patches("C") == []
    assert history.past().assignments.empty
    assert history.decided()["suggested_owner"].isna()["C"]
    assert planned(history, deals(), TUESDAY).plan.cells == 1


def test_a_refused_owner_is_no_owner(history: History) -> None:
    ran(history, deals(), MONDAY, FILL, refused=(Refusal("C", "owner", "store.formula"),))
    assert history.events("C") == []
    assert history.snapshot()["owner"].isna().to_dict()["C"]


def test_a_row_whose_new_id_was_refused_is_not_known(history: History) -> None:
    ours = Layout(columns=(OwnedColumn("id", "管家·编号", "id"), *SUGGEST.columns))
    nameless = replace(deals(), keys=np.array(["A", "B", ""], dtype=object))
    given = planned(history, nameless, MONDAY, ours).plan.keys[2]
    ran(history, nameless, MONDAY, ours, refused=(Refusal(given, "id", "store.changed"),))
    assert list(history.snapshot().index) == ["A", "B"]
    assert list(history.decided().index) == ["A", "B"]


@sqlite_only
def test_a_database_in_use_is_told_in_a_sentence(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "PATIENCE", 0.05)
    hasty = History(history.url, "kit")
    other = sqlite3.connect(history.url.removeprefix("sqlite:///"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="in use by another run"):
        hasty.mark_job("日报", MONDAY)
    assert not hasty.has_runs()  # readers do not wait
    other.close()


def test_a_run_without_changes_adds_next_to_nothing(history: History) -> None:
    first = ran(history, deals(), MONDAY)
    standing = replace(
        deals(version="after"), cells=pd.DataFrame({"suggested_owner": [None, None, "甲"]})
    )
    before = contents(history)
    second = ran(history, standing, TUESDAY)
    assert first.plan.cells == 1
    assert second.plan.cells == 0
    after = contents(history)
    assert {name for name in before if before[name] != after[name]} == {"runs"}
    assert len(str(after["runs"])) - len(str(before["runs"])) < 500


def contents(history: History) -> Mapping[str, list[Any]]:
    """Every row of every table."""
    with sa.create_engine(history.url, poolclass=sa.pool.NullPool).connect() as db:
        names = sa.inspect(db).get_table_names()
        return {n: list(map(tuple, db.execute(sa.text(f'SELECT * FROM "{n}"')))) for n in names}  # noqa: S608


def test_a_crash_leaves_the_history_as_it_was(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(history, deals(), MONDAY)
    before = contents(history)

    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(states, "drop_unused", broken)  # the last step of a recording
    with pytest.raises(MemoryError):
        ran(history, deals("AB", stage=["方案定制"] * 3), TUESDAY)
    assert contents(history) == before


def test_everything_about_a_row_can_be_told(history: History) -> None:
    ran(history, deals(), MONDAY)
    ran(history, deals(stage=["初步沟通", "初步沟通", "方案定制"]), FRIDAY)
    told = history.explain("C")
    assert told.first_seen == MONDAY
    assert told.content["stage"] == "方案定制"
    assert told.content["amount"] == "300000"
    (decision,) = told.decisions
    assert (decision.field, decision.code) == ("suggested_owner", "assign_owner.least_loaded")
    assert decision.facts["candidates"] == ("甲", "乙")
    first, *_ = told.patches
    assert (first.now, first.before, first.after) == (MONDAY, None, "甲")
    assert first.facts["line"] == "#1"
    assert history.patches_of(first.run_id) == [first]
    assert [event.field for event in told.events] == ["stage"]
    assert history.explain("A").decisions == ()


def test_memory_and_jobs_are_kept(history: History) -> None:
    prepared = planned(history, deals(), MONDAY)
    plan = replace(
        prepared.plan, memory={"assign_owner": {"credit": {"#1": {"甲": -1.5}}}, "x": {}}
    )
    history.record(RunRecord(MONDAY, replace(prepared, plan=plan), None, "rules"))
    assert history.memory() == dict(plan.memory)
    assert history.job_successes() == {}
    history.mark_job("日报", MONDAY)
    history.mark_job("日报", TUESDAY)
    assert history.job_successes() == {"日报": TUESDAY}


def test_what_was_decided_comes_back_as_cells(history: History) -> None:
    layout = Layout(
        columns=(OwnedColumn("due", "DK due", "date"), OwnedColumn("status", "DK status"))
    )
    decided = pd.DataFrame(
        {"due": [MONDAY, None], "status": ["已超时", None]}, index=["A", "B"], dtype=object
    )
    prepared = replace(planned(history, deals("AB"), MONDAY, layout), decided=decided)
    history.record(RunRecord(MONDAY, prepared, None, "rules"))
    stored = history.decided().astype(object).where(history.decided().notna(), None)
    assert list(stored.itertuples(name=None)) == [("A", MONDAY, "已超时"), ("B", None, None)]
    later = planned(history, deals("B"), TUESDAY, layout)
    later = replace(later, decided=decided.loc[["B"]].assign(status="正常"))
    history.record(RunRecord(TUESDAY, later, None, "rules"))
    assert history.decided()["status"].to_dict() == {"A": "已超时", "B": "正常"}


def test_it_opens_again(history: History) -> None:
    ran(history, deals(), MONDAY)
    again = History(history.url, "kit")
    assert again.has_runs()
    assert len(again.snapshot()) == 3


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"not a database" * 100, "cannot be used"), (None, "cannot be used")],
)
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "history.sqlite"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(Unreachable, match=sentence) as caught:
        History(f"sqlite:///{path}", "kit")
    assert "无法使用" in caught.value.say("zh")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "is not the address of a database"),
        ("oracle9://ann:secret@host/x", "is not the address of a database"),
        ("sqlite", "is not the address of a database"),
        ("mssql+pymssql://ann:secret@host/x", "needs `pymssql`, which is not installed"),
    ],
)
def test_an_address_that_means_nothing_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(Unreachable, match=sentence) as caught:
        History(url, "kit")
    assert "secret" not in caught.value.say("en") + caught.value.say("zh")


def test_two_spreadsheets_never_share_a_history(history: History) -> None:
    ran(history, deals(), MONDAY)
    with pytest.raises(Unreachable, match="belongs to the spreadsheet `kit`"):
        History(history.url, "west")


def test_a_history_of_a_newer_release_is_left_alone(history: History) -> None:
    engine = sa.create_engine(history.url, poolclass=sa.pool.NullPool)
    with engine.begin() as db:
        db.execute(sa.text("UPDATE meta SET value = '99' WHERE name = 'version'"))
    with pytest.raises(Unreachable, match="newer Dealkeeper"):
        History(history.url, "kit")


def version_of(history: History) -> str:
    return str(dict(contents(history)["meta"])["version"])


def test_a_history_of_an_older_release_is_brought_up_to_date(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(history, deals(), MONDAY)
    done: list[int] = []

    def step(version: int) -> Callable[[sa.engine.Connection], None]:
        def upgrade(db: sa.engine.Connection) -> None:
            done.append(version)
            db.execute(sa.text(f"ALTER TABLE runs ADD COLUMN since_{version} TEXT"))

        return upgrade

    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 2)
    steps = {version: step(version) for version in range(1, schema.VERSION)}
    monkeypatch.setattr(schema, "UPGRADES", steps)
    newer = History(history.url, "kit")
    assert (done, version_of(newer)) == ([1, 2], str(schema.VERSION))
    assert len(newer.snapshot()) == 3
    ran(History(history.url, "kit"), deals(), TUESDAY)
    assert done == [1, 2], "an upgrade is made once"


def test_an_upgrade_that_fails_leaves_the_history_as_it_was(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(history, deals(), MONDAY)
    before = contents(history)

    def upgrade(db: sa.engine.Connection) -> None:
        db.execute(sa.text("DELETE FROM runs"))
        db.execute(sa.text("ALTER TABLE nothing ADD COLUMN x TEXT"))

    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(schema, "UPGRADES", {schema.VERSION - 1: upgrade})
    with pytest.raises(Unreachable, match="cannot be used"):
        History(history.url, "kit")
    assert contents(history) == before


def test_frames_that_a_stanza_keeps_come_back_and_cost_nothing_where_they_hold(
    history: History,
) -> None:
    frame = pd.DataFrame({"text": ["甲", None, "甲"], "hash": np.arange(3, dtype=np.uint64)})

    def recorded(kept: Mapping[str, Mapping[str, pd.DataFrame]]) -> None:
        found = planned(history, deals(), MONDAY)
        result, idle = replace(found.result, kept=kept), replace(found.plan, patches=())
        idle_run = replace(found, result=result, plan=idle)
        history.record(RunRecord(MONDAY, idle_run, None, "rules"))

    recorded({"a/b": {"rows": frame}, "c": {"rows": frame, "more": frame[["text"]]}})
    kept = history.known().kept
    assert {stanza: set(frames) for stanza, frames in kept.items()} == {
        "a/b": {"rows"},
        "c": {"rows", "more"},
    }
    pd.testing.assert_frame_equal(kept["a/b"]["rows"], frame)
    before = contents(history)
    recorded(history.known().kept)
    assert {name for name in before if before[name] != contents(history)[name]} == {"runs"}
    recorded({"c": {"rows": frame}})
    assert {stanza: set(frames) for stanza, frames in history.known().kept.items()} == {
        "c": {"rows"}
    }


def test_many_runs_fill_segments_and_tell_the_same_story(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "SEGMENT", 4)
    stages = ("初步沟通", "方案定制")
    moments = [MONDAY + pd.Timedelta(hours=hour) for hour in range(9)]
    for turn, moment in enumerate(moments):
        ran(history, deals(stage=[stages[turn % 2], "初步沟通", stages[turn // 2 % 2]]), moment)
    assert [event.after for event in history.events("A")] == [stages[n % 2] for n in range(1, 9)]
    assert [event.until for event in history.events("C")] == moments[2::2]
    assert len(history.past().events) == 12
    assert 2 < len(contents(history)["segments"]) < 9


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_recorded_in_seconds(history: History) -> None:
    rows = 100_000
    keys = [f"K{at:06}" for at in range(rows)]
    big = table(
        keys,
        cells={"suggested_owner": [None] * rows},
        customer=[f"客户{at}" for at in range(rows)],
        stage=["初步沟通"] * rows,
        owner=[None if at % 3 else "甲" for at in range(rows)],
        amount=list(np.arange(rows)),
    )
    ran(history, big, MONDAY)
    assert len(history.past().assignments) > rows / 2
    assert planned(history, big, TUESDAY).plan.memory == history.memory()


def test_a_run_says_of_yesterday_what_the_run_of_yesterday_said(history: History) -> None:
    """Clocks and amounts due are compared with what stood there, not with what follows today."""
    stage = {"name": "初步沟通", "limit": "3 days"}
    settings = Settings.model_validate({"stages": [stage], "targets": {"month": 100}})
    layout = Layout(columns=(OwnedColumn("status", "管家·时效"), OwnedColumn("risk", "管家·预警")))
    rules = [
        StageSla(use="stage_sla", start="stage_entered"), Risk(use="risk"),
        Kpi(use="kpi", period="day"),
    ]  # fmt: skip
    entered = ["2026-09-01", "2026-09-06", "2026-09-05"]
    said = []
    for now, due in ((MONDAY, "2026-09-08"), (TUESDAY, "2026-09-08"), (WEDNESDAY, "2026-12-31")):
        closes = ["2026-09-07", due, due]
        read = deals(stage_entered=entered, created=entered, expected_close=closes)
        blank = pd.DataFrame({"status": [None] * 3, "risk": [None] * 3}, dtype=object)
        plan = make_plan(replace(read, cells=blank), rules, settings, layout, history.known(), now)
        history.record(RunRecord(now, plan, Receipt(plan.plan.cells, "v2"), "hash"))
        said.append(plan.result.figures["kpi"]["figures"])
    monday, tuesday, wednesday = said
    for before, after in ((monday, tuesday), (tuesday, wednesday)):
        for code in ("sla", "open", "due"):
            assert after[code].previous == before[code].value is not None, code
    assert monday["sla"].value != tuesday["sla"].value
    assert monday["due"].value != tuesday["due"].value
    # whether anybody looked for risks is known from the first flag on
    assert tuesday["alerts"].previous is None
    assert wednesday["alerts"].previous == tuesday["alerts"].value > 0
