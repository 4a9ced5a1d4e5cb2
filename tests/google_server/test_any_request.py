"""Whatever a request says, it is done or refused: the server itself never fails."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sheets_server import Server, a1, kinds
from tests.sheets_server.discovery import schema

TEXTS = ["", "a", "=A1", "A1:B2", "Sheet1", "sheets.properties", "title", "*", "2025-09-05", "键"]
DEEPEST = 6


def value(rule: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if "$ref" in rule:
        return instance(rule["$ref"], depth)
    match rule["type"]:
        case "array":
            return st.lists(value(rule["items"], depth + 1), max_size=2)
        case "object":
            each = value(rule.get("additionalProperties", {"type": "any"}), depth + 1)
            return st.dictionaries(st.sampled_from(["0", "1"]), each, max_size=2)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-1, 6)
        case "number":
            return st.floats(-2, 2)
        case "any":
            return st.sampled_from(["x", 1])
    return st.sampled_from(rule.get("enum", TEXTS))


def instance(name: str, depth: int = 0) -> st.SearchStrategy[Any]:
    rules = schema(name)
    if depth > DEEPEST or not rules:
        return st.just({})
    if name == "GridRange":
        ends = {key: st.integers(-1, 6) if "start" in key else st.integers(1, 7) for key in rules}
        return st.fixed_dictionaries({}, optional={**ends, "sheetId": st.just(0)})
    likely = [key for key in rules if key not in ("dataSourceId", "dataSourceColumnReference")]
    chosen = st.lists(st.sampled_from(likely), unique=True, max_size=4)
    return chosen.flatmap(
        lambda keys: st.fixed_dictionaries({key: value(rules[key], depth + 1) for key in keys})
    )


def body(kind: str) -> st.SearchStrategy[Any]:
    name = str(schema("Request")[kind]["$ref"])
    rules = schema(name)
    needed = {key: value(rule, 0) for key, rule in rules.items() if key != "fields"}
    if "fields" in rules:
        needed["fields"] = st.sampled_from(["*", "title", "range", "userEnteredFormat", "note"])
    return st.fixed_dictionaries({}, optional=needed)


def send(server: Server, book_id: str, path: str, asked: Any, verb: str = "POST") -> Any:
    headers = {"authorization": "Bearer x"}
    target = f"/v4/spreadsheets/{book_id}{path}"
    return server.handle(verb, target, json.dumps(asked).encode() if asked else b"", headers)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_request_makes_the_server_fail(server: Server, kind: str, data: st.DataObject) -> None:
    book = server.create()
    book.sheets[0].grid.resize(6, 6)
    send(
        server,
        book.id,
        "/values/A1?valueInputOption=USER_ENTERED",
        {"values": [["a", 2, "=A1"]]},
        "PUT",
    )
    requests = [{kind: data.draw(body(kind))} for _ in range(2)]
    for request in requests:
        reply = send(server, book.id, ":batchUpdate", {"requests": [request]})
        assert reply.status in (200, 400), (request, reply.answer)
    for path in ("?includeGridData=true", "/values/A1:F6"):
        reply = send(server, book.id, path, None, "GET")
        assert reply.status in (200, 400), (requests, path, reply.answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(TEXTS),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from(["requests", "addSheet", "properties", "x"]), below)
    ),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=JSON, path=st.sampled_from([":batchUpdate", "/values:batchUpdate", "/values:batchClear"])
)
def test_no_json_makes_the_server_fail(server: Server, asked: Any, path: str) -> None:
    book = server.create()
    assert send(server, book.id, path, asked).status in (200, 400)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.text("A1!:'$RC9 表", max_size=8))
def test_no_place_makes_the_server_fail(server: Server, place: str) -> None:
    book = server.create()
    path = f"/values:batchGet?ranges={quote(place)}"
    assert send(server, book.id, path, None, "GET").status in (200, 400)


@given(
    st.text(min_size=1, max_size=12),
    st.integers(0, 99_999),
    st.integers(0, 999),
    st.integers(1, 50),
    st.integers(1, 50),
)
def test_names_of_places_are_read_back(
    title: str, top: int, left: int, height: int, width: int
) -> None:
    area = (top, top + height, left, left + width)
    read, rest = a1.split(a1.name(title, *area))
    assert read == title
    assert rest is not None
    assert a1.bounds(rest) == area
