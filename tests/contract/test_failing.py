"""What a sender takes for a failure, from a peer that answers oddly, late or not at all."""

from __future__ import annotations

import gzip
import inspect

import pytest
from tests.contract.sending import quick, task
from tests.contract.shop import Ending, Open
from tests.sender.peer import (
    OK,
    Connection,
    Peer,
    Script,
    drip,
    flood,
    hang_up,
    raw,
    reset,
    silence,
    status,
    unused_port,
)

from hookproof_sender import Sender
from hookproof_sender.wire.answer import READ

DEADLINE = 0.4


@pytest.mark.rule("P-FAIL-1")
@pytest.mark.parametrize(
    ("code", "succeeds"),
    [
        *((code, True) for code in (200, 201, 202, 204, 226, 299)),
        *((code, False) for code in (300, 302, 304, 400, 401, 404, 409, 410, 429, 500, 503, 599, 600)),
    ],
)
def test_a_status_from_200_to_299_succeeds_and_no_other(code: int, succeeds: bool) -> None:
    with Peer(status(code)) as peer:
        run = quick().send(task(peer.url, maxRetries=0))

    assert (succeeds, code) == (run.attempts[0].succeeded, run.attempts[0].status)
    assert ("delivered" if succeeds else "failed") == run.outcome


@pytest.mark.rule("P-FAIL-1")
@pytest.mark.parametrize(("code", "outcome"), [(204, "delivered"), (302, "failed"), (503, "failed")])
def test_a_receivers_status_is_judged_alike(open_shop: Open, code: int, outcome: str) -> None:
    """Both ends."""
    shop = open_shop(Ending(code))

    assert outcome == quick(clock=shop.clock).send(task(shop.url, maxRetries=0)).outcome


@pytest.mark.rule("P-FAIL-2")
@pytest.mark.parametrize("code", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code: int) -> None:
    with Peer() as elsewhere, Peer(status(code, f"Location: {elsewhere.url}")) as peer:
        run = quick().send(task(peer.url, maxRetries=1))

    assert ("failed", [code, code]) == (run.outcome, [attempt.status for attempt in run.attempts])
    assert (2, 0) == (peer.connections, elsewhere.connections)


@pytest.mark.rule("P-FAIL-3")
def test_an_attempt_that_is_not_over_in_time_has_failed() -> None:
    assert 30.0 == inspect.signature(Sender).parameters["deadline"].default
    with Peer(silence) as peer:
        attempt = quick(deadline=DEADLINE).test(task(peer.url))

    assert "timeout" == attempt.cause
    assert DEADLINE <= attempt.duration_s < DEADLINE + 2


def no_reading(connection: Connection) -> None:
    """Take the connection, and never a byte of it."""
    connection.pause(2 * DEADLINE)


@pytest.mark.rule("P-FAIL-4")
@pytest.mark.parametrize(
    ("script", "at_once", "scheme"),
    [
        pytest.param(None, drip(b"", b"\x16\x03\x03"), "https", id="TLS"),
        pytest.param(None, no_reading, "http", id="sending"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), None, "http", id="the head"),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"x"),
            None,
            "http",
            id="the body",
        ),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), None, "http", id="a body without an end"),
        pytest.param(drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n"), None, "http", id="interim answers"),
    ],
)
def test_bytes_that_trickle_in_do_not_extend_the_deadline(
    script: Script | None, at_once: Script | None, scheme: str
) -> None:
    scripts = [script] if script else []
    with Peer(*scripts, at_once=at_once) as peer:
        large = "x" * 20_000_000 if at_once is no_reading else "{}"
        url = peer.url.replace("http:", f"{scheme}:")
        attempt = quick(deadline=DEADLINE).test(task(url, body=large))

    assert "timeout" == attempt.cause
    assert DEADLINE <= attempt.duration_s < DEADLINE + 2


@pytest.mark.rule("P-FAIL-5")
@pytest.mark.parametrize(
    ("script", "cause"),
    [
        (hang_up, "connection_reset"),
        (reset, "connection_reset"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), "connection_reset"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), "connection_reset"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "protocol_error"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"), "answer_too_large"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n"), "answer_too_large"),
    ],
)
def test_an_attempt_without_a_whole_answer_has_one_cause(script: Script, cause: str) -> None:
    with Peer(script) as peer:
        attempt = quick().test(task(peer.url))

    assert (cause, False) == (attempt.cause, attempt.succeeded)


@pytest.mark.rule("P-FAIL-5")
def test_an_attempt_that_reaches_nobody_has_one_cause() -> None:
    with unused_port() as port, Peer(at_once=raw(OK)) as plain:
        refused = quick().test(task(f"http://127.0.0.1:{port}/"))
        no_tls = quick().test(task(plain.url.replace("http:", "https:")))
    unknown = quick().test(task("http://nobody.invalid/"))

    assert ["connection_refused", "tls_failed", "dns_failed"] == [
        attempt.cause for attempt in (refused, no_tls, unknown)
    ]


@pytest.mark.rule("P-FAIL-5", "P-RETRY-9")
def test_an_attempt_that_is_stopped_is_interrupted_and_its_outcome_unknown() -> None:
    sender = quick()

    def stop(connection: Connection) -> None:
        sender.stop()
        silence(connection)

    with Peer(stop) as peer:
        run = sender.send(task(peer.url))

    assert ("unknown", ["interrupted"]) == (run.outcome, [attempt.cause for attempt in run.attempts])


@pytest.mark.rule("P-FAIL-6")
@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 %d -\r\n\r\n",
        b"HTTP/1.1 %d -\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 %d -\r\nContent-Encoding: gzip\r\n\r\n",
    ],
)
@pytest.mark.parametrize("code", [200, 500])
def test_an_answer_is_read_up_to_a_cap_and_its_status_decides(head: bytes, code: int) -> None:
    assert 1024**2 == READ
    with Peer(flood(head % code, b"x")) as peer:
        attempt = quick().test(task(peer.url))

    assert (code, None, code == 200) == (attempt.status, attempt.cause, attempt.succeeded)


@pytest.mark.rule("P-FAIL-6")
def test_an_answer_is_never_decompressed() -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    with Peer(status(200, "Content-Encoding: gzip", body=packed)) as peer:
        attempt = quick().test(task(peer.url))

    assert (True, packed) == (attempt.succeeded, attempt.answer)
