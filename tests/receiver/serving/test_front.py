"""A WSGI application behind granian has what it has behind waitress."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..wire import PATIENCE, exchange, good, head
from .conftest import SERVERS, running

Start = Callable[[str, list[tuple[str, str]]], Callable[[bytes], object]]
KEYS = (
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH"),
    *("SERVER_PROTOCOL", "REMOTE_ADDR", "HTTP_HOST", "HTTP_X_TWICE", "HTTP_X_LATIN", "wsgi.url_scheme"),
)

FIELDS: tuple[tuple[str, str | int], ...] = (
    *(("Host", "a:80"), ("Content-Length", 3), ("Content-Type", "text/plain")),
    *(("X-Twice", "a"), ("X-Twice", "b")),
)


@pytest.fixture(params=SERVERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Pieces:
    """An answer in pieces, the first one by the old way, that says whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def __call__(self, _environ: dict[str, Any], start: Start) -> Pieces:
        start("201 Made", [("X-Own", "1")])(b"one ")
        return self

    def __iter__(self) -> Iterator[bytes]:
        yield b"two "
        yield b"three"

    def close(self) -> None:
        self.closed = True


def test_it_is_told_the_same_of_a_request() -> None:
    told = []
    for name in SERVERS:
        seen: list[dict[str, Any]] = []

        def application(environ: dict[str, Any], start: Start, seen: Any = seen) -> list[bytes]:
            seen.append({key: environ.get(key) for key in KEYS} | {"": environ["wsgi.input"].read()})
            start("200 OK", [("Content-Length", "0")])
            return []

        with running(name, application) as (_, port, _):
            asked = head(FIELDS, target="/caf%C3%A9/a%20b?q=%41&r") + b"abc"
            assert [200] == exchange(port, asked, expect=1).statuses
            assert 200 == good(port, more={"X-Forwarded-For": "192.0.2.1"}).status
        told.append(seen)

    assert told[0] == told[1]
    assert ("/caf\xc3\xa9/a b", "127.0.0.1", "a, b") == tuple(
        told[1][0][key] for key in ("PATH_INFO", "REMOTE_ADDR", "HTTP_X_TWICE")
    )


def test_its_answer_comes_whole_and_is_closed(name: str) -> None:
    pieces = Pieces()
    old = b"GET / HTTP/1.0\r\nHost: a\r\n\r\n"  # so that no server answers in chunks
    with (
        running(name, pieces) as (_, port, _),
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection,
    ):
        connection.sendall(old)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    first, *lines = answer.partition(b"\r\n\r\n")[0].lower().split(b"\r\n")

    assert b" 201 " in first
    assert {b"x-own: 1", b"server: hookproof"} < set(lines)
    assert answer.endswith(b"\r\n\r\none two three")
    assert pieces.closed


def test_an_application_that_fails_is_a_500_and_the_next_request_is_answered(name: str) -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        if environ["PATH_INFO"] == "/fails":
            raise ValueError("the printer is on fire")
        start("200 OK", [("Content-Length", "0")])
        return []

    with running(name, application) as (_, port, _):
        assert 500 == good(port, target="/fails").status
        assert 200 == good(port).status


@pytest.mark.parametrize("value", ["caf\xe9", "\u20ac", "a\r\nX-Other: b", "\0"])
def test_a_header_that_cannot_be_sent_is_a_500_behind_granian(value: str) -> None:
    """And no panic of its parser, nor another header."""

    def application(_environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [("X-Own", value)])
        return []

    with running("granian", application) as (_, port, _):
        answer = good(port)

    assert (500, "handler_failed") == (answer.status, answer.code)
    assert "x-other" not in answer.headers
