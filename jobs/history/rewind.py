"""Take back what was learned since a backup: a restored workbook meets the history of its time.

The log itself is never cut: runs that were taken back are marked, and no longer count.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.history import database, schema
from jobs.history.codec import moment
from jobs.history.database import RUN, RunLine

# So many states are kept: one for each rolling backup, and one more for a backup of a lost run.
KEPT = 6
_MEMORY = "memory"  # its name among the kept states; `latest` has none of this name
# What the three-way comparison would take for a person's word where the state is not kept.
_OURS = ("decided", "reasons")


def keep(db: Connection, run_id: int) -> None:
    """Keep what is known before a run that wrote; states of runs long past are dropped.

    Args:
        db: the database.
        run_id: the run, stored already, what it leaves not yet.
    """
    kept, latest, m = schema.kept, schema.latest, schema.memory.c
    stored = sa.select(sa.literal(run_id), latest.c.name, latest.c.data)
    db.execute(sa.insert(kept).from_select(["run_id", "name", "data"], stored))
    memory = {row.stanza: row.value for row in db.execute(sa.select(m.stanza, m.value))}
    row = {"run_id": run_id, "name": _MEMORY, "data": json.dumps(memory).encode()}
    db.execute(sa.insert(kept).values(row))
    there = sa.select(kept.c.run_id).distinct().order_by(kept.c.run_id.desc()).limit(KEPT)
    oldest = min(db.scalars(there))
    db.execute(sa.delete(kept).where(kept.c.run_id < oldest))


def point(lines: Sequence[RunLine], version: str, taken: str | None) -> int | None:
    """Find the run before which the workbook held a content.

    That is the last one that began with it, or that followed one that ended with it. A backup that
    no run knows (the run that took it was killed) belongs before the first run from its moment on.

    Args:
        lines: all runs, newest first.
        version: of the content.
        taken: when the backup was taken, None for the very beginning.

    Returns:
        The number of the run, None where nothing has happened since.
    """
    standing = [line for line in reversed(lines) if not line.undone]
    for at in range(len(standing), -1, -1):
        ended = at > 0 and standing[at - 1].version_after == version
        if ended or (at < len(standing) and standing[at].version_before == version):
            return standing[at].id if at < len(standing) else None
    later = (
        line.id
        for line in standing
        if line.kind == RUN and (taken is None or moment(line.now) >= taken)
    )
    return next(later, None)


def take_back(db: Connection, before: int, by: int) -> list[int]:
    """Put back what was known before a run, and mark it and all later ones.

    Args:
        db: the database.
        before: number of the run.
        by: number of the restore.

    Returns:
        The numbers of the runs that no longer count.
    """
    runs, undone, kept = schema.runs, schema.undone, schema.kept
    states = {
        row.name: row.data
        for row in db.execute(sa.select(kept.c.name, kept.c.data).where(kept.c.run_id == before))
    }
    # what later restores had taken back lies after that moment, too, or stands again
    db.execute(sa.delete(undone).where(undone.c.by >= before))
    gone = list(db.scalars(sa.select(runs.c.id).where(runs.c.id >= before, runs.c.id < by)))
    database.insert(db, undone, [{"run_id": one, "by": by} for one in gone])
    if states or not database.last_moment(db):
        _put_back(db, states)
    else:  # our columns are decided afresh, the rest is told as it is
        db.execute(sa.delete(schema.latest).where(schema.latest.c.name.in_(_OURS)))
    return gone


def _put_back(db: Connection, states: dict[str, bytes]) -> None:
    memory = json.loads(states.pop(_MEMORY, b"{}"))
    db.execute(sa.delete(schema.latest))
    db.execute(sa.delete(schema.memory))
    database.insert(db, schema.latest, [{"name": n, "data": data} for n, data in states.items()])
    database.insert(db, schema.memory, [{"stanza": s, "value": v} for s, v in memory.items()])
