"""The rule `dedupe`: duplicates to be marked, likely ones to be reviewed, customers fought over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from rules.dedupe import unchanged
from rules.dedupe.again import Frames
from rules.dedupe.asking import Told, questions, told
from rules.dedupe.deals import Deals
from rules.dedupe.matcher import DEFAULT_CERTAIN, DEFAULT_POSSIBLE, Matcher
from rules.dedupe.opportunities import KINDS, find
from rules.dedupe.roles import Role
from rules.dedupe.telling import CONFIRMED, DESPITE, DUPLICATE, REASONS, findings
from rules.invalid import Invalid
from rules.moments import NEVER
from rules.options import FieldName, Fraction
from rules.rule import Context, Decision, Outcome, Rule, decided
from rules.settings import State
from sync.say import Reason
from sync.table import Objects, Rows, as_text, column

_FIELDS: dict[str, Role] = {
    "customer": "customer",
    "contact": "contact",
    "phone": "phone",
    "email": "email",
    "region": "region",
}


class Dedupe(Rule):
    """Finds open opportunities that were entered twice, and customers that several owners work.

    Same customer and same opportunity are different things: two open opportunities of one customer
    are duplicates only if need, product or name match and none of them differs, or if both lack
    them all; otherwise they are related. Customers are compared without legal form, with region,
    brand, trade and branch apart; telephones and e-mail addresses support a name but prove nothing
    alone.

    ```yaml
    use: dedupe
    certain: 0.92          # score from which a duplicate is marked
    possible: 0.80         # score from which it is put before the supervisor
    fields:                # columns beside customer, contact, phone, email and region
      note: street         # this team keeps the address in the notes
      contact: null        # and does not keep contacts apart
    about: [need, product, name]
    master: oldest
    states: [open, on_hold]
    ```

    Decides `duplicate_of`: the master's key on certain duplicates, blank on all other rows. What
    the supervisor answers in the review tab goes before every score: a confirmed pair is certain, a
    rejected one no duplicate, until a compared field of either row changes.

    Figures:
        pairs: kind (certain, possible, contested, related), score, left, right (row positions),
            same, different (tuples of fields). For a certain cluster each row stands beside its
            master, for a customer fought over each further owner's first row beside the first.
        certain, possible, contested, related: how many pairs of each kind.
    """

    use: Literal["dedupe"] = "dedupe"
    certain: Fraction = DEFAULT_CERTAIN
    """Score (0 to 1) from which a duplicate is certain and marked."""
    possible: Fraction = DEFAULT_POSSIBLE
    """Score from which it is a finding for review; below, rows are at most related."""
    fields: dict[FieldName, Role | None] = Field(default_factory=dict)
    """Further columns that say who the customer is, and their role in the comparison (`customer`,
    `contact`, `person`, `phone`, `email`, `region`, `city`, `postcode`, `street`, `registration`,
    ...); `null` leaves one out."""
    about: Annotated[tuple[FieldName, ...], Field(min_length=1)] = ("need", "product", "name")
    """Columns that say what the opportunity is about."""
    master: Literal["oldest", "newest"] = "oldest"
    """Which of the rows with an owner is the master of a cluster."""
    states: Annotated[tuple[State, ...], Field(min_length=1)] = ("open", "on_hold")
    """Which opportunities are compared; all others get no mark."""

    reasons: ClassVar[tuple[Reason, ...]] = REASONS

    @model_validator(mode="after")
    def _ordered(self) -> Dedupe:
        if self.certain < self.possible:
            raise Invalid(
                "`certain` ({certain:percent}) may not be below `possible` ({possible:percent})",
                "`certain`（{certain:percent}）不能低于 `possible`（{possible:percent}）",
                certain=self.certain,
                possible=self.possible,
            )
        return self

    @property
    def roles(self) -> dict[str, Role]:
        """Field → role of all columns that say who the customer is."""
        merged = {**_FIELDS, **self.fields}
        return {name: role for name, role in merged.items() if role is not None}

    def reads(self) -> frozenset[str]:
        """Return the fields compared, and what chooses the master."""
        return frozenset({*self.roles, *self.about, "customer", "state", "owner", "created"})

    def writes(self) -> frozenset[str]:
        """Return `duplicate_of`."""
        return frozenset({"duplicate_of"})

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Find duplicates among the open rows, see `Rule.decide`.

        Rows of archive tabs are compared too: a row may repeat one of them, and is then marked with
        its key. They get no mark themselves, and pairs with them are not listed.
        """
        whole = self._with_archive(frame, ctx.archive)
        keys = as_text(whole["key"]).fillna("").to_numpy(dtype=object)
        live = self._live(whole, keys)
        rows = whole.iloc[live].reset_index(drop=True)
        roles = {name: role for name, role in self.roles.items() if rows[name].notna().any()}
        about = [name for name in self.about if rows[name].notna().any()]
        newest, fields = self.master == "newest", (*roles, *about)
        known = told(ctx.past.answers, rows, fields)
        pairs, kept = self._pairs(rows, roles, about, known, ctx.kept)
        ours = live < len(frame)
        mine = ours[pairs["left"]] | ours[pairs["right"]]
        asked = questions(pairs[mine], rows, fields, newest=newest) if ctx.asking else ()
        confirmed = known.confirmed(pairs["left"].to_numpy(), pairs["right"].to_numpy())
        pairs = pairs.assign(left=live[pairs["left"]], right=live[pairs["right"]])
        sure = (pairs["kind"] == "certain").to_numpy()
        marks = _marks(pairs[sure], confirmed[sure], keys, len(frame))
        here = (pairs["left"] < len(frame)) & (pairs["right"] < len(frame))
        pairs = pairs[here].reset_index(drop=True)
        counts = {kind: int((pairs["kind"] == kind).sum()) for kind in KINDS}
        return Outcome(
            {"duplicate_of": marks},
            findings(pairs, frame, keys),
            {"pairs": pairs, **counts},
            questions=asked,
            until=NEVER,
            kept=kept,
        )

    def _pairs(
        self,
        rows: pd.DataFrame,
        roles: Mapping[str, Role],
        about: Sequence[str],
        known: Told,
        kept: Frames,
    ) -> tuple[pd.DataFrame, Frames]:
        """Compare rows as `find` does, as far as the last run has not done it; what to keep."""
        looked = dict.fromkeys((*roles, *about, "customer", "key", "owner", "created"))
        answers = [part.tolist() for part in (known.left, known.right, known.same)]
        options = f"{self.model_dump_json()} {answers}"
        digest = unchanged.digest(rows[list(looked)], options)
        found = unchanged.pairs(kept, digest)
        if found is not None:
            return found, kept
        matcher = Matcher(rows, roles, certain=self.certain, possible=self.possible)
        newest = self.master == "newest"
        pairs, compared = find(rows, matcher, Deals(rows, about), known, kept, newest=newest)
        return pairs, {**compared, **unchanged.frames(digest, pairs)}

    def _with_archive(self, frame: pd.DataFrame, archive: pd.DataFrame) -> pd.DataFrame:
        """The table with the archived rows that may be repeated; a row that is in both counts once.

        An archived row without a key cannot be named, so it takes no part.
        """
        if archive.empty:
            return frame
        keys = as_text(column(archive, "key")).fillna("")
        known = (keys != "") & ~keys.isin(set(as_text(frame["key"])))
        wanted = archive[known & archive["state"].isin(self.states)]
        if wanted.empty:
            return frame
        kept = pd.DataFrame({name: column(wanted, name) for name in frame.columns})
        # the categories of two tabs do not add up by themselves
        names = frame.select_dtypes("category").columns
        parts = [part.astype(dict.fromkeys(names, "str")) for part in (frame, kept)]
        return pd.concat(parts, ignore_index=True)

    def _live(self, frame: pd.DataFrame, keys: Objects) -> Rows:
        """(rows compared) positions in the order of their keys: the sheet's is chance."""
        live = np.flatnonzero(frame["state"].isin(self.states).to_numpy())
        others = sorted({*self.roles, *self.about, "owner", "created"})
        texts = [pd.factorize(frame[name].iloc[live], sort=True)[0] for name in others]
        return live[np.lexsort((*texts, pd.factorize(keys[live], sort=True)[0]))]


def _marks(sure: pd.DataFrame, confirmed: Objects, keys: Objects, rows: int) -> Decision:
    """The master's key on each certain duplicate, blank on all other rows of the table.

    Args:
        sure: certain pairs; positions from `rows` on are archived rows.
        confirmed: (pairs) when the supervisor confirmed them, None where never.
        keys: of the table, then of the archived rows.
        rows: number of rows of the table.
    """
    named = ((keys[sure["left"]] != "") & (sure["right"] < rows)).to_numpy()
    sure, confirmed = sure[named], confirmed[named]
    at = sure["right"].to_numpy()
    names = ("master", "same", "different", "score", "at")
    facts = {name: np.full(rows, None, dtype=object) for name in names}
    facts["master"][at] = keys[sure["left"]]
    facts["at"][at] = confirmed
    for name in ("same", "different", "score"):
        facts[name][at] = sure[name].to_numpy(dtype=object)
    codes = np.full(rows, "", dtype=object)
    told = np.where(sure["different"].str.len() > 0, DESPITE.code, DUPLICATE.code)
    codes[at] = np.where(pd.notna(confirmed), CONFIRMED.code, told)
    values = pd.Series(pd.array(facts["master"], dtype="str"))
    return decided(values, np.ones(rows, dtype=bool), codes, **facts)
