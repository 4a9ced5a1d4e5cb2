"""SLA clocks: how long an opportunity may stay in its stage, and what it needs next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import pandas as pd
from pydantic import Field

from rules.moments import midnight, next_of
from rules.options import FieldName, Fraction, Limit, Span
from rules.rule import Context, Outcome, Rule
from rules.settings import Settings
from rules.stage_sla.aftercare import Aftercare, aftercare
from rules.stage_sla.alarms import Alarm, Wanted, alarms
from rules.stage_sla.decisions import decisions
from rules.stage_sla.levels import Clocks, Steps, run_clocks
from rules.stage_sla.limits import ClockLimit, LimitLine, Spans, stage_limits
from rules.stage_sla.pauses import Pauses, pause_kinds
from rules.stage_sla.report import figures, findings
from rules.stage_sla.since import Start, stage_entry
from rules.stage_sla.words import LEVELS, NO_LIMITS, REASONS
from rules.when import When, fields_of, until
from sync.say import Reason
from sync.table import Finding, first_said

__all__ = ["LEVELS", "StageSla"]

_READS = frozenset(
    {
        "state", "stage", "stage_entered", "created", "owner", "handler", "current_handler",
        "snooze", "duplicate_of", "expected_close", "next_step_date", "last_activity",
        "earned_stage", "earned_since", "snooze_reason", "follow_ups", "closed", "satisfaction",
        "amount", "paid",
    }
)  # fmt: skip


class StageSla(Rule):
    """Clocks on open opportunities: OK, due soon, overdue, escalated, paused, neglected.

    ```yaml
    use: stage_sla
    start: first_seen            # where the sheet has no stage-entry column and no history yet
    warn_at: 80%
    escalate_after: 3 workdays
    limits:                      # before the limits of the stages; the first that matches wins
      - {when: {amount: {at_least: 1000000}}, limit: 3 workdays}
    respond_within: 4 working hours
    follow_up:
      - {when: {amount: {at_least: 1000000}}, limit: 5 workdays}
      - {limit: 10 workdays}
    call_back: [7 days, 90 days]   # after the deal was won
    pay_within: 30 days
    ```

    It decides `status`, `due`, `stage_since` and `next_action`; they are blanked on rows that are
    closed or marked as duplicates, but a won deal may still need a call-back or its payment. Where
    a gate found that a stage was not earned, the clock of the earned one goes on. Limits stand with
    the stages in the settings. Figures: `levels` (level → rows), `owners` (who must act → level →
    rows), `alarms` (further clock → rows).
    """

    use: Literal["stage_sla"] = "stage_sla"
    start: Start = "first_seen"
    """Where a clock starts when neither the sheet nor the history tells the stage entry:
    `first_seen` (the first run that saw the row), `created`, or `stage_entered` (not at all)."""
    warn_at: Fraction = 0.8
    """Share of the limit after which a row is due soon."""
    escalate_after: Limit | None = Span(3, "workdays")
    """How long after its due date a row is escalated to the manager; `null` for never."""
    neglected_after: Limit | None = Span(90, "days")
    """How long after its due date a row only counts in one line instead of standing out."""
    limits: tuple[LimitLine, ...] = ()
    """Limits of stages by conditions, before those of the stages; the first that matches wins."""
    pause_when: When = Field(default_factory=dict)
    """Conditions under which clocks stand still, besides pause stages, on hold and snooze."""
    close_passed: bool = True
    """Whether to ask for a new date when the expected close has passed."""
    next_step_passed: bool = True
    """Whether to remind of a next step whose date has passed."""
    follow_up: ClockLimit = ()
    """The longest time without contact: `10 workdays`, or lines as under `limits`."""
    respond_within: ClockLimit = ()
    """The longest time from creation to the first contact: `4 working hours`, or lines."""
    assign_within: ClockLimit = (LimitLine(limit=Span(24, "hours")),)
    """The longest time without an owner since creation, or lines."""
    call_back: Spans = ()
    """How long after a deal was won the customer is to be called back: `[7 days, 90 days]`."""
    pay_within: ClockLimit = ()
    """How long after a deal was won its whole amount is to be paid: `30 days`, or lines."""
    pay_by: FieldName | None = None
    """A date column of the sheet with the day by which it is, where the row says one."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS

    def reads(self) -> frozenset[str]:
        """Return the dates, people and states of the clocks, and the fields of the conditions."""
        named = {self.pay_by} if self.pay_by else set()
        return _READS.union(named, *map(fields_of, self._conditions))

    @property
    def _conditions(self) -> list[When]:
        """All conditions of the stanza."""
        clocks = (self.follow_up, self.respond_within, self.assign_within, self.pay_within)
        lines = [line for clock in (self.limits, *clocks) for line in clock]
        return [self.pause_when, *(line.when for line in lines)]

    def writes(self) -> frozenset[str]:
        """Return the columns of the clock."""
        return frozenset({"status", "due", "stage_since", "next_action"})

    def lint(self, settings: Settings) -> tuple[Finding, ...]:
        """Return a finding where no clock can run."""
        if self.limits or not settings.stages or any(stage.limit for stage in settings.stages):
            return ()
        return (Finding(self.use, NO_LIMITS.code, facts={"stanza": self.label}),)

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Run the clocks of all rows; see `Rule.decide`."""
        frame = frame.assign(stage=first_said(frame["earned_stage"], frame["stage"]))
        running = frame["state"].isin(["open", "on_hold"]) & frame["duplicate_of"].isna()
        kinds = pause_kinds(frame, ctx, self.pause_when)
        pauses = Pauses(frame, ctx, kinds, running.to_numpy())
        clocks = run_clocks(
            frame,
            ctx,
            stage_entry(frame, ctx, self.start),
            pauses,
            stage_limits(frame, ctx, self.limits),
            Steps(self.warn_at, self.escalate_after, self.neglected_after),
        )
        rung = self._rung(frame, ctx, clocks, pauses)
        return Outcome(
            decisions(frame, ctx, clocks, rung),
            findings(frame, clocks, rung, self.neglected_after),
            figures(frame, clocks, rung),
            pauses.memory(),
            self._until(frame, ctx, clocks, rung),
        )

    def _rung(
        self, frame: pd.DataFrame, ctx: Context, clocks: Clocks, pauses: Pauses
    ) -> list[Alarm]:
        """The further clocks, those of won deals last."""
        wanted = Wanted(
            self.assign_within,
            self.respond_within,
            self.follow_up,
            self.close_passed,
            self.next_step_passed,
        )
        after = Aftercare(self.call_back, self.pay_within, self.pay_by, self.neglected_after)
        awake = clocks.active & (clocks.level != "neglected")
        return [
            *alarms(frame, ctx, awake, pauses, wanted),
            *aftercare(frame, ctx, pauses, after),
        ]

    def _until(
        self, frame: pd.DataFrame, ctx: Context, clocks: Clocks, rung: Sequence[Alarm]
    ) -> pd.Timestamp | None:
        """When the next clock turns, an alarm rings or a pause ends; None where one drifts."""
        if (clocks.running & clocks.entry.moves).any():
            return None
        snoozed = frame["snooze"].to_numpy()
        turns = [until(when, frame, ctx) for when in self._conditions]
        turns += [clocks.until, *(alarm.until for alarm in rung)]
        # years with a calendar, and thereby whether a due date is known, begin at midnight
        return next_of(ctx.now, midnight(ctx.now), snoozed, *turns)
