"""One request over a real socket, to applications that behave and to those that do not."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import pytest
import trustme

from hookproof_receiver.forwarding import NotForwarded, Sent, send
from hookproof_receiver.forwarding.sending import MOST
from hookproof_receiver.testing import faults

from .app import App, free_port, serving

PATIENCE = 20.0  # seconds: a guard against hanging


def post(url: str, timeout_s: float = 5.0) -> Sent:
    return send(url, "POST", [("X-Mine", "caf\xe9")], b"\x00\xff", timeout_s)


def test_what_is_sent_is_what_was_given_and_three_headers_more() -> None:
    app = App()
    app.answers = [(201, b"made")]
    app.headers = [("Content-Type", "text/plain")]
    with serving(app) as port:
        sent = send(
            f"http://127.0.0.1:{port}/a%20b?c=%2F", "PUT", [("x-A", "1"), ("X-a", "")], b"{}", 5
        )
    (got,) = app.got

    assert (201, b"made", "text/plain") == (sent.status, sent.body, sent.header("content-TYPE"))
    assert 0 < sent.duration_s < 5
    assert ("PUT", "/a%20b?c=%2F", b"{}") == (got.method, got.target, got.body)
    assert [
        ("Host", f"127.0.0.1:{port}"),
        ("x-A", "1"),
        ("X-a", ""),
        ("Content-Length", "2"),
        ("Connection", "close"),
    ] == got.fields


def test_a_request_without_a_body_says_so_where_one_is_expected() -> None:
    app = App()
    with serving(app) as port:
        for method in ("POST", "GET", "DELETE"):
            send(f"http://127.0.0.1:{port}", method, [], b"", 5)

    assert [["0"], [], []] == [got.all("Content-Length") for got in app.got]
    assert {"/"} == {got.target for got in app.got}


ANSWERED = [
    pytest.param("503", 503, id="status"),
    pytest.param("redirect/307/to/204", 307, id="no redirect is followed"),
    pytest.param("100-continue", 200, id="interim answers"),
    pytest.param("early", 413, id="answered before the body was read"),
    pytest.param("length/short", 200, id="more than was announced"),
    pytest.param("stale", 200, id="closed after the answer"),
]


@pytest.mark.parametrize(("fault", "status"), ANSWERED)
def test_an_answer_is_an_answer(fault: str, status: int) -> None:
    with faults() as desk:
        assert status == post(desk.url(fault)).status

    assert 1 == len(desk.requests)


FAILED = [
    pytest.param("silent", "timeout", id="silent"),
    pytest.param("drip/head", "timeout", id="head in drops"),
    pytest.param("drip/body", "timeout", id="body in drops"),
    pytest.param("drip/chunks", "timeout", id="chunks in drops"),
    pytest.param("endless/100-continue", "timeout", id="interim answers without an end"),
    pytest.param("reset", "connection_reset", id="reset"),
    pytest.param("close/mid-answer", "connection_reset", id="closed within the answer"),
    pytest.param("close/mid-head", "connection_reset", id="closed within the head"),
    pytest.param("length/long", "connection_reset", id="less than was announced"),
    pytest.param("chunks/cut", "connection_reset", id="half a chunk"),
    pytest.param("chunks/no-end", "connection_reset", id="no last chunk"),
    pytest.param("garbage", "protocol_error", id="no HTTP"),
    pytest.param("700", "protocol_error", id="no status"),
    pytest.param("header-flood", "protocol_error", id="10,000 headers"),
    pytest.param("endless/line", "protocol_error", id="a line without an end"),
]


@pytest.mark.parametrize(("fault", "cause"), FAILED)
def test_what_is_no_whole_answer_has_one_cause_and_ends_in_time(fault: str, cause: str) -> None:
    with faults() as desk:
        started = time.monotonic()
        with pytest.raises(NotForwarded) as failed:
            post(desk.url(fault), 0.25 if cause == "timeout" else PATIENCE)

    assert (cause, True) == (failed.value.cause, failed.value.sent)
    assert time.monotonic() - started < PATIENCE  # what takes time there takes 40 s and more


def test_of_an_answer_without_an_end_a_bounded_part_is_read() -> None:
    with faults() as desk:
        for fault in ("endless/body", "endless/chunks"):
            sent = post(desk.url(fault))
            assert (200, MOST) == (sent.status, len(sent.body))


def test_where_nobody_is_nothing_was_sent() -> None:
    for url, cause in (
        (f"http://127.0.0.1:{free_port()}/", "connection_refused"),
        ("http://nowhere.invalid/", "dns_failed"),
        (f"http://{'a' * 70}.example/", "dns_failed"),
    ):
        with pytest.raises(NotForwarded) as failed:
            post(url)
        assert (cause, False) == (failed.value.cause, failed.value.sent)


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with serving(App()) as port:
        assert 200 == post(f"http://127.0.0.1:{port}/").status


def test_a_certificate_is_judged_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    app = App()
    with serving(app, tls=tls) as port:
        with pytest.raises(NotForwarded) as failed:
            post(f"https://localhost:{port}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        with pytest.raises(NotForwarded) as other:
            post(f"https://127.0.0.1:{port}/")
        assert [] == app.got
        assert 200 == post(f"https://localhost:{port}/").status

    assert ("tls_failed", False) == (failed.value.cause, failed.value.sent)
    assert "its certificate was not accepted: " in str(failed.value)
    assert "tls_failed" == other.value.cause


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [
        ("PO ST", "X-A", "b"),
        ("POST", "X A", "b"),
        ("POST", "X-A", "b\r\nEvil: 1"),
        ("POST", "X-A\n", "b"),
    ],
)
def test_what_cannot_be_written_as_http_is_not_sent(method: str, name: str, value: str) -> None:
    with pytest.raises(ValueError, match="cannot be written as HTTP"):
        send("http://127.0.0.1:9/", method, [(name, value)], b"", 1)
