"""Peers that send too much, too little, or break off: P-FAIL-5 and P-FAIL-6."""

from __future__ import annotations

import gzip
import ssl
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.sender.attempting import attempt
from tests.sender.hostile.certificates import issue, names, serving
from tests.sender.peer import Connection, Peer, Script, after, flood, hang_up, raw, reset, unused_port

MIB = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\n"
LENGTH = HEAD + b"Content-Length: 10000000000\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
TLS = serving(issue(*names("127.0.0.1")))


@contextmanager
def bounded_memory() -> Iterator[None]:
    """No more than 16 MiB is ever held above what was held before."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < 16 * MIB


class Counting:
    """Sends for ever, and counts what was taken."""

    def __init__(self, beginning: bytes) -> None:
        self.taken = 0
        self._beginning = beginning

    def __call__(self, connection: Connection) -> None:
        connection.send(self._beginning)
        while True:
            self.taken += connection.sock.send(b"x" * 65536)


@pytest.mark.rule("P-FAIL-6")
@pytest.mark.parametrize("tls", [None, TLS], ids=["plain", "TLS"])
@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(LENGTH, id="SLOW-23/with a length"),
        pytest.param(CHUNKED + b"2540be400\r\n", id="SLOW-23/one chunk"),
        pytest.param(HEAD + b"\r\n", id="SLOW-23/until the end"),
    ],
)
def test_of_ten_gigabytes_a_mebibyte_is_taken(beginning: bytes, tls: ssl.SSLContext | None) -> None:
    """And what fits into the buffers on the way."""
    script = Counting(beginning)
    with bounded_memory(), Peer(script, tls=tls) as peer:
        made = attempt(peer.url, verify_tls=False)

    assert (200, None, 64 * 1024) == (made.status, made.cause, len(made.answer))
    assert MIB - 65536 <= script.taken < 16 * MIB


@pytest.mark.rule("P-FAIL-6")
@pytest.mark.parametrize(
    "coding",
    [
        pytest.param(coding, id=f"SLOW-24/{coding}")
        for coding in ("gzip", "deflate", "br", "zstd", "gzip, gzip", "x-gzip")
    ],
)
def test_a_bomb_stays_packed(coding: str) -> None:
    """300 MB of zeros in 300 kB; whatever it says that it is, nobody unpacks it."""
    bomb = gzip.compress(bytes(10_000_000)) * 30
    head = f"Content-Encoding: {coding}\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    with bounded_memory(), Peer(raw(HEAD + head + bomb)) as peer:
        made = attempt(peer.url)

    assert (200, None) == (made.status, made.cause)
    assert bomb[: 64 * 1024] == made.answer


@pytest.mark.rule("P-FAIL-5")
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(raw(HEAD + b"A: b\r\n" * 1_000_000 + b"\r\n"), id="SLOW-25"),
        pytest.param(flood(HEAD, b"A: b\r\n"), id="SLOW-25/without an end"),
        pytest.param(flood(HEAD, b"A: " + b"x" * 60_000 + b"\r\n"), id="SLOW-25/long ones"),
        pytest.param(flood(HEAD + b"A: b", b"\r\n  c"), id="SLOW-25/folded"),
        pytest.param(raw(b"HTTP/1.1 200 " + b"x" * MIB + b"\r\n\r\n"), id="SLOW-26"),
        pytest.param(flood(b"HTTP/1.1 200 ", b"x"), id="SLOW-26/without an end"),
        pytest.param(flood(b"", b"x"), id="SLOW-26/of nothing"),
        pytest.param(flood(HEAD, b"x"), id="SLOW-26/a header"),
        pytest.param(flood(CHUNKED, b"0"), id="SLOW-26/a chunk's size"),
        pytest.param(flood(CHUNKED + b"1;", b"x"), id="SLOW-26/a chunk's extension"),
    ],
)
def test_a_head_or_a_line_that_is_too_large_is_named(script: Script) -> None:
    with bounded_memory(), Peer(script) as peer:
        made = attempt(peer.url)

    assert ("answer_too_large", False) == (made.cause, made.succeeded)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(raw(HEAD + b"Content-Length: %s\r\n\r\n" % value + b"x" * 99_999), id=str(value))
        for value in (b"-1", b"+5", b"5, 6", b"0x10", b"1_0", b"9" * 30, b"9" * 5000, b"", b"five")
    ]
    + [
        pytest.param(raw(CHUNKED + size + b"\r\n" + b"x" * 99_999), id=f"chunk {size!r}"[:40])
        for size in (b"-1", b"+5", b"0x10", b"1_0", b"f" * 30, b"f" * 5000, b"", b"five", b" 5", b"5 5")
    ],
)
def test_an_odd_length_does_no_harm(script: Script) -> None:
    with bounded_memory(), Peer(script) as peer:
        made = attempt(peer.url)

    assert made.status == 200 or made.cause in ("protocol_error", "connection_reset")


@pytest.mark.parametrize("size", [b"-1", b"-ffff", b"7fffffffffffffff", b"f" * 16])
def test_no_size_of_a_chunk_makes_a_flood_pile_up(size: bytes) -> None:
    """To some readers a size below 0 means: all that ever comes."""
    with bounded_memory(), Peer(flood(CHUNKED + size + b"\r\n", b"x")) as peer:
        made = attempt(peer.url)

    assert made.cause in (None, "protocol_error")


def in_body(connection: Connection) -> None:
    """Take a part of a large body."""
    connection.sock.recv(65536)


CUTS = {
    "within the status line": b"HTTP/1.1 20",
    "after the status line": HEAD,
    "within a header": HEAD + b"Content-Le",
    "before the blank line": HEAD + b"Content-Length: 4\r\n",
    "after the head": HEAD + b"Content-Length: 4\r\n\r\n",
    "within the body": HEAD + b"Content-Length: 4\r\n\r\nab",
    "within a chunk's size": CHUNKED + b"1",
    "within a chunk": CHUNKED + b"4\r\nab",
    "before the last chunk": CHUNKED + b"2\r\nab\r\n",
    "after an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n",
}


@pytest.mark.rule("P-FAIL-5")
@pytest.mark.parametrize("tls", [None, TLS], ids=["plain", "TLS"])
@pytest.mark.parametrize(
    ("data", "end"),
    [
        *(pytest.param(data, reset, id=f"SLOW-21/{name}") for name, data in CUTS.items()),
        *(pytest.param(data, hang_up, id=f"SLOW-22/{name}") for name, data in CUTS.items()),
    ],
)
def test_half_an_answer_is_none(data: bytes, end: Script, tls: ssl.SSLContext | None) -> None:
    with Peer(after(0, raw(data), after(0.02, end)), tls=tls) as peer:
        made = attempt(peer.url, verify_tls=False)

    assert ("connection_reset", False) == (made.cause, made.succeeded)
    assert made.status in (None, 200)


@pytest.mark.rule("P-FAIL-5")
@pytest.mark.parametrize(
    ("peer", "options", "cause"),
    [
        pytest.param(lambda: Peer(at_once=reset), {}, "connection_reset", id="SLOW-21/at once"),
        pytest.param(lambda: Peer(reset), {}, "connection_reset", id="SLOW-21/after the request"),
        pytest.param(
            lambda: Peer(at_once=after(0, in_body, reset)),
            {"body": b"x" * 20_000_000},
            "connection_reset",
            id="SLOW-21/within the request",
        ),
        pytest.param(
            lambda: Peer(at_once=after(0, in_body, reset), tls=TLS),
            {"body": b"x" * 20_000_000, "verify_tls": False},
            "connection_reset",
            id="SLOW-21/within the request over TLS",
        ),
    ],
)
def test_a_reset_is_named(peer: Callable[[], Peer], options: dict[str, object], cause: str) -> None:
    with peer() as one:
        made = attempt(one.url, **options)  # type: ignore[arg-type]

    assert (cause, None) == (made.cause, made.status)


@pytest.mark.rule("P-FAIL-5")
@pytest.mark.parametrize("script", [after(0, in_body, reset), after(0, in_body, hang_up)])
def test_a_reset_before_tls_is_a_failure_of_tls(script: Script) -> None:
    with Peer(at_once=script) as peer:
        assert "tls_failed" == attempt(peer.url.replace("http:", "https:")).cause


@pytest.mark.parametrize("cause", [pytest.param("connection_refused", id="SLOW-21/before it connects")])
def test_a_refused_connection_is_named(cause: str) -> None:
    with unused_port() as port:
        assert cause == attempt(f"http://127.0.0.1:{port}/").cause
