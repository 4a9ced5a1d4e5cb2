"""What every section of the page needs: the run's results, the words, the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rules.chain import ChainResult
from rules.kpi import Figure, Period, Window, half_up, is_open, level_codes
from rules.money import code_of, exchanged, rates_of
from rules.settings import Settings
from sync.fields import Kind
from sync.say import Language, Reason, day
from sync.table import Mask, Rows, Table, as_text, blank_column, column
from sync.view import Link
from templates.summary.texts import TEXTS
from templates.summary.units import Unit, choose_unit
from templates.words import Words

_SUMS = ("won.top", "lost.top", "open.top")  # columns of amounts by source, industry, ...
MOST_TIMES = 100  # rates and changes beyond it are not spelled out


@dataclass(frozen=True, slots=True, eq=False)
class SummaryInput:
    """Everything that the page is made from.

    Attributes:
        table: as read, for tab names and keys of the links.
        result: what the rules said.
        settings: the team's language, currency, targets.
        now: the moment of the run, naive local time.
        tab: name of the generated tab.
        next_run: when the page is made again, None where nobody knows.
        rules_file: name of the rules file, for the last line.
        version: of that file, such as its date.
        catalogue: every reason that a finding may have, by code.
        unit: of all amounts of the page, None for one that fits the largest.
    """

    table: Table
    result: ChainResult
    settings: Settings
    now: pd.Timestamp
    tab: str
    next_run: pd.Timestamp | None = None
    rules_file: str = ""
    version: str = ""
    catalogue: Mapping[str, Reason] = field(default_factory=dict)
    unit: Unit | None = None

    def part(self, rows: Rows, kpi: Mapping[str, Any]) -> SummaryInput:
        """Return the same of some rows alone.

        Args:
            rows: positions in the table.
            kpi: the figures of these rows.
        """
        table, result = self.table, self.result
        decided = {
            column: tuple(replace(each, decision=each.decision.take(rows)) for each in made[-1:])
            for column, made in result.decided.items()
        }
        frame = result.frame.iloc[rows].reset_index(drop=True)
        figures = {**result.figures, "kpi": kpi}
        return replace(
            self,
            table=replace(
                table,
                frame=table.frame.iloc[rows].reset_index(drop=True),
                keys=table.keys[rows],
                sheets=table.sheets[rows],
                numbers=table.numbers[rows],
            ),
            result=replace(result, frame=frame, decided=decided, figures=figures),
        )


@dataclass(frozen=True, eq=False)
class Scene:
    """The input with its words, unit and figures at hand."""

    given: SummaryInput

    @property
    def language(self) -> Language:
        """The language of the page."""
        return self.given.settings.language

    @cached_property
    def say(self) -> Words:
        """The texts of the page."""
        return Words(self.language, TEXTS)

    @property
    def as_of(self) -> str:
        """When the page was made, in words."""
        return self.say("meta.as_of", at=f"{self.given.now:%Y-%m-%d %H:%M}")

    @property
    def frame(self) -> pd.DataFrame:
        """(rows × columns) the table with every decision applied."""
        return self.given.result.frame

    @property
    def kpi(self) -> Mapping[str, Any]:
        """Figures of the KPI rule, empty where it did not run."""
        return self.given.result.figures.get("kpi", {})

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Code → headline figure."""
        found: Mapping[str, Figure] = self.kpi["figures"]
        return found

    @property
    def period(self) -> Period:
        """The period in force."""
        found: Period = self.kpi["period"]
        return found

    @property
    def watched_since(self) -> pd.Timestamp:
        """The day from which on the history knows what happened: the first run's."""
        since: pd.Timestamp = self.kpi["known_since"] or self.given.now
        return since.normalize()

    @property
    def recently(self) -> str:
        """The last days over which conversions are counted, for a note."""
        window: Window = self.kpi["recent"]
        return self.say("note.period", first=day(window.start), last=day(window.last))

    @property
    def lacks(self) -> str:
        """The key of the text that says why there are no figures, "" where there are."""
        if not len(self.frame):
            return "none.opportunities"
        return "" if self.kpi else "none.kpi"

    @cached_property
    def unit(self) -> Unit:
        """The unit of all amounts of the page."""
        settings = self.given.settings
        return self.given.unit or choose_unit(self._largest(), self.language, settings.currency)

    def _largest(self) -> float:
        if self.lacks:
            return float(np.nansum(np.abs(self.amounts()[self.open])))
        figures = self.figures
        money = [figures[code].value for code in ("won", "open", "weighted")]
        money += [figures["coverage"].denominator, figures["new"].facts["amount"]]
        shown = self.kpi["forecast"].drop(columns=["month", "count"]).to_numpy().sum()
        rest = self.kpi["unplaced"]["amount"].sum()
        # ... and every amount in the tables beside
        money += [self.kpi["waterfall"]["amount"].abs().max(), self.kpi["removed"]["amount"].max()]
        for key in ("sources", "industries", "regions", "products", "losses"):
            table = self.kpi[key]
            money += [table[top].max() for top in table if top in _SUMS]
        known = [float(cents) for cents in money if cents is not None and not pd.isna(cents)]
        known += [float(self.kpi["target"] or 0), float(shown + rest)]
        return max(abs(cents) for cents in known)

    def short(self, cents: float) -> str:
        """Write an amount without its unit, with a decimal fewer than in tables."""
        return self.unit.digits(cents, max(self.unit.decimals - 1, 0))

    @cached_property
    def open(self) -> Mask:
        """(rows) which opportunities are open."""
        return is_open(self.frame)

    @cached_property
    def level(self) -> pd.Series[Any]:
        """(rows) SLA level code of open opportunities, "" elsewhere."""
        codes = level_codes(column(self.frame, "status", Kind.TEXT))
        return codes.where(self.open, "")

    def has(self, key: str) -> bool:
        """Return whether the sheet has a field."""
        return key in self.given.table.frame.columns

    def words(self, key: str) -> pd.Series[Any]:
        """(rows) a column as text, "" where blank."""
        return as_text(column(self.frame, key, Kind.TEXT)).fillna("")

    def days_since(self, key: str) -> pd.Series[Any]:
        """(rows) whole days from a date column to the day of the run, missing where blank."""
        dates = column(self.frame, key, Kind.DATE)
        if dates.dtype.kind != "M":
            dates = blank_column(Kind.DATE, len(self.frame))
        days: pd.Series[Any] = (self.given.now.normalize() - dates.dt.normalize()).dt.days
        return days

    def amounts(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """(rows) whole cents of the team's currency, NaN where blank or without a rate."""
        rates = rates_of(self.words("currency"), self.given.settings)
        cents = exchanged(column(self.frame, "amount"), rates)
        return cents.to_numpy("float64", na_value=np.nan)

    @cached_property
    def rates(self) -> Mapping[str, float]:
        """Currency → rate of those that the table has besides the team's own."""
        own = {"", code_of(self.given.settings.currency)}
        codes = {code_of(word) for word in self.words("currency").unique()} - own
        worth = rates_of(pd.Series(sorted(codes), dtype="str"), self.given.settings)
        return {code: rate for code, rate in zip(sorted(codes), worth, strict=True) if rate > 0}

    def texts(self, key: str, rows: Sequence[int]) -> list[str]:
        """Return a column's texts in some rows, "" where blank."""
        cells = column(self.frame, key, Kind.TEXT).iloc[list(rows)]
        return [str(word) for word in cells.astype("str").fillna("")]

    def titles(self, rows: Sequence[int]) -> list[str]:
        """Return what opportunities are called: their name, else their customer, else their key."""
        names, customers = self.texts("name", rows), self.texts("customer", rows)
        return [
            name or customer or str(self.given.table.keys[row])
            for name, customer, row in zip(names, customers, rows, strict=True)
        ]

    def links(self, rows: Sequence[int]) -> list[Link]:
        """Return what opportunities are called, each leading to its row."""
        table = self.given.table
        return [
            Link(title, str(table.sheets[row]), str(table.keys[row]))
            for title, row in zip(self.titles(rows), rows, strict=True)
        ]


def percent(share: float, decimals: int = 0) -> str:
    """Write a fraction as a percentage, rounded half up; from 100 times on only that it is more."""
    if share >= MOST_TIMES:
        return f">{MOST_TIMES * 100 - 1:,}%"
    return f"{half_up(share * 100, decimals):.{decimals}f}%"
