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
        try:
            if turn.wait(timeout):
                return True
        except BaseException:  # a signal's handler raised: nobody is left to take the turn
            if self._gave_up(turn):
                raise
            self.release()
            raise
        return not self._gave_up(turn)

    def _gave_up(self, turn: threading.Event) -> bool:
        """Wait no longer. False where it was handed over in this moment."""
        with self._guard:
            if turn.is_set():
                return False
            self._waiting.remove(turn)
            return True

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
