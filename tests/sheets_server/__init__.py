"""A local HTTP server that speaks Google's Sheets API v4 and the Drive that goes with it.

Tests start one with ``with running() as server`` and point an unmodified gspread at
``server.url``; people start one with ``python -m tests.sheets_server --port 8099``.
"""

from __future__ import annotations

from tests.sheets_server.crowd import Act, Crowd
from tests.sheets_server.faults import Fault, Quota
from tests.sheets_server.server import PERSON, Server, running

__all__ = ["PERSON", "Act", "Crowd", "Fault", "Quota", "Server", "running"]
