"""KPIs of a public sheet against a computation by plain pandas alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rules.kpi import Book, Kpi, Period
from rules.kpi import tables as kpi_tables
from rules.kpi.evaluate import WHOLE, figures
from rules.resolve import resolve
from rules.rule import Context
from rules.settings import Settings

DATA = Path(os.environ.get("DEALKEEPER_SHARED", Path(__file__).parents[3] / "shared")) / "data"
FILE = DATA / "opportunities" / "maven_sales_pipeline.xlsx"
NOW = pd.Timestamp("2017-12-31 09:00").as_unit("s")
QUARTER, BEFORE = ("2017-10-01", "2017-12-31"), ("2017-07-01", "2017-09-30")

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is absent"),
]


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    frame = pd.read_excel(FILE, engine="calamine", dtype=object)
    for name in ("engage_date", "close_date"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.assign(close_value=frame["close_value"].astype("float"))


@pytest.fixture(scope="module")
def book(raw: pd.DataFrame) -> Book:
    frame = pd.DataFrame(
        {
            "key": raw["opportunity_id"].astype("str"),
            "owner": raw["sales_agent"].astype("str").astype("category"),
            "customer": raw["account"].astype("str").astype("category"),
            "product": raw["product"].astype("str").astype("category"),
            "stage": raw["deal_stage"].astype("str").astype("category"),
            "amount": (raw["close_value"] * 100).astype("Int64"),
            "created": raw["engage_date"].astype("datetime64[s]"),
            "closed": raw["close_date"].astype("datetime64[s]"),
        }
    )
    team = Settings.model_validate(
        {
            "language": "en",
            "stages": [
                {"name": "Prospecting", "probability": 0.1},
                {"name": "Engaging", "probability": 0.4},
            ],
            "targets": {"quarter": 4_000_000, "products": {"GTX Plus Pro": {"quarter": 900_000}}},
        }
    )
    ctx = Context(NOW, team, frozenset(frame.columns))
    return Book(resolve(frame, team), ctx, Kpi(period="quarter"))


@pytest.fixture(scope="module")
def period() -> Period:
    return Period.containing(NOW, "quarter")


def test_results_of_the_quarter_and_of_the_one_before(
    raw: pd.DataFrame, book: Book, period: Period
) -> None:
    for days, part in ((QUARTER, "value"), (BEFORE, "previous")):
        closed = raw[raw["close_date"].between(*days)]
        won = closed[closed["deal_stage"] == "Won"]
        cycle = (won["close_date"] - won["engage_date"]).dt.days
        truth = {
            "won": won["close_value"].sum() * 100,
            "won_count": len(won),
            "lost_count": len(closed) - len(won),
            "win_rate": len(won) / len(closed),
            "new": raw["engage_date"].between(*days).sum(),
            "cycle": cycle.median(),
            "cycle_mean": cycle.mean(),
            "attainment": won["close_value"].sum() / 4_000_000,
        }
        for code, value in truth.items():
            found = getattr(figures(book, code, period)[WHOLE], part)
            assert found == pytest.approx(value), (code, part)


@pytest.mark.parametrize(("by", "column"), [("owner", "sales_agent"), ("product", "product")])
def test_results_by_a_dimension(
    raw: pd.DataFrame, book: Book, period: Period, by: str, column: str
) -> None:
    closed = raw[raw["close_date"].between(*QUARTER)]
    won = closed["deal_stage"].eq("Won")
    rates = won.groupby(closed[column].astype("str")).mean().to_dict()
    amounts = closed["close_value"].where(won, 0).groupby(closed[column].astype("str")).sum()
    found = figures(book, "win_rate", period, by)
    assert {name: figure.value for name, figure in found.items()} == pytest.approx(rates)
    sums = {name: figure.value for name, figure in figures(book, "won", period, by).items()}
    assert sums == {name: cents * 100 for name, cents in amounts.items() if name in sums}
    assert sum(value or 0 for value in sums.values()) == amounts.sum() * 100


def test_a_target_of_a_product(raw: pd.DataFrame, book: Book, period: Period) -> None:
    won = raw[raw["close_date"].between(*QUARTER) & raw["deal_stage"].eq("Won")]
    own = won["close_value"][won["product"] == "GTX Plus Pro"].sum()
    figure = figures(book, "attainment", period, "product")["GTX Plus Pro"]
    assert figure.value == pytest.approx(own / 900_000)


def test_the_pipeline_of_any_day(raw: pd.DataFrame, book: Book) -> None:
    for moment in pd.to_datetime(["2017-03-01", "2017-08-15", "2017-12-01"]):
        begun = raw["engage_date"].isna() | (raw["engage_date"] < moment)
        ended = raw["close_date"] < moment
        assert book.open_at(book.at(moment)).sum() == (begun & ~ended).sum()


def test_movements_of_the_quarter(raw: pd.DataFrame, book: Book, period: Period) -> None:
    table = kpi_tables.waterfall(book, period.to_date).set_index("movement")
    start, until = pd.Timestamp(QUARTER[0]), pd.Timestamp("2018-01-01")
    begun, ended = raw["engage_date"], raw["close_date"]
    counts: dict[str, Any] = {
        "start": (begun.isna() | (begun < start)) & ~(ended < start),
        "new": begun.between(start, until, inclusive="left"),
        "won": ended.between(start, until, inclusive="left") & raw["deal_stage"].eq("Won"),
        "lost": ended.between(start, until, inclusive="left") & raw["deal_stage"].eq("Lost"),
    }
    for kind, mask in counts.items():
        assert table.loc[kind, "count"] == mask.sum(), kind
    won = raw["close_value"][counts["won"]].sum()
    assert table.loc["won", "amount"] == -won * 100
    assert table["amount"].drop("end").sum() == table.loc["end", "amount"]
