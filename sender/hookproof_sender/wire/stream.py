"""The bytes that come over a connection, line by line or as they are."""

from __future__ import annotations

import socket
from collections.abc import Callable

_AT_ONCE = 64 * 1024


class Stream:
    """Reads a socket through a buffer, which holds at most one line and what came with it.

    Args:
        sock: without a timeout: the attempt's deadline shuts it down.
    """

    __slots__ = ("_buffer", "_sock", "check")

    def __init__(self, sock: socket.socket) -> None:
        self.check: Callable[[], None] = lambda: None
        """Asked before each read, and raises where it may not be: what has come is there to be read
        even of a socket that was shut down, and may be megabytes."""
        self._sock = sock
        self._buffer = bytearray()

    @property
    def unread(self) -> bool:
        """Whether bytes have come that nobody has read."""
        return bool(self._buffer)

    def fill(self) -> bool:
        """Wait for further bytes; False where the peer sends none any more."""
        self.check()
        data = self._sock.recv(_AT_ONCE)
        self._buffer += data
        return bool(data)

    def readline(self, limit: int) -> bytes:
        """The next line with its end.

        Returns:
            Without one, what there is: `limit` bytes, or all that came before the end.
        """
        buffer, searched = self._buffer, 0
        while (end := buffer.find(b"\n", searched, limit) + 1) == 0:
            searched = len(buffer)
            if searched >= limit or not self.fill():
                end = min(searched, limit)
                break
        line = bytes(buffer[:end])
        del buffer[:end]
        return line

    def read(self, most: int) -> bytes:
        """The next bytes, from 1 to `most`; none at the end."""
        buffer = self._buffer
        if not buffer and not self.fill():
            return b""
        data = bytes(buffer[:most])
        del buffer[:most]
        return data
