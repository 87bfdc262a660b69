"""Bytes that two readers could read differently: refused, closed, and never seen by the application."""

from __future__ import annotations

import pytest

from ..wire import chunked, exchange, good, head, signed
from .conftest import MAX_BODY, Served

HOST = ("Host", "receiver.example")
NEXT = signed(b"the second request")
CHUNKED = (HOST, ("Transfer-Encoding", "chunked"))


def lengths(*values: str) -> bytes:
    return head((HOST, *(("Content-Length", value) for value in values))) + b"abc"


def coded(*values: str) -> bytes:
    return head((HOST, *(("Transfer-Encoding", value) for value in values))) + b"3\r\nabc\r\n0\r\n\r\n"


def first_line(line: bytes) -> bytes:
    return line + b"\r\nHost: receiver.example\r\nContent-Length: 0\r\n\r\n"


def field(line: bytes) -> bytes:
    return b"POST / HTTP/1.1\r\nHost: receiver.example\r\nContent-Length: 0\r\n" + line + b"\r\n\r\n"


BOTH = head((HOST, ("Content-Length", 3), ("Transfer-Encoding", "chunked"))) + b"0\r\n\r\n"

REFUSED = [
    pytest.param(BOTH, 400, id="FRM-1"),
    pytest.param(BOTH + NEXT, 400, id="FRM-2"),
    pytest.param(
        head((HOST, ("Transfer-Encoding", "chunked"), ("Content-Length", 4))) + b"5c\r\n" + NEXT,
        400,
        id="FRM-3",
    ),
    pytest.param(coded("xchunked"), 501, id="FRM-4"),
    pytest.param(
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, id="FRM-5"
    ),
    pytest.param(coded("identity, chunked"), 501, id="FRM-6"),
    pytest.param(coded("chunked", "chunked"), 400, id="FRM-7"),
    pytest.param(coded("chunked, chunked"), 400, id="FRM-7/in one line"),
    pytest.param(coded("chunked", "identity"), 400, id="FRM-7/differing"),
    pytest.param(lengths("3", "3"), 400, id="FRM-8/same"),
    pytest.param(lengths("3", "4"), 400, id="FRM-8/differing"),
    pytest.param(lengths("+3"), 400, id="FRM-9/+3"),
    pytest.param(lengths("-1"), 400, id="FRM-9/-1"),
    pytest.param(lengths("0x3"), 400, id="FRM-9/0x3"),
    pytest.param(lengths("3_0"), 400, id="FRM-9/3_0"),
    pytest.param(lengths("3,3"), 400, id="FRM-9/3,3"),
    pytest.param(lengths("3 3"), 400, id="FRM-9/3 3"),
    pytest.param(lengths(""), 400, id="FRM-9/empty"),
    pytest.param(lengths("9" * 40), 400, id="FRM-9/40 digits"),
    pytest.param(lengths("9" * 5000), 400, id="FRM-9/5000 digits"),
    pytest.param(head(CHUNKED) + b"0x3\r\nabc\r\n0\r\n\r\n", 400, id="FRM-12/0x3"),
    pytest.param(head(CHUNKED) + b"+3\r\nabc\r\n0\r\n\r\n", 400, id="FRM-12/+3"),
    pytest.param(head(CHUNKED) + b"0_3\r\nabc\r\n0\r\n\r\n", 400, id="FRM-12/0_3"),
    pytest.param(head(CHUNKED) + b"-1\r\nabc\r\n0\r\n\r\n", 400, id="FRM-12/-1"),
    pytest.param(head(CHUNKED) + b"0" * 16 + b"3\r\nabc\r\n0\r\n\r\n", 400, id="FRM-12/17 digits"),
    pytest.param(head(CHUNKED) + b"\r\nabc\r\n0\r\n\r\n", 400, id="FRM-12/none"),
    pytest.param(head(CHUNKED) + b"3\nabc\n0\n\n", 400, id="FRM-13"),
    pytest.param(head(CHUNKED) + b"3\n\r\nabc\r\n0\r\n\r\n", 400, id="FRM-13/LF CR LF"),
    pytest.param(head(CHUNKED) + b"3\r\nabcd\r\n0\r\n\r\n", 400, id="FRM-14"),
    pytest.param(head(CHUNKED) + b"3;" + b"x" * 1024**2 + b"\r\nabc\r\n0\r\n\r\n", 400, id="FRM-16"),
    pytest.param(
        head(CHUNKED) + b"0\r\n" + b"X-Trailer: flood\r\n" * 60_000 + b"\r\n", 400, id="FRM-17"
    ),
    pytest.param(b"POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\n", 400, id="FRM-18"),
    pytest.param(b"POST / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400, id="FRM-18/one of them"),
    pytest.param(field(b"X: a\rb"), 400, id="FRM-19"),
    pytest.param(field(b"X: a\0b"), 400, id="FRM-20"),
    pytest.param(field(b"X: a\r\n b"), 400, id="FRM-21"),
    pytest.param(
        b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="FRM-22"
    ),
    pytest.param(b"GET /\r\n", 400, id="FRM-23"),
    pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, id="FRM-24"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32, 400, id="FRM-25"),
    pytest.param(head((("Content-Length", 0),)), 400, id="FRM-26"),
    pytest.param(head((HOST, HOST, ("Content-Length", 0))), 400, id="FRM-27"),
    pytest.param(head((HOST,), target="http://other.example/hooks/test"), 400, id="FRM-28"),
    pytest.param(head((HOST, *((f"X-{n}", "y") for n in range(1000)))), 431, id="FRM-29"),
    pytest.param(head((HOST, ("X", "y" * 300 * 1024))), 431, id="FRM-30"),
    pytest.param(first_line(b"P\0ST / HTTP/1.1"), 400, id="FRM-31"),
    pytest.param(head((HOST,), target="//hooks/test"), 400, id="FRM-32/slashes"),
    pytest.param(head((HOST,), target="/hooks/%2e%2e/test"), 400, id="FRM-32/%2e%2e"),
    pytest.param(head((HOST,), target="/hooks/../test"), 400, id="FRM-32/dots"),
    pytest.param(head((HOST,), target="/hooks/test%00"), 400, id="FRM-32/%00"),
    pytest.param(head((HOST,), target="/" + "a" * 64 * 1024), 431, id="FRM-32/64 KiB"),
    pytest.param(field(b"Expect: garbage"), 417, id="BODY-22"),
    pytest.param(signed(more={"X-Webhook-Signature\r\n": ""}), 400, id="a header without a colon"),
]


@pytest.mark.parametrize(("data", "status"), REFUSED)
def test_what_is_ambiguous_is_refused_and_closed(served: Served, data: bytes, status: int) -> None:
    answered = exchange(served.port, data)

    assert (status, True) == (answered.only.status, answered.closed)
    assert answered.only.code is not None
    assert answered.only.headers["hookproof-delivery"].startswith("dlv_")
    assert [] == served.bodies


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(head((HOST, ("Content-Length", 10))) + b"abc", id="FRM-10"),
        pytest.param(head(CHUNKED) + b"a\r\nabc", id="FRM-15"),
        pytest.param(head(CHUNKED) + b"3\r\nabc\r\n", id="FRM-15/between chunks"),
    ],
)
def test_a_body_that_ends_early_is_answered_and_never_seen(served: Served, data: bytes) -> None:
    answered = exchange(served.port, data, finish=True)

    assert (400, "incomplete_body") == (answered.only.status, answered.only.code)
    assert answered.closed
    assert [] == served.bodies


@pytest.mark.parametrize(
    ("data", "body"),
    [
        # Blanks around a field's value are not part of it (RFC 9112, 5.1): this is a plain 3.
        pytest.param(lengths(" 3"), b"abc", id="FRM-9/ 3"),
        pytest.param(head((HOST, ("Content-Length", 0))), b"", id="BODY-19"),
        pytest.param(head(CHUNKED) + b"3\r\nabc\r\n0\r\n\r\n", b"abc", id="chunks"),
        pytest.param(head(CHUNKED) + b'3;a="b c"\r\nabc\r\n0\r\nX: y\r\n\r\n', b"abc", id="extensions"),
        pytest.param(b"\r\n\r\n" + lengths("3"), b"abc", id="empty lines before it"),
        pytest.param(
            head((HOST, ("Content-Length", 3)), target="http://receiver.example/hooks/test") + b"abc",
            b"abc",
            id="the absolute form of the same host",
        ),
        pytest.param(
            b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", b"abc", id="HTTP/1.0 without a Host"
        ),
        pytest.param(
            head((HOST, ("Content-Length", MAX_BODY))) + b"x" * MAX_BODY, b"x" * MAX_BODY, id="the cap"
        ),
        pytest.param(chunked(b"x" * MAX_BODY, size=99), b"x" * MAX_BODY, id="the cap in chunks"),
    ],
)
def test_what_is_plain_goes_through(served: Served, data: bytes, body: bytes) -> None:
    answered = exchange(served.port, data, expect=1)

    assert 200 == answered.only.status
    assert [body] == served.bodies


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(head((HOST, ("Content-Length", 99**7))), id="a huge length"),
        pytest.param(head((HOST, ("Content-Length", MAX_BODY + 1))), id="BODY-1"),
        pytest.param(
            signed(b"x" * (MAX_BODY + 1), more={"Expect": "100-continue"}), id="BODY-1/asked before"
        ),
        pytest.param(signed(b"x" * MAX_BODY * 40), id="BODY-1/sent all the same"),
        pytest.param(chunked(b"x" * (MAX_BODY + 1)), id="BODY-2"),
        pytest.param(head(CHUNKED) + b"fffffffffffffff\r\n", id="BODY-2/a huge chunk"),
    ],
)
def test_a_body_over_the_cap_is_413(served: Served, data: bytes) -> None:
    answered = exchange(served.port, data)

    assert (413, "too_large", True) == (answered.only.status, answered.only.code, answered.closed)
    assert [] == served.bodies


def test_a_second_request_behind_a_refused_one_never_runs(served: Served) -> None:
    answered = exchange(served.port, NEXT + BOTH + NEXT)

    assert ([200, 400], True) == (answered.statuses, answered.closed)
    assert [b"the second request"] == served.bodies


@pytest.mark.parametrize("name", [pytest.param("Transfer_Encoding"), pytest.param("Content_Length")])
def test_a_name_with_an_underscore_is_no_framing(served: Served, name: str) -> None:
    assert 200 == good(served.port, body=b"abc", more={name: "9"}).status
    assert [b"abc"] == served.bodies


def test_an_expected_continue_is_sent_once_and_only_while_the_body_is_missing(served: Served) -> None:
    """BODY-21, at the server."""
    whole = signed(b"abc", more={"Expect": "100-continue"})

    assert [200] == exchange(served.port, whole, expect=1).statuses
    assert [200] == exchange(
        served.port, signed(b"", more={"Expect": "100-continue"}), expect=1
    ).statuses
    assert [b"abc", b""] == served.bodies
