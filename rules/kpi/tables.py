"""The figures by month, by stage and by owner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rules.kpi.deals import IN_TIME, OVERDUE, within
from rules.kpi.figures import WinRate, rate_base, weighted
from rules.kpi.period import Period
from rules.settings import Settings

_BANDS = ("committed", "best_case", "pipeline")


def forecast(
    deals: pd.DataFrame, now: pd.Timestamp, commit: float, best_case: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was won and what is open, by month of (expected) close.

    Args:
        deals: (rows) as `deals()` gives them.
        now: the moment of the run; two months before it, its own and three after are shown.
        commit: probability from which an open deal is committed.
        best_case: probability from which it is best case.

    Returns:
        (months × month, won, committed, best_case, pipeline, count): whole cents, and the number of
        open deals; and the open deals that none of these months holds, (3 × kind, count, amount):
        `past_due` (expected before this month), `later`, `undated`. Together they are all that is
        open.
    """
    this = now.to_period("M")
    months = pd.period_range(this - 2, this + 3, freq="M")
    tomorrow = now.normalize() + pd.Timedelta(days=1)
    wins = deals[deals["won"] & (deals["closed"] < tomorrow)]
    won = wins["amount"].groupby(wins["closed"].dt.to_period("M")).sum()
    pipe = deals[deals["open"]]
    month = pipe["expected"].dt.to_period("M")
    chance = pipe["probability"].fillna(0).to_numpy()
    band = np.select([chance >= commit, chance >= best_case], _BANDS[:2], _BANDS[2])
    sums = pipe["amount"].groupby([month, pd.Series(band, index=pipe.index)]).sum().unstack()
    bands = sums.reindex(index=months, columns=list(_BANDS)).fillna(0).astype("int64")
    counts = month.value_counts().reindex(months).fillna(0).astype("int64")
    # an open deal that was expected in a month gone by is told apart, not shown in the past
    bands[months < this] = 0
    counts[months < this] = 0
    table = bands.assign(won=won.reindex(months).fillna(0).astype("int64"), count=counts)
    places = {
        "past_due": month < this,
        "later": month > months[-1],
        "undated": month.isna(),
    }
    unplaced = pd.DataFrame(
        {
            "kind": list(places),
            "count": [int(mask.sum()) for mask in places.values()],
            "amount": [int(pipe["amount"][mask].sum()) for mask in places.values()],
        }
    )
    table.insert(0, "month", months.to_timestamp())
    return table[["month", "won", *_BANDS, "count"]].reset_index(drop=True), unplaced


def stages(deals: pd.DataFrame, settings: Settings, now: pd.Timestamp) -> pd.DataFrame:
    """Return the open opportunities by stage.

    Returns:
        (stages × stage, known, limit, open, amount, weighted, median_days, overdue, escalated,
        in_time, running): the team's stages in their order, then words that are no stage, most
        frequent first, then "" for none given. Amounts are whole cents; `median_days` is missing
        where no open deal has a date.
    """
    pipe = deals[deals["open"]]
    order = [stage.name for stage in settings.stages]
    found = [str(name) for name in pipe["stage"].value_counts().index]
    extra = [name for name in found if name and name not in order]
    names = [*order, *extra, *([""] if "" in found else [])]
    table = _pipeline(pipe, "stage", names)
    table["median_days"] = days_in_stage(deals, now).groupby(pipe["stage"]).median().reindex(names)
    table["known"] = [name in settings.stage_order for name in names]
    limits = {stage.name: str(stage.limit) for stage in settings.stages if stage.limit}
    table["limit"] = [limits.get(name, "") for name in names]
    return table.rename_axis("stage").reset_index()


def days_in_stage(deals: pd.DataFrame, now: pd.Timestamp) -> pd.Series[Any]:
    """Return (open deals) whole days since the stage was entered, missing where nobody knows.

    A date to come is no stage entry; the quality rule tells about it.
    """
    since = deals["since"][deals["open"]]
    since = since.where(since <= now)
    days: pd.Series[Any] = (now.normalize() - since.dt.normalize()).dt.days
    return days


def owners(
    deals: pd.DataFrame, period: Period, targets: dict[str, int], kind: WinRate, now: pd.Timestamp
) -> pd.DataFrame:
    """Return results and open work by owner, best first; "" (nobody) is last.

    Args:
        deals: (rows) as `deals()` gives them.
        period: what is won and lost counts in it.
        targets: owner → target of the period in whole cents.
        kind: the definition of the win rate.
        now: activities of the 7 days before it count as recent.

    Returns:
        (owners × owner, won, won_count, rate_won, rate_base, new, target, open, amount, weighted,
        overdue, escalated, in_time, running, active). Amounts are whole cents, `target` is missing
        where there is none; the win rate is `rate_won` ÷ `rate_base`. Those with nothing open and
        nothing in the period are left out.
    """
    base = rate_base(kind, deals, period.to_date)
    wins = deals[within(deals["closed"], period.to_date) & deals["won"]]
    created = deals[
        within(deals["created"], period.to_date) & ~(deals["invalid"] | deals["duplicate"])
    ]
    pipe = deals[deals["open"]]
    names = sorted({*wins["owner"], *base["owner"], *pipe["owner"], *(targets.keys() - {""})})
    table = _pipeline(pipe, "owner", names)
    table["won"] = _sums(wins["amount"], wins["owner"], names)
    table["won_count"] = _counts(wins["owner"], names)
    table["rate_won"] = _counts(base["owner"][base["won"]], names)
    table["rate_base"] = _counts(base["owner"], names)
    table["new"] = _counts(created["owner"], names)
    table["target"] = pd.array([targets.get(name) for name in names], dtype="Int64")
    recent = pipe["activity"] >= now.normalize() - pd.Timedelta(days=7)
    table["active"] = _counts(pipe["owner"][recent], names)
    table["nobody"] = [name == "" for name in names]
    table = table.rename_axis("owner").reset_index()
    return (
        table.sort_values(
            ["nobody", "won", "amount", "owner"], ascending=[True, False, False, True]
        )
        .drop(columns="nobody")
        .reset_index(drop=True)
    )


def _pipeline(pipe: pd.DataFrame, by: str, names: list[str]) -> pd.DataFrame:
    """(names × open, amount, weighted, overdue, escalated, in_time, running) of open deals."""
    level, group = pipe["level"], pipe[by]
    chances = {str(name): weighted(part) for name, part in pipe.groupby(by)}
    late = _counts(group[level.isin(OVERDUE)], names)
    timely = _counts(group[level.isin(IN_TIME)], names)
    return pd.DataFrame(
        {
            "open": _counts(group, names),
            "amount": _sums(pipe["amount"], group, names),
            "weighted": pd.array([chances.get(name, 0) for name in names], dtype="Int64"),
            "overdue": late,
            "escalated": _counts(group[level == "escalated"], names),
            "in_time": timely,
            "running": late + timely,
        },
        index=pd.Index(names, dtype="str"),
    )


def _sums(values: pd.Series[Any], groups: pd.Series[Any], names: list[str]) -> Any:
    return values.groupby(groups).sum().reindex(names).fillna(0).astype("Int64").to_numpy()


def _counts(groups: pd.Series[Any], names: list[str]) -> Any:
    return groups.value_counts().reindex(names).fillna(0).astype("int64").to_numpy()
