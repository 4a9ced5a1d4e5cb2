"""What a set of rules makes of one past state after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from jobs.replay.past import PastStates, resolved
from rules import chain
from rules.kpi import is_open, level_codes
from rules.kpi.deals import OVERDUE
from rules.rule import Context, Rule
from rules.settings import Settings
from sync.fields import Kind
from sync.table import column

_OWNERS = ("owner", "suggested_owner")


@dataclass
class World:
    """The rules, and what came of them so far.

    Attributes:
        rules: stanzas in order.
        settings: the team's words and people.
        breached: key → (stage, owner) of every opportunity that was past its limit, as it was then.
        given: key → the owner that the rules gave or suggested first.
        load: owner → open opportunities at the last moment, given ones included; "" is nobody.
        findings: code → rows at the last moment.
    """

    rules: Sequence[Rule]
    settings: Settings
    breached: dict[str, tuple[str, str]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    load: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    _memory: Mapping[str, Any] = field(default_factory=dict)
    _kept: dict[str, Mapping[str, pd.DataFrame]] = field(default_factory=dict)

    def live(self, states: PastStates, moment: pd.Timestamp, archive: pd.DataFrame) -> None:
        """Decide on the state at a moment; owners given before stay until people name another.

        Args:
            states: of the table.
            moment: of the decision.
            archive: rows of the archive tabs, as read.
        """
        table = states.table(moment)
        owner = column(table, "owner").astype("str")
        table = table.assign(owner=owner.fillna(table["key"].map(self.given).astype("str")))
        frame = resolved(table, self.settings)
        ctx = Context(
            now=moment,
            settings=self.settings,
            present=frozenset(frame.columns) - {"key", "state"},
            past=states.before(moment),
            archive=resolved(archive, self.settings) if len(archive.columns) else archive,
        )
        result = chain.run(self.rules, frame, ctx, self._memory, self._kept)
        self._memory, self._kept = result.memory, {**self._kept, **result.kept}
        self._take(frame, result)

    def _take(self, frame: pd.DataFrame, result: chain.ChainResult) -> None:
        keys = frame["key"].astype("str").to_numpy(dtype=object)
        stage, owner = (_words(frame, key) for key in ("stage", "owner"))
        late = level_codes(column(result.frame, "status", Kind.TEXT)).isin(OVERDUE).to_numpy()
        for row in np.flatnonzero(late):
            self.breached.setdefault(keys[row], (stage[row], owner[row]))
        for name in _OWNERS:
            for made in result.decided.get(name, ())[-1:]:
                values = made.decision.values.astype(object).to_numpy()
                chosen = made.decision.mask & pd.notna(values) & (owner == "")
                for row in np.flatnonzero(chosen):
                    self.given.setdefault(keys[row], str(values[row]))
        now_open = is_open(result.frame)
        owned = [name or self.given.get(key, "") for name, key in zip(owner, keys, strict=True)]
        self.load = Counter(np.asarray(owned, dtype=object)[now_open].tolist())
        self.findings = Counter()
        for finding in result.findings:
            self.findings[finding.code] += max(1, len(finding.rows))


def _words(frame: pd.DataFrame, key: str) -> np.ndarray[Any, Any]:
    return column(frame, key).astype("str").fillna("").to_numpy(dtype=object)
