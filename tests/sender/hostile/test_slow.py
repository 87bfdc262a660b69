"""Peers that take their time, under one deadline: P-FAIL-3 and P-FAIL-4.

All tricks that only wait are played at once; how far past the deadline each ends is for the bench.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.sender.attempting import attempt
from tests.sender.hostile.certificates import issue, names, serving
from tests.sender.hostile.conftest import Names
from tests.sender.peer import OK, Connection, Peer, Script, after, drip, raw, silence, status

from hookproof_sender.wire import Attempt, Outgoing
from hookproof_sender.wire.answer import Answer
from hookproof_sender.wire.connection import Connection as OurEnd
from hookproof_sender.wire.deadline import Deadline, Over
from hookproof_sender.wire.request import Prepared

SECONDS = 0.5
PLAYED = 1.5
"""Seconds of each trick: all are played at once, and some come only after a handshake."""
LATE = 5.0
"""Seconds past the deadline that a test allows: against a stretched one, not a measurement."""

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
UPLOAD = b"x" * 20_000_000
TLS = serving(issue(*names("127.0.0.1")))


@dataclass(frozen=True)
class Trick:
    """A peer, and what is asked of it."""

    script: Script
    at_once: bool = False
    """Whether it is played before anything is read."""
    tls: ssl.SSLContext | None = None
    """How the peer speaks TLS, if it does."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of the attempt."""
    doing: str = ""
    """What the attempt says that it was doing."""


def handshake(context: ssl.SSLContext, every: float) -> Script:
    """A real server's side of a handshake, a byte at a time."""
    received, flight = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(received, flight, server_side=True)

    def script(connection: Connection) -> None:
        received.write(connection.sock.recv(65536))
        with contextlib.suppress(ssl.SSLWantReadError):
            server.do_handshake()
        for byte in flight.read():
            connection.pause(every)
            connection.send(bytes([byte]))

    return script


def hurry(piece: bytes) -> Script:
    """Send this over and over; give up soon after nobody takes it any more."""

    def script(connection: Connection) -> None:
        connection.sock.settimeout(2 * PLAYED)
        while True:
            connection.send(piece)

    return script


def sips(connection: Connection) -> None:
    """Take a body in sips."""
    while connection.sock.recv(1024):
        connection.pause(0.05)


def no_tls(script: Script) -> Trick:
    return Trick(script, True, options={"https": True}, doing="TLS")


TRICKS = {
    "SLOW-9/with a length": Trick(drip(HEAD + b"Content-Length: 9999\r\n\r\n", b"x")),
    "SLOW-9/until the end": Trick(drip(HEAD + b"\r\n", b"x"), doing="reading the answer"),
    "SLOW-9/over TLS": Trick(drip(HEAD + b"Content-Length: 9999\r\n\r\n", b"x"), tls=TLS),
    "SLOW-9/of a failure": Trick(drip(b"HTTP/1.1 500 -\r\nContent-Length: 99\r\n\r\n", b"x")),
    "SLOW-10/lines": Trick(drip(HEAD, b"A: b\r\n")),
    "SLOW-10/bytes": Trick(drip(HEAD + b"A: ", b"x")),
    "SLOW-10/the status line": Trick(drip(b"HTTP/1.1 200 ", b"O")),
    "SLOW-10/over TLS": Trick(drip(HEAD, b"A: b\r\n"), tls=TLS),
    "SLOW-11/100": Trick(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    "SLOW-11/103": Trick(drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")),
    "SLOW-11/as fast as it goes": Trick(hurry(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)),
    "SLOW-11/large ones, as fast": Trick(
        hurry(b"HTTP/1.1 103 Early Hints\r\n" + b"A: b\r\n" * 90 + b"\r\n")
    ),
    "SLOW-12/chunks": Trick(drip(CHUNKED, b"1\r\nx\r\n")),
    "SLOW-12/one chunk": Trick(drip(CHUNKED + b"ffff\r\n", b"x")),
    "SLOW-12/a chunk's size": Trick(drip(CHUNKED, b"0")),
    "SLOW-12/trailers": Trick(drip(CHUNKED + b"0\r\n", b"A: b\r\n")),
    "SLOW-13": Trick(drip(CHUNKED + b"1;", b"x")),
    "SLOW-14/not at all": Trick(silence, True, options={"body": UPLOAD}, doing="sending"),
    "SLOW-14/in sips": Trick(sips, True, options={"body": UPLOAD}, doing="sending"),
    "SLOW-14/over TLS": Trick(sips, True, TLS, {"body": UPLOAD}, "sending"),
    "SLOW-15/a record": no_tls(drip(b"\x16\x03\x03\x40\x00", b"\x02")),
    "SLOW-15/a handshake": no_tls(handshake(TLS, 0.05)),
    "SLOW-15/nothing": no_tls(silence),
    "SLOW-15/empty records": no_tls(drip(b"", b"\x16\x03\x03\x00\x01\x00")),
    "SLOW-16/before the request": Trick(silence, True, doing="waiting for the answer"),
    "SLOW-16/after it": Trick(silence, doing="waiting for the answer"),
    "SLOW-16/over TLS": Trick(silence, tls=TLS, doing="waiting for the answer"),
}


def play(trick: Trick) -> Attempt:
    options = {"verify_tls": False, **trick.options}
    at_once = trick.script if trick.at_once else None
    with Peer(trick.script, at_once=at_once, tls=trick.tls) as peer:
        url = peer.url.replace("http:", "https:") if options.pop("https", False) else peer.url
        return attempt(url, seconds=PLAYED, **options)


@pytest.fixture(scope="module")
def played() -> dict[str, Attempt]:
    """Each trick's attempt."""
    with ThreadPoolExecutor(len(TRICKS)) as threads:
        return dict(zip(TRICKS, threads.map(play, TRICKS.values()), strict=True))


@pytest.mark.rule("P-FAIL-3", "P-FAIL-4")
@pytest.mark.parametrize("trick", [pytest.param(name, id=name) for name in TRICKS])
def test_no_trick_stretches_the_deadline(played: dict[str, Attempt], trick: str) -> None:
    made = played[trick]

    assert ("timeout", False) == (made.cause, made.succeeded)
    assert TRICKS[trick].doing in made.sentence
    assert PLAYED <= made.duration_s < PLAYED + LATE


@contextlib.contextmanager
def black_holes(addresses: list[str], port: int = 0) -> Iterator[int]:
    """One port of several addresses that takes no connection, and refuses none."""
    with contextlib.ExitStack() as stack:
        for address in addresses:
            full = stack.enter_context(socket.socket())
            full.bind((address, port))
            full.listen(0)
            port = full.getsockname()[1]
            for _ in range(2):  # one is taken, the next waits for its place
                caller = stack.enter_context(socket.socket())
                caller.setblocking(False)
                caller.connect_ex((address, port))
        yield port


@pytest.mark.rule("P-FAIL-4")
@pytest.mark.parametrize("addresses", [pytest.param(["127.0.0.1"], id="SLOW-17")])
def test_the_deadline_holds_over_a_connection_that_is_not_taken(addresses: list[str]) -> None:
    with black_holes(addresses) as port:
        made = attempt(f"http://{addresses[0]}:{port}/", seconds=SECONDS)

    assert "timeout" == made.cause
    assert "connecting" in made.sentence
    assert SECONDS <= made.duration_s < SECONDS + LATE


@pytest.mark.rule("P-FAIL-4")
@pytest.mark.parametrize("scheme", [pytest.param("http", id="SLOW-18"), "https"])
def test_the_deadline_holds_over_a_look_up_that_hangs(names_of: Names, scheme: str) -> None:
    names_of("slow.example", [])
    made = attempt(f"{scheme}://slow.example/", seconds=SECONDS)

    assert "timeout" == made.cause
    assert "resolving the name" in made.sentence
    assert SECONDS <= made.duration_s < SECONDS + LATE


@pytest.mark.parametrize("number", [pytest.param(40, id="SLOW-18/of many")])
def test_look_ups_that_hang_hold_up_no_address(names_of: Names, number: int) -> None:
    """More of them than may be under way at once."""
    names_of("slow.example", [])
    with Peer(raw(OK)) as peer, ThreadPoolExecutor(number) as threads:
        slow = [threads.submit(attempt, "http://slow.example/", seconds=SECONDS) for _ in range(number)]
        good = attempt(peer.url, seconds=20)  # those look-ups hang for longer
        made = [one.result() for one in slow]

    assert good.succeeded
    assert {"timeout"} == {one.cause for one in made}
    assert all(one.duration_s < SECONDS + LATE for one in made)


SIXTEEN = [f"127.0.0.{number}" for number in range(2, 18)]


@pytest.mark.rule("P-FAIL-4")
@pytest.mark.parametrize("addresses", [pytest.param(SIXTEEN, id="SLOW-19")])
def test_the_deadline_holds_over_many_dead_addresses(names_of: Names, addresses: list[str]) -> None:
    names_of("dead.example", addresses)
    with black_holes(addresses) as port:
        made = attempt(f"http://dead.example:{port}/", seconds=SECONDS)

    assert "timeout" == made.cause
    assert "connecting" in made.sentence
    assert made.duration_s < SECONDS + LATE


@pytest.mark.parametrize("addresses", [pytest.param(SIXTEEN[:3], id="SLOW-19/the last one lives")])
def test_dead_addresses_leave_time_to_a_living_one(names_of: Names, addresses: list[str]) -> None:
    names_of("dying.example", [*addresses, "127.0.0.1"])
    with Peer(raw(OK)) as peer, black_holes(addresses, peer.port):
        made = attempt(f"http://dying.example:{peer.port}/", seconds=4 * SECONDS)

    assert made.succeeded


@pytest.mark.rule("P-FAIL-2")
@pytest.mark.parametrize("code", [pytest.param(code, id=f"SLOW-20/{code}") for code in (301, 302, 307)])
def test_a_chain_of_redirects_is_one_answer(code: int) -> None:
    with Peer(after(0.2, status(code, "Location: /hooks/orders"))) as peer:
        made = attempt(peer.url, seconds=10)

        assert (code, 1) == (made.status, peer.connections)


def test_what_has_come_before_the_cut_is_not_read_after_it() -> None:
    """A socket that is shut down still gives what the system holds for it: it may be megabytes."""
    prepared = Prepared(Outgoing("test", "GET", "http://host/"), keep_alive=False)
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(30) as deadline:
        connection = OurEnd(ours, "host:80", prepared)
        connection.send(prepared.write({}, b"")[0], b"")
        theirs.sendall(OK)
        deadline.cut("timeout")
        with pytest.raises(Over):
            Answer().read(connection, deadline)


def test_one_sender_cuts_each_attempt_at_its_own_time() -> None:
    """A deadline is the attempt's, not the process's: a later one does not wait for an earlier one."""
    with Peer(silence) as peer, ThreadPoolExecutor(8) as threads:
        spans = [1.2, 0.3, 0.9, 0.6, 0.3, 1.2, 0.6, 0.9]
        made = list(threads.map(lambda span: attempt(peer.url, seconds=span), spans))

    assert ["timeout"] * 8 == [one.cause for one in made]
    assert all(span <= one.duration_s < span + LATE for span, one in zip(spans, made, strict=True))
