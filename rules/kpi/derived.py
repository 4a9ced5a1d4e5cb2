"""KPIs that follow from others; they are told by the same dimensions as their parts."""

from __future__ import annotations

from collections.abc import Callable

from rules.kpi.figures import Folded, ratio

# (target in whole cents or None, parts in their order) → the value with its parts.
Combine = Callable[[int | None, tuple[Folded, ...]], Folded]


def coverage(target: int | None, parts: tuple[Folded, ...]) -> Folded:
    """Divide what is due to close by what is left of the target."""
    due, won = parts
    amount = due.value or 0
    gap = None if target is None else target - int(won.value or 0)
    value = None if gap is None or due.value is None else ratio(amount, gap)
    return Folded(value, amount, gap, due.count)


def attainment(target: int | None, parts: tuple[Folded, ...]) -> Folded:
    """Divide what was won by the target."""
    (won,) = parts
    value = None if not target or won.value is None else ratio(won.value, target)
    return Folded(value, won.value, target, won.count)


def velocity(target: int | None, parts: tuple[Folded, ...]) -> Folded:
    """Return the cents that the open deals bring in a day: count × mean won × rate ÷ mean days."""
    del target
    count, won, rate, days = parts
    if not won.count or won.value is None or not rate.value or not days.value:
        return Folded(None, count=count.count)
    expected = (count.value or 0) * (won.value / won.count) * rate.value
    return Folded(expected / days.value, expected, days.value, count.count)
