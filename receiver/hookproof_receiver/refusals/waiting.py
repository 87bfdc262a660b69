"""The line of refusals that are not written yet: short, and what does not fit is dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

MOST = 256
"""Refusals that wait."""
MOST_BYTES = 4 * 1024**2
"""Bytes that wait; one more is taken as long as they are fewer."""
BATCH = 64
"""Refusals that are taken out at once."""
BATCH_BYTES = 1024**2
"""Bytes that are taken out at once, the last one's excepted."""

_T = TypeVar("_T")


class Waiting(Generic[_T]):
    """A bounded line, which whoever puts something in never waits for.

    Args:
        weigh: how many bytes one takes.
    """

    def __init__(self, weigh: Callable[[_T], int]) -> None:
        self._weigh = weigh
        self._changed = threading.Condition()
        self._line: deque[_T] = deque()
        self._bytes = 0
        self._worked = False
        self._closing = False
        self.dropped = 0
        """How many did not fit."""

    def put(self, one: _T) -> bool:
        """Add one, or drop it. True where nobody works on the line: then somebody must begin to."""
        with self._changed:
            if len(self._line) >= MOST or self._bytes >= MOST_BYTES:
                self.dropped += 1
                return False
            self._line.append(one)
            self._bytes += self._weigh(one)
            self._changed.notify_all()
            unworked, self._worked = not self._worked, True
            return unworked

    def take(self) -> list[_T]:
        """The next few, waited for. None are left, and the work ends, where the list is empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._line or self._closing)
            taken: list[_T] = []
            size = 0
            while self._line and len(taken) < BATCH and size < BATCH_BYTES:
                taken.append(self._line.popleft())
                size += self._weigh(taken[-1])
            self._bytes -= size
            if not taken:
                self._worked = False
                self._changed.notify_all()
            return taken

    def leave(self) -> None:
        """Nobody works on it after all: whoever puts in the next one is told to begin."""
        with self._changed:
            self._worked = False

    def rest(self, seconds: float) -> None:
        """Wait, but no longer than until the line is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing, seconds)

    @property
    def closing(self) -> bool:
        """Whether what is left is to be done without delay."""
        return self._closing

    def close(self, timeout: float) -> bool:
        """Have what is left done, and the work end. False where it goes on after `timeout` seconds."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            ended = self._changed.wait_for(lambda: not self._worked, timeout)
            self._closing = False
            return ended
