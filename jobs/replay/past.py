"""The table as it stood at moments gone by, told backwards from the table as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from jobs.history.changes import TRACKED
from jobs.planner import Prepared
from rules.life import Columns, Log, Standing
from rules.past import Past
from rules.resolve import resolve
from rules.settings import STATES, Settings
from sync.table import Mask, column


class PastStates:
    """The states of a table that its history can tell.

    Fields that the history does not track are told as they are now. Owners that a run filled in
    are taken back, so that rules can be asked for one again.

    Args:
        prepared: the plan of the rules in force on the table as it stands.
        settings: of the rules in force.
    """

    def __init__(self, prepared: Prepared, settings: Settings) -> None:
        self.past: Past = prepared.result.ctx.past
        self._raw = prepared.table.frame
        self._size = len(prepared.table)
        resolved = prepared.result.resolved
        gone = self.past.gone
        rows = pd.concat([resolved, gone], ignore_index=True) if len(gone) else resolved
        self._rows = rows
        keys = rows["key"].astype("str")
        self._log = Log(keys.mask(keys.duplicated(keep=False), ""), self.past.timeline, settings)
        self._now = Columns(_facts(rows, self._log))

    @property
    def since(self) -> pd.Timestamp | None:
        """The first run, None where there was none."""
        seen = self.past.seen["first_seen"]
        return None if seen.empty else pd.Timestamp(seen.min())

    @property
    def untold(self) -> frozenset[str]:
        """Fields of the sheet that are told as they are now, whatever they were then."""
        return frozenset(self._raw.columns) - {*TRACKED, "id", "created", "outcome"}

    def table(self, moment: pd.Timestamp) -> pd.DataFrame:
        """Return (rows that were there × `key` and fields) the table just before a moment.

        Words of stage and outcome stand as in the sheet where they have not changed since.
        """
        standing = Standing(self._now, self._log, moment)
        made = {key: column(self._rows, key) for key in self._rows.columns if key != "gone"}
        for field in TRACKED:
            if field in made and field != "state":
                made[field] = self._told(standing, field)
        self._forget_later(made, standing)
        state = np.array(STATES, dtype=object)[standing.state]
        changed = standing.state != self._now["state"]
        raw_outcome = self._raw_words("outcome")
        made["outcome"] = pd.Series(np.where(changed | (raw_outcome == ""), state, raw_outcome))
        there = np.flatnonzero(standing.present)
        frame = pd.DataFrame(made).drop(columns="state").iloc[there].reset_index(drop=True)
        ours = self._filled_by_us(moment)[there]
        return frame.assign(owner=column(frame, "owner").astype("str").mask(ours))

    def before(self, moment: pd.Timestamp) -> Past:
        """Return what the history knew at a moment."""
        known = self.past
        return replace(
            known,
            seen=known.seen[known.seen["first_seen"] <= moment],
            events=known.events[known.events["until"] <= moment],
            assignments=known.assignments[known.assignments["at"] <= moment],
            gone=known.gone[known.gone["gone"] <= moment],
        )

    def _told(self, standing: Standing, field: str) -> pd.Series[Any]:
        now, before = self._rows[field], self._log.of(field).before
        told = standing.told(field, now.to_numpy(dtype=object), before.to_numpy(dtype=object))
        values = pd.Series(told, dtype=object)
        if now.dtype.kind == "M":
            return pd.to_datetime(values).astype("datetime64[s]")
        return values.astype("str" if isinstance(now.dtype, pd.CategoricalDtype) else now.dtype)

    def _forget_later(self, made: dict[str, pd.Series[Any]], standing: Standing) -> None:
        """Blank, in place, dates that nobody could know yet, and those of another stage."""
        for key in ("stage_entered", "closed"):
            if key in made:
                made[key] = made[key].mask(made[key] >= standing.moment)
        if {"stage", "stage_entered"} <= made.keys():
            moved = made["stage"].astype("str").fillna("") != _words(self._rows["stage"])
            made["stage_entered"] = made["stage_entered"].mask(moved)

    def _raw_words(self, key: str) -> Any:
        """(rows) a column as the sheet has it, "" for rows that went."""
        words = np.full(len(self._rows), "", dtype=object)
        words[: self._size] = _words(column(self._raw, key))
        return words

    def _filled_by_us(self, moment: pd.Timestamp) -> Mask:
        """(rows) whose owner, as it stood, a run had filled in."""
        changes = self._log.of("owner")
        given = pd.MultiIndex.from_frame(self.past.assignments[["key", "at"]])
        made = pd.MultiIndex.from_arrays(
            [self._rows["key"].astype("str").iloc[changes.row], pd.DatetimeIndex(changes.until)]
        )
        earlier = changes.until < np.datetime64(moment, "s")
        last = earlier & ~np.append(earlier[1:] & (changes.row[1:] == changes.row[:-1]), False)
        found = np.zeros(len(self._rows), dtype=bool)
        found[changes.row[last & made.isin(given)]] = True
        return found


def _words(values: pd.Series[Any]) -> Any:
    return values.astype("str").fillna("").to_numpy(dtype=object)


def _facts(rows: pd.DataFrame, log: Log) -> pd.DataFrame:
    """(rows) what `Standing` asks of: the state, when a row came, was closed and went."""
    words = pd.Categorical(rows["state"].astype("str"), categories=list(STATES))
    closed = column(rows, "closed").to_numpy(dtype="datetime64[s]").copy()
    changes = log.of("state")
    last = changes.row[changes.last]
    closed[last] = np.where(np.isnat(closed[last]), changes.until[changes.last], closed[last])
    created = column(rows, "created").to_numpy(dtype="datetime64[s]").copy()
    came = log.of("created")
    created[came.row] = np.where(np.isnat(created[came.row]), came.until, created[came.row])
    gone = column(rows, "gone")
    return pd.DataFrame(
        {
            "state": np.maximum(words.codes.astype(np.int64), STATES.index("open")),
            "created": created,
            "closed": closed,
            "gone": gone if "gone" in rows.columns else np.datetime64("NaT", "s"),
        }
    )


def resolved(frame: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return a table of the past in the words of some rules."""
    names = [key for key in ("stage", "owner", "customer") if key in frame.columns]
    categories = {key: frame[key].astype("str").astype("category") for key in names}
    return resolve(frame.assign(**categories), settings)


def moments(start: pd.Timestamp, until: pd.Timestamp, step: pd.Timedelta) -> Sequence[pd.Timestamp]:
    """Return the moments of a replay; a day without a time is taken at its end."""
    end = pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
    first, last = (day + end if day == day.normalize() else day for day in (start, until))
    return list(pd.date_range(first, last, freq=step))
