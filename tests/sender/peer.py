"""A receiver of bare sockets: it answers bytes that no framework would, late, or not at all."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True)
class Received:
    """One request, as its bytes came."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


class Connection:
    """What a script gets: a socket to answer on, and a wait that ends with the peer."""

    def __init__(self, sock: socket.socket, closing: threading.Event, read: Callable[[], None]) -> None:
        self.sock = sock
        self._closing = closing
        self.read = read
        """Read a further request; ConnectionAbortedError where the other end closes instead."""

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def pause(self, seconds: float) -> None:
        """Wait, or stop the script where the peer is being closed."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError


Script = Callable[[Connection], None]


def status(code: int, *headers: str, body: bytes = b"") -> Script:
    """Answer with a status."""
    lines = [f"HTTP/1.1 {code} -", *headers, f"Content-Length: {len(body)}", "", ""]
    return raw("\r\n".join(lines).encode() + body)


def raw(data: bytes) -> Script:
    """Answer these very bytes."""
    return lambda connection: connection.send(data)


def after(seconds: float, *scripts: Script) -> Script:
    """Wait, then play these one after the other."""

    def script(connection: Connection) -> None:
        connection.pause(seconds)
        for one in scripts:
            one(connection)

    return script


def in_turn(*scripts: Script) -> Script:
    """Keep the connection open, and play one script a request."""

    def script(connection: Connection) -> None:
        for number, one in enumerate(scripts):
            if number:
                connection.read()
            one(connection)

    return script


def drip(beginning: bytes, piece: bytes, every: float = 0.05) -> Script:
    """Begin an answer, and go on with it for ever, a piece at a time."""

    def script(connection: Connection) -> None:
        connection.send(beginning)
        while True:
            connection.pause(every)
            connection.send(piece)

    return script


def flood(beginning: bytes, piece: bytes) -> Script:
    """Begin an answer, and go on with it for ever, as fast as it is taken."""
    return drip(beginning, piece * max(1, 65536 // len(piece)), every=0)


def silence(connection: Connection) -> None:
    """Never answer."""
    connection.pause(60)


def hang_up(connection: Connection) -> None:
    """Close without an answer."""


def reset(connection: Connection) -> None:
    """Break the connection off."""
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Peer:
    """Listens on a free port of 127.0.0.1 and plays one script a connection, the last one again.

    Args:
        scripts: what to do once a request was read whole.
        at_once: what to do instead, as soon as somebody connects; nothing is read.
        tls: how to speak TLS; None for plain HTTP.
    """

    def __init__(
        self, *scripts: Script, at_once: Script | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self._scripts = chain(scripts, repeat(scripts[-1] if scripts else raw(OK)))
        self._at_once = at_once
        self._tls = tls
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.port}/hooks/orders"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            script = self._at_once or next(self._scripts)
            thread = threading.Thread(target=self._serve, args=(sock, script))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, script: Script) -> None:
        with contextlib.closing(sock), contextlib.suppress(OSError):
            sock.settimeout(20)
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
            with contextlib.closing(sock):

                def read() -> None:
                    self.received.append(_read(sock))

                if not self._at_once:
                    read()
                script(Connection(sock, self._closing, read))


def _read(sock: socket.socket) -> Received:
    with sock.makefile("rb") as stream:
        head = list(iter(lambda: stream.readline().rstrip(b"\r\n"), b""))
        if not head:
            raise ConnectionAbortedError
        headers = [tuple(line.decode("latin-1").split(": ", 1)) for line in head[1:]]
        pairs = [(name, value) for name, value in headers]
        length = sum(int(value) for name, value in pairs if name.lower() == "content-length")
        return Received(head[0].decode(), pairs, stream.read(length))


@contextlib.contextmanager
def unused_port() -> Iterator[int]:
    """A port of 127.0.0.1 that nothing listens at, and that nobody else is given meanwhile."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]
