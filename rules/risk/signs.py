"""One function per warning sign: which rows show it, its evidence, and when time shows more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from rules.hours import DAY
from rules.life import Changes, mapped
from rules.moments import NEVER, behind, midnight, next_of
from rules.options import Span
from rules.risk.lives import Life
from rules.rule import Context
from rules.worktime import Floats, Moments
from sync.table import Mask, Rows


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on a sign counts; see the options of the rule."""

    silent: float
    silent_least: Span
    pushed: int
    slow: float
    cut: float
    recent: Span


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A warning sign.

    Attributes:
        name: key of `SIGNS`.
        rows: (n) positions that show it, ascending.
        facts: (n × facts) of its sentence, without the sign's name.
        until: the first moment at which time alone may show it elsewhere.
    """

    name: str
    rows: Rows
    facts: pd.DataFrame = field(default_factory=pd.DataFrame)
    until: pd.Timestamp = NEVER


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What the signs look at.

    Attributes:
        frame: (rows × the fields).
        ctx: the moment, the calendar, the fields of the sheet.
        life: what is known of how the rows lived.
        active: (rows) which rows can be warned of.
        bounds: from where on a sign counts.
    """

    frame: pd.DataFrame
    ctx: Context
    life: Life
    active: Mask
    bounds: Bounds

    @property
    def now(self) -> np.datetime64:
        """The moment of the run."""
        return np.datetime64(self.ctx.now, "s")

    def changes(self, field: str) -> Changes:
        """Return the changes of a field of the rows."""
        found = self.life.log.of(field)
        return found.only(found.row < len(self.frame))

    def dates(self, key: str) -> Moments:
        """Return (rows) a date field."""
        return self.frame[key].to_numpy(dtype="datetime64[s]")


def silent(case: Case) -> Iterator[Sign]:
    """Customers who were not in touch for far longer than is usual with them."""
    last = case.dates("last_activity")
    days = case.life.rhythm
    known = case.active & ~np.isnat(last) & np.isfinite(days)
    least = case.ctx.worktime.due(last, case.bounds.silent_least)
    late = np.maximum(_after(last, case.bounds.silent * days), least)
    turn = behind(late)
    rows = np.flatnonzero(known & (case.now >= turn))
    facts = {"since": last[rows], "days": _whole(days[rows])}
    yield Sign("silent", rows, pd.DataFrame(facts), next_of(case.ctx.now, turn[known]))


def decision_maker(case: Case) -> Iterator[Sign]:
    """Decision makers who changed lately."""
    changes = case.changes("decision_maker")
    changes = changes.only((changes.before.notna() & changes.after.notna()).to_numpy())
    yield _latest("decision_maker", case, changes)


def pushed(case: Case) -> Iterator[Sign]:
    """Expected closes that were moved later several times."""
    changes = case.changes("expected_close")
    later = changes.only((changes.after > changes.before).to_numpy())
    times = np.bincount(later.row, minlength=len(case.frame))
    first = np.full(len(case.frame), np.datetime64("NaT", "s"))
    opening = later.only(later.first)
    first[opening.row] = opening.before.to_numpy(dtype="datetime64[s]")
    rows = np.flatnonzero(case.active & (times >= case.bounds.pushed))
    date = case.dates("expected_close")
    facts = {"times": times[rows], "first": first[rows], "last": date[rows]}
    yield Sign("pushed", rows, pd.DataFrame(facts))


def slow(case: Case) -> Iterator[Sign]:
    """Rows far longer in their stage, or open for far longer in all, than deals that were won."""
    life, stage = case.life, case.frame["stage"]
    days = mapped(stage, life.days)
    turn = behind(_after(life.since, case.bounds.slow * days))
    known = case.active & ~np.isnat(turn)
    late = known & (case.now >= turn)
    rows = np.flatnonzero(late)
    facts = pd.DataFrame({"since": life.since[rows], "days": _whole(days[rows])})
    facts["stage"] = stage.iloc[rows].to_numpy(dtype=object)
    facts["deals"] = mapped(stage.iloc[rows], life.deals).astype(np.int64)
    yield Sign("slow", rows, facts, next_of(case.ctx.now, turn[known]))
    created = case.dates("created")
    whole: Floats = np.full(len(stage), life.cycle, dtype=np.float64)
    turn = behind(_after(created, case.bounds.slow * whole))
    known = case.active & ~np.isnat(turn) & np.isnan(days)
    rows = np.flatnonzero(known & (case.now >= turn))
    facts = pd.DataFrame({"since": created[rows], "days": _whole(whole[rows])})
    yield Sign("old", rows, facts.assign(deals=life.cycles), next_of(case.ctx.now, turn[known]))


def cut(case: Case) -> Iterator[Sign]:
    """Amounts that were cut lately and not raised again."""
    changes = case.changes("amount")
    before, after = _floats(changes.before), _floats(changes.after)
    changes = changes.only(after <= before * (1 - case.bounds.cut))
    now = _floats(case.frame["amount"])[changes.row]
    still = now <= _floats(changes.before) * (1 - case.bounds.cut)
    yield _latest("cut", case, changes.only(still))


def regressed(case: Case) -> Iterator[Sign]:
    """Rows that moved back lately and are still before where they were."""
    order = case.ctx.settings.stage_order
    changes = case.changes("stage")
    before, after = (mapped(each, order) for each in (changes.before, changes.after))
    now = mapped(case.frame["stage"], order)
    back = (after < before) & (now[changes.row] < before)
    yield _latest("regressed", case, changes.only(back))


def no_next_step(case: Case) -> Iterator[Sign]:
    """Rows for which nothing is planned, as far as the sheet has columns for plans."""
    columns = [key for key in ("next_step", "next_step_date") if key in case.ctx.present]
    if columns:
        blank = case.frame[columns].isna().all(axis=1).to_numpy()
        yield Sign("no_next_step", np.flatnonzero(case.active & blank))


def close_passed(case: Case) -> Iterator[Sign]:
    """Rows whose expected close lies before today."""
    date = case.dates("expected_close")
    today = case.ctx.now.normalize().to_datetime64()
    rows = np.flatnonzero(case.active & (date < today))
    until = midnight(case.ctx.now)
    yield Sign("close_passed", rows, pd.DataFrame({"date": date[rows]}), until)


def _latest(name: str, case: Case, changes: Changes) -> Sign:
    """The last of some changes of each row, as long as it is recent."""
    changes = changes.only(changes.last)
    until = behind(case.ctx.worktime.due(changes.until, case.bounds.recent))
    fresh = case.active[changes.row] & ~(case.now >= until)
    shown = changes.only(fresh)
    facts = pd.DataFrame(
        {
            "before": shown.before.astype(object),
            "after": shown.after.astype(object),
            "date": shown.until.astype("datetime64[D]").astype("datetime64[s]"),
        }
    )
    return Sign(name, shown.row, facts, next_of(case.ctx.now, until[fresh]))


def _floats(values: pd.Series[Any]) -> Floats:
    """(rows) numbers, NaN for missing."""
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _after(moments: Moments, days: Floats) -> Moments:
    """(rows) moments so many days later, NaT where the days are not known."""
    known = np.isfinite(days) & ~np.isnat(moments)
    seconds = np.rint(np.where(known, days, 0) * DAY).astype("timedelta64[s]")
    return np.where(known, moments + seconds, np.datetime64("NaT", "s"))


def _whole(days: Floats) -> Rows:
    """(rows) whole days, at least one."""
    return np.asarray(np.maximum(np.rint(days), 1), dtype=np.int64)


LOOK: Mapping[str, Callable[[Case], Iterator[Sign]]] = {
    look.__name__: look
    for look in (
        silent, decision_maker, pushed, slow, cut, regressed, no_next_step, close_passed,
    )
}  # fmt: skip
"""Name of a sign in the rules file → what looks for it."""
