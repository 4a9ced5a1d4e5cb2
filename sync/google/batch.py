"""The first write of a run, exactly once: it takes the lock together with everything structural."""

from __future__ import annotations

from collections.abc import Sequence

from sync.google.book import FIELDS, Book, book_of, read_book
from sync.google.client import SheetsClient
from sync.google.decode import decode
from sync.google.errors import Rejected, Unsure, no_answer
from sync.google.lock import Lease
from sync.google.marks import Request
from sync.store import Stale

ATTEMPTS = 3


def read(client: SheetsClient) -> Book:
    """Return the whole spreadsheet, in one request."""
    return read_book(client.ask("get", "", params={"fields": FIELDS}))


def take(
    client: SheetsClient,
    lease: Lease,
    standing: str,
    requests: Sequence[Request],
    ranges: Sequence[str],
) -> Book:
    """Take the lock and carry requests out, all together or not at all.

    The lock can be made only where it stands as it was read, so that the batch lands at most once,
    whoever else writes and whatever answer is lost.

    Args:
        client: of the spreadsheet.
        lease: the lock that is taken.
        standing: value of the lock as it was read.
        requests: carried out behind it.
        ranges: what shall be shown as it stands afterwards, in A1 notation.

    Returns:
        The spreadsheet afterwards, with the cells of these ranges.

    Raises:
        Stale: somebody else took the lock since it was read.
        Rejected: Google does not accept a request; nothing was done.
        Unreachable: no answer came, and nothing was done.
    """
    body = {
        "requests": [*lease.requests(standing), *requests],
        "includeSpreadsheetInResponse": bool(ranges),
        "responseRanges": list(ranges),
        "responseIncludeGridData": bool(ranges),
    }
    fields = f"spreadsheetId,updatedSpreadsheet({FIELDS})" if ranges else "spreadsheetId"
    for _ in range(ATTEMPTS):
        rejected: Rejected | None = None
        try:
            answer = client.ask("post", ":batchUpdate", json=body, params={"fields": fields})
            return book_of(decode(answer).get("updatedSpreadsheet", {}))
        except Rejected as error:
            rejected = error
        except Unsure:
            pass
        book = read(client)
        if book.lock == lease.value:
            return book
        if book.lock != standing:
            raise Stale("another run has begun to write", zh="另一次运行已开始写入")
        if rejected is not None:
            raise rejected
    raise no_answer()
