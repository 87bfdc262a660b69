"""How an answer is read: its head, where its body ends, and when it was whole.

Strict where a mistake would take one answer's bytes for another's, and mild elsewhere. What goes
wrong is said in the words of `http.client`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, IncompleteRead, LineTooLong, RemoteDisconnected

from .masking import masked_headers
from .stream import Stream

READ = 1024 * 1024
"""Bytes of an answer's body that are read; the rest is left."""

KEPT = 64 * 1024
"""Bytes of it that are kept."""

HEADERS_KEPT = 16 * 1024
"""Characters of its headers that are kept."""

_LINE = 64 * 1024
_HEADERS = 100
_STATUS = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: .*)?", re.DOTALL)
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)


class Answer:
    """What has come so far of one answer."""

    __slots__ = ("_body", "_headers", "_plain", "_values", "_version", "status", "whole")

    def __init__(self) -> None:
        self.status: int | None = None
        """The final status; None until its head is whole."""
        self.whole = False
        """Whether it was read to its end."""
        self._body = bytearray()
        self._version = b"0"
        self._headers: list[tuple[str, str]] = []
        self._values: dict[str, str] = {}
        self._plain = True

    @property
    def body(self) -> bytes:
        """The beginning of the body, as it came: `KEPT` bytes at most."""
        return bytes(self._body)

    def value(self, name: str) -> str | None:
        """A header's values, joined with commas; None where there is none. `name` is in lower case."""
        return self._values.get(name)

    def masked_headers(self) -> tuple[tuple[str, str], ...]:
        """As many of the headers as are kept, from the first."""
        left, kept = HEADERS_KEPT, []
        for name, value in self._headers:
            left -= len(name) + len(value)
            if left < 0:
                break
            kept.append((name, value))
        return masked_headers(kept)

    @property
    def leaves_open(self) -> bool:
        """Whether the connection may carry another request."""
        if not (self.whole and self._plain and self._version != b"0"):
            return False
        return "close" not in (self.value("connection") or "").lower()

    def read(self, stream: Stream) -> None:
        """Read an answer; all interim ones (1xx) before it are passed over.

        Raises:
            HTTPException: it is not HTTP, or its head is too large.
            ConnectionError: it ended early.
        """
        while True:
            self._version, status = _read_status(stream)
            self._headers, plain = _read_headers(stream)
            self._plain = self._plain and plain and status != 101
            if status >= 200:
                break
        self.status = status
        self._values = _joined(self._headers)
        read = 0
        for piece in self._pieces(stream):
            if read < KEPT:
                self._body += piece[: KEPT - read]
            read += len(piece)
            if read >= READ:
                return
        self.whole = True

    def _pieces(self, stream: Stream) -> Iterator[bytes]:
        """The body, by RFC 9112, section 6.3."""
        coding, length = self.value("transfer-encoding"), self.value("content-length")
        if self.status in (204, 304):
            return iter(())
        if coding is not None:
            # Who sends both lengths may mean either, and whoever comes next would pay for it.
            self._plain = self._plain and coding.lower() == "chunked" and length is None
            if coding.lower().rpartition(",")[2].strip() == "chunked":
                return _chunks(stream)
        elif length is not None:
            lengths = {one.strip() for one in length.split(",")}
            if len(lengths) > 1 or not _LENGTH.fullmatch(length := lengths.pop()):
                raise BadStatusLine("the lengths of the body")
            return _counted(stream, int(length))
        self._plain = False  # only the connection's end is its end
        return iter(lambda: stream.read(KEPT), b"")


def _read_line(stream: Stream) -> bytes:
    """A line without its end. One that just ends is not taken for a whole one."""
    line = stream.readline(_LINE + 1)
    if not line.endswith(b"\n"):
        if len(line) > _LINE:
            raise LineTooLong("answer")
        raise RemoteDisconnected("the answer ended within a line")
    return line[:-2] if line.endswith(b"\r\n") else line[:-1]


def _read_status(stream: Stream) -> tuple[bytes, int]:
    match = _STATUS.fullmatch(_read_line(stream))
    if match is None:
        raise BadStatusLine("")  # what came is not repeated
    return match[1], int(match[2])


def _read_headers(stream: Stream) -> tuple[list[tuple[str, str]], bool]:
    """The headers to the blank line, and whether each of them is beyond doubt."""
    headers: list[tuple[str, str]] = []
    plain = True
    for _ in range(_HEADERS + 1):
        line = _read_line(stream)
        if not line:
            return headers, plain
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name):
            headers.append((name.decode("ascii"), value.strip(b" \t").decode("latin-1")))
            continue
        plain = False
        if headers and line[:1] in (b" ", b"\t"):  # a folded line, RFC 9112, section 5.2
            folded = line.strip(b" \t").decode("latin-1")
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {folded}")
    raise HTTPException(f"more than {_HEADERS} headers")


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Their values by name in lower case, several of one name with commas between."""
    values: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        values[lower] = f"{values[lower]}, {value}" if lower in values else value
    return values


def _counted(stream: Stream, length: int) -> Iterator[bytes]:
    while length:
        data = stream.read(min(KEPT, length))
        if not data:
            raise IncompleteRead(b"")
        length -= len(data)
        yield data


def _chunks(stream: Stream) -> Iterator[bytes]:
    while True:
        size = _CHUNK.fullmatch(_read_line(stream))
        if size is None:
            raise BadStatusLine("the size of a chunk")
        length = int(size[1], 16)
        if length == 0:
            _read_headers(stream)  # what follows the last chunk: nothing of it is used
            return
        yield from _counted(stream, length)
        if _read_line(stream):
            raise BadStatusLine("the end of a chunk")
