"""One local server for each module, quiet again before each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.google.kit import People
from tests.sheets_server import Server, running


@pytest.fixture(scope="module")
def running_server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture
def server(running_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    running_server.crowd = None
    running_server.faults.clear()
    running_server.log.clear()
    return running_server


@pytest.fixture
def people(server: Server) -> People:
    return People(server)
