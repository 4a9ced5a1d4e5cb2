"""The stanza, and how its parts work together on one table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from rules.assign_handler.choices import Choices, choose_by_line, choose_owners
from rules.assign_handler.handovers import handed_over, handovers_of_today
from rules.assign_handler.reasons import LINT_ROLE, NONE, REASONS
from rules.assign_owner.people import Attribute, Fields, Line, Method, Roster
from rules.assign_owner.picking import Picker
from rules.assign_owner.queue import in_order, pools_of
from rules.assign_owner.reasons import details
from rules.assign_owner.standing import standing
from rules.moments import midnight
from rules.rule import Context, Outcome, Rule
from rules.settings import Settings
from rules.when import fields_of, matches, until
from sync.say import Language, Reason
from sync.table import Finding, as_text


class AssignHandler(Rule):
    """Names who must act in the stage of each open opportunity; its owner keeps the deal.

    A handler whom the sheet names stays. Else the first line of `assign` whose conditions hold
    gives the people, and where none does, the stage's `role` in the settings: an owner who has the
    role handles the stage in person, and so any stage without a role; the backup does while the
    owner is away. Gates and methods are those of `assign_owner`; limits count the stages that
    somebody handles. A handler stays until the stage changes or may not have the row any more. Who
    hands over to whom when a stage changes is told for the rest of the day.

    ```yaml
    use: assign_handler
    method: round_robin          # among the people who have the stage's role
    assign:
      - {when: {stage: 合同签订, amount: {at_least: 100万}}, role: 法务, skills: [涉外合同]}
    ```

    It decides `current_handler`; clocks and reminders of later rules are the handler's. Figures:
    `handlers` (handler → open rows), `handovers` (of today, see `Handover`).
    """

    reasons: ClassVar[tuple[Reason, ...]] = REASONS
    opt_in: ClassVar[bool] = True

    use: Literal["assign_handler"] = "assign_handler"
    assign: tuple[Line, ...] = ()
    """Lines before the roles of the stages; the first whose conditions hold decides."""
    method: Method = "least_loaded"
    """How to choose among the people who have the stage's role."""
    match: tuple[Attribute, ...] = ("region", "product", "industry")
    """What they must cover of a row, as far as the team list says anything about it."""
    priority: Fields = ("score", "amount")
    """Fields whose high values come first, the most telling field first."""

    def reads(self) -> frozenset[str]:
        """Return the columns that `decide` looks at, besides `key`."""
        own = {"state", "stage", "earned_stage", "owner", "handler", "duplicate_of", "created"}
        conditions = (fields_of(line.when) for line in self.assign)
        matched = (line.match or () for line in self.assign)
        return frozenset(own).union(self.priority, self.match, *conditions, *matched)

    def writes(self) -> frozenset[str]:
        """Return the columns that `decide` may decide."""
        return frozenset({"current_handler"})

    def lint(self, settings: Settings) -> tuple[Finding, ...]:
        """Return the stages whose role nobody has."""
        held = {role for member in settings.team if member.active for role in member.roles}
        return tuple(
            Finding(self.use, LINT_ROLE.code, facts={"stage": stage.name, "role": stage.role})
            for stage in settings.stages
            if settings.team and stage.role is not None and stage.role not in held
        )

    @classmethod
    def details(cls, facts: Mapping[str, Any], language: Language) -> list[str]:
        """Spell out candidates, loads and every rejection; see `Rule.details`."""
        return details({**facts, "owner": facts.get("handler")}, language)

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Name the handler of every open row; see `Rule.decide`."""
        frame = _known(frame, ctx)
        roster = Roster(ctx.settings.team, ctx.now.date())
        running = (frame["state"] == "open") & frame["duplicate_of"].isna() & frame["stage"].notna()
        by_line = np.zeros(len(frame), dtype=bool)
        for line in self.assign:
            by_line |= matches(line.when, frame, ctx)
        choices = Choices.of(len(frame))
        choose_owners(frame, running.to_numpy(dtype=bool), by_line, roster, choices)
        left = running & (choices.codes == "") & (by_line | frame["role"].notna())
        left &= ~frame["key"].duplicated(keep=False) & (frame["key"] != "")
        todo = frame[left]
        waits = np.zeros(len(todo), dtype=bool)
        queue = todo.iloc[in_order(todo, self.priority, todo["kept_at"], waits)]
        turns = self._give_out(queue, roster, choices, ctx)
        told = handovers_of_today(frame, choices, ctx)
        handlers = Counter(name for name in choices.handlers if name is not None)
        return Outcome(
            {"current_handler": choices.decision()},
            (*_unhandled(choices), *handed_over(told, frame["key"])),
            {"handlers": dict(sorted(handlers.items())), "handovers": told},
            {**turns, "handlers": _remembered(queue, choices, ctx), "handovers": told},
            # leave, limits and the handovers of the day go by days
            min([midnight(ctx.now), *(until(line.when, frame, ctx) for line in self.assign)]),
        )

    def _give_out(
        self, queue: pd.DataFrame, roster: Roster, choices: Choices, ctx: Context
    ) -> dict[str, Any]:
        """Choose for the rows of the queue and return the turns to remember.

        What is handled already counts as load.
        """
        lines = [*self.assign, *self._of_roles(ctx.settings)]
        match = [self.match if line.match is None else line.match for line in lines]
        places, pools = pools_of(queue, lines, match, ctx, roster)
        handled = pd.Series(choices.handlers, dtype="str")
        given = queue[["kept", "kept_at"]].dropna().set_axis(["owner", "at"], axis=1)
        has = standing(handled, pd.Series(1, index=handled.index), given, ctx)
        picker = Picker(roster, has, ctx.memory)
        labelled = [(lines[place], lines[place].label(place)) for place in places]
        known = [pool for pool in pools if pool is not None]  # every row of the queue has a line
        choose_by_line(queue, labelled, known, picker, roster, choices)
        return picker.memory

    def _of_roles(self, settings: Settings) -> Iterator[Line]:
        """A line for each stage that wants a role."""
        for stage in settings.stages:
            if stage.role is not None:
                when = {"stage": {"is": stage.name}}
                given = {"name": stage.name, "when": when, "role": stage.role}
                yield Line.model_validate({**given, "method": self.method})


def _known(frame: pd.DataFrame, ctx: Context) -> pd.DataFrame:
    """The frame with what is known besides.

    The stage becomes the one that counts; `role` is what it wants; `kept` and `kept_at` are the
    handler whom an earlier run chose in that same stage, and when.
    """
    stage = as_text(frame["earned_stage"]).fillna(as_text(frame["stage"]))
    roles = {each.name: each.role for each in ctx.settings.stages}
    kept = pd.DataFrame.from_dict(
        ctx.memory.get("handlers", {}), orient="index", columns=["stage", "handler", "at"]
    ).reindex(frame["key"])
    same = kept["stage"].to_numpy(dtype=object) == stage.to_numpy(dtype=object)
    handler = pd.Series(kept["handler"].to_numpy(dtype=object), dtype="str").where(same)
    at = pd.Series(pd.to_datetime(kept["at"].to_numpy(dtype=object))).astype("datetime64[s]")
    role = stage.map(roles).astype("str")
    return frame.assign(stage=stage, role=role, kept=handler, kept_at=at.where(same))


def _remembered(queue: pd.DataFrame, choices: Choices, ctx: Context) -> dict[str, list[str]]:
    """Key → stage, handler, since when; of the rows that somebody was chosen for."""
    chosen = pd.Series(choices.handlers[queue.index], index=queue.index, dtype="str")
    since = queue["kept_at"].where(chosen == queue["kept"], ctx.now).to_numpy()
    columns = (queue["key"].tolist(), queue["stage"].tolist(), chosen.tolist())
    rows = zip(*columns, np.datetime_as_string(since, unit="s").tolist(), strict=True)
    return {key: [stage, handler, at] for key, stage, handler, at in rows if handler == handler}


def _unhandled(choices: Choices) -> Iterator[Finding]:
    """One finding per stage and line under which nobody can act."""
    rows = np.flatnonzero(choices.codes == NONE.code)
    if len(rows):
        told = pd.DataFrame({name: choices.facts[name][rows] for name in ("stage", "line")})
        for (stage, line), group in told.groupby(["stage", "line"]):
            facts = {"stage": stage, "line": line}
            where = rows[group.index.to_numpy()]
            yield Finding("assign_handler", NONE.code, "warning", where, facts, "handler")
