"""The client: when it tries again, how long it waits, and what it says when it gives up."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from sync.google.budget import Budget
from sync.google.client import base_url
from sync.google.errors import Unsure
from sync.store import Busy, StoreError, Unreachable
from tests.google.kit import People, client
from tests.sheets_server.faults import Fault


class Waits(list[float]):
    """Instead of sleeping, what was to be slept."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def ask(people: People, waits: Waits | None = None, **options: Any) -> Any:
    made = client(people.server, people.id, sleep=Waits() if waits is None else waits, **options)
    return json.loads(made.ask("get", "", params={"fields": "spreadsheetId"}))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_question_is_asked_again(people: People, status: int) -> None:
    people.server.faults.add(Fault(status=status, times=3))
    waits = Waits()
    assert ask(people, waits)["spreadsheetId"] == people.id
    assert len(waits) == 3
    assert all(wait <= 64 for wait in waits)


def test_a_lost_connection_is_tried_again(people: People) -> None:
    people.server.faults.add(Fault("reset", times=2))
    assert ask(people)["spreadsheetId"] == people.id


def test_google_says_how_long_to_wait(people: People) -> None:
    people.server.faults.add(Fault(status=429, retry_after=7))
    waits = Waits()
    ask(people, waits)
    assert len(waits) == 1
    assert 7 <= waits[0] < 9


def test_waits_differ_so_that_many_do_not_come_back_at_once(people: People) -> None:
    waits = Waits()
    for _ in range(5):
        people.server.faults.add(Fault())
        ask(people, waits)
    assert len(set(waits)) == 5


@pytest.mark.parametrize(("status", "kind"), [(429, Busy), (503, Unreachable)])
def test_patience_ends(people: People, status: int, kind: type[StoreError]) -> None:
    people.server.faults.add(Fault(status=status, times=None))
    with pytest.raises(kind) as caught:
        ask(people)
    assert caught.value.say("zh") != caught.value.say("en")
    assert len(people.server.log) <= 8


def test_a_long_retry_after_is_not_waited_for(people: People) -> None:
    people.server.faults.add(Fault(status=429, retry_after=3600, times=None))
    waits = Waits()
    with pytest.raises(Busy):
        ask(people, waits)
    assert waits == []


@pytest.mark.parametrize("fault", [Fault(), Fault("reset"), Fault(landed=True)])
def test_a_change_is_never_repeated_blindly(people: People, fault: Fault) -> None:
    people.server.faults.add(fault)
    with pytest.raises(Unsure):
        client(people.server, people.id).ask("post", ":batchUpdate", json={"requests": []})
    assert len(people.server.log) == 1


def test_a_change_that_the_quota_kept_back_is_sent_again(people: People) -> None:
    people.server.faults.add(Fault(status=429))
    change = {"updateSheetProperties": {"properties": {"title": "新"}, "fields": "title"}}
    client(people.server, people.id).ask("post", ":batchUpdate", json={"requests": [change]})
    assert people.sheet()["properties"]["title"] == "新"


def test_nobody_answers(people: People) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = client(people.server, people.id)
    made._base = f"http://127.0.0.1:{port}"
    with pytest.raises(Unreachable, match="check the network"):
        made.ask("post", ":batchUpdate", json={"requests": []})


def test_what_to_do_is_said(people: People) -> None:
    people.book.access = "none"
    with pytest.raises(Unreachable, match=r"robot@example-project.*share it"):
        ask(people)
    people.book.access = "reader"
    ask(people)
    with pytest.raises(Unreachable, match="as an editor"):
        client(people.server, people.id).ask("post", ":batchUpdate", json={"requests": []})
    with pytest.raises(Unreachable, match="between /d/ and /edit"):
        client(people.server, "1short").ask("get", "")


@pytest.mark.parametrize(
    "url",
    ["https://sheets.example.com/", "http://127.0.0.1:8099", "http://localhost", "http://[::1]:1"],
)
def test_safe_addresses(url: str) -> None:
    assert base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["http://sheets.googleapis.com", "http://10.0.0.1", "ftp://127.0.0.1", "sheets", "",
            "http://127.0.0.1.example.com", "http://localhost.example.com"]
)  # fmt: skip
def test_unsafe_addresses(url: str) -> None:
    with pytest.raises(Unreachable):
        base_url(url)


def test_the_budget_is_shared_and_waits() -> None:
    now, waits = [0.0], Waits()
    budget = Budget(60, clock=lambda: now[0], sleep=waits)
    for _ in range(60):
        budget.take("read")
    assert waits == []
    assert budget.left("read") == 0
    assert budget.left("write") == 60
    budget.take("read")
    budget.take("read")
    assert waits == [1.0, 2.0]
    now[0] = 30
    assert budget.left("write") == 60
    budget.take("read")
    assert len(waits) == 2
    assert (budget.spent, budget.waited) == ({"read": 63, "write": 0}, 3.0)
