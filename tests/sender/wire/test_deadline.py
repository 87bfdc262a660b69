"""One deadline over the whole attempt, whatever the peer does: P-FAIL-3 and P-FAIL-4."""

import os
import socket
import threading
import time

import pytest
from tests.sender.attempting import GUARD, attempt
from tests.sender.peer import Peer, raw, silence

from hookproof_sender.wire import connecting
from hookproof_sender.wire.deadline import Deadline, Over
from hookproof_sender.wire.watchdog import Watchdog

SECONDS = 0.4


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
    now = time.monotonic() + 1  # to call one off takes no second, on the busiest machine
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
