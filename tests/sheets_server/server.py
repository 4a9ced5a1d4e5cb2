"""The HTTP server: addresses, bodies, who asks, and one request at a time on the state."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tests.sheets_server import api, drive
from tests.sheets_server.book import Book
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.errors import ApiError

Json = dict[str, Any]
Reply = tuple[int, Any, tuple[tuple[str, str], ...]]
_TOKEN: Final = {"access_token": "ya29.local", "expires_in": 3600, "token_type": "Bearer"}


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
        self.log: list[Asked] = []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
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
        """Listens no more."""
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

    @property
    def counts(self) -> Counter[str]:
        """How often each method was called, by id (``sheets.spreadsheets.values.get``, ...)."""
        return Counter(one.method for one in self.log)

    def handle(self, verb: str, target: str, body: bytes, headers: dict[str, str]) -> Reply:
        """A request answered: status, JSON (or text, or None), further headers."""
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True)
        name, run = self._find(verb, parts.path, query, body, headers)
        with self._lock:
            reply = _guarded(run)
            self.log.append(Asked(name, verb, parts.path, reply[0]))
        return reply

    def _find(
        self,
        verb: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> tuple[str, Callable[[], Any]]:
        if path == "/token" and verb == "POST":
            return "token", lambda: _TOKEN
        if not headers.get("authorization", "").startswith("Bearer "):
            return "unauthenticated", _unauthenticated
        routed = api.route(verb, path)
        if routed:
            return routed.method.id, lambda: api.answer(self.cloud, routed, query, _json(body))
        driven = drive.route(verb, path)
        if driven:
            text = headers.get("content-type", "").startswith("text/")
            return driven.id, lambda: drive.answer(
                self.cloud, driven, query, body.decode() if text else _json(body)
            )
        return "unknown", lambda: _unknown(path)


def _unauthenticated() -> None:
    raise ApiError(
        "Request is missing required authentication credential. Expected OAuth 2 access token, "
        "login cookie or other valid authentication credential.",
        401,
    )


def _unknown(path: str) -> None:
    raise ApiError(f"This server knows no method at {path}.", 404)


def _json(body: bytes) -> object:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise ApiError(f"Invalid JSON payload received. {error}") from None


def _guarded(run: Callable[[], Any]) -> Reply:
    try:
        answer = run()
    except ApiError as error:
        return error.code, error.body(), error.headers
    except Exception as error:  # noqa: BLE001 a fault of this server must not look like success
        return 500, ApiError(f"This server failed: {error!r}", 500).body(), ()
    return (204 if answer is None else 200), answer, ()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {key.lower(): each for key, each in self.headers.items()}
            status, answer, more = server.handle(self.command, self.path, body, headers)
            text = isinstance(answer, str)
            payload = b"" if answer is None else (answer if text else _dumped(answer)).encode()
            self.send_response(status)
            kind = "text/csv" if text else "application/json; charset=UTF-8"
            if answer is not None:
                self.send_header("Content-Type", kind)
            for key, each in more:
                self.send_header(key, each)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet: ``Server.log`` keeps what was asked."""

    return Handler


def _dumped(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


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
