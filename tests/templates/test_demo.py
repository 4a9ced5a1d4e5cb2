"""The demo: what the generated sheet holds, and that it is the same every time."""

from __future__ import annotations

import atexit
import datetime as dt
import itertools
import re
import shutil
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from rules.settings import Settings
from rules.worktime import WorkTime
from sync.excel.reader import read_grids
from sync.reading import read_table
from sync.say import Language
from sync.source import Reading
from templates.starter import DemoFiles, demo_past, write_demo
from templates.starter.chinese import CHINESE
from templates.starter.english import ENGLISH
from templates.starter.rulebook import Rulebook, rulebook
from templates.starter.vocabulary import Vocabulary
from templates.starter.workbook import HEADER_ROW

NOW = pd.Timestamp("2026-11-22 09:00")
LANGUAGES: tuple[Language, ...] = ("zh", "en")
WORDS: dict[Language, Vocabulary] = {"zh": CHINESE, "en": ENGLISH}

both = pytest.mark.parametrize("language", LANGUAGES)


@cache
def demo(language: Language) -> DemoFiles:
    folder = mkdtemp(prefix="demo-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return write_demo(Path(folder), language, NOW)


@cache
def sheet(language: Language) -> pd.DataFrame:
    """The cells of the table by column key."""
    words = WORDS[language]
    tab = CalamineWorkbook.from_path(demo(language).workbook).get_sheet_by_name(words.table)
    rows = tab.to_python(skip_empty_area=False)[HEADER_ROW + 1 :]
    return pd.DataFrame(rows, columns=[column.key for column in words.columns], dtype=object)


@cache
def book(language: Language) -> Rulebook:
    return rulebook(language, NOW)


def parts(language: Language) -> dict[str, bytes]:
    with zipfile.ZipFile(demo(language).workbook) as package:
        return {name: package.read(name) for name in package.namelist()}


def days(values: Any) -> pd.Series[Any]:
    return pd.to_datetime(pd.Series([v if isinstance(v, dt.date) else None for v in values]))


@both
def test_the_same_demo_is_the_same_file(language: Language, tmp_path: Path) -> None:
    first = demo(language)
    again = write_demo(tmp_path / "new" / "folder", language, NOW)
    assert again.workbook.name == first.workbook.name
    assert again.workbook.read_bytes() == first.workbook.read_bytes()
    assert again.rules.read_bytes() == first.rules.read_bytes()
    other = write_demo(tmp_path, language, NOW, seed=8)
    assert other.workbook.read_bytes() != first.workbook.read_bytes()


@both
def test_reading_finds_every_column_by_its_header(language: Language) -> None:
    grids, version = read_grids(demo(language).workbook)
    table, _ = read_table(grids, Reading(now=NOW), version)
    words = WORDS[language]
    assert len(table) == 300
    found = {key: column.header for key, column in table.columns.items()}
    assert found == {c.key: c.header for c in words.columns if c.key != "weighted"}
    assert table.columns["amount"].unit == (10_000 if language == "zh" else 1)
    assert table.writable.sum() == 297
    codes = Counter(finding.code for finding in table.findings)
    assert {"reading.unreadable", "reading.repeated_key", "reading.blank_key"} <= codes.keys()


@both
def test_three_years_of_deals_a_third_of_them_open(language: Language) -> None:
    frame = sheet(language)
    assert len(frame) == 300
    outcomes = Counter(frame["outcome"])
    words = WORDS[language].outcomes
    assert 85 <= outcomes[words["open"]] <= 105
    assert outcomes[words["won"]] > 60
    assert outcomes[words["lost"]] > 60
    assert outcomes[words["invalid"]] > 5
    assert outcomes[words["on_hold"]] > 2
    created = days(frame["created"]).dropna()
    assert created.min() > NOW - pd.Timedelta(days=3 * 366)
    assert created.min() < NOW - pd.Timedelta(days=2 * 365)
    assert (days(frame["closed"]).dropna() < NOW).all()


@both
def test_every_level_occurs_in_a_believable_share(language: Language) -> None:
    frame, rules = sheet(language), book(language)
    opened = frame[frame["outcome"] == WORDS[language].outcomes["open"]]
    limits = {stage.name: stage.limit.amount for stage in rules.settings.stages if stage.limit}
    limit = opened["stage"].map(limits).to_numpy(dtype="float64")
    worktime = WorkTime(rules.settings.calendar, rules.settings.timezone, NOW)
    entered = days(opened["stage_entered"]).to_numpy(dtype="datetime64[s]")
    used = worktime.elapsed(entered, np.array([NOW], dtype="datetime64[s]"), "workdays")
    late = limit + rules.escalate_after
    assert 6 <= np.sum((used > late) & (used < late + 60)) <= 11
    assert 11 <= np.sum((used > limit) & (used <= late)) <= 17
    assert 6 <= np.sum((used >= 0.8 * limit) & (used <= limit)) <= 14
    assert np.sum(used < 0.8 * limit) > 50


@both
def test_deals_close_around_now(language: Language) -> None:
    frame = sheet(language)
    opened = frame[frame["outcome"] == WORDS[language].outcomes["open"]]
    months = days(opened["expected_close"]).dropna().dt.to_period("M")
    coming = pd.period_range(NOW, periods=4, freq="M")
    assert set(coming) <= set(months)
    assert months.isin(coming).mean() > 0.8


@both
def test_people_slip_as_people_do(language: Language) -> None:
    frame, words = sheet(language), WORDS[language]
    slips, settings = words.slips, book(language).settings
    ids = Counter(frame["id"])
    assert ids.pop("") == 1
    assert Counter(ids.values()) == {1: 297, 2: 1}
    assert set(slips.stages) <= set(frame["stage"])
    assert set(slips.outcomes) <= set(frame["outcome"])
    assert frame["expected_close"].isin(slips.dates).sum() == 2
    assert frame["amount"].isin(slips.amounts).sum() == 2
    assert frame["created"].map(lambda value: isinstance(value, str)).sum() == 9
    assert frame["owner"].isin(slips.nobody).sum() == 2
    assert (frame["owner"] == "").sum() >= 5
    assert frame["owner"].str.contains("/").sum() == 4
    aliases = {alias for member in settings.team for alias in member.aliases}
    assert frame["owner"].isin(aliases).sum() > 5
    assert (frame["amount"] == "").any()
    assert (frame["loss_reason"][frame["outcome"] == words.outcomes["lost"]] == "").sum() >= 4


@both
def test_some_customers_are_typed_twice_and_some_fought_over(language: Language) -> None:
    frame = sheet(language)
    opened = frame[frame["outcome"] == WORDS[language].outcomes["open"]]
    by_deal = opened.groupby("name")["customer"]
    assert (by_deal.nunique() > 1).sum() >= 5
    by_customer = opened[opened["owner"] != ""].groupby("customer")
    fought = (by_customer["owner"].nunique() > 1) & (by_customer["product"].nunique() > 1)
    assert fought.sum() >= 2


@both
def test_formulas_carry_their_values(language: Language) -> None:
    frame, words = sheet(language), WORDS[language]
    numbers = frame[frame["amount"].map(lambda value: isinstance(value, float))]
    weighted = numbers["amount"].astype(float) * numbers["probability"].astype(float)
    assert np.allclose(weighted, numbers["weighted"].astype(float))
    workbook = CalamineWorkbook.from_path(demo(language).workbook)
    head = workbook.get_sheet_by_name(words.table).to_python(skip_empty_area=False)[1]
    amount = [column.key for column in words.columns].index("amount")
    assert head[amount] == pytest.approx(numbers["amount"].astype(float).sum())
    statistics = workbook.get_sheet_by_name(words.statistics).to_python(skip_empty_area=False)
    meant = numbers[numbers["outcome"] == words.outcomes["open"]]
    for row in statistics[2:7]:
        of_stage = meant[meant["stage"] == row[0]]
        assert row[2] == pytest.approx(of_stage["amount"].astype(float).sum())
    amounts = pd.Series([row[2] for row in statistics[2:8]]).astype(float)
    assert amounts[5] == pytest.approx(amounts[:5].sum())


@both
def test_the_workbook_has_what_teams_build(language: Language) -> None:
    package = parts(language)
    table = package["xl/worksheets/sheet1.xml"].decode()
    for expected in (
        "<autoFilter ", 'state="frozen"', "<conditionalFormatting ", "<dataValidations ",
        "<f>IFERROR(", "<f>SUBTOTAL(109,", "<legacyDrawing ",
    ):  # fmt: skip
        assert expected in table, expected
    statistics = package["xl/worksheets/sheet2.xml"].decode()
    assert "SUMIFS(" in statistics
    assert "COUNTIFS(" in statistics
    assert {"xl/charts/chart1.xml", "xl/charts/chart2.xml", "xl/comments1.xml"} <= package.keys()


@both
def test_nothing_points_at_real_people(language: Language) -> None:
    frame = sheet(language)
    mails = frame["email"][frame["email"] != ""]
    assert mails.str.endswith(".example").all()
    phones = frame["phone"].str.replace(r"\D", "", regex=True)
    pattern = {"zh": r"(86)?16[567]0000\d{4}(801)?", "en": r"1?\d{3}55501\d\d(801)?"}[language]
    assert phones[phones != ""].str.fullmatch(pattern).all()


@both
def test_the_rules_file_is_short_and_names_the_team(language: Language) -> None:
    text = demo(language).rules.read_text("utf-8")
    assert len(text.splitlines()) <= 96
    assert "2026-11-19..2026-11-27" in text
    assert "$" not in text
    settings: Settings = book(language).settings
    words = WORDS[language]
    assert [stage.name for stage in settings.stages] == [
        choice for column in words.columns if column.key == "stage" for choice in column.choices
    ]
    assert len(words.steps) == len(settings.stages)
    covered = {region for member in settings.team for region in member.regions}
    assert covered == set(words.cities)
    assert any(not member.active for member in settings.team)
    backups = {member.backup for member in settings.team if member.backup}
    assert backups <= set(settings.members)
    assert set(words.slips.nobody) == set(settings.unassigned)
    assert re.search(r"use: assign_owner.*\n\s+mode: fill", text)


@pytest.mark.parametrize("rows", [1, 2, 40, 900])
@both
def test_any_number_of_rows(language: Language, rows: int, tmp_path: Path) -> None:
    files = write_demo(tmp_path, language, dt.date(2026, 3, 1), rows=rows)
    tab = CalamineWorkbook.from_path(files.workbook).get_sheet_by_index(0)
    assert len(tab.to_python(skip_empty_area=False)) == HEADER_ROW + 1 + rows


@pytest.mark.parametrize("now", ["2026-01-01", "2026-10-08", "2027-02-11 18:00", "2031-05-01"])
@both
def test_any_moment(language: Language, now: str, tmp_path: Path) -> None:
    files = write_demo(tmp_path, language, pd.Timestamp(now))
    assert files.workbook.stat().st_size > 20_000


@both
def test_the_past_leads_to_the_present(language: Language) -> None:
    """Every Monday stands before the next: what is there stays, stages are taken one by one."""
    words, order = WORDS[language], list(book(language).settings.stage_order)
    mornings = demo_past(language, NOW)
    assert [m.moment.weekday() for m in mornings] == [0] * len(mornings)
    assert mornings[-1].moment < NOW < mornings[0].moment + pd.Timedelta(weeks=14)
    keys = [column.key for column in words.columns]
    tables = [
        pd.DataFrame(morning.table.rows[HEADER_ROW + 1 :], columns=keys, dtype=object)
        for morning in mornings
    ]
    tables = [
        each.drop_duplicates("id", keep=False).set_index("id")
        for each in (*tables, sheet(language))
    ]
    for before, after in itertools.pairwise(tables):
        both_ = before.index.intersection(after.index)
        assert len(both_) >= len(before) - 2, "but for the two rows that somebody deleted"
        assert len(after) >= len(before) - 2
        steps = [
            order.index(str(after.at[key, "stage"])) - order.index(str(before.at[key, "stage"]))
            for key in both_
            if {after.at[key, "stage"], before.at[key, "stage"]} <= set(order)
        ]
        assert set(steps) <= {0, 1}
        moved = days(after.loc[both_, "last_activity"]) >= days(before.loc[both_, "last_activity"])
        assert (moved | days(before.loc[both_, "last_activity"]).isna().to_numpy()).all()
    gone = tables[-2].index.difference(tables[-1].index)
    assert len(gone) == 0, "they were deleted a week before"
    assert len(tables[0].index.difference(tables[-1].index)) <= 2
    again = demo_past(language, NOW)
    assert [m.table.rows for m in again] == [m.table.rows for m in mornings]


@pytest.mark.parametrize("now", ["2026-01-01 00:00", "2026-03-02 08:59", "2028-02-29 23:59"])
@pytest.mark.parametrize("rows", [1, 7])
def test_any_moment_has_a_past(now: str, rows: int) -> None:
    mornings = demo_past("en", pd.Timestamp(now), rows=rows)
    assert len(mornings) in (12, 13)
    assert all(len(morning.table.rows) <= HEADER_ROW + 1 + rows + 2 for morning in mornings)
