"""Every fault, byte by byte, as a client of sockets sees it."""

from __future__ import annotations

import gzip
import re
import socket
import time
from collections.abc import Iterator

import pytest

from hookproof_receiver.faults.answers import GARBAGE, INTERIMS, UNPACKED
from hookproof_receiver.faults.catalogue import ENTRIES
from hookproof_receiver.testing import Faulty, faults

from .talking import PATIENCE, Talk, post, talk

MIB = 1024 * 1024
OK = rb"HTTP/1.1 200 OK\r\n"
TEXT = rb"Content-Type: text/plain; charset=utf-8\r\n"
LENGTH = rb"Content-Length: \d+\r\n\r\n"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
UNAVAILABLE = rb"HTTP/1.1 503 Service Unavailable\r\n" + TEXT + LENGTH + rb"503 Service Unavailable\n"
AS_GOOD = TEXT + LENGTH + rb"200 OK\n"
GOOD = OK + AS_GOOD
HINTS = re.escape(INTERIMS)
TO_TEN = rb"0123456789"
CHUNKED = OK + rb"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def desk() -> Iterator[Faulty]:
    with faults() as desk:
        yield desk


@pytest.mark.parametrize(
    ("path", "pattern", "end"),
    [
        pytest.param(path, pattern, end, id=path)
        for path, pattern, end in [
            ("503", UNAVAILABLE, "goes on"),
            ("204", rb"HTTP/1.1 204 No Content\r\n\r\n", "goes on"),
            ("999", rb"HTTP/1.1 999\r\n" + TEXT + LENGTH + rb"999\n", "goes on"),
            ("delay/50ms", GOOD, "goes on"),
            ("delay/50ms/503", UNAVAILABLE, "goes on"),
            ("delay/50ms/reset", rb"", "reset"),
            ("100-continue", HINTS + GOOD, "goes on"),
            ("100-continue/503", HINTS + UNAVAILABLE, "goes on"),
            ("retry-after/5", rb".* 503 [^\n]*\nRetry-After: 5\r\n.*", "goes on"),
            ("retry-after/soon/429", rb".* 429 [^\n]*\nRetry-After: soon\r\n.*", "goes on"),
            ("redirect/307/to/204", rb".* 307 [^\n]*\nLocation: /204\r\n.*", "goes on"),
            ("early", rb".* 413 [^\n]*\nConnection: close\r\n.*", "closed"),
            ("early/401", rb".* 401 [^\n]*\nConnection: close\r\n.*", "closed"),
            ("twice", GOOD + rb"HTTP/1.1 500 .*", "goes on"),
            ("stale", OK + rb"Keep-Alive: timeout=60\r\n" + TEXT + LENGTH + rb"200 OK\n", "closed"),
            ("drip/head/200ms", OK + rb"X-Drip: xx\r\nContent-Length: 0\r\n\r\n", "closed"),
            ("drip/body/200ms", OK + rb"Connection: close\r\n\r\nxx", "closed"),
            ("drip/chunks/200ms", CHUNKED + rb"(1\r\nx\r\n){2}0\r\n\r\n", "closed"),
            ("drip/100-continue/200ms", rb"(HTTP/1.1 100 Continue\r\n\r\n){2}" + GOOD, "closed"),
            ("reset", rb"", "reset"),
            ("reset/mid-request", rb"", "reset"),
            ("reset/after-request", rb"", "reset"),
            ("reset/mid-head", OK + rb"Content-Le", "reset"),
            ("reset/mid-answer", OK + rb"Content-Length: 20\r\n\r\n" + TO_TEN, "reset"),
            ("close", rb"", "closed"),
            ("close/mid-request", rb"", "closed"),
            ("close/after-request", rb"", "closed"),
            ("close/mid-head", OK + rb"Content-Le", "closed"),
            ("close/mid-answer", OK + rb"Content-Length: 20\r\n\r\n" + TO_TEN, "closed"),
            ("silent", rb"", "open"),
            ("silent/mid-request", rb"", "open"),
            ("silent/after-request", rb"", "open"),
            ("silent/mid-head", OK + rb"Content-Le", "open"),
            ("silent/mid-answer", OK + rb"Content-Length: 20\r\n\r\n" + TO_TEN, "open"),
            ("length/short", OK + rb"Content-Length: 5\r\n\r\n" + TO_TEN, "closed"),
            ("length/long", OK + rb"Content-Length: 1000\r\n\r\n" + TO_TEN, "closed"),
            ("length/two", OK + rb"Content-Length: 5\r\nContent-Length: 10\r\n\r\n" + TO_TEN, "closed"),
            ("length/signed", OK + rb"Content-Length: \+10\r\n\r\n" + TO_TEN, "closed"),
            ("length/and-chunked", OK + rb"Content-Length: 3\r\nT.*\r\nhello\r\n0\r\n\r\n", "closed"),
            ("chunks/bad", CHUNKED + rb"0x5\r\nhello\r\n0\r\n\r\n", "closed"),
            ("chunks/cut", CHUNKED + rb"a\r\nhello", "closed"),
            ("chunks/no-end", CHUNKED + rb"5\r\nhello\r\n", "closed"),
            ("header-flood/3", OK + rb"(X-Flood: x{20}\r\n){3}" + AS_GOOD, "goes on"),
            ("header-flood", OK + rb"(X-Flood: x{20}\r\n){10000}" + AS_GOOD, "goes on"),
            ("garbage", re.escape(GARBAGE), "closed"),
        ]
    ],
)  # fmt: skip
def test_a_fault_is_these_bytes_and_this_end(desk: Faulty, path: str, pattern: bytes, end: str) -> None:
    """Where the connection goes on, it takes the next request."""
    data = post(path) + post("204", "Connection: close")
    said = talk(desk.port, data, quiet=0.5 if end == "open" else PATIENCE)

    if end == "goes on":
        pattern, end = pattern + re.escape(NO_CONTENT), "closed"
    assert re.fullmatch(pattern, said.came, re.DOTALL), said
    assert end == said.end


@pytest.mark.parametrize(
    ("part", "first", "drop"),
    [("head", 25, 1), ("body", 38, 1), ("chunks", 47, 6), ("100-continue", 0, 25)],
)
def test_a_drip_goes_on_piece_by_piece(desk: Faulty, part: str, first: int, drop: int) -> None:
    """A drop at once, and one every 0.1 s."""
    began = time.monotonic()
    said = talk(desk.port, post(f"drip/{part}"), most=first + 3 * drop)

    assert time.monotonic() - began > 0.15
    assert 0 == (len(said.came) - first) % drop


@pytest.mark.parametrize(
    ("part", "pattern"),
    [
        ("head", OK + rb"(A: b\r\n)+[^\n]*"),
        ("line", OK + rb"A: x+"),
        ("body", OK + rb"Connection: close\r\n\r\nx+"),
        ("chunks", CHUNKED + rb"(3f9\r\nx{1017}\r\n)+[^\n]*\n?[^\n]*"),
        ("100-continue", rb"(HTTP/1.1 100 Continue\r\n\r\n)+.{0,25}"),
    ],
)
def test_what_is_endless_goes_on_as_fast_as_it_is_taken(
    desk: Faulty, part: str, pattern: bytes
) -> None:
    said = talk(desk.port, post(f"endless/{part}"), most=3 * MIB)

    assert len(said.came) >= 3 * MIB
    assert re.fullmatch(pattern, said.came, re.DOTALL)


def test_a_bomb_is_small_on_the_wire(desk: Faulty) -> None:
    said = talk(desk.port, post("gzip-bomb", "Connection: close"))

    assert len(said.came) < 20_000
    assert b"\r\nContent-Encoding: gzip\r\n" in said.came
    assert bytes(UNPACKED) == gzip.decompress(said.body)


@pytest.mark.parametrize("path", [path for entry in ENTRIES for path in entry.examples])
def test_after_every_fault_the_desk_still_answers(desk: Faulty, path: str) -> None:
    talk(desk.port, post(path), quiet=0.01, most=MIB)

    assert Talk(NO_CONTENT, "closed") == talk(desk.port, post("204", "Connection: close"))


BIG = b"x" * 20 * MIB
UNREAD = {
    "early": b"HTTP/1.1 413 Request Entity Too Large\r\n",
    "reset/mid-request": b"",
    "close/mid-request": b"",
}


@pytest.mark.parametrize("path", UNREAD)
def test_some_faults_do_not_wait_for_the_body(desk: Faulty, path: str) -> None:
    """The rest of it never comes, and the fault does."""
    data = post(path, body=BIG)
    said = talk(desk.port, data[: len(data) - len(BIG) * 2 // 5])

    assert said.came.startswith(UNREAD[path])


def test_silence_in_mid_request_leaves_the_rest_unread(desk: Faulty) -> None:
    """Until no buffer on the way takes any more, and sending stalls."""
    rest = memoryview(post("silent/mid-request", body=BIG))
    with socket.create_connection(("127.0.0.1", desk.port), timeout=PATIENCE) as connection:
        connection.settimeout(0.5)  # for a piece: all of it may take longer
        with pytest.raises(TimeoutError):
            while rest:
                rest = rest[connection.send(rest) :]

    assert len(BIG) // 2 == desk.wait_for(1)[-1].size
