"""A figure, what it was computed from, and how counted opportunities become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.life import Array, Standing
from rules.period import Window
from sync.table import Objects, Rows

Unit = Literal["money", "count", "rate", "days", "hours", "times", "points", "money_per_day"]
# How what was counted becomes one value: Σ top; Σ top ÷ Σ base; Σ top × base, to the cent; ...
How = Literal["sum", "share", "product", "median", "mean", "p90"]
# A chance is taken to a millionth; amounts are halved at this bit for exact products.
_PARTS, _HALF = 1_000_000, 24


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that managers see, and where it comes from.

    Attributes:
        code: what it is (`won`, `win_rate`, ...).
        unit: of the value: money is whole cents, a rate is a fraction, hours are working hours.
        value: None where there is no denominator, or nothing is known.
        numerator, denominator: what was divided, or the value and its target; None where not.
        count: number of opportunities (or of stays in a stage) counted.
        definition: code of its definition in force.
        previous: its value in the same days of the period before, None where there is none.
        compared: whether enough is known of those days for a value.
        stands: whether it tells how things stand at the end of the days.
        weeks: its value in each of the last weeks, oldest first; empty where unknown.
        facts: more that its basis and note tell.
        window: the days that it belongs to, or at whose end it stands.
    """

    code: str
    unit: Unit
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0
    definition: str = ""
    previous: float | None = None
    compared: bool = False
    stands: bool = False
    weeks: tuple[float, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    window: Window | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What a figure counts: one entry an opportunity, or several where it counts stays or moves.

    Attributes:
        rows: (counted) positions in `Deals.rows`.
        top: (counted) cents, days, or 0 and 1; None counts the entries.
        base: (counted) what `top` is divided by, or multiplied with.
        standing: how the opportunities stood then, to tell them apart by; None for now.
        dims: dimension → (counted) its names, where the entries have their own.
        facts: more that a figure's basis and note tell, about all entries.
        known: False where nothing can be said at all.
    """

    rows: Rows
    top: Array | None = None
    base: Array | None = None
    standing: Standing | None = None
    dims: Mapping[str, pd.Series[Any]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    known: bool = True


@dataclass(frozen=True, slots=True)
class Folded:
    """One value with its parts; None where there is none."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    count: int = 0


def half_up(value: float | Fraction | Decimal, digits: int = 0) -> float:
    """Round half up (0.5 → 1, -0.5 → -1), as people do, at a number of decimals."""
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    step = Decimal(1).scaleb(-digits)
    return float(Decimal(str(exact)).quantize(step, ROUND_HALF_UP))


def ratio(numerator: float, denominator: float) -> float | None:
    """Divide; None where there is nothing to divide by."""
    return numerator / denominator if denominator > 0 else None


def weighted(amounts: Array, chances: Array) -> int:
    """Return Σ amount × chance in whole cents, exact, rounded half up once.

    Args:
        amounts: (n) whole cents.
        chances: (n) fractions, taken to a millionth; missing ones add nothing.
    """
    return _products(amounts, chances, np.zeros(len(amounts), dtype=np.int64), 1)[0]


def _products(amounts: Array, chances: Array, codes: Rows, size: int) -> list[int]:
    """(size) Σ amount × chance of each group."""
    parts = np.rint(np.nan_to_num(chances) * _PARTS).astype(np.int64)
    # the product of both and its sum need more than 64 bits: the halves of the amount do not
    high, low = amounts >> _HALF, amounts & ((1 << _HALF) - 1)
    tops, rests = (_sums(each * parts, codes, size) for each in (high, low))
    return [_rounded((top << _HALF) + rest) for top, rest in zip(tops, rests, strict=True)]


def _rounded(parts: int) -> int:
    """Millionths of a cent as whole cents, half up."""
    whole = (2 * abs(parts) + _PARTS) // (2 * _PARTS)
    return whole if parts >= 0 else -whole


def fold(how: How, counted: Counted) -> Folded:
    """Make one value of everything that was counted."""
    return _folded(how, counted, np.zeros(len(counted.rows), dtype=np.int64), 1)[0]


def fold_by(how: How, counted: Counted, codes: Rows, names: Objects) -> dict[str, Folded]:
    """Make one value for each group of what was counted.

    Args:
        how: as for `fold`.
        counted: everything.
        codes: (counted) the number of each entry's group.
        names: (groups) their names.

    Returns:
        Group → value, in the order of the names; those to which nothing belongs are left out.
    """
    values = _folded(how, counted, codes, len(names))
    present = np.bincount(codes, minlength=len(names))
    return {
        str(name): value for name, value, size in zip(names, values, present, strict=True) if size
    }


def _folded(how: How, counted: Counted, codes: Rows, size: int) -> list[Folded]:
    """(size) one value for each group."""
    ones = np.ones(len(codes), dtype=np.int64)
    top = ones if counted.top is None else counted.top
    counts = np.bincount(codes, minlength=size).tolist()
    if not counted.known:
        return [Folded(None, count=count) for count in counts]
    match how:
        case "sum":
            sums = _sums(top, codes, size)
            return [
                Folded(each, each, None, count) for each, count in zip(sums, counts, strict=True)
            ]
        case "share":
            parts = _sums(top, codes, size)
            wholes = _sums(ones if counted.base is None else counted.base, codes, size)
            return [
                Folded(ratio(above, below), above, below, count)
                for above, below, count in zip(parts, wholes, counts, strict=True)
            ]
        case "product":
            chances = np.asarray(counted.base, dtype=float)
            products = _products(top, chances, codes, size)
            wholes = _sums(top, codes, size)
            certain = np.bincount(codes[np.isfinite(chances)], minlength=size).tolist()
            return [
                Folded(each, each, whole, count)
                for each, whole, count in zip(products, wholes, certain, strict=True)
            ]
    values = _averages(how, top, codes, size)
    return [
        Folded(None) if np.isnan(value) else Folded(float(value), float(value), None, count)
        for value, count in zip(values, counts, strict=True)
    ]


def _averages(how: How, top: Array, codes: Rows, size: int) -> Array:
    """(size) the mean, median or 90th percentile of each group, missing where it is empty."""
    share = {"median": 0.5, "p90": 0.9}.get(how)
    if size == 1 and len(top):
        return np.array([np.mean(top) if share is None else np.quantile(top, share)])
    groups = pd.Series(top, dtype="float64").groupby(codes)
    found = groups.mean() if share is None else groups.quantile(share)
    return found.reindex(range(size)).to_numpy()


def _sums(values: Array, codes: Rows, size: int) -> list[int]:
    """(size) the exact sum of each group."""
    if size == 1:
        return [int(np.sum(values, dtype=np.int64))]
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, codes, values)
    return [int(each) for each in found]
