"""The desk: a socket that listens, and a thread for each connection."""

from __future__ import annotations

import contextlib
import socket
import threading

from hookproof.clock import Clock, system_clock

from .acts import Act, Close, Hold, Reset
from .conversation import Conversation
from .events import Listener
from .journal import Journal
from .making import LONGEST_S
from .wire import Wire

CONNECTIONS = 256
"""Open connections at the most; further ones wait in the operating system's queue."""

AT_ACCEPT: dict[str, Act] = {"reset": Reset(), "close": Close(), "silent": Hold()}
"""What can be done with a connection before anything is read, which no path can name."""


class Desk:
    """Does to each request what its path says. Runs between `start` and `stop`, or as a context.

    Args:
        listening: a socket that listens; it is closed with the desk.
        listener: is told of every request.
        at_accept: a name of `AT_ACCEPT`, done with every connection instead; None reads requests.
        longest: seconds after which a request is cut off, whatever its fault.
        clock: the wall clock.
    """

    def __init__(
        self,
        listening: socket.socket,
        listener: Listener,
        *,
        at_accept: str | None = None,
        longest: float = LONGEST_S,
        clock: Clock = system_clock,
    ) -> None:
        self._listening = listening
        self._journal = Journal(listener, clock)
        self._at_accept = at_accept
        self._longest = longest
        self._stopping = threading.Event()
        self._places = threading.Semaphore(CONNECTIONS)
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._accepting = threading.Thread(target=self._accept, name="hookproof faults")

    def start(self) -> None:
        """Take connections from now on."""
        self._accepting.start()

    def stop(self) -> None:
        """Cut every connection off, and wait until all is over."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        with self._lock:
            threads = list(self._open.values())
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in (*threads, self._accepting):
            thread.join()
        self._listening.close()

    def __enter__(self) -> Desk:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _accept(self) -> None:
        number = 0
        while True:
            self._places.acquire()
            try:
                sock, _ = self._listening.accept()
            except OSError:
                if self._stopping.is_set():
                    return
                self._places.release()  # that caller has gone, or descriptors are short for a while
                self._stopping.wait(0.05)
                continue
            number += 1
            thread = threading.Thread(target=self._serve, args=(sock, number), name=f"fault {number}")
            with self._lock:
                if self._stopping.is_set():
                    sock.close()
                    return
                self._open[sock] = thread
                thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        wire = Wire(sock, self._longest)
        conversation = Conversation(wire, number, self._journal, self._stopping)
        try:
            if self._at_accept is None:
                conversation.hold()
            else:
                conversation.end_at_once(self._at_accept, AT_ACCEPT[self._at_accept])
            wire.part()
        finally:
            with self._lock:
                del self._open[sock]
                sock.close()
            self._places.release()
