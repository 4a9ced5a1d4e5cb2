"""The plan: every cell that a run would change, with rule and reason, before any is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from sync.say import Language, Reason, say
from sync.table import Finding, Objects, Rows
from sync.view import SheetView

OwnedKind = Literal["text", "date", "id"]
Index = np.ndarray[tuple[int], np.dtype[np.intp]]


@dataclass(frozen=True, eq=False)
class Reasons:
    """A column of reasons: one code and its facts per row.

    Attributes:
        codes: (rows) `Reason.code`, "" where there is none.
        facts: (rows × facts) values named in the sentences, each column in a dtype of its own;
            missing where a code has no such fact.
    """

    codes: Objects
    facts: pd.DataFrame

    @classmethod
    def blank(cls, rows: int) -> Reasons:
        """Return `rows` empty reasons."""
        return cls(np.full(rows, "", dtype=object), pd.DataFrame(index=range(rows)))

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: Rows) -> Reasons:
        """Return the reasons of some rows, renumbered from 0."""
        return Reasons(self.codes[rows], self.facts.iloc[rows].reset_index(drop=True))

    def distinct(self) -> tuple[Index, list[tuple[str, dict[str, Any]]]]:
        """Return (index per row, distinct (code, facts), the first of them for no reason)."""
        return self._distinct

    @cached_property
    def _distinct(self) -> tuple[Index, list[tuple[str, dict[str, Any]]]]:
        rows = np.flatnonzero(self.codes != "")
        told = self.facts.iloc[rows]
        groups, _ = pd.factorize(self.codes[rows])
        for name in told.columns:
            values, known = pd.factorize(told[name])
            groups, _ = pd.factorize(groups * (len(known) + 1) + values)
        first = np.flatnonzero(~pd.Series(groups).duplicated().to_numpy())
        some = told.iloc[first]
        names = [str(name) for name in some.columns]
        cells = zip(*(some[name].tolist() for name in some.columns), strict=True)
        facts = [
            {name: value for name, value, there in zip(names, values, known, strict=True) if there}
            for values, known in zip(cells, some.notna().to_numpy().tolist(), strict=True)
        ] or [{}] * len(first)
        codes = map(str, self.codes[rows[first]])
        found = [("", dict[str, Any]()), *zip(codes, facts, strict=True)]
        index: Index = np.zeros(len(self), dtype=np.intp)
        index[rows] = groups + 1
        return index, found

    def render(self, catalogue: Mapping[str, Reason], language: Language) -> Objects:
        """Return (rows) sentences, "" where there is no code; each distinct reason is said once."""
        index, found = self.distinct()
        words = [say(catalogue[code], facts, language) if code else "" for code, facts in found]
        rendered: Objects = np.array(words, dtype=object)[index]
        return rendered


class Change(NamedTuple):
    """One cell's change, for people and for JSON."""

    rule: str
    column: str
    row: int
    key: str
    before: Any
    after: Any
    code: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """One column's changes by one rule.

    Attributes:
        rule: the rule that decided.
        column: key of the owned or fillable column.
        rows: (n) positions in the table that the plan is based on, ascending.
        keys: (n) the rows' keys.
        before: (n) what stands in the cell, None where blank.
        after: (n) what shall stand there: str, pd.Timestamp, int, float, or None to blank it.
        reasons: (n) why.
    """

    rule: str
    column: str
    rows: Rows
    keys: Objects
    before: Objects
    after: Objects
    reasons: Reasons

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Change]:
        index, found = self.reasons.distinct()
        for at, row in enumerate(self.rows):
            code, facts = found[index[at]]
            yield Change(
                self.rule, self.column, int(row), self.keys[at],
                self.before[at], self.after[at], code, facts,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnedColumn:
    """A column that belongs to the product.

    Attributes:
        key: what it holds (`status`, `due`, ...), the same as the decided column.
        header: its text in the sheet, prefix included.
        kind: how its cells are written.
        width: in characters.
        choices: the values it may take, offered as a list where there are any.
    """

    key: str
    header: str
    kind: OwnedKind = "text"
    width: float = 14
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Highlight:
    """A colour for the rows whose status column holds a given word.

    Attributes:
        column: key of the owned column that drives it.
        value: the word that it must hold.
        fill: ground colour, hex without `#`.
        color: text colour, hex without `#`, "" to leave it.
        bold: whether the text is bold.
        scope: the whole `row` of the table, or only our own `cells`.
    """

    column: str
    value: str
    fill: str
    color: str = ""
    bold: bool = False
    scope: Literal["row", "cells"] = "row"


@dataclass(frozen=True, slots=True)
class OwnTab:
    """A generated tab that the rules file asks for.

    Attributes:
        key: what it is (`summary`, `review`), whatever it is called.
        name: what it is called when it is added; people may rename it.
        answered: whether people type into it, so that what stands there is read.
    """

    key: str
    name: str
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Our columns, highlights and tabs: fixed by the rules file, not by a run.

    Attributes:
        columns: owned columns in the order in which they stand beside the table.
        highlights: strongest first.
        fillable: team columns that a rule may fill (`owner`), by field key.
        tabs: the generated tabs.
    """

    columns: tuple[OwnedColumn, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    fillable: tuple[str, ...] = ()
    tabs: tuple[OwnTab, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything that a run would write.

    Attributes:
        based_on: version of the table that was read.
        now: the moment of the run, naive local time.
        layout: our columns and highlights; those missing in the sheet are added.
        patches: changes per column; the one for `id` gives new rows their keys.
        tabs: generated tabs whose content changed; the others are left alone.
        findings: what rules and reading found.
        keys: (rows) of the table, ids given by this plan included.
        memory: what each stanza wants to remember, JSON values.
    """

    based_on: str
    now: pd.Timestamp
    layout: Layout
    patches: tuple[Patch, ...] = ()
    tabs: tuple[SheetView, ...] = ()
    findings: tuple[Finding, ...] = ()
    keys: Objects = field(default_factory=lambda: np.empty(0, dtype=object))
    memory: Mapping[str, Any] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """Number of cells that the plan changes."""
        return sum(len(patch) for patch in self.patches)
