"""Who handles each row: the sheet's own word, the owner, or somebody with the stage's role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from rules.assign_handler.reasons import BY_METHOD, NAMED, NONE, OWNER, STANDS_IN
from rules.assign_owner.people import Line, Pool, Roster
from rules.assign_owner.picking import Pick, Picker
from rules.rule import Decision, decided
from sync.table import Mask, Objects, Rows, as_text


@dataclass(slots=True, eq=False)
class Choices:
    """Whom each row goes to, and why; filled group by group.

    Attributes:
        handlers: (rows) names, None for nobody.
        codes: (rows) reasons, "" where nothing was decided yet.
        facts: name → (rows) values.
    """

    handlers: Objects
    codes: Objects
    facts: dict[str, Objects] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: int) -> Choices:
        """Return choices for so many rows, none of them made."""
        return cls(np.full(rows, None, dtype=object), np.full(rows, "", dtype=object))

    def put(
        self, rows: Mask | Rows, handlers: Sequence[Any] | Objects, codes: Any, **facts: Any
    ) -> None:
        """Choose for some rows; facts that are None or empty are left out."""
        self.handlers[rows] = handlers
        self.codes[rows] = codes
        for name, values in {"handler": handlers, **facts}.items():
            column = self.facts.setdefault(name, np.full(len(self.codes), None, dtype=object))
            told = np.empty(len(handlers), dtype=object)
            told[:] = [value if value != () else None for value in values]
            column[rows] = told

    def decision(self) -> Decision:
        """Return the decision: every row is decided, blank where nobody must act."""
        everywhere = np.ones(len(self.codes), dtype=bool)
        values = pd.Series(pd.array(self.handlers, dtype="str"))
        return decided(values, everywhere, self.codes, **self.facts)


def choose_owners(
    frame: pd.DataFrame, open_rows: Mask, by_line: Mask, roster: Roster, choices: Choices
) -> None:
    """Choose whoever the sheet names, and the owner where the stage is the owner's own.

    Args:
        frame: (rows × stage, owner, handler, role); `role` is what the stage wants, missing for
            none.
        open_rows: (rows) where somebody must act.
        by_line: (rows) where a line of the rules file decides instead of the owner.
        roster: who is there.
        choices: filled.
    """
    stage = frame["stage"].astype("object").to_numpy()
    named = open_rows & frame["handler"].notna().to_numpy()
    choices.put(named, frame["handler"].astype("object").to_numpy()[named], NAMED.code)
    owner = as_text(frame["owner"])
    serving = owner.map({name: _serving(str(name), roster) for name in owner.dropna().unique()})
    serving = serving.astype("str")
    can = {f"{member.name}\n{role}" for member in roster.team for role in member.roles}
    able = frame["role"].isna() | (serving + "\n" + as_text(frame["role"])).isin(can)
    theirs = open_rows & ~named & ~by_line & (owner.notna() & able).to_numpy(dtype=bool)
    away = theirs & (serving != owner).to_numpy(dtype=bool)
    owners, names = owner.astype("object").to_numpy(), serving.astype("object").to_numpy()
    mine = theirs & ~away
    choices.put(mine, names[mine], OWNER.code, stage=stage[mine])
    choices.put(away, names[away], STANDS_IN.code, stage=stage[away], absent=owners[away])


def _serving(name: str, roster: Roster) -> str:
    """The owner or the stand-in; an owner whom nobody can stand in for still has to act."""
    return (roster.serving(name) if name in roster.place else None) or name


def choose_by_line(
    queue: pd.DataFrame,
    lines: Sequence[tuple[Line, str]],
    pools: Sequence[Pool],
    picker: Picker,
    roster: Roster,
    choices: Choices,
) -> None:
    """Choose from the people of each row's line; what one row is given may decide the next.

    Args:
        queue: (todo × stage, kept) in the order in which rows are given out; the index holds their
            positions in the table.
        lines: (todo) the line of each and its label.
        pools: (todo) who may be chosen.
        picker: with everybody's load.
        roster: the team.
        choices: filled.
    """
    picks: list[Pick] = []
    for kept, (line, label), pool in zip(queue["kept"], lines, pools, strict=True):
        before = roster.place.get(str(kept))
        pick = picker.pick(line, label, pool, before)
        picker.settle(pick.owner, before, 1)
        picks.append(pick)
    codes = np.array([BY_METHOD.get(pick.code.rpartition(".")[2], NONE).code for pick in picks])
    facts = {"stage": list(queue["stage"]), "line": [label for _, label in lines]}
    for name in ("absent", "load", "candidates", "rejected"):
        facts[name] = [getattr(pick, name) for pick in picks]
    choices.put(queue.index.to_numpy(), [pick.owner for pick in picks], codes, **facts)
