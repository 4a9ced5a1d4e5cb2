"""The kinds of request that spreadsheets.batchUpdate takes: one small function each."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server.book import Book
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.errors import ApiError
from tests.sheets_server.kinds import (
    blocks,
    cells,
    conditional,
    dimensions,
    embedded,
    metadata,
    order,
    sheets,
    texts,
    things,
)
from tests.sheets_server.kinds.batch import Batch, Kind

KINDS: Final[dict[str, Kind]] = {
    **sheets.KINDS,
    **cells.KINDS,
    **dimensions.KINDS,
    **order.KINDS,
    **blocks.KINDS,
    **texts.KINDS,
    **conditional.KINDS,
    **metadata.KINDS,
    **things.KINDS,
    **embedded.KINDS,
}

Json = dict[str, Any]


def apply(cloud: Cloud, book: Book, requests: list[Json]) -> list[Json]:
    """All requests in their order on a spreadsheet.

    Args:
        cloud: everything there is.
        book: the spreadsheet to change; after an error it must be thrown away.
        requests: as Google's schema has them, one key each.

    Returns:
        A reply for each.

    Raises:
        ApiError: one of them cannot be done; its message says which.
    """
    if not requests:
        raise ApiError("Must specify at least one request.")
    batch = Batch(cloud, book)
    replies: list[Json] = []
    for at, request in enumerate(requests):
        if not request:
            raise ApiError(f"Invalid requests[{at}]: No request set.")
        ((name, body),) = request.items()
        if name not in KINDS:
            raise ApiError(f"Invalid requests[{at}].{name}: This server does not support {name}.")
        try:
            reply = KINDS[name](batch, body)
        except ApiError as error:
            if error.code == 400:
                error.message = f"Invalid requests[{at}].{name}: {error.message}"
            raise
        replies.append({} if reply is None else {name: reply})
    return replies
