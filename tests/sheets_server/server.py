"""The HTTP server: addresses, bodies, who asks, and one request at a time on the state."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.sheets_server import api, control, drive
from tests.sheets_server.book import Book
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.crowd import Crowd
from tests.sheets_server.errors import ApiError
from tests.sheets_server.faults import Faults, Reply
from tests.sheets_server.render import Shown, Style, table
from tests.sheets_server.tokens import Tokens
from tests.sheets_server.wire import handler

Json = dict[str, Any]
PERSON = "x-person"
"""A header: this request is a person's, who is not counted and meets neither faults nor people."""


class Wanted(NamedTuple):
    """A request understood: its method, how it is carried out, and what it is about.

    Attributes:
        method: the method's id.
        run: carries it out.
        book_id: of the spreadsheet that it is about, if any.
        reads: whether it changes nothing.
        spared: whether faults, quotas and people leave it alone.
    """

    method: str
    run: Callable[[], object]
    book_id: str = ""
    reads: bool = True
    spared: bool = False


@dataclass(frozen=True)
class Asked:
    """One request that came in: which method, on which address, answered with which status."""

    method: str
    verb: str
    path: str
    status: int


class Server:
    """A Sheets API of one's own: its state, its address, and what was asked of it.

    Args:
        port: 0 for any that is free.
        seed: for the ids that it makes up.
        clock: tells the time; aware.
    """

    def __init__(
        self,
        port: int = 0,
        seed: int = 0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.cloud = Cloud(seed, clock)
        self.faults = Faults(seed)
        self.crowd: Crowd | None = None
        self.log: list[Asked] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._tokens = Tokens()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler(self.handle, self._stopping))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens: ``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> None:
        """Listens from now on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Listens no more; who still waits for an answer gets none."""
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Until somebody stops it."""
        self._thread.join()

    def create(self, title: str = "Untitled spreadsheet") -> Book:
        """A new spreadsheet."""
        return self.cloud.create(title).book

    def spreadsheet(self, book_id: str) -> Book:
        """The spreadsheet as it is now; a batch puts another object in its place."""
        return self.cloud.files[book_id].book

    def values(self, book_id: str, place: str = "") -> list[list[Shown]]:
        """What stands in a spreadsheet now, as numbers and texts; nobody counts this look.

        Args:
            book_id: which spreadsheet.
            place: A1 notation, a named range or a tab's title; empty is the first tab.

        Returns:
            Rows of values, trailing blanks left out.
        """
        with self._lock:
            book = self.spreadsheet(book_id)
            sheet, area = book.area(place or book.sheets[0].title, clip=True)
            return table(self.cloud.look(book), sheet, area, Style("UNFORMATTED_VALUE"))

    @property
    def counts(self) -> Counter[str]:
        """How often each method was called, by id (``sheets.spreadsheets.values.get``, ...)."""
        return Counter(one.method for one in self.log)

    def handle(self, verb: str, target: str, body: bytes, headers: dict[str, str]) -> Reply:
        """A request answered, with the faults and the people that it meets."""
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True)
        wanted = self._understood(verb, parts.path, query, body, headers)
        spared = wanted.spared or PERSON in headers
        with self._lock:
            reply = _guarded(wanted.run) if spared else self._met(wanted, headers)
            if not spared:
                self.log.append(Asked(wanted.method, verb, parts.path, reply.status))
        return reply

    def _met(self, wanted: Wanted, headers: dict[str, str]) -> Reply:
        """The reply to a request that meets people first, then the quota, then a fault."""
        file = self.cloud.files.get(wanted.book_id)
        if self.crowd and file:
            file.book = self.crowd.before(self.cloud, file.book)
        if self.faults.quota:
            caller = headers.get("authorization", "")
            refused = self.faults.quota.spend(caller, self.cloud.now(), read=wanted.reads)
            if refused:
                return refused
        fault = self.faults.next(wanted.method)
        if fault is None:
            return _guarded(wanted.run)
        return fault.spoil(_guarded(wanted.run) if fault.runs else None)

    def _understood(
        self,
        verb: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Wanted:
        if path == "/token" and verb == "POST":
            return Wanted("token", lambda: self._tokens.grant(body), spared=True)
        if path == "/control" and verb == "GET":
            return Wanted("control", lambda: control.told(self), spared=True)
        if path == "/control" and verb == "POST":
            return Wanted("control", lambda: control.change(self, _json(body)), spared=True)
        bearer = headers.get("authorization", "")
        routed = api.route(verb, path)
        if routed:

            def call() -> object:
                self._tokens.check(bearer, "sheets")
                return api.answer(self.cloud, routed, query, _json(body))

            book_id = routed.path.get("spreadsheetId", "")
            return Wanted(routed.method.id, call, book_id, routed.method.reads)
        driven = drive.route(verb, path)
        if driven:
            text = headers.get("content-type", "").startswith("text/")

            def serve() -> object:
                self._tokens.check(bearer, "drive")
                return drive.answer(
                    self.cloud, driven, query, body.decode() if text else _json(body)
                )

            return Wanted(driven.id, serve, reads=verb == "GET")
        return Wanted("unknown", lambda: _unknown(path))


def _unknown(path: str) -> None:
    raise ApiError(f"This server knows no method at {path}.", 404)


def _json(body: bytes) -> object:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise ApiError(f"Invalid JSON payload received. {error}") from None


def _guarded(run: Callable[[], object]) -> Reply:
    try:
        answer = run()
    except ApiError as error:
        return Reply(error.code, error.body(), error.headers)
    except Exception as error:  # noqa: BLE001 a fault of this server must not look like success
        return Reply(500, ApiError(f"This server failed: {error!r}", 500).body())
    return Reply(204 if answer is None else 200, answer)


@contextmanager
def running(
    port: int = 0, seed: int = 0, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Iterator[Server]:
    """A server for as long as the block lasts.

    Args:
        port: 0 for any that is free.
        seed: for the ids that it makes up.
        clock: tells the time; aware.
    """
    server = Server(port, seed, clock)
    server.start()
    try:
        yield server
    finally:
        server.stop()
