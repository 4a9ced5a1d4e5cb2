"""What was to be won in a period, by the team and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from rules.invalid import Invalid
from rules.kpi.figures import half_up
from rules.period import MONTHS, Kind, Period
from rules.settings import Goal, Targets

# Dimension → the part of the settings that holds its targets.
PARTS = {"owner": "owners", "product": "products", "customer_type": "customer_types"}


def target(goal: Goal, period: Period, year_starts: int = 1) -> int | None:
    """Return what was to be won in a period, in whole cents; None where nothing says so.

    The period's own amount comes first, then those of its months where any of them has one, then
    that of its kind, scaled from another kind by their months if need be.

    Args:
        goal: amounts in whole currency.
        period: a month, quarter or year; days and weeks have no targets.
        year_starts: month in which the year starts.
    """
    if period.kind not in MONTHS:
        return None
    named = _named(goal, period.whole.start, year_starts)
    own = named.get((period.kind, period.whole.start))
    if own is not None:
        return _cents(own)
    starts = pd.date_range(period.whole.start, period.whole.last, freq="MS")
    if any(("month", start) in named for start in starts):
        usual = _usual(goal, "month")
        months = [named.get(("month", start), usual) for start in starts]
        known = [amount for amount in months if amount is not None]
        return _cents(sum(known, Fraction(0))) if len(known) == len(months) else None
    scaled = _usual(goal, period.kind)
    return None if scaled is None else _cents(scaled)


def _usual(goal: Goal, kind: Kind) -> Fraction | None:
    """The amount of every period of a kind."""
    for given in (kind, *MONTHS):
        amount = getattr(goal, given)
        if amount is not None:
            return Fraction(str(amount)) * MONTHS[kind] / MONTHS[given]
    return None


def _named(
    goal: Goal, start: pd.Timestamp, year_starts: int
) -> dict[tuple[Kind, pd.Timestamp], Fraction]:
    """(kind, first day) → amount, of the periods that have names of their own."""
    found: dict[tuple[Kind, pd.Timestamp], Fraction] = {}
    for name, amount in goal.named.items():
        try:
            period = Period.named(name, start, year_starts)
        except Invalid:  # a person's name
            continue
        found[period.kind, period.whole.start] = Fraction(str(amount))
    return found


def _cents(amount: Fraction) -> int:
    return int(half_up(amount * 100))


def targets_by(
    targets: Targets, dimension: str, period: Period, year_starts: int = 1
) -> Mapping[str, int]:
    """Return name → what was to be won, in whole cents, of those that have a target.

    Args:
        targets: of the settings.
        dimension: `owner`, `product` or `customer_type`; no other has targets.
        period: in which.
        year_starts: month in which the year starts.
    """
    goals: dict[str, Goal] = dict(getattr(targets, PARTS.get(dimension, ""), {}))
    if dimension == "owner":  # a name among the team's own targets; no period is called so
        people = {name: Goal(month=amount) for name, amount in targets.named.items()}
        goals = {**people, **goals}
    found = {name: target(goal, period, year_starts) for name, goal in goals.items()}
    return {name: cents for name, cents in found.items() if cents is not None}
