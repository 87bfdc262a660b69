"""A client that sends bytes, and sees how a connection ends."""

from __future__ import annotations

import socket
import time
from typing import NamedTuple

PATIENCE = 10.0
"""Seconds: a guard against hanging, never a measurement."""


class Talk(NamedTuple):
    came: bytes
    end: str
    """`closed`, `reset`, or `open` where nothing more came for a while."""

    @property
    def body(self) -> bytes:
        return self.came.partition(b"\r\n\r\n")[2]


def post(path: str, *fields: str, body: bytes = b"{}", method: str = "POST") -> bytes:
    """A request as a sender makes it."""
    head = (f"{method} /{path} HTTP/1.1", "Host: desk", *fields, f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(head).encode() + body


def talk(port: int, data: bytes, *, quiet: float = PATIENCE, most: int = 1 << 30) -> Talk:
    """Send bytes and read what comes.

    Args:
        data: all at once.
        quiet: seconds without a byte that are taken for the end.
        most: read no more than about so much.
    """
    came = b""
    until = time.monotonic() + PATIENCE
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            connection.settimeout(quiet)
            while len(came) < most and time.monotonic() < until:
                piece = connection.recv(65536)
                if not piece:
                    return Talk(came, "closed")
                came += piece
    except TimeoutError:
        pass
    except ConnectionError:  # while connecting, too: a peer may reset before that has returned
        return Talk(came, "reset")
    return Talk(came, "open")
