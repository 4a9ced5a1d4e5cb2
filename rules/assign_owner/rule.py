"""The stanza, and how its parts work together on one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from rules.assign_owner.asking import Spoken, questions
from rules.assign_owner.backups import backups
from rules.assign_owner.following import Following, customer_owners, master_owners
from rules.assign_owner.lint import lint
from rules.assign_owner.people import Attribute, Fields, Mode, OwnerLine, Roster
from rules.assign_owner.picking import Pick, Picker
from rules.assign_owner.queue import Queue, enqueue, pools_of
from rules.assign_owner.reasons import NO_LINE, NONE, REASONS, details
from rules.assign_owner.standing import earlier, next_duty, off_duty, standing
from rules.moments import NEVER, midnight
from rules.rule import Context, Decision, Outcome, Rule, decided
from rules.settings import Settings
from rules.when import fields_of, until
from sync.say import Language, Reason
from sync.table import Finding, Mask, Objects, Rows, as_text, column

_DECIDES: Mapping[Mode, str] = {"fill": "owner", "suggest": "suggested_owner"}


class AssignOwner(Rule):
    """Gives unassigned open opportunities an owner, or suggests one.

    A certain duplicate goes to its master's owner, a known customer to the one who looks after it
    (their backups while they are away). Every other row goes by the first line of `assign` whose
    conditions hold: gates first (has left, on leave, limits, skills, what people cover), then the
    method.
    High scores and amounts come first; the order of rows never matters. A suggestion stays as long
    as its person may still have the row; in the review tab a supervisor accepts it, which fills the
    owner in, declines it, or names somebody else.

    ```yaml
    use: assign_owner
    mode: suggest               # or fill: write the owner where its cell is blank
    sticky: true                # the same customer keeps its owner
    assign:
      - name: 华东大单
        when: {region: 华东, amount: {at_least: 50万}}
        role: 大客户经理
        method: round_robin
      - name: 其他               # the last line takes what is left
        method: least_loaded
    ```
    """

    reasons: ClassVar[tuple[Reason, ...]] = REASONS

    use: Literal["assign_owner"] = "assign_owner"
    mode: Mode = "suggest"
    """`suggest` writes our suggestion column, `fill` the owner where its cell is blank."""
    assign: tuple[OwnerLine, ...] = Field(default=(OwnerLine(),), min_length=1)
    """Assignment lines; the first whose conditions hold decides, a line without any comes last."""
    sticky: bool = True
    """Whether a customer keeps the owner of its open, won or archived opportunities."""
    follow_duplicates: bool = True
    """Whether an unassigned certain duplicate goes to the owner of the row that it repeats."""
    load: Literal["count", "amount"] = "count"
    """What `least_loaded` compares: open opportunities, or their amount."""
    match: tuple[Attribute, ...] = ("region", "product", "industry")
    """What people must cover of a row, as far as the team list says anything about it."""
    fill_backup: bool = False
    """Whether mode `fill` also writes the owner's backup where that cell is blank."""
    on_duty: bool = False
    """Whether new rows go only to people who are within their working hours at the moment."""
    priority: Fields = ("score", "amount")
    """Fields whose high values are assigned first, the most telling field first."""

    def reads(self) -> frozenset[str]:
        """Return the columns that `decide` looks at, besides `key`."""
        own = {"state", "owner", "customer", "amount", "created", "returned_from", *self.priority}
        also = {"duplicate_of"} if self.follow_duplicates else set()
        also |= {"backup"} if self._fills_backup else set()
        conditions = (fields_of(line.when) for line in self.assign)
        return frozenset(own | also).union(*conditions, *self._match)

    def writes(self) -> frozenset[str]:
        """Return the columns that `decide` may decide."""
        also = {"backup"} if self._fills_backup else set()
        return frozenset({_DECIDES[mode] for mode in self._modes} | also) | self.answered()

    def answered(self) -> frozenset[str]:
        """Return the owner where all is suggested: a supervisor may accept a suggestion."""
        return frozenset({"owner"} if self._modes == {"suggest"} else ())

    @property
    def _modes(self) -> frozenset[Mode]:
        """The rule's own mode, which also counts for owners that no line chose, and the lines'."""
        return frozenset({self.mode, *(line.mode for line in self.assign if line.mode)})

    @property
    def _fills_backup(self) -> bool:
        return self.fill_backup and "fill" in self._modes

    @property
    def _match(self) -> list[tuple[Attribute, ...]]:
        """What people must cover of a row, per line."""
        return [self.match if line.match is None else line.match for line in self.assign]

    def lint(self, settings: Settings) -> tuple[Finding, ...]:
        """Return lines that cannot work: hidden by earlier ones, or with nobody to choose from."""
        return lint(self.assign, self._match, settings)

    @classmethod
    def details(cls, facts: Mapping[str, Any], language: Language) -> list[str]:
        """Spell out candidates, loads and every rejection; see `Rule.details`."""
        return details(facts, language)

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Assign every open row that has no owner; see `Rule.decide`."""
        if not ctx.settings.team and "owner" not in ctx.present:
            return Outcome(until=NEVER)  # nobody is named anywhere: there is nothing to choose from
        roster = Roster(ctx.settings.team, ctx.now.date())
        blank = pd.Series(np.nan, index=frame.index, dtype="str")
        masters = as_text(frame["duplicate_of"]) if self.follow_duplicates else blank
        amounts = frame["amount"].fillna(0).astype("int64")
        weights = amounts if self.load == "amount" else pd.Series(1, index=frame.index)
        given = earlier(ctx.past, frame)
        queue = enqueue(frame, masters, self.priority, weights, given, roster)
        away = off_duty(ctx) if self.on_duty else frozenset()
        owners = frame["owner"].where(frame["state"] == "open")
        picker = Picker(roster, standing(owners, weights, given, ctx, away), ctx.memory)
        customers = customer_owners(frame, ctx.archive, queue) if self.sticky else None
        follow = Following(roster, queue, customers, master_owners(frame, queue))
        spoken = Spoken.of(queue, roster, ctx) if "suggest" in self._modes else Spoken()
        picks = self._assign(frame, ctx, roster, queue, picker, follow, spoken)
        facts = [_facts(pick, self.load) for pick in picks]
        made = _decision(queue.rows, picks, facts, len(frame))
        asked = self._asked(picks)
        filled, suggested = np.zeros(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
        filled[queue.rows[~asked]] = filled[queue.rows[list(spoken.chosen)]] = True
        suggested[queue.rows[asked]] = True
        decisions = {}
        if "suggest" in self._modes:
            everywhere = np.ones(len(frame), dtype=bool)
            values = made.values.where(suggested)
            decisions["suggested_owner"] = Decision(values, everywhere, made.reasons)
        if "fill" in self._modes or spoken.chosen:
            decisions["owner"] = Decision(made.values, filled, made.reasons)
        if self._fills_backup:
            given_now = as_text(frame["owner"]).where(~filled, made.values)
            decisions["backup"] = backups(frame, given_now, roster)
        return Outcome(
            decisions=decisions,
            findings=_findings(queue.rows, picks),
            figures=_figures(picks),
            memory=picker.memory,
            questions=tuple(questions(queue, picks, facts, asked, roster)),
            until=self._until(frame, ctx),
        )

    def _asked(self, picks: Sequence[Pick]) -> Mask:
        """(queue) which picks are only suggested."""
        return np.array([self._mode_of(pick) == "suggest" for pick in picks], dtype=bool)

    def _mode_of(self, pick: Pick) -> Mode:
        """The mode of the line that made a pick, the rule's own where none did."""
        return self._line_modes.get(pick.line or "", self.mode)

    @cached_property
    def _line_modes(self) -> Mapping[str, Mode]:
        return {line.label(at): line.mode or self.mode for at, line in enumerate(self.assign)}

    def _until(self, frame: pd.DataFrame, ctx: Context) -> pd.Timestamp:
        """Leave and limits go by days; hours and conditions say themselves when they change."""
        conditions = (until(line.when, frame, ctx) for line in self.assign)
        duty = next_duty(ctx) if self.on_duty else NEVER
        return min(midnight(ctx.now), duty, *conditions)

    def _assign(
        self,
        frame: pd.DataFrame,
        ctx: Context,
        roster: Roster,
        queue: Queue,
        picker: Picker,
        follow: Following,
        spoken: Spoken,
    ) -> list[Pick]:
        """Go through the queue; what one row is given may decide the next."""
        todo = frame.iloc[queue.rows]
        lines, pools = pools_of(todo, self.assign, self._match, ctx, roster)
        spoken = spoken.barring(as_text(column(todo, "returned_from")).fillna(""))
        picks: list[Pick] = []
        for at, (place, pool) in enumerate(zip(lines, pools, strict=True)):
            pick = spoken.pick(at) or follow.pick(at)
            if not spoken.allows(at, pick):
                pick = None
            if pick is None and pool is not None:
                line, left = self.assign[place], spoken.left(at, pool, roster)
                pick = picker.pick(line, line.label(place), left, queue.before[at])
            picks.append(pick or Pick(None, NO_LINE.code))
            if picks[at].owner is not None:
                picker.settle(picks[at].owner, queue.before[at], queue.weights[at])
                if self._mode_of(picks[at]) == "fill" or self.mode == "suggest":
                    # nobody is filled in because of what is only suggested
                    follow.note(at, picks[at].owner)
        # whoever is left may still follow a row that came later
        for at, pick in enumerate(picks):
            later = follow.pick(at) if pick.owner is None else None
            if later is not None and spoken.allows(at, later):
                picks[at] = later
                picker.settle(later.owner, queue.before[at], queue.weights[at])
        return picks


def _decision(
    rows: Rows, picks: Sequence[Pick], facts: Sequence[Mapping[str, Any]], size: int
) -> Decision:
    """The owners of the rows of the queue, decided for them alone.

    Args:
        rows: (queue) their positions in the table.
        picks: (queue) what came of each.
        facts: (queue) the facts of their reasons.
        size: rows of the table.
    """
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True

    def whole(values: Sequence[Any]) -> Objects:
        column = np.full(size, None, dtype=object)
        for row, value in zip(rows, values, strict=True):
            column[row] = value
        return column

    owners = pd.Series(pd.array(whole([pick.owner for pick in picks]), dtype="str"))
    codes = np.full(size, "", dtype=object)
    codes[rows] = [pick.code for pick in picks]
    names = dict.fromkeys(name for fact in facts for name in fact)
    columns = {name: whole([fact.get(name) for fact in facts]) for name in names}
    return decided(owners, mask, codes, **columns)


def _facts(pick: Pick, load: str) -> dict[str, Any]:
    """The facts of a row's reason; those that say nothing are left out."""
    facts: dict[str, Any] = {
        "owner": pick.owner,
        "line": pick.line,
        "candidates": pick.candidates,
        "rejected": pick.rejected,
        "load" if load == "count" else "load_amount": pick.load,
        "source": pick.source,
        "absent": pick.absent,
    }
    told = {name: value for name, value in facts.items() if value is not None and value != ()}
    return {**told, **_gates(pick)} if pick.code == NONE.code else told


def _gates(pick: Pick) -> dict[str, int]:
    """How many of the line's people were rejected by which kind of gate."""
    gates = Counter(gate for _, gate in pick.rejected)
    left, leave, full = gates["left"], gates["leave"], gates["max_open"] + gates["max_new"]
    return {
        "left": left,
        "leave": leave,
        "full": full,
        "unfit": gates.total() - left - leave - full,
    }


def _findings(rows: Rows, picks: Sequence[Pick]) -> tuple[Finding, ...]:
    """One finding per line and set of rejections that left rows without an owner."""
    groups: dict[Pick, list[int]] = {}
    for row, pick in zip(rows, picks, strict=True):
        if pick.owner is None:
            groups.setdefault(pick, []).append(int(row))
    return tuple(
        Finding(
            "assign_owner", pick.code, "warning", np.array(sorted(found)), _facts(pick, ""), "owner"
        )
        for pick, found in groups.items()
    )


def _figures(picks: Sequence[Pick]) -> Mapping[str, Any]:
    """How many rows each owner was given (in mode `suggest`: would be), how many nobody."""
    owners = Counter(pick.owner for pick in picks if pick.owner is not None)
    return {"assigned": dict(sorted(owners.items())), "unassigned": len(picks) - owners.total()}
