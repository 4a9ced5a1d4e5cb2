"""Take back what was learned since a backup: a restored workbook meets the history of its time.

The log itself is never cut: runs that were taken back are marked, and no longer count.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.history import database, schema, states
from jobs.history.codec import moment
from jobs.history.database import RUN, RunLine

# So many states are kept: one for each rolling backup, and one more for a backup of a lost run.
KEPT = 6
# What the three-way comparison would take for a person's word where the state is not kept.
_OURS = (database.DECIDED, database.REASONS)
_STATE = ("state", "part", "place", "digest")


def keep(db: Connection, run_id: int) -> None:
    """Keep what is known before a run that wrote; states of runs long past are dropped.

    Args:
        db: the database.
        run_id: the run, stored already, what it leaves not yet.
    """
    kept, latest = schema.kept, schema.latest
    stored = sa.select(sa.literal(run_id), *(latest.c[name] for name in _STATE))
    db.execute(sa.insert(kept).from_select(["run_id", *_STATE], stored))
    there = sa.select(kept.c.run_id).distinct().order_by(kept.c.run_id.desc()).limit(KEPT)
    oldest = min(db.scalars(there), default=run_id)
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
    runs, undone, kept, latest = schema.runs, schema.undone, schema.kept, schema.latest
    # what later restores had taken back lies after that moment, too, or stands again
    db.execute(sa.delete(undone).where(undone.c.by >= before))
    gone = list(db.scalars(sa.select(runs.c.id).where(runs.c.id >= before, runs.c.id < by)))
    database.insert(db, undone, [{"run_id": one, "by": by} for one in gone])
    known = db.scalar(sa.select(sa.func.count()).where(kept.c.run_id == before))
    if known or not database.last_moment(db):
        db.execute(sa.delete(latest))
        then = sa.select(*(kept.c[name] for name in _STATE)).where(kept.c.run_id == before)
        db.execute(sa.insert(latest).from_select(list(_STATE), then))
    else:  # our columns are decided afresh, the rest is told as it is
        db.execute(sa.delete(latest).where(latest.c.state.in_(_OURS)))
    states.drop_unused(db)
    return gone
