"""The desk itself: what it takes, what it tells, what it bounds, how it stops."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hookproof.testing import FixedClock
from hookproof_receiver.faults import Came, Desk, Ended, Event, document, line, listing
from hookproof_receiver.faults.desk import CONNECTIONS
from hookproof_receiver.faults.request import KEPT
from hookproof_receiver.testing import Faulty, faults
from hookproof_runtime.listening import listen_socket

from .talking import PATIENCE, Talk, post, talk

GUID = "11111111-2222-4333-8444-555555555555"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


@pytest.fixture
def desk() -> Iterator[Faulty]:
    with faults() as desk:
        yield desk


def end_of(desk: Faulty, number: int = 1) -> Ended:
    """The last of so many ends, waited for."""
    until = time.monotonic() + PATIENCE
    while len(desk.ended) < number:
        assert time.monotonic() < until
        time.sleep(0.01)
    return desk.ended[number - 1]


def status(port: int, data: bytes) -> int:
    return int(talk(port, data).came.split(b" ")[1])


def final(path: str, *fields: str, body: bytes = b"{}") -> bytes:
    return post(path, "Connection: close", *fields, body=body)


def test_a_script_is_answered_step_by_step_whatever_the_connection(desk: Faulty) -> None:
    over_one = talk(desk.port, post("503,500,204") + final("503,500,204"))
    over_another = status(desk.port, final("503,500,204")), status(desk.port, final("503,500,204"))

    assert [b"503", b"500"] == [part[:3] for part in over_one.came.split(b"HTTP/1.1 ")[1:]]
    assert (204, 204) == over_another
    assert [1, 2, 3, 4] == [one.step for one in desk.requests]
    assert [1, 1, 2, 3] == [one.connection for one in desk.requests]


def test_a_guid_continues_the_first_attempt_that_looks_like_it(desk: Faulty) -> None:
    guid = f"X-Http-Task-Guid: {GUID}"
    asked = [
        final("503,500,204", body=b"1"),
        final("503,500,204", body=b"2"),
        final("503,500,204", guid, body=b"1"),
        final("503,500,204", guid.upper(), body=b"1"),
        final("503,500,204", body=b"1"),
    ]

    assert [503, 503, 500, 204, 503] == [status(desk.port, one) for one in asked]
    assert [None, None, GUID, GUID, None] == [one.guid for one in desk.requests]


def test_where_a_step_does_not_read_the_body_all_bodies_look_alike(desk: Faulty) -> None:
    asked = [final("early/413,204", body=body) for body in (b"1", b"2")]

    assert [413, 204] == [status(desk.port, one) for one in asked]


def test_what_came_is_told_as_it_came_before_it_is_answered() -> None:
    clock = FixedClock(1_800_000_000)
    told: list[Event] = []
    data = final("204?a=b", "X-One: 1", "x-one:  two words ", body=b"\x00\xff")
    with Desk(listening := listen_socket("127.0.0.1:0"), told.append, clock=clock):
        talk(listening.getsockname()[1], data)
    came, ended = told

    assert isinstance(came, Came)
    assert isinstance(ended, Ended)
    assert ("POST", "/204?a=b", "/204", b"\x00\xff", 2) == (
        came.method,
        came.target,
        came.path,
        came.body,
        came.size,
    )
    assert [("X-One", "1"), ("x-one", "two words")] == [
        h for h in came.headers if "One" in h[0].title()
    ]
    assert ("1", None) == (came.header("X-ONE"), came.header("Cookie"))
    assert clock() == came.at_ns
    assert (came.number, came.connection, "204", "done", len(NO_CONTENT)) == (
        ended.request,
        ended.connection,
        ended.what,
        ended.how,
        ended.sent,
    )
    assert "two words" not in f"{came} {line(came)} {document(came)}"


@pytest.mark.parametrize(
    ("body", "kept"),
    [(b"", b""), (b"x" * KEPT, b"x" * KEPT), (b"x" * (KEPT + 9), b"x" * KEPT)],
    ids=["none", "a MiB", "more"],
)
@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "chunked"])
def test_a_body_is_read_whole_and_a_mebibyte_of_it_kept(
    desk: Faulty, body: bytes, kept: bytes, chunked: bool
) -> None:
    data = final("204", body=body)
    if chunked:
        head = b"POST /204 HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: Chunked\r\n\r\n"
        coded = b"%x;a=b\r\n%b\r\n" % (len(body), body) if body else b""
        data = head + coded + b"0\r\nTrailer: 1\r\n\r\n"

    assert Talk(NO_CONTENT, "closed") == talk(desk.port, data)
    (came,) = desk.requests
    assert (kept, len(body)) == (came.body, came.size)


def test_who_waits_for_100_continue_gets_it(desk: Faulty) -> None:
    with socket.create_connection(("127.0.0.1", desk.port), PATIENCE) as connection:
        data = final("204", "Expect: 100-continue")
        connection.sendall(data[:-2])
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == connection.recv(100)
        connection.sendall(data[-2:])
        assert NO_CONTENT == connection.recv(100)


@pytest.mark.parametrize("path", ["", "nonsense", "503,nonsense", "delay/61s"])
def test_a_path_that_names_nothing_is_404_with_the_list(desk: Faulty, path: str) -> None:
    said = talk(desk.port, final(path))

    assert said.came.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert said.body.startswith(b"no such fault: ")
    assert said.body.endswith(listing().encode() + b"\n")
    assert ["404"] == [one.fault for one in desk.requests]


HEAD = b"POST /204 HTTP/1.1\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
WRONG = {
    "another protocol": (b"\x16\x03\x01\x02\x00\x01", "TLS"),
    "no request line": (b"HELLO\r\n\r\n", "first line"),
    "a version to come": (b"POST /204 HTTP/3.0\r\n\r\n", "first line"),
    "no header": (HEAD + b"Host\r\n\r\n", "name: value"),
    "a folded header": (HEAD + b"A: b\r\n c\r\n\r\n", "name: value"),
    "a head without an end": (HEAD + b"A: b\r\n" * 20_000, "65536 bytes"),
    "a length that is none": (HEAD + b"Content-Length: +1\r\n\r\n", "Content-Length"),
    "two lengths": (HEAD + b"Content-Length: 1\r\n" * 2 + b"\r\n", "Content-Length"),
    "a length and chunks": (
        HEAD + b"Content-Length: 1\r\n" + CHUNKED[len(HEAD) :],
        "Transfer-Encoding",
    ),
    "another coding": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", "Transfer-Encoding"),
    "a chunk without a size": (CHUNKED + b"x\r\n", "chunks is none"),
    "a chunk that is longer": (CHUNKED + b"1\r\nabc", "longer than it says"),
    "an endless trailer": (CHUNKED + b"0\r\n" + b"x" * 9000, "trailers"),
}


@pytest.mark.parametrize(("data", "why"), WRONG.values(), ids=WRONG)
def test_what_is_no_request_is_answered_400_and_said(desk: Faulty, data: bytes, why: str) -> None:
    said = talk(desk.port, data)
    ended = end_of(desk)

    assert said.came.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert "closed" == said.end
    assert why.encode() in said.body
    assert why in ended.what
    assert (None, "done", ()) == (ended.request, ended.how, desk.requests)


def test_a_sender_that_speaks_tls_finds_no_tls(desk: Faulty) -> None:
    context = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", desk.port), PATIENCE) as connection,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(connection, server_hostname="localhost")

    assert "TLS" in end_of(desk).what


@pytest.mark.parametrize(
    ("at_accept", "end"), [("reset", "reset"), ("close", "closed"), ("silent", "open")]
)
def test_at_accept_nothing_is_read(at_accept: str, end: str) -> None:
    with faults(at_accept=at_accept) as desk:
        assert Talk(b"", end) == talk(desk.port, b"", quiet=0.3)
        assert (f"{at_accept} at accept", None) == (end_of(desk).what, desk.ended[0].request)
        assert () == desk.requests


LASTING = ["silent", "silent/mid-answer", "delay/30s/204", "drip/body", "endless/head"]


@pytest.mark.parametrize("path", LASTING)
def test_a_fault_ends_when_the_peer_goes(desk: Faulty, path: str) -> None:
    talk(desk.port, post(path), quiet=0.1, most=1)
    ended = end_of(desk)

    assert "peer_left" == ended.how
    assert ended.duration_s < 5


@pytest.mark.parametrize("path", LASTING)
def test_a_fault_is_cut_off_when_its_time_is_over(path: str) -> None:
    """A minute by default."""
    told: list[Event] = []
    with Desk(listening := listen_socket("127.0.0.1:0"), told.append, longest=0.3):
        said = talk(listening.getsockname()[1], post(path))
    ended = told[1]

    assert said.end in ("closed", "reset")
    assert isinstance(ended, Ended)
    assert "minute_over" == ended.how
    assert 0.3 <= ended.duration_s < 5


@pytest.mark.parametrize(
    "data",
    [pytest.param(b"", id="nothing"), b"POST", post("204")[:-1]],
    ids=["nothing", "head", "body"],
)
def test_a_request_that_does_not_come_is_not_waited_for(data: bytes) -> None:
    told: list[Event] = []
    with Desk(listening := listen_socket("127.0.0.1:0"), told.append, longest=0.3):
        assert Talk(b"", "closed") == talk(listening.getsockname()[1], data)

    assert ["a request that was not whole"] * bool(data) == [
        one.what for one in told if isinstance(one, Ended)
    ]


@pytest.mark.parametrize("path", LASTING)
def test_stopping_cuts_every_fault_off_and_leaves_nothing(path: str) -> None:
    before = threading.active_count()
    with ExitStack() as stack, faults() as desk:
        for _ in range(20):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
            connection.sendall(post(path))
        desk.wait_for(20)
        began = time.monotonic()
    took = time.monotonic() - began

    assert took < 5
    assert ["stopped"] * 20 == [one.how for one in desk.ended]
    assert before == threading.active_count()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", desk.port))


def test_connections_are_bounded_and_the_next_gets_its_turn(desk: Faulty) -> None:
    with ExitStack() as stack:
        held = [
            stack.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
            for _ in range(CONNECTIONS)
        ]
        for one in held:
            one.sendall(post("silent"))
        desk.wait_for(CONNECTIONS)
        late = stack.enter_context(socket.create_connection(("127.0.0.1", desk.port)))
        late.settimeout(0.2)
        late.sendall(final("204"))
        with pytest.raises(TimeoutError):
            late.recv(1)
        held[0].close()
        late.settimeout(PATIENCE)
        assert NO_CONTENT == late.recv(100)


def test_each_event_is_a_line_and_a_document(desk: Faulty) -> None:
    talk(desk.port, final("503,204", f"X-Http-Task-Guid: {GUID}"))
    talk(desk.port, b"HELLO\r\n\r\n")
    end_of(desk, 2)
    (came,), (first, second) = desk.requests, desk.ended
    lines = [line(one)[14:] for one in (came, first, second)]
    documents = [document(one) for one in (came, first, second)]

    assert lines[0] == f"--> #1 POST /503,204  2 B             guid {GUID}  1: 503"
    assert lines[1].startswith("<-- #1 503: done in ")
    assert lines[2].startswith("<-- connection 2 no request: its first line is no request")
    assert [{"came"}, {"ended"}] == [{d["event"]} for d in documents[:2]]
    assert (1, "/503,204", 2, GUID, 1, "503") == tuple(
        documents[0][name] for name in ("request", "path", "body_bytes", "guid", "step", "fault")
    )
    assert (1, "done", None) == (
        documents[1]["request"],
        documents[1]["how"],
        documents[2]["request"],
    )
    json.dumps(documents)
