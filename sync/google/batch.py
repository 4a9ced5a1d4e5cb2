"""The first write of a run, exactly once: it takes the lock together with everything structural."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sync.google.book import FIELDS, Book, book_of, read_book, version_of
from sync.google.client import SheetsClient
from sync.google.decode import decode
from sync.google.errors import Rejected, Unsure, no_answer
from sync.google.lock import Lease
from sync.google.marks import Request
from sync.store import Stale

ATTEMPTS = 3


class Taken(NamedTuple):
    """The spreadsheet once the lock is taken, and Google's replies; none where they were lost."""

    book: Book
    replies: Sequence[Mapping[str, Any]]


def read(client: SheetsClient) -> Book:
    """Return the whole spreadsheet, in one request."""
    return read_book(client.ask("get", "", params={"fields": FIELDS}))


def take(
    client: SheetsClient,
    lease: Lease,
    book: Book,
    requests: Sequence[Request],
    ranges: Sequence[str],
) -> Taken:
    """Take the lock and carry requests out, all together or not at all.

    The lock can be made only where it stands as it was read, so that the batch lands at most once,
    whoever else writes and whatever answer is lost.

    Args:
        client: of the spreadsheet.
        lease: the lock that is taken.
        book: the spreadsheet as it was read.
        requests: carried out behind it.
        ranges: what shall be shown as it stands afterwards, in A1 notation.

    Returns:
        The spreadsheet afterwards, with the cells of these ranges, and Google's replies.

    Raises:
        Stale: somebody else took the lock since it was read, or changed what the requests mean.
        Rejected: Google does not accept a request; nothing was done.
        Unreachable: no answer came, and nothing was done.
    """
    body = {
        "requests": [*lease.requests(book.lock), *requests],
        "includeSpreadsheetInResponse": bool(ranges),
        "responseRanges": list(ranges),
        "responseIncludeGridData": bool(ranges),
    }
    fields = f"replies(deleteConditionalFormatRule),updatedSpreadsheet({FIELDS})"
    for _ in range(ATTEMPTS):
        rejected: Rejected | None = None
        try:
            answer = client.ask("post", ":batchUpdate", json=body, params={"fields": fields})
            told = decode(answer)
            return Taken(book_of(told.get("updatedSpreadsheet", {})), told.get("replies", ()))
        except Rejected as error:
            rejected = error
        except Unsure:
            pass
        now = read(client)
        if now.lock == lease.value:
            return Taken(now, ())
        if now.lock != book.lock:
            raise Stale("another run has begun to write", zh="另一次运行已开始写入")
        if rejected is not None and _content(now) != _content(book):
            raise Stale("the spreadsheet was changed meanwhile", zh="期间表格被修改") from rejected
        if rejected is not None:
            raise rejected
    raise no_answer()


def _content(book: Book) -> str:
    """A hash of what people made; a column that was added without content counts, too."""
    sizes = [(sheet.id, sheet.columns) for sheet in book.team_sheets]
    return f"{version_of(book.team_sheets, {})} {sizes}"
