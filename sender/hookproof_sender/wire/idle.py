"""Connections that wait for the next attempt of their own task."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Hashable
from typing import NamedTuple

from .connection import Connection
from .watchdog import WATCHDOG

MOST = 64
"""So many wait at the most; of more, the one that has waited longest is closed."""

SECONDS = 1.0
"""None waits longer. Of common servers gunicorn is the first to close, after 2 s, and a request that
crosses that is lost."""


LIFETIME = 60.0
"""So long after it was made a connection is closed, however busy: its name is resolved and its
address judged again."""


class _Waiting(NamedTuple):
    since: float
    task: Hashable
    connection: Connection


class Idle:
    """Holds connections between attempts. It serves any number of threads."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._waiting: list[_Waiting] = []  # the longest first
        self._sweep_is_due = False
        self._closed = False

    def take(self, task: Hashable) -> Connection | None:
        """A connection of this task, for the caller alone; None where none is fit for use."""
        if self._pid != os.getpid():
            self._leave_to_parent()
        while (one := self._newest(task)) is not None:
            now = time.monotonic()
            fresh = now - one.since <= SECONDS and now - one.connection.made <= LIFETIME
            if fresh and one.connection.clean:
                return one.connection
            one.connection.close()
        return None

    def keep(self, task: Hashable, connection: Connection) -> None:
        """Have a connection wait whose last answer was read whole."""
        now = time.monotonic()
        with self._lock:
            self._waiting.append(_Waiting(now, task, connection))
            surplus = self._waiting[: -MOST or None] if not self._closed else self._waiting[:]
            del self._waiting[: len(surplus)]
            if self._waiting and not self._sweep_is_due:
                self._sweep_is_due = True
                WATCHDOG.at(now + SECONDS, self._sweep)
        for one in surplus:
            one.connection.close()

    def close(self) -> None:
        """Close all that wait, and all that would wait from now on."""
        with self._lock:
            self._closed = True
            waiting, self._waiting = self._waiting, []
        for one in waiting:
            one.connection.close()

    def _newest(self, task: Hashable) -> _Waiting | None:
        with self._lock:
            for index in range(len(self._waiting) - 1, -1, -1):
                if self._waiting[index].task == task:
                    return self._waiting.pop(index)
        return None

    def _sweep(self) -> None:
        now = time.monotonic()
        with self._lock:
            old = [one for one in self._waiting if now - one.since >= SECONDS]
            del self._waiting[: len(old)]
            self._sweep_is_due = bool(self._waiting)
            if self._waiting:
                WATCHDOG.at(self._waiting[0].since + SECONDS, self._sweep)
        for one in old:
            one.connection.close()

    def _leave_to_parent(self) -> None:
        """In a forked child: the connections are the parent's, and so may be the lock."""
        inherited = self._waiting
        self._begin()
        for one in inherited:
            one.connection.close()
