"""Peers that are slow or silent do not keep others from being answered."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import waitress.channel
import waitress.server

from hookproof.clock import NANOSECONDS, system_clock

from ..bare_server import eventually
from ..wire import PATIENCE, good, read, signed
from .conftest import SERVERS, Counting, Served, running

IDLE = b""
HALF_HEAD = b"POST /hooks/test HTTP/1.1\r\nHost: receiver.exa"
STUCK_BODY = signed(b"x" * 10_000)[:-1]
STUCK_CHUNK = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\nx"
SOON = 10.0
"""Seconds; one is the aim, and ten times that is allowed, so that a busy machine is no failure."""
LARGE = b"x" * 12 * 1024**2
"""More than the operating system takes on its way."""


@pytest.fixture(params=SERVERS)
def name(request: pytest.FixtureRequest) -> str:
    """Each server once."""
    return str(request.param)


@contextmanager
def held(port: int, number: int, data: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        connections = []
        for _ in range(number):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(data)
            connections.append(connection)
        yield connections


def answered_soon(port: int) -> None:
    """A good request over a connection of its own is."""
    started = time.monotonic()

    assert 200 == good(port, body=b"good").status
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(IDLE, id="SLOW-1"),
        pytest.param(HALF_HEAD, id="SLOW-2"),
        pytest.param(STUCK_BODY, id="SLOW-4"),
        pytest.param(STUCK_CHUNK, id="SLOW-4/chunked"),
    ],
)
def test_two_hundred_of_them_and_a_good_request_is_answered(served: Served, data: bytes) -> None:
    with held(served.port, 200, data):
        answered_soon(served.port)

    assert [b"good"] == served.bodies


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(IDLE, marks=pytest.mark.long, id="SLOW-1/closed"),
        pytest.param(HALF_HEAD, marks=pytest.mark.long, id="SLOW-2/closed"),
        pytest.param(STUCK_BODY, marks=pytest.mark.long, id="SLOW-4/closed"),
        pytest.param(STUCK_CHUNK, marks=pytest.mark.long, id="SLOW-4/chunked, closed"),
        pytest.param(signed(b"one"), id="SLOW-8"),
    ],
)
def test_who_says_nothing_more_is_closed(name: str, data: bytes) -> None:
    with (
        running(name, Counting(), head_within=0.2, body_within=0.2) as (_, port, _),
        held(port, 20, data) as connections,
    ):
        closed = [read(connection).closed for connection in connections]

    assert [True] * 20 == closed


@pytest.mark.rule("P-TIME-7")
@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_a_wall_clock_that_jumps_closes_nobody_and_leaves_nobody_open(
    monkeypatch: pytest.MonkeyPatch, jump_s: int
) -> None:
    """Waitress's own times are of the wall clock."""
    wall = SimpleNamespace(time=lambda: system_clock() / NANOSECONDS)
    for module in (waitress.server, waitress.channel):
        monkeypatch.setattr(module, "time", wall)
    with running("waitress", Counting(), head_within=1.0) as (_, port, _):
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as silent:
            silent.sendall(signed())
            assert [200] == read(silent, expect=1).statuses
            wall.time = lambda: system_clock() / NANOSECONDS + jump_s
            assert read(silent).closed
            assert time.monotonic() - began > 0.9


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(HALF_HEAD, id="SLOW-3"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n", id="SLOW-4/dripping"
        ),
        pytest.param(STUCK_CHUNK, id="SLOW-4/a dripping chunk"),
    ],
)
def test_what_trickles_is_cut_off_however_steadily_it_comes(name: str, begun: bytes) -> None:
    with running(name, Counting(), threads=2, head_within=0.2, body_within=0.2) as (_, port, _):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as slow:
            slow.sendall(begun)
            slow.settimeout(0.02)  # between two bytes
            assert _closed_while_dripping(slow, b"x")
        answered_soon(port)


@pytest.mark.parametrize("name", ["waitress", pytest.param("granian", marks=pytest.mark.long)])
def test_each_request_has_its_own_time_where_one_begins_in_the_bytes_that_end_another(
    name: str,
) -> None:
    request = signed(b"x" * 100)
    half = len(request) - 50
    with running(name, Counting(), threads=2, body_within=1.0) as (_, port, _):
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as steady:
            steady.sendall(request[:half])
            while time.monotonic() < began + 1.6:
                time.sleep(0.05)  # what is tested is time that goes by
                steady.sendall(request[half:] + request[:half])
                assert [200] == read(steady, expect=1).statuses


@pytest.mark.parametrize("readers", [pytest.param(8, id="SLOW-5")])
def test_who_does_not_read_the_answer_holds_no_thread_and_is_broken_off(
    name: str, readers: int
) -> None:
    """Twice as many as there are threads; a socket that nobody can write to would stay for ever."""

    def large(_environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Length", str(len(LARGE)))])
        return [LARGE]

    with running(name, large, threads=4, taken_within=0.3) as (_, port, _):
        answered_soon(port)
        before = descriptors()
        with held(port, readers, signed()):
            answered_soon(port)
            # The peers' own ends are left: the operating system tells the server alone.
            eventually(lambda: descriptors() <= before + readers)


def descriptors() -> int:
    """How many this process has open."""
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("number", [pytest.param(1000, id="SLOW-6")])
def test_a_thousand_connections_one_after_the_other(served: Served, number: int) -> None:
    for count in range(number):
        with socket.create_connection(("127.0.0.1", served.port)) as connection:
            if count % 2:
                connection.sendall(HALF_HEAD)
        if count % 100 == 0:
            answered_soon(served.port)

    assert 10 == len(served.bodies)


@pytest.mark.parametrize("peers", [pytest.param(8, id="SLOW-8/busy")])
def test_who_keeps_a_connection_busy_leaves_room_for_others(served: Served, peers: int) -> None:
    """Twice as many as there are threads."""
    over = threading.Event()

    def ask(connection: socket.socket) -> None:
        while not over.is_set():
            connection.sendall(signed(b"again"))
            assert [200] == read(connection, expect=1).statuses

    with held(served.port, peers, b"") as connections:
        threads = [threading.Thread(target=ask, args=(one,)) for one in connections]
        for thread in threads:
            thread.start()
        try:
            for _ in range(10):
                answered_soon(served.port)
        finally:
            over.set()
            for thread in threads:
                thread.join()

    assert 10 == served.bodies.count(b"good")


def _closed_while_dripping(slow: socket.socket, byte: bytes) -> bool:
    for _ in itertools.repeat(None, 1000):
        try:
            slow.sendall(byte)
            if slow.recv(1) == b"":
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False
