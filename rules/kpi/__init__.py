"""KPI figures for the summary: pipeline, results, forecast, stages and owners."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from rules.kpi import figures as measures
from rules.kpi import tables
from rules.kpi.deals import READS, deals, is_open, level_codes
from rules.kpi.definitions import DEFINITIONS
from rules.kpi.figures import Figure, half_up, ratio
from rules.kpi.period import MONTHS, Kind, Period, Window, weeks
from rules.moments import midnight, next_of
from rules.rule import Context, Outcome, Rule
from rules.settings import Fraction
from sync.say import Reason
from sync.table import Finding

UNDATED = Reason(
    "kpi.undated",
    "closed deals without a closing date, which count in no period: {count}",
    "{count} 条已关闭商机没有成交日期，未计入任何期间",
)
FOREIGN = Reason(
    "kpi.foreign",
    "amounts in another currency than {currency}, which were not added: {count}",
    "{count} 条金额不是 {currency}，未计入合计",
)
NO_CLOSED = Reason(
    "kpi.no_closed",
    "the sheet has no closing date: the expected close of closed deals stands in for it",
    "表中没有成交日期列：已关闭商机以预计成交日期代替",
)


class Kpi(Rule):
    """Figures for managers: each with numerator, denominator, period and definition.

    ```yaml
    use: kpi
    period: month          # or quarter, year: to date, compared with the same days before
    win_rate: decided      # won ÷ (won + lost); or all_closed (invalid too), created (cohort)
    commit: 80%            # probability from which an open deal is committed
    best_case: 50%         # ... and from which it is best case
    ```

    Targets stand in the settings, in currency units: `targets: {month: 1000000}`; a person's name
    there is that person's target for a month. A target for another period is scaled by its months.

    It decides no column. Figures: `period` (Period), `target` (cents or None), `monthly_target`,
    `figures` (code → Figure), `forecast` and `unplaced`, `stages`, `owners` (frames, see
    `rules.kpi.tables`), `median_days` in stage, `options`, `total` (opportunities in the table).
    """

    use: Literal["kpi"] = "kpi"
    period: Kind = "month"
    """The period of the figures, to date: `month`, `quarter` or `year`."""
    win_rate: measures.WinRate = "decided"
    """What won deals are a share of: `decided` (won and lost), `all_closed` (invalid ones too), or
    `created` (those created in the period, undecided ones included)."""
    commit: Fraction = 0.8
    """Probability from which an open deal counts as committed in the forecast."""
    best_case: Fraction = 0.5
    """Probability from which an open deal counts as best case in the forecast."""

    reasons: ClassVar[tuple[Reason, ...]] = (UNDATED, FOREIGN, NO_CLOSED)

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
            Figures and findings; no decision.
        """
        period = Period.containing(ctx.now, self.period)
        rows = deals(frame, ctx)
        target = scaled_target(ctx.settings.targets, self.period)
        people = {
            name: round(amount * 100) * MONTHS[self.period]
            for name, amount in ctx.settings.targets.items()
            if name not in MONTHS
        }
        months, unplaced = tables.forecast(rows, ctx.now, self.commit, self.best_case)
        return Outcome(
            findings=_findings(rows, len(frame), ctx),
            figures={
                "period": period,
                "target": target,
                "monthly_target": scaled_target(ctx.settings.targets, "month"),
                "figures": _headline(rows, period, target, self.win_rate, ctx),
                "forecast": months,
                "unplaced": unplaced,
                "stages": tables.stages(rows, ctx.settings, ctx.now),
                "median_days": tables.days_in_stage(rows, ctx.now).median(),
                "owners": tables.owners(rows, period, people, self.win_rate, ctx.now),
                "options": self,
                "total": len(frame),
            },
            # a stage entry later today begins to count then; everything else goes by whole days
            until=next_of(ctx.now, midnight(ctx.now), rows["since"].to_numpy()),
        )


def scaled_target(targets: dict[str, float], kind: Kind) -> int | None:
    """Return the team's target for a period in whole cents, scaled from another one if need be."""
    for given in (kind, *MONTHS):
        if given in targets:
            return int(half_up(targets[given] * 100 * MONTHS[kind] / MONTHS[given]))
    return None


def _headline(
    rows: pd.DataFrame, period: Period, target: int | None, kind: measures.WinRate, ctx: Context
) -> dict[str, Figure]:
    last = weeks(ctx.now)
    begun = measures.first_day(rows["created"])
    ended = measures.first_day(rows["closed"])
    won = measures.compared(measures.won, rows, period, last, ended)
    rate_since = begun if kind == "created" else ended
    found = (
        won,
        measures.compared(measures.win_rate(kind), rows, period, last, rate_since),
        measures.open_pipeline(rows),
        measures.weighted_pipeline(rows),
        measures.coverage(rows, period, target, int(won.value or 0)),
        measures.compared(measures.new, rows, period, last, begun),
        measures.compared(measures.cycle, rows, period, last, ended),
        measures.sla(rows),
    )
    return {figure.code: figure for figure in found}


def _findings(rows: pd.DataFrame, size: int, ctx: Context) -> tuple[Finding, ...]:
    """What keeps amounts or deals out of the figures; positions are those of the table."""
    closed = (rows["won"] | rows["lost"]).to_numpy()
    undated = np.flatnonzero(closed & rows["closed"].isna().to_numpy())
    foreign = np.flatnonzero(rows["foreign"].to_numpy())
    found: list[Finding] = []
    facts: dict[str, object]
    if len(undated):
        facts = {"count": len(undated)}
        found.append(Finding("kpi", UNDATED.code, "warning", undated[undated < size], facts))
    if len(foreign):
        facts = {"count": len(foreign), "currency": ctx.settings.currency}
        found.append(Finding("kpi", FOREIGN.code, "warning", foreign[foreign < size], facts))
    if "closed" not in ctx.present and "expected_close" in ctx.present and closed.any():
        found.append(Finding("kpi", NO_CLOSED.code, "info"))
    return tuple(found)


__all__ = [
    "DEFINITIONS",
    "Figure",
    "Kpi",
    "Period",
    "Window",
    "half_up",
    "is_open",
    "level_codes",
    "ratio",
    "scaled_target",
]
