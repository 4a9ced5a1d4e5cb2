"""Whole-table states of which only the latest counts, kept column by column.

A state's parts are the columns of a frame (its index is the part ""), or the texts of a mapping.
The bytes of a part are stored once under their digest, however many states refer to them: a column
that did not change costs nothing, neither in the latest state nor in those that may be put back.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.history import packing, schema

INDEX = ""  # the part that holds the index of a frame
MEMORY = "memory"
_KEPT = "kept/"  # followed by a stanza's label and the name of a frame that it keeps


class Reader:
    """Reads states, each piece once.

    Args:
        db: the database.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._unpacked: dict[str, packing.Array] = {}
        p = schema.latest.c
        rows = db.execute(sa.select(p.state, p.part, p.digest).order_by(p.state, p.place)).all()
        self._parts: dict[str, dict[str, str]] = {}
        for state, part, digest in rows:
            self._parts.setdefault(state, {})[part] = digest

    def frame(self, state: str) -> pd.DataFrame | None:
        """Return a state that is a frame, None where no run left it."""
        parts = self._parts.get(state)
        if parts is None:
            return None
        columns = {part: self._piece(digest) for part, digest in parts.items()}
        index = pd.Index(columns.pop(INDEX), dtype=object, name="key")
        return pd.DataFrame(columns, index=index)

    def memory(self) -> dict[str, Any]:
        """Return stanza label → what it remembered."""
        parts = self._parts.get(MEMORY, {})
        return {part: json.loads(zlib.decompress(self._data(one))) for part, one in parts.items()}

    def kept(self) -> dict[str, dict[str, pd.DataFrame]]:
        """Return stanza label → name → frame that it kept; each with a RangeIndex."""
        found: dict[str, dict[str, pd.DataFrame]] = {}
        for state in self._parts:
            if state.startswith(_KEPT):
                stanza, _, name = state.removeprefix(_KEPT).rpartition("/")
                columns = self._parts[state].items()
                frame = pd.DataFrame({part: self._piece(digest) for part, digest in columns})
                found.setdefault(stanza, {})[name] = frame
        return found

    def _piece(self, digest: str) -> packing.Array:
        if digest not in self._unpacked:
            self._unpacked[digest] = packing.unpack(self._data(digest))
        return self._unpacked[digest]

    def _data(self, digest: str) -> bytes:
        p = schema.pieces.c
        return bytes(self._db.execute(sa.select(p.data).where(p.digest == digest)).scalar_one())


class _Part(NamedTuple):
    """A part to be stored: its name, the digest of its content, and what makes its bytes."""

    name: str
    digest: str
    data: Callable[[], bytes]


def replace_frame(
    db: Connection, state: str, frame: pd.DataFrame, before: pd.DataFrame | None = None
) -> None:
    """Replace a state by a frame and its index; columns that did not change are left alone.

    Args:
        db: the database.
        state: its name.
        frame: (keys × columns) what it shall hold.
        before: what it holds, where that is known: equal columns are then not even packed.
    """
    stored = _stored(db, state)
    same = frozenset() if before is None else _unchanged(frame, before) & stored.keys()
    columns = {INDEX: frame.index.to_series(), **{str(name): frame[name] for name in frame}}
    parts = (
        _Part(part, stored[part], bytes) if part in same else _packed(part, values)
        for part, values in columns.items()
    )
    _replace(db, state, stored, parts)


def replace_memory(db: Connection, memory: Mapping[str, Any]) -> None:
    """Replace what stanzas remember; those that are not named keep theirs."""
    stored = _stored(db, MEMORY)
    kept = [_Part(name, digest, bytes) for name, digest in stored.items() if name not in memory]
    told = [_text(label, json.dumps(memory[label], sort_keys=True)) for label in sorted(memory)]
    _replace(db, MEMORY, stored, [*kept, *told])


def replace_kept(
    db: Connection,
    kept: Mapping[str, Mapping[str, pd.DataFrame]],
    before: Mapping[str, Mapping[str, pd.DataFrame]],
) -> None:
    """Replace the frames that stanzas keep; a frame that is handed on as it was costs nothing.

    Args:
        db: the database.
        kept: stanza label → name → frame.
        before: what is stored.
    """
    named = {f"{_KEPT}{stanza}/{name}" for stanza, frames in kept.items() for name in frames}
    p = schema.latest.c
    there = db.scalars(sa.select(p.state).where(p.state.startswith(_KEPT)).distinct())
    for state in sorted(set(there) - named):
        db.execute(sa.delete(schema.latest).where(p.state == state))
    for stanza, frames in kept.items():
        for name, frame in frames.items():
            if frame is not before.get(stanza, {}).get(name):
                state = f"{_KEPT}{stanza}/{name}"
                parts = [_packed(str(column), values) for column, values in frame.items()]
                _replace(db, state, _stored(db, state), parts)


def drop_unused(db: Connection) -> None:
    """Forget the bytes that no state refers to any more."""
    p = schema.pieces.c
    used = sa.union(sa.select(schema.latest.c.digest), sa.select(schema.kept.c.digest))
    db.execute(sa.delete(schema.pieces).where(p.digest.not_in(used)))


def _stored(db: Connection, state: str) -> dict[str, str]:
    """Part → digest of a state, in order."""
    p = schema.latest.c
    rows = db.execute(sa.select(p.part, p.digest).where(p.state == state).order_by(p.place))
    return {row.part: row.digest for row in rows}


def _replace(db: Connection, state: str, stored: dict[str, str], parts: Iterable[_Part]) -> None:
    """Let a state consist of some parts, in their order."""
    fresh: dict[str, str] = {}
    for part in parts:
        if part.digest not in stored.values():
            _add(db, part)
        fresh[part.name] = part.digest
    if list(fresh.items()) == list(stored.items()):
        return
    db.execute(sa.delete(schema.latest).where(schema.latest.c.state == state))
    if fresh:
        rows = [
            {"state": state, "place": place, "part": part, "digest": digest}
            for place, (part, digest) in enumerate(fresh.items())
        ]
        db.execute(sa.insert(schema.latest), rows)


def _add(db: Connection, part: _Part) -> None:
    """Store the bytes of a part unless they are there."""
    p = schema.pieces.c
    if db.scalar(sa.select(p.digest).where(p.digest == part.digest)) is None:
        db.execute(sa.insert(schema.pieces).values(digest=part.digest, data=part.data()))


def _packed(name: str, values: pd.Series[Any]) -> _Part:
    plain = packing.plain_bytes(values)
    return _Part(name, _digest(plain), lambda: packing.compressed(plain))


def _text(name: str, text: str) -> _Part:
    plain = text.encode()
    return _Part(name, _digest(plain), lambda: zlib.compress(plain))


def _digest(plain: bytes) -> str:
    return hashlib.blake2b(plain, digest_size=16).hexdigest()


def _unchanged(after: pd.DataFrame, before: pd.DataFrame) -> frozenset[str]:
    """The parts of a frame that are what they were; a column of another kind is packed to see."""
    if not after.index.equals(before.index):
        return frozenset()
    known = (name for name in after.columns if name in before.columns)
    alike = (name for name in known if type(before[name].dtype) is type(after[name].dtype))
    same = (str(name) for name in alike if before[name].array.equals(after[name].array))
    return frozenset({INDEX, *same})
