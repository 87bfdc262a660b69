"""A server with an application that only counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hookproof_receiver.serving import Server

MAX_BODY = 64 * 1024


class Counting:
    """A WSGI application that remembers the bodies that it was given, and how they were asked for."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.environs: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        self.bodies.append(environ["wsgi.input"].read())
        self.environs.append(environ)
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]


class Served:
    """The application, and the port where it is."""

    def __init__(self, application: Counting, port: int) -> None:
        self.application = application
        self.port = port

    @property
    def bodies(self) -> list[bytes]:
        return self.application.bodies


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    application = Counting()
    server = Server(application, listen="127.0.0.1:0", threads=4, max_body=MAX_BODY)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield Served(application, int(server.url.rpartition(":")[2]))
    server.stop()
    thread.join()


@pytest.fixture
def served(server: Served) -> Served:
    """The module's server, with nothing counted yet."""
    server.application.bodies.clear()
    server.application.environs.clear()
    return server
