"""One thread that ends what has taken too long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count


@dataclass(order=True, slots=True)
class _Entry:
    when: float
    number: int  # no two entries are equal
    action: Callable[[], None] | None = field(compare=False)  # None once it was called off


class Watchdog:
    """Calls things at a time, from one shared thread that starts with the first of them."""

    def __init__(self) -> None:
        self._reset()
        # A forked child has no such thread, and the lock may have been held when it was made.
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._condition = threading.Condition()
        self._due: list[_Entry] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def at(self, when: float, action: Callable[[], None]) -> Callable[[], None]:
        """Have `action` called at `when`, by `time.monotonic`; what comes back calls it off.

        The action must neither block nor raise.
        """
        entry = _Entry(when, next(self._numbers), action)
        with self._condition:
            heappush(self._due, entry)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="hookproof-deadlines", daemon=True
                )
                self._thread.start()
            elif self._due[0] is entry:
                self._condition.notify()

        def call_off() -> None:
            entry.action = None

        return call_off

    def _watch(self) -> None:
        while True:
            self._next()()

    def _next(self) -> Callable[[], None]:
        with self._condition:
            while True:
                # What was called off goes as soon as it is first, however far ahead it was due.
                while self._due and self._due[0].action is None:
                    heappop(self._due)
                wait = self._due[0].when - time.monotonic() if self._due else None
                if wait is None or wait > 0:
                    self._condition.wait(wait)
                elif (action := heappop(self._due).action) is not None:
                    return action
