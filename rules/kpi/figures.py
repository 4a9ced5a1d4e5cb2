"""The eight headline figures, each with what it was computed from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.kpi.deals import IN_TIME, OVERDUE, cents, within
from rules.kpi.period import Period, Window

Unit = Literal["money", "count", "rate", "days", "times"]
WinRate = Literal["decided", "all_closed", "created"]
Measure = Callable[[pd.DataFrame, Window], "Figure"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that managers see, and where it comes from.

    Attributes:
        code: what it is (`won`, `win_rate`, ...).
        unit: of the value: money is whole cents, a rate is a fraction.
        value: None where there is no denominator.
        numerator, denominator: what was divided, or the value and its target; None where not.
        count: number of opportunities counted.
        definition: code of its definition.
        previous: its value in the same days of the period before, None where unknown.
        weeks: its value in each of the last weeks, oldest first; empty where unknown.
        facts: more that its basis and note tell.
    """

    code: str
    unit: Unit
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0
    definition: str = ""
    previous: float | None = None
    weeks: tuple[float, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def half_up(value: float | Fraction | Decimal, digits: int = 0) -> float:
    """Round half up (0.5 → 1, -0.5 → -1), as people do, at a number of decimals."""
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(str(exact)).quantize(step, ROUND_HALF_UP))


def ratio(numerator: float, denominator: float) -> float | None:
    """Divide; None where there is nothing to divide by."""
    return numerator / denominator if denominator > 0 else None


def weighted(deals: pd.DataFrame) -> int:
    """Return Σ amount × probability in whole cents, exact, rounded once; unknowns add nothing."""
    sums = deals["amount"].groupby(deals["probability"]).sum()
    total = sum(
        (Fraction(str(chance)) * int(amount) for chance, amount in sums.items()), Fraction(0)
    )
    return int(half_up(total))


def won(deals: pd.DataFrame, window: Window) -> Figure:
    """Return the amount won in a window."""
    counted = deals[deals["won"] & within(deals["closed"], window)]
    total = cents(counted["amount"])
    # won deals without any date say nothing about a period
    known = not deals["won"].any() or bool(deals["closed"][deals["won"]].notna().any())
    value = total if known else None
    return Figure("won", "money", value, value, count=len(counted), definition="won")


def rate_base(kind: WinRate, deals: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return the deals that a win rate is a share of, under one of its definitions."""
    if kind == "created":
        return deals[within(deals["created"], window) & ~deals["duplicate"]]
    closed = deals["won"] | deals["lost"]
    if kind == "all_closed":
        closed |= deals["invalid"]
    return deals[closed & within(deals["closed"], window)]


def win_rate(kind: WinRate) -> Measure:
    """Return the measure of the win rate under one of its definitions."""

    def measure(deals: pd.DataFrame, window: Window) -> Figure:
        base = rate_base(kind, deals, window)
        wins = base[base["won"]]
        by_amount = ratio(cents(wins["amount"]), cents(base["amount"]))
        return Figure(
            "win_rate", "rate", ratio(len(wins), len(base)), len(wins), len(base), len(base),
            f"win_rate.{kind}", facts={"by_amount": by_amount},
        )  # fmt: skip

    return measure


def new(deals: pd.DataFrame, window: Window) -> Figure:
    """Return the number of opportunities created in a window."""
    counted = deals[
        within(deals["created"], window) & ~deals["invalid"].to_numpy() & ~deals["duplicate"]
    ]
    total = cents(counted["amount"])
    size = len(counted)
    value = size if deals.empty or deals["created"].notna().any() else None
    return Figure("new", "count", value, value, None, size, "new", facts={"amount": total})


def cycle(deals: pd.DataFrame, window: Window) -> Figure:
    """Return the median of whole days from created to closed of the deals won in a window."""
    counted = deals[deals["won"] & within(deals["closed"], window)]
    days = (counted["closed"].dt.normalize() - counted["created"].dt.normalize()).dt.days
    known = days[days >= 0]
    value = float(known.median()) if len(known) else None
    return Figure("cycle", "days", value, value, None, len(known), "cycle")


def compared(measure: Measure, deals: pd.DataFrame, period: Period, weeks: tuple[Window, ...],
             since: pd.Timestamp | None) -> Figure:  # fmt: skip
    """Return a figure with its previous value and its weeks.

    Args:
        measure: what to compute over a window.
        deals: (rows) as `deals()` gives them.
        period: the period in force.
        weeks: the last weeks.
        since: the first day that the sheet's own dates cover; nothing earlier is compared.
    """
    now = measure(deals, period.to_date)
    if since is None:
        return now
    before = measure(deals, period.previous).value if since <= period.previous.start else None
    by_week = tuple(float(measure(deals, week).value or 0) for week in weeks)
    return replace(now, previous=before, weeks=by_week)


def open_pipeline(deals: pd.DataFrame) -> Figure:
    """Return the amount of all open opportunities."""
    counted = deals[deals["open"]]
    missing = int(counted["amount"].isna().sum())
    # open deals without any amount say nothing about the pipeline
    total = None if len(counted) and missing == len(counted) else cents(counted["amount"])
    facts = {
        "no_amount": missing,
        "hold": int(counted["hold"].sum()),
        "invalid": int(deals["invalid"].sum()),
        "duplicate": int(deals["duplicate"].sum()),
    }
    return Figure("open", "money", total, total, None, len(counted), "open", facts=facts)


def weighted_pipeline(deals: pd.DataFrame) -> Figure:
    """Return the open amount weighted with its probability."""
    counted = deals[deals["open"]]
    known = counted["probability"].notna()
    value = weighted(counted) if (known & counted["amount"].notna()).any() else None
    facts = {"no_probability": int((~known).sum())}
    return Figure(
        "weighted", "money", value, value, cents(counted["amount"]), int(known.sum()), "weighted",
        facts=facts,
    )  # fmt: skip


def coverage(deals: pd.DataFrame, period: Period, target: int | None, won_so_far: int) -> Figure:
    """Return how often the open amount due in the period covers what is left of the target."""
    due = deals[deals["open"] & within(deals["expected"], period.whole)]
    amount = cents(due["amount"])
    gap = None if target is None else target - won_so_far
    # without a single amount and date nobody knows what is due: that is not nothing
    known = bool((deals["open"] & deals["amount"].notna() & deals["expected"].notna()).any())
    value = None if gap is None or not known else ratio(amount, gap)
    return Figure("coverage", "times", value, amount, gap, len(due), "coverage")


def sla(deals: pd.DataFrame) -> Figure:
    """Return the share of running stage clocks that are within their limit."""
    level = deals["level"][deals["open"]]
    met = int(level.isin(IN_TIME).sum())
    breached = int(level.isin(OVERDUE).sum())
    facts = {
        "due_soon": int((level == "due_soon").sum()),
        "paused": int((level == "paused").sum()),
        "breached": breached,
    }
    running = met + breached
    return Figure("sla", "rate", ratio(met, running), met, running, running, "sla", facts=facts)


def first_day(dates: pd.Series[Any]) -> pd.Timestamp | None:
    """Return the first day of a column, None where it is blank."""
    first = dates.min()
    return None if pd.isna(first) else pd.Timestamp(np.datetime64(first, "s"))
