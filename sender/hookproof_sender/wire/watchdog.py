"""One thread that ends what has taken too long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from itertools import count
from math import inf
from typing import TypeAlias

_Action: TypeAlias = Callable[[], None]


class Watchdog:
    """Calls things at a time, from one shared thread that starts with the first of them.

    Nearly all are called off long before. So that they cost little, and leave nothing behind, the
    thread is woken for none that is due after it wakes by itself, and sorts only what is left then.
    """

    def __init__(self) -> None:
        self._reset()
        # A forked child has no such thread, and the lock may have been held when it was made.
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._condition = threading.Condition()
        self._numbers = count()
        self._due: dict[int, tuple[float, _Action]] = {}
        self._wakes = inf
        self._thread: threading.Thread | None = None

    def at(self, when: float, action: _Action) -> _Action:
        """Have `action` called at `when`, by `time.monotonic`; what comes back calls it off.

        The action must neither block nor raise.
        """
        number = next(self._numbers)
        condition, due = self._condition, self._due
        with condition:
            due[number] = (when, action)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="hookproof-deadlines", daemon=True
                )
                self._thread.start()
            if when < self._wakes:
                self._wakes = when
                condition.notify()

        def call_off() -> None:
            with condition:
                due.pop(number, None)

        return call_off

    def _watch(self) -> None:
        while True:
            for action in self._next():
                action()

    def _next(self) -> list[_Action]:
        """Wait until something is due; all that is, in the order of time."""
        with self._condition:
            while True:
                now = time.monotonic()
                due = sorted((when, number) for number, (when, _) in self._due.items() if when <= now)
                if due:
                    return [self._due.pop(number)[1] for _, number in due]
                self._wakes = min((when for when, _ in self._due.values()), default=inf)
                self._condition.wait(None if self._wakes == inf else self._wakes - now)


WATCHDOG = Watchdog()
"""The process's own."""
