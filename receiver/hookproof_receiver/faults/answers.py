"""Answers as bytes, the wrong ones too."""

from __future__ import annotations

import zlib
from functools import cache
from http import HTTPStatus

HEAD = b"HTTP/1.1 200 OK\r\n"
"""The beginning of a good answer's head."""
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
"""The whole head of one whose body comes in chunks."""
UNTIL_THE_END = HEAD + b"Connection: close\r\n\r\n"
"""The whole head of one whose body ends with the connection."""
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
"""An answer that announces another."""
INTERIMS = INTERIM * 3 + b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
"""Four of them."""
GARBAGE = b"SSH-2.0-OpenSSH_9.2\r\n" + bytes(range(256))
"""Another protocol's greeting, and every byte there is."""
PIECE = 64 * 1024
"""Bytes that a flood sends at a time."""
UNPACKED = 16 * 1024 * 1024
"""Bytes that the bomb's 16 KiB hold."""


def answer(status: int, *fields: tuple[str, str], body: bytes | None = None) -> bytes:
    """A whole answer that says its length.

    Args:
        status: 200 to 999.
        fields: more of its header.
        body: None for the status in words; 204 and 304 have none.
    """
    line = f"{status} {_phrase(status)}".rstrip()
    head = [f"HTTP/1.1 {line}", *(f"{name}: {value}" for name, value in fields)]
    if status in (204, 304):
        return "\r\n".join([*head, "", ""]).encode()
    if body is None:
        body = f"{line}\n".encode()
        head.append("Content-Type: text/plain; charset=utf-8")
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body


def with_lengths(*lengths: str) -> bytes:
    """An answer of ten bytes with these for Content-Length, true or not."""
    return HEAD + "".join(f"Content-Length: {one}\r\n" for one in lengths).encode() + b"\r\n0123456789"


@cache
def bomb() -> bytes:
    """An answer of 16 KiB that unpacks to `UNPACKED` bytes."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(PIECE)) for _ in range(UNPACKED // PIECE)) + packer.flush()
    return answer(200, ("Content-Encoding", "gzip"), body=packed)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
