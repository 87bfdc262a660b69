"""An application of somebody else's, on a port of this machine: it verifies by itself, with bytes."""

from __future__ import annotations

import hashlib
import hmac
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from hookproof.testing import SECRET


class Got(NamedTuple):
    """One request, as it came."""

    method: str
    target: str
    fields: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key.lower() == name.lower()]

    @property
    def is_good(self) -> bool:
        """What the platform's documents tell an application to check, and nothing of ours."""
        (header,) = self.all("X-Webhook-Signature")
        t, sha256 = (part.partition("=")[2] for part in header.split(","))
        made = hmac.new(SECRET.encode(), t.encode() + b"." + self.body, hashlib.sha256)
        return hmac.compare_digest(made.hexdigest(), sha256)


class App:
    """What came to it, and what it answers."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[tuple[int, bytes]] = []
        """What it answers next, one a request; 200 where there is none left."""
        self.answers_to: dict[bytes, list[int]] = {}
        """What it answers to a body before that."""
        self.headers: list[tuple[str, str]] = []
        self.held: threading.Event | None = None
        """What it waits for before it answers."""
        self._came = threading.Condition()

    def take(self, got: Got) -> tuple[int, bytes]:
        with self._came:
            self.got.append(got)
            self._came.notify_all()
            if self.answers_to.get(got.body):
                return self.answers_to[got.body].pop(0), b""
            given = self.answers.pop(0) if self.answers else (200, b"")
        if self.held is not None:
            self.held.wait(30)
        return given

    def wait_for(self, number: int, timeout: float = 20) -> list[Got]:
        with self._came:
            assert self._came.wait_for(lambda: len(self.got) >= number, timeout), len(self.got)
            return list(self.got)

    def forget(self) -> None:
        self.got, self.answers, self.headers = [], [], []

    @property
    def bodies(self) -> list[bytes]:
        return [one.body for one in self.got]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@contextmanager
def serving(app: App, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer on a port, which is refused again afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fields = [(name, value) for name, value in self.headers.raw_items()]
            status, answer = app.take(Got(self.command, self.path, fields, body))
            self.send_response(status)
            for name, value in app.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PUT = do_PATCH = do_GET = do_DELETE = take

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a peer that goes away
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=lambda: server.serve_forever(0.01))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
