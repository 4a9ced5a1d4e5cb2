"""What rules know of everything before: texts and categories of texts mean the same."""

from __future__ import annotations

import pandas as pd
import pytest

from rules.life.log import Log
from rules.past import Past
from rules.settings import Settings

TEXTS = ["key", "field", "before", "after"]
FIRST, THEN = (pd.Timestamp(f"2026-09-0{day} 09:00").as_unit("s") for day in (1, 2))
EVENTS: list[tuple[str | None, str, str | None, str | None]] = [
    ("B", "stage", "lead", "Offer"),
    ("A", "stage", "Lead", "lead"),
    ("B", "stage", "Offer", None),
    ("C", "amount", "1200", "900"),
    (None, "owner", None, "Bob"),
]
SETTINGS = Settings.model_validate({"stages": [{"name": "Lead"}, {"name": "Offer"}]})


def events(
    rows: list[tuple[str | None, str, str | None, str | None]], at: pd.Timestamp
) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=TEXTS).assign(since=at, until=at)
    return made.astype(Past().events.dtypes.to_dict())


def past(*, coded: bool) -> Past:
    known = events(EVENTS, FIRST)
    return Past(events=known.astype(dict.fromkeys(TEXTS, "category")) if coded else known)


def log(known: Past, *keys: str) -> Log:
    return Log(pd.Series(keys, dtype="str"), known.timeline, SETTINGS)


both = pytest.mark.parametrize("coded", [False, True], ids=["texts", "categories"])


@both
def test_changes_stand_by_row_in_the_teams_spelling(coded: bool) -> None:
    changes = log(past(coded=coded), "A", "", "B").of("stage")
    assert changes.row.tolist() == [0, 2, 2]
    assert changes.word_before.tolist() == ["Lead", "Lead", "Offer"]
    assert changes.word_after.tolist() == ["Lead", "Offer", ""]
    assert changes.before.astype("str").tolist() == ["Lead", "Lead", "Offer"]
    assert (changes.was == changes.became).tolist() == [True, False, False]


@both
def test_amounts_are_whole_cents(coded: bool) -> None:
    changes = log(past(coded=coded), "C").of("amount")
    assert (changes.before.tolist(), changes.after.tolist()) == ([1200], [900])
    assert len(log(past(coded=coded), "A", "B").of("amount")) == 0


@both
def test_an_event_without_a_key_is_nobodys(coded: bool) -> None:
    assert len(log(past(coded=coded), "A", "B", "C").of("owner")) == 0
    found = log(past(coded=coded), "A", "B", "C").rows_in(FIRST, THEN, but="amount")
    assert found.tolist() == [0, 1]


@both
def test_later_events_come_below_with_words_of_their_own(coded: bool) -> None:
    known = past(coded=coded).with_events(events([("D", "owner", None, "Ada")], THEN))
    assert known.events["key"].astype("str").dropna().tolist() == ["B", "A", "B", "C", "D"]
    assert known.events["after"].astype("str").tolist()[-2:] == ["Bob", "Ada"]
    assert known.events["until"].iloc[-1] == THEN
    assert log(known, "D").of("owner").word_after.tolist() == ["Ada"]


def test_the_first_row_of_a_key_tells_when_it_was_seen() -> None:
    seen = pd.DataFrame({"key": ["A", "B", "A"], "first_seen": [FIRST, THEN, THEN]})
    known = Past(seen=seen.astype(Past().seen.dtypes.to_dict()))
    found = known.first_seen(pd.Series(["B", "X", "A"], dtype="str"))
    assert pd.Series(found).tolist() == [THEN, pd.NaT, FIRST]
    assert pd.isna(Past().first_seen(pd.Series(["A"], dtype="str"))).all()
