"""Header fields reach whoever wants them as they came, though WSGI itself has no place for that."""

from __future__ import annotations

from hookproof_receiver import Message
from hookproof_receiver.ingest.wsgi import RAW_HEADERS
from hookproof_receiver.serving.rsgi import NOT_ASCII
from hookproof_receiver.testing import running_receiver

from ..wire import exchange, signed
from .conftest import Served

ODD = [
    ("hOST", "receiver.example"),
    ("x-Custom", "one"),
    ("Content-length", "2"),
    ("X_Under", "score"),
    ("X-CUSTOM", "\t two,  three "),
    ("X-Empty", ""),
    ("X-Latin", "caf\xe9"),
]


def test_order_spelling_and_what_came_twice_are_kept(served: Served) -> None:
    head = "".join(f"{name}:{value}\r\n" for name, value in ODD).encode("latin-1")
    answer = exchange(served.port, b"POST /hooks/test HTTP/1.1\r\n" + head + b"\r\n{}", expect=1).only

    assert 200 == answer.status
    wanted = [(name, value.strip(" \t")) for name, value in ODD]
    if served.server == "granian":  # what its parser leaves of them
        custom = wanted.pop(4)
        wanted = [(name.lower(), value) for name, value in (*wanted[:2], custom, *wanted[2:-1])]
        wanted.append(("x-latin", NOT_ASCII))
    assert [wanted] == [list(one[RAW_HEADERS]) for one in served.application.environs]


def test_a_handler_is_given_both_forms() -> None:
    seen: list[Message] = []
    with running_receiver(handler=seen.append) as receiver:
        more = {"X-Mine": "one", "x-mIne": "two"}
        assert 200 == exchange(receiver.port, signed(more=more), expect=1).only.status
    (message,) = seen

    assert "one, two" == message.headers["x-mine"]
    assert [("X-Mine", "one"), ("x-mIne", "two")] == list(message.raw_headers[-2:])
    assert "Host" == message.raw_headers[0][0]
