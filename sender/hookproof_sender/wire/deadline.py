"""The one deadline of an attempt, over every phase of it."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import Literal

from .watchdog import WATCHDOG

Phase = Literal["resolve", "connect", "tls", "send", "wait", "read"]
"""What an attempt is doing."""


class Over(Exception):
    """The attempt's time is over, or it was stopped."""


class Deadline:
    """Cuts an attempt off when its time is over. A context manager.

    A socket's own timeout starts again with every byte that comes, so that a peer who trickles is
    never late. This shuts the socket down instead, whatever a thread is waiting for on it.

    Args:
        seconds: the whole of the attempt.
    """

    def __init__(self, seconds: float) -> None:
        self.over: Literal["timeout", "interrupted"] | None = None
        """Why the attempt was cut off; None while it may go on."""
        self.phase: Phase = "resolve"
        """What the attempt is doing, or was doing when it ended."""
        self.entered: dict[Phase, float] = {}
        """When each phase was entered: seconds since the attempt began."""
        self.woken = threading.Event()
        """Set when the attempt is cut off; a thread that works for it may set it too."""
        self._began = time.monotonic()
        self._ends = self._began + seconds
        self._lock = threading.Lock()
        self._guarded: list[int] = []
        self._call_off = WATCHDOG.at(self._ends, lambda: self.cut("timeout"))

    def elapsed(self) -> float:
        """Seconds since the attempt began."""
        return time.monotonic() - self._began

    def remaining(self) -> float:
        """Seconds that are left.

        Raises:
            Over: none are.
        """
        self.check()
        left = self._ends - time.monotonic()
        if left <= 0:
            self.cut("timeout")
            raise Over
        return left

    def enter(self, phase: Phase) -> None:
        """Go on to the next phase.

        Raises:
            Over: there is no time for it.
        """
        self.remaining()  # by the clock: a process that was suspended may be ahead of its watchdog
        self.phase = phase
        self.entered[phase] = self.elapsed()

    def check(self) -> None:
        """Go on only while the attempt may.

        Raises:
            Over: it may not: what looks like the end of an answer may be our own cut.
        """
        if self.over:
            raise Over

    def guard(self, sock: socket.socket) -> None:
        """Have this socket shut down when the time is over."""
        with self._lock:
            # A duplicate, because TLS takes the socket's descriptor over and leaves the object empty.
            self._guarded.append(os.dup(sock.fileno()))
            if self.over:
                self._shut_down()

    def cut(self, why: Literal["timeout", "interrupted"]) -> None:
        """End the attempt now, from any thread; the first reason stays."""
        with self._lock:
            self.over = self.over or why
            self._shut_down()
        self.woken.set()

    def __enter__(self) -> Deadline:
        return self

    def __exit__(self, *exception: object) -> None:
        self._call_off()
        with self._lock:
            while self._guarded:
                os.close(self._guarded.pop())

    def _shut_down(self) -> None:
        for descriptor in self._guarded:
            sock = socket.socket(fileno=descriptor)
            with contextlib.suppress(OSError):  # it was never connected, or the peer was quicker
                sock.shutdown(socket.SHUT_RDWR)
            sock.detach()
