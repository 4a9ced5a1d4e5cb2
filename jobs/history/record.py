"""What one run leaves behind, worked out before anything is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from jobs.history import changes
from jobs.history.codec import facts_text, moment, reason_id, texts
from jobs.history.database import RUN
from sync.plan import Patch, Reasons
from sync.store import Receipt
from sync.table import Mask

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
    """The rows and tables that a run leaves.

    Args:
        run: the run.
        snapshot: (known keys × fields) the stored snapshot.
        decided: (known keys × owned columns) what was decided at the run before.
        since: the moment of that run, "" for the first.
    """

    def __init__(
        self, run: RunRecord, snapshot: pd.DataFrame, decided: pd.DataFrame, since: str
    ) -> None:
        self._run = run
        self._table = run.prepared.table
        self._snapshot = snapshot
        self._decided = decided
        self._since = since
        self._reasons: dict[int, Row] = {}
        self._refused = self._refusals()
        # rows whose new id did not reach the sheet have no key yet
        keyless = [key for key, field in self._refused if field == "id"]
        self._known: Mask = self._table.writable & ~pd.Index(self._table.keys).isin(keyless)

    def _refusals(self) -> frozenset[tuple[str, str]]:
        """(key, column) of the cells that the store left as they were."""
        receipt = self._run.receipt
        refused = receipt.refused if receipt else ()
        return frozenset((one.key, one.column) for one in refused)

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

    def patches(self, run_id: int) -> list[Row]:
        """One row per written cell; their reasons are kept for `reasons`."""
        return [
            row for patch in self._run.prepared.plan.patches for row in self._rows(patch, run_id)
        ]

    def _rows(self, patch: Patch, run_id: int) -> Iterator[Row]:
        ids = self._noted(patch.reasons)
        cells = zip(
            patch.keys,
            texts(pd.Series(patch.before, dtype=object)),
            texts(pd.Series(patch.after, dtype=object)),
            ids.tolist(),
            self._written(patch),
            strict=True,
        )
        for key, before, after, reason, written in cells:
            if written:
                yield {
                    "run_id": run_id,
                    "rule": patch.rule,
                    "field": patch.column,
                    "key": key,
                    "before": before,
                    "after": after,
                    "reason_id": reason,
                }

    def _noted(self, reasons: Reasons) -> np.ndarray[Any, np.dtype[np.int64]]:
        """(n) the ids of reasons, each distinct one noted for storing."""
        index, found = reasons.distinct()
        ids = np.empty(len(found), dtype=np.int64)
        for at, (code, facts) in enumerate(found):
            words = facts_text(facts)
            ids[at] = reason_id(code, words)
            self._reasons[int(ids[at])] = {"id": int(ids[at]), "code": code, "facts": words}
        return ids[index]

    def explained(self) -> pd.DataFrame:
        """(keys × decided columns) ids of the reasons of the latest decisions."""
        keys = pd.Index(self._table.keys[self._known], dtype=object)
        columns = {}
        for column, reasons in self._run.prepared.reasons.items():
            ids = pd.Series(self._noted(reasons), dtype="Int64").mask(reasons.codes == "")
            columns[column] = ids[self._known].set_axis(keys)
        return pd.DataFrame(columns, index=keys)

    @property
    def reasons(self) -> Mapping[int, Row]:
        """The distinct reasons that `patches` and `explained` refer to."""
        return self._reasons

    def _as_left(self, read: pd.DataFrame) -> pd.DataFrame:
        """The same with the team cells that this run filled."""
        left = read.copy()
        for patch in self._run.prepared.plan.patches:
            if patch.column in read.columns:
                written = self._written(patch)
                filled = pd.Series(patch.after[written], index=patch.keys[written], dtype=object)
                values = filled.reindex(read.index).fillna(read[patch.column].astype(object))
                # the columns that a rule may fill hold people
                left[patch.column] = values.astype("str").astype("category")
        return left

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return (events, snapshot).

        What people changed happened between the last run and this one; what we filled happened now.
        The first run has nothing to compare with: its rows are only known from then on.
        """
        now = moment(self._run.now)
        known = replace(self._table, writable=self._known)
        read = changes.as_read(self._run.prepared.result.resolved, known)
        left = self._as_left(read)
        found = []
        if self._since:
            team = changes.compare(self._snapshot, read)
            found.append(team.assign(since=min(self._since, now), until=now))
        for field in changes.TRACKED:
            if field in read.columns:
                ours = changes.changed(field, read[field], left[field], "dealkeeper")
                found.append(ours.assign(since=now, until=now))
        events = pd.concat(found, ignore_index=True)
        return events, changes.merged(self._snapshot, left, now)

    def decided(self) -> pd.DataFrame:
        """(known keys × owned columns) what we last decided; a refused cell is decided again."""
        now, before = self._run.prepared.decided, self._decided
        kept = now[now.index.isin(self._table.keys[self._known])].astype(object)
        for column in kept.columns:
            refused = [key for key, field in self._refused if field == column and key in kept.index]
            if refused:
                last = before[column] if column in before.columns else pd.Series(dtype=object)
                kept.loc[refused, column] = last.reindex(refused)
        lost = before.loc[before.index.difference(now.index, sort=False)]
        whole = pd.concat([kept, lost]) if len(lost) else kept
        return whole.astype(object).where(whole.notna(), None).sort_index()
