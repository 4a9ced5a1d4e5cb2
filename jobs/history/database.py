"""What is asked of the database and written to it, in the words of the history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.history import changes, schema
from jobs.history.codec import facts_of, pack, unpack

# The kind of run that decides; the others only put the workbook right.
RUN = "run"
# How many values one question to the database may list.
_MANY = 500


class RunLine(NamedTuple):
    """One run: `now` is its moment, `counts` rows, planned, written, refused, findings by code.

    `kind` is `run`, `restore` or `reattach`; `undone` tells whether a restore took it back.
    """

    id: int
    kind: str
    now: pd.Timestamp
    version_before: str
    version_after: str
    rules_hash: str
    counts: Mapping[str, Any]
    undone: bool = False


class PatchCell(NamedTuple):
    """One cell that a run wrote, values as text, and why."""

    run_id: int
    now: pd.Timestamp
    rule: str
    field: str
    key: str
    before: str | None
    after: str | None
    code: str
    facts: Mapping[str, Any]


class Event(NamedTuple):
    """One change of a row between two runs; `source` is `team` or `dealkeeper`."""

    key: str
    field: str
    before: str | None
    after: str | None
    since: pd.Timestamp
    until: pd.Timestamp
    source: str


class Decision(NamedTuple):
    """Why a column holds what was decided at the latest run."""

    field: str
    code: str
    facts: Mapping[str, Any]


def moment_of(stored: str) -> pd.Timestamp:
    """Return a stored moment."""
    return pd.Timestamp(stored).as_unit("s")


def shaped(rows: Sequence[Sequence[Any]], model: pd.DataFrame) -> pd.DataFrame:
    """Return rows in the columns and dtypes of a model frame."""
    frame = pd.DataFrame(list(map(tuple, rows)), columns=list(model.columns), dtype=object)
    return frame.astype({str(name): dtype for name, dtype in model.dtypes.items()})


def insert(db: Connection, table: sa.Table, rows: Sequence[Mapping[Any, Any]]) -> None:
    """Add rows, if there are any."""
    if rows:
        db.execute(sa.insert(table), rows)


def stands(run_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that no restore took the run back."""
    return run_id.not_in(sa.select(schema.undone.c.run_id))


def last_moment(db: Connection) -> str:
    """Return the moment of the last run that stands, "" where there was none."""
    r = schema.runs.c
    decided = sa.select(r.now).where(r.kind == RUN, stands(r.id))
    return db.scalar(decided.order_by(r.id.desc()).limit(1)) or ""


def latest(db: Connection, name: str) -> pd.DataFrame | None:
    """Return a whole-table state as the last run left it, None where no run did."""
    data = db.scalar(sa.select(schema.latest.c.data).where(schema.latest.c.name == name))
    return None if data is None else unpack(data)


def replace_latest(db: Connection, name: str, frame: pd.DataFrame) -> None:
    """Replace a whole-table state, but only where it changed: an idle run stays small."""
    data, place = pack(frame), schema.latest.c.name == name
    stored = db.scalar(sa.select(schema.latest.c.data).where(place))
    if stored is None:
        db.execute(sa.insert(schema.latest).values(name=name, data=data))
    elif stored != data:
        db.execute(sa.update(schema.latest).where(place).values(data=data))


def snapshot(db: Connection) -> pd.DataFrame:
    """Return (known keys × fields, first_seen, gone) the stored snapshot."""
    known = latest(db, "snapshot")
    return changes.empty() if known is None else known


def decided(db: Connection) -> pd.DataFrame:
    """Return (known keys × owned columns) what was last decided."""
    known = latest(db, "decided")
    return pd.DataFrame(index=pd.Index([], dtype=object)) if known is None else known


def replace_memory(db: Connection, memory: Mapping[str, Any]) -> None:
    """Replace what stanzas remember; those that are not named keep theirs."""
    m = schema.memory.c
    stored = {row[0]: row[1] for row in db.execute(sa.select(m.stanza, m.value))}
    for stanza, value in memory.items():
        words = json.dumps(value, ensure_ascii=False, sort_keys=True)
        if stored.get(stanza) != words:
            db.execute(sa.delete(schema.memory).where(m.stanza == stanza))
            db.execute(sa.insert(schema.memory).values(stanza=stanza, value=words))


def add_reasons(db: Connection, reasons: Mapping[int, Mapping[str, Any]]) -> None:
    """Store the reasons that are not known yet."""
    ids = list(reasons)
    r = schema.reasons.c
    known: set[int] = set()
    for start in range(0, len(ids), _MANY):
        known.update(db.scalars(sa.select(r.id).where(r.id.in_(ids[start : start + _MANY]))))
    insert(db, schema.reasons, [reasons[one] for one in ids if one not in known])


def run_lines(db: Connection, limit: int | None) -> list[RunLine]:
    """Return the latest runs, newest first."""
    r = schema.runs.c
    rows = db.execute(
        sa.select(
            r.id, r.kind, r.now, r.version_before, r.version_after, r.rules_hash, r.counts,
            (~stands(r.id)).label("undone"),
        )
        .order_by(r.id.desc())
        .limit(limit)
    ).mappings()  # fmt: skip
    return [
        RunLine(
            **{
                **row,
                "now": moment_of(row["now"]),
                "counts": json.loads(row["counts"]),
                "undone": bool(row["undone"]),
            }
        )
        for row in rows
    ]


def patch_cells(db: Connection, where: sa.ColumnElement[bool]) -> list[PatchCell]:
    """Return written cells with their reasons, oldest first."""
    p, run, why = schema.patches.c, schema.runs.c, schema.reasons.c
    rows = db.execute(
        sa.select(p.run_id, run.now, p.rule, p.field, p.key, p.before, p.after, why.code, why.facts)
        .join_from(schema.patches, schema.runs)
        .join(schema.reasons, why.id == p.reason_id)
        .where(where, stands(p.run_id))
        .order_by(p.id)
    ).all()
    return [PatchCell(row[0], moment_of(row[1]), *row[2:8], facts_of(row[8])) for row in rows]


def events_of(db: Connection, key: str) -> list[Event]:
    """Return what happened to a row, oldest first."""
    e = schema.events.c
    rows = db.execute(
        sa.select(e.key, e.field, e.before, e.after, e.since, e.until, e.source)
        .where(e.key == key, stands(e.run_id))
        .order_by(e.id)
    ).all()
    return [Event(*row[:4], moment_of(row[4]), moment_of(row[5]), row[6]) for row in rows]


def decisions_of(db: Connection, key: str) -> tuple[Decision, ...]:
    """Return why the latest run decided what it did for a row."""
    reasons = latest(db, "reasons")
    if reasons is None or key not in reasons.index:
        return ()
    row = reasons.loc[[key]].dropna(axis="columns")
    ids = {str(field): int(row[field].iloc[0]) for field in row.columns}
    r = schema.reasons.c
    rows = db.execute(sa.select(r.id, r.code, r.facts).where(r.id.in_(ids.values()))).all()
    known = {row[0]: (row[1], facts_of(row[2])) for row in rows}
    return tuple(Decision(field, *known[one]) for field, one in ids.items())
