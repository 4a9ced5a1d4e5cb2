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
