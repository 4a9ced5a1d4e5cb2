"""Tables at the edges of what the summary has to show, and what it makes of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from rules.chain import REASONS
from sync.table import Finding
from sync.view import SheetView
from templates.summary import SummaryInput, build
from tests.templates.summary_data import history, make, person, rows_of, team

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
EXTREMES = (
    "usual", "no_rows", "one_row", "forty_owners", "fourteen_stages", "twelve_digits", "small",
    "no_target", "own_targets", "bare", "no_figures", "long_names", "history", "currencies",
    "ten_warnings", "all_closed", "first_month",
)  # fmt: skip
LATIN = (
    "usual", "no_rows", "forty_owners", "twelve_digits", "no_target", "long_names", "history",
    "currencies", "ten_warnings",
)  # fmt: skip

_SETTINGS: dict[str, dict[str, Any]] = {
    "forty_owners": {"people": 40},
    "fourteen_stages": {"steps": 14},
    "twelve_digits": {"targets": {"month": 10**12}},
    "no_target": {"targets": {}},
}
_ROWS: dict[str, dict[str, Any]] = {
    "no_rows": {"rows": 0},
    "one_row": {"rows": 1},
    "forty_owners": {"rows": 700},
    "twelve_digits": {"scale": 2e5},
    "small": {"scale": 1e-4},
    "no_figures": {"uses": ("stage_sla",)},
}


@cache
def input_of(language: Language, extreme: str) -> SummaryInput:
    match extreme:
        case "own_targets":
            own = {person(language, at): 1_500_000 - 100_000 * at for at in range(8)}
            return make(team(language, targets={"month": 10_000_000, **own}))
        case "bare":
            settings = team(language, people=0, steps=0, targets={}, team_name="")
            frame = rows_of(settings, 50)[["key", "customer", "amount", "outcome"]]
            return make(settings, frame=frame)
        case "history":
            settings = team(language)
            frame = rows_of(settings, 322)
            return make(settings, frame=frame, past=history(frame, settings))
        case "long_names":
            return _long_names(language)
        case "currencies":
            return _currencies(language)
        case "ten_warnings":
            return _ten_warnings(language)
        case "all_closed":
            settings = team(language)
            frame = rows_of(settings, 322)
            return make(settings, frame=frame[frame["closed"].notna()].reset_index(drop=True))
        case "first_month":
            settings = team(language)
            frame = rows_of(settings, 322)
            begun = frame["created"] >= "2026-11-03"
            return make(settings, frame=frame[begun].reset_index(drop=True))
    return make(team(language, **_SETTINGS.get(extreme, {})), **_ROWS.get(extreme, {}))


def _long_names(language: Language) -> SummaryInput:
    long = "很长很长的名字" * 9 if language == "zh" else "A Very Long Name WITH CAPITALS " * 4
    usual = team(language)
    settings = team(
        language,
        team_name=long,
        team=[{"name": long}, *({"name": member.name} for member in usual.team[1:])],
        stages=[{"name": long, "limit": "5 workdays"}, *usual.stages[1:]],
    )
    frame = rows_of(usual, 322)
    frame["owner"] = frame["owner"].replace({usual.team[0].name: long})
    frame["stage"] = frame["stage"].replace({usual.stages[0].name: long})
    for field in ("name", "customer"):
        frame[field] = frame[field] + long
    frame["next_step"] = "=1+1 " + long
    return make(settings, frame=frame)


@cache
def view_of(language: Language, extreme: str) -> SheetView:
    return build(input_of(language, extreme))


VIEWS = [*(("zh", extreme) for extreme in EXTREMES), *(("en", extreme) for extreme in LATIN)]


def _currencies(language: Language) -> SummaryInput:
    """Yuan and dollars with a rate, and some euros without one."""
    settings = team(language, rates={"USD": 7.1})
    frame = rows_of(settings, 322)
    words = np.random.default_rng(5).choice(
        ["CNY", "USD", "", "EUR"], 322, p=[0.5, 0.3, 0.15, 0.05]
    )
    frame["currency"] = pd.Series(words, dtype="str").replace("", None)
    return make(settings, frame=frame, past=history(frame, settings))


def _ten_warnings(language: Language) -> SummaryInput:
    found = tuple(
        Finding(
            "chain", "chain.crashed", "error", facts={"stanza": f"rule {n}", "error": "KeyError"}
        )
        for n in range(1, 11)
    )
    given = make(team(language), findings=found)
    return replace(given, catalogue={reason.code: reason for reason in REASONS})
