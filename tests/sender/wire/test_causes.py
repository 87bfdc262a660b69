"""Why an attempt failed, each cause over a real socket: P-FAIL-1 to P-FAIL-6."""

import re
import resource
import threading
from pathlib import Path

import pytest
from tests.sender.attempting import GUARD, attempt
from tests.sender.peer import (
    OK,
    Peer,
    after,
    drip,
    hang_up,
    raw,
    reset,
    silence,
    status,
    unused_port,
)  # fmt: skip

from hookproof_sender.targets import Policy
from hookproof_sender.wire import CAUSES, Outgoing, Transport

PROTOCOL = Path(__file__).parents[3] / "shared" / "PROTOCOL.md"


def test_the_causes_are_those_of_the_contract():
    text = (
        PROTOCOL.read_text(encoding="utf-8")
        .partition("## Causes of a failed attempt")[2]
        .partition("\n## ")[0]
    )
    listed = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert listed - {"status"} == set(CAUSES)  # an answer's status stands for itself


@pytest.mark.parametrize("code", [200, 201, 202, 204, 226, 299])
def test_a_status_from_200_to_299_succeeds(code):
    with Peer(status(code)) as peer:
        made = attempt(peer.url)
    assert (code, None, True) == (made.status, made.cause, made.succeeded)


@pytest.mark.parametrize("code", [300, 301, 304, 400, 401, 404, 429, 499, 500, 503, 599, 999])
def test_any_other_status_fails_and_has_no_cause_but_itself(code):
    with Peer(status(code)) as peer:
        made = attempt(peer.url)
    assert (code, None, False) == (made.status, made.cause, made.succeeded)
    assert f"answered {code}" in made.sentence


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        pytest.param(hang_up, "connection_reset", id="closed unanswered"),
        pytest.param(reset, "connection_reset", id="reset"),
        pytest.param(raw(b"HTTP/1.1 199 Odd\r\n\r\n"), "connection_reset", id="interim alone"),
        pytest.param(raw(b"HTTP/1.1 200"), "connection_reset", id="half a status line"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\n"), "connection_reset", id="a status line alone"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nA: b"), "connection_reset", id="half a head"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"), "connection_reset", id="short body"
        ),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"),
            "connection_reset",
            id="no last chunk",
        ),
        pytest.param(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "protocol_error", id="another protocol"),
        pytest.param(raw(b"\r\n\r\n"), "protocol_error", id="blank lines"),
        pytest.param(raw(b"HTTP/1.1 abc OK\r\n\r\n"), "protocol_error", id="no number"),
        pytest.param(raw(b"HTTP/1.1 1200 OK\r\n\r\n"), "protocol_error", id="too large a number"),
        pytest.param(raw(b"HTTP/2 200\r\n\r\n"), "protocol_error", id="another version"),
        pytest.param(raw(b"\xff" * 99 + b"\r\n"), "protocol_error", id="bytes"),
        pytest.param(
            raw(b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n"), "answer_too_large", id="status line"
        ),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70_000 + b"\r\n\r\n"),
            "answer_too_large",
            id="header",
        ),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n"), "answer_too_large", id="headers"
        ),
    ],
)
def test_an_answer_that_is_not_whole_has_a_cause(script, cause):
    with Peer(script) as peer:
        made = attempt(peer.url)
    assert (cause, False) == (made.cause, made.succeeded)


def test_nothing_listens():
    with unused_port() as port:
        made = attempt(f"http://127.0.0.1:{port}/")
    assert ("connection_refused", None) == (made.cause, made.status)


@pytest.mark.parametrize("host", ["nothing.invalid", "a..b", "x" * 64])
def test_a_name_that_cannot_be_resolved(host):
    assert "dns_failed" == attempt(f"http://{host}/", seconds=30).cause


def test_no_descriptor_is_left():
    """A failure of this computer is not the peer's."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Peer() as peer:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        try:
            made = attempt(peer.url)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert "local_failure" == made.cause


def test_stopped_while_it_waits_for_the_answer():
    transport = Transport(30.0, policy=Policy(allow_loopback=True))
    with Peer(silence) as peer:
        timer = threading.Timer(0.2, transport.stop)
        timer.start()
        made = transport.attempt(
            transport.start(1, None), Outgoing("test", "GET", peer.url), signature={}
        )
        timer.join()
    assert "interrupted" == made.cause
    assert made.duration_s < GUARD
    assert "not known" in made.sentence


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", id="103"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, id="100"),
        pytest.param(b"HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 102 -\r\n\r\n", id="199, 102"),
    ],
)
def test_an_interim_answer_is_never_the_answer(beginning):
    with Peer(raw(beginning + OK)) as peer:
        assert 200 == attempt(peer.url).status


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(code):
    with Peer() as elsewhere, Peer(status(code, f"Location: {elsewhere.url}")) as peer:
        made = attempt(peer.url, signature={"X-Webhook-Signature": "t=1,sha256=0"})
        assert (code, False) == (made.status, made.succeeded)
        assert (1, 0) == (peer.connections, elsewhere.connections)


def test_an_answer_is_kept_as_it_came_and_never_decompressed():
    with Peer(status(200, "Content-Encoding: gzip", body=b"\x1f\x8bnot gzip at all")) as peer:
        made = attempt(peer.url)
        assert ["identity"] == peer.received[0].values("Accept-Encoding")
    assert (True, b"\x1f\x8bnot gzip at all") == (made.succeeded, made.answer)


def test_odd_headers_of_an_answer_do_no_harm():
    head = b"HTTP/1.1 200 \xe9\r\nSet-Cookie: a=b\r\nA: \xff\x01\r\n\tfolded\r\nB:\r\nB:b\r\n"
    with Peer(raw(head + b"Content-Length: 0\r\n\r\n")) as peer:
        made = attempt(peer.url)
    assert made.succeeded
    kept = [("Set-Cookie", "…"), ("A", "ÿ\x01 folded"), ("B", ""), ("B", "b"), ("Content-Length", "0")]
    assert kept == list(made.answer_headers)


@pytest.mark.parametrize(
    "line",
    [b": x", b"no colon", b"A : b", b"A\0: b", b"A: \0", b"A: b\rc", b"\xe9: a"],
    ids=repr,
)
def test_what_is_no_header_makes_the_answer_none(line):
    """What stands there may be half of another header. RFC 9112, section 5; RFC 9110, section 5.5."""
    with Peer(raw(OK.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1))) as peer:
        made = attempt(peer.url)
    assert ("protocol_error", None) == (made.cause, made.status)


def test_nobody_asked_to_switch_protocols():
    with Peer(raw(b"HTTP/1.1 101 -\r\nUpgrade: x\r\n\r\n" + OK)) as peer:
        assert "protocol_error" == attempt(peer.url).cause


def test_who_speaks_another_protocol_is_not_waited_for():
    with Peer(after(0, raw(b"220 mail.example ESMTP\r\n"), silence)) as peer:
        made = attempt(peer.url)
    assert "protocol_error" == made.cause
    assert made.duration_s < GUARD


@pytest.mark.parametrize(
    ("value", "shown"), [("120", "120"), ("Fri, 31 Dec 9999", "Fri, 31 Dec 9999"), ("\x1b[31m", None)]
)
def test_retry_after_is_shown_where_it_can_be(value, shown):
    """P-RETRY-7."""
    with Peer(status(503, f"Retry-After: {value}")) as peer:
        assert shown == attempt(peer.url).retry_after


@pytest.mark.parametrize("answer", [pytest.param(OK + OK, id="SLOW-27")])
def test_no_connection_serves_two_attempts(answer):
    """An answer too many on one connection is never taken for that of the next attempt."""
    with Peer(raw(answer), status(500)) as peer:
        assert [200, 500] == [attempt(peer.url).status, attempt(peer.url).status]
        assert 2 == peer.connections
        assert ["close"] == peer.received[0].values("Connection")


def test_neither_answer_nor_secret_nor_body_stands_in_the_repr_of_an_attempt():
    canary = "canary-4711"
    with Peer(status(500, f"X: {canary}", body=canary.encode())) as peer:
        made = attempt(peer.url + canary, body=canary.encode(), headers=(("A", canary),))
    assert canary.encode() == made.answer
    assert canary not in repr(made)


def test_a_trickling_error_is_cut_at_the_deadline_and_keeps_its_status():
    with Peer(drip(b"HTTP/1.1 503 Busy\r\nContent-Length: 9999\r\n\r\n", b"x")) as peer:
        made = attempt(peer.url, seconds=1.0)
    assert (503, "timeout") == (made.status, made.cause)
