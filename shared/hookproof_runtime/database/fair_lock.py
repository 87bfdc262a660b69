"""A lock that is handed on in the order of asking."""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """First come, first served. SQLite has one writer; its own busy loop is a lottery.

    It may be released by another thread than the one that took it.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Make it free, and forget who waits: after a fork, whose child has none of these threads."""
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> bool:
        """Take it, or give up after `timeout` seconds. True where it was taken."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # handed over in the moment of giving up
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        """Hand it to whoever has waited longest.

        Raises:
            RuntimeError: nobody holds it.
        """
        with self._guard:
            if not self._held:
                raise RuntimeError("this lock is not held")
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False
