"""Requests whose bytes two readers could read differently, as data: what each server makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..wire import head, signed

HOST = ("Host", "receiver.example")
NEXT = signed(b"the second request")
CHUNKED = (HOST, ("Transfer-Encoding", "chunked"))
SIGNATURE = "X-Webhook-Signature"


class Hyper(NamedTuple):
    """What granian answers where its parser, hyper, decides and nothing of ours can."""

    status: int | None
    """None where it closes without an answer."""
    why: str
    """Why this is no harm."""


class Case(NamedTuple):
    """A request that is to be refused."""

    data: bytes
    status: int
    """What waitress behind the guard answers."""
    readings: tuple[bytes, ...] = ()
    """Bodies that an application may be given all the same, by the letter of HTTP."""
    finish: bool = False
    """Whether the peer says that no more comes."""
    granian: Hyper | int | None = None
    """What granian answers where that differs: the status alone, where it is our guard's."""
    source: str = ""
    """Where it is from."""


TE_WINS = Hyper(
    200, "it reads the chunks, drops the length and closes after the answer (RFC 9112, 6.1)"
)
SAME_LENGTHS = Hyper(200, "the same length twice is that length (RFC 9110, 8.6)")
ZEROS = Hyper(200, "zeros before a number change nothing; it counts what does not fit into 64 bits")
BARE_LF = Hyper(
    200, "a bare LF may end a line of the head (RFC 9112, 2.2); it ends one wherever it stands"
)
NO_WORD = Hyper(None, "it closes without an answer")
EXTENSION = Hyper(200, "an extension is skipped, whatever is in it; nothing of it is handed on")
SOONER = Hyper(400, "it looks at the coding before the guard can")


def lengths(*values: str) -> bytes:
    return head((HOST, *(("Content-Length", value) for value in values))) + b"abc"


def coded(*values: str) -> bytes:
    return head((HOST, *(("Transfer-Encoding", value) for value in values))) + b"3\r\nabc\r\n0\r\n\r\n"


def chunks(data: bytes) -> bytes:
    return head(CHUNKED) + data


def first_line(line: bytes) -> bytes:
    return line + b"\r\nHost: receiver.example\r\nContent-Length: 0\r\n\r\n"


def field(line: bytes) -> bytes:
    return (
        b"POST /hooks/test HTTP/1.1\r\nHost: receiver.example\r\nContent-Length: 0\r\n"
        + line
        + b"\r\n\r\n"
    )


BOTH = head((HOST, ("Content-Length", 3), ("Transfer-Encoding", "chunked"))) + b"0\r\n\r\n"
TE_CL = head((HOST, ("Transfer-Encoding", "chunked"), ("Content-Length", 4))) + b"5c\r\n" + NEXT
ABC, EMPTY = (b"abc",), (b"",)

FRAMING: Mapping[str, Case] = {
    "FRM-1": Case(BOTH, 400, EMPTY, granian=TE_WINS),
    "FRM-2": Case(BOTH + NEXT, 400, EMPTY, granian=TE_WINS),
    "FRM-3": Case(TE_CL, 400),
    "FRM-4": Case(coded("xchunked"), 501, granian=SOONER),
    "FRM-5": Case(
        b"POST /hooks/test HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400
    ),
    "FRM-6": Case(coded("identity, chunked"), 501, ABC),
    "FRM-7": Case(coded("chunked", "chunked"), 400, ABC),
    "FRM-7/in one line": Case(coded("chunked, chunked"), 400, ABC),
    "FRM-7/differing": Case(coded("chunked", "identity"), 400),
    "FRM-8/same": Case(lengths("3", "3"), 400, ABC, granian=SAME_LENGTHS),
    "FRM-8/differing": Case(lengths("3", "4"), 400),
    "FRM-9/+3": Case(lengths("+3"), 400),
    "FRM-9/-1": Case(lengths("-1"), 400),
    "FRM-9/0x3": Case(lengths("0x3"), 400),
    "FRM-9/3_0": Case(lengths("3_0"), 400),
    "FRM-9/3,3": Case(lengths("3,3"), 400, ABC),
    "FRM-9/3 3": Case(lengths("3 3"), 400),
    "FRM-9/empty": Case(lengths(""), 400),
    "FRM-9/40 digits": Case(lengths("9" * 40), 400),
    "FRM-9/5000 digits": Case(lengths("9" * 5000), 400),
    "FRM-10": Case(head((HOST, ("Content-Length", 10))) + b"abc", 400, finish=True),
    "FRM-12/0x3": Case(chunks(b"0x3\r\nabc\r\n0\r\n\r\n"), 400),
    "FRM-12/+3": Case(chunks(b"+3\r\nabc\r\n0\r\n\r\n"), 400),
    "FRM-12/0_3": Case(chunks(b"0_3\r\nabc\r\n0\r\n\r\n"), 400),
    "FRM-12/-1": Case(chunks(b"-1\r\nabc\r\n0\r\n\r\n"), 400),
    "FRM-12/17 digits": Case(chunks(b"0" * 16 + b"3\r\nabc\r\n0\r\n\r\n"), 400, ABC, granian=ZEROS),
    "FRM-12/none": Case(chunks(b"\r\nabc\r\n0\r\n\r\n"), 400),
    "FRM-13": Case(chunks(b"3\nabc\n0\n\n"), 400),
    "FRM-13/LF CR LF": Case(chunks(b"3\n\r\nabc\r\n0\r\n\r\n"), 400),
    "FRM-14": Case(chunks(b"3\r\nabcd\r\n0\r\n\r\n"), 400),
    "FRM-15": Case(chunks(b"a\r\nabc"), 400, finish=True),
    "FRM-15/between chunks": Case(chunks(b"3\r\nabc\r\n"), 400, finish=True),
    "FRM-16": Case(chunks(b"3;" + b"x" * 1024**2 + b"\r\nabc\r\n0\r\n\r\n"), 400, ABC),
    "FRM-17": Case(chunks(b"0\r\n" + b"X-Trailer: flood\r\n" * 60_000 + b"\r\n"), 400, EMPTY),
    "FRM-18": Case(
        b"POST /hooks/test HTTP/1.1\nHost: a\nContent-Length: 0\n\n", 400, EMPTY, granian=BARE_LF
    ),
    "FRM-18/one of them": Case(
        b"POST /hooks/test HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400, EMPTY, granian=BARE_LF
    ),
    "FRM-19": Case(field(b"X: a\rb"), 400),
    "FRM-20": Case(field(b"X: a\0b"), 400),
    "FRM-21": Case(field(b"X: a\r\n b"), 400, EMPTY),
    "FRM-21/of the signature": Case(field(SIGNATURE.encode() + b": x\r\n spoof"), 400),
    "FRM-22": Case(
        chunks(b"3\r\nabc\r\n0\r\n\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"),
        400,
        ABC,
    ),
    "FRM-23": Case(b"GET /hooks/test\r\n", 400),
    "FRM-24": Case(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, granian=NO_WORD),
    "FRM-25": Case(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32, 400),
    "FRM-26": Case(head((("Content-Length", 0),)), 400, EMPTY),
    "FRM-27": Case(head((HOST, HOST, ("Content-Length", 0))), 400, EMPTY),
    "FRM-28": Case(head((HOST,), target="http://other.example/hooks/test"), 400, EMPTY),
    "FRM-29": Case(head((HOST, *((f"X-{n}", "y") for n in range(1000)))), 431, EMPTY),
    "FRM-30": Case(head((HOST, ("X", "y" * 300 * 1024))), 431, EMPTY),
    "FRM-31": Case(first_line(b"P\0ST /hooks/test HTTP/1.1"), 400),
    "FRM-32/slashes": Case(head((HOST,), target="//hooks/test"), 400, EMPTY),
    "FRM-32/%2e%2e": Case(head((HOST,), target="/hooks/%2e%2e/test"), 400, EMPTY),
    "FRM-32/dots": Case(head((HOST,), target="/hooks/../test"), 400, EMPTY),
    "FRM-32/%00": Case(head((HOST,), target="/hooks/test%00"), 400, EMPTY),
    "FRM-32/64 KiB": Case(head((HOST,), target="/" + "a" * 64 * 1024), 431, EMPTY),
    "BODY-22": Case(field(b"Expect: garbage"), 417, EMPTY),
    "a header without a colon": Case(signed(b"", more={"X-Webhook-Signature\r\n": ""}), 400),
}
"""SCORECARD's group FRM."""
