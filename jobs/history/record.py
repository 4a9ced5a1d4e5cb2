"""What one run leaves behind, worked out before anything is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from jobs.coded import Coded
from jobs.history import changes
from jobs.history.codec import moment, reason_text, texts
from jobs.history.database import RUN
from sync.plan import Patch, Reasons
from sync.store import Receipt
from sync.table import Mask, Objects

if TYPE_CHECKING:  # the planner asks the history what happened
    from jobs.planner import Prepared

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class RunRecord:
    """A run as the pipeline saw it.

    Attributes:
        now: its moment, naive local time.
        prepared: the plan and what it came from.
        receipt: what was written; None where nothing had to be.
        rules_hash: of the rules file.
    """

    now: pd.Timestamp
    prepared: Prepared
    receipt: Receipt | None
    rules_hash: str


class Deed(NamedTuple):
    """Something that was done to the workbook.

    Attributes:
        kind: `run`, `restore` or `reattach`.
        now: its moment, naive local time.
        version_before, version_after: of the workbook's content.
        rules_hash: of the rules file.
        counts: figures for people.
    """

    kind: str
    now: pd.Timestamp
    version_before: str
    version_after: str
    rules_hash: str
    counts: Mapping[str, Any]

    def row(self) -> Row:
        """Return it as it is stored."""
        counts = json.dumps(self.counts, ensure_ascii=False, separators=(",", ":"))
        return {**self._asdict(), "now": moment(self.now), "counts": counts}


class Leaving:
    """The tables that a run leaves.

    Args:
        run: the run.
    """

    def __init__(self, run: RunRecord) -> None:
        self._run = run
        self._table = run.prepared.table
        self._before = run.prepared.known
        self._reasons: dict[int, pd.Series[Any]] = {}
        self._refused = self._refusals()
        # rows whose new id did not reach the sheet have no key yet
        self._keyless = [key for key, field in self._refused if field == "id"]
        self._known: Mask = self._table.writable & ~np.isin(self._table.keys, self._keyless)
        known = replace(self._table, writable=self._known)
        self._read = changes.as_read(run.prepared.result.resolved, known)
        self._filled = self._fills()

    def _refusals(self) -> frozenset[tuple[str, str]]:
        """(key, column) of the cells that the store left as they were."""
        receipt = self._run.receipt
        refused = receipt.refused if receipt else ()
        return frozenset((one.key, one.column) for one in refused)

    def _refusing(self, column: str, keys: pd.Index[Any]) -> Mask:
        """(keys) whether the store left the cell as it was."""
        if not self._refused:
            return np.zeros(len(keys), dtype=bool)
        return keys.isin([key for key, field in self._refused if field == column])

    def _written(self, patch: Patch) -> Mask:
        """(n) which of a patch's cells were written."""
        if not self._refused:
            return np.ones(len(patch), dtype=bool)
        return np.array([(key, patch.column) not in self._refused for key in patch.keys])

    def run(self) -> Row:
        """The run itself."""
        plan, receipt = self._run.prepared.plan, self._run.receipt
        findings: dict[str, int] = {}
        for finding in plan.findings:
            findings[finding.code] = findings.get(finding.code, 0) + max(1, len(finding.rows))
        counts = {
            "rows": len(self._table),
            "planned": plan.cells,
            "written": receipt.written if receipt else 0,
            "refused": len(receipt.refused) if receipt else 0,
            "findings": findings,
        }
        after = receipt.version if receipt else plan.based_on
        return Deed(
            RUN, self._run.now, plan.based_on, after, self._run.rules_hash, counts
        ).row()  # fmt: skip

    def patches(self) -> Mapping[str, pd.DataFrame]:
        """Field → (written cells × at, rule, field, key, before, after, reason)."""
        made: dict[str, list[pd.DataFrame]] = {}
        for patch in self._run.prepared.plan.patches:
            made.setdefault(patch.column, []).append(self._cells(patch))
        return {field: pd.concat(parts, ignore_index=True) for field, parts in made.items()}

    def _cells(self, patch: Patch) -> pd.DataFrame:
        cells = pd.DataFrame(
            {
                "at": self._run.now,
                "rule": patch.rule,
                "field": patch.column,
                "key": patch.keys,
                "before": texts(pd.Series(patch.before, dtype=object)),
                "after": texts(pd.Series(patch.after, dtype=object)),
                "reason": self._told(patch.reasons),
            },
            index=range(len(patch)),
        )
        written = cells[self._written(patch)]
        return written.astype({**dict.fromkeys(written.columns, "str"), "at": "datetime64[s]"})

    def _told(self, reasons: Reasons) -> pd.Series[Any]:
        """(rows) reasons as texts, categorical, missing for none; columns may share them."""
        if id(reasons) not in self._reasons:
            index, found = reasons.distinct()
            words = [reason_text(code, facts) if code else None for code, facts in found]
            codes, known = pd.factorize(np.array(words, dtype=object))
            kind = pd.CategoricalDtype(pd.Index(known, dtype="str"))
            whole = pd.Categorical.from_codes(codes[index], dtype=kind)
            self._reasons[id(reasons)] = pd.Series(whole)
        return self._reasons[id(reasons)]

    def explained(self) -> pd.DataFrame:
        """(known keys × decided columns) why the latest decisions are as they are, by key."""
        keys = self._table.keys[self._known]
        order = np.argsort(keys, kind="stable")
        rows = np.flatnonzero(self._known)[order]
        told = {
            column: self._told(reasons).array.take(rows)
            for column, reasons in self._run.prepared.reasons.items()
        }
        return pd.DataFrame(told, index=pd.Index(keys[order], dtype=object))

    def _fills(self) -> Mapping[str, Objects]:
        """Team column → (known rows) the value that this run filled in, None elsewhere."""
        made: dict[str, Objects] = {}
        place = pd.Index(self._read.index)
        for patch in self._run.prepared.plan.patches:
            if patch.column in self._read.columns:
                at = place.get_indexer(patch.keys)
                written = self._written(patch) & (at >= 0)
                cells = made.setdefault(patch.column, np.full(len(place), None, dtype=object))
                cells[at[written]] = patch.after[written]
        return made

    def events(self) -> pd.DataFrame:
        """(events × key, field, before, after, source, since, until).

        What people changed happened between the last run and this one; what we filled happened now.
        The first run has nothing to compare with: its rows are only known from then on.
        """
        now, last = self._run.now, self._before.last_run
        found = []
        if last is not None:
            team = self._run.prepared.happened
            team = team[~team["key"].isin(self._keyless)]
            found.append(team.assign(since=min(last, now), until=now))
        for field, cells in self._filled.items():
            rows = np.flatnonzero(pd.notna(cells))
            before, after = self._read[field].iloc[rows], pd.Series(cells[rows], dtype="str")
            keys = self._read.index.to_numpy()[rows]
            if field in changes.TRACKED:
                ours = changes.changed(field, keys, before, after, "dealkeeper")
                found.append(ours.assign(since=now, until=now))
        if not found:
            return pd.DataFrame()
        events = pd.concat(found, ignore_index=True)
        moments = {"since": "datetime64[s]", "until": "datetime64[s]"}
        return events.astype({**dict.fromkeys(events.columns, "str"), **moments})

    def snapshot(self) -> pd.DataFrame:
        """(known keys × fields) the rows as the run leaves them, and those that are gone."""
        left = self._read.copy()
        for field, cells in self._filled.items():
            # the columns that a rule may fill hold people
            values = pd.Series(cells, index=left.index).fillna(left[field].astype(object))
            left[field] = values.astype("str").astype("category")
        return changes.merged(self._before.snapshot, left, moment(self._run.now))

    def decided(self) -> pd.DataFrame:
        """(known keys × owned columns) what we last decided; a refused cell is decided again."""
        now, before = self._run.prepared.decided, self._before.decided
        now = now[~now.index.isin(self._keyless)]
        places = changes.placed(before.index, now.index)
        columns = {}
        for column in now.columns:
            refused = self._refusing(column, places.keys)
            last = Coded.blank(len(places.keys))
            if column in before.columns:
                last = Coded.of(before[column]).take(places.old)
            fresh = Coded.of(now[column]).take(places.new)
            columns[column] = fresh.where((places.new >= 0) & ~refused, last).column().array
        return pd.DataFrame(columns, index=places.keys)
