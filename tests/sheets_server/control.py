"""The control route: faults, quotas, people and sharing set from outside the process.

``GET /control`` tells what was asked and what people did. ``POST /control`` takes any of
``{"clear": true, "faults": [{...}], "quota": {"per_minute": 60}, "crowd": {"seed": 1,
"intensity": 0.5}, "access": {"<spreadsheetId>": "reader"}}``; ``null`` takes a quota or the
crowd away.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from tests.sheets_server.book import ACCESS
from tests.sheets_server.crowd import Crowd
from tests.sheets_server.errors import ApiError
from tests.sheets_server.faults import Fault, Quota

if TYPE_CHECKING:
    from tests.sheets_server.server import Server

Json = dict[str, Any]
_KNOWN: Final = ("clear", "faults", "quota", "crowd", "access")


def told(server: Server) -> Json:
    """What was asked of the server, by method, and what people did."""
    crowd = server.crowd
    return {
        "counts": dict(server.counts),
        "acts": [asdict(one) for one in crowd.log] if crowd else [],
    }


def change(server: Server, body: object) -> Json:
    """What is asked for from now on.

    Raises:
        ApiError: a word or a value that is not understood; nothing is changed then.
    """
    if not isinstance(body, dict) or set(body) - set(_KNOWN):
        raise ApiError(f"Control takes an object with {', '.join(_KNOWN)}.")
    try:
        faults = [Fault(**one) for one in body.get("faults", [])]
        quota = Quota(**body["quota"]) if body.get("quota") else None
        crowd = _crowd(body["crowd"]) if body.get("crowd") else None
    except (TypeError, ValueError) as error:
        raise ApiError(str(error)) from None
    files = {book_id: server.cloud.file(book_id) for book_id in body.get("access", {})}
    if not set(body.get("access", {}).values()) <= set(ACCESS):
        raise ApiError(f"Access is one of {', '.join(ACCESS)}.")
    if body.get("clear"):
        server.faults.clear()
        server.log.clear()
        server.crowd = None
    server.faults.add(*faults)
    if "quota" in body:
        server.faults.quota = quota
    if "crowd" in body:
        server.crowd = crowd
    for book_id, file in files.items():
        file.book.access = body["access"][book_id]
    return told(server)


def _crowd(asked: Json) -> Crowd:
    spared, named = (frozenset(asked.pop(name, ())) for name in ("spared", "named"))
    return Crowd(**asked, spared=spared, named=named)
