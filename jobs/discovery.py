"""Look at a spreadsheet that has no rules file yet, and tell what a first one should say."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

import pandas as pd
from rapidfuzz import fuzz

from config.starter import Found, Seen
from jobs.sources import Source
from rules.resolve import fold, outcome_words
from rules.settings import STATES, Outcomes, State
from sync.reading import Detected, detect, read_table
from sync.say import Language
from sync.source import Reading
from sync.table import Table, column

# Words in the owner column that mean nobody, folded.
_NOBODY_WORDS = (
    *("公海", "待分配", "待定", "未分配", "无人", "暂无", "无负责人", "未指定", "公共池"),
    *("unassigned", "none", "nobody", "open pool", "pool", "tbd", "tba", "to be assigned", "n/a"),
)
_NOBODY = frozenset(fold(word) for word in _NOBODY_WORDS)
# The usual order of stages, by parts of their names; numbers before the name come first.
_ORDER = tuple(
    part.split("|")
    for part in (
        "线索|lead|prospect|discovery|new",
        "初步|接触|初访|拜访|contact|qualif|engag",
        "需求|调研|need|analys|demo",
        "方案|报价|solution|propos|present|quot|evaluat",
        "跟进|谈判|商务|投标|negotiat|decision|bid",
        "合同|签|contract|clos|commit|sign",
        "售后|交付|回款|after|deliver|success",
    )
)
# A rarer spelling this close to a frequent one is taken for the same word.
_SAME_WORD = 80.0
_RARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Discovery:
    """What was found in a spreadsheet.

    Attributes:
        found: for the first rules file.
        detected: tab, header and columns.
    """

    found: Found
    detected: Detected


def discover(
    source: Source,
    now: pd.Timestamp,
    *,
    sheet: str | None = None,
    language: Language | None = None,
) -> Discovery:
    """Look at a spreadsheet; nothing is written.

    Args:
        source: the spreadsheet.
        now: the moment, for dates without a year.
        sheet: the tab, where it shall not be found by its header.
        language: of the rules file; by default that of the headers.

    Raises:
        Mismatch: no tab has a header of opportunities.
    """
    reading = Reading(now=now, sheets=(sheet,) if sheet else ())
    detected = detect(source.grids, reading)
    table, _ = read_table(source.grids, _chosen(detected, now), source.version)
    speaks = language or _language(detected)
    outcomes = _outcomes(table)
    open_rows = _open_rows(table, outcomes)
    found = Found(
        excel=source.excel,
        google=source.google,
        access=source.access,
        id=source.id,
        sheet=detected.sheet,
        header_row=detected.header_row,
        language=speaks,
        timezone=_zone(speaks, source.zone),
        currency="CNY" if speaks == "zh" else "USD",
        columns=detected.columns,
        doubtful=detected.rivals,
        stages=_stages(table, outcomes),
        outcomes=outcomes,
        owners=_owners(table, open_rows),
        unassigned=_unassigned(table),
        colored=table.colored,
    )
    return Discovery(found, detected)


def _chosen(detected: Detected, now: pd.Timestamp) -> Reading:
    return Reading(now=now, sheets=(detected.sheet,))


def _language(detected: Detected) -> Language:
    """Chinese where most of the headers are."""
    text = "".join((*detected.columns.values(), *detected.unknown, detected.sheet))
    chinese = len(re.findall(r"[一-鿿]", text))
    latin = len(re.findall(r"[A-Za-z]+", text))
    return "zh" if chinese > latin else "en"


def _zone(language: Language, own: str) -> str:
    """The spreadsheet's own zone, the computer's, or the one that the language suggests."""
    if own in available_timezones():
        return own
    named = os.environ.get("TZ", "").removeprefix(":")
    if named in available_timezones():
        return named
    place = Path("/etc/localtime")
    linked = place.resolve().as_posix().partition("zoneinfo/")[2] if place.exists() else ""
    if language == "zh" or linked not in available_timezones():
        return "Asia/Shanghai" if language == "zh" else "UTC"
    return linked


def _counts(table: Table, key: str) -> pd.Series[int]:
    return column(table.frame, key).astype("str").dropna().value_counts()


def _outcomes(table: Table) -> Mapping[State, tuple[str, ...]]:
    """State → the words of the sheet that mean it, frequent ones first."""
    known = outcome_words(Outcomes(), frozenset())
    words: dict[State, list[str]] = {state: [] for state in STATES}
    for key in ("outcome", "stage"):
        for word in _counts(table, key).index:
            state = known.get(fold(str(word)))
            # `New` names a stage as often as an open deal
            if state and not (key == "stage" and state == "open"):
                words[state].append(str(word))
    return {state: tuple(dict.fromkeys(found)) for state, found in words.items() if found}


def _open_rows(table: Table, outcomes: Mapping[State, tuple[str, ...]]) -> pd.Series[bool]:
    closed = {word for state, words in outcomes.items() if state != "open" for word in words}
    said = column(table.frame, "outcome").astype("str").isin(closed)
    return ~(said | column(table.frame, "stage").astype("str").isin(closed))


def _stages(table: Table, outcomes: Mapping[State, tuple[str, ...]]) -> tuple[Seen, ...]:
    """The stages in the order of the process, as far as their names tell it."""
    ends = {word for words in outcomes.values() for word in words}
    counts = {
        str(word): int(count)
        for word, count in _counts(table, "stage").items()
        if str(word) not in ends
    }
    frequent: dict[str, list[str]] = {}
    limit = _RARE * sum(counts.values())
    for word, count in counts.items():
        near = [
            other
            for other in frequent
            if fold(word) == fold(other) or (count <= limit and _alike(word, other))
        ]
        if near:
            frequent[near[0]].append(word)
        else:
            frequent[word] = []
    ordered = sorted(frequent, key=_rank)
    return tuple(
        Seen(word, counts[word] + sum(counts[a] for a in frequent[word]), tuple(frequent[word]))
        for word in ordered
    )


def _alike(word: str, other: str) -> bool:
    """Whether one is a slip of the other; `2-Qualification` and `3-Qualification` are not.

    Chinese stage names are short: of four signs, one typed wrong is still the same word.
    """
    if re.findall(r"\d+", word) != re.findall(r"\d+", other):
        return False
    if fuzz.ratio(fold(word), fold(other)) >= _SAME_WORD:
        return True
    if not len(word) == len(other) >= 4:
        return False
    return sum(a != b for a, b in zip(word, other, strict=True)) == 1


def _rank(word: str) -> tuple[int, int]:
    number = re.match(r"\W*(\d+)", word)
    if number:
        return (0, int(number[1]))
    folded = fold(word)
    for place, parts in enumerate(_ORDER):
        if any(part in folded for part in parts):
            return (1, place)
    return (1, len(_ORDER))


def _owners(table: Table, open_rows: pd.Series[bool]) -> tuple[Seen, ...]:
    """People, frequent ones first, with their open deals; short forms of a name are its aliases."""
    owners = column(table.frame, "owner").astype("str")
    load = owners[open_rows.to_numpy()].value_counts()
    names = [str(n) for n in owners.dropna().value_counts().index if fold(str(n)) not in _NOBODY]
    short = {name: full for name in names if (full := _full_name(name, names))}
    return tuple(
        Seen(
            name,
            sum(int(load.get(n, 0)) for n in (name, *(s for s in short if short[s] == name))),
            tuple(s for s in short if short[s] == name),
        )
        for name in names
        if name not in short
    )


def _full_name(name: str, names: Sequence[str]) -> str | None:
    """The one full name that a short form stands for: 小张, 老张 or the given name; Nadia."""
    if re.fullmatch(r"[^\W\d_]+", name) and name.isascii():
        called = [o for o in names if o != name and fold(o.partition(" ")[0]) == fold(name)]
        return called[0] if len(called) == 1 else None
    if not re.fullmatch(r"[一-鿿]{2}", name):
        return None
    full = [other for other in names if re.fullmatch(r"[一-鿿]{3,4}", other)]
    given = [other for other in full if other.endswith(name)]
    called = [other for other in full if name[0] in "小老阿大" and other[0] == name[1]]
    matches = given or called
    return matches[0] if len(matches) == 1 else None


def _unassigned(table: Table) -> tuple[str, ...]:
    return tuple(str(n) for n in _counts(table, "owner").index if fold(str(n)) in _NOBODY)
