"""Replies onto the wire: bytes, headers, waiting, and connections that break."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from tests.sheets_server.faults import Reply

Handle = Callable[[str, str, bytes, dict[str, str]], Reply]


def handler(handle: Handle, stopping: threading.Event) -> type[BaseHTTPRequestHandler]:
    """The class that speaks HTTP for one server.

    Args:
        handle: answers a request, given its verb, address, body and headers (in lower case).
        stopping: set when nobody needs to wait any longer.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {key.lower(): each for key, each in self.headers.items()}
            reply = handle(self.command, self.path, body, headers)
            if reply.delay:
                stopping.wait(reply.delay)
            if reply.lost:
                self._reset()
            else:
                with contextlib.suppress(ConnectionError):  # who asked may have left
                    self._send(reply)

        def _send(self, reply: Reply) -> None:
            text = isinstance(reply.answer, str)
            payload = str(reply.answer) if text else _dumped(reply.answer)
            raw = b"" if reply.answer is None else payload.encode()
            self.send_response(reply.status)
            if raw:
                kind = "text/csv" if text else "application/json; charset=UTF-8"
                self.send_header("Content-Type", kind)
            for key, each in reply.headers:
                self.send_header(key, each)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def _reset(self) -> None:
            """Closes so that the other side sees a reset and not an end."""
            now = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.close_connection = True
            self.connection.close()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet: the server itself keeps what was asked."""

    return Handler


def _dumped(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
