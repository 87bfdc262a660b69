"""When a connection carries a further request: P-CONN-1 to P-CONN-3."""

import contextlib
import os
import socket
import ssl
import threading
import time
from dataclasses import replace
from queue import SimpleQueue

import pytest
import trustme
from tests.sender.attempting import GUARD
from tests.sender.peer import OK, Peer, Script, after, flood, in_turn, raw, silence, status

from hookproof_sender.targets import Policy
from hookproof_sender.wire import Attempt, Outgoing, Transport, idle
from hookproof_sender.wire.connection import Connection
from hookproof_sender.wire.request import Prepared

LOCAL = Policy(allow_loopback=True)
TWICE = in_turn(raw(OK), raw(OK))


@pytest.fixture
def transport():
    one = Transport(3.0, keep_alive=True, policy=LOCAL)
    yield one
    one.close()


def attempt(transport: Transport, peer: Peer, **changes: object) -> Attempt:
    outgoing = Outgoing("test", "POST", peer.url, body=b"{}")
    return transport.attempt(
        transport.start(1, None),
        replace(outgoing, **changes),  # type: ignore[arg-type]
        signature={"X-Webhook-Signature": "t=1,sha256=0"},
    )


@pytest.mark.rule("P-CONN-1")
def test_without_the_option_every_attempt_has_a_connection_of_its_own():
    with Peer(TWICE) as peer:
        made = [attempt(Transport(policy=LOCAL), peer) for _ in range(2)]
        assert 2 == peer.connections
        assert [["close"]] * 2 == [one.values("Connection") for one in peer.received]
    assert [(True, False)] * 2 == [(one.succeeded, one.reused) for one in made]


@pytest.mark.rule("P-CONN-1")
def test_the_next_attempt_of_a_task_goes_over_the_same_connection(transport):
    with Peer(TWICE) as peer:
        first = attempt(transport, peer)
        second = attempt(transport, peer, body=b"another")
        assert 1 == peer.connections
        assert [b"{}", b"another"] == [one.body for one in peer.received]
        assert [["keep-alive"]] * 2 == [one.values("Connection") for one in peer.received]
    assert (True, False) == (first.succeeded, first.reused)
    assert (True, True) == (second.succeeded, second.reused)
    assert f"127.0.0.1:{peer.port}" == first.peer == second.peer
    assert second.timings.resolved_s is second.timings.connected_s is None
    assert second.timings.sent_s is not None


@pytest.mark.rule("P-CONN-1")
@pytest.mark.parametrize(
    "change",
    [
        {"name": "another"},
        {"method": "PUT"},
        {"url": "/another"},
        {"headers": (("Authorization", "another"),)},
        {"verify_tls": False},
    ],
    ids=lambda change: f"SLOW-27/{next(iter(change))}",
)
def test_another_task_has_a_connection_of_its_own(transport, change):
    with Peer(TWICE) as peer:
        attempt(transport, peer)
        if "url" in change:
            change = {"url": peer.url + change["url"]}
        made = attempt(transport, peer, **change)
        assert 2 == peer.connections
        transport.close()  # the peer would wait as long as the connection does
    assert (True, False) == (made.succeeded, made.reused)


@pytest.mark.rule("P-CONN-1")
@pytest.mark.parametrize(
    "policy",
    [pytest.param(Policy(), id="SSRFE-39/forbidden"), pytest.param(LOCAL, id="SSRFE-39/allowed")],
)
def test_under_another_policy_no_connection_of_before_is_used(transport, policy):
    with Peer(TWICE) as peer:
        attempt(transport, peer)
        changed = Transport(3.0, keep_alive=True, policy=policy)
        made = attempt(changed, peer)
        changed.close()
        transport.close()  # the peer would wait as long as the connection does
        assert (2 if policy.allow_loopback else 1) == peer.connections
    assert (policy.allow_loopback, False) == (made.succeeded, made.reused)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
CHUNKS = b"2;x=y\r\nok\r\n0\r\nTrailer: x\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(CHUNKED + b"\r\n" + CHUNKS, id="chunked"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", id="204"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", id="304"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, id="after an interim answer"),
        pytest.param(b"HTTP/1.1 500 -\r\nContent-Length: 2, 2\r\n\r\nno", id="a failure"),
    ],
)
def test_whatever_ends_by_itself_leaves_the_connection_for_the_next(transport, answer):
    with Peer(in_turn(raw(answer), raw(answer))) as peer:
        attempt(transport, peer)
        assert attempt(transport, peer).reused


@pytest.mark.rule("P-CONN-2")
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(raw(OK.replace(b"\r\n\r\n", b"\r\nConnection: Close\r\n\r\n")), id="close"),
        pytest.param(raw(OK.replace(b"1.1", b"1.0")), id="HTTP/1.0"),
        pytest.param(raw(OK.replace(b"\r\n\r\n", b"\r\nno colon\r\n\r\n")), id="an odd header"),
        pytest.param(raw(OK.replace(b"\r\n\r\n", b"\r\n folded\r\n\r\n")), id="a folded header"),
        pytest.param(raw(b"HTTP/1.1 101 -\r\n\r\n" + OK), id="switched protocols"),
        pytest.param(raw(CHUNKED + b"Content-Length: 2\r\n\r\n" + CHUNKS), id="two lengths"),
        pytest.param(
            raw(CHUNKED.replace(b"chunked", b"gzip, chunked") + b"\r\n" + CHUNKS), id="two codings"
        ),
        pytest.param(
            flood(b"HTTP/1.1 200 -\r\nContent-Length: 9999999999\r\n\r\n", b"x"), id="over the cap"
        ),
        pytest.param(raw(OK + b"x"), id="SLOW-27/a byte too many"),
        pytest.param(raw(OK + OK), id="SLOW-27/two answers"),
        pytest.param(raw(OK[:-1]), id="short"),
    ],
)
def test_any_doubt_about_where_an_answer_ended_closes_the_connection(transport, script):
    with Peer(in_turn(script, raw(b"never")), raw(OK)) as peer:
        attempt(transport, peer)
        made = attempt(transport, peer)
        assert 2 == peer.connections
    assert (True, False) == (made.succeeded, made.reused)


@pytest.mark.rule("P-CONN-2")
@pytest.mark.parametrize(
    "late",
    [
        pytest.param(raw(OK), id="SLOW-27/an answer that comes late"),
        pytest.param(lambda connection: connection.sock.shutdown(2), id="closed by the peer"),
    ],
)
def test_what_comes_while_a_connection_waits_closes_it(transport, late):
    go, came = threading.Event(), threading.Event()

    def script(connection):
        connection.send(OK)
        go.wait(GUARD)
        late(connection)
        came.set()
        connection.pause(GUARD)

    with Peer(script, raw(OK)) as peer:
        attempt(transport, peer)
        go.set()
        assert came.wait(GUARD)
        made = attempt(transport, peer)
        assert 2 == peer.connections
    assert (True, False) == (made.succeeded, made.reused)


def ended(where: SimpleQueue[float]) -> Script:
    """Answer, and say when the other end has closed."""

    def script(connection):
        connection.send(OK)
        connection.sock.recv(1)
        where.put(time.monotonic())

    return script


@pytest.mark.rule("P-CONN-3")
def test_a_connection_waits_for_a_second_at_the_most(transport):
    closed: SimpleQueue[float] = SimpleQueue()
    with Peer(ended(closed)) as peer:
        began = time.monotonic()
        attempt(transport, peer)
        assert began + idle.SECONDS <= closed.get(timeout=idle.SECONDS + GUARD)


@pytest.fixture
def pairs():
    """Connections that the other end has not closed, with that end."""
    prepared = Prepared(Outgoing("test", "GET", "http://host/"), keep_alive=True)
    with contextlib.ExitStack() as stack:

        def make():
            ours, theirs = (stack.enter_context(one) for one in socket.socketpair())
            return Connection(ours, "host:80", prepared), theirs

        yield make


@pytest.mark.rule("P-CONN-3")
def test_so_many_wait_at_the_most_and_the_one_that_waited_longest_is_closed(pairs):
    waiting = idle.Idle()
    connections = [pairs()[0] for _ in range(idle.MOST + 1)]
    for number, connection in enumerate(connections):
        waiting.keep(number, connection)
    assert [True] + [False] * idle.MOST == [one.sock.fileno() == -1 for one in connections]
    assert waiting.take(0) is None
    assert connections[-1] is waiting.take(idle.MOST)
    waiting.close()


@pytest.mark.rule("P-CONN-3")
def test_one_that_was_made_too_long_ago_is_closed(pairs):
    waiting, (connection, theirs) = idle.Idle(), pairs()
    connection.made -= idle.LIFETIME
    waiting.keep("task", connection)
    assert waiting.take("task") is None
    assert b"" == theirs.recv(1)


def test_a_forked_process_leaves_the_connection_to_its_parent(pairs):
    waiting, (connection, theirs) = idle.Idle(), pairs()
    waiting.keep("task", connection)
    child = os.fork()
    if child == 0:
        os._exit(0 if waiting.take("task") is None else 1)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with pytest.raises(BlockingIOError):
        theirs.recv(1, socket.MSG_DONTWAIT)
    waiting.close()
    assert b"" == theirs.recv(1)


def test_close_closes_those_that_wait_and_lets_none_wait_any_more(transport):
    closed: SimpleQueue[float] = SimpleQueue()
    with Peer(ended(closed)) as peer:
        for _ in range(2):
            attempt(transport, peer)
            transport.close()
            closed.get(timeout=GUARD)


@pytest.fixture(scope="module")
def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_over_tls_too_the_deadline_holds_again(tls):
    transport = Transport(1.0, keep_alive=True, policy=LOCAL)
    with Peer(in_turn(raw(OK), raw(OK), silence), tls=tls) as peer:
        made = [attempt(transport, peer, verify_tls=False) for _ in range(3)]
        assert 1 == peer.connections
    assert [False, True, True] == [one.reused for one in made]
    assert [None, None, "timeout"] == [one.cause for one in made]
    assert made[0].timings.tls_s is not None
    assert made[1].timings.tls_s is None
    assert made[2].duration_s < 1.0 + GUARD


def test_stopped_on_a_connection_that_is_used_again(transport):
    with Peer(in_turn(raw(OK), after(0, lambda connection: transport.stop(), silence))) as peer:
        attempt(transport, peer)
        made = attempt(transport, peer)
    assert ("interrupted", True) == (made.cause, made.reused)
    assert made.duration_s < GUARD


def test_a_reused_connection_that_ends_at_once_is_a_failure_like_any(transport):
    """It is not sent again behind the back of the schedule: it may have arrived."""
    with Peer(in_turn(raw(OK), lambda connection: None), status(500)) as peer:
        attempt(transport, peer)
        made = attempt(transport, peer)
        assert (1, 2) == (peer.connections, len(peer.received))
    assert ("connection_reset", True) == (made.cause, made.reused)
