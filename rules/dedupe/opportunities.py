"""From same customers to duplicate, related and contested opportunities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rules.dedupe.again import Frames
from rules.dedupe.asking import Told
from rules.dedupe.cluster import clusters
from rules.dedupe.deals import Deals, Verdicts, masters
from rules.dedupe.matcher import Matcher, Matches
from rules.dedupe.tokens import Ints
from sync.table import Mask, as_text

KINDS = ("certain", "possible", "contested", "related")


def find(
    rows: pd.DataFrame,
    matcher: Matcher,
    deals: Deals,
    told: Told,
    kept: Frames,
    *,
    newest: bool,
) -> tuple[pd.DataFrame, Frames]:
    """Find what open opportunities have to do with each other.

    Args:
        rows: (rows × key, owner, created) open opportunities.
        matcher: of their customers.
        deals: what they are about.
        told: what the supervisor has said of pairs of rows; it goes before everything else.
        kept: what an earlier run kept, to spare this one work.
        newest: whether the newest row of a cluster is its master instead of the oldest.

    Returns:
        (pairs) kind, score, left, right, same, different, by kind and falling score. `certain`: a
        row (right) and its master (left). `contested`: the first rows of two owners who work one
        customer. `possible` and `related` stand for whole clusters by their masters. Besides, what
        spares the next run work.
    """
    found = matcher.match(kept)
    pairs = deals.within(found.labels)
    joined = _joined_pairs(rows, pairs, found.certain, matcher)
    joined &= ~told.among(pairs.left, pairs.right, same=False)
    groups = _grouped(len(rows), pairs, joined, deals, told)
    leader = masters(rows, groups, newest=newest)
    copies = np.flatnonzero(leader != np.arange(len(rows)))
    asked = (pairs.duplicates & ~joined) | pairs.doubtful
    apart = _between(leader, told.left[~told.same], told.right[~told.same])
    torn = _torn(found)
    torn = torn[deals.between(*torn.T).duplicates]
    first = np.concatenate([pairs.left[asked], torn[:, 0]])
    second = np.concatenate([pairs.right[asked], torn[:, 1]])
    likely = _without(_between(leader, first, second), apart)
    near = found.pairs[found.pairs["kind"] == "related"]
    ahead = masters(rows, found.labels, newest=newest)
    linked = _between(leader, near["left"].to_numpy(), near["right"].to_numpy())
    others = _between(leader, ahead, np.arange(len(rows)))
    kinds = {
        "certain": np.column_stack([leader[copies], copies]),
        "possible": likely,
        "contested": _contested(rows, found.certain, newest=newest),
        "related": _without(np.unique(np.concatenate([linked, others]), axis=0), likely),
    }
    return _described(kinds, matcher, deals), found.kept


def _torn(found: Matches) -> Ints:
    """(pairs × 2) rows that match as well as those of the cluster that one of them is in."""
    pairs = found.pairs[found.pairs["kind"] != "related"]
    both = pairs[["left", "right"]].to_numpy(dtype=np.int64)
    apart = found.labels[both[:, 0]] != found.labels[both[:, 1]]
    torn: Ints = both[apart & found.between[both].any(axis=1)]
    return torn


def _grouped(rows: int, pairs: Verdicts, joined: Mask, deals: Deals, told: Told) -> Ints:
    """(rows) clusters of pairs that are one deal, those that the supervisor confirmed first."""

    def contradicts(left: Ints, right: Ints) -> Mask:
        return _apart(left, right, confirmed, deals)

    rejected = told.left[~told.same], told.right[~told.same]
    first, second = told.left[told.same], told.right[told.same]
    sure = np.full(len(first), np.inf, dtype=np.float32)
    confirmed = clusters(first, second, sure, rows, apart=rejected)
    return clusters(
        np.concatenate([pairs.left[joined], first]),
        np.concatenate([pairs.right[joined], second]),
        np.concatenate([pairs.same[joined].sum(axis=1).astype(np.float32), sure]),
        rows,
        contradicts,
        rejected,
    )


def _apart(left: Ints, right: Ints, confirmed: Ints, deals: Deals) -> Mask:
    """(pairs) whether a field differs.

    Rows that the supervisor confirmed to be one speak together: another row contradicts them only
    where it contradicts each of them.
    """
    differ = deals.between(left, right).disagree
    size = np.bincount(confirmed, minlength=len(confirmed))[confirmed]
    for at in np.flatnonzero(differ & ((size[left] > 1) | (size[right] > 1))):
        ours, theirs = (np.flatnonzero(confirmed == confirmed[one[at]]) for one in (left, right))
        both = np.repeat(ours, len(theirs)), np.tile(theirs, len(ours))
        differ[at] = deals.between(*both).disagree.all()
    return differ


def _joined_pairs(rows: pd.DataFrame, pairs: Verdicts, customers: Ints, matcher: Matcher) -> Mask:
    """(pairs) whether two rows are certainly one opportunity of one customer."""
    sure = customers[pairs.left] == customers[pairs.right]
    # two owners who name one product and share no contact may well have two deals: ask
    thin = pairs.thin & _two_owners(rows, pairs) & ~matcher.confirmed(pairs.left, pairs.right)
    return np.asarray(pairs.duplicates & sure & ~thin)


def _two_owners(rows: pd.DataFrame, pairs: Verdicts) -> Mask:
    """(pairs) whether both have an owner, not the same one."""
    codes, _ = pd.factorize(as_text(rows["owner"]))
    ours, theirs = codes[pairs.left], codes[pairs.right]
    return np.asarray((ours >= 0) & (theirs >= 0) & (ours != theirs))


def _between(leader: Ints, left: Ints, right: Ints) -> Ints:
    """(pairs × 2) distinct pairs of masters of different clusters, the smaller position first."""
    ours, theirs = leader[left], leader[right]
    apart = ours != theirs
    pairs = np.column_stack([np.minimum(ours, theirs), np.maximum(ours, theirs)])[apart]
    return np.unique(pairs, axis=0)


def _without(pairs: Ints, known: Ints) -> Ints:
    """(pairs × 2) those that are not among the known ones."""
    top = int(max(pairs.max(initial=0), known.max(initial=0))) + 1
    fresh = ~np.isin(pairs[:, 0] * top + pairs[:, 1], known[:, 0] * top + known[:, 1])
    return pairs[fresh]


def _contested(rows: pd.DataFrame, customers: Ints, *, newest: bool) -> Ints:
    """(pairs × 2) for each customer of several owners: its first row, each other owner's first."""
    codes, _ = pd.factorize(as_text(rows["owner"]))
    owned = codes >= 0
    per_owner = customers.astype(np.int64) * (int(codes.max(initial=0)) + 2) + codes + 1
    own_first = masters(rows, per_owner, newest=newest)
    first = masters(
        rows, np.where(owned, customers, len(rows) + np.arange(len(rows))), newest=newest
    )
    further = owned & (own_first == np.arange(len(rows))) & (first != np.arange(len(rows)))
    return np.column_stack([first[further], np.flatnonzero(further)])


def _described(kinds: dict[str, Ints], matcher: Matcher, deals: Deals) -> pd.DataFrame:
    """The pairs with score and the fields that agree and differ."""
    both = np.concatenate([kinds[kind].reshape(-1, 2) for kind in KINDS]).astype(np.int64)
    kind = np.repeat(np.arange(len(KINDS)), [len(kinds[name]) for name in KINDS])
    left, right = both[:, 0], both[:, 1]
    weighed = matcher.weigh(left, right)
    verdict = deals.between(left, right)
    limits = matcher.limits
    low = np.select([kind == 0, kind == 1], [limits.certain, limits.possible], 0.0)
    high = np.select([kind == 1, kind == 3], [limits.certain, limits.possible], 1.01) - 0.01
    frame = pd.DataFrame(
        {
            "kind": np.array(KINDS, dtype=object)[kind],
            "score": np.clip(weighed["score"].to_numpy(), low, np.maximum(low, high)).round(3),
            "left": left,
            "right": right,
            "same": _joined(weighed["same"], verdict.spelt(verdict.same)),
            "different": _joined(weighed["different"], verdict.spelt(verdict.different)),
        }
    )
    order = np.lexsort((right, left, -frame["score"].to_numpy(), kind))
    return frame.iloc[order].astype({"kind": "str"}).reset_index(drop=True)


def _joined(customer: pd.Series[Any], deal: list[tuple[str, ...]]) -> pd.Series[Any]:
    """(pairs) field names of both comparisons; a name is told once."""
    found = np.empty(len(deal), dtype=object)
    for at, (first, second) in enumerate(zip(customer, deal, strict=True)):
        found[at] = tuple(dict.fromkeys((*first, *second)))
    return pd.Series(found, dtype=object)
