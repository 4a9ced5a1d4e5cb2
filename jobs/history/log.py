"""What happened and what was written, run after run: long tables kept in packed segments.

A segment holds up to some thousand rows; the last one of a strand is packed again with the rows of
a run until it is full. So a year of runs is some hundred segments, and one column of one strand can
be read without the others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.history import packing, schema

# Rows up to which the last segment of a strand is packed again; more rows make segments of more.
SEGMENT = 8_192
RUN = "run_id"  # the column that every table of the log has: the run that the row belongs to


def append(db: Connection, log: str, strand: str, frame: pd.DataFrame) -> None:
    """Add the rows of a run to a strand.

    Args:
        db: the database.
        log: `events` or `patches`.
        strand: what is read together: all events, the patches of one field.
        frame: (rows × columns, `run_id` among them).
    """
    if frame.empty:
        return
    s = schema.segments.c
    last = db.execute(
        sa.select(s.id, s.rows, s.data)
        .where(s.log == log, s.strand == strand)
        .order_by(s.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.rows + len(frame) > SEGMENT:
        row = {"rows": len(frame), "data": packing.pack_frame(frame)}
        db.execute(sa.insert(schema.segments).values(log=log, strand=strand, **row))
        return
    whole = pd.concat([packing.unpack_frame(last.data), frame], ignore_index=True)
    changed = sa.update(schema.segments).where(s.id == last.id)
    db.execute(changed.values(rows=len(whole), data=packing.pack_frame(whole)))


def read(
    db: Connection,
    log: str,
    columns: Sequence[str],
    *,
    strands: Collection[str] | None = None,
    key: str | None = None,
    run: int | None = None,
) -> pd.DataFrame:
    """Return (rows × columns) of the runs that stand, oldest first; texts are categories.

    Args:
        db: the database.
        log: `events` or `patches`.
        columns: what is wanted.
        strands: only these.
        key: only the rows of this key.
        run: only the rows of this run.
    """
    s = schema.segments.c
    asked = sa.select(s.data).where(s.log == log).order_by(s.id)
    if strands is not None:
        asked = asked.where(s.strand.in_(strands))
    parts = [
        data for data in db.scalars(asked) if key is None or packing.may_hold(data, "key", key)
    ]
    if not parts:
        return pd.DataFrame({name: [] for name in columns})
    wanted = {*columns, RUN, *(["key"] if key is not None else [])}
    whole = packing.unpack_frames(parts, wanted, coded=True)
    undone = list(db.scalars(sa.select(schema.undone.c.run_id)))
    if undone:
        whole = whole[~whole[RUN].isin(undone)]
    if key is not None:
        whole = whole[whole["key"] == key]
    if run is not None:
        whole = whole[whole[RUN] == run]
    if not whole[RUN].is_monotonic_increasing:  # strands stand one after the other
        whole = whole.sort_values(RUN, kind="stable")
    return whole[list(columns)].reset_index(drop=True)
