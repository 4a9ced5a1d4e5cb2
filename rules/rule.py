"""What a rule is: the stanza of the rules file itself, with one pure function over columns."""

from __future__ import annotations

import importlib
import pkgutil
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, ClassVar, get_args

import numpy as np
import pandas as pd

import rules
from rules.options import Model
from rules.past import Past as Past
from rules.questions import Question
from rules.settings import Settings
from rules.worktime import WorkTime
from sync.plan import Reasons
from sync.say import Language, Reason
from sync.table import Finding, Mask, Rows


@dataclass(frozen=True, eq=False)
class Context:
    """Everything that a rule may know besides its columns.

    Attributes:
        now: the moment of the run, naive local time in `settings.timezone`.
        settings: the team's stages, people, outcomes, calendar.
        present: fields that the sheet has; the others are blank columns in the frame.
        past: what the history knows.
        memory: what this stanza remembered at the last run, JSON values.
        kept: the frames that this stanza kept at the last run, by name. They only spare work: what
            is decided is the same without them.
        archive: rows of the archive tabs, resolved like the table; read only.
        asking: whether a supervisor answers; without one no question need be made.
        figures: rule → the figures of those that ran before.
    """

    now: pd.Timestamp
    settings: Settings
    present: frozenset[str] = frozenset()
    past: Past = field(default_factory=Past)
    memory: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    archive: pd.DataFrame = field(default_factory=pd.DataFrame)
    asking: bool = True
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def worktime(self) -> WorkTime:
        """The team's working time, as tables that whole columns are looked up in."""
        return WorkTime(self.settings.calendar, self.settings.timezone, self.now)


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """One column that a rule decided.

    Attributes:
        values: (rows) str, float64, datetime64[s] or category; missing means that the cell shall be
            blank.
        mask: (rows) which rows were decided; cells of the others are left alone.
        reasons: (rows) why; codes are "" where nothing needs saying.
        replaces: whether the cell of a team column may be replaced where it is not blank; only
            where the rules file says so in words.
    """

    values: pd.Series[Any]
    mask: Mask
    reasons: Reasons
    replaces: bool = False

    def take(self, rows: Rows) -> Decision:
        """Return the decision about some rows, renumbered from 0."""
        values = self.values.iloc[rows].reset_index(drop=True)
        return Decision(values, self.mask[rows], self.reasons.take(rows), self.replaces)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a rule returns.

    Attributes:
        decisions: the columns that it decided, by name.
        findings: what it noticed.
        figures: numbers for the summary.
        memory: what it wants to remember until the next run, JSON values.
        until: the first moment at which deciding again may come out otherwise by the passing of
            time alone, the table, the past and the memory being as this run leaves them; `NEVER`
            where time does not matter, None where that may be at any moment.
        kept: frames that spare the next run work, by name; columns of text, numbers and dates. The
            very frames of the context where they still hold: then nothing is stored.
        questions: what a supervisor may decide, gravest first, answered or not.
    """

    decisions: Mapping[str, Decision] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    until: pd.Timestamp | None = None
    kept: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


class Rule(Model):
    """A stanza of the rules file and the decision it stands for.

    A subclass states `use: Literal["its_name"]`, its options as fields, the `reasons` it can give
    and the columns it may read and write. Its docstring holds a YAML example that is executed.
    """

    reasons: ClassVar[tuple[Reason, ...]] = ()
    opt_in: ClassVar[bool] = False
    """Whether a new rules file lists the rule switched off, for an admin to switch on."""

    use: str
    name: str | None = None
    enabled: bool = True

    @property
    def label(self) -> str:
        """The stanza's own name where it has one, else the rule's."""
        return self.name or self.use

    @abstractmethod
    def reads(self) -> frozenset[str]:
        """Return the columns that `decide` looks at, besides `key`."""

    @abstractmethod
    def writes(self) -> frozenset[str]:
        """Return the columns that `decide` may decide."""

    def answered(self) -> frozenset[str]:
        """Return those of `writes` that are decided only where a supervisor's answer says so."""
        return frozenset()

    def lint(self, settings: Settings) -> tuple[Finding, ...]:
        """Return what looks wrong in the stanza though it loads; shown by `dealkeeper check`."""
        del settings
        return ()

    @classmethod
    def details(cls, facts: Mapping[str, Any], language: Language) -> list[str]:
        """Spell out what stands behind a decision besides its sentence; shown by `explain`.

        Args:
            facts: of a reason of this rule; tuples may have become lists on their way through JSON.
            language: `zh` or `en`.
        """
        del facts, language
        return []

    @abstractmethod
    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Decide on all rows at once.

        Args:
            frame: (rows × `key` and `reads()`), RangeIndex, never to be changed. Columns that the
                sheet lacks are blank. Stage, owner and state are resolved to the team's names.
            ctx: the moment, the team, the past.

        Returns:
            Decisions over the same rows, findings with row positions, figures, memory.
        """


def decided(values: pd.Series[Any], mask: Mask, codes: Any = "", **facts: Any) -> Decision:
    """Make a Decision from columns.

    Args:
        values: (rows) the values.
        mask: (rows) which rows are decided.
        codes: one code for all, or (rows) codes; codes outside the mask are dropped.
        facts: one value for all, or (rows) values, by name.

    Returns:
        The decision; undecided rows have no reason.
    """
    rows = len(values)
    given = (
        np.full(rows, codes, dtype=object) if isinstance(codes, str) else np.asarray(codes, object)
    )
    columns = {
        name: value.reset_index(drop=True)
        if isinstance(value, pd.Series)
        else pd.Series(value if isinstance(value, np.ndarray) else [value] * rows)
        for name, value in facts.items()
    }
    return Decision(
        values.reset_index(drop=True),
        mask,
        Reasons(np.where(mask, given, ""), pd.DataFrame(columns, index=range(rows))),
    )


@cache
def discover() -> Mapping[str, type[Rule]]:
    """Find the rules: every subclass of Rule in a module or package of `rules`, by its `use`."""
    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"rules.{module.name}")
    found = {
        get_args(kind.model_fields["use"].annotation)[0]: kind for kind in Rule.__subclasses__()
    }
    return dict(sorted(found.items()))


@cache
def catalogue() -> Mapping[str, Reason]:
    """Return every reason that a rule can give, by code."""
    return {reason.code: reason for kind in discover().values() for reason in kind.reasons}
