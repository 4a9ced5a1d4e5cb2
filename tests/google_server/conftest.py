"""A server for each module, an unmodified gspread that talks to it, and a fresh spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gspread
import pytest
import requests
from google.oauth2.credentials import Credentials

from tests.sheets_server import Server, running

_GOOGLE = ("https://sheets.googleapis.com", "https://www.googleapis.com")


class Local(gspread.HTTPClient):
    """gspread's own client; only the host in front of each address is another."""

    base = ""

    def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> requests.Response:
        for host in _GOOGLE:
            endpoint = endpoint.replace(host, self.base)
        return super().request(method, endpoint, *args, **more)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture
def client(server: Server) -> gspread.Client:
    found = gspread.Client(Credentials("any"), http_client=Local)
    found.http_client.base = server.url  # type: ignore[attr-defined]
    return found


@pytest.fixture
def book(client: gspread.Client) -> gspread.Spreadsheet:
    return client.create("商机")


ANY = "any"


class Api:
    """Plain HTTP on one spreadsheet, for what gspread does not say."""

    def __init__(self, server: Server, book_id: str) -> None:
        self.server = server
        self.book_id = book_id

    def __call__(
        self, verb: str, path: str, body: Any = None, token: str = ANY, **query: Any
    ) -> requests.Response:
        """One request below ``/v4/spreadsheets/ID``; a path that begins with ``/v4`` or ``/drive``
        stands alone.
        """
        own = (
            path if path.startswith(("/v4", "/drive")) else f"/v4/spreadsheets/{self.book_id}{path}"
        )
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.request(
            verb, self.server.url + own, json=body, params=query, headers=headers, timeout=10
        )

    def batch(self, **kinds: Any) -> Any:
        """One batchUpdate with these kinds; the replies' bodies."""
        asked = [{kind: body} for kind, body in kinds.items()]
        found = self("POST", ":batchUpdate", {"requests": asked})
        assert found.status_code == 200, found.text
        replies = found.json()["replies"]
        return [one.get(kind) for kind, one in zip(kinds, replies, strict=True)]

    def error(self, verb: str, path: str, body: Any = None, **query: Any) -> tuple[int, str]:
        """The status and the sentence of a refusal."""
        found = self(verb, path, body, **query)
        return found.status_code, found.json()["error"]["message"]

    def put(self, place: str, values: Any, option: str = "USER_ENTERED", **query: Any) -> Any:
        """values.update."""
        found = self(
            "PUT", f"/values/{place}", {"values": values}, valueInputOption=option, **query
        )
        assert found.status_code == 200, found.text
        return found.json()

    def values(self, place: str, **query: Any) -> Any:
        """values.get: the values alone."""
        found = self("GET", f"/values/{place}", **query)
        assert found.status_code == 200, found.text
        return found.json().get("values", [])


@pytest.fixture
def api(server: Server) -> Api:
    return Api(server, server.create("商机").id)
