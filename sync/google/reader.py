"""A Google Sheet as raw grids, for whoever only looks at it."""

from __future__ import annotations

from typing import NamedTuple

from sync.google import batch
from sync.google.book import version_of
from sync.google.client import SheetsClient
from sync.grid import Grid


class Read(NamedTuple):
    """What was read: the team's tabs, a hash of them, and the time zone, "" where none is told."""

    grids: list[Grid]
    version: str
    zone: str


def read_grids(client: SheetsClient) -> Read:
    """Read all tabs of a spreadsheet that are the team's, in one request.

    Args:
        client: of the spreadsheet.

    Raises:
        StoreError: it cannot be reached or read.
    """
    book = batch.read(client)
    grids = [sheet.grid({}) for sheet in book.team_sheets]
    return Read(grids, version_of(book.team_sheets, {}), book.zone)
