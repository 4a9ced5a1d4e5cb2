"""What is asked of the database and written to it, in the words of the history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.history import changes, log, schema
from jobs.history.codec import reason_of
from jobs.history.states import Reader
from rules.past import SHOWN, Past
from rules.questions import Topic, Verdict, empty_answers

# The kind of run that decides; the others only put the workbook right.
RUN = "run"
# The names of the logs and states.
EVENTS, PATCHES = "events", "patches"
SNAPSHOT, DECIDED, REASONS, ANSWERS = "snapshot", "decided", "reasons", "answers"
# The decided columns that give somebody an owner.
_OWNERS = ("owner", "suggested_owner")
_PATCH = (log.RUN, "at", "rule", "field", "key", "before", "after", "reason")
_EVENT = ("key", "field", "before", "after", "since", "until", "source")


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


class Answered(NamedTuple):
    """What the supervisor answered about a row; `others` are the other rows of the question."""

    at: pd.Timestamp
    topic: Topic
    verdict: Verdict
    value: str
    others: tuple[str, ...]
    note: str


class Decision(NamedTuple):
    """Why a column holds what was decided at the latest run."""

    field: str
    code: str
    facts: Mapping[str, Any]


def moment_of(stored: str) -> pd.Timestamp:
    """Return a stored moment."""
    return pd.Timestamp(stored).as_unit("s")


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


def past(db: Connection, reader: Reader, known: pd.DataFrame) -> Past:
    """Return what rules may know of the past.

    Args:
        db: the database.
        reader: of its states.
        known: the stored snapshot.
    """
    model = Past()
    first = known[changes.FIRST_SEEN]
    codes, moments = pd.factorize(first)
    seen = {"key": known.index, "first_seen": pd.to_datetime(moments).as_unit("s")[codes]}
    happened = log.read(db, EVENTS, list(model.events.columns))
    given = log.read(db, PATCHES, ("key", "after", "at", "rule"), strands=_OWNERS)
    given = given[given["after"].notna()].rename(columns={"after": "owner"})
    given = given.astype(dict.fromkeys(("key", "owner", "rule"), "str"))
    shown = log.read(db, PATCHES, ("key", "field", "before", "after", "at"), strands=SHOWN)
    shown = shown.rename(columns={"at": "until"}).assign(since=lambda made: made["until"])
    return Past(
        _shaped(pd.DataFrame(seen), model.seen),
        _shaped(happened, model.events),
        _shaped(given.reset_index(drop=True), model.assignments),
        answers=answers(reader),
        shown=_shaped(shown[list(model.shown.columns)], model.shown),
    )


def _shaped(frame: pd.DataFrame, model: pd.DataFrame) -> pd.DataFrame:
    """The frame with the dtypes of a model; texts may be categories."""
    coded = frame.select_dtypes("category").columns
    return frame.astype({str(n): kind for n, kind in model.dtypes.items() if n not in coded})


def snapshot(reader: Reader) -> pd.DataFrame:
    """Return (known keys × fields, first_seen, gone) the stored snapshot."""
    known = reader.frame(SNAPSHOT)
    return changes.empty() if known is None else known


def decided(reader: Reader) -> pd.DataFrame:
    """Return (known keys × owned columns) what was last decided."""
    known = reader.frame(DECIDED)
    return pd.DataFrame(index=pd.Index([], dtype=object)) if known is None else known


def answers(reader: Reader) -> pd.DataFrame:
    """Return what the supervisor answered, as `rules.questions.empty_answers`."""
    known = reader.frame(ANSWERS)
    return empty_answers() if known is None else known.fillna("")


def answers_about(reader: Reader, key: str) -> list[Answered]:
    """Return the answers about a row, oldest first."""
    known = answers(reader)
    found = []
    for row in known[known["topic"] != "spelling"].to_dict("records"):
        about = json.loads(row["about"])
        if key in about:
            others = tuple(other for other in about if other != key)
            found.append(
                Answered(
                    moment_of(row["at"]), row["topic"], row["verdict"], row["value"], others,
                    row["note"],
                )
            )  # fmt: skip
    return sorted(found)


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


def patch_cells(
    db: Connection, *, key: str | None = None, run: int | None = None
) -> list[PatchCell]:
    """Return the cells that were written to a row, or by a run, oldest first."""
    found = log.read(db, PATCHES, _PATCH, key=key, run=run)
    return [
        PatchCell(*row[:-1], *reason_of(row[-1]))  # type: ignore[call-arg]
        for row in _tuples(found)
    ]


def events_of(db: Connection, key: str) -> list[Event]:
    """Return what happened to a row, oldest first."""
    return [Event(*row) for row in _tuples(log.read(db, EVENTS, _EVENT, key=key))]


def decisions_of(reader: Reader, key: str) -> tuple[Decision, ...]:
    """Return why the latest run decided what it did for a row."""
    reasons = reader.frame(REASONS)
    if reasons is None or key not in reasons.index:
        return ()
    row = reasons.loc[[key]].dropna(axis="columns")
    return tuple(Decision(str(field), *reason_of(row[field].iloc[0])) for field in row.columns)


def _tuples(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows of a frame, None where missing, moments to the second."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [
        tuple(v.as_unit("s") if isinstance(v, pd.Timestamp) else v for v in row)
        for row in plain.itertuples(index=False, name=None)
    ]
