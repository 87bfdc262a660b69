"""The endpoints behind the real server, with an inbox that only remembers what it was given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hookproof import Secret
from hookproof.keys import Secrets
from hookproof.testing import SECRET, FixedClock
from hookproof_receiver.inbox import Answer, Arrival, Endpoint
from hookproof_receiver.ingest import Event, Ingest, Route
from hookproof_receiver.ingest.route import declare
from hookproof_receiver.ingest.routes import application_of
from hookproof_receiver.ingest.wsgi import Front
from hookproof_receiver.serving import AnyServer, Server
from hookproof_receiver.serving.granian import serve_wsgi
from hookproof_runtime.ids import new_id

MAX_BODY = 1024**2
SERVER: dict[str, Any] = {"listen": "127.0.0.1:0", "threads": 4, "max_body": MAX_BODY}
OTHER_SECRET = "the-other-endpoint-secret-for-tests"
OLD_SECRET = "the-secret-before-the-rotation-for-tests"


class Bench:
    """Endpoints on a port, and what came through to where messages are kept."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.arrivals: list[Arrival] = []
        self.events: list[Event] = []
        self.answer: Callable[[Endpoint, Arrival], Answer] = self.handled
        self.port = 0
        routes = [
            self.route("/hooks/test", (Secret(SECRET, "new"), Secret(OLD_SECRET, "old"))),
            self.route("/hooks/other", OTHER_SECRET),
            self.route("/hooks/open", None, scheme="none"),
            self.route("/hooks/open-get", None, scheme="none", methods=("GET",)),
        ]
        self.service = Ingest(
            routes,
            lambda endpoint, arrival: self.answer(endpoint, arrival),
            lambda endpoint, arrival, done: done(self.answer(endpoint, arrival)),
            clock=self.clock,
            max_body=MAX_BODY,
            listeners=[self.events.append],
        )

    def route(
        self,
        path: str,
        secrets: Secrets | None,
        *,
        scheme: str = "http-task",
        methods: tuple[str, ...] = ("POST", "PUT", "PATCH"),
    ) -> Route:
        return declare(
            path,
            secrets=secrets,
            scheme=scheme,
            tolerance=300,
            methods=methods,
            identity=None,
            identity_required=False,
            on_body_change="run",
            link="any",
            link_window=600.0,
            mode="synchronous",
            running=None,
            retries=16,
            retry_base=1.0,
            retry_cap=600.0,
            clock=self.clock,
        )

    def handled(self, _endpoint: Endpoint, arrival: Arrival) -> Answer:
        self.arrivals.append(arrival)
        return Answer(200, b'{"ok": true}', message_id=new_id("msg", arrival.received_ns))

    @property
    def arrival(self) -> Arrival:
        """The one that came through."""
        (arrival,) = self.arrivals
        return arrival


def _front(service: Ingest) -> Front:
    return Front(service, application_of(service))


FRONTS: dict[str, Callable[[Ingest], AnyServer]] = {
    "flask": lambda service: Server(application_of(service), **SERVER),
    "wsgi": lambda service: Server(_front(service), **SERVER),
    "at once": lambda service: Server(_front(service), ingest=service, **SERVER),
    "granian": lambda service: serve_wsgi(_front(service), **SERVER),
    "granian at once": lambda service: serve_wsgi(_front(service), ingest=service, **SERVER),
}
"""Every way that a request reaches the endpoints; with `ingest`, without a thread where that can be."""

behind_our_parser = pytest.mark.parametrize(
    "server", [name for name in FRONTS if "granian" not in name], indirect=True
)
"""For what a server's own parser answers: granian's are in `tests/receiver/serving`, beside ours."""


@pytest.fixture(scope="module", params=FRONTS)
def server(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The endpoints under each front: what holds for one holds for the others."""
    bench = Bench()
    server = FRONTS[request.param](bench.service)
    bench.port = int(server.url.rpartition(":")[2])
    ready = threading.Event()
    thread = threading.Thread(target=server.run, args=(ready.set,))
    thread.start()
    assert ready.wait(30)
    yield bench
    server.stop()
    thread.join()


@pytest.fixture
def bench(server: Bench) -> Bench:
    """The module's endpoints, as if nothing had come yet."""
    server.arrivals.clear()
    server.events.clear()
    server.answer = server.handled
    server.clock.nanoseconds = FixedClock().nanoseconds
    return server
