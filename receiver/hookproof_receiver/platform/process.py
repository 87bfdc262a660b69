"""What the service has of its own in each process: threads, and the workers that they watch."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .supervision import Worker

POLL_S = 2.0
"""How long a thread that found nothing waits at the most: another process may have left something."""


class Stopped(Exception):
    """The process was told to end: whatever it ran is for the next start."""


class Process:
    """One process's share of the work. Made after a fork, for threads and locks do not survive one.

    Args:
        at_once: how many groups it runs at the same time.
        take: runs one group to its end. False where there was none.
    """

    def __init__(self, at_once: int, take: Callable[[Process], bool]) -> None:
        self.pid = os.getpid()
        self._take = take
        self._changed = threading.Condition()
        self._woken = 0
        self._workers: dict[int, Worker] = {}
        self._closed = False
        self._threads = [
            threading.Thread(target=self._loop, name=f"hookproof-jobs-{number}", daemon=True)
            for number in range(at_once)
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        with self._changed:
            self._woken += 1
            self._changed.notify_all()

    @contextmanager
    def watching(self, group_id: int, make: Callable[[], Worker]) -> Iterator[Worker]:
        """Make a group's worker, and have it stopped where this process is told to.

        Raises:
            Stopped: it was told to already, or meanwhile.
        """
        with self._changed:
            if self._closed:
                raise Stopped
            worker = make()
            self._workers[group_id] = worker
        try:
            yield worker
        except Exception:
            if self._closed:
                raise Stopped from None
            raise
        finally:
            with self._changed:
                del self._workers[group_id]

    def stop(self, group_id: int, reason: str) -> None:
        """End the worker of a group, where it is one of this process's."""
        with self._changed:
            worker = self._workers.get(group_id)
            if worker is not None:
                worker.stop(reason)

    def close(self) -> None:
        """Stop the workers, and wait for the threads."""
        with self._changed:
            self._closed = True
            self._woken += 1
            for worker in self._workers.values():
                worker.stop("the receiver was stopped")
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _loop(self) -> None:
        while not self._closed:
            seen = self._woken
            if self._take(self):
                continue
            with self._changed:
                if self._woken == seen:
                    self._changed.wait(POLL_S)
