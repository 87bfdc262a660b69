"""Reading a request: enough of HTTP to know what a sender sends, and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from .acts import Reads
from .answers import INTERIM
from .wire import Wire

MAX_HEAD = 64 * 1024
"""Bytes of a request's head."""
KEPT = 1024 * 1024
"""Bytes of a body that are kept; the rest is read, and counted."""

_REQUEST_LINE = re.compile(rb"([A-Z]{1,32}) ([!-~]+) HTTP/1\.([01])").fullmatch
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([^\0\r\n]*)").fullmatch
_LENGTH = re.compile(r"[0-9]{1,15}").fullmatch
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n").fullmatch
_MAX_LINE = 4096


class NoRequest(Exception):
    """What came is no request that could be answered; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    length: int | None
    """Bytes of its body; None where it is chunked."""
    expects: bool
    """Whether it waits for `100 Continue` before it sends its body."""
    stays: bool
    """Whether the connection is to take another request after it."""


@dataclass(frozen=True, slots=True)
class Body:
    """What was read of a body."""

    data: bytes
    """Its first MiB."""
    size: int
    """All of it, in bytes."""
    digest: str
    """Of all of it."""


def read_head(wire: Wire) -> Head:
    """Read a request's head.

    Raises:
        NoRequest: it is none.
        PeerLeft, MinuteOver: it does not come.
    """
    if not wire.peek()[:1].isalpha():
        raise NoRequest("no HTTP, but TLS, perhaps: this desk speaks http:// alone")
    data = wire.read_until(b"\r\n\r\n", MAX_HEAD)
    if data is None:
        raise NoRequest(f"its head does not end within {MAX_HEAD} bytes")
    first, *lines = data[:-4].split(b"\r\n")
    line = _REQUEST_LINE(first)
    if line is None:
        raise NoRequest("its first line is no request of HTTP/1.0 or HTTP/1.1")
    headers = tuple(_field(one) for one in lines)
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    connection = ",".join(values.get("connection", [])).lower()
    return Head(
        method=line[1].decode(),
        target=line[2].decode(),
        headers=headers,
        length=_length(values.get("content-length", []), values.get("transfer-encoding", [])),
        expects="100-continue" in ",".join(values.get("expect", [])).lower(),
        stays=line[3] == b"1" and "close" not in connection,
    )


def _field(line: bytes) -> tuple[str, str]:
    field = _FIELD(line)
    if field is None:
        raise NoRequest("one of its header lines is not name: value")
    return field[1].decode(), field[2].decode("latin-1").strip(" \t")


def _length(lengths: list[str], codings: list[str]) -> int | None:
    if codings:
        if lengths or [one.lower() for one in codings] != ["chunked"]:
            raise NoRequest("its Transfer-Encoding is not chunked alone, or stands beside a length")
        return None
    if len(lengths) > 1 or (lengths and not _LENGTH(lengths[0])):
        raise NoRequest("its Content-Length is not one number")
    return int(lengths[0]) if lengths else 0


def read_body(wire: Wire, head: Head, reads: Reads) -> Body:
    """Read as much of the body as is to be read.

    Raises:
        NoRequest: it is not chunked as it says.
        PeerLeft, MinuteOver: it does not come.
    """
    collected = _Collected()
    if reads != "nothing" and head.expects and head.length != 0:
        wire.send(INTERIM)
    if head.length is None:
        if reads == "whole":
            _read_chunks(wire, collected)
    elif reads != "nothing":
        collected.take(wire, head.length // (2 if reads == "half" else 1))
    return Body(bytes(collected.data), collected.size, collected.hash.hexdigest())


class _Collected:
    def __init__(self) -> None:
        self.data = bytearray()
        self.size = 0
        self.hash = sha256()

    def take(self, wire: Wire, length: int) -> None:
        while length:
            piece = wire.read(length)
            length -= len(piece)
            self.size += len(piece)
            self.hash.update(piece)
            self.data += piece[: KEPT - len(self.data)]


def _read_chunks(wire: Wire, collected: _Collected) -> None:
    while True:
        size = _CHUNK(wire.read_until(b"\r\n", _MAX_LINE) or b"")
        if size is None:
            raise NoRequest("the size of one of its chunks is none")
        if not (length := int(size[1], 16)):
            break
        collected.take(wire, length)
        if wire.read_until(b"\r\n", 0) is None:
            raise NoRequest("one of its chunks is longer than it says")
    while (line := wire.read_until(b"\r\n", _MAX_LINE)) != b"\r\n":
        if line is None:
            raise NoRequest("a line of its trailers is too long")
