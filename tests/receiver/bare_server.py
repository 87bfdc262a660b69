"""One room behind a real socket: a bare Flask application under waitress, and a plain client."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Flask
from waitress import wasyncore
from waitress.server import create_server

_T = TypeVar("_T")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """Where it listens."""

    port: int

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()


@contextmanager
def served(routes: Blueprint) -> Iterator[Server]:
    """Serve a blueprint on a free port of 127.0.0.1."""
    app = Flask("bare")
    app.register_blueprint(routes)
    sockets: dict[int, object] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=4)
    stopped = threading.Event()

    def loop() -> None:
        while not stopped.is_set():
            wasyncore.loop(timeout=1, map=sockets, count=1)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield Server(server.effective_port)
    finally:
        stopped.set()
        server.pull_trigger()  # or the loop would look after a second
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)


def eventually(look: Callable[[], _T | None], within_s: float = 30) -> _T:
    """What `look` gives once it gives something true; for what other processes do."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return found
