"""Requests are read through Google's discovery document, and refused as Google refuses them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from tests.google_server.conftest import Api
from tests.sheets_server import Server, kinds
from tests.sheets_server.api import HANDLERS
from tests.sheets_server.discovery import check_answer, document, methods, schema

BAD_REQUESTS = [
    pytest.param(
        {"requests": [{"updateCell": {}}]},
        "Invalid JSON payload received. Unknown name \"updateCell\" at 'requests[0]': "
        "Cannot find field.",
        id="unknown kind",
    ),
    pytest.param(
        {"requests": [{"addSheet": {"properties": {"titel": "x"}}}]},
        'Invalid JSON payload received. Unknown name "titel" at '
        "'requests[0].add_sheet.properties': Cannot find field.",
        id="unknown name",
    ),
    pytest.param({"requests": []}, "Must specify at least one request.", id="nothing"),
    pytest.param({"requests": [{}]}, "Invalid requests[0]: No request set.", id="empty"),
    pytest.param(
        {"requests": [{"addSheet": None}]}, "Invalid requests[0]: No request set.", id="null"
    ),
    pytest.param(
        {"requests": [{"addSheet": {}, "deleteSheet": {}}]},
        "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. "
        "Cannot set 'deleteSheet'",
        id="two kinds",
    ),
    pytest.param(
        {"requests": [{"mergeCells": {"mergeType": "ALL"}}]},
        "Invalid value at 'requests[0].merge_cells.merge_type' "
        '(type.googleapis.com/google.apps.sheets.v4.MergeCellsRequest.MergeType), "ALL"',
        id="wrong word",
    ),
    pytest.param(
        {"requests": [{"deleteSheet": {"sheetId": "one"}}]},
        "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), \"one\"",
        id="wrong type",
    ),
    pytest.param(
        {"requests": [{"insertComment": {}}]},
        "Invalid requests[0].insertComment: This server does not support insertComment.",
        id="known but not supported",
    ),
    pytest.param(
        {"requests": [{"repeatCell": {"range": {}, "cell": {}}}]},
        "Invalid requests[0].repeatCell: At least one field must be listed in 'fields'. "
        "(Use '*' to indicate all fields.)",
        id="no mask",
    ),
    pytest.param(
        {"requests": [{"deleteSheet": {"sheetId": 77}}]},
        "Invalid requests[0].deleteSheet: No grid with id: 77",
        id="no such sheet",
    ),
]


@pytest.mark.parametrize(("body", "message"), BAD_REQUESTS)
def test_bad_batches_are_refused(api: Api, body: Any, message: str) -> None:
    assert api.error("POST", ":batchUpdate", body) == (400, message)


def test_violations_are_listed_one_by_one(api: Api) -> None:
    body = {"requests": [{"addSheet": {"a": 1, "b": 2}}]}
    details = api("POST", ":batchUpdate", body).json()["error"]["details"][0]
    assert [one["field"] for one in details["fieldViolations"]] == ["requests[0].add_sheet"] * 2


def test_protocol_buffers_are_lenient_where_google_is(api: Api) -> None:
    one = {"add_sheet": {"properties": {"sheet_id": "12", "title": "x", "index": None}}}
    found = api("POST", ":batchUpdate", {"requests": one}).json()
    assert found["replies"][0]["addSheet"]["properties"]["sheetId"] == 12


def test_every_kind_is_supported_or_refused(api: Api) -> None:
    known = set(schema("Request"))
    assert set(kinds.KINDS) <= known
    for kind in known - set(kinds.KINDS):
        status, message = api.error("POST", ":batchUpdate", {"requests": [{kind: {}}]})
        assert (status, f"does not support {kind}." in message) == (400, True)


def test_every_method_has_a_route() -> None:
    assert {one.id for one in methods()} == set(HANDLERS)
    assert len(HANDLERS) == 17
    assert document()["revision"]


@pytest.mark.parametrize(
    ("verb", "path", "query", "message"),
    [
        (
            "GET",
            "/values/A1",
            {"valueRenderOption": "RAW"},
            (
                "Invalid value at 'value_render_option' "
                '(type.googleapis.com/google.apps.sheets.v4.ValueRenderOption), "RAW"'
            ),
        ),
        (
            "GET",
            "/values/A1",
            {"range": "A2", "x": "y"},
            "\n".join(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query '
                f"parameter. Field '{name}' could not be found in request message."
                for name in ("range", "x")
            ),
        ),
        ("GET", "/values/A0", {}, "Unable to parse range: A0"),
        ("GET", "/values/Nope!A1", {}, "Unable to parse range: Nope!A1"),
        (
            "GET",
            "/values/A1001",
            {},
            "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        ("PUT", "/values/A1", {}, "'valueInputOption' is required but not specified"),
        (
            "GET",
            "",
            {"fields": "sheets(a"},
            "Request contains an invalid argument. Invalid field mask: sheets(a",
        ),
    ],
)
def test_bad_parameters_are_refused(
    api: Api, verb: str, path: str, query: dict[str, str], message: str
) -> None:
    body = {"values": [["x"]]} if verb == "PUT" else None
    assert api.error(verb, path, body, **query) == (400, message)


def test_who_asks_and_what_is_shared(server: Server, api: Api) -> None:
    assert api("GET", "", token="").json()["error"]["status"] == "UNAUTHENTICATED"
    assert api.error("GET", "/v4/nothing")[0] == 404
    assert api.error("GET", "/v4/spreadsheets/nothing")[0] == 404
    assert api.error("GET", f"/v4/spreadsheets/{'1' * 44}") == (
        403,
        "The caller does not have permission",
    )
    server.spreadsheet(api.book_id).access = "reader"
    assert api("GET", "").status_code == 200
    assert api("PUT", "/values/A1", {"values": [[1]]}, valueInputOption="RAW").status_code == 403
    server.spreadsheet(api.book_id).access = "none"
    assert api("GET", "").status_code == 403


def test_tokens_are_for_what_was_asked(server: Server, api: Api) -> None:
    def granted(scope: str) -> str:
        claims = base64.urlsafe_b64encode(json.dumps({"scope": scope}).encode()).decode()
        form = {"assertion": f"h.{claims.rstrip('=')}.s"}
        token: str = requests.post(f"{server.url}/token", data=form, timeout=5).json()[
            "access_token"
        ]
        return token

    sheets = granted("https://www.googleapis.com/auth/spreadsheets")
    assert api("GET", "", token=sheets).status_code == 200
    assert api("GET", "/drive/v3/files", token=sheets).status_code == 403
    mail = granted("https://www.googleapis.com/auth/gmail.readonly")
    assert api("GET", "", token=mail).status_code == 403


def test_masks_pick_what_they_name(api: Api) -> None:
    found = api("GET", "", fields="sheets(properties(title,gridProperties/rowCount)),namedRanges")
    assert found.json() == {
        "sheets": [{"properties": {"title": "Sheet1", "gridProperties": {"rowCount": 1000}}}]
    }
    assert api("GET", "", fields="*").json()["spreadsheetId"] == api.book_id
    assert api("GET", "/values/A1", fields="range").json() == {"range": "Sheet1!A1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"range": 1},
        {"values": ["x"]},
        {"majorDimension": "BOTH"},
        {"extra": 1},
        {"range": True},
    ],
)
def test_answers_are_checked_too(wrong: dict[str, Any]) -> None:
    check_answer("ValueRange", {"range": "A1", "majorDimension": "ROWS", "values": [["x", 1]]})
    with pytest.raises(AssertionError):
        check_answer("ValueRange", wrong)
