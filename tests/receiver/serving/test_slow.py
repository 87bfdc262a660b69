"""Peers that are slow or silent do not keep others from being answered."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from hookproof_receiver.serving import Server

from ..wire import PATIENCE, good, read, signed
from .conftest import Counting, Served

IDLE = b""
HALF_HEAD = b"POST /hooks/test HTTP/1.1\r\nHost: receiver.exa"
STUCK_BODY = signed(b"x" * 10_000)[:-1]


@contextmanager
def held(port: int, number: int, data: bytes) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(number):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            connection.sendall(data)
        yield


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(IDLE, id="SLOW-1"),
        pytest.param(HALF_HEAD, id="SLOW-2"),
        pytest.param(STUCK_BODY, id="SLOW-4"),
    ],
)
def test_two_hundred_of_them_and_a_good_request_is_answered(served: Served, data: bytes) -> None:
    with held(served.port, 200, data):
        started = time.monotonic()
        response = good(served.port, body=b"good")
        took = time.monotonic() - started

    assert 200 == response.status
    assert [b"good"] == served.bodies
    assert took < 10  # a second is the aim; ten times that, so that a busy machine is no failure


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(HALF_HEAD, id="SLOW-3"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n", id="a body"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n", id="a chunk"
        ),
    ],
)
def test_what_trickles_is_cut_off_however_steadily_it_comes(begun: bytes) -> None:
    server = Server(Counting(), listen="127.0.0.1:0", threads=2, head_within=0.2, body_within=0.2)
    thread = threading.Thread(target=server.run)
    thread.start()
    port = int(server.url.rpartition(":")[2])
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as slow:
            slow.sendall(begun)
            slow.settimeout(0.02)  # between two bytes
            assert _closed_while_dripping(slow, b"x")
        assert 200 == good(port).status
    finally:
        server.stop()
        thread.join()


def test_each_request_has_its_own_time_where_one_begins_in_the_bytes_that_end_another() -> None:
    server = Server(Counting(), listen="127.0.0.1:0", threads=2, body_within=1.0)
    thread = threading.Thread(target=server.run)
    thread.start()
    request = signed(b"x" * 100)
    half = len(request) - 50
    began = time.monotonic()
    try:
        address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
        with socket.create_connection(address, timeout=PATIENCE) as steady:
            steady.sendall(request[:half])
            while time.monotonic() < began + 2.5:
                time.sleep(0.1)  # what is tested is time that goes by
                steady.sendall(request[half:] + request[:half])
                assert [200] == read(steady, expect=1).statuses
    finally:
        server.stop()
        thread.join()


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
