"""The gate rule: which stage counts, and what keeps the next one from counting."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from rules.gate.needs import Needs
from rules.gate.report import decisions, figures, findings, held_back
from rules.gate.walk import Steps, remembered, walk
from rules.gate.words import NO_COLUMN, NO_STAGES, REASONS
from rules.moments import NEVER
from rules.options import FieldName, StageName
from rules.rule import Context, Outcome, Rule
from rules.settings import Settings
from sync.say import Reason
from sync.table import Finding


class Gate(Rule):
    """An opportunity moves on when it has what the next stage needs.

    Nobody is kept from typing: a stage that was not earned is told, and the clock of the one that
    was goes on. The stage in which a row was first seen is taken as it is; after that no stage may
    be skipped, and none may be left backwards, unless the options say so. What was earned stays
    earned; what was held back counts from the run that finds everything in place.

    ```yaml
    use: gate
    proof: [last_activity, next_step, note]   # for every move: follow-up, next step, feedback
    required:                                 # in this stage and all later ones
      方案定制: [need, budget]
      合同签订: [decision_maker]
    may_skip: 0
    may_return: false
    ```

    It decides `earned_stage` where another stage counts than the one in the sheet, and
    `earned_since` where the clock of the stage starts at another moment than the sheet says; put it
    above `stage_sla`. Figures: `held` (owners × `owner`, `held` rows), `kinds` (why → rows).
    """

    use: Literal["gate"] = "gate"
    proof: tuple[FieldName, ...] = ("last_activity", "next_step", "note")
    """Fields that every move forward needs, as far as the sheet has them."""
    required: dict[StageName, tuple[FieldName, ...]] = Field(default_factory=dict)
    """Stage → fields that an opportunity needs in it and in all later ones."""
    may_skip: int | None = Field(default=0, ge=0)
    """How many stages one move may skip; `null` for any number."""
    may_return: bool = False
    """Whether an opportunity may move back to an earlier stage."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS
    opt_in: ClassVar[bool] = True

    def reads(self) -> frozenset[str]:
        """Return the stage, what the gates need, and whose opportunity it is."""
        return frozenset({"state", "stage", "owner", "duplicate_of", *self._needed()})

    def writes(self) -> frozenset[str]:
        """Return the stage that counts, and since when."""
        return frozenset({"earned_stage", "earned_since"})

    def lint(self, settings: Settings) -> tuple[Finding, ...]:
        """Return a finding where no gate can stand anywhere."""
        if len(settings.stages) > 1:
            return ()
        return (Finding(self.use, NO_STAGES.code, facts={"stanza": self.label}),)

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Judge what moved since the last run; see `Rule.decide`."""
        unique = ~frame["key"].duplicated(keep=False) & (frame["key"] != "")
        running = frame["state"].isin(["open", "on_hold"]) & frame["duplicate_of"].isna()
        needs = Needs.of(frame, ctx, self.required, self.proof)
        steps = Steps(self.may_skip, self.may_return)
        standing = walk(frame, ctx, (unique & running).to_numpy(), needs, steps)
        held = held_back(standing, ctx, needs, steps)
        return Outcome(
            decisions(held, standing),
            (*self._absent(ctx), *findings(held, standing, needs, ctx)),
            figures(held, frame),
            remembered(frame, standing, ctx),
            NEVER,
        )

    def _needed(self) -> tuple[str, ...]:
        return (*self.proof, *(key for keys in self.required.values() for key in keys))

    def _absent(self, ctx: Context) -> list[Finding]:
        """Fields that stages require and the sheet does not have."""
        named = dict.fromkeys(key for keys in self.required.values() for key in keys)
        absent = tuple(key for key in named if key not in ctx.present)
        return [Finding("gate", NO_COLUMN.code, facts={"fields": absent})] if absent else []
