"""One deadline over the whole attempt, whatever the peer does: P-FAIL-3 and P-FAIL-4."""

import os
import socket
import threading
import time

import pytest
from tests.sender.attempting import GUARD, attempt
from tests.sender.peer import Peer, after, drip, raw, silence, status

from hookproof_sender.wire import connecting
from hookproof_sender.wire.deadline import Deadline, Over
from hookproof_sender.wire.watchdog import Watchdog

SECONDS = 0.4
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"), id="SLOW-9/with a length"
        ),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), id="SLOW-9/until the end"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), id="SLOW-10/lines"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nA: ", b"x"), id="SLOW-10/bytes"),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="SLOW-11"),
        pytest.param(drip(CHUNKED, b"1\r\nx\r\n"), id="SLOW-12"),
        pytest.param(drip(CHUNKED + b"1;", b"x"), id="SLOW-13"),
        pytest.param(silence, id="SLOW-16"),
    ],
)
def test_the_deadline_holds_over_an_answer_that_does_not_end(script):
    with Peer(script) as peer:
        made = attempt(peer.url, seconds=SECONDS)
    assert ("timeout", False) == (made.cause, made.succeeded)
    assert SECONDS <= made.duration_s < SECONDS + GUARD


@pytest.mark.parametrize("script", [pytest.param(silence, id="SLOW-14")])
def test_the_deadline_holds_over_a_body_that_is_not_read(script):
    with Peer(at_once=script) as peer:
        made = attempt(peer.url, seconds=SECONDS, body=b"x" * 30_000_000)
    assert "timeout" == made.cause
    assert "sending the request" in made.sentence
    assert SECONDS <= made.duration_s < SECONDS + GUARD


@pytest.mark.parametrize("script", [pytest.param(drip(b"\x16\x03\x03\x40\x00", b"\x02"), id="SLOW-15")])
def test_the_deadline_holds_over_a_tls_handshake(script):
    with Peer(at_once=script) as peer:
        made = attempt(peer.url.replace("http:", "https:"), seconds=SECONDS)
    assert "timeout" == made.cause
    assert "TLS" in made.sentence
    assert SECONDS <= made.duration_s < SECONDS + GUARD


def test_the_deadline_holds_over_a_connection_that_is_not_taken():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        with socket.create_connection(address), socket.socket() as second:
            second.setblocking(False)
            second.connect_ex(address)
            made = attempt(f"http://127.0.0.1:{address[1]}/", seconds=SECONDS)
    assert "timeout" == made.cause
    assert made.duration_s < SECONDS + GUARD


@pytest.mark.parametrize("code", [pytest.param(302, id="SLOW-20")])
def test_a_chain_of_redirects_is_one_answer(code):
    with Peer(after(0.2, status(code, "Location: /hooks/orders"))) as peer:
        made = attempt(peer.url, seconds=2 * GUARD)
        assert (code, 1) == (made.status, peer.connections)
    assert made.duration_s < GUARD


def test_the_deadline_holds_where_every_look_up_of_a_name_hangs():
    """A look-up cannot be called off: so many may hang, and the next one waits within its deadline."""
    while connecting.LOOKUPS.acquire(blocking=False):
        pass
    try:
        made = attempt("http://localhost:1/", seconds=SECONDS)
    finally:
        connecting.LOOKUPS.release(connecting.LOOKUPS_AT_ONCE)
    assert "timeout" == made.cause
    assert "resolving the name" in made.sentence
    assert SECONDS <= made.duration_s < SECONDS + GUARD


def test_a_look_up_that_cannot_start_leaves_its_place_to_the_next():
    with Deadline(30) as deadline:
        size = threading.stack_size(1 << 47)  # no thread has so much
        try:
            for _ in range(connecting.LOOKUPS_AT_ONCE + 1):
                with pytest.raises(OSError, match="no thread for a look-up"):
                    connecting.resolve("localhost", 1, deadline)
        finally:
            threading.stack_size(size)
        assert connecting.resolve("localhost", 1, deadline)


def test_nothing_is_connected_to_after_the_cut():
    with socket.create_server(("127.0.0.1", 0)) as server, Deadline(30) as deadline:
        (address,) = connecting.resolve("127.0.0.1", server.getsockname()[1], deadline)
        deadline.cut("interrupted")
        with pytest.raises(Over):
            connecting._connect_to(address, 30, deadline)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_an_answer_in_time_is_whole_and_leaves_no_thread_or_descriptor_behind():
    with Peer() as peer:
        attempt(peer.url)  # starts the thread that all share
    before = len(os.listdir("/proc/self/fd"))
    with Peer() as peer:
        for _ in range(5):
            assert attempt(peer.url).succeeded
    assert before >= len(os.listdir("/proc/self/fd"))
    assert 1 == sum(thread.name == "hookproof-deadlines" for thread in threading.enumerate())


def test_a_socket_that_comes_after_the_cut_is_shut_down_at_once():
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(30) as deadline:
        deadline.cut("interrupted")
        deadline.cut("timeout")
        deadline.guard(ours)
        assert b"" == theirs.recv(1)
        assert "interrupted" == deadline.over
        with pytest.raises(Over):
            deadline.remaining()


def test_the_watchdog_calls_in_the_order_of_time_and_nothing_that_was_called_off():
    watchdog, called, done = Watchdog(), [], threading.Event()
    now = time.monotonic()
    watchdog.at(now + 0.15, done.set)
    watchdog.at(now + 0.1, lambda: called.append("second"))
    call_off = watchdog.at(now + 0.02, lambda: called.append("never"))
    watchdog.at(now + 0.05, lambda: called.append("first"))
    call_off()
    assert done.wait(GUARD)
    assert ["first", "second"] == called


def test_a_forked_process_keeps_its_deadlines():
    """The thread that ends attempts does not survive a fork; the child starts its own."""
    with Peer(silence, raw(b"")) as peer:
        attempt(peer.url, seconds=0.05)
        child = os.fork()
        if child == 0:
            with Deadline(0.05) as deadline:
                os._exit(0 if deadline.woken.wait(GUARD) and deadline.over == "timeout" else 1)
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
