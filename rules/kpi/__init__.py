"""KPI figures for the summary and for `dealkeeper kpi`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from rules.kpi import tables
from rules.kpi.book import Book
from rules.kpi.catalogue import MEASURES, Measure
from rules.kpi.deals import READS, is_open, level_codes
from rules.kpi.definitions import DEFINITIONS
from rules.kpi.evaluate import definition, reaches
from rules.kpi.figures import Figure, fold, half_up, ratio
from rules.kpi.headline import headline
from rules.kpi.targets import target, targets_by
from rules.moments import midnight, next_of
from rules.money import code_of
from rules.options import Fraction
from rules.period import Kind, Period, Window, last_days
from rules.rule import Context, Outcome, Rule
from sync.say import Reason
from sync.table import Finding, as_text

UNDATED = Reason(
    "kpi.undated",
    "closed deals without a closing date, which count in no period: {count}",
    "{count} 条已关闭商机没有成交日期，未计入任何期间",
)
FOREIGN = Reason(
    "kpi.foreign",
    "amounts in {currencies:list}, for which `rates` gives no rate to {currency}, were not added: "
    "{count}",
    "{count} 条金额的币种（{currencies:list}）在 `rates` 中没有兑 {currency} 的汇率，未计入合计",
)
NO_CLOSED = Reason(
    "kpi.no_closed",
    "the sheet has no closing date: the expected close of closed deals stands in for it",
    "表中没有成交日期列：已关闭商机以预计成交日期代替",
)
DELETED = Reason(
    "kpi.deleted",
    "closed deals that were deleted from the table in the period still count in its figures: "
    "{count}, of them lost: {lost}",
    "本期从表中删除的已关闭商机仍计入指标：{count} 条，其中丢单 {lost} 条",
)


class Kpi(Rule):
    """Figures for managers: each with numerator, denominator, period and definition.

    ```yaml
    use: kpi
    period: month          # or day, week, quarter, year: to date, against the same days before
    year_starts: 4         # the fiscal year starts in April
    win_rate: decided      # won ÷ (won + lost); or all_closed (invalid too), created (cohort)
    commit: 80%            # probability from which an open deal is committed
    best_case: 50%         # ... and from which it is best case
    ```

    Targets stand in the settings, in currency units: `targets: {month: 1000000}`, of a period of
    its own `2026-Q4: 3500000`, of people, products and types of customers under `owners`,
    `products`, `customer_types`. A target for another period is scaled by its months. Amounts in
    other currencies are added at the `rates` of the settings.

    It decides no column. Figures: `period` (Period), `recent` (Window), `target` (cents or None),
    `monthly_target`, `figures` (code → Figure, every KPI), `forecast` and `unplaced`, `stages`,
    `funnel`, `owners`, `waterfall`, `likely`, `trend`, `sources`, `losses`, `industries`,
    `regions`, `products`, `quiet`, `removed` (frames, see `rules.kpi.tables`), `waterfall_known`
    (whether the dates or the history reach back to its start), `known_since` (when the history
    began), `median_days` in stage, `options`, `total` (opportunities in the table).
    """

    use: Literal["kpi"] = "kpi"
    period: Kind = "month"
    """The period of the figures, to date: `day`, `week`, `month`, `quarter` or `year`."""
    year_starts: int = Field(default=1, ge=1, le=12)
    """The month in which the (fiscal) year starts; quarters follow it."""
    recent: int = Field(default=90, ge=1, le=3660)
    """Over how many days sources, loss reasons, conversions and the fates in stages are counted."""
    win_rate: Literal["decided", "all_closed", "created"] = "decided"
    """What won deals are a share of: `decided` (won and lost), `all_closed` (invalid ones too), or
    `created` (those created in the period, undecided ones included)."""
    sla: Literal["running", "due"] = "running"
    """What counts for SLA compliance: `running` clocks now, or `due`: those that ended in the
    period or are overdue (open and not yet due ones are left out)."""
    dwell: Literal["days", "workdays"] = "days"
    """How time in a stage is counted: calendar `days` or `workdays`."""
    commit: Fraction = 0.8
    """Probability from which an open deal counts as committed in the forecast."""
    best_case: Fraction = 0.5
    """Probability from which an open deal counts as best case in the forecast."""
    deleted: bool = True
    """Whether a closed deal that was deleted from the table still counts with what stood in it
    last, so that no rate looks better for it."""

    reasons: ClassVar[tuple[Reason, ...]] = (UNDATED, FOREIGN, NO_CLOSED, DELETED)

    @model_validator(mode="after")
    def _ordered(self) -> Kpi:
        if self.best_case > self.commit:
            raise ValueError("expected `best_case` to be at most `commit`")
        return self

    def reads(self) -> frozenset[str]:
        """Return the columns that figures are computed from."""
        return READS

    def writes(self) -> frozenset[str]:
        """Return nothing: figures are shown on the summary only."""
        return frozenset()

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Compute every figure over whole columns.

        Args:
            frame: (rows × `READS`), decisions of the earlier rules applied.
            ctx: the moment, targets, history and archive.

        Returns:
            Figures and findings; no decision. They hold until the day is over.
        """
        period = Period.containing(ctx.now, self.period, self.year_starts)
        book = Book(frame, ctx, self)
        return Outcome(
            findings=_findings(book, frame, period),
            figures=figures_of(book, period, last_days(ctx.now, self.recent)),
            # a stage entry later today begins to count then; everything else goes by whole days
            until=next_of(ctx.now, midnight(ctx.now), book.col["since"]),
        )


def figures_of(book: Book, period: Period, recent: Window) -> dict[str, Any]:
    """Compute every figure of a period.

    Args:
        book: the opportunities.
        period: in which, and against which.
        recent: the days over which sources, loss reasons and conversions are counted.

    Returns:
        Name → figure, as `Kpi` lists them.
    """
    goals, starts = book.ctx.settings.targets, book.options.year_starts
    month = Period.containing(book.ctx.now, "month", starts)
    months, unplaced = tables.forecast(book)
    return {
        "period": period,
        "target": target(goals, period, starts),
        "monthly_target": target(goals, month, starts),
        "figures": headline(book, period),
        "forecast": months,
        "unplaced": unplaced,
        "stages": tables.stages(book),
        "median_days": fold("median", tables.days_in_stage(book)).value,
        "owners": tables.owners(book, period, targets_by(goals, "owner", period, starts)),
        "waterfall": tables.waterfall(book, period.to_date),
        "waterfall_known": reaches(book, MEASURES["waterfall"], period),
        "known_since": book.known_since,
        "likely": tables.likely(book),
        "trend": tables.trend(book),
        "quiet": tables.quiet(book, period.to_date),
        "removed": tables.removed(book, period.to_date),
        **_recently(book, recent),
        "options": book.options,
        "total": book.size,
    }


def _recently(book: Book, window: Window) -> dict[str, Any]:
    """What is counted over the last days instead of the period."""
    quality = ("new", "valid_leads", "win_rate", "won", "open")
    return {
        "recent": window,
        "funnel": tables.funnel(book, window),
        "sources": tables.breakdown(book, "source", window, quality),
        "industries": tables.breakdown(book, "industry", window, quality),
        "regions": tables.breakdown(book, "region", window, quality),
        "products": tables.breakdown(book, "product", window, quality),
        "losses": tables.breakdown(book, "loss_reason", window, ("lost",)),
    }


def _findings(book: Book, frame: pd.DataFrame, period: Period) -> tuple[Finding, ...]:
    """What keeps amounts or deals out of the figures; positions are those of the table."""
    ctx, size = book.ctx, book.size
    there = np.isnat(book.col["gone"])
    closed = (book.col["won"] | book.col["lost"]) & there
    undated = np.flatnonzero(closed & np.isnat(book.col["closed"]))
    foreign = np.flatnonzero(book.col["foreign"] & there)
    found: list[Finding] = []
    facts: dict[str, object]
    if len(undated):
        facts = {"count": len(undated)}
        found.append(Finding("kpi", UNDATED.code, "warning", undated[undated < size], facts))
    if len(foreign):
        here = foreign[foreign < size]
        words = as_text(frame["currency"]).iloc[here].unique()
        facts = {
            "count": len(foreign),
            "currency": ctx.settings.currency,
            "currencies": tuple(sorted({code_of(str(word)) for word in words})),
        }
        found.append(Finding("kpi", FOREIGN.code, "warning", here, facts))
    if "closed" not in ctx.present and "expected_close" in ctx.present and closed.any():
        found.append(Finding("kpi", NO_CLOSED.code, "info"))
    gone = tables.removed(book, period.to_date)["state"]
    counts = {state: int((gone == state).sum()) for state in ("won", "lost")}
    if book.options.deleted and any(counts.values()):
        facts = {"count": sum(counts.values()), "lost": counts["lost"]}
        found.append(Finding("kpi", DELETED.code, "warning", facts=facts))
    return tuple(found)


__all__ = [
    "DEFINITIONS",
    "MEASURES",
    "Book",
    "Figure",
    "Kpi",
    "Measure",
    "Period",
    "Window",
    "definition",
    "figures_of",
    "half_up",
    "is_open",
    "level_codes",
    "ratio",
]
