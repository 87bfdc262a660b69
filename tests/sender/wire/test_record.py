"""What an attempt's record holds of the request, the answer and the way between."""

import logging
from dataclasses import astuple

import pytest
from tests.sender.attempting import attempt
from tests.sender.peer import OK, Peer, hang_up, raw, silence, status, unused_port

from hookproof_sender.wire import Timings, to_json
from hookproof_sender.wire.answer import HEADERS_KEPT

CANARY = "c4n4ry-4711"


def test_the_request_is_kept_as_its_head_was_sent():
    with Peer() as peer:
        made = attempt(
            peer.url + "?a=b#c",
            guid="3f1c",
            headers=(("Content-Type", "application/json"), ("X", "y")),
            signature={"X-Webhook-Signature": "t=1,sha256=0"},
        )
        assert "POST /hooks/orders?a=b HTTP/1.1" == peer.received[0].line
        assert made.request is not None
        assert peer.received[0].headers == list(made.request.headers)
    assert ("POST", f"{peer.url}?a=…") == (made.request.method, made.request.url)


@pytest.mark.parametrize("headers", [(("User-Agent", "mine"),), (("ACCEPT-encoding", "gzip"),)])
def test_a_header_of_the_task_stands_in_the_place_of_the_senders_own(headers):
    with Peer() as peer:
        attempt(peer.url, headers=headers)
        assert [headers[0][1]] == peer.received[0].values(headers[0][0])


@pytest.mark.parametrize(
    ("url", "line", "host"),
    [
        ("http://LocalHost:{port}", "GET / HTTP/1.1", "localhost:{port}"),
        ("http://localhost:{port}?a=b", "GET /?a=b HTTP/1.1", "localhost:{port}"),
        ("HTTP://127.0.0.1:{port}/b//%2f?c=%20&../d#e", "GET /b//%2f?c=%20&../d HTTP/1.1", None),
        ("http://127.0.0.1:{port}/../a/./b/%2E%2e/c/.", "GET /a/c/ HTTP/1.1", None),
        ("http://127.0.0.1:{port}/a/...//b/..", "GET /a/...// HTTP/1.1", None),
        ('http://127.0.0.1:{port}/{{"|^`<>?{{}}', "GET /%7B%22%7C%5E%60%3C%3E?%7B%7D HTTP/1.1", None),
    ],
)
def test_the_url_is_sent_as_it_stands_but_for_what_no_request_may_hold(url, line, host):
    with Peer() as peer:
        attempt(url.format(port=peer.port), method="GET", body=b"")
        assert line == peer.received[0].line
        if host is not None:
            assert [host.format(port=peer.port)] == peer.received[0].values("Host")


@pytest.mark.rule("P-BODY-5")
@pytest.mark.parametrize(
    ("method", "body", "lengths"),
    [
        ("POST", b"", ["0"]),
        ("GET", b"", []),
        ("DELETE", b"", ["0"]),
        ("PUT", b"x" * 70_000, ["70000"]),
        ("PATCH", bytes(range(256)), ["256"]),
    ],
)
def test_the_body_goes_out_as_it_is_with_its_length(method, body, lengths):
    with Peer() as peer:
        attempt(peer.url, method=method, body=body)
        assert lengths == peer.received[0].values("Content-Length")
        assert [] == peer.received[0].values("Transfer-Encoding")
        assert body == peer.received[0].body


@pytest.mark.rule("P-SEND-3")
@pytest.mark.parametrize(
    ("headers", "signature"),
    [
        ((("Host", "elsewhere"),), {}),
        ((("content-length", "1"),), {}),
        ((("Transfer-Encoding", "chunked"),), {}),
        ((("CONNECTION", "upgrade"),), {}),
        ((("A", "b\r\nC: d"),), {}),
        ((("A", "b\n"),), {}),
        ((("A: b\r\nC", "d"),), {}),
        ((("A", "é"),), {}),
        ((("A", "\0"),), {}),
        ((), {"X-Webhook-Signature": "t=1\r\nA: b"}),
        ((("x-webhook-signature", "mine"),), {"X-Webhook-Signature": "t=1,sha256=0"}),
    ],
)
def test_what_would_break_the_head_or_its_framing_is_not_sent(headers, signature):
    """A task's file is refused before; this holds for what was made in another way."""
    with Peer() as peer:
        made = attempt(peer.url, headers=headers, signature=signature)
        assert 0 == peer.connections
    assert ("local_failure", None) == (made.cause, made.request)


def test_the_answers_headers_are_kept_as_they_came_but_for_tokens():
    with Peer(status(200, "Server: é\x1b", "Set-Cookie: a=b", "X: 1", "X: 2")) as peer:
        made = attempt(peer.url)
    kept = [("Server", "Ã©\x1b"), ("Set-Cookie", "…"), ("X", "1"), ("X", "2"), ("Content-Length", "0")]
    assert kept == list(made.answer_headers)


def test_a_bounded_part_of_the_answers_headers_is_kept():
    long = [f"H{number}: {'x' * (HEADERS_KEPT // 4)}" for number in range(9)]
    with Peer(status(200, *long)) as peer:
        made = attempt(peer.url)
    assert made.succeeded
    assert ["H0", "H1", "H2"] == [name for name, _ in made.answer_headers]


def test_each_step_has_its_time_in_the_order_of_steps():
    with Peer() as peer:
        made = attempt(peer.url)
    assert f"127.0.0.1:{peer.port}" == made.peer
    steps = [one for one in astuple(made.timings) if one is not None]
    assert 4 == len(steps)
    assert made.timings.tls_s is None
    assert sorted([0.0, *steps, made.duration_s]) == [0.0, *steps, made.duration_s]


def test_a_step_that_was_not_reached_has_none():
    with unused_port() as port:
        made = attempt(f"http://127.0.0.1:{port}/")
    assert made.timings.resolved_s is not None
    assert Timings(resolved_s=made.timings.resolved_s) == made.timings
    assert made.peer is None
    assert made.request is not None


def test_an_answer_that_never_began_has_no_first_byte():
    with Peer(silence) as peer:
        made = attempt(peer.url, seconds=1.0)
    assert made.timings.sent_s is not None
    assert made.timings.first_byte_s is None


def test_who_answers_before_all_was_read_is_heard():
    def too_large(connection):
        connection.sock.recv(10)
        connection.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        connection.sock.shutdown(1)
        while connection.sock.recv(1 << 20):  # else the answer would be lost to a reset
            pass

    with Peer(at_once=too_large) as peer:
        assert 413 == attempt(peer.url, body=b"x" * 10_000_000).status


def canaries(url):
    return {
        "url": f"{url}/services/T1/B1/{CANARY}?token={CANARY}",
        "headers": (("Authorization", f"Bearer {CANARY}"), ("Cookie", CANARY), ("X-Api-Key", CANARY)),
        "body": f'{{"a": "{CANARY}"}}'.encode(),
    }


ANSWERS = {
    "answered": raw(OK),
    "redirected": status(302, f"Location: http://h/?token={CANARY}", f"Set-Cookie: {CANARY}"),
    "no answer": hang_up,
    "no HTTP": raw(f"{CANARY}\r\n\r\n".encode()),
}


def answers(case):
    return [pytest.param(script, id=f"{case}/{name}") for name, script in ANSWERS.items()]


@pytest.mark.parametrize("script", answers("SEC-3"))
def test_no_library_logs_a_secret(script, caplog):
    caplog.set_level(logging.DEBUG)
    with Peer(script) as peer:
        attempt(**canaries(peer.url))
    assert CANARY not in caplog.text


@pytest.mark.rule("P-MASK-1", "P-MASK-2")
@pytest.mark.parametrize("script", answers("SEC-14"))
def test_a_record_holds_no_secret_wherever_it_stood(script):
    with Peer(script) as peer:
        made = attempt(**canaries(peer.url))
    assert CANARY not in to_json(made)
    assert CANARY not in repr(made)


def test_a_failure_to_send_says_nothing_of_what_it_was():
    made = attempt("http://127.0.0.1:1/", headers=(("Authorization", f"{CANARY}\n"),))
    assert CANARY not in to_json(made)
