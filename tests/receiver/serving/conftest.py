"""Both servers, each with an application that only counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hookproof_receiver.serving import AnyServer, Server
from hookproof_receiver.serving.granian import serve_wsgi
from hookproof_receiver.serving.server import Application

from ..wire import PATIENCE

SERVERS = ("waitress", "granian")
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

    def __init__(self, application: Counting, port: int, server: str) -> None:
        self.application = application
        self.port = port
        self.server = server

    @property
    def bodies(self) -> list[bytes]:
        return self.application.bodies

    @property
    def signatures(self) -> list[str | None]:
        return [environ.get("HTTP_X_WEBHOOK_SIGNATURE") for environ in self.application.environs]


def make(
    name: str, application: Application, *, listen: str = "127.0.0.1:0", threads: int = 4, **more: Any
) -> AnyServer:
    """One of the servers by its name, on a free port."""
    made: Callable[..., AnyServer] = Server if name == "waitress" else serve_wsgi
    return made(application, listen=listen, threads=threads, **more)


@contextmanager
def running(
    server: str, application: Application, **more: Any
) -> Iterator[tuple[AnyServer, int, threading.Thread]]:
    """A server while it answers, its port, and its thread; stopped at the end if it still runs."""
    made = make(server, application, **more)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made, int(made.url.rpartition(":")[2]), thread
    finally:
        made.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[Served]:
    application = Counting()
    with running(request.param, application, max_body=MAX_BODY) as (_, port, _):
        yield Served(application, port, request.param)


@pytest.fixture
def served(server: Served) -> Served:
    """The module's server, with nothing counted yet."""
    server.application.bodies.clear()
    server.application.environs.clear()
    return server
