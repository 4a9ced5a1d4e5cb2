"""Cells to values: forms, units, and the promise that each distinct cell is read once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.amounts import cents, read_amount, read_number, read_percent
from sync.cells import Cells, cell_text, is_blank, raw_value
from sync.dates import Dating, dates_inside, day_order, read_date
from sync.fields import Kind
from sync.values import Form, parse, split_people

NOW = dt.datetime(2026, 1, 10, 9)  # noqa: DTZ001 - local time by contract
PAST, FUTURE = Dating(NOW), Dating(NOW, future=True)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025年9月5日", "2025-09-05"),
        ("2025年9月5号 星期五", "2025-09-05"),
        ("2025/9/5（周五）", "2025-09-05"),
        ("2025.9.5", "2025-09-05"),
        ("2025-09-05 14:30", "2025-09-05 14:30"),
        ("2025-09-05T14:30:59", "2025-09-05 14:30:59"),
        ("2025-09-05T06:30:00Z", "2025-09-05 14:30"),
        ("2025年9月5日下午2:30", "2025-09-05 14:30"),
        ("2025年9月5日 14时30分", "2025-09-05 14:30"),
        ("9/5/2025 12:15 AM", None),
        ("9/15/2025 12:15 AM", "2025-09-15 00:15"),
        ("20250905", "2025-09-05"),
        (20250905.0, "2025-09-05"),
        (45905, "2025-09-05"),
        (45905.5, "2025-09-05 12:00"),
        ("45905", "2025-09-05"),
        ("5 Sep 2025", "2025-09-05"),
        ("5-Sep-25", "2025-09-05"),
        ("Sep 5, 2025", "2025-09-05"),
        ("Fri, September 5th, 2025", "2025-09-05"),
        ("25/9/5", "2025-09-05"),
        ("25年9月5日", "2025-09-05"),
        ("9月5日", "2025-09-05"),
        ("9/5", "2025-09-05"),
        ("2月29日", "2024-02-29"),
        ("2025年9月", "2025-09-01"),
        ("3/4/2025", None),
        ("25/9/26", None),
        ("2025-02-30", None),
        ("2025-13-01", None),
        ("2025-09-05 25:00", None),
        ("改天", None),
        (9.5, None),
        (3, None),
        (float("inf"), None),
        (True, None),
        (dt.time(9), None),
        (dt.timedelta(hours=36), None),
        (dt.date(2025, 9, 5), "2025-09-05"),
        (dt.datetime(2025, 9, 5, 14, 30, 0, 999), "2025-09-05 14:30"),  # noqa: DTZ001
        ("9" * 500, None),
    ],
)
def test_dates(cell: object, expected: str | None) -> None:
    wanted = pd.Timestamp(expected).to_pydatetime() if expected else None
    assert read_date(cell, PAST) == wanted


def test_dates_without_a_year_lie_ahead_where_the_field_does() -> None:
    assert read_date("12月28日", FUTURE) == dt.datetime(2026, 12, 28)  # noqa: DTZ001
    assert read_date("1月10日", FUTURE) == dt.datetime(2026, 1, 10)  # noqa: DTZ001
    assert read_date("2025年9月", FUTURE) == dt.datetime(2025, 9, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/4/2025", "25/3/2025"], "dmy"),
        (["3/4/2025", "3/25/2025"], "mdy"),
        (["3/4/2025"], None),
        (["25/3/2025", "3/25/2025"], None),
        (["25/9/5", "2025-12-31"], None),
    ],
)
def test_the_order_of_day_and_month_needs_proof(texts: list[str], order: str | None) -> None:
    assert day_order(texts) == order


def test_days_of_a_log() -> None:
    found = dates_inside("9/5电话;9/12拜访；2025年10月3日邮件 谈到 3.5万 和 10% 1/2/3", NOW)
    assert [(day.month, day.day) for day in found] == [(9, 5), (9, 12), (10, 3)]
    assert dates_inside("2026-02-01 再联系", NOW) == []


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("￥1,200,000", "1200000"),
        ("1,200,000.50", "1200000.50"),
        ("120万", "1200000"),
        ("１２０万元", "1200000"),
        ("1.2亿", "120000000"),
        ("1亿2000万", "120000000"),
        ("$12k", "12000"),
        ("US$1.5m", "1500000"),
        ("RMB 12,000", "12000"),
        ("12万美元", "120000"),
        ("(1,200)", "-1200"),
        ("（1,200）", "-1200"),
        ("-5", "-5"),
        ("约50万", "500000"),
        ("50万左右", "500000"),
        ("120,0000", "1200000"),
        ("1.200.000,50", "1200000.50"),
        ("1 200 000", "1200000"),
        ("1'200'000", "1200000"),
        (12.5, "12.5"),
        ("1万5", None),
        ("50-60万", None),
        ("12,00", None),
        ("面议", None),
        ("1e5", None),
        ("(5", None),
        ("--5", None),
        (True, None),
        (float("nan"), None),
        ("9" * 60, None),
    ],
)
def test_amounts(cell: object, units: str | None) -> None:
    amount = read_amount(cell)
    assert (amount and amount.value) == (Decimal(units) if units else None)


def test_a_cell_with_its_own_unit_is_absolute() -> None:
    column = parse(Cells.of([12, "12", "12万", "800元", "￥3"]), Form(Kind.MONEY, PAST, 10_000))
    assert column.values.tolist() == [12_000_000, 12_000_000, 12_000_000, 80_000, 3_000_000]


def test_halves_of_a_cent_round_away_from_zero() -> None:
    cells = Cells.of([10.005, -10.005, 1.004, 17499.9499999999])
    assert parse(cells, Form(Kind.MONEY, PAST)).values.tolist() == [1001, -1001, 100, 1749995]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1,200", 1200.0), ("３次", 3.0), (-2.5, -2.5), ("-7", -7.0), ("许多", None), (False, None)],
)
def test_numbers(cell: object, expected: float | None) -> None:
    assert read_number(cell) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["80%", "８０％", "八成", "8成"], [0.8, 0.8, 0.8, 0.8]),
        ([80, 60.0, "75%", 0], [0.8, 0.6, 0.75, 0.0]),
        ([0.8, 1, "0.5"], [0.8, 1.0, 0.5]),
        ([80, 0.5], [0.8, 0.5]),
        (["高", 120, "-10%"], [np.nan, np.nan, np.nan]),
    ],
)
def test_percentages(cells: list[object], expected: list[float]) -> None:
    found = parse(Cells.of(cells), Form(Kind.PERCENT, PAST)).values
    np.testing.assert_allclose(found, expected)


def test_percent_of_a_truth_value_is_nothing() -> None:
    assert read_percent(True) is None


@pytest.mark.parametrize(
    ("texts", "pairs"),
    [
        (["张三/李四"], [("张三", "李四")]),
        (["张三、李四，王五；赵六"], [("张三", "李四/王五/赵六")]),
        (["Ann Lee"], [("Ann Lee", "")]),
        (
            ["Ann Lee, Bob Ray", "Ann Lee", "Bob Ray"],
            [("Ann Lee", "Bob Ray"), ("Ann Lee", ""), ("Bob Ray", "")],
        ),
        (["Lee, Ann", "Ray, Bob"], [("Lee, Ann", ""), ("Ray, Bob", "")]),
        (["/", "张三/张三"], [("", ""), ("张三", "")]),
    ],
)
def test_people(texts: list[str], pairs: list[tuple[str, str]]) -> None:
    assert split_people(texts) == pairs


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "  ",
        None,
        "-",
        "—",
        "无",
        "请选择",
        "Select",
        "N/A",
        "#N/A",
        "null",
        "#REF!",
        np.nan,
        pd.NaT,
    ],
)
def test_blanks(cell: object) -> None:
    assert is_blank(cell)


@pytest.mark.parametrize(
    "cell", [0, 0.0, False, "0", "NA", "无锡", "Selected", dt.date(2025, 1, 1)]
)
def test_not_blank(cell: object) -> None:
    assert not is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (215.0, "215"),
        (2.5, "2.5"),
        (" A 7 ", "A 7"),
        (True, "TRUE"),
        (dt.date(2025, 9, 5), "2025-09-05"),
        (dt.datetime(2025, 9, 5), "2025-09-05"),  # noqa: DTZ001
        (dt.datetime(2025, 9, 5, 14, 30), "2025-09-05 14:30:00"),  # noqa: DTZ001
        (dt.time(9, 30), "09:30:00"),
        (1e300, "1e+300"),
    ],
)
def test_cells_as_text(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def test_raw_cells_are_kept_as_they_stand() -> None:
    assert raw_value(" x ") == " x "
    assert raw_value("  ") is None
    assert raw_value("-") == "-"
    assert raw_value(dt.date(2025, 9, 5)) == pd.Timestamp("2025-09-05")
    assert raw_value(7.5) == 7.5


def test_one_and_its_looks_alike_stay_apart() -> None:
    cells = Cells.of([1, "1", True, None, ""])
    assert cells.texts().tolist() == ["1", "1", "TRUE", "", ""]
    assert len(cells.values) == 3


def test_many_unreadable_cells_know_their_rows() -> None:
    cells = Cells.of(["x", "2025-01-01", "y", "x", None])
    issues = parse(cells, Form(Kind.DATE, PAST)).issues
    assert {issue.text: issue.rows.tolist() for issue in issues} == {"x": [0, 3], "y": [2]}


FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d %b %Y", "%B %d, %Y"]
DAYS = st.dates(dt.date(1960, 1, 1), dt.date(2100, 1, 1))


@given(day=DAYS, form=st.sampled_from(FORMATS))
def test_a_written_date_reads_as_the_day_it_was(day: dt.date, form: str) -> None:
    found = read_date(day.strftime(form), PAST)
    assert found is not None
    assert found.date() == day


@given(day=DAYS)
def test_a_serial_reads_as_the_day_it_was(day: dt.date) -> None:
    found = read_date((day - dt.date(1899, 12, 30)).days, PAST)
    assert found is not None
    assert found.date() == day


@given(
    amount=st.integers(-(10**13), 10**13),
    write=st.sampled_from(["{:,.2f}", "￥{:,.2f}", "{:.2f}", "{:,.2f}元", "RMB {:.2f}"]),
)
def test_a_written_amount_reads_to_the_cent(amount: int, write: str) -> None:
    found = read_amount(write.format(Decimal(amount) / 100))
    assert found is not None
    assert cents(found, 1) == amount


CELL = st.one_of(
    st.none(), st.booleans(), st.integers(-100, 50_000), st.floats(allow_nan=True), st.dates(),
    st.text(max_size=8),
    st.sampled_from(["2025/9/5", "3/4/2025", "9月5日", "12万", "80%", "张三/李四", "-", "#REF!"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELL, max_size=12), kind=st.sampled_from(Kind), order=st.randoms())
def test_every_cell_is_read_the_same_wherever_it_stands(
    cells: list[object], kind: Kind, order: Any
) -> None:
    places = list(range(len(cells)))
    order.shuffle(places)
    form = Form(kind, PAST, 10_000)
    straight = parse(Cells.of(cells), form)
    shuffled = parse(Cells.of([cells[at] for at in places]), form)
    expected = straight.values.iloc[places].reset_index(drop=True)
    pd.testing.assert_series_equal(shuffled.values, expected)
    doubled = parse(Cells.of([*cells, *cells]), form)
    assert len(doubled.values) == 2 * len(cells)
    pd.testing.assert_series_equal(doubled.values.iloc[: len(cells)], straight.values)


def test_cells_that_say_nothing_have_no_text_whatever_they_are() -> None:
    cells = Cells.of(["甲 ", pd.NaT, np.nan, "-", 3.0, None])
    assert list(cells.texts()) == ["甲", "", "", "", "3", ""]
