"""What runs left behind: runs, patches with their reasons, events per key, one latest snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.history import changes, database, log, rewind, schema, states
from jobs.history.codec import moment, texts
from jobs.history.database import Answered, Decision, Event, PatchCell, RunLine
from jobs.history.known import Known
from jobs.history.record import Deed, Leaving, RunRecord
from jobs.history.states import Reader
from rules.past import Past

__all__ = [
    "Answered", "Decision", "Deed", "Event", "Explanation", "History", "Known", "PatchCell",
    "RunLine", "RunRecord",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known of one row.

    Attributes:
        key: the row's key.
        first_seen: the moment of the run that first saw it, None where no run did.
        gone: the moment of the run that no longer found it.
        content: field → its latest value as text.
        decisions: of the latest run.
        patches: cells that runs wrote, oldest first.
        events: what happened to it, oldest first.
        answers: what the supervisor answered about it, oldest first.
    """

    key: str
    first_seen: pd.Timestamp | None
    gone: pd.Timestamp | None
    content: Mapping[str, str]
    decisions: tuple[Decision, ...]
    patches: tuple[PatchCell, ...]
    events: tuple[Event, ...]
    answers: tuple[Answered, ...]


class History:
    """The history of one spreadsheet.

    Args:
        url: SQLAlchemy URL of its database; tables are made where there are none.
        spreadsheet: the `id` of its rules file.

    Every method raises `Unreachable` where the database cannot be used, `Busy` where another run
    keeps it to itself.
    """

    def __init__(self, url: str, spreadsheet: str) -> None:
        self.url = url
        self._engine = schema.open_engine(url)
        schema.prepare(self._engine, spreadsheet)

    def has_runs(self) -> bool:
        """Return whether anything was ever run, and not taken back by a restore."""
        return self.last_run() is not None

    def last_run(self) -> pd.Timestamp | None:
        """Return the moment of the last run that stands, None where there was none."""
        with schema.work(self._engine) as db:
            found = database.last_moment(db)
        return database.moment_of(found) if found else None

    def known(self) -> Known:
        """Return all that a plan needs of the past, read once."""
        with schema.work(self._engine) as db:
            reader = Reader(db)
            snapshot = database.snapshot(reader)
            last = database.last_moment(db)
            return Known(
                database.past(db, reader, snapshot),
                database.decided(reader),
                snapshot,
                reader.memory(),
                reader.kept(),
                database.moment_of(last) if last else None,
            )

    def past(self) -> Past:
        """Return what rules may know of the past, as plain frames."""
        with schema.work(self._engine) as db:
            reader = Reader(db)
            return database.past(db, reader, database.snapshot(reader))

    def snapshot(self) -> pd.DataFrame:
        """Return (known keys × fields) the latest values of every row ever seen, by key.

        `first_seen` and `gone` are moments as text; `gone` is missing for rows that are there.
        """
        with schema.work(self._engine) as db:
            return database.snapshot(Reader(db))

    def decided(self) -> pd.DataFrame:
        """Return (keys × owned columns) what we last decided, by key; missing is blank."""
        with schema.work(self._engine) as db:
            return database.decided(Reader(db))

    def memory(self) -> dict[str, Any]:
        """Return stanza label → what it remembered at the last run."""
        with schema.work(self._engine) as db:
            return Reader(db).memory()

    def record(self, run: RunRecord) -> int:
        """Store a run, its patches and events, and what it leaves as the latest state.

        All in one transaction: after a crash the history is as it was before the run. What the run
        found in the history is not read again: whoever writes has the spreadsheet's lock.

        Args:
            run: what was done.

        Returns:
            The number of the run.
        """
        leaving, known = Leaving(run), run.prepared.known
        with schema.work(self._engine) as db:
            run_id = _added(db, leaving.run())
            log.append(db, database.EVENTS, "", leaving.events().assign(run_id=run_id))
            for field, written in leaving.patches().items():
                log.append(db, database.PATCHES, field, written.assign(run_id=run_id))
            snapshot, decided = leaving.snapshot(), leaving.decided()
            states.replace_frame(db, database.SNAPSHOT, snapshot, known.snapshot)
            states.replace_frame(db, database.DECIDED, decided, known.decided)
            states.replace_frame(db, database.REASONS, leaving.explained())
            states.replace_frame(db, database.ANSWERS, known.past.answers)
            states.replace_memory(db, run.prepared.plan.memory)
            states.replace_kept(db, run.prepared.result.kept, known.kept)
            states.drop_unused(db)
        return run_id

    def note(self, deed: Deed) -> int:
        """Store something that was done to the workbook without deciding anything.

        Returns:
            The number under which `runs` lists it.
        """
        with schema.work(self._engine) as db:
            return _added(db, deed.row())

    def take_back(self, deed: Deed, taken: str | None) -> list[int]:
        """Store a restore, and forget what was learned since its backup was taken.

        Rules, the three-way comparison and the next run then find what they found at that moment.
        A restore that is itself taken back brings back what it had made forgotten.

        Args:
            deed: the restore; its `version_after` is the backup's content.
            taken: when the backup was taken, None for the pristine copy.

        Returns:
            The numbers of the runs that no longer count. Where neither the workbook nor the history
            has anything to go back from, nothing is stored.
        """
        with schema.work(self._engine) as db:
            before = rewind.point(database.run_lines(db, None), deed.version_after, taken)
            if before is None and deed.version_before == deed.version_after:
                return []
            made = _added(db, deed.row())
            return rewind.take_back(db, before, made) if before is not None else []

    def undo(self, deed: Deed, first: int) -> list[int]:
        """Store that our cells were undone, and forget what was learned since a run.

        Args:
            deed: the undo.
            first: number of the earliest run that no longer counts.

        Returns:
            The numbers of the runs that no longer count.
        """
        with schema.work(self._engine) as db:
            return rewind.take_back(db, first, _added(db, deed.row()))

    def runs(self, limit: int | None = 20) -> list[RunLine]:
        """Return the latest runs, newest first; all of them for None."""
        with schema.work(self._engine) as db:
            return database.run_lines(db, limit)

    def patches(self, key: str) -> list[PatchCell]:
        """Return the cells of a row that runs wrote, oldest first."""
        with schema.work(self._engine) as db:
            return database.patch_cells(db, key=key)

    def patches_of(self, run_id: int) -> list[PatchCell]:
        """Return the cells that a run wrote."""
        with schema.work(self._engine) as db:
            return database.patch_cells(db, run=run_id)

    def events(self, key: str) -> list[Event]:
        """Return what happened to a row, oldest first."""
        with schema.work(self._engine) as db:
            return database.events_of(db, key)

    def explain(self, key: str) -> Explanation:
        """Return everything that is known of a row; for a key never seen, nothing."""
        with schema.work(self._engine) as db:
            reader = Reader(db)
            known = database.snapshot(reader)
            row = known.loc[[key]] if key in known.index else changes.empty()
            content = {str(field): texts(row[field]) for field in row.columns}
            told = {field: words[0] for field, words in content.items() if any(words)}
            first, gone = (told.pop(name, None) for name in (changes.FIRST_SEEN, changes.GONE))
            return Explanation(
                key,
                database.moment_of(first) if first else None,
                database.moment_of(gone) if gone else None,
                told,
                database.decisions_of(reader, key),
                tuple(database.patch_cells(db, key=key)),
                tuple(database.events_of(db, key)),
                tuple(database.answers_about(reader, key)),
            )

    def job_successes(self) -> dict[str, pd.Timestamp]:
        """Return job name → the moment of its last success."""
        with schema.work(self._engine) as db:
            rows = db.execute(sa.select(schema.jobs.c.name, schema.jobs.c.last_success)).all()
        return {name: database.moment_of(at) for name, at in rows}

    def mark_job(self, name: str, at: pd.Timestamp) -> None:
        """Note that a job succeeded."""
        with schema.work(self._engine) as db:
            db.execute(sa.delete(schema.jobs).where(schema.jobs.c.name == name))
            db.execute(sa.insert(schema.jobs).values(name=name, last_success=moment(at)))


def _added(db: Connection, row: Mapping[str, Any]) -> int:
    """Add a run and return its number; what was known before it is kept if it wrote anything."""
    recorded = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    added = sa.insert(schema.runs).values({**row, "recorded": recorded})
    run_id = int(db.execute(added.returning(schema.runs.c.id)).scalar_one())
    if row["version_before"] != row["version_after"]:
        rewind.keep(db, run_id)
    return run_id
