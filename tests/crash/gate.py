"""What stands before the receiver, and holds a request at a point until its sender is dead."""

from __future__ import annotations

import contextlib
import queue
import re
import socket
import threading
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Literal

from tests.crash.children import PATIENCE

Point = Literal["connect", "upload", "answer", "busy", "pass"]
"""Where a connection is held: as soon as it is there, in the middle of a body, or when the receiver has
answered and nothing of that was passed on. `busy` answers 503 instead of the receiver; `pass` holds
nothing."""

MIDDLE = 1024 * 1024
"""Bytes of a body that have come when it is held in the middle."""

_BUSY = b"HTTP/1.1 503 -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_GUID = re.compile(rb"x-http-task-guid: *(\S+)", re.IGNORECASE)


class Gate:
    """Passes requests on to a receiver, each on a connection of its own.

    Args:
        port: the receiver's.
        points: where to hold the first connection, the second, …; all others pass.
    """

    def __init__(self, port: int, *points: Point) -> None:
        self.guids: list[str | None] = []
        """The GUID of every request whose head came, in their order."""
        self._behind = port
        self._points: Iterator[Point] = chain(points, repeat("pass"))
        self._reached: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._go = threading.Event()
        self._listener = socket.socket()
        # Small, and so are those of its connections: a large body does not fit in the system's hands.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(100)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def reached(self) -> None:
        """Wait until one more connection is held."""
        self._reached.get(timeout=PATIENCE)

    def let_go(self) -> None:
        """Hold nothing any more."""
        self._go.set()

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *exception: object) -> None:
        self.let_go()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection, next(self._points)))
                self._threads.append(thread)
                thread.start()

    def _serve(self, front: socket.socket, point: Point) -> None:
        # Either end may be dead at any time; then the other is hung up on.
        with front, contextlib.suppress(OSError):
            front.settimeout(PATIENCE)
            if point == "connect":
                self._hold()
            head, body, length = _read_head(front)
            guid = _GUID.search(head)
            self.guids.append(guid[1].decode() if guid else None)
            if point == "busy":
                _read_rest(front, body, length)
                front.sendall(_BUSY)
                return
            with socket.create_connection(("127.0.0.1", self._behind), PATIENCE) as back:
                back.sendall(head)
                if point == "upload":
                    body = _read_rest(front, body, min(length, MIDDLE))
                    back.sendall(body)
                    self._hold()
                    return
                back.sendall(_read_rest(front, body, length))
                head, body, length = _read_head(back)
                answer = head + _read_rest(back, body, length)
                if point == "answer":
                    self._hold()
                front.sendall(answer)

    def _hold(self) -> None:
        self._reached.put(None)
        self._go.wait(PATIENCE)


def _read_head(sock: socket.socket) -> tuple[bytes, bytes, int]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(sock)
    head, _, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head + b"\r\n\r\n", body, int(length[1]) if length else 0


def _read_rest(sock: socket.socket, body: bytes, length: int) -> bytes:
    data = bytearray(body)
    while len(data) < length:
        data += _some(sock)
    return bytes(data)


def _some(sock: socket.socket) -> bytes:
    data = sock.recv(65536)
    if not data:
        raise ConnectionResetError
    return data
