"""A request as it goes over the wire: head, empty line, body."""

from __future__ import annotations

import re

from .given import Given

_START = re.compile(rb"[A-Z]{3,12} \S+(?: HTTP/[0-9.]+)?\r?\n?")
_END = re.compile(rb"\r?\n\r?\n")


def read_raw(data: bytes) -> Given:
    """Read it; line ends of the head may be LF alone, as in what was pasted.

    Raises:
        ValueError: it does not begin as a request does, or a header line has no colon.
    """
    data = data.lstrip(b"\r\n")
    if not _START.match(data):
        raise ValueError("it is no request: raw HTTP begins with a line such as POST /hooks HTTP/1.1")
    end = _END.search(data)
    head = data[: end.start()] if end else data
    body = data[end.end() :] if end else b""
    headers: list[tuple[str, str]] = []
    for number, line in enumerate(head.decode("latin-1").splitlines()[1:], start=2):
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"line {number} of the head is no header: it has no colon")
        headers.append((name.strip(), value.strip(" \t")))
    return _framed(headers, body)


def _framed(headers: list[tuple[str, str]], body: bytes) -> Given:
    """The body as its headers frame it."""
    fields = {name.lower(): value for name, value in headers}
    if fields.get("transfer-encoding", "").lower() == "chunked":
        return Given(headers, _dechunked(body))
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or int(length) == len(body):
        return Given(headers, body)
    announced = int(length)
    if announced < len(body):
        note = f"{len(body) - announced} bytes after the announced {announced} were left out"
        return Given(headers, body[:announced], notes=(note,))
    return Given(headers, body, notes=(f"{announced} bytes were announced, the file has {len(body)}",))


def _dechunked(data: bytes) -> bytes:
    body = bytearray()
    while True:
        line, end, data = data.partition(b"\n")
        try:
            size = int(line.split(b";")[0].strip(), 16)
        except ValueError:
            raise ValueError("the chunks of the body cannot be read") from None
        if size < 0 or not end or size > len(data):
            raise ValueError("the chunks of the body are not whole")
        if size == 0:
            return bytes(body)
        body += data[:size]
        data = data[size:].removeprefix(b"\r").removeprefix(b"\n")
