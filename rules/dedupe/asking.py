"""Between the rule `dedupe` and the supervisor: what is asked, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import pandas as pd

from rules.dedupe.deals import masters
from rules.dedupe.telling import CONTESTED, EVIDENCE, EVIDENCE_DESPITE
from rules.dedupe.tokens import Ints
from rules.questions import Question, fingerprint, standing
from sync.table import Mask, Objects, as_text


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Pairs of rows that the supervisor has decided on, and whose content is what it was then.

    Attributes:
        left, right: (pairs) positions, the smaller one first.
        same: (pairs) whether they are one opportunity.
        at: (pairs) when the answer was read.
        rows: number of rows.
    """

    left: Ints
    right: Ints
    same: Mask
    at: Objects
    rows: int

    def among(self, left: Ints, right: Ints, *, same: bool) -> Mask:
        """Return (pairs) which of some pairs, in either order, were answered so."""
        chosen = self.same == same
        return np.isin(self._pair(left, right), self._pair(self.left, self.right)[chosen])

    def confirmed(self, left: Ints, right: Ints) -> Objects:
        """Return (pairs) when the supervisor confirmed that both are one, None where never."""
        known = pd.Series(self.at, index=self._pair(self.left, self.right), dtype=object)
        found = known[self.same].reindex(self._pair(left, right))
        return found.where(found.notna(), None).to_numpy(dtype=object)

    def _pair(self, left: Ints, right: Ints) -> Ints:
        return np.minimum(left, right).astype(np.int64) * self.rows + np.maximum(left, right)


def told(answers: pd.DataFrame, rows: pd.DataFrame, fields: Sequence[str]) -> Told:
    """Return the answers that still stand.

    Args:
        answers: as `rules.questions.empty_answers`.
        rows: (rows × key and fields) that are compared.
        fields: columns that are compared.
    """
    place = _places(rows)
    given = [
        answer
        for answer in standing(answers, "duplicate")
        if all(key in place for key in answer.about)
    ]
    pairs = [sorted(place[key] for key in answer.about) for answer in given]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    texts = _texts(rows, fields, both.ravel())
    still = [
        _print(texts[left], texts[right]) == answer.compared
        for (left, right), answer in zip(pairs, given, strict=True)
    ]
    given = list(compress(given, still))
    both = both[np.array(still, dtype=np.bool_)]
    moments = np.empty(len(given), dtype=object)
    moments[:] = [answer.at for answer in given]
    same = np.array([answer.verdict == "yes" for answer in given], dtype=np.bool_)
    return Told(both[:, 0], both[:, 1], same, moments, len(rows))


def questions(
    pairs: pd.DataFrame, rows: pd.DataFrame, fields: Sequence[str], *, newest: bool
) -> tuple[Question, ...]:
    """Ask about duplicates, certain ones included, and about customers fought over.

    Args:
        pairs: as `opportunities.find` returns them, with positions in `rows`.
        rows: (rows × key, owner, created, customer and fields).
        fields: columns that are compared.
        newest: whether the newest row is the master.

    Returns:
        Those about rows that have a key of their own.
    """
    named = np.isin(np.arange(len(rows)), list(_places(rows).values()))
    pairs = pairs[named[pairs["left"]] & named[pairs["right"]]]
    doubles = pairs[pairs["kind"].isin(["possible", "certain"])]
    contested = pairs[pairs["kind"] == "contested"]
    return (
        *_contested(contested, rows),
        *_doubles(doubles, rows, fields, newest=newest),
    )


def _doubles(
    pairs: pd.DataFrame, rows: pd.DataFrame, fields: Sequence[str], *, newest: bool
) -> Iterator[Question]:
    both = pairs[["left", "right"]].to_numpy(dtype=np.int64, copy=True)
    # a mark names the master of the whole cluster; of two to be asked about the older leads
    leaders = masters(rows.iloc[both.ravel()], np.arange(both.size) // 2, newest=newest)
    swapped = (leaders[::2] % 2 == 1) & (pairs["kind"] != "certain").to_numpy()
    both[swapped] = both[swapped, ::-1]
    keys = as_text(rows["key"]).to_numpy(dtype=object)
    texts = _texts(rows, fields, both.ravel())
    evidence = (pairs[name].tolist() for name in ("kind", "same", "different", "score"))
    for (first, second), kind, same, different, score in zip(both.tolist(), *evidence, strict=True):
        yield Question(
            topic="duplicate",
            about=tuple(sorted((keys[first], keys[second]))),
            compared=_print(texts[first], texts[second]),
            keys=(keys[first], keys[second]),
            reason=(EVIDENCE_DESPITE if different else EVIDENCE).code,
            facts={"same": same, "different": different, "score": score},
            proposal=keys[first],
            sure=kind == "certain",
        )


def _contested(pairs: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Question]:
    """One a customer; it is asked again when another owner comes along."""
    keys, owners, customers = (
        as_text(rows[name]).fillna("").to_numpy(dtype=object)
        for name in ("key", "owner", "customer")
    )
    fought: dict[int, list[int]] = {}
    for first, other in zip(pairs["left"].tolist(), pairs["right"].tolist(), strict=True):
        fought.setdefault(first, [first]).append(other)
    for first, members in fought.items():
        named, customer = tuple(sorted(set(owners[members]))), customers[first]
        yield Question(
            topic="contested",
            about=(keys[first],),
            compared=fingerprint(customer, *named),
            keys=tuple(keys[members]),
            reason=CONTESTED.code,
            facts={"owners": named, "customer": customer, "keys": tuple(keys[members])},
        )


def _places(rows: pd.DataFrame) -> dict[str, int]:
    """Key → position, for keys that stand in one row only."""
    keys = as_text(rows["key"]).fillna("")
    single = ((keys != "") & ~keys.duplicated(keep=False)).to_numpy()
    return dict(zip(keys[single], np.flatnonzero(single).tolist(), strict=True))


def _texts(rows: pd.DataFrame, fields: Sequence[str], wanted: Ints) -> dict[int, str]:
    """Position → what is compared of a row, blanks left out, for the rows that are wanted."""
    places = np.unique(wanted)
    taken = {name: as_text(rows[name].iloc[places]).fillna("") for name in sorted(fields)}
    lines: dict[int, list[str]] = {int(place): [] for place in places}
    for name, column in taken.items():
        for place, text in zip(places.tolist(), column.tolist(), strict=True):
            if text:
                lines[place].append(f"{name}={text}")
    return {place: "\x1e".join(line) for place, line in lines.items()}


def _print(one: str, other: str) -> str:
    """The fingerprint of two rows, whichever comes first."""
    return fingerprint(*sorted((one, other)))
