"""What the rule `dedupe` says: reasons, and findings made from pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rules.dedupe.tokens import Ints
from sync.distinct import distinct
from sync.say import Reason
from sync.table import Finding, Level, Objects, as_text

_SHOWN = 200  # findings of one kind told one by one; the rest is counted

DUPLICATE = Reason(
    "dedupe.duplicate",
    "same opportunity as {master}: {same:fields} agree (score {score:percent})",
    "与 {master} 是同一商机：{same:fields}一致（相似度 {score:percent}）",
)
DESPITE = Reason(
    "dedupe.duplicate_despite",
    "same opportunity as {master}: {same:fields} agree, {different:fields} differ "
    "(score {score:percent})",
    "与 {master} 是同一商机：{same:fields}一致，{different:fields}不同（相似度 {score:percent}）",
)
CONFIRMED = Reason(
    "dedupe.confirmed",
    "same opportunity as {master}: confirmed by the supervisor on {at:date}",
    "与 {master} 是同一商机：主管已于 {at:date} 确认",
)
EVIDENCE = Reason(
    "dedupe.evidence",
    "{same:fields} agree (score {score:percent})",
    "{same:fields}一致（相似度 {score:percent}）",
)
EVIDENCE_DESPITE = Reason(
    "dedupe.evidence_despite",
    "{same:fields} agree, {different:fields} differ (score {score:percent})",
    "{same:fields}一致，{different:fields}不同（相似度 {score:percent}）",
)
CERTAIN = Reason(
    "dedupe.certain",
    "entered again: {keys:list} as {master} ({same:fields} agree, score {score:percent})",
    "重复录入：{keys:list} 与 {master} 是同一商机（{same:fields}一致，相似度 {score:percent}）",
)
POSSIBLE = Reason(
    "dedupe.possible",
    "{keys:list} may be one opportunity ({same:fields} agree, score {score:percent}): "
    "please review",
    "{keys:list} 可能是同一商机（{same:fields}一致，相似度 {score:percent}），请主管复核",
)
CONTESTED = Reason(
    "dedupe.contested",
    "{owners:list} are working the same customer, {customer} ({keys:list})",
    "抢单：{owners:list}同时跟进同一客户 {customer}（{keys:list}）",
)
MORE = Reason(
    "dedupe.more",
    "{count} more findings of `{kind}` are not listed one by one",
    "另有 {count} 条 `{kind}` 结果未逐条列出",
)
REASONS = (
    DUPLICATE, DESPITE, CONFIRMED, EVIDENCE, EVIDENCE_DESPITE, CERTAIN, POSSIBLE, CONTESTED, MORE,
)  # fmt: skip


def findings(pairs: pd.DataFrame, frame: pd.DataFrame, keys: Objects) -> tuple[Finding, ...]:
    """Tell of the pairs: one finding a cluster, a pair to review, a customer fought over.

    Args:
        pairs: as `opportunities.find` returns them, with positions in `frame`.
        frame: (rows × customer, owner).
        keys: (rows) keys as text.

    Returns:
        At most some hundreds, best first; what is left out is counted.
    """
    told: list[Finding] = []
    for kind, tell in (("certain", _certain), ("possible", _possible), ("contested", _contested)):
        # clusters and contested customers stand together by their first row, possible pairs alone
        group = pairs[pairs["kind"] == kind]
        subject = group["left"] if kind != "possible" else pd.Series(group.index, group.index)
        subjects = subject.unique()
        told.extend(tell(group[subject.isin(subjects[:_SHOWN])], frame, keys))
        if len(subjects) > _SHOWN:
            nowhere = np.empty(0, dtype=np.int64)
            told.append(_finding(MORE, "info", nowhere, count=len(subjects) - _SHOWN, kind=kind))
    return tuple(told)


def _finding(reason: Reason, level: Level, rows: Ints, **facts: Any) -> Finding:
    return Finding("dedupe", reason.code, level, np.sort(rows).astype(np.int64), facts)


def _certain(pairs: pd.DataFrame, _: pd.DataFrame, keys: Objects) -> Iterator[Finding]:
    """One a cluster; the pair that agrees least speaks for it."""
    for master, group in _by_left(pairs):
        copies = np.sort([pair.right for pair in group])
        weakest = group[-1]
        yield _finding(
            CERTAIN,
            "warning",
            np.append(copies, master),
            master=keys[master],
            keys=tuple(sorted(keys[copies])),
            same=weakest.same,
            different=weakest.different,
            score=weakest.score,
        )


def _possible(pairs: pd.DataFrame, _: pd.DataFrame, keys: Objects) -> Iterator[Finding]:
    """One a pair."""
    told = (pairs[name].tolist() for name in ("left", *_Pair._fields))
    for left, right, score, same, different in zip(*told, strict=True):
        rows = np.array([left, right])
        names = tuple(sorted(keys[rows]))
        yield _finding(
            POSSIBLE, "info", rows, keys=names, same=same, different=different, score=score
        )


def _contested(pairs: pd.DataFrame, frame: pd.DataFrame, keys: Objects) -> Iterator[Finding]:
    """One a customer."""
    told = distinct(np.concatenate([pairs["left"], pairs["right"]]))
    owners, customers = (
        dict(zip(told.tolist(), as_text(frame[name].iloc[told]), strict=True))
        for name in ("owner", "customer")
    )
    for first, group in _by_left(pairs):
        rows = np.append(first, np.sort([pair.right for pair in group]))
        yield _finding(
            CONTESTED,
            "warning",
            rows,
            customer=str(customers[first]),
            owners=tuple(sorted(str(owners[row]) for row in rows.tolist())),
            keys=tuple(sorted(keys[rows])),
            score=min(pair.score for pair in group),
        )


class _Pair(NamedTuple):
    """One of the pairs of a row."""

    right: int
    score: float
    same: tuple[str, ...]
    different: tuple[str, ...]


def _by_left(pairs: pd.DataFrame) -> Iterator[tuple[int, list[_Pair]]]:
    """Give each left row with its pairs, both in the order given."""
    groups: dict[int, list[_Pair]] = {}
    columns = (pairs[name].tolist() for name in ("left", *_Pair._fields))
    for left, *pair in zip(*columns, strict=True):
        groups.setdefault(left, []).append(_Pair(*pair))
    yield from groups.items()
