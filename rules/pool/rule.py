"""The pool rule: when an opportunity goes back, whom it is taken from, and who may not have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from rules.moments import midnight, next_of
from rules.options import Limit, Span
from rules.pool.terms import Spans, is_soon, owned_since, returns_on, winners
from rules.pool.words import DUE, GONE, HOPS, KEPT, NO_WORD, REASONS, RETURNED, SOON
from rules.rule import Context, Decision, Outcome, Rule, decided
from rules.settings import Settings
from rules.when import When, fields_of, matches, until
from rules.worktime import Moments
from sync.say import Reason
from sync.table import Finding, Level, Mask, Rows, as_text


class Pool(Rule):
    """Takes opportunities back from owners who do not follow up, after fair warning.

    An owner keeps a row for `after` from the last follow-up, at least for the protection and at
    most for the maximum; 免催至 puts the return off once, by the extension at most. It is told
    `warn` before, never later than that long after the rule first ran. What happens then is
    `action`: only told; the pool's word (the first of `unassigned`) written into the owner's cell;
    or the row given to somebody else by `assign_owner` in mode `fill`, which stands below.

    ```yaml
    use: pool
    after: 15 workdays
    protection: 10 workdays
    extension: 5 workdays
    maximum: 90 days
    warn: 3 workdays
    cooldown: 30 days            # before the same owner may have it again
    hops: 3                      # after so many returns a manager decides
    exempt:
      - {amount: {at_least: 100万}}
    action: tell                 # or return, reassign
    ```

    It decides `returns_on` on the rows that may go back, and for `assign_owner` `returned_from`:
    who had a row until lately. Rows of customers with won deals stay. Figures: `soon`, `returned`
    (owner → rows).
    """

    use: Literal["pool"] = "pool"
    after: Limit = Span(15, "workdays")
    """How long an owner may go without following up."""
    protection: Limit | None = Span(10, "workdays")
    """How long a new owner keeps the row in any case; `null` for no protection."""
    extension: Limit | None = Span(5, "workdays")
    """How far 免催至 may put a return off, once; `null` for not at all."""
    maximum: Limit | None = Span(90, "days")
    """How long an owner may keep an open row at most; `null` for any time."""
    warn: Limit = Span(3, "workdays")
    """How long before the return it is warned of."""
    cooldown: Limit | None = Span(30, "days")
    """How long the row is not given to the same owner again; `null` for at once."""
    hops: int | None = Field(default=3, ge=1)
    """After how many returns a manager decides; `null` for never."""
    won_customers: bool = True
    """Whether rows of customers with won deals are exempt."""
    exempt: tuple[When, ...] = ()
    """Conditions of which any exempts a row."""
    action: Literal["tell", "return", "reassign"] = "tell"
    """What happens on the day: only told, the pool's word in the owner's cell, or a new owner."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS
    opt_in: ClassVar[bool] = True

    def reads(self) -> frozenset[str]:
        """Return owners, follow-ups and dates, and the fields of the exemptions."""
        own = frozenset(
            {
                "state", "owner", "customer", "created", "last_activity", "snooze", "duplicate_of",
            }
        )  # fmt: skip
        return own.union(*map(fields_of, self.exempt))

    def writes(self) -> frozenset[str]:
        """Return the date of the return, and the owner where rows are taken back."""
        also = {"owner"} if self.action != "tell" else set()
        return frozenset({"returns_on", "returned_from"} | also)

    def lint(self, settings: Settings) -> tuple[Finding, ...]:
        """Return a finding where the pool has no word."""
        if self.action != "return" or settings.unassigned:
            return ()
        return (Finding(self.use, NO_WORD.code, facts={"stanza": self.label}),)

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Tell when each row goes back, and take back what is due; see `Rule.decide`."""
        began = pd.Timestamp(ctx.memory.get("began", ctx.now))
        earlier: Mapping[str, Any] = ctx.memory.get("returned", {})
        since = owned_since(frame, ctx, earlier)
        spans = Spans(self.after, self.protection, self.extension, self.maximum, self.warn)
        on, idle = returns_on(frame, ctx, since, began, spans)
        owned = self._owned(frame, ctx)
        hops = frame["key"].map({key: each["hops"] for key, each in earlier.items()}).fillna(0)
        tired = owned & (hops >= (self.hops or np.inf)).to_numpy()
        held = owned & ~tired & ~np.isnat(on)
        due = held & (on <= ctx.now.to_datetime64())
        state = _State(held, due, tired, on, idle)
        returned = dict(earlier) | self._taken(frame, ctx, state, hops)
        kept = self._remembered(frame, returned)
        soon = held & ~due & is_soon(on, ctx, self.warn)
        owner = as_text(frame["owner"])
        exempted = [until(when, frame, ctx) for when in self.exempt]
        return Outcome(
            self._decisions(frame, ctx, state, kept),
            (
                *_told(SOON, "warning", owner, soon),
                *_told(DUE if self.action == "tell" else GONE, "warning", owner, due),
                *_tired(tired, self.hops),
            ),
            {
                "soon": _counts(owner, soon),
                "returned": _counts(owner, due),
            },
            {"began": began.isoformat(), "returned": kept},
            next_of(ctx.now, midnight(ctx.now), on[held], *exempted),
        )

    def _owned(self, frame: pd.DataFrame, ctx: Context) -> Mask:
        """(rows) which rows may be taken from somebody."""
        alone = ~frame["key"].duplicated(keep=False) & (frame["key"] != "")
        owned = alone & (frame["state"] == "open") & frame["owner"].notna()
        owned &= frame["duplicate_of"].isna()
        if self.won_customers:
            owned &= ~winners(frame, ctx.archive)
        for when in self.exempt:
            owned &= ~matches(when, frame, ctx)
        return np.asarray(owned, dtype=bool)

    def _taken(
        self, frame: pd.DataFrame, ctx: Context, state: _State, hops: pd.Series[Any]
    ) -> dict[str, Any]:
        """Key → what to remember of the rows that are taken back now."""
        if self.action == "tell" or (self.action == "return" and not ctx.settings.unassigned):
            return {}
        rows = np.flatnonzero(state.due)
        at = ctx.now.isoformat()
        return {
            str(key): {"from": str(owner), "at": at, "hops": int(count) + 1}
            for key, owner, count in zip(
                frame["key"].iloc[rows], frame["owner"].iloc[rows], hops.iloc[rows], strict=True
            )
        }

    @staticmethod
    def _remembered(frame: pd.DataFrame, returned: Mapping[str, Any]) -> dict[str, Any]:
        """What is still worth remembering: rows that are open."""
        is_open = frame["key"][frame["state"].isin(["open", "on_hold"])]
        here = is_open[is_open.isin(list(returned))]
        return {str(key): returned[key] for key in sorted(set(here))}

    def _decisions(
        self, frame: pd.DataFrame, ctx: Context, state: _State, kept: Mapping[str, Any]
    ) -> dict[str, Decision]:
        everywhere = np.ones(len(frame), dtype=bool)
        facts = {
            "owner": as_text(frame["owner"]),
            "since": pd.Series(state.idle),
            "date": pd.Series(state.on),
            "after": str(self.after),
        }
        when = pd.Series(state.on).where(state.held)
        codes = np.where(state.held, KEPT.code, "")
        barred = pd.Series(pd.array([None] * len(frame), dtype="str"))
        if self.cooldown is not None and kept:
            moments = np.array([each["at"] for each in kept.values()], dtype="datetime64[s]")
            over = ctx.worktime.due(moments, self.cooldown) <= ctx.now.to_datetime64()
            names = {k: e["from"] for (k, e), ok in zip(kept.items(), over, strict=True) if not ok}
            barred = frame["key"].map(names).astype("str")
        decisions = {
            "returns_on": decided(when, everywhere, codes, **facts),
            "returned_from": decided(barred, everywhere),
        }
        word = next(iter(ctx.settings.unassigned), None)
        if self.action == "reassign" or (self.action == "return" and word is not None):
            to = word if self.action == "return" else None
            values = pd.Series(pd.array([to] * len(frame), dtype="str"))
            taken = decided(values, state.due, RETURNED.code, **facts)
            decisions["owner"] = Decision(values, state.due, taken.reasons, replaces=True)
        return decisions


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """How the rows stand.

    Attributes:
        held: (rows) which rows somebody holds, that may go back.
        due: (rows) which of them go back now.
        tired: (rows) which went back too often already.
        on: (rows) datetime64[s] when each goes back.
        idle: (rows) datetime64[s] from when on nobody followed up.
    """

    held: Mask
    due: Mask
    tired: Mask
    on: Moments
    idle: Moments


def _told(reason: Reason, level: Level, owner: pd.Series[Any], rows: Mask) -> Iterator[Finding]:
    """Yield a finding per owner."""
    for name, places in owner[rows].groupby(owner[rows]).groups.items():
        where: Rows = np.sort(np.asarray(places, dtype=np.int64))
        facts = {"owner": str(name), "count": len(where)}
        yield Finding("pool", reason.code, level, where, facts)


def _tired(rows: Mask, hops: int | None) -> Iterator[Finding]:
    where = np.flatnonzero(rows)
    if len(where):
        yield Finding("pool", HOPS.code, "warning", where, {"hops": hops, "count": len(where)})


def _counts(owner: pd.Series[Any], rows: Mask) -> dict[str, int]:
    return {str(name): int(count) for name, count in owner[rows].value_counts().items()}
