"""What is answered without a thread, by both servers: whatever a peer does, others are answered."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hookproof.schemes import by_name
from hookproof.testing import SECRET
from hookproof_receiver import Receiver
from hookproof_receiver.ingest.wsgi import Front

from ..bare_server import eventually
from ..wire import PATIENCE, exchange, good, read, signed
from .conftest import SERVERS, running


@pytest.fixture(params=SERVERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with closing(Receiver(f"sqlite:///{tmp_path / 'inbox.db'}")) as receiver:
        yield receiver


@contextmanager
def serving(name: str, receiver: Receiver) -> Iterator[int]:
    """The port of a receiver."""
    fronts = receiver.create_fronts()
    with running(name, Front(*fronts), ingest=fronts.ingest) as (_, port, _):
        yield port


def test_a_peer_that_takes_none_of_its_large_answers_holds_up_nobody(
    name: str, receiver: Receiver
) -> None:
    """Retries of a finished message: its kept answer each time, and more than a server buffers."""
    large, number = b"x" * 2 * 1024**2, 20
    receiver.on("/hooks/test", secrets=SECRET, mode="inbox")(lambda message: (200, large))
    receiver.on("/hooks/other", secrets=SECRET)
    one = signed()
    with serving(name, receiver) as port:
        assert [200] == exchange(port, one, expect=1).statuses
        assert eventually(lambda: receiver.open().messages()[0].state == "done")
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(one * number)

            for _ in range(2 * number):  # each takes a commit, as each of the others does
                assert 200 == good(port, target="/hooks/other").status
            assert [large] * number == [one.body for one in read(connection, number).responses]


class Faulty:
    """A scheme of somebody's own, that fails on what it does not expect."""

    def __init__(self) -> None:
        self._own = by_name("http-task")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def read(self, headers: Any) -> Any:
        if "x-odd" in {name.lower() for name, _ in headers}:
            raise ZeroDivisionError
        return self._own.read(headers)


@pytest.mark.rule("P-ANS-10")
def test_a_scheme_that_fails_costs_its_own_request_and_no_other(name: str, receiver: Receiver) -> None:
    faulty: Any = Faulty()
    receiver.on("/hooks/test", secrets=SECRET, scheme=faulty)
    receiver.on("/hooks/other", secrets=SECRET, scheme=faulty)(lambda message: None)
    more = {"X-Odd": "1"}
    odd = signed(more=more)
    with serving(name, receiver) as port:
        assert "handler_failed" == exchange(port, odd, expect=1).only.code
        assert "handler_failed" == good(port, target="/hooks/other", more=more).code
        assert [200, 500, 200] == exchange(port, signed() + odd + signed(), expect=3).statuses
        assert 200 == good(port).status
