"""The figures by month, by stage, by owner and by what else opportunities are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from rules.kpi.book import Book
from rules.kpi.catalogue import MEASURES
from rules.kpi.deals import IN_TIME, OVERDUE, within
from rules.kpi.evaluate import counted, groups
from rules.kpi.figures import Counted, fold_by
from rules.kpi.funnel import FATES, fates
from rules.kpi.pipeline import BANDS, MOVEMENTS, band
from rules.kpi.results import rate_base
from rules.life import Array
from rules.period import Period, Window, weeks
from rules.settings import STATES
from sync.table import Rows

_RECENT = pd.Timedelta(days=7)


def forecast(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was won and what is open, by month of (expected) close.

    Two months before that of the run, its own and three after are shown.

    Returns:
        (months × month, won, committed, best_case, pipeline, count): whole cents, and the number of
        open deals; and the open deals that none of these months holds, (3 × kind, count, amount):
        `past_due` (expected before this month), `later`, `undated`. Together they are all that is
        open.
    """
    deals, now = book.rows, book.ctx.now
    this = now.to_period("M")
    months = pd.period_range(this - 2, this + 3, freq="M")
    tomorrow = now.normalize() + pd.Timedelta(days=1)
    wins = deals[deals["won"] & (deals["closed"] < tomorrow)]
    won = wins["amount"].groupby(wins["closed"].dt.to_period("M")).sum()
    pipe = deals[deals["open"]]
    month = pipe["expected_close"].dt.to_period("M")
    bands = pd.Series(band(book, pipe["probability"].to_numpy()), index=pipe.index)
    sums = pipe["amount"].groupby([month, bands]).sum().unstack()
    shown = sums.reindex(index=months, columns=list(BANDS)).fillna(0).astype("int64")
    counts = month.value_counts().reindex(months).fillna(0).astype("int64")
    # an open deal that was expected in a month gone by is told apart, not shown in the past
    shown[months < this] = 0
    counts[months < this] = 0
    table = shown.assign(won=won.reindex(months).fillna(0).astype("int64"), count=counts)
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
    return table[["month", "won", *BANDS, "count"]].reset_index(drop=True), unplaced


def stages(book: Book) -> pd.DataFrame:
    """Return the open opportunities by stage.

    Returns:
        (stages × stage, known, limit, open, amount, weighted, median_days, overdue, escalated,
        in_time, running): the team's stages in their order, then words that are no stage, most
        frequent first, then "" for none given. Amounts are whole cents; `median_days` is missing
        where no open deal has a date.
    """
    settings = book.ctx.settings
    rows = np.flatnonzero(book.col["open"])
    counts = _tally(book, "stage", rows)
    order = [stage.name for stage in settings.stages]
    extra = sorted(counts.keys() - {*order, ""}, key=lambda name: (-counts[name], name))
    named = [*order, *extra, *([""] if "" in counts else [])]
    table = _pipeline(book, "stage", named)
    days = days_in_stage(book)
    medians = fold_by("median", days, *groups(book, days, "stage"))
    table["median_days"] = pd.Series({name: each.value for name, each in medians.items()}).reindex(
        named
    )
    table["known"] = [name in settings.stage_order for name in named]
    limits = {stage.name: str(stage.limit) for stage in settings.stages if stage.limit}
    table["limit"] = [limits.get(name, "") for name in named]
    return table.rename_axis("stage").reset_index()


def days_in_stage(book: Book) -> Counted:
    """Count the whole days since the stage was entered, of open deals for which it is known.

    A date to come is no stage entry; the quality rule tells about it.
    """
    today, since = np.datetime64(book.ctx.now, "D"), book.col["since"]
    known = np.flatnonzero(book.col["open"] & (since <= np.datetime64(book.ctx.now, "s")))
    begun = since[known].astype("datetime64[D]")
    return Counted(known, (np.full(len(known), today) - begun) / np.timedelta64(1, "D"))


def owners(book: Book, period: Period, targets: Mapping[str, int]) -> pd.DataFrame:
    """Return results and open work by owner, best first; "" (nobody) is last.

    Args:
        book: the opportunities.
        period: what is won and lost counts in it.
        targets: owner → target of the period in whole cents.

    Returns:
        (owners × owner, won, won_count, rate_won, rate_base, new, target, open, amount, weighted,
        overdue, escalated, in_time, running, active, sla_met, sla_due, response). Amounts are whole
        cents, `target` is missing where there is none; the win rate is `rate_won` ÷ `rate_base`,
        the compliance with SLAs `sla_met` ÷ `sla_due`; `response` is the median of working hours
        to the first activity, missing where none is known. Those with nothing open and nothing in
        the period are left out.
    """
    window, pipe = period.to_date, np.flatnonzero(book.col["open"])
    base = rate_base(book, window)
    wins, created = (counted(book, MEASURES[code], window).rows for code in ("won", "new"))
    recent = np.datetime64(book.ctx.now.normalize() - _RECENT, "s")
    columns = {
        "won": _tally(book, "owner", wins, book.col["amount"]),
        "won_count": _tally(book, "owner", wins),
        "rate_won": _tally(book, "owner", base[book.col["won"][base]]),
        "rate_base": _tally(book, "owner", base),
        "new": _tally(book, "owner", created),
        "active": _tally(book, "owner", pipe[book.col["last_activity"][pipe] >= recent]),
        "open": _tally(book, "owner", pipe),
    }
    busy = ("won_count", "rate_base", "open")
    named = sorted({*(name for key in busy for name in columns[key]), *(targets.keys() - {""})})
    table = _pipeline(book, "owner", named)
    for key, tally in columns.items():
        table[key] = [tally.get(name, 0) for name in named]
    table["target"] = pd.array([targets.get(name) for name in named], dtype="Int64")
    parts = breakdown(book, "owner", window, ("sla", "first_response")).set_index("name")
    met = parts.reindex(named)
    table["sla_met"] = met["sla.top"].fillna(0).astype("int64")
    table["sla_due"] = met["sla.base"].fillna(0).astype("int64")
    table["response"] = met["first_response"].astype("float64")
    table["nobody"] = [name == "" for name in named]
    table = table.rename_axis("owner").reset_index()
    return (
        table.sort_values(
            ["nobody", "won", "amount", "owner"], ascending=[True, False, False, True]
        )
        .drop(columns="nobody")
        .reset_index(drop=True)
    )


def waterfall(book: Book, window: Window) -> pd.DataFrame:
    """Return how the open amount changed: the start, every movement, the end.

    Returns:
        (9 × movement, amount, count), as in `MOVEMENTS`: signed whole cents, whose sum without the
        end is the end, and numbers of opportunities.
    """
    entries = counted(book, MEASURES["waterfall"], window)
    parts = fold_by("sum", entries, *groups(book, entries, "movement"))
    table = pd.DataFrame({"movement": MOVEMENTS})
    table["amount"] = [int(parts[m].value or 0) if m in parts else 0 for m in MOVEMENTS]
    table["count"] = [parts[m].count if m in parts else 0 for m in MOVEMENTS]
    table.loc[table.index[-1], "amount"] = int(table["amount"].sum())
    standing = book.at(window.until)
    table.loc[table.index[-1], "count"] = int(np.count_nonzero(book.open_at(standing)))
    return table


def likely(book: Book) -> pd.DataFrame:
    """Return the open opportunities by their chance, then their amount.

    Returns:
        (open with a chance × row, probability, amount, expected_close): the row's position in the
        table, whole cents. Those on hold are left out.
    """
    col = book.col
    chance = col["probability"]
    rows = np.flatnonzero(col["open"] & ~col["hold"] & ~np.isnan(chance))
    rows = rows[pd.Index(col.taken("key", rows)).argsort()]  # of equals the first key comes first
    order = rows[np.lexsort((-col["amount"][rows], -chance[rows]))]
    return pd.DataFrame(
        {
            "row": order,
            "probability": chance[order],
            "amount": col["amount"][order],
            "expected_close": col["expected_close"][order],
        }
    )


def funnel(book: Book, window: Window) -> pd.DataFrame:
    """Return what became of those who entered each stage in a window.

    Returns:
        (stages × stage, entered, advanced, still, lost), the team's stages in their order:
        `entered` is the sum of the three others.
    """
    entries, fate = book.once(fates, window)
    codes, names = book.stays.groups("stage")
    cells = np.bincount(codes[entries] * len(FATES) + fate, minlength=len(names) * len(FATES))
    counts = pd.DataFrame(cells.reshape(-1, len(FATES)), index=names, columns=list(FATES))
    order = [stage.name for stage in book.ctx.settings.stages]
    table = counts.reindex(order).fillna(0).astype("int64")
    table.insert(0, "entered", table.sum(axis="columns"))
    return table.rename_axis(index="stage", columns=None).reset_index()


def trend(book: Book) -> pd.DataFrame:
    """Return the last twelve weeks, oldest first.

    Returns:
        (12 × week, new, won, lost, won_amount, lost_amount): the first day, numbers, whole cents.
    """
    last = weeks(book.ctx.now)
    columns = {
        name: [_value(book, code, week) for week in last]
        for name, code in (
            ("new", "new"), ("won", "won_count"), ("lost", "lost_count"),
            ("won_amount", "won"), ("lost_amount", "lost"),
        )
    }  # fmt: skip
    return pd.DataFrame({"week": [week.start for week in last], **columns})


def _value(book: Book, code: str, window: Window) -> int:
    entries = counted(book, MEASURES[code], window)
    return len(entries.rows) if entries.top is None else int(entries.top.sum())


def breakdown(book: Book, by: str, window: Window, codes: Iterable[str]) -> pd.DataFrame:
    """Return several KPIs by a dimension.

    Args:
        book: the opportunities.
        by: a dimension.
        window: in which they are counted.
        codes: KPIs that are counted, none that follows from others.

    Returns:
        (groups × name, then of each KPI `code`, `code.top`, `code.base`, `code.count`), by name; a
        value without a denominator is missing.
    """
    columns: dict[str, dict[str, float | None]] = {}
    for code in codes:
        measure = MEASURES[code]
        entries = counted(book, measure, window)
        parts = fold_by(measure.how, entries, *groups(book, entries, by))
        columns[code] = {name: part.value for name, part in parts.items()}
        columns[f"{code}.top"] = {name: part.numerator for name, part in parts.items()}
        columns[f"{code}.base"] = {name: part.denominator for name, part in parts.items()}
        columns[f"{code}.count"] = {name: part.count for name, part in parts.items()}
    table = pd.DataFrame(columns).rename_axis("name").sort_index().reset_index()
    counts = [f"{code}.count" for code in codes]
    return table.assign(**{key: table[key].fillna(0).astype("int64") for key in counts})


def removed(book: Book, window: Window) -> pd.DataFrame:
    """Return the rows that were deleted in a window, latest first, with what stood in them last.

    Returns:
        (rows × key, customer, owner, stage, state, amount, gone).
    """
    gone = book.rows[within(book.col["gone"], window)]
    shown = ["key", "customer", "owner", "stage", "state", "amount", "gone"]
    gone = gone.assign(state=np.array(STATES, dtype=object)[gone["state"]])
    return gone.sort_values(["gone", "key"], ascending=[False, True])[shown].reset_index(drop=True)


def quiet(book: Book, window: Window) -> pd.DataFrame:
    """Return the owners of open deals none of whose deals changed in a window.

    Returns:
        (owners × owner, open, amount, last_activity, keys), most open deals first; `keys` are
        those of the deals, the largest first.
    """
    rows = counted(book, MEASURES["not_updated"], window)
    deals = book.rows.iloc[rows.rows if rows.known else []]
    deals = deals.sort_values(["amount", "key"], ascending=[False, True])
    grouped = deals.groupby("owner")
    table = pd.DataFrame(
        {
            "open": grouped.size(),
            "amount": grouped["amount"].sum(),
            "last_activity": grouped["last_activity"].max(),
            "keys": grouped["key"].agg(tuple),
        }
    ).reset_index()
    return table.sort_values(["open", "owner"], ascending=[False, True], ignore_index=True)


def _pipeline(book: Book, by: str, names: list[str]) -> pd.DataFrame:
    """(names × open, amount, weighted, overdue, escalated, in_time, running) of open deals."""
    rows = np.flatnonzero(book.col["open"])
    weight = Counted(rows, book.col["amount"][rows], book.col["probability"][rows])
    chances = fold_by("product", weight, *groups(book, weight, by))
    codes, words = book.col.groups("level")

    def at(levels: Iterable[str]) -> dict[str, int]:
        return _tally(book, by, rows[np.isin(words, list(levels))[codes[rows]]])

    late, timely = at(OVERDUE), at(IN_TIME)
    columns = {
        "open": _tally(book, by, rows),
        "amount": _tally(book, by, rows, book.col["amount"]),
        "weighted": {name: int(each.value or 0) for name, each in chances.items()},
        "overdue": late,
        "escalated": at(["escalated"]),
        "in_time": timely,
        "running": {name: late.get(name, 0) + timely.get(name, 0) for name in names},
    }
    table = {key: [tally.get(name, 0) for name in names] for key, tally in columns.items()}
    return pd.DataFrame(table, index=pd.Index(names, dtype="str"))


def _tally(book: Book, by: str, rows: Rows, values: Array | None = None) -> dict[str, int]:
    """Group → how many of some rows belong to it, or the exact sum of their values."""
    codes, names = book.col.groups(by)
    sums = np.zeros(len(names), dtype=np.int64)
    np.add.at(sums, codes[rows], 1 if values is None else values[rows])
    present = np.bincount(codes[rows], minlength=len(names)) > 0
    return {str(names[at]): int(sums[at]) for at in np.flatnonzero(present)}
