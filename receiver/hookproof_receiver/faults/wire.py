"""A connection, byte by byte, each use of it bounded in time."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import time

LINGER_S = 2.0
"""Seconds that a peer has to close first: closing on unread bytes would reset the connection."""

_RECEIVE = 64 * 1024


class PeerLeft(Exception):
    """The peer closed or reset the connection, or said that it sends no more."""


class MinuteOver(Exception):
    """The time of one request is over."""


class Wire:
    """One connection of the desk.

    Args:
        sock: the connection.
        longest: seconds that one request may take, in all.
    """

    def __init__(self, sock: socket.socket, longest: float) -> None:
        self._sock = sock
        self._longest = longest
        self._come = bytearray()
        self._reset = False
        self._until = 0.0
        self.sent = 0
        """Bytes sent since `begin`."""
        self.begin()

    def begin(self) -> None:
        """Give the next request its minute."""
        self._until = time.monotonic() + self._longest
        self.sent = 0

    def peek(self) -> bytes:
        """What has come and was not read yet; waits for more where that is nothing.

        Raises:
            PeerLeft, MinuteOver: nothing comes.
        """
        if not self._come:
            self.fill()
        return bytes(self._come)

    def fill(self) -> None:
        """Wait until more has come.

        Raises:
            PeerLeft, MinuteOver: nothing comes.
        """
        self._sock.settimeout(self._left())
        try:
            data = self._sock.recv(_RECEIVE)
        except TimeoutError as error:
            raise MinuteOver from error
        except OSError as error:
            raise PeerLeft from error
        if not data:
            raise PeerLeft
        self._come += data

    def read(self, most: int) -> bytes:
        """Read what has come, at least one byte and at most so many.

        Raises:
            PeerLeft, MinuteOver: nothing comes.
        """
        if not self._come:
            self.fill()
        data = bytes(self._come[:most])
        del self._come[:most]
        return data

    def read_until(self, end: bytes, most: int) -> bytes | None:
        """Read up to these bytes and them too; None where they do not come within so many bytes.

        Raises:
            PeerLeft, MinuteOver: they do not come at all.
        """
        while (found := self._come.find(end)) < 0:
            if len(self._come) >= most + len(end):
                return None
            self.fill()
        return self.read(found + len(end)) if found <= most else None

    def send(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            PeerLeft, MinuteOver: it is not taken.
        """
        rest = memoryview(data)
        while rest:
            self._sock.settimeout(self._left())
            try:
                sent = self._sock.send(rest)
            except TimeoutError as error:
                raise MinuteOver from error
            except OSError as error:
                raise PeerLeft from error
            self.sent += sent
            rest = rest[sent:]

    def wait(self, seconds: float) -> None:
        """Wait, and read nothing meanwhile.

        Raises:
            PeerLeft: the peer goes first.
            MinuteOver: the minute is over first.
        """
        poll = select.poll()
        poll.register(self._sock, select.POLLRDHUP)
        left = self._left()
        if poll.poll(min(seconds, left) * 1000):
            raise PeerLeft
        if left < seconds:
            raise MinuteOver

    def reset(self) -> None:
        """Have `close` break the connection off (RST)."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._reset = True

    def part(self) -> None:
        """Say that nothing more is sent (FIN), and let the peer go first; nothing before a reset."""
        if self._reset:
            return
        self._until = time.monotonic() + LINGER_S
        with contextlib.suppress(OSError, PeerLeft, MinuteOver):
            self._sock.shutdown(socket.SHUT_WR)
            while True:
                self._come.clear()
                self.fill()

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise MinuteOver
        return left
