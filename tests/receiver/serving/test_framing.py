"""Bytes that two readers could read differently: refused, closed, and never seen by the application."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress

import pytest

from ..wire import PATIENCE, chunked, exchange, good, head, read, signed
from .conftest import MAX_BODY, Served
from .framing import BOTH, CHUNKED, FRAMING, HOST, NEXT, SIGNATURE, Case, Hyper, field, lengths
from .garden import GARDEN

HUGE_CHUNK = head(CHUNKED) + b"fffffffffffffff\r\n"


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=name) for name, case in {**FRAMING, **GARDEN}.items()]
)
def test_what_is_ambiguous_is_refused_and_closed(served: Served, case: Case) -> None:
    """Or, where granian's parser decides, seen as HTTP has it and in no other way."""
    expected = case.granian if served.server == "granian" else None
    answered = exchange(
        served.port, case.data, finish=case.finish, expect=1 if _is_taken(expected) else None
    )
    if _is_taken(expected):
        assert [200] == answered.statuses
        assert [*case.readings] == served.bodies
        assert not any("spoof" in signature for signature in served.signatures if signature)
        return
    status = expected.status if isinstance(expected, Hyper) else expected or case.status

    assert ([] if status is None else [status], True) == (answered.statuses, answered.closed)
    assert [] == served.bodies
    for response in answered.responses:
        if served.server == "waitress" or response.body:  # hyper refuses without a word
            assert response.code is not None
            assert response.headers["hookproof-delivery"].startswith("dlv_")


def _is_taken(expected: Hyper | int | None) -> bool:
    return isinstance(expected, Hyper) and expected.status == 200


def test_a_body_that_ends_early_is_called_so(served: Served) -> None:
    data = head((HOST, ("Content-Length", 10))) + b"abc"

    assert "incomplete_body" == exchange(served.port, data, finish=True).only.code


@pytest.mark.parametrize(
    ("data", "body"),
    [
        # Blanks around a field's value are not part of it (RFC 9112, 5.1): this is a plain 3.
        pytest.param(lengths(" 3"), b"abc", id="FRM-9/ 3"),
        pytest.param(head((HOST, ("Content-Length", 0))), b"", id="BODY-19"),
        pytest.param(head(CHUNKED) + b"3\r\nabc\r\n0\r\n\r\n", b"abc", id="chunks"),
        pytest.param(head(CHUNKED) + b'3;a="b c"\r\nabc\r\n0\r\n\r\n', b"abc", id="extensions"),
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
        pytest.param(HUGE_CHUNK, id="BODY-2/a huge chunk"),
    ],
)
def test_a_body_over_the_cap_is_413(served: Served, data: bytes) -> None:
    if served.server == "granian" and data.startswith(HUGE_CHUNK):
        data += b"x" * (MAX_BODY + 1)  # it tells us of no chunk before its bytes
    answered = exchange(served.port, data)

    assert (413, "too_large", True) == (answered.only.status, answered.only.code, answered.closed)
    assert [] == served.bodies


def test_a_second_request_behind_a_refused_one_never_runs(served: Served) -> None:
    """Granian takes the one in the middle, as HTTP has it, and closes after it all the same."""
    answered = exchange(served.port, NEXT + BOTH + NEXT)
    refused, seen = (400, []) if served.server == "waitress" else (200, [b""])

    assert ([200, refused], True) == (answered.statuses, answered.closed)
    assert [b"the second request", *seen] == served.bodies


def test_trailers_are_dropped_or_refused(served: Served) -> None:
    """Nothing in them was proved. Granian does not tell a body with trailers from one that was cut."""
    data = head(CHUNKED) + f"3\r\nabc\r\n0\r\n{SIGNATURE}: spoof\r\n\r\n".encode()
    answered = exchange(served.port, data, expect=1)

    if served.server == "waitress":
        assert ([200], [b"abc"], [None]) == (answered.statuses, served.bodies, served.signatures)
    else:
        assert ([400], []) == (answered.statuses, served.bodies)


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


@pytest.mark.parametrize(
    "spoofed",
    [pytest.param({}, id="FRM-G33"), pytest.param({SIGNATURE: "real"}, id="FRM-G33/beside it")],
)
def test_a_signature_under_a_name_with_an_underscore_is_none(
    served: Served, spoofed: dict[str, str]
) -> None:
    """Garden's anomalies: WSGI's names do not tell a dash from an underscore."""
    more = {SIGNATURE: None, "X_Webhook_Signature": "spoof", **spoofed}

    assert 200 == good(served.port, more=more).status
    assert [spoofed.get(SIGNATURE)] == served.signatures


@pytest.mark.parametrize("value", [pytest.param("\xa0spoof\x85", id="FRM-G34")])
def test_no_blank_of_unicode_is_stripped_from_a_value(served: Served, value: str) -> None:
    """Garden 41, waitress: 0x85 and 0xA0 at a value's ends. Granian tells the name alone."""
    status = good(served.port, more={SIGNATURE: value}).status

    assert 200 == status
    assert [value if served.server == "waitress" else "\xff"] == served.signatures


@pytest.mark.parametrize("zeros", [pytest.param("0", id="FRM-G35")])
def test_a_length_with_a_zero_in_front_is_no_octal_number(served: Served, zeros: str) -> None:
    """Garden 32."""
    more = {"Content-Length": f"{zeros}12"}

    assert 200 == good(served.port, body=b"twelve bytes", more=more).status
    assert [b"twelve bytes"] == served.bodies


@pytest.mark.parametrize("first", [pytest.param(b"", id="FRM-G36")])
def test_a_request_in_the_same_bytes_is_no_body_of_the_one_before(served: Served, first: bytes) -> None:
    """Garden 48."""
    requests = signed(first) + signed(b"34", more={"id": "1"})

    assert [200, 200] == exchange(served.port, requests, expect=2).statuses
    assert [first, b"34"] == served.bodies


@pytest.mark.parametrize("read_at_once", [pytest.param(8192, id="FRM-G37")])
def test_what_comes_behind_a_refused_request_that_fills_the_buffer_never_runs(
    served: Served, read_at_once: int
) -> None:
    """waitress GHSA-9298-4cf8-g4wj: the next request was read before the connection was closed."""
    bad = field(b"X : " + b"x" * (read_at_once - len(field(b"X : "))))
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
        connection.sendall(bad)
        with suppress(OSError):
            for _ in range(3):
                connection.sendall(NEXT)
        with suppress(ConnectionResetError):
            assert [400] == read(connection).statuses

    assert read_at_once == len(bad)
    assert [] == served.bodies


@pytest.mark.parametrize("number", [pytest.param(200, id="FRM-G38")])
def test_peers_that_are_gone_before_they_are_seen_leave_nothing_behind(
    served: Served, number: int
) -> None:
    """waitress GHSA-3f84-rpwh-47g6: such a connection stayed, and its loop turned for ever."""
    for _ in range(number):
        with socket.create_connection(("127.0.0.1", served.port)) as gone:
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert 200 == good(served.port).status
    before = time.process_time()
    time.sleep(0.2)  # what is tested is that nothing is done in it

    assert time.process_time() - before < 0.15
