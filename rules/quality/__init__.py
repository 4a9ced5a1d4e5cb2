"""Data quality: what is missing, unknown, or cannot be right."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from rules.options import FieldName, Limit, Span, StageName
from rules.quality import checks
from rules.quality.amounts import amounts
from rules.quality.required import completeness, filled_cells, required_cells
from rules.quality.strangers import spellings, strangers, unknown
from rules.quality.words import NO_COLUMN, REASONS
from rules.rule import Context, Outcome, Rule
from sync.say import Reason
from sync.table import Finding

_DEFAULT = ("customer", "amount", "stage", "owner", "expected_close")


class Quality(Rule):
    """Missing fields, unknown words, dates and amounts that cannot be right, sleeping deals.

    ```yaml
    use: quality
    required: [customer, amount, stage, owner, expected_close]
    from_stage:                  # needed in this stage and all later ones
      合同签订: [decision_maker, product]
    zombie_after: 90 days
    ```

    It decides no column: what it finds stands on the summary, unknown words in the review tab,
    where an accepted spelling becomes an alias. Figures: `cells` (rows × `row`, `filled`,
    `required` cells), `completeness` (owners × `owner`, `filled`, `required`), `filled` and
    `required` in all.
    """

    use: Literal["quality"] = "quality"
    required: tuple[FieldName, ...] | None = None
    """Fields that every open opportunity must have; left out: customer, amount, stage, owner and
    expected close, as far as the sheet has them."""
    from_stage: dict[StageName, tuple[FieldName, ...]] = Field(default_factory=dict)
    """Further fields that an opportunity must have from a stage on."""
    zombie_after: Limit | None = Span(90, "days")
    """How long an open opportunity may stand without any change; `null` for no check."""
    outliers: bool = True
    """Whether to report amounts and dates that are far from all others."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS

    def reads(self) -> frozenset[str]:
        """Return the columns that are checked, required ones included."""
        return checks.READS | {
            *self._always(),
            *(key for keys in self.from_stage.values() for key in keys),
        }

    def writes(self) -> frozenset[str]:
        """Return nothing: it only reports."""
        return frozenset()

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Check all rows; see `Rule.decide`."""
        cells = required_cells(frame, ctx, self._always(), self.from_stage)
        counts = filled_cells(frame, cells)
        complete = completeness(frame, counts)
        strange = tuple(strangers(frame, ctx))
        findings = [
            *self._absent(ctx),
            *checks.missing(frame, cells),
            *unknown(strange),
            *checks.closing(frame, ctx),
            *checks.dates(frame, ctx),
            *(checks.lone_dates(frame) if self.outliers else ()),
            *amounts(frame, ctx, outliers=self.outliers),
            *(checks.zombies(frame, ctx, self.zombie_after) if self.zombie_after else ()),
        ]
        return Outcome(
            findings=tuple(findings),
            figures={
                "cells": counts,
                "completeness": complete,
                "filled": int(complete["filled"].sum()),
                "required": int(complete["required"].sum()),
            },
            questions=tuple(spellings(strange, frame["key"])),
            until=checks.until(frame, ctx, self.zombie_after),
        )

    def _always(self) -> tuple[str, ...]:
        return _DEFAULT if self.required is None else self.required

    def _absent(self, ctx: Context) -> list[Finding]:
        """Fields that the rules file names and the sheet does not have."""
        named = [
            *(self.required or ()),
            *(key for keys in self.from_stage.values() for key in keys),
        ]
        absent = tuple(dict.fromkeys(key for key in named if key not in ctx.present))
        return [Finding("quality", NO_COLUMN.code, facts={"fields": absent})] if absent else []
